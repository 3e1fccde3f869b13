package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const searchPath = "/api/v1/market-data/search"

type searchBody struct {
	Page       int              `json:"page"`
	PageSize   int              `json:"pageSize"`
	TotalItems int              `json:"totalItems"`
	Items      []map[string]any `json:"items"`
}

func searchItems(t *testing.T, s *Server, query string) []map[string]any {
	t.Helper()
	return getJSON[searchBody](t, s, searchPath+query).Items
}

func TestSearchRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for _, query := range []string{"", "?fields=", "?page=1", "?fields=instrumentId&page=0", "?fields=instrumentId&page=x",
		"?fields=instrumentId&pageSize=-1", "?fields=instrumentId&instrumentIds=a", "?fields=instrumentId&instrumentId=a",
		"?fields=instrumentId&sort=-currentRate"} {
		wantError(t, get(t, s, searchPath+query), 400, "ValidationFailed")
	}
}

func TestSearchPagesByPageAndNotByPageNumber(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	const total = 12 // 11 quoted public rows of the small catalogue and the pseudo-instrument
	seen := map[any]bool{}
	for page, want := range []int{5, 5, 2, 0} {
		got := getJSON[searchBody](t, s, fmt.Sprintf("%s?fields=instrumentId&pageSize=5&page=%d", searchPath, page+1))
		if got.Page != page+1 || got.PageSize != 5 || got.TotalItems != total || len(got.Items) != want {
			t.Fatalf("page %d: %+v", page+1, got)
		}
		for _, item := range got.Items {
			seen[item["instrumentId"]] = true
		}
	}
	if len(seen) != total || seen[5002.0] || seen[5003.0] {
		t.Fatalf("pages held %v", seen)
	}
	first := getJSON[searchBody](t, s, searchPath+"?fields=instrumentId&pageSize=5&pageNumber=2")
	if first.Page != 1 || first.Items[0]["instrumentId"] != -100000.0 {
		t.Fatalf("pageNumber was honoured: %+v", first)
	}
	far := getJSON[searchBody](t, s, searchPath+"?fields=instrumentId&pageSize=10000&page=2147483647")
	if len(far.Items) != 0 || far.TotalItems != total {
		t.Fatalf("far page: %+v", far)
	}
	if wide := getJSON[searchBody](t, s, searchPath+"?fields=instrumentId&pageSize=20000"); wide.PageSize != 10000 {
		t.Fatalf("page size %d", wide.PageSize)
	}
}

func TestSearchProjects(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	got := searchItems(t, s, "?fields=sym=internalSymbolFull,internalExchangeName,instrumentTypeID,exchangeID,nonsense,isExchangeOpen&instrumentId=1001")
	want := map[string]any{"sym": "AAPL", "internalExchangeName": "Nasdaq", "isExchangeOpen": true}
	if len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	if none := searchItems(t, s, "?fields=nonsense&instrumentId=1001"); len(none) != 1 || len(none[0]) != 0 {
		t.Fatalf("%v", none)
	}
}

func TestSearchDropsSomeNamesSilently(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Size: 60})
	without := map[string]int{}
	for _, item := range searchItems(t, s, "?fields=instrumentId,symbol,displayname,internalInstrumentDisplayName") {
		for _, name := range []string{"symbol", "displayname", "internalInstrumentDisplayName"} {
			if _, ok := item[name]; !ok {
				without[name]++
			}
		}
	}
	if without["symbol"] == 0 || without["displayname"] == 0 || without["internalInstrumentDisplayName"] != 0 {
		t.Fatalf("missing: %v", without)
	}
}

func TestSomeRowsHoldTheirIDTwice(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	if body := string(get(t, s, searchPath+"?fields=instrumentId&instrumentId=18").body); !strings.Contains(body, `{"instrumentId":0,"instrumentId":18}`) {
		t.Errorf("18: %s", body)
	}
	if body := string(get(t, s, searchPath+"?fields=instrumentId&instrumentId=1001").body); !strings.Contains(body, `{"instrumentId":1001}`) {
		t.Errorf("1001: %s", body)
	}
}

func TestPseudoInstrumentHasNoPrice(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	got := searchItems(t, s, "?fields=instrumentId,internalSymbolFull,displayname,currentRate,internalClosingPrice,dailyPriceChange,oneYearPriceChange")[0]
	want := map[string]any{"instrumentId": -100000.0, "internalSymbolFull": nil, "displayname": "Crypto market aggregate (system pseudo-instrument)"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("%v", got)
	}
}

func TestSymbolFilterIsContainment(t *testing.T) {
	t.Parallel()
	var symbols []string
	for _, item := range searchItems(t, start(t, Options{}), "?fields=internalSymbolFull&internalSymbolFull=aapl") {
		symbols = append(symbols, item["internalSymbolFull"].(string))
	}
	slices.Sort(symbols)
	if want := []string{"AAPL", "AAPL.EUR", "AAPL.RTH"}; !slices.Equal(symbols, want) {
		t.Fatalf("%v", symbols)
	}
}

func TestPopularityFallsWithTheRow(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"popularityUniques7Day", "popularityUniques30Day"} {
		last := -1.0
		for _, item := range searchItems(t, start(t, Options{Size: 3000}), "?pageSize=3000&fields=internalSymbolFull,"+field) {
			p := item[field].(float64)
			if item["internalSymbolFull"] != nil && last >= 0 && p >= last {
				t.Fatalf("%s: %v after %v", field, item, last)
			}
			if item["internalSymbolFull"] != nil {
				last = p
			}
		}
	}
}

func TestStateFlags(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	tests := []struct {
		id                       int
		open, tradable, delisted bool
	}{
		{1001, true, true, false}, {100000, true, true, false}, {5000, false, false, true}, {5001, false, false, false},
	}
	for _, tt := range tests {
		got := searchItems(t, s, fmt.Sprintf("?fields=isExchangeOpen,isOpen,isCurrentlyTradable,isDelisted,isActiveInPlatform,isBuyEnabled&instrumentId=%d", tt.id))[0]
		if got["isExchangeOpen"] != tt.open || got["isOpen"] != tt.open || got["isCurrentlyTradable"] != tt.tradable ||
			got["isDelisted"] != tt.delisted || got["isActiveInPlatform"] == tt.delisted || got["isBuyEnabled"] == tt.delisted {
			t.Errorf("%d: %v", tt.id, got)
		}
	}
}

func TestHours(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	monday := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		exchange string
		at       time.Duration // since Monday
		want     bool
	}{
		{"Digital Currency", 5*day + 3*time.Hour, true},
		{"FX", 2 * day, true},
		{"FX", 4*day + 20*time.Hour, true},
		{"FX", 4*day + 21*time.Hour, false},
		{"FX", 5 * day, false},
		{"FX", 6*day + 21*time.Hour, false},
		{"FX", 6*day + 22*time.Hour, true},
		{"Nasdaq", 14*time.Hour + 29*time.Minute, false},
		{"Nasdaq", 14*time.Hour + 30*time.Minute, true},
		{"Nasdaq", 21 * time.Hour, false},
		{"Nasdaq", 5*day + 15*time.Hour, false},
		{"LSE", 8 * time.Hour, true},
		{"Sydney", 3 * time.Hour, true},
		{"Sydney", 12 * time.Hour, false},
		{"Tadawul", 6*day + 8*time.Hour, true},
		{"Tadawul", 4*day + 8*time.Hour, false},
	}
	for _, tt := range tests {
		id, ok := idOf(exchangeEntries, tt.exchange)
		if !ok {
			t.Fatalf("no exchange %s", tt.exchange)
		}
		at := monday.Add(tt.at).In(time.FixedZone("east", 5*3600))
		if got := exchangeByID[id].hours.openAt(at); got != tt.want {
			t.Errorf("%s at %s: open %v", tt.exchange, at.UTC().Format("Mon 15:04"), got)
		}
	}
}
