package market

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/cache"
	"instrumentdesk/internal/search"
)

// ErrWarming: no catalogue yet, and none failed to load either. Ask again shortly.
var ErrWarming = errors.New("market: the first catalogue is still loading")

// ErrUnknown: the catalogue holds no such instrument.
var ErrUnknown = errors.New("market: no such instrument")

// ErrShrunken: eToro answered with success, but with far fewer rows than there
// were, or with none that is of use. It is an [etoro.ErrContract].
var ErrShrunken = fmt.Errorf("market: too few rows to be true: %w", etoro.ErrContract)

// Source is where the shown catalogue came from.
type Source string

const (
	EToro    Source = "live"
	Sandbox  Source = "sandbox"
	Snapshot Source = "snapshot"
)

// InstrumentID spares those who ask the market the import of its client.
type InstrumentID = etoro.InstrumentID

// Client is what the market asks of eToro.
type Client interface {
	Instruments(context.Context, etoro.InstrumentsParams) ([]etoro.Instrument, error)
	Snapshot(context.Context, etoro.SnapshotParams) (etoro.SnapshotPage, error)
	ClosingPrices(context.Context) ([]etoro.ClosingPrice, error)
	Exchanges(context.Context, ...int) ([]etoro.Exchange, error)
	InstrumentTypes(context.Context, ...int) ([]etoro.InstrumentType, error)
	StocksIndustries(context.Context, ...int) ([]etoro.StocksIndustry, error)
	Candles(context.Context, etoro.CandlesParams) ([]etoro.Candle, error)
	Rates(context.Context, []etoro.InstrumentID) ([]etoro.Rate, error)
	Budget() etoro.Budget
}

// Options configures a Market. Client and Source are required.
type Options struct {
	Client   Client
	Stream   Stream        // live prices; nil: they come by rates only
	Source   Source        // EToro or Sandbox: what Client talks to
	Origin   string        // Client's base URL: each has its own snapshot, but for the sandbox, whose port is new at each start
	TTL      time.Duration // soft age of the catalogue; 1 h when 0
	StateDir string        // "" keeps no snapshot
	Aliases  []Alias       // the team's, over the program's own; see ParseAliases
	Log      *slog.Logger  // background failures go here, one line each; nil drops them
}

// Market is safe for concurrent use.
type Market struct {
	client Client
	source Source
	ttl    time.Duration
	alias  []Alias
	log    *slog.Logger
	file   *snapshotFile // nil keeps none

	rows   *cache.Cache[whole, []etoro.Instrument]
	names  *cache.Cache[int, map[int]string] // by facet
	quotes *cache.Cache[whole, map[etoro.InstrumentID]Quote]
	closes *cache.Cache[whole, map[etoro.InstrumentID]etoro.ClosingPrice]

	intraday, daily *cache.Cache[candleKey, []Candle]

	board *board

	sparks *sparks

	building sync.Mutex // one build at a time
	current  atomic.Pointer[Catalogue]
	arrived  chan struct{} // closed with the first catalogue
	diskAt   time.Time     // age of the rows that came from disk; zero when none did

	schedule schedule
}

// whole is the key of a cache that holds one thing.
type whole struct{}

const (
	defaultTTL = time.Hour
	rowsHard   = 7 * 24 * time.Hour
	namesSoft  = 24 * time.Hour
	namesHard  = 30 * 24 * time.Hour
	quotesSoft = 5 * time.Minute
	quotesHard = 24 * time.Hour
	closesSoft = time.Hour
	closesHard = 3 * 24 * time.Hour
)

// New makes a Market. When StateDir has a snapshot, the market answers from it at
// once, which takes the time of reading it. Nothing is asked of eToro before Run, or
// before somebody asks for a catalogue that is not there.
func New(o Options) *Market {
	m := &Market{
		client:  o.Client,
		source:  o.Source,
		ttl:     o.TTL,
		alias:   o.Aliases,
		log:     o.Log,
		arrived: make(chan struct{}),
	}
	if m.ttl <= 0 {
		m.ttl = defaultTTL
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	m.rows = cache.New(cache.Policy{Soft: m.ttl, Hard: max(rowsHard, m.ttl), Timeout: time.Minute, Remember: remember}, m.loadRows)
	m.names = cache.New(cache.Policy{Soft: namesSoft, Hard: namesHard, Remember: remember}, m.loadNames)
	// The snapshot is several calls, which as background ones may each wait for budget.
	m.quotes = cache.New(cache.Policy{Soft: quotesSoft, Hard: quotesHard, Timeout: 2 * time.Minute, Remember: remember}, m.loadQuotes)
	m.closes = cache.New(cache.Policy{Soft: closesSoft, Hard: closesHard, Timeout: time.Minute, Remember: remember}, m.loadCloses)
	m.intraday, m.daily = m.newCandles(intradaySoft), m.newCandles(dailySoft)
	m.board = newBoard(o, m.log, m.closeOf)
	m.sparks = newSparks(o, m.log, m.peekDaily)
	m.schedule.jobs = m.jobs()
	if o.StateDir != "" {
		m.file = newSnapshotFile(o.StateDir, o.Source, o.Origin)
		m.restore()
	}
	return m
}

// remember keeps an error until asking again makes sense.
func remember(err error) time.Duration {
	var limited *etoro.RateLimitError
	switch {
	case errors.As(err, &limited):
		return limited.RetryAfter
	case errors.Is(err, etoro.ErrNotFound):
		return time.Minute
	default:
		return 2 * time.Second
	}
}

// catalogue returns the current one. When there is none it joins the one load that
// makes it, for as long as the cache lets a caller wait.
func (m *Market) catalogue(ctx context.Context) (*Catalogue, error) {
	if c := m.current.Load(); c != nil {
		return c, nil
	}
	_, err := m.rows.Get(ctx, whole{})
	if c := m.rebuild(); c != nil {
		return c, nil // be it by another's load, while this one failed
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return nil, ctx.Err()
	case ctx.Err() != nil, err == nil, errors.Is(err, cache.ErrSlow), errors.Is(err, cache.ErrClosed):
		return nil, ErrWarming
	default:
		return nil, fmt.Errorf("catalogue: %w", err)
	}
}

// rebuild makes the catalogue anew if any of what it is made of changed, and
// returns the current one: nil as long as there are no rows.
func (m *Market) rebuild() *Catalogue {
	m.building.Lock()
	defer m.building.Unlock()
	old := m.current.Load()
	var known inputs
	if old != nil {
		known = old.in
	}
	in := m.gather(known)
	if in.rows.At.IsZero() || old != nil && in.same(known) {
		return old
	}
	source := m.source
	if in.rows.At.Equal(m.diskAt) {
		source = Snapshot
	}
	c := build(in, source)
	c.version = 1
	if old != nil {
		c.version = old.version + 1
	}
	m.current.Store(c)
	if !in.rows.At.Equal(known.rows.At) {
		m.warnOfAliases(c)
	}
	if old == nil {
		close(m.arrived)
	}
	return c
}

// gather collects what the caches hold. Rows and names that grew too old are kept
// from before, because something has to be shown; prices and closes are not.
func (m *Market) gather(known inputs) inputs {
	in := inputs{rows: known.rows, names: known.names, aliases: m.alias}
	if e, ok := m.rows.Peek(whole{}); ok {
		in.rows = dated[[]etoro.Instrument]{e.Value, e.At}
	}
	for facet := range search.NumFacets {
		if e, ok := m.names.Peek(facet); ok {
			in.names[facet] = dated[map[int]string]{e.Value, e.At}
		}
	}
	if e, ok := m.quotes.Peek(whole{}); ok {
		in.quotes = dated[map[etoro.InstrumentID]Quote]{e.Value, e.At}
	}
	if e, ok := m.closes.Peek(whole{}); ok {
		in.closes = dated[map[etoro.InstrumentID]etoro.ClosingPrice]{e.Value, e.At}
	}
	return in
}

// close ends the loads under way and waits for them.
func (m *Market) close() {
	m.rows.Close() // first: its load asks names
	m.names.Close()
	m.quotes.Close()
	m.closes.Close()
	m.board.close()
	m.sparks.lines.Close()
	m.intraday.Close()
	m.daily.Close()
}
