package handlers_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	dataID = regexp.MustCompile(`data-id="(\d+)"`)
	hrefs  = regexp.MustCompile(`href="(/[^"]*)"`)
)

func ids(body string) []string {
	var out []string
	for _, m := range dataID.FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestTheListAndItsFragmentShowTheSameRows(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, query := range []string{"", "?q=apple", "?q=bank&type=stocks", "?type=crypto&sort=-symbol", "?q=nestle&hidden=1", "?page=2"} {
		page, fragment := s.get("/"+query), s.get("/search"+query, "HX-Request", "true")
		if page.status != 200 || fragment.status != 200 {
			t.Errorf("%q: %d and %d", query, page.status, fragment.status)
		}
		if a, b := strings.Join(ids(page.body), " "), strings.Join(ids(fragment.body), " "); a != b || a == "" {
			t.Errorf("%q: the page has the rows %q, the fragment %q", query, a, b)
		}
		page.has(t, "<!doctype html>", "<h1")
		fragment.lacks(t, "<html", "<h1")
	}
}

func TestTypingReplacesTheHistoryEntryAndAFilterPushesOne(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	typed := s.get("/search?q=apple&type=stocks", "HX-Request", "true", "HX-Trigger", "search-form")
	if got := typed.header.Get("HX-Replace-Url"); got != "/?q=apple&type=stocks" || typed.header.Get("HX-Push-Url") != "" {
		t.Errorf("typing: HX-Replace-Url %q, HX-Push-Url %q", got, typed.header.Get("HX-Push-Url"))
	}
	chosen := s.get("/search?q=apple&type=stocks", "HX-Request", "true", "HX-Trigger", "facet-type-stocks")
	if got := chosen.header.Get("HX-Push-Url"); got != "/?q=apple&type=stocks" || chosen.header.Get("HX-Replace-Url") != "" {
		t.Errorf("choosing: HX-Push-Url %q, HX-Replace-Url %q", got, chosen.header.Get("HX-Replace-Url"))
	}
	opened := s.get("/search?q=apple", "Sec-Fetch-Mode", "navigate")
	if opened.status != http.StatusSeeOther || opened.header.Get("Location") != "/?q=apple" {
		t.Errorf("opening the fragment's address answers %d to %q", opened.status, opened.header.Get("Location"))
	}
}

func TestAnUnchangedFragmentIs304(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	one := s.get("/search?q=apple")
	tag := one.header.Get("ETag")
	if tag == "" {
		t.Fatal("the fragment has no ETag")
	}
	two := s.get("/search?q=apple", "If-None-Match", tag)
	if two.status == http.StatusNotModified && two.body == "" {
		return
	}
	// The snapshot of the market may have arrived between the two.
	if two.status != 200 || two.header.Get("ETag") == tag {
		t.Errorf("the same fragment answers %d with ETag %q, was %q", two.status, two.header.Get("ETag"), tag)
	}
}

func TestEveryLinkOfTheListWorks(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	seen := map[string]bool{}
	for _, start := range []string{"/", "/?q=apple", "/?type=etf&exchange=nasdaq&sort=-price", "/?q=zzzzzz", "/?q=dormant", "/?q=type:etf+gold", "/?q=type:et+is:trad", "/?state=open&state=tradable", "/instruments/1001"} {
		for _, m := range hrefs.FindAllStringSubmatch(s.get(start).body, -1) {
			href := strings.ReplaceAll(m[1], "&amp;", "&")
			if seen[href] {
				continue
			}
			seen[href] = true
			if r := s.get(href); r.status >= 400 {
				t.Errorf("%s has the link %s, which answers %d", start, href, r.status)
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d links were followed", len(seen))
	}
}

func TestOperatorsInTheBoxAreFilters(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	typed, chosen := s.get("/?q=gold+type:etf"), s.get("/?q=gold&type=etf")
	if a, b := strings.Join(ids(typed.body), " "), strings.Join(ids(chosen.body), " "); a != b || a == "" {
		t.Errorf("type:etf in the box finds %q, the filter %q", a, b)
	}
	// The chip drops the filter wherever it was set.
	typed.has(t, `href="/?q=gold"`)
	typed, chosen = s.get("/?q=coin+is:tradable"), s.get("/?q=coin&state=tradable")
	if a, b := strings.Join(ids(typed.body), " "), strings.Join(ids(chosen.body), " "); a != b || a == "" {
		t.Errorf("is:tradable in the box finds %q, the filter %q", a, b)
	}
}

func TestEmptyResultsSayWhy(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	s.get("/?q=qqqqzzzz").has(t, "No instrument matches", "ISIN")
	filtered := s.get("/?q=bitcoin&exchange=borsa-italiana")
	filtered.has(t, "The filters leave nothing", "Drop all filters")
	s.get("/?q=dormant").has(t, "Only hidden rows match", "hidden=1")
	s.get("/?q=dormant&hidden=1").has(t, "dormant placeholder")
}

func TestExportsHoldTheWholeFilteredSet(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	r := s.get("/instruments.json?type=etf")
	var e struct {
		Query, Source string
		Total, Hidden int
		AsOf          string `json:"as_of"`
		Items         []map[string]any
	}
	if err := json.Unmarshal([]byte(r.body), &e); err != nil {
		t.Fatal(err)
	}
	if e.Total <= 50 || len(e.Items) != e.Total || e.Source != "live" || e.AsOf == "" || e.Query != "/?type=etf" {
		t.Errorf("%d of %d items, source %q, as of %q, query %q", len(e.Items), e.Total, e.Source, e.AsOf, e.Query)
	}
	for _, key := range []string{"id", "symbol", "name", "type", "exchange", "industry", "main_listing", "price", "price_at", "day_change_pct", "popularity", "tradable", "open"} {
		if _, ok := e.Items[0][key]; !ok {
			t.Errorf("an item has no %q: %v", key, e.Items[0])
		}
	}
	c := s.get("/instruments.csv?type=etf")
	rows, err := csv.NewReader(strings.NewReader(c.body)).ReadAll()
	if err != nil || len(rows) != e.Total+1 {
		t.Fatalf("the CSV has %d rows, %v, want %d", len(rows), err, e.Total+1)
	}
	if got := c.header.Get("Content-Disposition"); !strings.Contains(got, "attachment") {
		t.Errorf("Content-Disposition is %q", got)
	}
	for i, item := range e.Items {
		if rows[i+1][0] != strconv.Itoa(int(item["id"].(float64))) {
			t.Fatalf("row %d of the CSV is %v, of the JSON %v", i, rows[i+1], item)
		}
	}
	short := s.get("/instruments.json?type=etf&limit=3")
	if n := strings.Count(short.body, `"symbol"`); n != 3 || !strings.Contains(short.body, `"total":`+strconv.Itoa(e.Total)) {
		t.Errorf("limit=3 gives %d items:\n%s", n, short.body)
	}
}

func TestExportsObeyTheStates(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	const query = "?type=crypto&state=open&state=tradable" // whose market never closes
	var e struct {
		Query string
		Total int
		Items []struct{ Open, Tradable *bool }
	}
	if err := json.Unmarshal([]byte(s.get("/instruments.json"+query).body), &e); err != nil {
		t.Fatal(err)
	}
	if e.Total == 0 || len(e.Items) != e.Total || e.Query != "/"+query {
		t.Errorf("%d of %d items, query %q", len(e.Items), e.Total, e.Query)
	}
	for _, it := range e.Items {
		if it.Open == nil || !*it.Open || it.Tradable == nil || !*it.Tradable {
			t.Errorf("an item is %+v", it)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(s.get("/instruments.csv" + query).body)).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("the CSV has %d rows, %v", len(rows), err)
	}
	open, tradable := slices.Index(rows[0], "open"), slices.Index(rows[0], "tradable")
	for _, row := range rows[1:] {
		if row[open] != "true" || row[tradable] != "true" {
			t.Errorf("the CSV has the row %v", row)
		}
	}
}

func TestAnUnknownStateIs400(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, path := range []string{"/?state=closed", "/search?q=is:closed", "/instruments.json?state=closed", "/instruments.csv?q=is:closed"} {
		r := s.get(path)
		if r.status != http.StatusBadRequest {
			t.Errorf("%s answers %d", path, r.status)
		}
		r.has(t, "There is no state", "open, tradable")
	}
}

func TestSymbolsLeadToTheirInstrument(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, symbol := range []string{"AAPL", "aapl", "BRK.B", "NESN.ZU", "EURUSD"} {
		r := s.get("/s/" + symbol)
		if r.status != http.StatusFound {
			t.Errorf("/s/%s answers %d", symbol, r.status)
			continue
		}
		s.get(r.header.Get("Location")).has(t, strings.ToUpper(symbol))
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, path := range []string{"/", "/search", "/instruments/1001", "/instruments.json", "/instruments.csv", "/healthz", "/readyz", "/nowhere", "/?page=0"} {
		h := s.get(path).header
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "X-Request-Id", "Cache-Control"} {
			if h.Get(name) == "" {
				t.Errorf("%s has no %s", path, name)
			}
		}
		if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s has an unsafe policy", path)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, path := range []string{"/", "/healthz", "/readyz", "/instruments/1001"} {
		if r := s.do(http.MethodHead, path); r.status != 200 || r.body != "" {
			t.Errorf("HEAD %s answers %d with %d bytes", path, r.status, len(r.body))
		}
	}
}

func TestExplainSaysWhyARowStandsWhereItStands(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	s.get("/?q=app&explain=1").has(t, `data-testid="why"`, "the whole symbol", "explain=1")
	s.get("/?q=app").lacks(t, `data-testid="why"`)
	s.get("/search?q=google").has(t, "known as")
}

func TestATypoIsCorrectedUnlessTheTextIsMeant(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	s.get("/?q=microsft").has(t, "Showing results for", "MSFT", `href="/?q=microsft&amp;verbatim=1"`)
	s.get("/?q=microsft&verbatim=1").has(t, "No instrument matches", "Look for similar spellings", `href="/?q=microsft"`)
}
