package etoro

import (
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// methods has every call of the client, with the request it makes and what it
// makes of a sample.
var methods = []struct {
	op, path, query, sample string
	call                    func(context.Context, *Client) (any, error)
	want                    any
	skipped                 int
}{
	{
		op: "Instruments", path: "/market-data/instruments", sample: "instruments.json",
		query: "instrumentIds=990001,990002&exchangeIds=4,8&stocksIndustryIds=3&instrumentTypeIds=5,10",
		call: func(ctx context.Context, c *Client) (any, error) {
			return c.Instruments(ctx, InstrumentsParams{
				IDs: []InstrumentID{990001, 990002}, ExchangeIDs: []int{4, 8}, IndustryIDs: []int{3}, TypeIDs: []int{5, 10},
			})
		},
		want: []Instrument{
			{
				ID: 990001, DisplayName: " Demo Motors ", Symbol: "DMTR", TypeID: 5, ExchangeID: 4, IndustryID: 3, PriceSource: "NASDAQ",
				Images: []Image{
					{URI: "https://cdn.example/dmtr/35x35.png", Width: 35, Height: 35},
					{URI: "https://cdn.example/dmtr/F00_FFF.svg", BackgroundColor: "#FF0000", TextColor: "#FFFFFF"},
				},
			},
			{ID: 990002, DisplayName: "Prüfmünze", Symbol: "PM old", TypeID: 10, ExchangeID: 8, Expires: true, Internal: true},
		},
		skipped: 3,
	},
	{
		op: "Snapshot", path: "/market-data/search", sample: "snapshot.json",
		query: "fields=" + snapshotFields + "&page=2&pageNumber=2&pageSize=10000",
		call: func(ctx context.Context, c *Client) (any, error) {
			return c.Snapshot(ctx, SnapshotParams{Page: 2})
		},
		want: SnapshotPage{Page: 1, PageSize: 2, TotalItems: 3, Received: 3, Items: []SnapshotRow{
			{
				ID: 990001, Symbol: "DMTR", DisplayName: "Demo Motors", CurrentRate: ptr(12.34),
				DailyPriceChange: ptr(-0.8), CurrentlyTradable: ptr(true), Delisted: ptr(false),
			},
			{ID: 990002, Symbol: "PM", DisplayName: "Prüfmünze", CurrentRate: ptr(0.5), ExchangeOpen: ptr(false)},
		}},
	},
	{
		op: "Rates", path: "/market-data/instruments/rates", query: "instrumentIds=990001,990002", sample: "rates.json",
		call: func(ctx context.Context, c *Client) (any, error) {
			return c.Rates(ctx, []InstrumentID{990001, 990002})
		},
		want: []Rate{
			{
				ID: 990001, Bid: 12.34, Ask: 12.36, LastExecution: 12.34, ConversionRateBid: 0.99, ConversionRateAsk: 1,
				Date: time.Date(2026, 1, 5, 15, 4, 5, 678900000, time.UTC), PriceRateID: 123456789012,
			},
			{ID: 990002},
		},
	},
	{
		op: "Candles", path: "/market-data/instruments/990001/history/candles/desc/OneDay/1000", sample: "candles.json",
		call: func(ctx context.Context, c *Client) (any, error) {
			return c.Candles(ctx, CandlesParams{ID: 990001, Interval: OneDay, Count: 5000})
		},
		want: []Candle{
			{From: day(2026, 1, 6), Open: 12.34, High: 13, Low: 12, Close: 12.9},
			{From: day(2026, 1, 5), Open: 12, High: 12.5, Low: 11.9, Close: 12.34, Volume: ptr(1000.0)},
		},
		skipped: 1,
	},
	{
		op: "ClosingPrices", path: "/market-data/instruments/history/closing-price", sample: "closing.json",
		call: func(ctx context.Context, c *Client) (any, error) { return c.ClosingPrices(ctx) },
		want: []ClosingPrice{
			{ID: 990001, Official: 12.34, Daily: Close{12.34, day(2026, 1, 5)}, Weekly: Close{12, day(2026, 1, 2)}},
			{ID: 990002},
		},
	},
	{
		op: "Exchanges", path: "/market-data/exchanges", query: "exchangeIds=4,15",
		sample: `{"exchangeInfo":[{"exchangeID":4,"exchangeDescription":"Nasdaq"},{"exchangeId":15.0,"exchangeDescription":"Stockholm  X"}]}`,
		call:   func(ctx context.Context, c *Client) (any, error) { return c.Exchanges(ctx, 4, 15) },
		want:   []Exchange{{4, "Nasdaq"}, {15, "Stockholm  X"}},
	},
	{
		op: "InstrumentTypes", path: "/market-data/instrument-types", query: "instrumentTypeIds=5",
		sample: `{"instrumentTypes":[{"instrumentTypeID":5,"instrumentTypeDescription":"Stocks"}]}`,
		call:   func(ctx context.Context, c *Client) (any, error) { return c.InstrumentTypes(ctx, 5) },
		want:   []InstrumentType{{5, "Stocks"}},
	},
	{
		op: "StocksIndustries", path: "/market-data/stocks-industries",
		sample: `{"stocksIndustries":[{"industryID":8,"industryName":"Technology"}]}`,
		call:   func(ctx context.Context, c *Client) (any, error) { return c.StocksIndustries(ctx) },
		want:   []StocksIndustry{{8, "Technology"}},
	},
	{
		op: "Me", path: "/me",
		sample: `{"gcid":1,"username":"tester","dateOfBirth":"1990-01-01","scopes":["etoro-public:market-data:read"]}`,
		call:   func(ctx context.Context, c *Client) (any, error) { return c.Me(ctx) },
		want:   Account{Username: "tester", Scopes: []string{"etoro-public:market-data:read"}},
	},
}

func body(t testing.TB, s string) string {
	if strings.HasSuffix(s, ".json") {
		return sample(t, s)
	}
	return s
}

func TestEachMethodAsksItsRouteAndReadsTheAnswer(t *testing.T) {
	t.Parallel()
	for _, m := range methods {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			f := newFar(t, answer(200, body(t, m.sample)))
			var seen []Attempt
			ctx := WithObserver(t.Context(), func(a Attempt) { seen = append(seen, a) })
			got, err := m.call(ctx, f.client(t))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, m.want) {
				t.Errorf("got\n%+v\nwant\n%+v", got, m.want)
			}
			if len(f.requests()) != 1 || len(seen) != 1 {
				t.Fatalf("%d requests, %d attempts", len(f.requests()), len(seen))
			}
			checkRequest(t, f.requests()[0], m.path, m.query)
			a := seen[0]
			if a.Op != m.op || a.Status != 200 || a.Bytes != len(body(t, m.sample)) || a.Err != "" || a.Retried != "" ||
				a.Skipped != m.skipped || a.RequestID != f.requests()[0].Header.Get("X-Request-Id") {
				t.Errorf("attempt %+v", a)
			}
		})
	}
}

func checkRequest(t *testing.T, r *http.Request, path, query string) {
	t.Helper()
	if r.Method != http.MethodGet || r.URL.Path != prefix+"/api/v1"+path || r.URL.RawQuery != query {
		t.Errorf("sent %s %s?%s", r.Method, r.URL.Path, r.URL.RawQuery)
	}
	for name, want := range map[string]string{
		"X-Api-Key": canaryAPIKey, "X-User-Key": canaryUserKey, "Authorization": "", "Accept": "application/json",
		"Accept-Encoding": "gzip", "User-Agent": "Mozilla/5.0 (compatible; DeskTest/1; read-only market data)",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if id, err := uuid.Parse(r.Header.Get("X-Request-Id")); err != nil || id.Version() != 4 {
		t.Errorf("X-Request-Id %v: %v", id, err)
	}
}

func TestTokenGoesOutAsBearerAlone(t *testing.T) {
	t.Parallel()
	f := newFar(t, answer(200, `{"username":"tester"}`))
	c := f.client(t, func(o *Options) { o.APIKey, o.UserKey, o.AccessToken = "", "", canaryToken })
	if _, err := c.Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := f.requests()[0].Header
	if h.Get("Authorization") != "Bearer "+canaryToken || h.Get("X-Api-Key") != "" || h.Get("X-User-Key") != "" {
		t.Error("the token did not go out alone")
	}
}

const attentionPage = "<html><head><title>Attention Required! | Edge</title></head></html>"

// failures is what any call may meet. Clock time is jumped over, so retries cost nothing.
var failures = []struct {
	name     string
	far      http.HandlerFunc
	class    error
	status   int
	attempts int
	text     string
}{
	{"500", answer(500, `{"errorCode":"UnhandledException","errorMessage":"Global Error"}`), ErrUnavailable, 500, 3, "500 UnhandledException: Global Error"},
	{"503 html", answer(503, attentionPage), ErrUnavailable, 503, 3, "503: html page Attention Required! | Edge"},
	{"501 is final", answer(501, ""), ErrUnavailable, 501, 1, "501"},
	{"html body", answer(200, " <!doctype html><p>hello"), ErrContract, 200, 1, "html instead of json"},
	{"empty 200", answer(200, ""), ErrContract, 200, 1, "empty"},
	{"204", answer(204, ""), ErrContract, 204, 1, "empty"},
	{"truncated json", answer(200, `{"rates":[{"instrumentID":1`), ErrContract, 200, 1, "unexpected end of JSON input"},
	{"other json", answer(200, `{"surprise":1}`), ErrContract, 200, 1, "no "},
	{"a number", answer(200, `17`), ErrContract, 200, 1, "neither an object nor a list"},
	{"bad gzip", answer(200, "not packed", "Content-Encoding", "gzip"), ErrContract, 200, 1, "broken gzip"},
	{"cut body", answer(200, `{"rates":[`, "Content-Length", "400"), ErrUnavailable, 200, 3, "unexpected EOF"},
	{"dropped connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ErrUnavailable, 0, 3, "EOF"},
	{"401", answer(401, `{"errorCode":"Unauthorized","errorMessage":"Unauthorized"}`), ErrUnauthorized, 401, 1, "401 Unauthorized ("},
	{"403 html", answer(403, attentionPage), ErrUnauthorized, 403, 1, "403: html page Attention Required! | Edge"},
	{"404", answer(404, `{"errorCode":"RouteNotFound","errorMessage":"Route not found"}`), ErrNotFound, 404, 1, "404 RouteNotFound"},
	{"422", answer(422, `{"errorCode":"RequestIdRequired"}`), ErrInvalid, 422, 1, "422 RequestIdRequired"},
	{"429", answer(429, "", "Retry-After", "7"), ErrRateLimited, 429, 1, "429, retry in 7s"},
	{"redirect", answer(302, "", "Location", "/elsewhere"), ErrContract, 302, 1, "a redirect, which is not followed"},
}

func TestEachMethodFailsWithATypedError(t *testing.T) {
	t.Parallel()
	for _, m := range methods {
		for _, fail := range failures {
			t.Run(m.op+"/"+fail.name, func(t *testing.T) {
				t.Parallel()
				f := newFar(t, fail.far)
				got, err := m.call(t.Context(), f.client(t))
				if !reflect.ValueOf(got).IsZero() {
					t.Errorf("a result came with the error: %v", got)
				}
				checkClass(t, err, fail.class)
				checkText(t, err, m.op, fail.text)
				op, status, attempts, ok := Details(err)
				if !ok || op != m.op || status != fail.status || len(attempts) != fail.attempts || len(f.requests()) != fail.attempts {
					t.Errorf("details %s %d %v %v after %d requests", op, status, attempts, ok, len(f.requests()))
				}
				ids := map[string]bool{}
				for i, a := range attempts {
					ids[a.RequestID] = true
					if a.Err == "" || a.Retried == "" || a.RequestID != f.requests()[i].Header.Get("X-Request-Id") {
						t.Errorf("attempt %d: %+v", i, a)
					}
				}
				if len(ids) != len(attempts) {
					t.Errorf("attempts share a request id: %v", attempts)
				}
			})
		}
	}
}

func checkClass(t *testing.T, err, want error) {
	t.Helper()
	for _, class := range []error{
		ErrInvalid, ErrUnauthorized, ErrNotFound, ErrRateLimited, ErrUnavailable, ErrContract,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, class) != (class == want) {
			t.Errorf("%v: is %q: %v", err, class, errors.Is(err, class))
		}
	}
}

func checkText(t *testing.T, err error, op, part string) {
	t.Helper()
	s := err.Error()
	if !strings.HasPrefix(s, op+": ") || !strings.Contains(s, part) || strings.ContainsAny(s, "\n\r") || len(s) > 1024 {
		t.Errorf("error text %q, want %q in it", s, part)
	}
	if s != err.Error() {
		t.Error("the text changes from one reading to the next")
	}
}

func TestEachMethodEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	for _, m := range methods {
		t.Run(m.op, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			f := newFar(t, func(_ http.ResponseWriter, r *http.Request) {
				cancel()
				<-r.Context().Done()
			})
			_, err := m.call(ctx, f.client(t))
			checkClass(t, err, context.Canceled)
			_, _, attempts, ok := Details(err)
			if !ok || len(attempts) != 1 || attempts[0].Retried != "no: the caller left" {
				t.Errorf("%v: attempts %+v", err, attempts)
			}
			_, err = m.call(ctx, f.client(t))
			checkClass(t, err, context.Canceled)
			if n := len(f.requests()); n != 1 {
				t.Errorf("a call under an ended context was sent: %d requests", n)
			}
		})
	}
}

func TestGzipIsUnpackedAndTheCapCountsWhatComesOut(t *testing.T) {
	t.Parallel()
	f := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte(`{"exchangeInfo":[{"exchangeID":4,"exchangeDescription":"` + strings.Repeat("x", 2*lookupCap*len(r.URL.RawQuery)) + `"}]}`))
		_ = z.Close()
	})
	c := f.client(t)
	if got, err := c.Exchanges(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("small body: %v, %v", got, err)
	}
	_, err := c.Exchanges(t.Context(), 4)
	checkClass(t, err, ErrContract)
	checkText(t, err, "Exchanges", "longer than 1048576 bytes")
}

func TestRedirectsDoNotCarryKeysElsewhere(t *testing.T) {
	t.Parallel()
	other := newFar(t, answer(200, `{"username":"thief"}`))
	f := newFar(t, answer(307, "", "Location", other.URL))
	_, err := f.client(t).Me(t.Context())
	checkClass(t, err, ErrContract)
	if n := len(other.requests()); n != 0 {
		t.Errorf("%d requests followed the redirect", n)
	}
}

func TestWrongParametersAreRefusedBeforeSending(t *testing.T) {
	t.Parallel()
	f := newFar(t, answer(200, "{}"))
	c := f.client(t)
	for name, call := range map[string]func() error{
		"Rates: 101 ids": func() error {
			_, err := c.Rates(t.Context(), make([]InstrumentID, 101))
			return err
		},
		"Rates: 0 is not": func() error {
			_, err := c.Rates(t.Context(), []InstrumentID{1, 0})
			return err
		},
		"Candles: -1 is not": func() error {
			_, err := c.Candles(t.Context(), CandlesParams{ID: -1})
			return err
		},
		`Candles: no interval "oneday"`: func() error {
			_, err := c.Candles(t.Context(), CandlesParams{ID: 1, Interval: "oneday"})
			return err
		},
	} {
		err := call()
		checkClass(t, err, ErrInvalid)
		op, part, _ := strings.Cut(name, ": ")
		checkText(t, err, op, part)
		if got, status, attempts, ok := Details(err); got != op || status != 0 || attempts != nil || !ok {
			t.Errorf("%s: details %s %d %v %v", name, got, status, attempts, ok)
		}
	}
	if got, err := c.Rates(t.Context(), nil); got == nil || len(got) != 0 || err != nil {
		t.Errorf("no ids: %v, %v", got, err)
	}
	if n := len(f.requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestCandlesParametersAreBroughtIntoRange(t *testing.T) {
	t.Parallel()
	f := newFar(t, answer(200, `{"interval":null,"candles":null}`))
	c := f.client(t)
	for _, row := range []struct {
		p    CandlesParams
		path string
	}{
		{CandlesParams{ID: 7}, "/7/history/candles/desc/OneDay/100"},
		{CandlesParams{ID: 7, Count: -3, Interval: OneWeek, Ascending: true}, "/7/history/candles/asc/OneWeek/1"},
		{CandlesParams{ID: 7, Count: 1001, Interval: OneMinute}, "/7/history/candles/desc/OneMinute/1000"},
	} {
		got, err := c.Candles(t.Context(), row.p)
		if got == nil || len(got) != 0 || err != nil {
			t.Errorf("%+v: %v, %v, want no candles and no error", row.p, got, err)
		}
		if path := f.requests()[len(f.requests())-1].URL.Path; !strings.HasSuffix(path, row.path) {
			t.Errorf("%+v asked %s", row.p, path)
		}
	}
}

func TestObserversSeeEachAttemptInOrder(t *testing.T) {
	t.Parallel()
	n := 0
	f := newFar(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n < 3 {
			answer(502, "")(w, r)
			return
		}
		answer(200, `{"username":"tester"}`)(w, r)
	})
	var inner, outer []Attempt
	ctx := WithObserver(t.Context(), func(a Attempt) { outer = append(outer, a) })
	ctx = WithObserver(ctx, func(a Attempt) { inner = append(inner, a) })
	if _, err := f.client(t).Me(ctx); err != nil {
		t.Fatal(err)
	}
	if len(inner) != 3 || !reflect.DeepEqual(inner, outer) {
		t.Fatalf("inner %v, outer %v", inner, outer)
	}
	for i, want := range []int{502, 502, 200} {
		a := inner[i]
		if a.Status != want || strings.HasPrefix(a.Retried, "yes: after") != (want == 502) {
			t.Errorf("attempt %d: %+v", i, a)
		}
	}
}
