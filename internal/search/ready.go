package search

import (
	"runtime"
	"sync"
	"unicode/utf8"
)

const (
	// readyFrom is how many documents a word has to find for its answer to be kept, and
	// readyShare how many there may be for each of these in a large index, where there are more such words.
	readyFrom, readyShare = 200, 1000
	// readyHits is how many of the hits are kept: enough for a page though some are filtered out.
	readyHits = 64
)

// ready is the answers to the words that find most, which people begin all others with: they would take longest, as every match
// is counted, and there are few of them.
type ready map[string]*readyAnswer

// readyAnswer is what a word finds, before filters.
type readyAnswer struct {
	docs    []uint32 // the best that are not hidden, in the order of relevance
	classes []class  // of each of docs
	combos  []uint32 // the combinations that there are among all matches
	matches []uint32 // of each of combos
}

// answerReady answers a query that has an answer ready; it reports whether it had, and leaves
// res and s as they were if not.
func (ix *Index) answerReady(s *scratch, q *Query, res *Result) bool {
	if len(s.words) != 1 || q.Exact || q.ID != 0 || q.Hidden || q.Order != nil {
		return false
	}
	a, ok := ix.ready[string(s.whole)]
	if !ok {
		return false
	}
	for i, c := range a.combos {
		s.tally.matches[c] = a.matches[i]
	}
	s.tally.seen = append(s.tally.seen, a.combos...)
	s.tally.count(&ix.facets, q, s.tally.seen, s.tally.matches, res)
	if !ix.readyWindow(s, a, q, res) {
		s.tally.reset()
		res.reset()
		return false
	}
	return true
}

// readyWindow appends the hits of Offset..Offset+Limit, and reports whether it
// could.
func (ix *Index) readyWindow(s *scratch, a *readyAnswer, q *Query, res *Result) bool {
	from, to := q.window(res.Total)
	passed := 0
	for i, d := range a.docs {
		if passed == to {
			break
		}
		if !s.tally.passed[ix.facts[d].combo] {
			continue
		}
		if passed >= from {
			res.Hits = append(res.Hits, Hit{Doc: ix.position[d], Tier: classes[a.classes[i]].tier})
		}
		passed++
	}
	return passed == to || from == to
}

// makeReady finds the answers to the words that find many documents: to starts of terms, and to
// what stands inside many. It asks the index, which must have all else.
func (ix *Index) makeReady() {
	from := max(readyFrom, len(ix.position)/readyShare)
	words := ix.frequent(from)
	answers := make([]*readyAnswer, len(words))
	var all sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		all.Go(func() {
			s := newScratch(ix)
			for i := worker; i < len(words); i += workers {
				answers[i] = ix.readyFor(s, words[i], from)
			}
		})
	}
	all.Wait()
	ix.ready = make(ready)
	for i, a := range answers {
		if a != nil {
			ix.ready[words[i]] = a
		}
	}
}

// readyFor is the answer to a word, or nil when it finds too little or is misspelt.
func (ix *Index) readyFor(s *scratch, word string, from int) *readyAnswer {
	defer s.reset()
	q := Query{Text: word}
	ix.match(s, &q)
	if len(s.docs) < from || classes[s.top].tier == TierTypo {
		return nil
	}
	s.tally.add(ix.facts, s.docs)
	a := &readyAnswer{combos: append([]uint32(nil), s.tally.seen...), matches: make([]uint32, len(s.tally.seen))}
	shown := 0
	for i, c := range a.combos {
		a.matches[i] = s.tally.matches[c]
		s.tally.passed[c] = !ix.facets.combos[c].hidden
		if s.tally.passed[c] {
			shown += int(a.matches[i])
		}
	}
	keys := ix.first(s, &q, s.docs, min(readyHits, shown))
	a.docs, a.classes = make([]uint32, len(keys)), make([]class, len(keys))
	for i, key := range keys {
		a.docs[i], a.classes[i] = uint32(key), s.best[uint32(key)]
	}
	return a
}

// frequent is the words that may find as many documents as that: those which begin terms with
// so many postings, and those inside such terms.
func (ix *Index) frequent(from int) []string {
	var words []string
	seen := make(map[string]bool)
	add := func(word []byte) {
		if utf8.Valid(word) && !seen[string(word)] {
			seen[string(word)] = true
			words = append(words, string(word))
		}
	}
	ix.frequentStarts(ix.vocabulary.all(), 0, from, add)
	ix.frequentInsides(from, add)
	return words
}

// frequentStarts goes through the terms in, which agree in depth bytes.
func (ix *Index) frequentStarts(in span, depth, from int, add func([]byte)) {
	for !in.empty() {
		term := ix.vocabulary.term(in.lo)
		if len(term) == depth {
			in.lo++
			continue
		}
		next := ix.vocabulary.within(in, depth, term[depth:depth+1])
		if len(ix.postings(next)) >= from {
			add(term[:depth+1])
			ix.frequentStarts(next, depth+1, from, add)
		}
		in.lo = next.hi
	}
}

// frequentInsides goes through the suffixes of terms.
func (ix *Index) frequentInsides(from int, add func([]byte)) {
	x, v := &ix.suffixes, &ix.vocabulary
	var last uint64
	var postings [keyBytes + 1]int // by the number of bytes that the suffixes so far agree in
	for i, t := range x.term {
		at := uint32(x.at[i])
		key, n := v.key(t, at), len(ix.postings(span{t, t + 1}))
		text := v.term(t)[at:]
		for length := minInside; length <= min(keyBytes, len(text)); length++ {
			if (key^last)&firstBytes(length) != 0 {
				postings[length] = 0
			}
			before := postings[length]
			postings[length] += n
			if before < from && postings[length] >= from {
				add(text[:length])
			}
		}
		last = key
	}
}
