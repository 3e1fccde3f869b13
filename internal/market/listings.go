package market

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"instrumentdesk/internal/search"
)

// twinSuffixes are those that eToro adds for a second listing of its own making:
// regular hours only, in euros, round the clock, extended hours.
var twinSuffixes = []string{"RTH", "EUR", "24-7", "EXT"}

// plainSuffix only tells a stock from a coin or another company that has its ticker;
// such a row is as good a main listing as one without it.
const plainSuffix = "US"

var (
	suffixPattern = regexp.MustCompile(`^[A-Z0-9-]+$`)
	// Futures by their suffix: JUN26 and SEP, the month; FUT; MICRO, a small contract; SPOT2, a
	// spot-quoted one; HEDGE, one that eToro keeps for itself. Few of them are flagged as expiring.
	futureSuffix = regexp.MustCompile(`^(` + months + `)([0-9]{2})?$|^(FUT|FUTURE|MICRO|SPOT[0-9]?|HDG|HEDGE)$`)
)

const months = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"

// suffixOf is what follows the last dot of a symbol, in capitals: the venue (L, DE), a
// twin (RTH), a month (JUN26), a share class (B). "" when that is nothing of the kind.
func suffixOf(symbol string) string {
	dot := strings.LastIndexByte(symbol, '.')
	if dot < 1 {
		return ""
	}
	suffix := strings.ToUpper(symbol[dot+1:])
	if !suffixPattern.MatchString(suffix) {
		return ""
	}
	return suffix
}

func isTwinSuffix(suffix string) bool { return slices.Contains(twinSuffixes, suffix) }

// isSecondary marks the rows that stand behind others: twins of a main listing, and
// futures.
func isSecondary(row *Instrument) bool {
	return isFuture(row) || isTwinSuffix(row.Suffix) && row.MainListing != row.ID
}

func isFuture(row *Instrument) bool { return row.Expires || futureSuffix.MatchString(row.Suffix) }

// groupListings puts the listings of a company together, sets each row's MainListing
// and returns for each row its group, main listing first. Two rows are of one company when
// they are of one type and either have the same name, or are a symbol and its twin
// and begin their names with the same word. A symbol alone never joins: eToro's AMP is a
// coin and its AMP.RTH is Ameriprise.
func groupListings(rows []Instrument, keys sortKeys) [][]int32 {
	g := newGroups(len(rows))
	type name struct {
		typeID int
		folded string
	}
	named := make(map[name]int32, len(rows))
	symbols := make(map[string]int32, len(rows))
	for i := range rows {
		key := name{rows[i].Type.ID, keys.name[i]}
		if first, ok := named[key]; ok {
			g.join(first, int32(i))
		} else {
			named[key] = int32(i)
		}
		symbols[strings.ToUpper(rows[i].Symbol)] = int32(i)
	}
	for i := range rows {
		suffix := rows[i].Suffix
		if !isTwinSuffix(suffix) && suffix != plainSuffix {
			continue
		}
		base := strings.ToUpper(rows[i].Symbol[:len(rows[i].Symbol)-len(suffix)-1])
		if j, ok := symbols[base]; ok && rows[i].Type.ID == rows[j].Type.ID && firstWord(keys.name[i]) == firstWord(keys.name[j]) {
			g.join(int32(i), j)
		}
	}
	return g.settle(rows, keys)
}

func firstWord(slug string) string {
	word, _, _ := strings.Cut(slug, "-")
	return word
}

// groups is a union-find over row numbers.
type groups []int32

func newGroups(n int) groups {
	g := make(groups, n)
	for i := range g {
		g[i] = int32(i)
	}
	return g
}

func (g groups) root(i int32) int32 {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g groups) join(a, b int32) { g[g.root(a)] = g.root(b) }

// settle lists the members of each group, the best one first, and makes that the main
// listing of all.
func (g groups) settle(rows []Instrument, keys sortKeys) [][]int32 {
	members := make(map[int32][]int32)
	for i := range rows {
		root := g.root(int32(i))
		members[root] = append(members[root], int32(i))
	}
	byRow := make([][]int32, len(rows))
	for _, group := range members {
		if len(group) == 1 {
			continue
		}
		slices.SortFunc(group, func(a, b int32) int {
			return cmp.Or(
				cmp.Compare(demerit(&rows[a]), demerit(&rows[b])),
				cmp.Compare(keys.popularity[b], keys.popularity[a]),
				cmp.Compare(rows[a].ID, rows[b].ID),
			)
		})
		for _, i := range group {
			rows[i].MainListing = rows[group[0]].ID
			byRow[i] = group
		}
	}
	return byRow
}

// demerit orders the listings of a company before popularity does: hidden ones are
// never the main one when another is there, twins and dated ones rarely.
func demerit(row *Instrument) int {
	switch {
	case row.HiddenBy != "":
		return 2
	case isTwinSuffix(row.Suffix), isFuture(row):
		return 1
	default:
		return 0
	}
}

// eToro's ids of types.
const typeForex, typeStocks, typeETF, typeCrypto = 1, 5, 6, 10

// sortKeys are computed once per row for grouping, ordering and indexing.
type sortKeys struct {
	name       []string  // folded
	popularity []float64 // higher is more popular, 0 unknown
}

// newSortKeys folds the names and takes the popularity from the snapshot. Without any
// snapshot the order of ids stands in for it: eToro's ids only grow, and what it
// listed first is mostly what is best known. Each kind has a range of ids of its own, coins from
// 100,000, so what counts is how early a row stands among its own kind.
func newSortKeys(rows []Instrument, quotes []Quote) sortKeys {
	keys := sortKeys{name: make([]string, len(rows)), popularity: make([]float64, len(rows))}
	known := false
	for i := range rows {
		keys.name[i] = search.Slug(rows[i].Name)
		if p := quotes[i].Popularity; p != nil {
			keys.popularity[i] = *p
			known = true
		}
	}
	if !known {
		earlier := make(map[int]int) // by type
		for i := range rows {
			kind := rows[i].Type.ID
			if kind == typeETF {
				kind = typeStocks // they share a range
			}
			keys.popularity[i] = float64(len(rows) - earlier[kind])
			earlier[kind]++
		}
	}
	return keys
}
