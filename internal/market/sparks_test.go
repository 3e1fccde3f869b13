package market

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/cache"
)

// lineFar answers the daily closes of an id: from 1 up, as many as are asked for but no more than it has.
type lineFar struct {
	mu     sync.Mutex
	budget etoro.Budget
	days   int // 100 when 0
	err    error
	asked  []askedLine
}

type askedLine struct {
	at         time.Time
	id         InstrumentID
	background bool
}

func (f *lineFar) Candles(ctx context.Context, p etoro.CandlesParams) ([]etoro.Candle, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, askedLine{time.Now(), p.ID, isBackground(ctx)})
	days := 100
	if f.days > 0 {
		days = f.days
	}
	var bars []etoro.Candle
	for i := range min(days, p.Count) {
		price := float64(i + 1)
		bars = append(bars, Candle{From: time.Now().Add(time.Duration(i-days) * 24 * time.Hour), Open: price, High: price, Low: price, Close: price})
	}
	return bars, f.err
}

func (f *lineFar) Budget() etoro.Budget {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.budget
}

func (f *lineFar) set(change func(*lineFar)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

// calls are those since the last time.
func (f *lineFar) calls() []askedLine {
	f.mu.Lock()
	defer f.mu.Unlock()
	asked := f.asked
	f.asked = nil
	return asked
}

// Client's other methods are not asked.
type lineClient struct {
	Client
	*lineFar
}

func (c lineClient) Candles(ctx context.Context, p etoro.CandlesParams) ([]etoro.Candle, error) {
	return c.lineFar.Candles(ctx, p)
}

func (c lineClient) Budget() etoro.Budget { return c.lineFar.Budget() }

// onLines runs the worker on fake time. held is the candles in the memory of charts.
func onLines(t *testing.T, budget etoro.Budget, held map[InstrumentID]cache.Entry[[]Candle], do func(f *lineFar, s *sparks, log *logBook)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, log := &lineFar{budget: budget}, &logBook{}
		daily := func(id InstrumentID) (cache.Entry[[]Candle], bool) { e, ok := held[id]; return e, ok }
		s := newSparks(Options{Client: lineClient{lineFar: f}}, log.logger(), daily)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { s.run(ctx) })
		do(f, s, log)
		stop()
		running.Wait()
		s.lines.Close()
	})
}

var roomyBudget = etoro.Budget{Limit: 60, Left: 60}

func TestLinesAreReadOneAfterAnotherBehind(t *testing.T) {
	onLines(t, roomyBudget, nil, func(f *lineFar, s *sparks, _ *logBook) {
		if closes, _ := s.known(1); closes != nil {
			t.Errorf("at first %v is known", closes)
		}
		s.want(ids(1, 25))
		pass(0)
		pass(24*6*time.Second - 1)
		first := f.calls()
		if pass(1); len(first) != 24 || len(f.calls()) != 1 {
			t.Errorf("%d calls before the time is over, want 24 and one more then", len(first))
		}
		for i, c := range first {
			if c.id != InstrumentID(i+1) || !c.background || i > 0 && c.at.Sub(first[i-1].at) != 6*time.Second {
				t.Errorf("call %d: %+v", i, c)
			}
		}
		closes, _ := s.known(25)
		if len(closes) != SparkDays || closes[0] != 1 || closes[SparkDays-1] != SparkDays || s.version.Load() != 25 {
			t.Errorf("%v, version %d", closes, s.version.Load())
		}
		s.want(ids(1, 25))
		pass(time.Hour)
		if n := len(f.calls()); n != 0 {
			t.Errorf("%d calls for lines that are young", n)
		}
	})
}

func TestCallsForLinesKeepTheirDistance(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]time.Duration{1: 2 * time.Minute, 6: time.Minute, 60: 6 * time.Second, 120: 3 * time.Second, 10_000: 3 * time.Second} {
		if got := gapOf(etoro.Budget{Limit: limit}); got != want {
			t.Errorf("limit %d: %v, want %v", limit, got, want)
		}
	}
}

func TestLinesWaitForABudgetWithRoom(t *testing.T) {
	onLines(t, etoro.Budget{Limit: 60, Left: 30}, nil, func(f *lineFar, s *sparks, _ *logBook) {
		s.want(ids(1, 2))
		pass(time.Hour)
		f.set(func(f *lineFar) { f.budget = etoro.Budget{Limit: 60, Left: 60, Closed: time.Second} })
		pass(time.Hour)
		if n := len(f.calls()); n != 0 {
			t.Fatalf("%d calls while half of the budget is spent or the gate is shut", n)
		}
		f.set(func(f *lineFar) { f.budget = etoro.Budget{Limit: 60, Left: 31} })
		pass(time.Minute)
		if n := len(f.calls()); n != 2 {
			t.Errorf("%d calls once there is room, want 2", n)
		}
	})
}

func TestWhatWasWantedLastIsReadFirst(t *testing.T) {
	onLines(t, etoro.Budget{Limit: 60}, nil, func(f *lineFar, s *sparks, _ *logBook) {
		s.want(ids(1, 2))
		s.want([]InstrumentID{2, 9, 9})
		pass(time.Minute)
		f.set(func(f *lineFar) { f.budget = roomyBudget })
		pass(time.Minute)
		var order []InstrumentID
		for _, c := range f.calls() {
			order = append(order, c.id)
		}
		if !slices.Equal(order, []InstrumentID{2, 9, 1}) {
			t.Errorf("read in the order %v", order)
		}
	})
}

func TestWantedLinesAreBounded(t *testing.T) {
	onLines(t, etoro.Budget{Limit: 60}, nil, func(_ *lineFar, s *sparks, _ *logBook) {
		for page := range 100 {
			s.want(ids(1+page*25, 25+page*25))
			if n := len(s.queue); n > maxWanted {
				t.Fatalf("%d ids wait", n)
			}
		}
		if s.queue[0] != 2476 || s.queue[maxWanted-1] != 2325 {
			t.Errorf("those from %d to %d wait, want the newest", s.queue[0], s.queue[maxWanted-1])
		}
	})
}

func TestCandlesOfAChartSpareALineItsCall(t *testing.T) {
	held := map[InstrumentID]cache.Entry[[]Candle]{}
	onLines(t, roomyBudget, held, func(f *lineFar, s *sparks, _ *logBook) {
		held[1] = cache.Entry[[]Candle]{Value: []Candle{{Close: 5}, {Close: 7}}, At: time.Now()}
		s.want(ids(1, 1))
		pass(sparksSoft - time.Second)
		if closes, _ := s.known(1); !slices.Equal(closes, []float64{5, 7}) || len(f.calls()) != 0 {
			t.Errorf("the line is %v", closes)
		}
		pass(time.Second)
		s.want(ids(1, 1))
		pass(0)
		if closes, _ := s.known(1); len(closes) != SparkDays || len(f.calls()) != 1 {
			t.Errorf("when they are old the line is %v", closes)
		}
	})
}

func TestOldLinesAreReadAnewAndThenForgotten(t *testing.T) {
	onLines(t, roomyBudget, nil, func(f *lineFar, s *sparks, _ *logBook) {
		s.want(ids(1, 1))
		pass(sparksSoft)
		f.set(func(f *lineFar) { f.days = 3 })
		s.want(ids(1, 1))
		pass(0)
		if closes, _ := s.known(1); len(closes) != 3 || len(f.calls()) != 2 {
			t.Errorf("the line is %v", closes)
		}
		pass(sparksHard)
		if closes, _ := s.known(1); closes != nil {
			t.Errorf("a day later the line is %v", closes)
		}
	})
}

func TestALineThatFailsIsLeftAloneAndSlowsTheOthersDown(t *testing.T) {
	onLines(t, roomyBudget, nil, func(f *lineFar, s *sparks, log *logBook) {
		f.set(func(f *lineFar) {
			f.err = &etoro.RateLimitError{RetryAfter: 90 * time.Second, API: &etoro.APIError{Op: opCandles, Status: 429, Attempts: []etoro.Attempt{{RequestID: "abc"}}}}
		})
		s.want(ids(1, 2))
		pass(90*time.Second - 1)
		if calls := f.calls(); len(calls) != 1 {
			t.Errorf("%d calls before eToro's wait is over", len(calls))
		}
		if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "id=1 upstream_request_id=abc") {
			t.Errorf("the log is %q", text)
		}
		f.set(func(f *lineFar) { f.err = nil })
		pass(1)
		s.want(ids(1, 2))
		pass(time.Minute)
		if calls := f.calls(); len(calls) != 1 || calls[0].id != 2 {
			t.Errorf("then %+v, want the other alone", calls)
		}
		pass(sparksRetry)
		s.want(ids(1, 2))
		pass(time.Minute)
		if calls := f.calls(); len(calls) != 1 || calls[0].id != 1 {
			t.Errorf("ten minutes later %+v, want the one that failed", calls)
		}
	})
}

func TestAMarketDrawsNoLineOfASingleDay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		far := newFar(sampleRows()...)
		lines := &lineFar{budget: roomyBudget, days: 1}
		m := newMarket(far, func(o *Options) { o.Client = lineClient{far, lines} })
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { m.Run(ctx) })
		synctest.Wait()
		m.WantSparks(ids(1001, 1001))
		pass(time.Minute)
		if found := m.Sparks(ids(1001, 1001)); len(found) != 0 || m.State().Sparks != 1 {
			t.Errorf("one close: %v, %d read", found, m.State().Sparks)
		}
		lines.set(func(f *lineFar) { f.days = 2 })
		m.WantSparks(ids(1002, 1002))
		pass(time.Minute)
		if found := m.Sparks(ids(1001, 1002)); len(found) != 1 || len(found[1002]) != 2 || m.State().Sparks != 2 {
			t.Errorf("two closes: %v, %d read", found, m.State().Sparks)
		}
		stop()
		running.Wait()
	})
}
