package search

const (
	// setBytes is the longest word that has a set, and setShare how many documents there may be
	// for each that it finds: then the set is smaller than a list.
	setBytes, setShare = 2, 16
	// setsFrom is how many documents an index has to have for sets to be worth their memory.
	setsFrom = 50_000
)

// docSet is the documents that have a term which starts with a word of a letter or two, a bit for each: a
// word that is just being begun fits so many that going through them would take longest of all.
type docSet struct {
	in   span     // the terms
	any  []uint64 // documents with any of them
	real []uint64 // documents which have any of them as more than a keyword
}

// makeSets makes the sets of a large index.
func (ix *Index) makeSets() {
	if len(ix.position) < setsFrom {
		return
	}
	ix.sets = make(map[string]docSet)
	ix.addSets(ix.vocabulary.all(), 0)
}

// addSets goes through the terms in, which agree in depth bytes.
func (ix *Index) addSets(in span, depth int) {
	for !in.empty() {
		term := ix.vocabulary.term(in.lo)
		if len(term) == depth {
			in.lo++
			continue
		}
		next := ix.vocabulary.within(in, depth, term[depth:depth+1])
		if ix.documents(&word{in: next}) > len(ix.position)/setShare {
			ix.sets[string(term[:depth+1])] = ix.newSet(next)
			if depth+1 < setBytes {
				ix.addSets(next, depth+1)
			}
		}
		in.lo = next.hi
	}
}

func (ix *Index) newSet(in span) docSet {
	n := (len(ix.position) + 63) / 64
	set := docSet{in: in, any: make([]uint64, n), real: make([]uint64, n)}
	ix.visitTerms(in, classWordsPrefix, func(doc uint32, c class) {
		set.any[doc/64] |= 1 << (doc % 64)
		if c&isReal != 0 {
			set.real[doc/64] |= 1 << (doc % 64)
		}
	})
	return set
}

// class is what the word of the set is worth in a document where it is not a whole term.
func (set *docSet) class(doc uint32) class {
	bit := uint64(1) << (doc % 64)
	switch {
	case set.real[doc/64]&bit != 0:
		return classWordsPrefix | isReal
	case set.any[doc/64]&bit != 0:
		return classWordsPrefix
	}
	return classNone
}

// narrowBySet narrows by a word that has a set: only the term that is the whole word is gone through.
func (ix *Index) narrowBySet(s *scratch, w *word, set docSet) {
	if w.whole {
		ix.visitTerms(span{w.in.lo, w.in.lo + 1}, classWords, s.find)
	}
	s.narrow(func(doc uint32) class {
		c := better(s.found[doc], set.class(doc))
		s.found[doc] = classNone
		return c
	})
}
