package search

import (
	"bytes"
	"cmp"
	"slices"
	"sort"
	"unicode/utf8"
)

// suffixes are the ends of words that an inside match can start, sorted by
// their first eight bytes.
type suffixes struct {
	term []uint32
	at   []uint8 // where in the term it starts
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
				all = append(all, suffix{eight(text[at:]), t, uint8(at)})
			}
		}
	}
	slices.SortFunc(all, func(a, b suffix) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.at, b.at))
	})
	x := suffixes{term: make([]uint32, len(all)), at: make([]uint8, len(all))}
	for i, s := range all {
		x.term[i], x.at[i] = s.term, s.at
	}
	return x
}

// eight is the first eight bytes of b as a number that sorts like them.
func eight(b []byte) uint64 {
	var k uint64
	for i := range min(len(b), 8) {
		k |= uint64(b[i]) << (56 - 8*i)
	}
	return k
}

// starting is the range of suffixes that may start with p: they do in their first
// eight bytes.
func (x *suffixes) starting(v *vocabulary, p []byte) (lo, hi int) {
	key := func(i int) uint64 { return eight(v.term(x.term[i])[x.at[i]:]) }
	least := eight(p)
	most := least
	if len(p) < 8 {
		most |= 1<<(64-8*len(p)) - 1
	}
	lo = sort.Search(len(x.term), func(i int) bool { return key(i) >= least })
	hi = lo + sort.Search(len(x.term)-lo, func(i int) bool { return key(lo+i) > most })
	return lo, hi
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
			dst = append(dst, extra{t, c})
		}
	}
	return dst
}
