package search

import (
	"cmp"
	"slices"
)

// keywords are the postings of keywords. They are apart from the others, as
// only queries of several words go through them.
type keywords struct {
	terms []uint32 // sorted
	start []uint32 // of each term in docs, and the end of the last
	docs  []uint32
}

type keyword struct{ term, doc uint32 }

func newKeywords(all []keyword) keywords {
	slices.SortFunc(all, func(a, b keyword) int { return cmp.Or(cmp.Compare(a.term, b.term), cmp.Compare(a.doc, b.doc)) })
	k := keywords{docs: make([]uint32, 0, len(all))}
	for i, e := range all {
		if i == 0 || e.term != all[i-1].term {
			k.terms = append(k.terms, e.term)
			k.start = append(k.start, uint32(i))
		}
		k.docs = append(k.docs, e.doc)
	}
	k.start = append(k.start, uint32(len(all)))
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
