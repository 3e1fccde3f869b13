package handlers_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/handlers"
	"instrumentdesk/internal/market"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(exitAfter{m})
}

// exitAfter ends the shared site before leaks are looked for.
type exitAfter struct{ *testing.M }

func (m exitAfter) Run() int {
	code := m.M.Run()
	stopShared()
	return code
}

// site is the whole way from a request to a simulated eToro and back.
type site struct {
	t     *testing.T
	eToro *sandbox.Server
	m     *market.Market
	url   string
	log   *records

	handler http.Handler
}

// newSite starts one whose market has asked nothing yet: the first request is what loads.
func newSite(t *testing.T) *site {
	t.Helper()
	s, stop, err := startSite()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s.t = t
	return s
}

// run starts the market's own clock.
func (s *site) run() {
	ctx, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.m.Run(ctx) })
	s.t.Cleanup(func() { end(); running.Wait() })
}

// smallCatalogue is what a far side that is to fail needs to hold: starting it costs little.
const smallCatalogue = "id\tsymbol\tname\ttype\texchange\tindustry\tprice\tflags\n" +
	"1001\tAAPL\tApple\tStocks\tNasdaq\tTechnology\t232.10\t\n"

func startSite() (*site, func(), error) {
	return siteOver(sandbox.Options{Catalogue: strings.NewReader(smallCatalogue)})
}

func siteOver(o sandbox.Options) (*site, func(), error) {
	eToro, err := sandbox.Start(o)
	if err != nil {
		return nil, nil, err
	}
	api, user := eToro.Keys()
	client, err := etoro.New(etoro.Options{BaseURL: eToro.URL(), APIKey: etoro.Secret(api), UserKey: etoro.Secret(user), RateLimit: max(o.RateLimit, 60)})
	if err != nil {
		return nil, nil, err
	}
	s := &site{eToro: eToro, log: &records{}}
	s.m = market.New(market.Options{Client: client, Source: market.EToro})
	h, err := handlers.New(handlers.Options{Market: s.m, Log: slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Build: "test"})
	if err != nil {
		return nil, nil, err
	}
	server := httptest.NewServer(h)
	s.url, s.handler = server.URL, h
	return s, func() {
		server.Close()
		ended, end := context.WithCancel(context.Background())
		end()
		s.m.Run(ended) // waits for the loads under way
		eToro.Close()
		client.Close()
	}, nil
}

// loaded is a site over the whole embedded catalogue whose market runs on its own clock and has all its
// data. The tests that only read share one.
func loaded(t *testing.T) *site {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	mine := *s
	mine.t = t
	return &mine
}

// stopShared ends the shared site; until there is one, nothing.
var stopShared = func() {}

var shared = sync.OnceValues(func() (*site, error) {
	s, stop, err := siteOver(sandbox.Options{RateLimit: 10_000}) // the tests that share it are no test of the budget
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.m.Run(ctx) })
	stopShared = func() { end(); running.Wait(); stop() }
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	patience := time.After(2 * time.Minute)
	for !s.complete() {
		select {
		case <-tick.C:
		case <-patience:
			return nil, errors.New("the market does not load: " + s.log.String())
		}
	}
	return s, nil
})

// complete reports whether all data is there, and the catalogue is made of it.
func (s *site) complete() bool {
	for _, p := range s.m.State().Parts {
		if p.At.IsZero() {
			return false
		}
	}
	d, err := s.m.Instrument(context.Background(), 1001)
	return err == nil && !d.ClosesAt.IsZero() && d.Row.Quote.Price != nil
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) has(t *testing.T, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(r.body, p) {
			t.Errorf("%q is not in the answer (%d):\n%.3000s", p, r.status, r.body)
		}
	}
}

func (r reply) lacks(t *testing.T, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if strings.Contains(r.body, p) {
			t.Errorf("%q is in the answer (%d):\n%.3000s", p, r.status, r.body)
		}
	}
}

var noRedirects = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (s *site) do(method, path string, header ...string) reply {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

func (s *site) get(path string, header ...string) reply {
	s.t.Helper()
	return s.do(http.MethodGet, path, header...)
}

// lines are the log records of one request.
func (s *site) lines(requestID string) []map[string]any {
	var found []map[string]any
	for line := range strings.SplitSeq(s.log.String(), "\n") {
		var m map[string]any
		if json.Unmarshal([]byte(line), &m) == nil && m["request_id"] == requestID {
			found = append(found, m)
		}
	}
	return found
}

// records keeps what is logged.
type records struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (r *records) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.Write(p)
}

func (r *records) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.String()
}

// fixedMarket answers every question the same way: for failures that no far side can be made to give.
type fixedMarket struct {
	find func() (market.Listing, error)
	err  error
}

func (f fixedMarket) Find(context.Context, market.Query) (market.Listing, error) {
	if f.find != nil {
		return f.find()
	}
	return market.Listing{}, f.err
}

func (f fixedMarket) Instrument(context.Context, market.InstrumentID) (market.Detail, error) {
	return market.Detail{}, f.err
}

func (f fixedMarket) BySymbol(context.Context, string) (*market.Instrument, error) {
	return nil, f.err
}

// Watch is never asked of a market that answers one request.
func (f fixedMarket) Watch([]market.InstrumentID) *market.Viewer { return nil }

func (f fixedMarket) Prices(context.Context, []market.InstrumentID) (map[market.InstrumentID]market.Live, error) {
	return nil, f.err
}

func (f fixedMarket) Price(context.Context, market.InstrumentID) (market.Live, error) {
	return market.Live{}, cmp.Or(f.err, market.ErrNoPrice)
}

func (f fixedMarket) Sparks([]market.InstrumentID) map[market.InstrumentID][]float64 { return nil }

func (f fixedMarket) WantSparks([]market.InstrumentID) {}

func (f fixedMarket) Feed() market.Feed { return market.Feed{} }

func (f fixedMarket) State() market.State { return market.State{Age: market.AgeLoading} }

// answer is what a site over m answers to one request, and what it logs.
func answer(t *testing.T, o handlers.Options, req *http.Request) (reply, string) {
	t.Helper()
	log := &records{}
	o.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if o.Now == nil {
		o.Now = func() time.Time { return time.Date(2026, 11, 24, 5, 30, 12, 0, time.UTC) }
	}
	h, err := handlers.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return reply{w.Code, w.Header(), w.Body.String()}, log.String()
}

func TestARequestIDIsAdoptedOnlyFromATrustedProxy(t *testing.T) {
	t.Parallel()
	const theirs = "proxy-made-id-0001"
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		name, peer, id string
		adopted        bool
	}{
		{"trusted and well-formed", "10.1.2.3:999", theirs, true},
		{"trusted, IPv4 in IPv6", "[::ffff:10.1.2.3]:999", theirs, true},
		{"trusted, not well-formed", "10.1.2.3:999", "has blanks in it", false},
		{"trusted, none sent", "10.1.2.3:999", "", false},
		{"not trusted", "192.0.2.1:999", theirs, false},
		{"no address", "@", theirs, false},
	} {
		req := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		req.RemoteAddr = tt.peer
		req.Header.Set("X-Request-Id", tt.id)
		r, log := answer(t, handlers.Options{Market: fixedMarket{}, TrustedProxies: trusted}, req)
		got := r.header.Get("X-Request-Id")
		if (got == theirs) != tt.adopted || got == "" {
			t.Errorf("%s: the answer's id is %q", tt.name, got)
		}
		if !strings.Contains(log, `"request_id":"`+got+`"`) {
			t.Errorf("%s: the id %q is not in the log: %s", tt.name, got, log)
		}
	}
}

func TestAPanicIsA500WithItsStackInTheLogAlone(t *testing.T) {
	t.Parallel()
	m := fixedMarket{find: func() (market.Listing, error) { panic("secret detail") }}
	r, log := answer(t, handlers.Options{Market: m}, httptest.NewRequest(http.MethodGet, "/", nil))
	if r.status != http.StatusInternalServerError {
		t.Errorf("a panic answers %d", r.status)
	}
	r.has(t, "Something went wrong here", r.header.Get("X-Request-Id"))
	r.lacks(t, "secret detail", "goroutine")
	if !strings.Contains(log, "secret detail") || !strings.Contains(log, "goroutine") || strings.Count(log, "\n") != 1 {
		t.Errorf("the log is not one line with the panic and its stack:\n%s", log)
	}
}

func TestWhoLeftGetsNoAnswer(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(context.Background())
	leave()
	req := httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx)
	r, log := answer(t, handlers.Options{Market: fixedMarket{err: context.Canceled}}, req)
	if r.body != "" || !strings.Contains(log, `"status":499`) || !strings.Contains(log, `"level":"DEBUG"`) {
		t.Errorf("the answer is %q and the log %s", r.body, log)
	}
}

func TestWarmingTellsWhenToComeBack(t *testing.T) {
	t.Parallel()
	r, _ := answer(t, handlers.Options{Market: fixedMarket{err: market.ErrWarming}}, httptest.NewRequest(http.MethodGet, "/", nil))
	if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") != "2" {
		t.Errorf("warming answers %d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	r.has(t, "still loading", `data-countdown="2"`)
	ready, _ := answer(t, handlers.Options{Market: fixedMarket{}}, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if ready.status != http.StatusServiceUnavailable || !strings.Contains(ready.body, `"loading"`) {
		t.Errorf("/readyz answers %d %s", ready.status, ready.body)
	}
}
