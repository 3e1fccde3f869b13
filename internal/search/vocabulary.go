package search

import (
	"bytes"
	"sort"
)

// vocabulary is every term once, sorted by bytes.
type vocabulary struct {
	text   []byte   // the terms, one after the other
	start  []uint32 // of each term in text, and the end of the last
	bucket [buckets*buckets + 1]uint32
}

// span is a half-open range of terms.
type span struct{ lo, hi uint32 }

func (s span) empty() bool { return s.lo >= s.hi }

// first is the first term of s, if ok.
func (s span) first(ok bool) span {
	if !ok {
		return span{}
	}
	return span{s.lo, s.lo + 1}
}

// buckets is how many kinds of byte the first two of a term are told apart by:
// none, the digits, the letters, and all that is not ASCII. They are in the order of the bytes.
const buckets = 1 + 10 + 26 + 1

func bucketOf(c byte) int {
	switch {
	case c < 'a':
		return 1 + int(c-'0')
	case c <= 'z':
		return 11 + int(c-'a')
	}
	return buckets - 1
}

func newVocabulary(sorted []string) vocabulary {
	size := 0
	for _, t := range sorted {
		size += len(t)
	}
	v := vocabulary{text: make([]byte, 0, size), start: make([]uint32, 0, len(sorted)+1)}
	for _, t := range sorted {
		v.start = append(v.start, uint32(len(v.text)))
		v.text = append(v.text, t...)
		b := bucketOf(t[0]) * buckets
		if len(t) > 1 {
			b += bucketOf(t[1])
		}
		v.bucket[b+1]++
	}
	v.start = append(v.start, uint32(len(v.text)))
	for i := range buckets * buckets {
		v.bucket[i+1] += v.bucket[i]
	}
	return v
}

func (v *vocabulary) len() int { return len(v.start) - 1 }

func (v *vocabulary) all() span { return span{0, uint32(v.len())} }

func (v *vocabulary) term(i uint32) []byte { return v.text[v.start[i]:v.start[i+1]] }

// prefixed is the terms that start with p, which is folded and not empty.
func (v *vocabulary) prefixed(p []byte) span {
	b := bucketOf(p[0]) * buckets
	if len(p) == 1 {
		return v.within(span{v.bucket[b], v.bucket[b+buckets]}, 0, p)
	}
	b += bucketOf(p[1])
	return v.within(span{v.bucket[b], v.bucket[b+1]}, 0, p)
}

// within narrows in, terms which all agree in their first depth bytes, to those
// that go on with p.
func (v *vocabulary) within(in span, depth int, p []byte) span {
	rest := func(i int) []byte {
		t := v.term(in.lo + uint32(i))[depth:]
		return t[:min(len(t), len(p))]
	}
	n := int(in.hi - in.lo)
	lo := sort.Search(n, func(i int) bool { return bytes.Compare(rest(i), p) >= 0 })
	if lo == n || !bytes.Equal(rest(lo), p) {
		return span{}
	}
	// Most ranges are short: look near before looking far.
	step := 1
	for lo+step < n && bytes.Equal(rest(lo+step), p) {
		step *= 2
	}
	from, to := lo+step/2, min(lo+step, n)
	hi := from + sort.Search(to-from, func(i int) bool { return !bytes.Equal(rest(from+i), p) })
	return span{in.lo + uint32(lo), in.lo + uint32(hi)}
}

// whole reports whether the first of the terms that start with a prefix of n
// bytes is the prefix itself.
func (v *vocabulary) whole(in span, n int) bool {
	return !in.empty() && len(v.term(in.lo)) == n
}
