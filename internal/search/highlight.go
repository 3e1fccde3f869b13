package search

import (
	"slices"
	"strings"
)

// Span is a half-open byte range of a text.
type Span struct{ Start, End int }

// mapped is folded text without gaps that knows where each byte came from.
type mapped struct {
	letters string
	source  []Span // per byte of letters: the rune of the text it came from
	gap     []byte // per byte of letters: the gap before it, 0 within a word
}

// Highlight returns the ranges of text that query matched, folded the way
// Search folds: in order, not overlapping, from rune to rune. The whole query
// is marked where words start with it, else each of its words is marked at the starts of
// words, or inside words when it starts none.
func Highlight(text, query string) []Span {
	folded := string(appendFold(nil, query, maxQueryRunes))
	if folded == "" || text == "" {
		return nil
	}
	m := mapText(text)
	words := strings.FieldsFunc(folded, isGapRune)
	spans := m.mark(nil, joined(folded), len(words) > 1)
	if len(spans) == 0 && len(words) > 1 {
		for _, w := range words {
			spans = m.mark(spans, w, false)
		}
	}
	return merge(spans)
}

func mapText(text string) mapped {
	var m mapped
	letters := make([]byte, 0, len(text)+8)
	gap := byte(gapBlank)
	for i := 0; i < len(text); {
		before := len(letters)
		out, class, size := foldRune(letters, text[i:])
		switch class {
		case runeBlank:
			gap = gapBlank
		case runeJoint:
			if gap == 0 {
				gap = gapJoint
			}
		case runeLetter:
			letters = out
			for range len(letters) - before {
				m.source = append(m.source, Span{i, i + size})
				m.gap = append(m.gap, gap)
				gap = 0
			}
		case runeDropped:
			// An accent belongs to its letter.
			if before > 0 && gap == 0 && m.source[before-1].End == i {
				m.source[before-1].End = i + size
			}
		}
		i += size
	}
	m.letters = string(letters)
	return m
}

// mark appends a span for each place where a word starts with w, or, when
// there is none, for each place inside a word.
func (m *mapped) mark(spans []Span, w string, crossBlanks bool) []Span {
	before := len(spans)
	for _, start := range []bool{true, false} {
		for at := 0; ; {
			i := strings.Index(m.letters[at:], w)
			if i < 0 {
				break
			}
			at += i
			if m.fits(at, len(w), start, crossBlanks) {
				spans = append(spans, Span{m.source[at].Start, m.source[at+len(w)-1].End})
				at += len(w)
			} else {
				at++
			}
		}
		if len(spans) > before || len(w) < minInside {
			break
		}
	}
	return spans
}

// fits reports whether the n letters from at are a match that Search makes:
// from the start of a word across punctuation, and across blanks as far as names
// are found joined; or else within one word.
func (m *mapped) fits(at, n int, start, crossBlanks bool) bool {
	if start != (m.gap[at] != 0) {
		return false
	}
	for _, g := range m.gap[at+1 : at+n] {
		switch {
		case g != 0 && !start:
			return false
		case g == gapBlank && !crossBlanks && n < minJoinedPrefix:
			return false
		}
	}
	return true
}

// merge sorts spans and joins those that touch the same bytes.
func merge(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.Start - b.Start })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}
