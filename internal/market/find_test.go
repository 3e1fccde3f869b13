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

func TestRowsAreCleanedAndNamed(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(append(sampleRows(), stock(7, "NONAME", " "))...))
	got, err := m.BySymbol(t.Context(), "volv.st")
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "Volvo AB" || got.Type.Slug != "stocks" || got.Exchange.Name != "Nasdaq" || got.Industry.Name != "Technology" || got.Suffix != "ST" {
		t.Errorf("got %+v", got)
	}
	if bitcoin, _ := m.BySymbol(t.Context(), "BTC"); bitcoin.Exchange.Name != "Exchange 99" || bitcoin.Industry != (Facet{}) {
		t.Errorf("got %+v", bitcoin)
	}
	if r, _ := m.BySymbol(t.Context(), "NONAME"); r.Name != "NONAME" {
		t.Errorf("a row without a name is called %q", r.Name)
	}
}

func TestFindAnswersWithPricesClosesAndListings(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(sampleRows()...))
	l := find(t, m, Query{Box: "aapl", Limit: 1})
	row := l.Rows[0]
	if row.Instrument.ID != 1001 || len(row.Listings) != 2 || row.Tier != search.TierExactSymbol || l.Total != 3 {
		t.Errorf("got %+v of %d", row, l.Total)
	}
	if *row.Quote.Price != 100 || row.Close.Official != 90 || row.Quote.At.IsZero() {
		t.Errorf("prices: %+v %+v", row.Quote, row.Close)
	}
	if l.State.Count != 6 || l.State.Hidden != 1 || l.State.Age != AgeFresh || l.State.Source != EToro {
		t.Errorf("state: %+v", l.State)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(sampleRows()...))
	tests := []struct {
		name  string
		query Query
		want  int
	}{
		{"nothing asked is all that is shown", Query{}, 6},
		{"hidden too", Query{Hidden: true}, 7},
		{"by slug", Query{Types: []string{"stocks"}}, 5},
		{"by eToro's id", Query{Types: []string{"10"}}, 1},
		{"by name", Query{Types: []string{"Crypto"}}, 1},
		{"several of one facet widen", Query{Types: []string{"10", "stocks"}}, 6},
		{"several facets narrow", Query{Types: []string{"10"}, Exchanges: []string{"nasdaq"}}, 0},
		{"a value without rows", Query{Types: []string{"etf"}}, 0},
		{"in the box", Query{Box: "type:crypto"}, 1},
		{"in the box, half typed", Query{Box: "exchange:nasd"}, 5},
		{"an unnamed exchange", Query{Exchanges: []string{"exchange-99"}}, 1},
		{"an id", Query{Box: "id:1001"}, 1},
	}
	for _, tt := range tests {
		if l := find(t, m, tt.query); l.Total != tt.want || len(l.Rows) != tt.want {
			t.Errorf("%s: %d rows of %d, want %d", tt.name, len(l.Rows), l.Total, tt.want)
		}
	}
}

func TestFacetsAreCountedAndSelectionsMarked(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(sampleRows()...))
	l := find(t, m, Query{Types: []string{"crypto"}})
	var got []string
	for _, f := range l.Facets[search.FacetType] {
		got = append(got, fmt.Sprintf("%s %d %v", f.Facet.Slug, f.N, f.Selected))
	}
	if want := []string{"stocks 5 false", "crypto 1 true"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestHiddenMatchesAreCounted(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(sampleRows()...))
	if l := find(t, m, Query{Box: "dormant"}); l.Total != 0 || l.Hidden != 1 {
		t.Errorf("%d shown, %d hidden", l.Total, l.Hidden)
	}
	if l := find(t, m, Query{Box: "dormant", Hidden: true}); l.Total != 1 || l.Rows[0].Instrument.HiddenBy != "dormant placeholder" {
		t.Errorf("asked for: %v", symbols(l))
	}
}

func TestBadQueriesNameTheParameterAndWhatIsPossible(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(sampleRows()...))
	tests := []struct {
		query Query
		field string
		says  string
	}{
		{Query{Types: []string{"etfs"}}, "type", "stocks, etf, crypto"},
		{Query{Exchanges: []string{"777"}}, "exchange", "nasdaq, nyse, stockholm-stock-exchange"},
		{Query{Industries: []string{""}}, "industry", "technology"},
		{Query{Box: "type:zzz"}, "q", `There is no type "zzz"`},
		{Query{Sort: "id"}, "sort", "symbol, -symbol"},
		{Query{Types: []string{strings.Repeat("x", 10_000)}}, "type", "xxx"},
	}
	for _, tt := range tests {
		l, err := m.Find(t.Context(), tt.query)
		var bad *BadQuery
		if !errors.As(err, &bad) || bad.Field != tt.field || !strings.Contains(bad.Message, tt.says) || len(bad.Message) > 300 {
			t.Errorf("%+v: %v", tt.query, err)
		}
		if l.State.Count == 0 {
			t.Errorf("%+v: without state", tt.query)
		}
	}
}

func TestFacetSlugsAreUniqueAndNoNumbers(t *testing.T) {
	t.Parallel()
	table := newFacetTable("exchange", map[int]bool{0: true, -1: true, 50: true},
		map[int]string{1: "Tokyo", 2: " tokyo ", 3: "12", 4: "東京!", 5: "Tokyo-2", 6: "", 7: "tokyo-2"})
	var slugs []string
	for _, f := range table.values {
		slugs = append(slugs, f.Slug)
		if got := table.named(f.Slug, false); len(got) != 1 || got[0] != f.Value {
			t.Errorf("%q leads to %v, not %d", f.Slug, got, f.Value)
		}
		if table.byID(f.ID) != f {
			t.Errorf("id %d is lost", f.ID)
		}
	}
	if len(slugs) != 8 || slugs[0] != "tokyo" || slugs[2] != "exchange-12" || slugs[7] != "exchange-50" {
		t.Errorf("slugs %q", slugs)
	}
	if distinct := slices.Compact(slices.Sorted(slices.Values(slugs))); len(distinct) != len(slugs) {
		t.Errorf("twice the same: %q", slugs)
	}
}

func TestSortingPutsTheUnknownLastInBothDirections(t *testing.T) {
	t.Parallel()
	f := newFar(stock(1, "b", "Émile"), stock(2, "C", "delta"), stock(3, "a", "Foxtrot"), stock(4, "D", "Golf"))
	f.pages[0].Items = []etoro.SnapshotRow{
		{ID: 1, CurrentRate: ptr(5.0), DailyPriceChange: ptr(-2.0), PopularityUniques7Day: ptr(10.0)},
		{ID: 2, CurrentRate: ptr(7.0), DailyPriceChange: ptr(3.0), PopularityUniques7Day: ptr(30.0)},
		{ID: 3, CurrentRate: ptr(0.0), PopularityUniques7Day: ptr(20.0)},
		{ID: -7, CurrentRate: ptr(1.0)},
	}
	m := loaded(t, f)
	tests := map[string]string{
		"":           "C a b D",
		"popularity": "C a b D",
		"symbol":     "a b C D",
		"-symbol":    "D C b a",
		"name":       "C b a D",
		"-name":      "D a b C",
		"price":      "b C a D",
		"-price":     "C b a D",
		"change":     "b C a D",
		"-change":    "C b a D",
	}
	for sort, want := range tests {
		if got := strings.Join(symbols(find(t, m, Query{Sort: sort})), " "); got != want {
			t.Errorf("sort %q: %s, want %s", sort, got, want)
		}
	}
}

func TestWithoutPricesTheOlderInstrumentComesFirst(t *testing.T) {
	t.Parallel()
	c := catalogueOf(stock(30, "A", "Alpha one"), stock(10, "B", "Alpha two"), stock(20, "C", "Alpha three"))
	l, err := c.find(Query{Box: "alpha"})
	if err != nil || strings.Join(symbols(l), " ") != "B C A" {
		t.Errorf("got %v, %v", symbols(l), err)
	}
}

func TestWindow(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(sampleRows()...))
	tests := []struct{ offset, limit, want int }{
		{0, 2, 2}, {4, 10, 2}, {6, 10, 0}, {1 << 40, 10, 0}, {-5, 3, 3}, {2, 0, 4}, {0, -1, 6},
	}
	for _, tt := range tests {
		if l := find(t, m, Query{Offset: tt.offset, Limit: tt.limit}); len(l.Rows) != tt.want || l.Total != 6 {
			t.Errorf("%d from %d: %d rows of %d, want %d", tt.limit, tt.offset, len(l.Rows), l.Total, tt.want)
		}
	}
}

func TestSearchesCostNoCall(t *testing.T) {
	t.Parallel()
	f := newFar(sampleRows()...)
	m := loaded(t, f)
	before := f.total()
	for i := range 1000 {
		box := "apple bitcoin msft"[:1+i%18]
		if _, err := m.Find(t.Context(), Query{Box: box, Limit: 20}); err != nil {
			t.Fatal(err)
		}
		_, _ = m.Instrument(t.Context(), etoro.InstrumentID(i))
		_, _ = m.BySymbol(t.Context(), box)
		m.State()
	}
	if calls := f.total() - before; calls != 0 {
		t.Errorf("%d calls", calls)
	}
}

func TestInstrumentTellsAllThatIsKnown(t *testing.T) {
	t.Parallel()
	m := loaded(t, newFar(sampleRows()...))
	d, err := m.Instrument(t.Context(), 8754)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Row.Listings) != 2 || d.Row.Listings[0].Symbol != "AAPL" || d.Row.Instrument.MainListing != 1001 {
		t.Errorf("listings: %+v", d.Row.Listings)
	}
	if d.ClosesAt.IsZero() || d.ClosesErr != nil || d.Row.Close.Official == 0 {
		t.Errorf("closes: %+v", d)
	}
	if hidden, err := m.Instrument(t.Context(), 13); err != nil || hidden.Row.Instrument.HiddenBy == "" {
		t.Errorf("a hidden row has a page of its own: %v", err)
	}
	if d, err := m.Instrument(t.Context(), 4711); !errors.Is(err, ErrUnknown) || d.State.Count == 0 {
		t.Errorf("got %v", err)
	}
	if _, err := m.BySymbol(t.Context(), "nope"); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v", err)
	}
}

func TestDuplicatesAndEmptyRows(t *testing.T) {
	t.Parallel()
	c := catalogueOf(stock(1, "A", "First"), stock(2, "", ""), stock(1, "A", "Last"), stock(3, "x.OLD", "X"), stock(4, "X.old", "Y"), stock(-1, "NEG", "Negative"))
	if len(c.rows) != 4 || c.Len() != 1 || c.Hidden() != 3 || c.rows[c.byID[1]].Name != "Last" {
		t.Errorf("%d rows, %d shown, %d hidden", len(c.rows), c.Len(), c.Hidden())
	}
	if c.rows[c.bySymbol["X.OLD"]].ID != 3 {
		t.Error("of symbols that differ in case the lower id answers")
	}
}
