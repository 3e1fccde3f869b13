package handlers_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"instrumentdesk/etoro/sandbox"
)

func TestAnInstrumentIsToldAsJSON(t *testing.T) {
	t.Parallel()
	r := loaded(t).get("/instruments/1001.json")
	if r.status != http.StatusOK || !strings.HasPrefix(r.header.Get("Content-Type"), "application/json") {
		t.Fatalf("%d %s: %s", r.status, r.header.Get("Content-Type"), r.body)
	}
	var got struct {
		ID       int
		Symbol   string
		Currency *string
		Rate     struct {
			Bid, Ask float64
			At       string
			Source   string
		}
		RateError json.RawMessage `json:"rate_error"`
		Closes    struct{ Daily struct{ Price float64 } }
		Year      *float64 `json:"year_change_pct"`
	}
	if err := json.Unmarshal([]byte(r.body), &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != 1001 || got.Symbol != "AAPL" || got.Currency != nil || got.Rate.Bid <= 0 || got.Rate.Ask < got.Rate.Bid ||
		got.Rate.At == "" || got.Rate.Source == "" || string(got.RateError) != "null" || got.Closes.Daily.Price <= 0 || got.Year == nil {
		t.Errorf("%s", r.body)
	}
}

func TestTheJSONOfNoInstrumentIsAProblem(t *testing.T) {
	t.Parallel()
	for path, status := range map[string]int{"/instruments/999999999.json": 404, "/instruments/x.json": 400, "/instruments/.json": 400} {
		r := loaded(t).get(path)
		if r.status != status || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, r.status, r.header.Get("Content-Type"))
		}
		r.has(t, r.header.Get("X-Request-Id"))
	}
}

func TestAPriceThatCannotBeReadCostsOnlyItsOwnPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.run()
	s.get("/") // waits for the catalogue
	s.eToro.Fault(sandbox.Fault{Route: "/api/v1/market-data/instruments/rates", Times: -1, Status: http.StatusForbidden})
	page := s.get("/instruments/1001")
	if page.status != http.StatusOK {
		t.Fatalf("status %d: %s", page.status, page.body)
	}
	id := page.header.Get("X-Upstream-Request-Id")
	if id == "" {
		t.Fatalf("eToro's id is not in the header; the log is %s", s.log.String())
	}
	page.has(t, `data-testid="quote"`, `data-testid="chart"`, id, "Apple")
	doc := s.get("/instruments/1001.json")
	if doc.status != http.StatusOK {
		t.Fatalf("status %d: %s", doc.status, doc.body)
	}
	doc.has(t, `"rate":null`, `"rate_error":{"title":`, `"upstream_request_id":["`)
}
