package handlers_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/handlers"
	"instrumentdesk/internal/market"
)

// siteWith starts a site over a far side of its own, whose market has asked nothing yet.
func siteWith(t *testing.T, o sandbox.Options) *site {
	t.Helper()
	s, stop, err := siteOver(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s.t = t
	return s
}

// eventually waits for what happens behind the answers.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	patience := time.After(time.Minute)
	for !ok() {
		select {
		case <-tick.C:
		case <-patience:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// comparedRow is the texts of a row of the comparison, with the head first.
func (r reply) comparedRow(t *testing.T, name string) string {
	t.Helper()
	for row := range strings.SplitSeq(r.body, "<tr") {
		text := strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(" "+row[strings.Index(row, ">")+1:], " ")), " ")
		if strings.HasPrefix(text, name+" ") {
			return text
		}
	}
	t.Errorf("no row %q in %.2000s", name, r.body)
	return ""
}

func TestInstrumentsSideBySide(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	r := s.get("/compare?ids=1001,100000&ids=1004")
	if r.status != http.StatusOK {
		t.Fatalf("%d %.500s", r.status, r.body)
	}
	for name, want := range map[string]string{
		"Type":     "Type differs Stocks Crypto Stocks",
		"Exchange": "Exchange differs Nasdaq Digital Currency Nasdaq",
		"Industry": "Industry differs Technology – Technology",
		"Expires":  "Expires No No No",
	} {
		if got := r.comparedRow(t, name); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, name := range []string{"Day", "Week", "Month", "3 months", "6 months", "Year"} {
		if got := r.comparedRow(t, name); strings.Count(got, "%") != 3 {
			t.Errorf("%q tells fewer than three changes", got)
		}
	}
	r.has(t, `href="/instruments/1001"`, `href="/instruments/100000"`, `data-live="1004"`,
		`href="/compare?ids=1001,1004"`, `href="/compare?ids=100000,1004"`, `rel="canonical" href="/compare?ids=1001,100000,1004"`,
		`href="/compare?ids=1001,100000,1004&amp;range=max#chart"`, "each as 100 on ")
	if n := strings.Count(r.body, "<polyline"); n != 3 {
		t.Errorf("%d lines are drawn", n)
	}
}

func TestOneInstrumentCanStandAlone(t *testing.T) {
	t.Parallel()
	r := loaded(t).get("/compare?ids=1001,1001&range=1M")
	if r.status != http.StatusOK || strings.Count(r.body, "<polyline") != 1 {
		t.Errorf("%d with %d lines", r.status, strings.Count(r.body, "<polyline"))
	}
	r.lacks(t, "Compared-mark", "Compared-remove")
}

func TestIDsThatAreUnknownAreNamedAndLeftOut(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	r := s.get("/compare?ids=999999991,1001,999999992,1002")
	if r.status != http.StatusOK {
		t.Errorf("%d", r.status)
	}
	r.has(t, "does not hold them: 999999991, 999999992.", `data-compare-shown="1001,1002"`, `href="/compare?ids=1002"`)
	none := s.get("/compare?ids=999999991,999999992")
	if none.status != http.StatusNotFound {
		t.Errorf("with none left: %d", none.status)
	}
	none.has(t, "None of these instruments is known", "999999991, 999999992")
}

func TestComparisonsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for query, want := range map[string]string{
		"":                          "Tick the boxes of up to six instruments",
		"?ids=1001,apple":           "is no instrument id",
		"?ids=1,2,3,4,5,6,7":        "At most 6 instruments can be asked for at once. Leave some of the ids out.",
		"?ids=1001&range=yesterday": "is no range. There are 1M, 3M, 6M, 1Y, max.",
	} {
		r := s.get("/compare" + query)
		if r.status != http.StatusBadRequest {
			t.Errorf("%q: %d", query, r.status)
		}
		r.has(t, want)
	}
}

func TestCandlesThatFailLeaveTheOthersDrawn(t *testing.T) {
	t.Parallel()
	s := siteWith(t, sandbox.Options{Catalogue: strings.NewReader(smallCatalogue + "1002\tMSFT\tMicrosoft\tStocks\tNasdaq\tTechnology\t480\t\n" + "1003\tTSLA\tTesla\tStocks\tNasdaq\tTechnology\t300\t\n")})
	s.get("/instruments/1001/candles").candles(t)
	s.get("/instruments/1003/candles").candles(t)
	s.eToro.Fault(sandbox.Fault{Route: candlesRoute, Status: http.StatusUnauthorized})
	r := s.get("/compare?ids=1001,1002,1003")
	id := r.header.Get("X-Upstream-Request-Id")
	if r.status != http.StatusOK || id == "" || strings.Count(r.body, "<polyline") != 2 {
		t.Errorf("%d, eToro's id %q, %d lines", r.status, id, strings.Count(r.body, "<polyline"))
	}
	r.has(t, "its candles could not be read. eToro does not accept our keys.", "<code>"+id+"</code>")
	if lines := s.lines(r.header.Get("X-Request-Id")); len(lines) != 1 || lines[0]["degraded"] != "Candles" || lines[0]["upstream_request_id"] != id {
		t.Errorf("the log has %v", lines)
	}
	alone := s.get("/compare?ids=1002")
	alone.has(t, "There are no daily candles to draw.", "MSFT")
	if alone.status != http.StatusOK {
		t.Errorf("without any candles: %d", alone.status)
	}
}

// together answers no question for candles before all six were asked.
type together struct {
	fixedMarket
	all *sync.WaitGroup
}

func (m together) Instrument(_ context.Context, id market.InstrumentID) (market.Detail, error) {
	return market.Detail{Row: market.Row{Instrument: &market.Instrument{ID: id, Symbol: "S", Name: "Stock"}}}, nil
}

func (m together) Candles(ctx context.Context, _ market.InstrumentID, iv market.Interval) (market.Candles, error) {
	m.all.Done()
	arrived := make(chan struct{})
	go func() { m.all.Wait(); close(arrived) }()
	select {
	case <-arrived:
	case <-ctx.Done():
		return market.Candles{}, ctx.Err()
	}
	first := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	return market.Candles{Interval: iv, Bars: []market.Candle{{From: first, Close: 1}, {From: first.AddDate(0, 0, 1), Close: 2}}}, nil
}

func TestAComparisonAsksForAllCandlesAtOnce(t *testing.T) {
	t.Parallel()
	m := together{all: new(sync.WaitGroup)}
	m.all.Add(6)
	r, _ := answer(t, handlers.Options{Market: m}, httptest.NewRequest(http.MethodGet, "/compare?ids=1,2,3,4,5,6", nil))
	if n := strings.Count(r.body, "<polyline"); n != 6 || r.status != http.StatusOK {
		t.Errorf("%d with %d lines of six", r.status, n)
	}
}

func TestCandlesThatNeverComeHoldAComparisonUpForAWhileOnly(t *testing.T) {
	t.Parallel()
	m := together{all: new(sync.WaitGroup)}
	m.all.Add(3)
	r, _ := answer(t, handlers.Options{Market: m}, httptest.NewRequest(http.MethodGet, "/compare?ids=1,2", nil))
	m.all.Done()
	r.has(t, "There are no daily candles to draw.", "its candles could not be read. eToro did not answer in time.")
	if r.status != http.StatusOK {
		t.Errorf("%d", r.status)
	}
}

func TestTheListGetsLinesOnlyForWhoLooksThroughIt(t *testing.T) {
	t.Parallel()
	s := siteWith(t, sandbox.Options{Catalogue: strings.NewReader(smallCatalogue)})
	s.run()
	eventually(t, "the catalogue is there", func() bool { return s.complete() })
	for range 3 {
		s.get("/search", "HX-Request", "true", "HX-Trigger", "search-form")
		s.get("/search?q=apple", "HX-Request", "true", "HX-Trigger", "facet-type-stocks")
		s.get("/?q=apple").lacks(t, "<polyline")
	}
	if n := s.eToro.CallCount(candlesRoute); n != 0 {
		t.Fatalf("searching became %d calls", n)
	}
	s.get("/").has(t, `class="Table-spark"></td>`)
	eventually(t, "the line is there", func() bool { return strings.Contains(s.get("/").body, "<polyline") })
	s.get("/search?q=apple", "HX-Request", "true").has(t, "<polyline")
	if n := s.eToro.CallCount(candlesRoute); n != 1 {
		t.Errorf("%d calls for one line", n)
	}
}
