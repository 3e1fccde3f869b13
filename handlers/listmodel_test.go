package handlers

import (
	"strings"
	"testing"
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/internal/search"
	"instrumentdesk/views"
)

var now = time.Date(2026, 11, 24, 5, 30, 12, 0, time.UTC)

func stocks(n int, selected bool) market.FacetCount {
	return market.FacetCount{Facet: market.Facet{Value: 5, ID: 5, Name: "Stocks", Slug: "stocks"}, N: n, Selected: selected}
}

func pages(p views.Pager) string {
	var out []string
	for _, l := range p.Pages {
		switch {
		case l.Gap:
			out = append(out, "…")
		case l.Current:
			out = append(out, "["+l.Text+"]")
		default:
			out = append(out, l.Text)
		}
	}
	return strings.Join(out, " ")
}

func TestPager(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		page, total int
		want        string
		prev, next  string
	}{
		{1, 0, "", "", ""},
		{1, 25, "", "", ""},
		{1, 26, "[1] 2", "", "/?page=2"},
		{2, 26, "1 [2]", "/", ""},
		{1, 2500, "[1] 2 3 … 100", "", "/?page=2"},
		{50, 2500, "1 … 48 49 [50] 51 52 … 100", "/?page=49", "/?page=51"},
		{100, 2500, "1 … 98 99 [100]", "/?page=99", ""},
		{4, 2500, "1 2 3 [4] 5 6 … 100", "/?page=3", "/?page=5"},
	} {
		p := pager(listQuery{Page: tt.page}, tt.total)
		if got := pages(p); got != tt.want || p.Prev != tt.prev || p.Next != tt.next {
			t.Errorf("page %d of %d rows: %q, previous %q, next %q, want %q, %q, %q", tt.page, tt.total, got, p.Prev, p.Next, tt.want, tt.prev, tt.next)
		}
	}
}

func TestASecondChoiceOfAColumnTurnsTheOrderRoundAndAThirdDropsIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		key, sort, next, sorted string
		largestFirst            bool
	}{
		{"symbol", "", "/?sort=symbol", "", false},
		{"symbol", "symbol", "/?sort=-symbol", "ascending", false},
		{"symbol", "-symbol", "/", "descending", false},
		{"price", "", "/?sort=-price", "", true},
		{"price", "-price", "/?sort=price", "descending", true},
		{"price", "price", "/", "ascending", true},
		{"price", "symbol", "/?sort=-price", "", true},
	} {
		href, sorted := sortLink(listQuery{Sort: tt.sort, Page: 7}, tt.key, tt.largestFirst)
		if href != tt.next || sorted != tt.sorted {
			t.Errorf("%s while sorted by %q: %q, %q, want %q, %q", tt.key, tt.sort, href, sorted, tt.next, tt.sorted)
		}
	}
}

func TestFiltersToggleBySlugOrByID(t *testing.T) {
	t.Parallel()
	found := market.Listing{Total: 3}
	found.Facets[search.FacetType] = []market.FacetCount{stocks(3, true)}
	for _, q := range []listQuery{{Types: []string{"stocks"}, Page: 4}, {Types: []string{"5"}, Page: 4}} {
		m := listModel(q, found, now)
		if len(m.Chips) != 1 || m.Chips[0].RemoveHref != "/" || m.Facets[0].Options[0].Href != "/" || m.ClearAll != "/" {
			t.Errorf("%v: chips %+v, clear %q", q.Types, m.Chips, m.ClearAll)
		}
	}
	found.Facets[search.FacetType] = []market.FacetCount{stocks(3, false)}
	m := listModel(listQuery{Box: "a", Page: 1}, found, now)
	if got := m.Facets[0].Options[0].Href; got != "/?q=a&type=stocks" || len(m.Chips) != 0 {
		t.Errorf("choosing leads to %q with the chips %+v", got, m.Chips)
	}
}

func TestStatesAreFiltersOfTheirOwn(t *testing.T) {
	t.Parallel()
	found := market.Listing{Total: 3}
	found.Facets[market.FacetState] = []market.FacetCount{
		{Facet: market.Facet{Value: 1, Name: "Open now", Slug: "open"}, N: 3, Selected: true},
		{Facet: market.Facet{Value: 2, Name: "Tradable", Slug: "tradable"}, N: 2},
	}
	m := listModel(listQuery{Box: "a", States: []string{"open"}, Page: 2}, found, now)
	if len(m.Facets) != 1 || m.Facets[0].Name != "Market" || m.Facets[0].Key != "state" {
		t.Fatalf("facets %+v", m.Facets)
	}
	open, tradable := m.Facets[0].Options[0], m.Facets[0].Options[1]
	if open.Href != "/?q=a" || !open.Selected || tradable.Href != "/?q=a&state=open&state=tradable" || tradable.Count != "2" {
		t.Errorf("options %+v", m.Facets[0].Options)
	}
	if len(m.Chips) != 1 || m.Chips[0].Text != "Open now" || m.Chips[0].RemoveHref != "/?q=a" || m.ClearAll != "/?q=a" {
		t.Errorf("chips %+v, clear %q", m.Chips, m.ClearAll)
	}
	if len(m.State) != 1 || m.State[0] != (views.HiddenInput{Name: "state", Value: "open"}) || m.CSV != "/instruments.csv?q=a&state=open" {
		t.Errorf("inputs %+v, CSV %q", m.State, m.CSV)
	}
}

func TestOperatorsOfTheBoxStandInTheLinksAsTheFiltersTheyMean(t *testing.T) {
	t.Parallel()
	var found market.Listing
	found.Facets[search.FacetType] = []market.FacetCount{stocks(3, true)}
	found.Facets[market.FacetState] = []market.FacetCount{
		{Facet: market.Facet{Value: 1, Name: "Open now", Slug: "open"}, N: 3, Selected: true},
		{Facet: market.Facet{Value: 2, Name: "Tradable", Slug: "tradable"}, N: 2},
	}
	for _, tt := range []struct {
		q    listQuery
		want string
	}{
		{listQuery{Box: "is:open type:stocks gold"}, "/?q=gold&type=stocks&state=open"},
		{listQuery{Box: "is:op type:sto gold"}, "/?q=gold&type=stocks&state=open"},
		{listQuery{Box: "is:open gold", Types: []string{"5"}, States: []string{"open"}}, "/?q=gold&type=5&state=open"},
		{listQuery{Box: "gold", Types: []string{"stocks"}}, "/?q=gold&type=stocks"},
	} {
		found.Parsed = search.Parse(tt.q.Box)
		if got := inStep(tt.q, found).href("/"); got != tt.want {
			t.Errorf("%q leads to %q, want %q", tt.q.Box, got, tt.want)
		}
	}
}

func TestAnEmptyListSaysWhy(t *testing.T) {
	t.Parallel()
	filtered := market.Listing{Unfiltered: 7}
	filtered.Facets[search.FacetType] = []market.FacetCount{stocks(0, true)}
	for _, tt := range []struct {
		name  string
		q     listQuery
		found market.Listing
		title string
		link  string
	}{
		{"no match", listQuery{Box: "zzz", Page: 1}, market.Listing{}, "No instrument matches “zzz”", "/"},
		{"filtered out", listQuery{Box: "btc", Types: []string{"stocks"}, Page: 1}, filtered, "The filters leave nothing", "/?q=btc"},
		{"hidden", listQuery{Box: "drm", Page: 1}, market.Listing{Hidden: 2}, "Only hidden rows match", "/?q=drm&hidden=1"},
	} {
		m := listModel(tt.q, tt.found, now)
		if m.Empty == nil || m.Empty.Title != tt.title {
			t.Errorf("%s: %+v, want the title %q", tt.name, m.Empty, tt.title)
			continue
		}
		if last := m.Empty.Links[len(m.Empty.Links)-1].Href; last != tt.link {
			t.Errorf("%s leads to %q, want %q", tt.name, last, tt.link)
		}
	}
	if m := listModel(listQuery{Page: 1}, market.Listing{Total: 1}, now); m.Empty != nil {
		t.Error("a list with rows says that it is empty")
	}
}

func TestRowsTellUnknownFromZero(t *testing.T) {
	t.Parallel()
	zero, price, change := 0.0, 231.42, -0.92
	in := &market.Instrument{ID: 1001, Symbol: "AAPL", Name: "Apple", Type: market.Facet{Name: "Stocks"}}
	at := now.Add(-4 * time.Minute)
	for _, tt := range []struct {
		quote                        market.Quote
		price, change, trend, titled string
	}{
		{market.Quote{}, "–", "–", "", "eToro tells no price"},
		{market.Quote{Price: &price, DayChangePct: &change, At: at}, "231.42", "−0.92 %", "down", "4 min ago"},
		{market.Quote{Price: &price, DayChangePct: &zero, At: at}, "231.42", views.FormatChange(0), "flat", "4 min ago"},
	} {
		m := rowModel(market.Row{Instrument: in, Quote: tt.quote}, "", "", now)
		if m.Price != tt.price || m.Change != tt.change || m.Trend != tt.trend || !strings.Contains(m.PriceTitle, tt.titled) {
			t.Errorf("price %q, change %q, trend %q, title %q, want %q, %q, %q, %q", m.Price, m.Change, m.Trend, m.PriceTitle, tt.price, tt.change, tt.trend, tt.titled)
		}
		if m.Close != "–" {
			t.Errorf("close %q, want –", m.Close)
		}
	}
}

func TestCorrectionsOfferTheTextAsTyped(t *testing.T) {
	t.Parallel()
	m := listModel(listQuery{Box: "microsft", Page: 1}, market.Listing{Total: 1, Correction: "microsoft"}, now)
	if !strings.Contains(m.Note, "microsoft") || m.Instead == nil || m.Instead.Href != "/?q=microsft&verbatim=1" {
		t.Errorf("note %q, instead %+v", m.Note, m.Instead)
	}
}

func TestStaleNoteTellsAgeAndIDs(t *testing.T) {
	t.Parallel()
	s := market.State{AsOf: now.Add(-3 * time.Hour), Age: market.AgeFresh}
	if got := staleNote(s, now); got != "" {
		t.Errorf("fresh data is noted: %q", got)
	}
	s.Age = market.AgeStale
	if got := staleNote(s, now); !strings.Contains(got, "3 h ago") || !strings.Contains(got, "2026-11-24 02:30:12 UTC") {
		t.Errorf("note %q", got)
	}
	s = market.State{AsOf: now, Age: market.AgeFresh, Parts: []market.Part{{Op: "Instruments", At: now}, {Op: "Snapshot", Err: market.ErrShrunken}}}
	if got := staleNote(s, now); !strings.Contains(got, "prices could not be read yet") || strings.Contains(got, "The catalogue is from") {
		t.Errorf("with prices that fail the note is %q", got)
	}
	if got := staleNote(market.State{Age: market.AgeLoading}, now); got != "" {
		t.Errorf("with no catalogue the note is %q", got)
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		state   market.State
		status  string
		reasons int
	}{
		{market.State{Age: market.AgeLoading}, "loading", 1},
		{market.State{AsOf: now, Age: market.AgeFresh}, "ready", 0},
		{market.State{AsOf: now, Age: market.AgeStale}, "degraded", 1},
		{market.State{AsOf: now, Age: market.AgeSnapshot, Parts: []market.Part{{Op: "Instruments", Err: market.ErrShrunken}}}, "degraded", 2},
		{market.State{AsOf: now, Age: market.AgeFresh, Parts: []market.Part{{Op: "Instruments"}, {Op: "Snapshot", Err: market.ErrShrunken}}}, "degraded", 1},
	} {
		r := readinessOf(tt.state)
		if r.Status != tt.status || len(r.Reasons) != tt.reasons {
			t.Errorf("%+v is %+v, want %s with %d reasons", tt.state, r, tt.status, tt.reasons)
		}
	}
}
