package search

import "slices"

// maxKey is above every key.
const maxKey = 1<<64 - 1

// window is the range of the ranked matches, total in all, that is asked for.
func (q *Query) window(total int) (from, to int) {
	from = min(max(q.Offset, 0), total)
	return from, from + min(max(q.Limit, 0), total-from)
}

// window appends the hits of Offset..Offset+Limit.
func (ix *Index) window(s *scratch, q *Query, docs []uint32, res *Result) {
	from, to := q.window(res.Total)
	if from == to {
		return
	}
	for _, key := range ix.first(s, q, docs, to)[from:] {
		d := uint32(key)
		res.Hits = append(res.Hits, Hit{Doc: ix.position[d], Tier: classes[s.best[d]].tier})
	}
}

// first is the keys of the first n of the docs that pass the filters, sorted. It keeps the best of them
// only, twice as many at most, so that a wide match costs little more than
// looking at each document once.
func (ix *Index) first(s *scratch, q *Query, docs []uint32, n int) []uint64 {
	keys, worst := s.keys[:0], uint64(maxKey)
	for _, d := range docs {
		if !s.tally.passed[ix.facts[d].combo] {
			continue
		}
		key := ix.key(s, q, d)
		if key >= worst {
			continue
		}
		if len(keys) == 2*n {
			slices.Sort(keys)
			keys = keys[:n]
			worst = keys[n-1]
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	s.keys = keys
	return keys[:n]
}

// key sorts documents as the query asks: what is smaller stands first. Its
// lower half is the document, whose number breaks ties.
func (ix *Index) key(s *scratch, q *Query, doc uint32) uint64 {
	major := 1<<31 - ix.score(s, doc)
	if q.Order != nil {
		major = uint32(q.Order[ix.position[doc]]) ^ 1<<31
		if q.Descending {
			major = ^major
		}
	}
	return uint64(major)<<32 | uint64(doc)
}

// score is what relevance adds up to.
func (ix *Index) score(s *scratch, doc uint32) uint32 {
	return classes[s.best[doc]].weight + uint32(ix.facts[doc].prior)
}

// best is the first of docs by relevance, among those that may be shown if
// there are any.
func (ix *Index) best(s *scratch, q *Query, docs []uint32) uint32 {
	relevance := Query{}
	rank := func(doc uint32) uint64 {
		key := ix.key(s, &relevance, doc)
		if ix.facets.combos[ix.facts[doc].combo].hidden && !q.Hidden {
			key |= 1 << 63
		}
		return key
	}
	first := docs[0]
	for _, d := range docs[1:] {
		if rank(d) < rank(first) {
			first = d
		}
	}
	return first
}
