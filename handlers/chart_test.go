package handlers

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

var (
	chartNow = time.Date(2026, 11, 24, 5, 30, 12, 0, time.UTC)
	apple    = &market.Instrument{ID: 1001, Symbol: "AAPL", Name: "Apple"}
)

// hours are n candles of an hour, each a little above the one before.
func hours(n int) []market.Candle {
	var bars []market.Candle
	for i := range n {
		price := 100 + float64(i)
		bars = append(bars, market.Candle{From: chartNow.Truncate(time.Hour).Add(time.Duration(i-n+1) * time.Hour), Open: price, High: price + 2, Low: price - 2, Close: price + 1})
	}
	return bars
}

func TestTheChartIsOfTheNewestCandles(t *testing.T) {
	t.Parallel()
	m := chartModel(apple, market.Candles{Bars: hours(1000), Interval: "OneHour", At: chartNow.Add(-40 * time.Second)}, chartNow)
	if len(m.Rows) != views.ChartBars || len(m.Plot.Up) != views.ChartBars || m.Rows[0].Time != "2026-11-24 05:00" {
		t.Errorf("%d rows from %s and %d candles", len(m.Rows), m.Rows[0].Time, len(m.Plot.Up))
	}
	for what, pair := range map[string][2]string{
		"count":   {m.Count, "120 hourly candles"},
		"range":   {m.Range, "2026-11-19 06:00 to 2026-11-24 05:00"},
		"low":     {m.Low, "978.00 on 2026-11-19 06:00"},
		"high":    {m.High, "1,101.00 on 2026-11-24 05:00"},
		"last":    {m.Last, "1,100.00"},
		"note":    {m.Note, "bid side · read 2026-11-24 05:29:32 UTC, 40 s ago"},
		"stale":   {m.Stale, ""},
		"empty":   {m.Empty, ""},
		"address": {m.JSON, "/instruments/1001/candles?count=1000&interval=OneHour"},
		"legend":  {m.Legend[0], "2026-11-24 05:00 UTC"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
}

func TestTheChartSaysItsState(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		c            market.Candles
		stale, empty string
		count        string
	}{
		{"one candle", market.Candles{Bars: hours(1), Interval: "OneWeek", At: chartNow}, "", "", "1 weekly candle"},
		{"old", market.Candles{Bars: hours(2), Interval: "OneHour", At: chartNow.Add(-2 * time.Hour)},
			"These candles were read 2 h ago. New ones are being read: they are here when the page is loaded again.", "", "2 hourly candles"},
		{"not refreshed", market.Candles{Bars: hours(2), Interval: "OneDay", At: chartNow.Add(-time.Minute), Err: market.ErrShrunken},
			"These candles were read 1 min ago. Reading them anew went wrong: not understood.", "", "2 daily candles"},
		{"none", market.Candles{Interval: "OneMinute", At: chartNow}, "", "eToro has no 1-minute candles of it.", ""},
	} {
		m := chartModel(apple, tt.c, chartNow)
		if m.Stale != tt.stale || m.Empty != tt.empty || m.Count != tt.count || (m.Plot == nil) != (tt.empty != "") || m.Error != nil {
			t.Errorf("%s: stale %q, empty %q, count %q, plot %v", tt.name, m.Stale, m.Empty, m.Count, m.Plot != nil)
		}
	}
}

func TestEachIntervalHasALink(t *testing.T) {
	t.Parallel()
	all := chartFrame(apple, "FourHours").Intervals
	if len(all) != 9 {
		t.Fatalf("%d intervals, want nine", len(all))
	}
	seen := map[string]bool{}
	for i, iv := range all {
		if iv.Text == "" || iv.Title == "" || seen[iv.Text] || seen[iv.Title] || iv.Href != "/instruments/1001?interval="+iv.Key+"#chart" {
			t.Errorf("%+v", iv)
		}
		seen[iv.Text], seen[iv.Title] = true, true
		if iv.Current != (iv.Key == "FourHours") || iv.Key != string(market.Intervals()[i]) {
			t.Errorf("%+v at place %d", iv, i)
		}
	}
}

func TestDegradationsAddUp(t *testing.T) {
	t.Parallel()
	c := echo.New().NewContext(httptest.NewRequest("GET", "/", nil), httptest.NewRecorder())
	degradeBy(c, nil)
	if c.Get(degradedKey) != nil {
		t.Error("nothing went wrong, and it is noted")
	}
	c.Set(degradedKey, degradation{"Snapshot", "id-1"})
	c.Response().Header().Set(headerUpstreamID, "id-1")
	degradeBy(c, &etoro.APIError{Op: "Candles", Status: 503, Attempts: []etoro.Attempt{{RequestID: "id-2"}, {RequestID: "id-3"}}})
	d, _ := c.Get(degradedKey).(degradation)
	header := c.Response().Header().Get(headerUpstreamID)
	if d.ops != "Snapshot,Candles" || d.ids != "id-1,id-2,id-3" || header != "id-1, id-2, id-3" {
		t.Errorf("%+v and the header %q", d, header)
	}
}
