package search

import (
	"slices"
)

// matchSeveral looks for a query of several words. A legal form at its end is not
// insisted on, as the catalogue writes few names in full: "apple inc" is Apple. If nothing has
// been found at all, fillers are left out anywhere, then letters may be wrong, and at last blanks:
// "face bok" is Facebook.
func (ix *Index) matchSeveral(s *scratch) {
	ix.matchWords(s)
	if s.dropEndings() {
		ix.matchShortened(s)
	}
	if s.top == classNone && s.dropFillers() {
		ix.matchShortened(s)
	}
	if s.top == classNone && len(s.words) > 1 {
		ix.matchLoosely(s)
	}
	if s.top == classNone && len(s.words) > 1 {
		s.one(s.whole)
		ix.matchInside(s)
	}
}

func (ix *Index) matchShortened(s *scratch) {
	ix.matchWhole(s, false)
	if len(s.words) == 1 {
		ix.matchInside(s)
	} else {
		ix.matchWords(s)
	}
}

// endings are the legal forms that people add to a name.
var endings = map[string]bool{
	"inc": true, "corp": true, "corporation": true, "incorporated": true, "co": true, "company": true, "plc": true, "ltd": true,
	"limited": true, "llc": true, "lp": true, "ag": true, "sa": true, "se": true, "nv": true, "ab": true, "asa": true, "oyj": true, "spa": true,
}

// fillers are further words that a name may be written without.
var fillers = map[string]bool{
	"and": true, "the": true, "of": true, "group": true, "holding": true, "holdings": true,
	"stock": true, "stocks": true, "share": true, "shares": true, "index": true, "price": true, "etf": true, "coin": true, "trust": true, "fund": true, "class": true, "token": true, "crypto": true,
}

// dropEndings drops the legal forms at the end of the query, but for its first word, and
// reports whether there were any.
func (s *scratch) dropEndings() bool {
	n := len(s.words)
	for n > 1 && endings[string(s.words[n-1].text)] {
		n--
	}
	if n == len(s.words) {
		return false
	}
	s.shorten(n)
	s.named = true
	return true
}

// dropFillers drops the fillers unless there is nothing else.
func (s *scratch) dropFillers() bool {
	n := 0
	for i := range s.words {
		if !fillers[string(s.words[i].text)] {
			s.words[n], s.words[i] = s.words[i], s.words[n]
			n++
		}
	}
	if n == 0 || n == len(s.words) {
		return false
	}
	s.shorten(n)
	return true
}

// shorten leaves the first n words.
func (s *scratch) shorten(n int) {
	s.words = s.words[:n]
	s.whole = s.whole[:0]
	for i := range s.words {
		s.head = len(s.whole)
		s.whole = append(s.whole, s.words[i].text...)
	}
	s.whole = cutTerm(s.whole)
	if n == 1 {
		s.one(s.words[0].text)
	}
}

// one makes the query a single word.
func (s *scratch) one(text []byte) {
	s.words = s.words[:1]
	s.words[0] = word{text: text, extras: s.words[0].extras[:0]}
	s.head = len(s.whole)
}

// matchWords looks for documents that have all words as the start of one of theirs; one
// letter that another word follows is a word of its own.
func (ix *Index) matchWords(s *scratch) {
	for i := range s.words {
		w := &s.words[i]
		w.in = ix.vocabulary.prefixed(w.text)
		w.whole = ix.vocabulary.whole(w.in, len(w.text))
		if len(w.text) == 1 && i+1 < len(s.words) {
			w.in = w.in.first(w.whole)
		}
	}
	ix.intersect(s)
}

// matchLoosely looks for documents that have all words, those that start none of
// theirs inside one or misspelt, or else all misspelt.
func (ix *Index) matchLoosely(s *scratch) {
	for i := range s.words {
		if w := &s.words[i]; w.in.empty() {
			w.extras = ix.suffixes.appendInside(w.extras, &ix.vocabulary, w.text, classWordsInside)
			w.extras = ix.appendTypos(s, w.extras, w.text)
			tidy(w)
		}
	}
	ix.intersect(s)
	if s.top != classNone {
		return
	}
	for i := range s.words {
		if w := &s.words[i]; !w.in.empty() {
			w.extras = ix.appendTypos(s, w.extras, w.text)
			tidy(w)
		}
	}
	ix.intersect(s)
}

// matched is what a word finds among the terms of a document.
type matched struct {
	class class
	term  uint32
	real  bool // not only as a keyword
}

func (w *word) matched(terms []uint32) (best matched) {
	for _, t := range terms {
		isKeyword := t&keywordOnly != 0
		t &^= keywordOnly
		c := classNone
		switch {
		case w.whole && t == w.in.lo:
			c = classWords
		case w.in.lo <= t && t < w.in.hi:
			c = classWordsPrefix
		case len(w.extras) > 0:
			c = w.extraClass(t)
		}
		if c == classNone {
			continue
		}
		best.real = best.real || !isKeyword
		if c > best.class {
			best.class, best.term = c, t
		}
	}
	return best
}

func (w *word) extraClass(term uint32) class {
	i, _ := slices.BinarySearch(w.extras, extra(uint64(term)<<8)) // below every class of the term
	found := i < len(w.extras) && w.extras[i].term() == term
	if !found {
		return classNone
	}
	return w.extras[i].class()
}

// correction is the query with its misspelt words as the best document has
// them, in the memory of s.
func (ix *Index) correction(s *scratch, doc uint32) []byte {
	terms := ix.termsOf(doc)
	corrected := s.corrected[:0]
	for i := range s.words {
		w := &s.words[i]
		if i > 0 {
			corrected = append(corrected, ' ')
		}
		text := w.text
		if m := w.matched(terms); classes[m.class].tier == TierTypo {
			text = ix.vocabulary.term(m.term)
		} else if m.class == classNone {
			text = ix.nameMeant(w, doc)
		}
		corrected = append(corrected, text...)
	}
	s.corrected = corrected
	return corrected
}

// nameMeant is the name in one of a document that a word is a misspelling of.
func (ix *Index) nameMeant(w *word, doc uint32) []byte {
	for _, e := range w.extras {
		if slices.ContainsFunc(ix.postings(span{e.term(), e.term() + 1}), func(p posting) bool { return p.doc() == doc }) {
			return ix.vocabulary.term(e.term())
		}
	}
	return w.text
}
