package sandbox

import (
	"math"
	"time"
)

// intervals are the bars that eToro knows, spelled as in its path.
var intervals = map[string]time.Duration{
	"OneMinute": time.Minute, "FiveMinutes": 5 * time.Minute, "TenMinutes": 10 * time.Minute,
	"FifteenMinutes": 15 * time.Minute, "ThirtyMinutes": 30 * time.Minute, "OneHour": time.Hour,
	"FourHours": 4 * time.Hour, "OneDay": 24 * time.Hour, "OneWeek": 7 * 24 * time.Hour,
}

// maxCandles is what eToro cuts a larger count to, without a word.
const maxCandles = 1000

type candle struct {
	InstrumentID int      `json:"instrumentID"`
	FromDate     string   `json:"fromDate"`
	Open         float64  `json:"open"`
	High         float64  `json:"high"`
	Low          float64  `json:"low"`
	Close        float64  `json:"close"`
	Volume       *float64 `json:"volume"`
}

// samplesPerBar bounds the work of a bar. A high is the highest of the samples,
// so a long bar's may be a little lower than those of the short bars in it.
const samplesPerBar = 12

// candles are the newest count bars at t, oldest first; the last is unfinished.
func (m market) candles(in *instrument, step time.Duration, count int, t time.Time) []candle {
	now := m.quotedAt(in, t)
	from := barStart(now, step).Add(-time.Duration(count-1) * step)
	bars := make([]candle, 0, count)
	for range count {
		bars = append(bars, m.candle(in, from, step, now))
		from = from.Add(step)
	}
	return bars
}

func (m market) candle(in *instrument, from time.Time, step time.Duration, now time.Time) candle {
	end := from.Add(step)
	if end.After(now) {
		end = now
	}
	c := candle{InstrumentID: in.id, FromDate: from.Format(time.RFC3339), Open: m.price(in, from), Close: m.price(in, end)}
	c.High, c.Low = max(c.Open, c.Close), min(c.Open, c.Close)
	for i := 1; i < samplesPerBar; i++ {
		at := from.Add(step * time.Duration(i) / samplesPerBar)
		if !at.Before(end) {
			break
		}
		p := m.price(in, at)
		c.High, c.Low = max(c.High, p), min(c.Low, p)
	}
	if in.typeID != typeForex && in.typeID != typeCrypto {
		v := math.Round(max(0, m.volume(in, end)-m.volume(in, from)))
		c.Volume = &v
	}
	return c
}

// barStart is the start of the bar that holds t. Weeks start on Sunday at 21:00.
func barStart(t time.Time, step time.Duration) time.Time {
	if step == intervals["OneWeek"] {
		// Truncate counts from the zero time, which was a Monday.
		const early = 3 * time.Hour
		return t.Add(early).Truncate(step).Add(-early)
	}
	return t.Truncate(step)
}

// closes are the last prices of the previous day, week and month at t.
type closes struct{ day, week, month closing }

type closing struct {
	price float64
	date  time.Time // midnight of the day it closed
}

func (m market) closes(in *instrument, t time.Time) closes {
	t = m.quotedAt(in, t)
	day := t.Truncate(24 * time.Hour)
	week := barStart(t, intervals["OneWeek"])
	month := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	at := func(end time.Time) closing {
		return closing{m.price(in, end), end.Add(-time.Nanosecond).Truncate(24 * time.Hour)}
	}
	return closes{at(day), at(week), at(month)}
}
