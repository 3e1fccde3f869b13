package handlers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/handlers"
	"instrumentdesk/internal/market"
)

func (f fixedMarket) Candles(context.Context, market.InstrumentID, market.Interval) (market.Candles, error) {
	return market.Candles{}, f.err
}

// candlesRoute is where the simulated eToro answers candles.
const candlesRoute = "/api/v1/market-data/instruments/{id}/history/candles/{direction}/{interval}/{count}"

type candlesBody struct {
	ID       int
	Interval string
	AsOf     time.Time `json:"as_of"`
	State    string
	Error    *struct {
		Title             string
		UpstreamRequestID string `json:"upstream_request_id"`
	}
	Candles []map[string]*float64
}

func (r reply) candles(t *testing.T) candlesBody {
	t.Helper()
	var b candlesBody
	if err := json.Unmarshal([]byte(r.body), &b); err != nil || r.status != http.StatusOK {
		t.Fatalf("%d %.300s: %v", r.status, r.body, err)
	}
	return b
}

func TestCandlesOfEveryIntervalAndCount(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, iv := range market.Intervals() {
		for count, want := range map[string]int{"": 300, "&count=1": 1, "&count=1000": 1000, "&count=5000": 1000} {
			b := s.get("/instruments/1001/candles?interval=" + string(iv) + count).candles(t)
			if b.ID != 1001 || b.Interval != string(iv) || b.State != "fresh" || b.Error != nil || len(b.Candles) != want || b.AsOf.IsZero() {
				t.Errorf("%s%s: %d %s %s, %d candles, want %d", iv, count, b.ID, b.Interval, b.State, len(b.Candles), want)
			}
			before := 0.0
			for _, c := range b.Candles {
				if *c["time"] <= before || *c["high"] < *c["low"] || *c["volume"] < 0 || *c["open"] <= 0 || *c["close"] <= 0 || len(c) != 6 {
					t.Fatalf("%s: %v after %v", iv, c, before)
				}
				before = *c["time"]
			}
		}
	}
	if day, none := s.get("/instruments/1001/candles").candles(t), s.get("/instruments/1001/candles?interval=OneDay").candles(t); day.Interval != "OneDay" || len(day.Candles) != len(none.Candles) {
		t.Errorf("without an interval come %d candles of %s", len(day.Candles), day.Interval)
	}
	s.get("/instruments/100000/candles?count=1").has(t, `"volume":null`) // eToro tells none of coins
}

func TestCandlesAreOneCallHoweverManyAsk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get("/instruments/1001/candles")
	before := len(s.eToro.Calls())
	for i := range 20 {
		s.get(fmt.Sprintf("/instruments/1001/candles?count=%d", 1+50*i)).candles(t)
	}
	if n := len(s.eToro.Calls()) - before; n != 0 {
		t.Errorf("20 more requests became %d calls", n)
	}
}

func TestCandlesMayBeKeptWhileTheyAreFresh(t *testing.T) {
	t.Parallel()
	s := newSite(t) // its candles are as old as this test
	for interval, soft := range map[string]int{"OneMinute": 60, "OneHour": 60, "OneDay": 600, "OneWeek": 600} {
		path := "/instruments/1001/candles?interval=" + interval
		r := s.get(path)
		var life int
		if _, err := fmt.Sscanf(r.header.Get("Cache-Control"), "private, max-age=%d", &life); err != nil || life < 1 || life >= soft {
			t.Errorf("%s: Cache-Control is %q, want less than %d s", interval, r.header.Get("Cache-Control"), soft)
		}
		again := s.get(path, "If-None-Match", r.header.Get("ETag"))
		if again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("%s: who has them gets %d and %d bytes", interval, again.status, len(again.body))
		}
	}
}

func TestQuestionsForCandlesThatCannotBeAnswered(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/instruments/1001/candles?interval=OneYear":   {400, `\"OneYear\" is no interval. There are OneMinute, FiveMinutes,`},
		"/instruments/1001/candles?interval=oneday":    {400, "is no interval"},
		"/instruments/1001/candles?count=0":            {400, "is no number"},
		"/instruments/1001/candles?count=x":            {400, "is no number"},
		"/instruments/0/candles":                       {400, "is no instrument id"},
		"/instruments/2147483647/candles":              {404, "No instrument has the id 2147483647"},
		"/instruments/1001/candles/":                   {404, ""},
		"/instruments/1001/candles?interval=%3Cscript": {400, "is no interval"},
	} {
		r := s.get(path)
		if r.status != want.status {
			t.Errorf("%s answers %d, want %d", path, r.status, want.status)
		}
		if want.text == "" {
			continue
		}
		r.has(t, want.text, `"request_id": "`+r.header.Get("X-Request-Id")+`"`)
		if r.header.Get("Content-Type") != "application/problem+json" || r.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, r.header)
		}
	}
}

func TestCandlesThatFailAreAProblemWithBothIDs(t *testing.T) {
	t.Parallel()
	for _, tt := range upstreamFaults {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.get("/") // the catalogue
			tt.fault.Route = candlesRoute
			s.eToro.Fault(tt.fault)
			r := s.get("/instruments/1001/candles")
			for r.status == http.StatusGatewayTimeout && tt.status != r.status {
				r = s.get("/instruments/1001/candles") // the retries outlast a visitor's wait
			}
			if r.status != tt.status || !sameWait(r.header.Get("Retry-After"), tt.retryAfter) {
				t.Errorf("status %d, Retry-After %q, want %d, %q", r.status, r.header.Get("Retry-After"), tt.status, tt.retryAfter)
			}
			calls := s.eToro.Calls()
			theirs := calls[len(calls)-1].RequestID
			r.has(t, tt.text, `"request_id": "`+r.header.Get("X-Request-Id")+`"`, `"upstream_request_id": "`+theirs+`"`, `"operation": "Candles"`)
		})
	}
}

// candlesMarket has candles of a given age.
type candlesMarket struct {
	fixedMarket
	candles market.Candles
}

func (m candlesMarket) Candles(context.Context, market.InstrumentID, market.Interval) (market.Candles, error) {
	return m.candles, nil
}

func TestOldCandlesSaySo(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 5, 30, 12, 0, time.UTC)
	volume := 1e-07
	bars := []market.Candle{{From: now.Add(-time.Hour), Open: 5e-06, High: 6e-06, Low: 4e-06, Close: 5e-07, Volume: &volume}}
	for _, tt := range []struct {
		name        string
		age         time.Duration
		err         error
		state, keep string
	}{
		{"fresh", 20 * time.Second, nil, "fresh", "private, max-age=580"},
		{"nearly old", 10*time.Minute - time.Millisecond, nil, "fresh", "private, no-cache"},
		{"old", 10 * time.Minute, nil, "stale", "private, no-cache"},
		{"fresh, but the last read failed", 20 * time.Second, context.DeadlineExceeded, "stale", "private, no-cache"},
	} {
		m := candlesMarket{candles: market.Candles{Bars: bars, Interval: market.DefaultInterval, At: now.Add(-tt.age), Err: tt.err}}
		r, log := answer(t, handlers.Options{Market: m}, httptest.NewRequest(http.MethodGet, "/instruments/1001/candles", nil))
		b := r.candles(t)
		if b.State != tt.state || r.header.Get("Cache-Control") != tt.keep || (b.Error != nil) != (tt.err != nil) {
			t.Errorf("%s: %s, %q, error %v", tt.name, b.State, r.header.Get("Cache-Control"), b.Error)
		}
		if degraded := strings.Contains(log, `"degraded"`); degraded != (tt.err != nil) {
			t.Errorf("%s: the log is %s", tt.name, log)
		}
		if c := b.Candles[0]; *c["open"] != 5e-06 || *c["close"] != 5e-07 || *c["volume"] != 1e-07 {
			t.Errorf("%s: small numbers are lost: %v", tt.name, c)
		}
	}
}

func TestNoCandlesAreAnEmptyList(t *testing.T) {
	t.Parallel()
	m := candlesMarket{candles: market.Candles{Interval: market.DefaultInterval, At: time.Date(2026, 11, 24, 5, 30, 0, 0, time.UTC)}}
	r, _ := answer(t, handlers.Options{Market: m}, httptest.NewRequest(http.MethodGet, "/instruments/1001/candles", nil))
	r.has(t, `"candles":[]`, `"as_of":"2026-11-24T05:30:00Z"`)
}

func TestThePageOfAnInstrumentDrawsItsCandles(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for query, want := range map[string]string{
		"":                            "OneDay",
		"?interval=OneHour":           "OneHour",
		"?interval=OneWeek":           "OneWeek",
		"?interval=Never":             "OneDay", // never fails the page
		"?interval=%3Cscript%3Ealert": "OneDay",
	} {
		r := s.get("/instruments/1001" + query)
		if r.status != http.StatusOK {
			t.Errorf("%q answers %d", query, r.status)
		}
		r.has(t, `data-chart-interval="`+want+`"`, `data-chart-choose="`+want+`" aria-current="true"`, `data-testid="plot"`, "120 ")
		r.lacks(t, "<script>", "data-chart-missing")
	}
}

func TestCandlesThatFailAreToldOnThePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.get("/") // the catalogue
	s.eToro.Fault(sandbox.Fault{Route: candlesRoute, Status: 401})
	r := s.get("/instruments/1001")
	calls := slices.DeleteFunc(s.eToro.Calls(), func(c sandbox.Call) bool { return !strings.Contains(c.Path, "/candles/") })
	theirs, ours := calls[len(calls)-1].RequestID, r.header.Get("X-Request-Id")
	if r.status != http.StatusOK || !strings.Contains(r.header.Get("X-Upstream-Request-Id"), theirs) {
		t.Errorf("%d, X-Upstream-Request-Id %q, want 200 and %q", r.status, r.header.Get("X-Upstream-Request-Id"), theirs)
	}
	r.has(t, "data-chart-missing", "eToro does not accept our keys", "<dd><span>"+theirs+"</span>", "<dd><span>"+ours+"</span>", "What eToro says")
	r.lacks(t, `data-testid="plot"`)
	lines := s.lines(ours)
	if len(lines) != 1 || lines[0]["degraded"] != "Candles" || lines[0]["upstream_request_id"] != theirs || lines[0]["level"] != "INFO" {
		t.Errorf("the log has %v", lines)
	}
}

func TestAnInstrumentWithoutCandlesHasAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.eToro.Fault(sandbox.Fault{Route: candlesRoute, Body: []byte(`{"interval":"OneDay","candles":null}`)})
	r := s.get("/instruments/1001")
	r.has(t, "eToro has no daily candles of it.", "What eToro says")
	r.lacks(t, `data-testid="plot"`)
	if b := s.get("/instruments/1001/candles").candles(t); len(b.Candles) != 0 || b.State != "fresh" {
		t.Errorf("%+v", b)
	}
}
