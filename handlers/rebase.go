package handlers

import (
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// rebased is the closes of one instrument in per cent of the first, day by day.
type rebased struct {
	Points []views.LinePoint // empty when it has no candle since the start
	Base   float64           // the close that is 100
}

// rebase brings daily bars to 100 on the first day that all have a bar of: start. Days older than months
// before the newest of all are left out; 0 months leaves out none. Bars with nothing that new do not count
// for the start. It is the zero time when no line is left.
func rebase(all [][]market.Candle, months int) (lines []rebased, start time.Time) {
	oldest := time.Time{}
	if months > 0 {
		oldest = market.MonthsBefore(newestDay(all), months)
	}
	cut := make([][]market.Candle, len(all))
	for i, bars := range all {
		cut[i] = since(bars, oldest)
		if len(cut[i]) > 0 && day(cut[i][0]).After(start) {
			start = day(cut[i][0])
		}
	}
	lines = make([]rebased, len(all))
	for i, bars := range cut {
		for _, b := range since(bars, start) {
			if lines[i].Base == 0 {
				lines[i].Base = b.Close
			}
			lines[i].Points = append(lines[i].Points, views.LinePoint{At: day(b), Value: b.Close / lines[i].Base * 100})
		}
	}
	return lines, start
}

// since are the bars of a day and of those after it.
func since(bars []market.Candle, first time.Time) []market.Candle {
	for i, b := range bars {
		if !day(b).Before(first) {
			return bars[i:]
		}
	}
	return nil
}

// day is when the day of a daily bar began: eToro's exchanges do not all begin theirs at the same hour.
func day(b market.Candle) time.Time { return b.From.UTC().Truncate(24 * time.Hour) }

func newestDay(all [][]market.Candle) time.Time {
	var newest time.Time
	for _, bars := range all {
		if n := len(bars); n > 0 && day(bars[n-1]).After(newest) {
			newest = day(bars[n-1])
		}
	}
	return newest
}
