package market

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

// trading is a market in which each row has another combination of the flags, unknown ones too.
func trading(t *testing.T) *Market {
	t.Helper()
	f := newFar(stock(1, "BOTH", "Both"), stock(2, "OPEN", "Only open"), stock(3, "SOLD", "Only tradable"), stock(4, "NONE", "Neither"), stock(5, "DARK", "Unknown"), stock(6, "GONE", "Not in the snapshot"))
	f.pages[0].Items = []etoro.SnapshotRow{
		{ID: 1, ExchangeOpen: ptr(true), CurrentlyTradable: ptr(true)},
		{ID: 2, ExchangeOpen: ptr(true), CurrentlyTradable: ptr(false)},
		{ID: 3, CurrentlyTradable: ptr(true)},
		{ID: 4, ExchangeOpen: ptr(false), CurrentlyTradable: ptr(false)},
		{ID: 5},
	}
	return loaded(t, f)
}

func stateCounts(l Listing) string {
	var counts []string
	for _, n := range l.Facets[FacetState] {
		counts = append(counts, fmt.Sprintf("%s %d %v", n.Facet.Slug, n.N, n.Selected))
	}
	return strings.Join(counts, ", ")
}

func TestStatesNarrowAndCountWhatIsLeftWithEach(t *testing.T) {
	t.Parallel()
	m := trading(t)
	for _, tt := range []struct {
		name   string
		query  Query
		rows   string
		states string
	}{
		{"none chosen", Query{}, "BOTH DARK GONE NONE OPEN SOLD", "open 2 false, tradable 2 false"},
		{"open", Query{States: []string{"open"}}, "BOTH OPEN", "open 2 true, tradable 1 false"},
		{"tradable", Query{States: []string{"tradable"}}, "BOTH SOLD", "open 1 false, tradable 2 true"},
		{"both must hold", Query{States: []string{"tradable", "open"}}, "BOTH", "open 1 true, tradable 1 true"},
		{"in the box", Query{Box: "is:open only"}, "OPEN", "open 1 true"},
		{"in the box, half typed", Query{Box: "is:trad"}, "BOTH SOLD", "open 1 false, tradable 2 true"},
		{"the box and the parameter", Query{Box: "IS:Open", States: []string{"tradable"}}, "BOTH", "open 1 true, tradable 1 true"},
		{"chosen and nothing left", Query{Box: "neither", States: []string{"open"}}, "", "open 0 true"},
		{"with a facet", Query{Types: []string{"etf"}, States: []string{"open"}}, "", "open 0 true"},
	} {
		l := find(t, m, tt.query)
		if got := strings.Join(slices.Sorted(slices.Values(symbols(l))), " "); got != tt.rows || l.Total != len(l.Rows) {
			t.Errorf("%s: %q, %d in all, want %q", tt.name, got, l.Total, tt.rows)
		}
		if got := stateCounts(l); got != tt.states {
			t.Errorf("%s: counts %q, want %q", tt.name, got, tt.states)
		}
	}
	if l := find(t, m, Query{Box: "neither", States: []string{"open"}}); l.Unfiltered != 1 {
		t.Errorf("%d match without the state, want 1", l.Unfiltered)
	}
}

func TestOtherFacetsCountWithinTheStates(t *testing.T) {
	t.Parallel()
	l := find(t, trading(t), Query{States: []string{"open"}})
	if got := l.Facets[search.FacetType]; len(got) != 1 || got[0].N != 2 {
		t.Errorf("types %+v, want 2 stocks", got)
	}
}

func TestAnUnknownStateIsABadQuery(t *testing.T) {
	t.Parallel()
	m := trading(t)
	for _, tt := range []struct {
		query Query
		field string
	}{
		{Query{States: []string{"closed"}}, "state"},
		{Query{States: []string{"1"}}, "state"},
		{Query{States: []string{"ope"}}, "state"},
		{Query{Box: "is:closed"}, "q"},
	} {
		_, err := m.Find(t.Context(), tt.query)
		var bad *BadQuery
		if !errors.As(err, &bad) || bad.Field != tt.field || !strings.Contains(bad.Message, "There is no state") || !strings.Contains(bad.Message, "open, tradable") {
			t.Errorf("%+v: %v", tt.query, err)
		}
	}
}
