package search

import (
	"slices"
)

// extra is a term that a word matches though it does not start with it.
// It is one number, because a sort of numbers is twice as fast as one that asks a function: by term, the better
// class of a term first.
type extra uint64

func newExtra(term uint32, c class) extra { return extra(uint64(term)<<8 | uint64(^c)) }

func (e extra) term() uint32 { return uint32(e >> 8) }

func (e extra) class() class { return ^class(e) }

// word is one word of a query and the terms that it matches.
type word struct {
	text   []byte
	in     span    // the terms that start with it
	whole  bool    // the first of them is the word
	extras []extra // sorted by term
	size   int     // about how many documents it alone would find
}

// scratch is the memory of one search. Between searches best and tally's tables
// are all zero; outside intersect worst and found are.
type scratch struct {
	folded, whole []byte // the query, and the query without gaps
	head          int    // letters of whole before its last word
	verbatim      bool   // no word is misspelt
	named         bool   // a legal form was taken from the query
	words         []word
	best          []class  // per document
	docs          []uint32 // the documents that have a class
	top           class    // the best of all
	keys          []uint64
	tally         tally
	corrected     []byte

	// Of intersect: the documents that have the words so far, per document the worst class
	// of these words and the class of the word in hand, and the words' numbers from rare to frequent.
	candidates   []uint32
	worst, found []class
	order        []int
}

func newScratch(ix *Index) *scratch {
	n := len(ix.position)
	return &scratch{best: make([]class, n), worst: make([]class, n), found: make([]class, n), tally: newTally(&ix.facets)}
}

func (s *scratch) reset() {
	for _, d := range s.docs {
		s.best[d] = classNone
	}
	s.docs, s.top, s.named = s.docs[:0], classNone, false
	s.tally.reset()
}

// mark notes that a document matches.
func (s *scratch) mark(doc uint32, c class) {
	old := s.best[doc]
	if c <= old {
		return
	}
	if old == classNone {
		s.docs = append(s.docs, doc)
	}
	s.best[doc] = c
	s.top = max(s.top, c)
}

// read folds the query and splits it.
func (s *scratch) read(text string) {
	s.folded = appendFold(s.folded[:0], text, maxQueryRunes)
	s.whole, s.words = s.whole[:0], s.words[:0]
	start := 0
	for i := range len(s.folded) + 1 {
		if i < len(s.folded) && !isGap(s.folded[i]) {
			continue
		}
		if i > start {
			s.head = len(s.whole)
			s.whole = append(s.whole, s.folded[start:i]...)
			s.addWord(cutTerm(s.folded[start:i]))
		}
		start = i + 1
	}
	if len(s.words) == 1 {
		s.head = len(s.whole)
	}
	s.whole = cutTerm(s.whole)
}

// addWord reuses the extras' memory of an earlier query.
func (s *scratch) addWord(text []byte) {
	n := len(s.words)
	if n < cap(s.words) {
		s.words = s.words[:n+1]
	} else {
		s.words = append(s.words, word{})
	}
	s.words[n] = word{text: text, extras: s.words[n].extras[:0]}
}

// match reads the query's text and marks the documents that it finds.
func (ix *Index) match(s *scratch, q *Query) {
	s.read(q.Text)
	ix.find(s, q)
}

// find marks the documents that the query in s finds.
func (ix *Index) find(s *scratch, q *Query) {
	s.verbatim = q.Verbatim
	if len(s.words) == 0 {
		return
	}
	ix.matchWhole(s, q.Exact)
	switch {
	case q.Exact:
	case len(s.words) == 1:
		ix.matchID(s)
		ix.matchInside(s)
	default:
		ix.matchSeveral(s)
	}
}

// matchWhole looks for the query as one term, or the start of one.
func (ix *Index) matchWhole(s *scratch, exact bool) {
	in := ix.vocabulary.prefixed(s.whole)
	n := len(s.whole)
	if ix.vocabulary.whole(in, n) {
		for _, p := range ix.postings(span{in.lo, in.lo + 1}) {
			doc, k := p.doc(), p.kind()
			c := wholeClass[k]
			switch {
			case k == kindSymbol:
				c = symbolClass(n, ix.facts[doc].shape, n, s.head)
			case exact:
				continue
			}
			if s.named {
				c = namedClass(c)
			}
			s.mark(doc, c)
		}
		in.lo++
	}
	if exact {
		return
	}
	worth := prefixClass
	worth[kindName] = nameStartClass(n, len(s.words))
	worth[kindCore] = worth[kindName]
	for _, p := range ix.postings(in) {
		doc, k := p.doc(), p.kind()
		c := worth[k]
		if k == kindSymbol && !s.named {
			c = symbolStartClass(ix.facts[doc].shape, n, s.head)
		}
		s.mark(doc, c)
	}
}

// matchID takes a number for an id too; most who type one mean a name, so that
// it comes late.
func (ix *Index) matchID(s *scratch) {
	if id, ok := decimal(s.whole); ok {
		for _, e := range ix.withID(id) {
			s.mark(e.doc, classID)
		}
	}
}

// decimal reads a number; unlike strconv it allocates no error for the many
// words that are none.
func decimal(b []byte) (n int, ok bool) {
	const digits = 18 // fit an int
	if len(b) > digits {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// matchInside looks for a query of one word inside words, and for what it may
// be a misspelling of when there is nothing better.
func (ix *Index) matchInside(s *scratch) {
	w := &s.words[0]
	w.extras = ix.suffixes.appendInside(w.extras, &ix.vocabulary, w.text, classInside)
	for _, e := range w.extras {
		for _, p := range ix.postings(span{e.term(), e.term() + 1}) {
			s.mark(p.doc(), insideClass[p.kind()])
		}
	}
	if s.top > classInside {
		return
	}
	w.extras = ix.appendTypos(s, w.extras[:0], w.text)
	tidy(w)
	for _, e := range w.extras {
		for _, p := range ix.postings(span{e.term(), e.term() + 1}) {
			if ix.mistakable(p) {
				s.mark(p.doc(), typoClass(e.class(), p.kind()))
			}
		}
	}
}

// appendTypos appends the terms that a misspelt word may mean.
func (ix *Index) appendTypos(s *scratch, dst []extra, text []byte) []extra {
	if s.verbatim {
		return dst
	}
	kept := len(dst)
	dst = appendTypos(dst, &ix.vocabulary, text, len(s.words) > 1)
	for _, e := range dst[kept:] {
		if slices.ContainsFunc(ix.postings(span{e.term(), e.term() + 1}), ix.mistakable) {
			dst[kept] = e
			kept++
		}
	}
	return dst[:kept]
}

// mistakable reports whether a term may be meant by a misspelling where p has
// it: names and words may, and symbols too long to be one letter away from everything.
func (ix *Index) mistakable(p posting) bool {
	if p.kind() == kindSymbol {
		return ix.facts[p.doc()].base >= oneTypoFrom
	}
	return true
}

// tidy sorts the extras of a word and leaves each term once, at its best.
func tidy(w *word) {
	slices.Sort(w.extras)
	w.extras = slices.CompactFunc(w.extras, func(a, b extra) bool { return a.term() == b.term() })
}
