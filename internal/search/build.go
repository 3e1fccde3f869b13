package search

import (
	"cmp"
	"math"
	"slices"
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

// builder collects the terms while they have no order yet.
type builder struct {
	ix       *Index
	number   map[string]uint32
	text     []string
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

// number gives the documents their inner numbers and what goes by them.
func (ix *Index) number(docs []Document) {
	n := len(docs)
	ranked := byPopularity(docs)
	prior := priors(docs, ranked)
	ix.position = make([]int32, 0, n)
	inner := make([]uint32, n) // per position
	for group := range 2 {
		for _, pos := range ranked {
			if secondary(&docs[pos]) == group {
				inner[pos] = uint32(len(ix.position))
				ix.position = append(ix.position, pos)
			}
		}
	}
	ix.facts = make([]facts, n)
	ix.popular, ix.ids = make([]uint32, n), make([]identity, n)
	for i, pos := range ranked {
		d := inner[pos]
		ix.facts[d] = facts{prior: prior[pos], shape: shapeOf(docs[pos].Symbol)}
		ix.popular[i] = d
		ix.ids[d] = identity{docs[pos].ID, d}
	}
	slices.SortFunc(ix.ids, func(a, b identity) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.doc, b.doc)) })
}

// byPopularity is the positions of the documents, the most popular first, then by symbol.
func byPopularity(docs []Document) []int32 {
	type rank struct {
		popularity float64
		position   int32
	}
	ranks := make([]rank, len(docs))
	for i := range docs {
		ranks[i] = rank{popularity(&docs[i]), int32(i)}
	}
	slices.SortFunc(ranks, func(a, b rank) int {
		if a.popularity != b.popularity {
			return cmp.Compare(b.popularity, a.popularity)
		}
		return cmp.Or(cmp.Compare(docs[a.position].Symbol, docs[b.position].Symbol), cmp.Compare(a.position, b.position))
	})
	ranked := make([]int32, len(docs))
	for i, r := range ranks {
		ranked[i] = r.position
	}
	return ranked
}

// priors is each document's share of the score, from the positions sorted by
// popularity. It goes by rank, which popularity of any unit has, and by its
// logarithm, as the first hundred are told apart more than the last thousand.
func priors(docs []Document, ranked []int32) []uint16 {
	prior := make([]uint16, len(docs))
	scale := popularitySpan / math.Log(float64(1+len(docs)))
	best := 0
	for i, pos := range ranked {
		d := &docs[pos]
		if i > 0 && popularity(d) != popularity(&docs[ranked[i-1]]) {
			best = i
		}
		if popularity(d) > 0 {
			prior[pos] = uint16(popularitySpan - scale*math.Log(float64(1+best)))
		}
		if d.Known {
			prior[pos] = max(prior[pos], knownPrior)
		}
		if !d.Secondary {
			prior[pos] += mainBonus
		}
	}
	return prior
}

// popularity takes what is no number for unknown.
func popularity(d *Document) float64 {
	if math.IsNaN(d.Popularity) {
		return 0
	}
	return d.Popularity
}

func secondary(d *Document) int {
	if d.Secondary {
		return 1
	}
	return 0
}

// newBuilder has room for documents of some words each.
func newBuilder(ix *Index) *builder {
	const some = 6
	n := len(ix.position)
	ix.termStart = append(make([]uint32, 0, n+1), 0)
	ix.terms = make([]uint32, 0, some*n)
	return &builder{
		ix: ix, number: make(map[string]uint32, 2*n), text: make([]string, 0, 2*n),
		postTerm: make([]uint32, 0, some*n), post: make([]posting, 0, some*n), keywords: make([]keyword, 0, some*n),
	}
}

// addAll folds the documents in the background, some ahead of adding them.
func (b *builder) addAll(docs []Document) {
	const chunk, ahead = 1024, 4
	type folded struct {
		entries []entry
		ends    []int // of each document in entries
	}
	chunks := make(chan folded, ahead)
	go func() {
		defer close(chunks)
		for positions := range slices.Chunk(b.ix.position, chunk) {
			var f folded
			for _, pos := range positions {
				f.entries = appendEntries(f.entries, &docs[pos])
				f.ends = append(f.ends, len(f.entries))
			}
			chunks <- f
		}
	}()
	d := uint32(0)
	for f := range chunks {
		start := 0
		for _, end := range f.ends {
			b.add(d, f.entries[start:end])
			d, start = d+1, end
		}
	}
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
			b.text = append(b.text, e.term)
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
	slices.Sort(b.text)
	ix.vocabulary = newVocabulary(b.text)
	renumber := make([]uint32, len(b.text))
	for sorted, t := range b.text {
		renumber[b.number[t]] = uint32(sorted)
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
