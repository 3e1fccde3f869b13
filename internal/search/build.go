package search

import (
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Index is immutable and safe for concurrent use. Inside it documents are
// numbered in the order of their ties: main listings first, then by
// popularity, then by symbol.
type Index struct {
	vocabulary vocabulary
	suffixes   suffixes
	postStart  []uint32  // per term, and the end of the last
	posts      []posting // by term, then by document
	termStart  []uint32  // per document, and the end of the last
	terms      []uint32  // of each document, for looking a query's other words up; see keywordOnly
	keywords   keywords

	position []int32 // of the document in Build's list
	facts    []facts
	popular  []uint32 // the documents by popularity, then by symbol
	ids      []identity
	facets   facetTable
	sets     map[string]docSet
	ready    ready
	pool     sync.Pool // of *scratch
}

// facts is what a search asks of a document that matches, side by side as
// they are asked together.
type facts struct {
	combo uint32 // its combination of facet values
	prior uint16 // what popularity adds to its score
	shape
}

// shape is how a symbol is put together, in letters of its folded form.
type shape struct {
	base uint8 // before the suffix
	head uint8 // before the last word; all when it is one word
}

// posting is a document and where in it a term stands.
type posting uint32

const kindBits = 3

func (p posting) doc() uint32 { return uint32(p >> kindBits) }
func (p posting) kind() kind  { return kind(p & (1<<kindBits - 1)) }

// keywordOnly marks a term of a document that is only a keyword there.
const keywordOnly = 1 << 31

// identity is one row of the table from ids to documents.
type identity struct {
	id  int
	doc uint32
}

// numbered is a term and its number in the order of meeting.
type numbered struct {
	text   string
	number uint32
}

// builder collects the terms while they have no order yet.
type builder struct {
	ix       *Index
	number   map[string]uint32
	text     []numbered
	postTerm []uint32 // parallel to post
	post     []posting
	keywords []keyword
}

// Build makes an index; document numbers are positions in docs.
func Build(docs []Document) *Index {
	ix := &Index{}
	ix.pool.New = func() any { return newScratch(ix) }
	ix.number(docs)
	ix.facets = newFacetTable(docs, ix.position, ix.facts)
	b := newBuilder(ix)
	b.addAll(docs)
	b.sort()
	ix.suffixes = newSuffixes(&ix.vocabulary, func(t uint32) bool {
		return slices.ContainsFunc(ix.postings(span{t, t + 1}), func(p posting) bool { return insideClass[p.kind()] != classNone })
	})
	ix.makeSets()
	ix.makeReady()
	return ix
}

// newBuilder has room for documents of some words each.
func newBuilder(ix *Index) *builder {
	const some = 6
	n := len(ix.position)
	ix.termStart = append(make([]uint32, 0, n+1), 0)
	ix.terms = make([]uint32, 0, some*n)
	return &builder{
		ix: ix, number: make(map[string]uint32, 2*n), text: make([]numbered, 0, 2*n),
		postTerm: make([]uint32, 0, some*n), post: make([]posting, 0, some*n), keywords: make([]keyword, 0, some*n),
	}
}

// folded is the terms of some documents in a row.
type folded struct {
	entries []entry
	ends    []int // of each document in entries
}

// addAll folds the documents on all cores, some ahead of adding them in order.
func (b *builder) addAll(docs []Document) {
	const chunk, ahead = 1024, 4
	workers := make([]chan folded, runtime.GOMAXPROCS(0))
	for w := range workers {
		workers[w] = make(chan folded, ahead)
		go func() {
			defer close(workers[w])
			for from := w * chunk; from < len(docs); from += len(workers) * chunk {
				workers[w] <- b.ix.fold(docs, from, min(from+chunk, len(docs)))
			}
		}()
	}
	d := 0
	for turn := 0; d < len(docs); turn++ {
		f, start := <-workers[turn%len(workers)], 0
		for _, end := range f.ends {
			b.add(uint32(d), f.entries[start:end])
			d, start = d+1, end
		}
	}
}

// fold makes the terms of the documents from..to, and measures their symbols.
func (ix *Index) fold(docs []Document, from, to int) folded {
	var f folded
	for d := from; d < to; d++ {
		doc := &docs[ix.position[d]]
		ix.facts[d].shape = shapeOf(doc.Symbol)
		f.entries = appendEntries(f.entries, doc)
		f.ends = append(f.ends, len(f.entries))
	}
	return f
}

// add takes the entries of document d, the next in number.
func (b *builder) add(d uint32, entries []entry) {
	ix := b.ix
	first := len(ix.terms)
	for _, e := range entries {
		t, ok := b.number[e.term]
		if !ok {
			t = uint32(len(b.text))
			b.number[e.term] = t
			b.text = append(b.text, numbered{e.term, t})
		}
		if e.kind == kindKeyword {
			b.keywords = append(b.keywords, keyword{t, d})
		} else {
			b.postTerm = append(b.postTerm, t)
			b.post = append(b.post, posting(d<<kindBits)|posting(e.kind))
		}
		if wordKind[e.kind] {
			ix.terms = addTerm(ix.terms, first, t, e.kind == kindKeyword)
		}
	}
	ix.termStart = append(ix.termStart, uint32(len(ix.terms)))
}

// addTerm adds a term to those from first on, unless it is there as much.
func addTerm(terms []uint32, first int, t uint32, isKeyword bool) []uint32 {
	for i, have := range terms[first:] {
		if have&^keywordOnly == t {
			if !isKeyword {
				terms[first+i] = t
			}
			return terms
		}
	}
	if isKeyword {
		t |= keywordOnly
	}
	return append(terms, t)
}

// sort puts the terms in order and the postings behind them.
func (b *builder) sort() {
	ix := b.ix
	ix.terms = slices.Clip(ix.terms)
	b.text = sorted(b.text, func(a, b numbered) int { return strings.Compare(a.text, b.text) })
	ix.vocabulary = newVocabulary(b.text)
	renumber := make([]uint32, len(b.text))
	for place, t := range b.text {
		renumber[t.number] = uint32(place)
	}
	for i, t := range ix.terms {
		ix.terms[i] = renumber[t&^keywordOnly] | t&keywordOnly
	}
	for i := range b.keywords {
		b.keywords[i].term = renumber[b.keywords[i].term]
	}
	ix.keywords = newKeywords(b.keywords, len(b.text))

	ix.postStart = make([]uint32, len(b.text)+1)
	for _, t := range b.postTerm {
		ix.postStart[renumber[t]+1]++
	}
	for t := range b.text {
		ix.postStart[t+1] += ix.postStart[t]
	}
	next := slices.Clone(ix.postStart)
	ix.posts = make([]posting, len(b.post))
	for i, t := range b.postTerm {
		at := &next[renumber[t]]
		ix.posts[*at] = b.post[i]
		*at++
	}
}

// postings is the postings of a range of terms.
func (ix *Index) postings(in span) []posting {
	if in.empty() {
		return nil
	}
	return ix.posts[ix.postStart[in.lo]:ix.postStart[in.hi]]
}

// termsOf is the terms of a document that a word of a query may match.
func (ix *Index) termsOf(doc uint32) []uint32 {
	return ix.terms[ix.termStart[doc]:ix.termStart[doc+1]]
}

// sorted sorts two halves side by side and merges them.
func sorted[T any](all []T, compare func(a, b T) int) []T {
	a, b := all[:len(all)/2], all[len(all)/2:]
	var half sync.WaitGroup
	half.Go(func() { slices.SortFunc(a, compare) })
	slices.SortFunc(b, compare)
	half.Wait()
	merged := make([]T, 0, len(all))
	for len(a) > 0 && len(b) > 0 {
		if compare(b[0], a[0]) < 0 {
			merged, b = append(merged, b[0]), b[1:]
		} else {
			merged, a = append(merged, a[0]), a[1:]
		}
	}
	return append(append(merged, a...), b...)
}
