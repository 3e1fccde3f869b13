package handlers_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/handlers"
	"instrumentdesk/internal/market"
)

// ratesRoute is where the simulated eToro answers rates.
const ratesRoute = "/api/v1/market-data/instruments/rates"

func TestAnInstrumentTellsItsPriceFromEverySide(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	s.get("/instruments/1001").has(t, `data-testid="price" data-cell="price"`, `data-cell="ask"`, `data-cell="spread"`, "old</span>",
		"from eToro&#39;s rates", `data-testid="range"`, "as quoted", "eToro&#39;s own flag", `data-testid="changes"`, "6 months",
		"Compare them", "/instruments/1001.json", "$ETORO_API_KEY", "not told by eToro", "instruments/rates?instrumentIds=1001")
	s.get("/s/BP.L").lacks(t, "panic")
	london := s.get(s.get("/s/BP.L").header.Get("Location"))
	london.has(t, "GBX, inferred", "London quotes in pence (GBX)", "at eToro&#39;s rate of 0.0131")
	penny := s.get(s.get("/s/PEPE").header.Get("Location"))
	penny.has(t, `data-cell="price" data-number>0.00000`)
	penny.lacks(t, `data-number>0.00</`)
	delisted := s.get(s.get("/s/WBA").header.Get("Location"))
	delisted.has(t, "Delisted", "this is the last price that it tells", "data-old", " d old</span>", "Range of 202")
	dormant := s.get("/instruments/152")
	dormant.has(t, `data-cell="price" data-number>–`, "eToro tells no price for it", "no time told", "eToro tells no change of it")
}

func TestAPriceThatCannotBeReadCostsOnlyItsOwnPlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault sandbox.Fault
		title string
	}{
		{"limited", sandbox.Fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}}, "eToro asked us to slow down"},
		{"failing", sandbox.Fault{Status: 500}, "eToro answered with an error"},
		{"forbidden", sandbox.Fault{Status: 403}, "eToro does not accept our keys"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.run()
			s.get("/") // waits for the catalogue
			tt.fault.Route, tt.fault.Times = ratesRoute, -1
			s.eToro.Fault(tt.fault)
			page := s.get("/instruments/1001")
			theirs := page.header.Get("X-Upstream-Request-Id")
			if page.status != http.StatusOK || theirs == "" {
				t.Fatalf("answers %d with eToro's ids %q; the log is\n%s", page.status, theirs, s.log.String())
			}
			theirs, _, _ = strings.Cut(theirs, ", ")
			page.has(t, "Apple", tt.title, `data-testid="notice"`, page.header.Get("X-Request-Id"), theirs, "Rates", `data-testid="plot"`)
			doc := s.get("/instruments/1001.json")
			var body struct {
				Rate  *struct{}
				Error struct {
					Title string
					IDs   []string `json:"upstream_request_ids"`
				} `json:"rate_error"`
				DayRange *struct{} `json:"day_range"`
			}
			if err := json.Unmarshal([]byte(doc.body), &body); err != nil {
				t.Fatal(err)
			}
			if doc.status != http.StatusOK || body.Rate != nil || body.Error.Title != tt.title || len(body.Error.IDs) == 0 || body.DayRange == nil {
				t.Errorf("JSON answers %d: %s", doc.status, doc.body)
			}
			if line := s.lines(page.header.Get("X-Request-Id")); len(line) != 1 || !strings.Contains(line[0]["degraded"].(string), "Rates") {
				t.Errorf("the log says %v", line)
			}
		})
	}
}

func TestAnInstrumentIsToldAsJSON(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	r := s.get("/instruments/1001.json")
	if r.status != http.StatusOK || !strings.HasPrefix(r.header.Get("Content-Type"), "application/json") {
		t.Fatalf("%d %s: %s", r.status, r.header.Get("Content-Type"), r.body)
	}
	var got struct {
		ID       int
		Symbol   string
		Price    float64
		Currency *string
		Rate     struct {
			Bid, Ask float64
			Source   string
		}
		Range    struct{ Low, High float64 } `json:"day_range"`
		Changes  []struct{ Period, Source string }
		Closes   struct{ Daily, Weekly, Monthly struct{ Price float64 } }
		Listings []struct{ ID int }
		Year     *float64 `json:"year_change_pct"`
	}
	if err := json.Unmarshal([]byte(r.body), &got); err != nil {
		t.Fatal(err)
	}
	if got.ID != 1001 || got.Symbol != "AAPL" || got.Currency != nil || got.Year == nil || len(got.Listings) == 0 || got.Closes.Monthly.Price <= 0 {
		t.Errorf("%s", r.body)
	}
	if got.Rate.Bid <= 0 || got.Rate.Ask < got.Rate.Bid || got.Price != got.Rate.Bid || got.Rate.Source != "rates" || got.Range.Low > got.Price || got.Range.High < got.Price {
		t.Errorf("the price is %v, the rate %+v, the range %+v", got.Price, got.Rate, got.Range)
	}
	var sources []string
	for _, c := range got.Changes {
		sources = append(sources, c.Period+" "+c.Source)
	}
	if want := "1D close,1W etoro,1M etoro,3M candles,6M candles,1Y etoro"; strings.Join(sources, ",") != want {
		t.Errorf("the changes are %v, want %s", sources, want)
	}
}

func TestTheJSONOfNoInstrumentIsAProblem(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for path, status := range map[string]int{"/instruments/999999999.json": 404, "/instruments/x.json": 400, "/instruments/.json": 400} {
		r := s.get(path)
		if r.status != status || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, r.status, r.header.Get("Content-Type"))
		}
		r.has(t, r.header.Get("X-Request-Id"))
	}
}

// silent is an eToro that has a catalogue and never answers anything else that is asked.
type silent struct{ catalogueOnly }

func (silent) Rates(ctx context.Context, _ []etoro.InstrumentID) ([]etoro.Rate, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func (silent) Candles(ctx context.Context, _ etoro.CandlesParams) ([]etoro.Candle, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestThePageWaitsForAllAtOnceAndNotForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := market.New(market.Options{Client: silent{}, Source: market.EToro})
		site, err := handlers.New(handlers.Options{Market: m, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, end := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { m.Run(ctx) })
		synctest.Wait()
		begun, w := time.Now(), httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/instruments/1001?interval=OneHour", nil))
		if took := time.Since(begun); took > 3*time.Second || w.Code != http.StatusOK {
			t.Errorf("%d after %v, want a page within 3 s", w.Code, took)
		}
		reply{w.Code, w.Header(), w.Body.String()}.has(t, "eToro did not answer in time", `data-testid="quote"`, `data-testid="chart"`)
		end()
		running.Wait()
	})
}
