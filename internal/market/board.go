package market

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/stream"
)

// LiveSource is who told a price.
type LiveSource string

// The values of Live.Source.
const (
	FromStream LiveSource = "stream"
	FromRates  LiveSource = "rates"
)

// Live is the latest price of one instrument, from whichever source told it last. What the
// pointers lead to never changes.
type Live struct {
	ID                           InstrumentID
	Bid, Ask                     float64   // in the instrument's currency, 0 unknown; Bid is the price that is shown, as candles are of the bid side too
	ConversionBid, ConversionAsk float64   // of that currency to USD, 0 unknown
	DayChangePct                 *float64  // of Bid against the previous daily close; nil unknown
	MarketOpen                   *bool     // eToro's flag; nil unknown, as rates never tell it
	At                           time.Time // eToro's time of the price; zero unknown
	Read                         time.Time // when we got it
	Source                       LiveSource
}

const (
	ratesSoft = 10 * time.Second // a price that nothing keeps current is asked for again
	ratesHard = 15 * time.Minute // and is not shown any more
	keepFor   = 15 * time.Minute // how long a price is kept that nobody asks for
	// aheadMost is how far eToro's clock may be ahead of ours. A time further in the future
	// would win over every later price.
	aheadMost = time.Minute
)

// board holds the latest price of each instrument that is watched or was asked for lately. A
// price is state and not an event: the newer one replaces the older one, and a viewer who is
// slow misses those in between.
type board struct {
	client  Client
	stream  Stream // nil: prices come by rates only
	log     *slog.Logger
	closeOf func(InstrumentID) float64 // the previous daily close in memory, 0 unknown

	life    context.Context // of the calls; ends with close
	end     context.CancelFunc
	calling sync.WaitGroup
	kick    chan struct{} // has a token when what is to be done changed

	mu      sync.Mutex
	items   map[InstrumentID]*item
	viewers map[*Viewer]struct{}
	feed    Feed
	turned  time.Time // when the feed last became live, or stopped being that
	ended   bool

	gathered []InstrumentID  // to be asked in a moment, see gather
	visitor  context.Context // of the visitor who asked first for one of them, nil when only the poll did
	answered time.Time       // when rates last answered
	fails    int             // of rates, in a row
	pollAt   time.Time       // the poll asks nothing before
}

// item is what the board knows of one instrument.
type item struct {
	id      InstrumentID
	live    Live      // zero Read: no price
	checked time.Time // when live was last known to be the latest
	touched time.Time // when somebody last watched it or asked for it

	watchers   []watcher
	since      time.Time // when the first of the watchers came
	left       time.Time // when the last of them went
	subscribed bool      // upstream
	streamed   bool      // the stream has told a price since

	ask asking
}

// asking is how far rates are with an item.
type asking struct {
	answer  chan struct{} // closed with the answer that is awaited; nil when none is
	urgent  bool          // a visitor waits for it
	err     error         // why the latest try brought no price, nil when it did
	retryAt time.Time     // not asked again before
	suspect time.Time     // when a call with it first failed as those with a dead id do; zero since one went well
	most    int           // how many ids a call with it may ask for, after such a failure; 0 is MaxRates
}

func newBoard(o Options, log *slog.Logger, closeOf func(InstrumentID) float64) *board {
	life, end := context.WithCancel(context.Background())
	b := &board{
		client:  o.Client,
		stream:  o.Stream,
		log:     log,
		closeOf: closeOf,
		life:    life,
		end:     end,
		kick:    make(chan struct{}, 1),
		items:   map[InstrumentID]*item{},
		viewers: map[*Viewer]struct{}{},
		feed:    Feed{Mode: FeedPolling, Since: time.Now()},
	}
	if o.Stream != nil {
		b.feed.Mode = FeedConnecting
	}
	return b
}

// close ends the calls under way and waits for them.
func (b *board) close() {
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	b.end()
	b.calling.Wait()
}

// signal gives ch a token unless it has one.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// item returns that of id, a new one when there is none. b.mu is held.
func (b *board) item(id InstrumentID, now time.Time) *item {
	it := b.items[id]
	if it == nil {
		it = &item{id: id}
		b.items[id] = it
	}
	it.touched = now
	return it
}

// put takes in what the stream told. It waits for no viewer.
func (b *board) put(rates []stream.Rate) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	for i := range rates {
		r := &rates[i]
		it := b.items[r.ID]
		if it == nil || !it.subscribed || !priced(r.Bid, r.Ask) {
			continue // nobody cares any more, or nothing is told
		}
		it.streamed = true
		it.ask.err, it.ask.retryAt = nil, time.Time{}
		it.set(Live{
			ID: r.ID, Bid: known(r.Bid), Ask: known(r.Ask),
			ConversionBid: known(r.ConversionRateBid), ConversionAsk: known(r.ConversionRateAsk),
			DayChangePct: b.change(r.ID, r.Bid, r.DailyClose),
			MarketOpen:   r.MarketOpen,
			At:           believable(r.At, now), Read: now, Source: FromStream,
		})
	}
}

// putRate takes in what a call of rates told, which is no price for what was never quoted.
// b.mu is held.
func (b *board) putRate(it *item, r *etoro.Rate, now time.Time) (told bool) {
	if !priced(r.Bid, r.Ask) {
		return false
	}
	it.set(Live{
		ID: r.ID, Bid: known(r.Bid), Ask: known(r.Ask),
		ConversionBid: known(r.ConversionRateBid), ConversionAsk: known(r.ConversionRateAsk),
		DayChangePct: b.change(r.ID, r.Bid, 0),
		At:           believable(r.Date, now), Read: now, Source: FromRates,
	})
	return true
}

func priced(bid, ask float64) bool { return known(bid) > 0 || known(ask) > 0 }

// known is v when that can be a price, else 0.
func known(v float64) float64 {
	if v > 0 && v <= math.MaxFloat64 {
		return v
	}
	return 0
}

func believable(at, now time.Time) time.Time {
	if at.After(now.Add(aheadMost)) {
		return time.Time{}
	}
	return at
}

// change is that of bid against the feed's daily close, else the one in memory.
func (b *board) change(id InstrumentID, bid, daily float64) *float64 {
	daily = known(daily)
	if daily == 0 {
		daily = known(b.closeOf(id))
	}
	if daily == 0 || known(bid) == 0 {
		return nil
	}
	pct := (bid/daily - 1) * 100
	return &pct
}

// set replaces the price unless eToro's time says that it is older, and tells the watchers
// when there is something new to see. The board's mu is held.
func (it *item) set(l Live) {
	old := it.live
	it.checked = l.Read
	if old.outlives(l) {
		return
	}
	it.live = l
	if old.looksLike(l) {
		return
	}
	for _, w := range it.watchers {
		w.viewer.mark(w.slot)
	}
}

// outlives reports whether l is more recent than next, which was read later. Of the same
// moment the stream knows more than rates do.
func (l Live) outlives(next Live) bool {
	if l.At.IsZero() || next.At.IsZero() {
		return false
	}
	return next.At.Before(l.At) || next.At.Equal(l.At) && l.Source == FromStream && next.Source == FromRates
}

// looksLike reports whether a viewer would see no difference.
func (l Live) looksLike(other Live) bool {
	return l.Bid == other.Bid && l.Ask == other.Ask && l.At.Equal(other.At) &&
		l.ConversionBid == other.ConversionBid && l.ConversionAsk == other.ConversionAsk &&
		same(l.DayChangePct, other.DayChangePct) && same(l.MarketOpen, other.MarketOpen)
}

func same[V comparable](a, b *V) bool { return a == b || a != nil && b != nil && *a == *b }

// current reports whether the stream keeps the price of it the latest, however long ago that
// was told. b.mu is held.
func (b *board) current(it *item) bool { return it.streamed && b.feed.Mode == FeedLive }

// young reports whether asking rates would bring nothing new.
func (b *board) young(it *item, now time.Time) bool {
	return b.current(it) || now.Sub(it.checked) < ratesSoft
}

// shown is the price of it, as long as it is no older than may be shown.
func (b *board) shown(it *item, now time.Time) (Live, bool) {
	ok := !it.live.Read.IsZero() && (b.current(it) || now.Sub(it.checked) < ratesHard)
	if !ok {
		return Live{}, false
	}
	return it.live, true
}
