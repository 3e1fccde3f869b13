package search

import (
	"cmp"
	"slices"
)

// combination is what documents have in common that filters look at. There
// are a few hundred among many thousand documents, so that a match costs one
// addition, and the filters are asked once for each combination.
type combination struct {
	facets [NumFacets]FacetValue
	flags  Flags
	hidden bool
}

// facetTable is the combinations that there are.
type facetTable struct {
	combos []combination
	total  []uint32 // documents per combination
	every  []uint32 // all combinations, the ones that a query without text meets
	sizes  [NumFacets]int
}

// newFacetTable notes in facts, which parallel position, what each document has.
func newFacetTable(docs []Document, position []int32, facts []facts) facetTable {
	var t facetTable
	number := make(map[combination]uint32)
	for d, pos := range position {
		c := combination{docs[pos].Facets, docs[pos].Flags, docs[pos].Hidden}
		n, ok := number[c]
		if !ok {
			n = uint32(len(t.combos))
			number[c] = n
			t.combos = append(t.combos, c)
			t.total = append(t.total, 0)
			t.every = append(t.every, n)
			for f, v := range c.facets {
				t.sizes[f] = max(t.sizes[f], int(v)+1)
			}
		}
		facts[d].combo = n
		t.total[n]++
	}
	return t
}

// tally is the scratch memory of counting.
type tally struct {
	matches []uint32 // per combination; zero outside seen
	seen    []uint32 // the combinations met
	passed  []bool   // per combination seen: its documents are in the result
	values  [NumFacets][]int
}

func newTally(t *facetTable) tally {
	s := tally{matches: make([]uint32, len(t.combos)), passed: make([]bool, len(t.combos))}
	for f, size := range t.sizes {
		s.values[f] = make([]int, size)
	}
	return s
}

// add counts the documents that match the text.
func (s *tally) add(facts []facts, docs []uint32) {
	for _, d := range docs {
		c := facts[d].combo
		if s.matches[c] == 0 {
			s.seen = append(s.seen, c)
		}
		s.matches[c]++
	}
}

// count turns the matches per combination into the numbers of the result.
func (s *tally) count(t *facetTable, q *Query, seen, matches []uint32, res *Result) {
	const allPass = 1<<(NumFacets+NumFlags) - 1 // a bit for each filter: the facets, then the flags
	for _, c := range seen {
		n, combo := int(matches[c]), &t.combos[c]
		passes := int(combo.flags|^q.Flags) << NumFacets & allPass
		for f, selected := range q.Facets {
			if len(selected) == 0 || slices.Contains(selected, combo.facets[f]) {
				passes |= 1 << f
			}
		}
		hidden := combo.hidden && !q.Hidden
		s.passed[c] = passes == allPass && !hidden
		switch {
		case hidden && passes == allPass:
			res.Hidden += n
		case hidden:
		default:
			res.Unfiltered += n
			if passes == allPass {
				res.Total += n
			}
			for f, v := range combo.facets {
				if passes|1<<f == allPass {
					s.countValue(f, v, n, res)
				}
			}
			for f := range res.Flags {
				if combo.flags>>f&1 == 1 && passes|1<<(NumFacets+f) == allPass {
					res.Flags[f] += n
				}
			}
		}
	}
	for f := range res.Facets {
		s.finish(f, q.Facets[f], res)
	}
}

func (s *tally) countValue(f int, v FacetValue, n int, res *Result) {
	if v == 0 {
		return
	}
	if s.values[f][v] == 0 {
		res.Facets[f] = append(res.Facets[f], Count{Value: v})
	}
	s.values[f][v] += n
}

// finish fills the counts of a facet in, adds the selected values that have
// none, and orders them.
func (s *tally) finish(f int, selected []FacetValue, res *Result) {
	counts := res.Facets[f]
	for i := range counts {
		v := counts[i].Value
		counts[i].N = s.values[f][v]
		s.values[f][v] = 0
	}
	for _, v := range selected {
		if v != 0 && !slices.ContainsFunc(counts, func(c Count) bool { return c.Value == v }) {
			counts = append(counts, Count{Value: v})
		}
	}
	slices.SortFunc(counts, func(a, b Count) int { return cmp.Or(b.N-a.N, int(a.Value)-int(b.Value)) })
	res.Facets[f] = counts
}

// reset makes the scratch ready for the next search.
func (s *tally) reset() {
	for _, c := range s.seen {
		s.matches[c] = 0
	}
	s.seen = s.seen[:0]
}
