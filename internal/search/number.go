package search

import (
	"cmp"
	"math"
	"slices"
)

// number gives the documents their inner numbers and what goes by them.
func (ix *Index) number(docs []Document) {
	n := len(docs)
	ranked := byPopularity(docs)
	prior := priors(docs, ranked)
	ix.position = make([]int32, 0, n)
	inner := make([]uint32, n) // per position
	for group := range 2 {
		for _, pos := range ranked {
			if secondary(&docs[pos]) == group {
				inner[pos] = uint32(len(ix.position))
				ix.position = append(ix.position, pos)
			}
		}
	}
	ix.facts = make([]facts, n)
	ix.popular, ix.ids = make([]uint32, n), make([]identity, n)
	for i, pos := range ranked {
		d := inner[pos]
		ix.facts[d] = facts{prior: prior[pos]}
		ix.popular[i] = d
		ix.ids[d] = identity{docs[pos].ID, d}
	}
	slices.SortFunc(ix.ids, func(a, b identity) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.doc, b.doc)) })
}

// byPopularity is the positions of the documents, the most popular first, then by symbol.
func byPopularity(docs []Document) []int32 {
	type rank struct {
		popularity float64
		position   int32
	}
	ranks := make([]rank, len(docs))
	for i := range docs {
		ranks[i] = rank{popularity(&docs[i]), int32(i)}
	}
	slices.SortFunc(ranks, func(a, b rank) int {
		if a.popularity != b.popularity {
			return cmp.Compare(b.popularity, a.popularity)
		}
		return cmp.Or(cmp.Compare(docs[a.position].Symbol, docs[b.position].Symbol), cmp.Compare(a.position, b.position))
	})
	ranked := make([]int32, len(docs))
	for i, r := range ranks {
		ranked[i] = r.position
	}
	return ranked
}

// priors is each document's share of the score, from the positions sorted by
// popularity. It goes by rank, which popularity of any unit has, and by its
// logarithm, as the first hundred are told apart more than the last thousand.
func priors(docs []Document, ranked []int32) []uint16 {
	prior := make([]uint16, len(docs))
	scale := popularitySpan / math.Log(float64(1+len(docs)))
	best := 0
	for i, pos := range ranked {
		d := &docs[pos]
		if i > 0 && popularity(d) != popularity(&docs[ranked[i-1]]) {
			best = i
		}
		if popularity(d) > 0 {
			prior[pos] = uint16(popularitySpan - scale*math.Log(float64(1+best)))
		}
		if d.Known {
			prior[pos] = max(prior[pos], knownPrior)
		}
		if !d.Secondary {
			prior[pos] += mainBonus
		}
	}
	return prior
}

// popularity takes what is no number for unknown.
func popularity(d *Document) float64 {
	if math.IsNaN(d.Popularity) {
		return 0
	}
	return d.Popularity
}

func secondary(d *Document) int {
	if d.Secondary {
		return 1
	}
	return 0
}
