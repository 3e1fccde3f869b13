package search

import "encoding/binary"

// keyBytes is how many bytes of a term are compared at once.
const keyBytes = 8

// vocabulary is every term once, sorted by bytes.
type vocabulary struct {
	text   []byte   // the terms, one after the other, and zeros for the key of the last
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

func newVocabulary(sorted []numbered) vocabulary {
	size := 0
	for _, t := range sorted {
		size += len(t.text)
	}
	v := vocabulary{text: make([]byte, 0, size+keyBytes), start: make([]uint32, 0, len(sorted)+1)}
	for _, t := range sorted {
		v.start = append(v.start, uint32(len(v.text)))
		v.text = append(v.text, t.text...)
		b := bucketOf(t.text[0]) * buckets
		if len(t.text) > 1 {
			b += bucketOf(t.text[1])
		}
		v.bucket[b+1]++
	}
	v.start = append(v.start, uint32(len(v.text)))
	v.text = append(v.text, make([]byte, keyBytes)...)
	for i := range buckets * buckets {
		v.bucket[i+1] += v.bucket[i]
	}
	return v
}

func (v *vocabulary) len() int { return len(v.start) - 1 }

func (v *vocabulary) all() span { return span{0, uint32(v.len())} }

func (v *vocabulary) term(i uint32) []byte { return v.text[v.start[i]:v.start[i+1]] }

// key is the first eight bytes of term i from byte depth on, as a number that
// sorts like them; see eight.
func (v *vocabulary) key(i, depth uint32) uint64 {
	from := v.start[i] + depth
	return binary.BigEndian.Uint64(v.text[from:]) & firstBytes(int(v.start[i+1]-from))
}

// firstBytes is the mask of the first n bytes of a key.
func firstBytes(n int) uint64 { return ^(^uint64(0) >> (8 * n)) }

// eight is the first eight bytes of b, and zeros after its end, as a number. No
// term has a zero byte.
func eight(b []byte) uint64 {
	if len(b) >= keyBytes {
		return binary.BigEndian.Uint64(b)
	}
	var k uint64
	for i, c := range b {
		k |= uint64(c) << (56 - 8*i)
	}
	return k
}

// prefixed is the terms that start with p, which is folded and not empty.
func (v *vocabulary) prefixed(p []byte) span { return v.within(v.all(), 0, p) }

// within narrows in, terms which all agree in their first depth bytes, to those
// that go on with p.
func (v *vocabulary) within(in span, depth int, p []byte) span {
	in = v.bucketed(in, depth, p)
	for len(p) > keyBytes && !in.empty() {
		in = v.withKey(in, uint32(depth), eight(p), keyBytes)
		depth, p = depth+keyBytes, p[keyBytes:]
	}
	return v.withKey(in, uint32(depth), eight(p), len(p))
}

// bucketed narrows in by the table of the first two bytes, as far as they are
// known: those before depth stand in each of the terms.
func (v *vocabulary) bucketed(in span, depth int, p []byte) span {
	if depth > 1 || len(p) == 0 || in.empty() {
		return in
	}
	b, n := 0, uint32(buckets)
	switch {
	case depth == 1:
		b, n = bucketOf(v.text[v.start[in.lo]])*buckets+bucketOf(p[0]), 1
	case len(p) > 1:
		b, n = bucketOf(p[0])*buckets+bucketOf(p[1]), 1
	default:
		b = bucketOf(p[0]) * buckets
	}
	return span{max(in.lo, v.bucket[b]), min(in.hi, v.bucket[uint32(b)+n])}
}

// withKey is within for the first n bytes of a key.
func (v *vocabulary) withKey(in span, depth uint32, key uint64, n int) span {
	if in.empty() {
		return span{}
	}
	mask := firstBytes(n)
	lo := in.lo
	if v.key(lo, depth)&mask != key {
		for hi := in.hi; lo < hi; {
			if mid := (lo + hi) / 2; v.key(mid, depth)&mask < key {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		if lo == in.hi || v.key(lo, depth)&mask != key {
			return span{}
		}
	}
	if v.key(in.hi-1, depth)&mask == key {
		return span{lo, in.hi}
	}
	// Most ranges are short: look near before looking far.
	step := uint32(1)
	for lo+step < in.hi && v.key(lo+step, depth)&mask == key {
		step *= 2
	}
	from, to := lo+step/2, min(lo+step, in.hi)
	for from < to {
		if mid := (from + to) / 2; v.key(mid, depth)&mask == key {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return span{lo, to}
}

// whole reports whether the first of the terms that start with a prefix of n
// bytes is the prefix itself.
func (v *vocabulary) whole(in span, n int) bool {
	return !in.empty() && len(v.term(in.lo)) == n
}
