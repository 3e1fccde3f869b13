package search

import (
	"cmp"
	"slices"
)

// matchSeveral looks for a query of several words. A legal form at its end is not
// insisted on, as the catalogue writes few names in full: "apple inc" is Apple. If nothing has
// been found at all, fillers are left out anywhere, then letters may be wrong, and at last blanks:
// "face bok" is Facebook.
func (ix *Index) matchSeveral(s *scratch) {
	ix.matchWords(s)
	if s.dropEndings() || s.top == classNone && s.dropFillers() {
		ix.matchWhole(s, false)
		if len(s.words) == 1 {
			ix.matchInside(s)
			return
		}
		ix.matchWords(s)
	}
	if s.top == classNone {
		ix.matchLoosely(s)
	}
	if s.top == classNone {
		s.one(s.whole)
		ix.matchInside(s)
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
	"stock": true, "stocks": true, "share": true, "shares": true, "index": true, "price": true, "etf": true, "coin": true,
}

// dropEndings drops the legal forms at the end of the query, but for its first word, and
// reports whether there were any.
func (s *scratch) dropEndings() bool {
	n := len(s.words)
	for n > 1 && endings[string(s.words[n-1].text)] {
		n--
	}
	dropped := n < len(s.words)
	s.shorten(n)
	return dropped
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
	dropped := 0 < n && n < len(s.words)
	if dropped {
		s.shorten(n)
	}
	return dropped
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
			w.extras = ix.appendTypos(w.extras, w.text)
			tidy(w)
		}
	}
	ix.intersect(s)
	if s.top != classNone {
		return
	}
	for i := range s.words {
		if w := &s.words[i]; !w.in.empty() {
			w.extras = ix.appendTypos(w.extras, w.text)
			tidy(w)
		}
	}
	ix.intersect(s)
}

// intersect goes through the documents of the rarest word and looks for the
// other words in each.
func (ix *Index) intersect(s *scratch) {
	rarest, least := 0, ix.documents(&s.words[0])
	for i := range s.words {
		if n := ix.documents(&s.words[i]); n < least {
			rarest, least = i, n
		}
	}
	if least == 0 {
		return
	}
	w := &s.words[rarest]
	ix.confirmAll(s, w.in)
	for _, e := range w.extras {
		ix.confirmAll(s, span{e.term, e.term + 1})
	}
}

// documents is about how many documents a word alone would find.
func (ix *Index) documents(w *word) int {
	n := len(ix.postings(w.in)) + len(ix.keywords.of(w.in))
	for _, e := range w.extras {
		n += len(ix.postings(span{e.term, e.term + 1}))
	}
	return n
}

// confirmAll marks the documents of a range of terms that have all words.
func (ix *Index) confirmAll(s *scratch, in span) {
	for _, p := range ix.postings(in) {
		if wordKind[p.kind()] {
			ix.confirm(s, p.doc())
		}
	}
	for _, doc := range ix.keywords.of(in) {
		ix.confirm(s, doc)
	}
}

// confirm marks a document by its worst word, if it has all words and any of
// them is more than a keyword.
func (ix *Index) confirm(s *scratch, doc uint32) {
	if s.best[doc] >= classWords {
		return
	}
	worst, real := classWords, false
	terms := ix.termsOf(doc)
	for i := range s.words {
		m := s.words[i].matched(terms)
		real = real || m.real
		if worst = min(worst, m.class); worst == classNone {
			return
		}
	}
	if real {
		s.mark(doc, worst)
	}
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
	i, found := slices.BinarySearchFunc(w.extras, term, func(e extra, term uint32) int { return cmp.Compare(e.term, term) })
	if !found {
		return classNone
	}
	return w.extras[i].class
}

// correction is the query with its misspelt words as the best document has
// them.
func (ix *Index) correction(s *scratch, doc uint32) string {
	terms := ix.termsOf(doc)
	corrected := make([]byte, 0, len(s.folded)+8)
	for i := range s.words {
		w := &s.words[i]
		if i > 0 {
			corrected = append(corrected, ' ')
		}
		text := w.text
		if m := w.matched(terms); classes[m.class].tier == TierTypo {
			text = ix.vocabulary.term(m.term)
		}
		corrected = append(corrected, text...)
	}
	return string(corrected)
}
