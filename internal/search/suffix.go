package search

import (
	"bytes"
	"cmp"
	"math"
	"unicode/utf8"
)

// suffixes are the ends of words that an inside match can start, sorted by
// their first eight bytes.
type suffixes struct {
	term []uint32
	at   []uint8 // where in the term it starts
	// The first with each two bytes at its start; see bucketOf.
	bucket [buckets*buckets + 1]uint32
}

type suffix struct {
	key  uint64
	term uint32
	at   uint8
}

// newSuffixes sorts the suffixes of the terms that inside reports true for.
func newSuffixes(v *vocabulary, inside func(term uint32) bool) suffixes {
	var all []suffix
	for t := range uint32(v.len()) {
		if !inside(t) {
			continue
		}
		text := v.term(t)
		for at := 1; at+minInside <= len(text); at++ {
			if utf8.RuneStart(text[at]) {
				all = append(all, suffix{v.key(t, uint32(at)), t, uint8(at)})
			}
		}
	}
	all = sorted(all, func(a, b suffix) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.at, b.at))
	})
	x := suffixes{term: make([]uint32, len(all)), at: make([]uint8, len(all))}
	for i, s := range all {
		x.term[i], x.at[i] = s.term, s.at
		x.bucket[bucketOf(byte(s.key>>56))*buckets+bucketOf(byte(s.key>>48))+1]++
	}
	for i := range buckets * buckets {
		x.bucket[i+1] += x.bucket[i]
	}
	return x
}

// starting is the range of suffixes that may start with p: they do in their first
// eight bytes.
func (x *suffixes) starting(v *vocabulary, p []byte) (lo, hi int) {
	bucket := bucketOf(p[0])*buckets + bucketOf(p[1])
	lo, hi = int(x.bucket[bucket]), int(x.bucket[bucket+1])
	least := eight(p)
	lo = x.search(v, lo, hi, least)
	if most := least | ^firstBytes(len(p)); most < math.MaxUint64 {
		hi = x.search(v, lo, hi, most+1)
	}
	return lo, hi
}

// search is the first suffix from lo on, or hi, whose key is at least that.
func (x *suffixes) search(v *vocabulary, lo, hi int, key uint64) int {
	for lo < hi {
		if mid := (lo + hi) / 2; v.key(x.term[mid], uint32(x.at[mid])) < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// appendInside appends the terms that hold p anywhere but at their start.
func (x *suffixes) appendInside(dst []extra, v *vocabulary, p []byte, c class) []extra {
	if len(p) < minInside {
		return dst
	}
	lo, hi := x.starting(v, p)
	for i := lo; i < hi; i++ {
		t := x.term[i]
		if len(p) <= 8 || bytes.HasPrefix(v.term(t)[x.at[i]:], p) {
			dst = append(dst, newExtra(t, c))
		}
	}
	return dst
}
