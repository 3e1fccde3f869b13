package market

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/cache"
)

// SparkDays is how many daily closes a line of Sparks has at most.
const SparkDays = 30

const (
	sparksSoft  = 4 * time.Hour
	sparksHard  = 24 * time.Hour
	sparksRetry = 10 * time.Minute // one that failed is not asked for again
	maxSparks   = 2000             // lines kept: half a megabyte
	maxWanted   = 200              // what nobody looked at for long is forgotten
	sparkGap    = 3 * time.Second  // the least time between two calls
)

// sparks are the short lines beside the rows of a list. They are an ornament: nobody waits for one, and
// they are read one after another, when nobody needs the budget for more.
type sparks struct {
	client  Client
	log     *slog.Logger
	daily   func(InstrumentID) (cache.Entry[[]Candle], bool) // candles that somebody asked for
	lines   *cache.Cache[InstrumentID, []float64]
	version atomic.Uint64 // grows with each line that was read
	kick    chan struct{}
	fails   int // in a row; of the worker alone

	mu    sync.Mutex
	queue []InstrumentID // those wanted last first
}

func newSparks(o Options, log *slog.Logger, daily func(InstrumentID) (cache.Entry[[]Candle], bool)) *sparks {
	s := &sparks{client: o.Client, log: log, daily: daily, kick: make(chan struct{}, 1)}
	pause := func(error) time.Duration { return sparksRetry }
	s.lines = cache.New(cache.Policy{Soft: sparksSoft, Hard: sparksHard, Max: maxSparks, Remember: pause}, s.load)
	return s
}

// peekDaily is the daily candles in memory.
func (m *Market) peekDaily(id InstrumentID) (cache.Entry[[]Candle], bool) {
	return m.daily.Peek(candleKey{id, etoro.OneDay})
}

// Sparks returns the last closes of the days of each id, oldest first, where they are in memory: from two
// to SparkDays of them. It costs no call. The lines are shared: nobody may change them.
func (m *Market) Sparks(ids []InstrumentID) map[InstrumentID][]float64 {
	found := make(map[InstrumentID][]float64, len(ids))
	for _, id := range ids {
		if closes, _ := m.sparks.known(id); len(closes) > 1 {
			found[id] = closes
		}
	}
	return found
}

// WantSparks has those of ids that are missing or old read, these before others, while more than half of the
// budget is left. Sparks finds them some time later; State.Sparks tells when there are new ones.
func (m *Market) WantSparks(ids []InstrumentID) { m.sparks.want(ids) }

// known is the newer of the line that was read for its own sake and of what a chart needed.
func (s *sparks) known(id InstrumentID) (closes []float64, at time.Time) {
	if e, ok := s.lines.Peek(id); ok {
		closes, at = e.Value, e.At
	}
	if e, ok := s.daily(id); ok && e.At.After(at) {
		closes, at = lastCloses(e.Value), e.At
	}
	return closes, at
}

// due reports whether a line is missing or old, and may be asked for.
func (s *sparks) due(id InstrumentID) bool {
	if _, at := s.known(id); time.Since(at) < sparksSoft {
		return false
	}
	e, _ := s.lines.Peek(id)
	return e.Err == nil || time.Since(e.ErrAt) >= sparksRetry
}

func (s *sparks) want(ids []InstrumentID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	queue := make([]InstrumentID, 0, len(ids)+len(s.queue))
	for _, id := range ids {
		if s.due(id) && !slices.Contains(queue, id) {
			queue = append(queue, id)
		}
	}
	first := queue
	for _, id := range s.queue {
		if !slices.Contains(first, id) {
			queue = append(queue, id)
		}
	}
	s.queue = queue[:min(len(queue), maxWanted)]
	if len(s.queue) > 0 {
		signal(s.kick)
	}
}

// next takes the first that is still due out of the queue.
func (s *sparks) next() (InstrumentID, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) > 0 {
		id := s.queue[0]
		s.queue = s.queue[1:]
		if s.due(id) {
			return id, true
		}
	}
	return 0, false
}

// run reads what is wanted until ctx ends.
func (s *sparks) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.kick:
		}
		for more := true; more; {
			var wait time.Duration
			wait, more = s.step(ctx)
			select {
			case <-ctx.Done():
				return
			case <-time.After(wait):
			}
		}
	}
}

// step reads one line if the budget has room, and says how long to leave eToro alone then. It is false when
// none is wanted any more.
func (s *sparks) step(ctx context.Context) (wait time.Duration, more bool) {
	budget := s.client.Budget()
	wait = gapOf(budget)
	if !roomy(budget) {
		return wait, true
	}
	id, ok := s.next()
	if !ok {
		return 0, false
	}
	if _, err := s.lines.Refresh(etoro.Background(ctx), id); err != nil {
		s.fails++
		wait = max(wait, retryDelay(err, s.fails))
		s.report(ctx, id, wait, err)
		return wait, true
	}
	s.fails = 0
	s.version.Add(1)
	return wait, true
}

// roomy reports whether more than half of the budget is left.
func roomy(b etoro.Budget) bool { return 2*b.Left > b.Limit && b.Closed == 0 }

// gapOf is the time between two calls: at most half of what background calls may spend, a third of the
// budget, so that refreshes and polled prices find the rest.
func gapOf(b etoro.Budget) time.Duration {
	return max(sparkGap, 2*time.Minute/time.Duration(max(b.Limit/3, 1)))
}

func (s *sparks) report(ctx context.Context, id InstrumentID, wait time.Duration, err error) {
	if ctx.Err() != nil {
		return
	}
	s.log.LogAttrs(ctx, failureLevel(err), "line of a row not read",
		slog.Int("id", int(id)),
		slog.String("upstream_request_id", strings.Join(upstreamIDs(err), ",")),
		slog.Time("next_try", time.Now().Add(wait)),
		slog.Any("err", err))
}

// load is one call, far smaller than that of a chart.
func (s *sparks) load(ctx context.Context, id InstrumentID) ([]float64, error) {
	bars, err := s.client.Candles(ctx, etoro.CandlesParams{ID: id, Interval: etoro.OneDay, Count: SparkDays, Ascending: true})
	if err != nil {
		return nil, err
	}
	return lastCloses(cleanCandles(bars)), nil
}

func lastCloses(bars []Candle) []float64 {
	bars = bars[max(0, len(bars)-SparkDays):]
	closes := make([]float64, len(bars))
	for i, b := range bars {
		closes[i] = b.Close
	}
	return closes
}
