package search

import (
	"cmp"
	"slices"
)

// isReal is set beside a class in scratch.worst and scratch.found where a word is more than a keyword.
const isReal class = 1 << 7

// readAhead is how many postings are read in the time that it takes to look a document's terms up,
// which are anywhere in memory.
const readAhead = 32

// intersect marks the documents that have all words, by their worst word, if
// any of the words is more than a keyword there. It begins with the documents of
// the rarest word and narrows them word by word: by the set of a short word, or by the postings of a
// word, or, when these are too many, by the terms of the documents that are left.
func (ix *Index) intersect(s *scratch) {
	s.order = s.order[:0]
	for i := range s.words {
		s.words[i].size = ix.documents(&s.words[i])
		s.order = append(s.order, i)
	}
	slices.SortFunc(s.order, func(a, b int) int { return cmp.Compare(s.words[a].size, s.words[b].size) })
	ix.begin(s, &s.words[s.order[0]])
	for _, i := range s.order[1:] {
		w := &s.words[i]
		set, ok := ix.sets[string(w.text)]
		switch {
		case ok && set.in == w.in && len(w.extras) == 0:
			ix.narrowBySet(s, w, set)
		case w.size <= readAhead*len(s.candidates):
			ix.narrowByPostings(s, w)
		default:
			ix.narrowByTerms(s, w)
		}
	}
	for _, doc := range s.candidates {
		if c := s.worst[doc]; c&isReal != 0 {
			s.mark(doc, c&^isReal)
		}
		s.worst[doc] = classNone
	}
	s.candidates = s.candidates[:0]
}

// documents is about how many documents a word alone would find.
func (ix *Index) documents(w *word) int {
	n := len(ix.postings(w.in)) + len(ix.keywords.of(w.in))
	for _, e := range w.extras {
		n += len(ix.postings(span{e.term(), e.term() + 1}))
	}
	return n
}

// begin makes the documents of a word the candidates, but those that have been found as
// something better.
func (ix *Index) begin(s *scratch, w *word) {
	ix.visit(w, func(doc uint32, c class) {
		if s.best[doc] >= classWords {
			return
		}
		if s.worst[doc] == classNone {
			s.candidates = append(s.candidates, doc)
		}
		s.worst[doc] = better(s.worst[doc], c)
	})
}

func (ix *Index) narrowByPostings(s *scratch, w *word) {
	ix.visit(w, s.find)
	s.narrow(func(doc uint32) class {
		c := s.found[doc]
		s.found[doc] = classNone
		return c
	})
}

// find notes what the word in hand is worth in a document, if it is a candidate.
func (s *scratch) find(doc uint32, c class) {
	if s.worst[doc] != classNone {
		s.found[doc] = better(s.found[doc], c)
	}
}

func (ix *Index) narrowByTerms(s *scratch, w *word) {
	s.narrow(func(doc uint32) class {
		m := w.matched(ix.termsOf(doc))
		if m.real {
			m.class |= isReal
		}
		return m.class
	})
}

// narrow keeps the candidates that have a word of some class.
func (s *scratch) narrow(classOf func(doc uint32) class) {
	kept := s.candidates[:0]
	for _, doc := range s.candidates {
		c, worst := classOf(doc), s.worst[doc]
		if c == classNone {
			s.worst[doc] = classNone
			continue
		}
		s.worst[doc] = min(c&^isReal, worst&^isReal) | (c|worst)&isReal
		kept = append(kept, doc)
	}
	s.candidates = kept
}

// better joins the classes of two terms that the same word matches.
func better(a, b class) class { return max(a&^isReal, b&^isReal) | (a|b)&isReal }

// visit goes through the documents that a word matches, some more than once.
func (ix *Index) visit(w *word, each func(doc uint32, c class)) {
	in := w.in
	if w.whole {
		ix.visitTerms(span{in.lo, in.lo + 1}, classWords, each)
		in.lo++
	}
	ix.visitTerms(in, classWordsPrefix, each)
	for _, e := range w.extras {
		ix.visitTerms(span{e.term(), e.term() + 1}, e.class(), each)
	}
}

func (ix *Index) visitTerms(in span, c class, each func(doc uint32, c class)) {
	for _, p := range ix.postings(in) {
		if wordKind[p.kind()] {
			each(p.doc(), c|isReal)
		}
	}
	for _, doc := range ix.keywords.of(in) {
		each(doc, c)
	}
}
