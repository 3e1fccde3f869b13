package etoro

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Interval is the length of a candle, in eToro's spelling.
type Interval string

// The intervals that eToro has.
const (
	OneMinute      Interval = "OneMinute"
	FiveMinutes    Interval = "FiveMinutes"
	TenMinutes     Interval = "TenMinutes"
	FifteenMinutes Interval = "FifteenMinutes"
	ThirtyMinutes  Interval = "ThirtyMinutes"
	OneHour        Interval = "OneHour"
	FourHours      Interval = "FourHours"
	OneDay         Interval = "OneDay"
	OneWeek        Interval = "OneWeek"
)

// Intervals returns all of them, shortest first.
func Intervals() []Interval {
	return []Interval{OneMinute, FiveMinutes, TenMinutes, FifteenMinutes, ThirtyMinutes, OneHour, FourHours, OneDay, OneWeek}
}

// Valid reports whether eToro has the interval.
func (i Interval) Valid() bool { return slices.Contains(Intervals(), i) }

// MaxCandles is how many candles eToro gives at most.
const MaxCandles = 1000

// CandlesParams chooses the newest Count candles of an instrument.
type CandlesParams struct {
	ID        InstrumentID
	Interval  Interval // OneDay when empty
	Count     int      // 100 when 0; brought into 1 … MaxCandles
	Ascending bool     // oldest first; else newest first
}

// Candles returns the newest candles, sorted as p asks; the newest one may be
// unfinished. An instrument that eToro does not know has none, without an error. An id
// below 1 or an unknown interval is ErrInvalid.
// It answers GET /market-data/instruments/{id}/history/candles/….
func (c *Client) Candles(ctx context.Context, p CandlesParams) ([]Candle, error) {
	const op = "Candles"
	if p.Interval == "" {
		p.Interval = OneDay
	}
	if p.ID < 1 {
		return nil, &ParamError{op, fmt.Sprintf("%d is not an instrument id", p.ID)}
	}
	if !p.Interval.Valid() {
		return nil, &ParamError{op, fmt.Sprintf("no interval %q", p.Interval)}
	}
	if p.Count == 0 {
		p.Count = 100
	}
	count, direction := min(max(p.Count, 1), MaxCandles), "desc"
	if p.Ascending {
		direction = "asc"
	}
	var candles []Candle
	err := c.fetch(ctx, call{
		op:  op,
		cap: quotesCap, timeout: quick,
		path: fmt.Sprintf("/market-data/instruments/%d/history/candles/%s/%s/%d", p.ID, direction, p.Interval, count),
		decode: func(body []byte) (skipped int, err error) {
			candles, skipped, err = decodeCandles(body, p)
			return skipped, err
		},
	})
	if err != nil {
		return nil, err
	}
	return candles, nil
}

// decodeCandles takes the bars of the instrument asked for out of their groups.
func decodeCandles(body []byte, p CandlesParams) ([]Candle, int, error) {
	groups, skipped, err := list[candleGroup, candleGroup](body, "candles")
	if err != nil {
		return nil, skipped, err
	}
	var rows []lenient[candleWire]
	for _, g := range groups {
		if !g.InstrumentID.known || InstrumentID(g.InstrumentID.v) == p.ID {
			rows = append(rows, g.Candles...)
		}
	}
	candles, more, err := values[Candle](rows)
	slices.SortStableFunc(candles, func(a, b Candle) int {
		if p.Ascending {
			return a.From.Compare(b.From)
		}
		return b.From.Compare(a.From)
	})
	return candles, skipped + more, err
}

// candleGroup is the candles of one instrument: null for one that eToro does not know.
type candleGroup struct {
	InstrumentID integer
	Candles      []lenient[candleWire]
}

func (g candleGroup) value() (candleGroup, bool) { return g, g.InstrumentID.known || g.Candles != nil }

type candleWire struct {
	FromDate                       moment
	Open, High, Low, Close, Volume number
}

func (w candleWire) value() (Candle, bool) {
	from := time.Time(w.FromDate)
	return Candle{
		From: from,
		Open: w.Open.v, High: w.High.v, Low: w.Low.v, Close: w.Close.v,
		Volume: w.Volume.pointer(),
	}, !from.IsZero() && w.Open.known && w.High.known && w.Low.known && w.Close.known
}
