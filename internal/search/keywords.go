package search

import "slices"

// keywords are the postings of keywords. They are apart from the others, as
// only queries of several words go through them.
type keywords struct {
	terms []uint32 // sorted
	start []uint32 // of each term in docs, and the end of the last
	docs  []uint32
}

type keyword struct{ term, doc uint32 }

// newKeywords puts keywords, which stand by document, in the order of their terms,
// all below terms.
func newKeywords(all []keyword, terms int) keywords {
	next := make([]uint32, terms+1)
	for _, e := range all {
		next[e.term+1]++
	}
	k := keywords{docs: make([]uint32, len(all))}
	for t := range uint32(terms) {
		if next[t+1] > 0 {
			k.terms = append(k.terms, t)
			k.start = append(k.start, next[t])
		}
		next[t+1] += next[t]
	}
	k.start = append(k.start, uint32(len(all)))
	for _, e := range all {
		k.docs[next[e.term]] = e.doc
		next[e.term]++
	}
	return k
}

// of is the documents with a keyword in a range of terms.
func (k *keywords) of(in span) []uint32 {
	if in.empty() {
		return nil
	}
	lo, _ := slices.BinarySearch(k.terms, in.lo)
	hi, _ := slices.BinarySearch(k.terms, in.hi)
	return k.docs[k.start[lo]:k.start[hi]]
}
