package handlers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/stream"
	"instrumentdesk/handlers"
	"instrumentdesk/internal/market"
)

// liveDesk is a site whose prices come from the test, those of 1001 to 1004.
type liveDesk struct {
	t    *testing.T
	m    *market.Market
	wire *wire
	site http.Handler
	log  *records
	stop context.CancelFunc // what the end of the program is to streams
}

func newLiveDesk(t *testing.T, o handlers.Options) *liveDesk {
	t.Helper()
	stopping, stop := context.WithCancel(context.Background())
	d := &liveDesk{t: t, wire: newWire(), log: &records{}, stop: stop}
	d.m = market.New(market.Options{Client: catalogueOnly{}, Source: market.EToro, Stream: d.wire})
	o.Market, o.Stopping, o.Log = d.m, stopping.Done(), slog.New(slog.NewJSONHandler(d.log, nil))
	site, err := handlers.New(o)
	if err != nil {
		t.Fatal(err)
	}
	d.site = site
	ctx, end := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { d.m.Run(ctx) })
	keeper := d.m.Watch([]market.InstrumentID{1001, 1002, 1003, 1004})
	t.Cleanup(func() { stop(); keeper.Close(); end(); running.Wait() })
	<-d.wire.running
	<-d.wire.subscribed
	d.turn(stream.Live)
	return d
}

func (d *liveDesk) turn(phase stream.Phase) {
	d.wire.changed(stream.State{Phase: phase, Since: time.Now()})
}

// push tells a price of now that is 1.18 % above the close of the day before. An ask of 0 is not told.
func (d *liveDesk) push(id int, bid, ask float64) {
	d.wire.put([]stream.Rate{{ID: market.InstrumentID(id), Bid: bid, Ask: ask, DailyClose: bid / 1.0118, At: time.Now()}})
}

// wire is a stream of eToro's that pushes what the test tells.
type wire struct {
	put        func([]stream.Rate)
	changed    func(stream.State)
	running    chan struct{} // closed when it can be told something
	subscribed chan struct{} // closed when the market has asked for prices
	subscribe  func()
}

func newWire() *wire {
	w := &wire{running: make(chan struct{}), subscribed: make(chan struct{})}
	w.subscribe = sync.OnceFunc(func() { close(w.subscribed) })
	return w
}

func (w *wire) Run(ctx context.Context, put func([]stream.Rate), changed func(stream.State)) error {
	w.put, w.changed = put, changed
	close(w.running)
	<-ctx.Done()
	return nil
}

func (w *wire) Subscribe(...market.InstrumentID)   { w.subscribe() }
func (w *wire) Unsubscribe(...market.InstrumentID) {}
func (w *wire) State() stream.State                { return stream.State{} }

// catalogueOnly is an eToro that tells four instruments and no price.
type catalogueOnly struct{}

func (catalogueOnly) Instruments(context.Context, etoro.InstrumentsParams) ([]etoro.Instrument, error) {
	var all []etoro.Instrument
	for id := 1001; id <= 1004; id++ {
		all = append(all, etoro.Instrument{ID: market.InstrumentID(id), Symbol: fmt.Sprintf("SYM%d", id), DisplayName: "Company", TypeID: 5, ExchangeID: 4})
	}
	return all, nil
}

func (catalogueOnly) Snapshot(context.Context, etoro.SnapshotParams) (etoro.SnapshotPage, error) {
	return etoro.SnapshotPage{Page: 1}, nil
}

func (catalogueOnly) Rates(context.Context, []etoro.InstrumentID) ([]etoro.Rate, error) {
	return nil, nil
}
func (catalogueOnly) Candles(context.Context, etoro.CandlesParams) ([]etoro.Candle, error) {
	return nil, nil
}
func (catalogueOnly) ClosingPrices(context.Context) ([]etoro.ClosingPrice, error) { return nil, nil }
func (catalogueOnly) Exchanges(context.Context, ...int) ([]etoro.Exchange, error) { return nil, nil }
func (catalogueOnly) InstrumentTypes(context.Context, ...int) ([]etoro.InstrumentType, error) {
	return nil, nil
}
func (catalogueOnly) StocksIndustries(context.Context, ...int) ([]etoro.StocksIndustry, error) {
	return nil, nil
}
func (catalogueOnly) Budget() etoro.Budget { return etoro.Budget{Limit: 60, Left: 60} }

// liveReader is a browser that reads a stream, without a network between: for time that is not real.
type liveReader struct {
	header http.Header
	leave  context.CancelFunc
	done   chan struct{} // closed when the stream has ended

	mu       sync.Mutex
	status   int
	text     strings.Builder
	flushes  []time.Time
	deadline time.Time
	stalled  bool // reads nothing more
}

// watch opens a stream. The header is in pairs.
func (d *liveDesk) watch(query string, header ...string) *liveReader {
	ctx, leave := context.WithCancel(context.Background())
	r := &liveReader{header: http.Header{}, leave: leave, done: make(chan struct{})}
	req := httptest.NewRequest(http.MethodGet, "/live?ids="+query, nil).WithContext(ctx)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	go func() {
		defer close(r.done)
		d.site.ServeHTTP(r, req)
	}()
	d.t.Cleanup(func() { leave(); <-r.done })
	return r
}

func (r *liveReader) Header() http.Header { return r.header }

func (r *liveReader) WriteHeader(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// Write blocks like a socket whose buffers are full, until its deadline.
func (r *liveReader) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stalled {
		wait := time.Until(r.deadline)
		r.mu.Unlock()
		<-time.After(wait)
		r.mu.Lock()
		return 0, fmt.Errorf("write: %w", os.ErrDeadlineExceeded)
	}
	return r.text.Write(b)
}

func (r *liveReader) FlushError() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flushes = append(r.flushes, time.Now())
	return nil
}

func (r *liveReader) SetReadDeadline(time.Time) error { return nil }

func (r *liveReader) SetWriteDeadline(t time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.deadline = t
	return nil
}

func (r *liveReader) stall() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stalled = true
}

// read is what has come since the last read.
func (r *liveReader) read() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.text.String()
	r.text.Reset()
	return s
}

// prices are the data of the price events in a stream.
func prices(t *testing.T, stream string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for event := range strings.SplitSeq(stream, "\n\n") {
		if data, ok := strings.CutPrefix(event, "event: price\ndata: "); ok {
			var m map[string]any
			if err := json.Unmarshal([]byte(data), &m); err != nil {
				t.Fatalf("%q: %v", data, err)
			}
			all = append(all, m)
		}
	}
	return all
}

// socket reads a stream over a real connection, event by event.
type socket struct {
	t    *testing.T
	resp *http.Response
	text *bufio.Reader
}

func connect(t *testing.T, url string, header ...string) *socket {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return &socket{t, resp, bufio.NewReader(resp.Body)}
}

// next is the next event or comment; "" when the stream has ended.
func (s *socket) next() string {
	s.t.Helper()
	var event strings.Builder
	for {
		line, err := s.text.ReadString('\n')
		if err == io.EOF {
			return event.String()
		}
		if err != nil {
			s.t.Fatal(err)
		}
		if line == "\n" {
			return event.String()
		}
		event.WriteString(line)
	}
}

// until is the next event of a name.
func (s *socket) until(name string) string {
	s.t.Helper()
	for {
		event := s.next()
		if event == "" {
			s.t.Fatalf("the stream ended without %s", name)
		}
		if strings.HasPrefix(event, "event: "+name+"\n") || strings.Contains(event, "\nevent: "+name+"\n") {
			return event
		}
	}
}
