package market

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"instrumentdesk/etoro"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// far is an eToro that answers what it is told to and counts what it is asked.
type far struct {
	mu         sync.Mutex
	rows       []etoro.Instrument
	pages      []etoro.SnapshotPage
	closes     []etoro.ClosingPrice
	exchanges  []etoro.Exchange
	types      []etoro.InstrumentType
	industries []etoro.StocksIndustry
	errs       map[string]error // by operation
	delay      map[string]time.Duration
	calls      map[string]int
	lanes      map[string]bool // whether the latest call was a background one
	quotes     quotes          // answers Rates
	limit      int             // of the budget; 60 when 0
}

func newFar(rows ...etoro.Instrument) *far {
	f := &far{
		rows:       rows,
		exchanges:  []etoro.Exchange{{ID: 4, Description: "Nasdaq"}, {ID: 5, Description: "NYSE"}, {ID: 15, Description: "Stockholm  Stock Exchange"}},
		types:      []etoro.InstrumentType{{ID: 5, Description: "Stocks"}, {ID: 6, Description: "ETF"}, {ID: 10, Description: "Crypto"}},
		industries: []etoro.StocksIndustry{{ID: 8, Name: "Technology"}},
		errs:       map[string]error{},
		delay:      map[string]time.Duration{},
		calls:      map[string]int{},
		lanes:      map[string]bool{},
	}
	var page etoro.SnapshotPage
	for i, r := range rows {
		page.Items = append(page.Items, etoro.SnapshotRow{ID: r.ID, CurrentRate: ptr(float64(100 + i)), DailyPriceChange: ptr(float64(i)), PopularityUniques7Day: ptr(float64(1000 - i))})
		f.closes = append(f.closes, etoro.ClosingPrice{ID: r.ID, Official: float64(90 + i)})
	}
	page.Page, page.PageSize, page.TotalItems = 1, snapshotPageSize, len(rows)
	f.pages = []etoro.SnapshotPage{page}
	return f
}

func ptr[V any](v V) *V { return &v }

// ask counts a call and says how it ends.
func (f *far) ask(ctx context.Context, op string) error {
	f.mu.Lock()
	f.calls[op]++
	f.lanes[op] = isBackground(ctx)
	delay := f.delay[op]
	f.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-ctx.Done():
		return ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.errs[op]
}

// isBackground tells by how ctx prints: the mark itself is the client's secret.
func isBackground(ctx context.Context) bool {
	return bytes.Contains(fmt.Append(nil, ctx), []byte("laneKey"))
}

func (f *far) fail(op string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errs[op] = err
}

func (f *far) set(rows []etoro.Instrument) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rows = rows
}

// inBackground tells whether the latest call of op gave way to others.
func (f *far) inBackground(op string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lanes[op]
}

func (f *far) count(op string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[op]
}

func (f *far) total() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		n += c
	}
	return n
}

func (f *far) Instruments(ctx context.Context, _ etoro.InstrumentsParams) ([]etoro.Instrument, error) {
	if err := f.ask(ctx, opRows); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]etoro.Instrument(nil), f.rows...), nil
}

func (f *far) Snapshot(ctx context.Context, p etoro.SnapshotParams) (etoro.SnapshotPage, error) {
	if err := f.ask(ctx, opQuotes); err != nil {
		return etoro.SnapshotPage{}, err
	}
	return f.pages[min(p.Page, len(f.pages))-1], nil
}

func (f *far) ClosingPrices(ctx context.Context) ([]etoro.ClosingPrice, error) {
	return f.closes, f.ask(ctx, opCloses)
}

func (f *far) Exchanges(ctx context.Context, _ ...int) ([]etoro.Exchange, error) {
	return f.exchanges, f.ask(ctx, "Exchanges")
}

func (f *far) InstrumentTypes(ctx context.Context, _ ...int) ([]etoro.InstrumentType, error) {
	return f.types, f.ask(ctx, "InstrumentTypes")
}

func (f *far) StocksIndustries(ctx context.Context, _ ...int) ([]etoro.StocksIndustry, error) {
	return f.industries, f.ask(ctx, "StocksIndustries")
}

func (f *far) Rates(ctx context.Context, ids []etoro.InstrumentID) ([]etoro.Rate, error) {
	return f.quotes.answer(ctx, f.ask(ctx, opRates), ids)
}

func (f *far) Budget() etoro.Budget {
	limit := cmp.Or(f.limit, 60)
	return etoro.Budget{Limit: limit, Left: limit - f.total()}
}

// stock is a plain row.
func stock(id int, symbol, name string) etoro.Instrument {
	return etoro.Instrument{ID: etoro.InstrumentID(id), Symbol: symbol, DisplayName: name, TypeID: 5, ExchangeID: 4, IndustryID: 8}
}

func sampleRows() []etoro.Instrument {
	coin := stock(100000, "BTC", "Bitcoin")
	coin.TypeID, coin.ExchangeID, coin.IndustryID = 10, 99, 0
	return []etoro.Instrument{
		stock(1001, "AAPL", "Apple"),
		stock(1002, "MSFT", "Microsoft"),
		stock(8754, "AAPL.RTH", "Apple"),
		stock(14254, "AAPL.EUR", "Apple"),
		stock(9001, "VOLV.ST", " Volvo  AB "),
		stock(13, "Drm.13", "Dormant 13"),
		coin,
	}
}

func newMarket(f *far, change ...func(*Options)) *Market {
	o := Options{Client: f, Source: EToro}
	for _, c := range change {
		c(&o)
	}
	return New(o)
}

// loaded is a market that has all its data.
func loaded(t *testing.T, f *far) *Market {
	t.Helper()
	m := newMarket(f)
	t.Cleanup(m.close)
	loadAll(t, m)
	return m
}

// loadAll loads as Run would, without its clock.
func loadAll(t *testing.T, m *Market) {
	t.Helper()
	for _, j := range m.schedule.jobs {
		if err := j.refresh(t.Context()); err != nil {
			t.Fatalf("%s: %v", j.op, err)
		}
	}
	m.rebuild()
}

func find(t *testing.T, m *Market, q Query) Listing {
	t.Helper()
	l, err := m.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("Find(%+v): %v", q, err)
	}
	return l
}

func symbols(l Listing) []string {
	var s []string
	for _, r := range l.Rows {
		s = append(s, r.Instrument.Symbol)
	}
	return s
}

// logBook keeps log lines.
type logBook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBook) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (b *logBook) logger() *slog.Logger { return slog.New(slog.NewTextHandler(b, nil)) }
