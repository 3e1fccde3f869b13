package market

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// sortNames are the values of Query.Sort besides "".
var sortNames = []string{"symbol", "-symbol", "name", "-name", "change", "-change", "price", "-price", "popularity"}

// order is the rank of each row, nil for relevance.
func (c *Catalogue) order(sort string) ([]int32, error) {
	if sort == "" {
		return nil, nil
	}
	if !slices.Contains(sortNames, sort) {
		return nil, &BadQuery{Field: "sort", Message: fmt.Sprintf("The list can be sorted by %s.", strings.Join(sortNames, ", "))}
	}
	return c.orders[sort], nil
}

// newOrders ranks the rows in each way. Both directions are ranked apart instead of
// one being read backwards, because what is unknown comes last in both, and what is
// equal is ordered by popularity in both.
func newOrders(rows []Instrument, quotes []Quote, keys sortKeys) map[string][]int32 {
	price := func(i int32) *float64 { return quotes[i].Price }
	change := func(i int32) *float64 { return quotes[i].DayChangePct }
	popularity := func(i int32) *float64 {
		if keys.popularity[i] == 0 {
			return nil
		}
		return &keys.popularity[i]
	}
	symbol := make([]string, len(rows))
	for i := range rows {
		symbol[i] = strings.ToUpper(rows[i].Symbol)
	}
	compare := map[string]func(a, b int32) int{
		"symbol":     func(a, b int32) int { return cmp.Compare(symbol[a], symbol[b]) },
		"-symbol":    func(a, b int32) int { return cmp.Compare(symbol[b], symbol[a]) },
		"name":       func(a, b int32) int { return cmp.Compare(keys.name[a], keys.name[b]) },
		"-name":      func(a, b int32) int { return cmp.Compare(keys.name[b], keys.name[a]) },
		"price":      func(a, b int32) int { return compareKnown(price(a), price(b), 1) },
		"-price":     func(a, b int32) int { return compareKnown(price(a), price(b), -1) },
		"change":     func(a, b int32) int { return compareKnown(change(a), change(b), 1) },
		"-change":    func(a, b int32) int { return compareKnown(change(a), change(b), -1) },
		"popularity": func(a, b int32) int { return compareKnown(popularity(a), popularity(b), -1) },
	}
	orders := make(map[string][]int32, len(compare))
	for name, by := range compare {
		orders[name] = ranks(len(rows), func(a, b int32) int {
			return cmp.Or(by(a, b), cmp.Compare(keys.popularity[b], keys.popularity[a]), cmp.Compare(a, b))
		})
	}
	return orders
}

// compareKnown puts nil last whatever the direction, 1 or -1.
func compareKnown(a, b *float64, direction int) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	default:
		return direction * cmp.Compare(*a, *b)
	}
}

// ranks is the position of each row in the order that compare makes.
func ranks(n int, compare func(a, b int32) int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, compare)
	rank := make([]int32, n)
	for at, i := range order {
		rank[i] = int32(at)
	}
	return rank
}
