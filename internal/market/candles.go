package market

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/cache"
)

// Candle and Interval spare those who ask the market the import of its client.
type (
	Candle   = etoro.Candle
	Interval = etoro.Interval
)

// DefaultInterval is what a chart shows when nobody chose.
const DefaultInterval = etoro.OneDay

// MaxCandles is how many bars there are at most.
const MaxCandles = etoro.MaxCandles

// Intervals returns all that eToro has, shortest first.
func Intervals() []Interval { return etoro.Intervals() }

// Candles is the newest bars of one instrument: bid side, not adjusted for splits or
// dividends, the last one maybe unfinished. Bars is shared: nobody may change it. It is empty
// where eToro has none.
type Candles struct {
	Bars     []Candle // oldest first, each at a second of its own
	Interval Interval
	At       time.Time // when they were read
	Err      error     // why they could not be read anew, nil when they could
}

const (
	intradaySoft = time.Minute
	dailySoft    = 10 * time.Minute
	candlesHard  = 24 * time.Hour
	// A thousand bars are some 90 kB, so each of the two caches stays below 20 MB.
	maxCandleSets = 200
)

// candleKey names one set of bars. eToro always gives the newest ones, so any count is
// served from the largest.
type candleKey struct {
	ID       InstrumentID
	Interval Interval
}

func softOf(iv Interval) time.Duration {
	if iv == etoro.OneDay || iv == etoro.OneWeek {
		return dailySoft
	}
	return intradaySoft
}

func (m *Market) newCandles(soft time.Duration) *cache.Cache[candleKey, []Candle] {
	return cache.New(cache.Policy{Soft: soft, Hard: candlesHard, Max: maxCandleSets, Remember: remember}, m.loadCandles)
}

func (m *Market) candlesOf(iv Interval) *cache.Cache[candleKey, []Candle] {
	if softOf(iv) == dailySoft {
		return m.daily
	}
	return m.intraday
}

// Candles returns up to MaxCandles bars, from memory when it can. Old ones are answered at
// once and read anew behind the answer. There is an error only when there is nothing to show:
// ErrUnknown, what the read failed with, or, when it takes longer than a visitor waits, a
// context.DeadlineExceeded; then it goes on, and asking again finds what it brought.
func (m *Market) Candles(ctx context.Context, id InstrumentID, iv Interval) (Candles, error) {
	if !iv.Valid() {
		return Candles{}, fmt.Errorf("candles %d: %w", id, &BadQuery{"interval", fmt.Sprintf("eToro has no interval %q.", iv)})
	}
	c, err := m.catalogue(ctx)
	if err != nil {
		return Candles{}, err
	}
	if _, ok := c.byID[id]; !ok {
		return Candles{}, fmt.Errorf("candles %d: %w", id, ErrUnknown)
	}
	e, err := m.candlesOf(iv).Get(ctx, candleKey{id, iv})
	if errors.Is(err, cache.ErrSlow) {
		err = fmt.Errorf("%w: %w", err, context.DeadlineExceeded)
	}
	if err != nil {
		return Candles{}, fmt.Errorf("candles %d %s: %w", id, iv, err)
	}
	return Candles{Bars: e.Value, Interval: iv, At: e.At, Err: e.Err}, nil
}

// loadCandles is one call. While older bars are there nobody waits for it, and it gives way.
func (m *Market) loadCandles(ctx context.Context, key candleKey) ([]Candle, error) {
	if _, held := m.candlesOf(key.Interval).Peek(key); held {
		ctx = etoro.Background(ctx)
	}
	bars, err := m.client.Candles(ctx, etoro.CandlesParams{ID: key.ID, Interval: key.Interval, Count: MaxCandles, Ascending: true})
	if err != nil {
		return nil, err
	}
	return cleanCandles(bars), nil
}

// cleanCandles leaves out bars that no market made, mends those whose open or close reaches
// out of their range, and puts the rest in order of time. Of two bars at the same second the
// one told later stays.
func cleanCandles(bars []Candle) []Candle {
	clean := make([]Candle, 0, len(bars))
	for _, b := range bars {
		if !plausible(b) {
			continue
		}
		b.From = b.From.UTC().Truncate(time.Second)
		b.High, b.Low = max(b.High, b.Open, b.Close), min(b.Low, b.Open, b.Close)
		if b.Volume != nil && !(*b.Volume >= 0 && *b.Volume <= math.MaxFloat64) {
			b.Volume = nil
		}
		clean = append(clean, b)
	}
	slices.SortStableFunc(clean, func(a, b Candle) int { return a.From.Compare(b.From) })
	slices.Reverse(clean) // of equals Compact keeps the first, which is the one told last
	clean = slices.CompactFunc(clean, func(a, b Candle) bool { return a.From.Equal(b.From) })
	slices.Reverse(clean)
	return slices.Clip(clean[max(0, len(clean)-MaxCandles):])
}

// plausible reports whether a bar has a time, and prices above zero that are in order.
func plausible(b Candle) bool {
	for _, price := range [...]float64{b.Open, b.High, b.Low, b.Close} {
		if !(price > 0 && price <= math.MaxFloat64) { // NaN is not
			return false
		}
	}
	return b.From.Unix() > 0 && b.High >= b.Low
}

// FreshUntil is when they begin to count as old.
func (c Candles) FreshUntil() time.Time { return c.At.Add(softOf(c.Interval)) }

// Newest returns the last n bars, or all when there are fewer.
func (c Candles) Newest(n int) []Candle { return c.Bars[max(0, len(c.Bars)-max(n, 0)):] }

// Day is the newest daily bar: its Low and High are the range of the day that From begins,
// which on a weekend is not today. It is false where there is none, or where the bars are not
// daily ones.
func (c Candles) Day() (Candle, bool) {
	if c.Interval != etoro.OneDay || len(c.Bars) == 0 {
		return Candle{}, false
	}
	return c.Bars[len(c.Bars)-1], true
}

// Change is the way that the price went over a period.
type Change struct {
	Period string    // "1D", "1W", "1M", "3M", "6M", "1Y"
	Pct    *float64  // nil when the bars do not reach back so far
	Price  float64   // the close that it is measured from; 0 when Pct is nil
	Since  time.Time // the start of the bar of that close; zero when Pct is nil
}

// periods are how far back each change looks, in calendar units.
var periods = []struct {
	name         string
	months, days int
}{{"1D", 0, 1}, {"1W", 0, 7}, {"1M", 1, 0}, {"3M", 3, 0}, {"6M", 6, 0}, {"1Y", 12, 0}}

// slack: where clocks change, the bars of two days are an hour nearer to each other.
const slack = 2 * time.Hour

// Changes measures price against the closes of daily bars, for all six periods, the shortest
// first. A price that is not above zero stands for the close of the newest bar. Each is
// measured from the last bar that began at least the period before the newest one, so a day on
// Monday goes back to Friday. Splits show as if the price had moved: eToro does not adjust.
func (c Candles) Changes(price float64) []Change {
	changes := make([]Change, len(periods))
	newest, ok := c.Day()
	if !(price > 0 && price <= math.MaxFloat64) {
		price = newest.Close
	}
	for i, p := range periods {
		changes[i].Period = p.name
		if !ok {
			continue
		}
		if b, found := lastUntil(c.Bars, MonthsBefore(newest.From, p.months).AddDate(0, 0, -p.days).Add(slack)); found {
			pct := (price/b.Close - 1) * 100
			changes[i].Pct, changes[i].Price, changes[i].Since = &pct, b.Close, b.From
		}
	}
	return changes
}

// MonthsBefore goes back in the calendar. A day that the earlier month lacks is its last one.
func MonthsBefore(t time.Time, months int) time.Time {
	earlier := t.AddDate(0, -months, 0)
	if earlier.Day() != t.Day() {
		earlier = earlier.AddDate(0, 0, -earlier.Day())
	}
	return earlier
}

// lastUntil is the last bar that began at t or before.
func lastUntil(bars []Candle, t time.Time) (Candle, bool) {
	i, found := slices.BinarySearchFunc(bars, t, func(b Candle, t time.Time) int { return b.From.Compare(t) })
	if !found {
		i--
	}
	if i < 0 {
		return Candle{}, false
	}
	return bars[i], true
}
