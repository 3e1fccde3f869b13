package views

import (
	"strings"
	"time"

	"instrumentdesk/static"
)

// ChartModel is the price chart of one instrument, to be placed as @Chart(m.Chart) in a section
// of its own; there is at most one on a page. Exactly one of Plot, Empty and Error tells what
// is shown.
type ChartModel struct {
	ID        string // of the instrument; its candles are at /instruments/{ID}/candles
	Name      string // "Apple"
	Interval  string // eToro's name of the one that is shown
	Intervals []ChartInterval
	Plot      *Plot
	Count     string   // "120 daily candles"
	Range     string   // "2026-06-08 to 2026-11-24"
	Legend    []string // the newest candle: "2026-11-24", "Open 231.10", …
	Note      string   // "bid side · read 2026-11-24 05:30:12 UTC, 40 s ago"
	Stale     string   // one sentence about old candles, with the reason and the ids; "" when they are fresh
	Low, High string   // "195.20 on 2026-05-01"
	Last      string
	Empty     string // why nothing is drawn; "" when something is
	Error     *ErrorModel
	Rows      []ChartRow // what is drawn, newest first
	JSON      string     // address of all candles of the interval
}

// ChartInterval is one length of a candle to choose.
type ChartInterval struct {
	Key     string // eToro's name of it: "OneHour"
	Text    string // "1h"
	Title   string // "1 hour"
	Href    string // "/instruments/1001?interval=OneHour#chart"
	Current bool
}

// ChartRow is one candle as text.
type ChartRow struct{ Time, Open, High, Low, Close, Volume string }

// ChartBars is how many candles are drawn; with scripts older ones can be scrolled to.
const ChartBars = 120

const (
	chartScript  = "js/chart.js"
	chartLibrary = "dist/lightweight-charts.js"
)

// chartsCanMove says whether the program was built with the chart library.
func chartsCanMove() bool { return static.Has(chartLibrary) }

// ChartRows are bars as text, newest first.
func ChartRows(bars []Bar, daily bool) []ChartRow {
	rows := make([]ChartRow, len(bars))
	for i, b := range bars {
		rows[len(bars)-1-i] = ChartRow{
			Time: FormatBarTime(b.From, daily),
			Open: FormatPrice(b.Open), High: FormatPrice(b.High), Low: FormatPrice(b.Low), Close: FormatPrice(b.Close),
			Volume: formatVolume(b.Volume),
		}
	}
	return rows
}

// FormatBarTime names a bar by its start in UTC: its day, or the minute.
func FormatBarTime(t time.Time, daily bool) string {
	if daily {
		return t.UTC().Format(time.DateOnly)
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// ChartLegend is the last of bars in a few texts; static/js/chart.js makes the same of any bar.
func ChartLegend(bars []Bar, daily bool) []string {
	b := bars[len(bars)-1]
	before := b.Open
	if len(bars) > 1 {
		before = bars[len(bars)-2].Close
	}
	texts := []string{
		FormatBarTime(b.From, daily), "Open " + FormatPrice(b.Open), "High " + FormatPrice(b.High), "Low " + FormatPrice(b.Low),
		"Close " + FormatPrice(b.Close), FormatChange((b.Close/before - 1) * 100),
	}
	if !daily {
		texts[0] += " UTC"
	}
	if b.Volume != nil {
		texts = append(texts, "Volume "+formatVolume(b.Volume))
	}
	return texts
}

// formatVolume shows pieces: as whole numbers where they are, which is nearly always.
func formatVolume(v *float64) string {
	if v == nil {
		return Unknown
	}
	return strings.TrimSuffix(FormatPrice(*v), ".00")
}

// description is what the drawing shows, for those who do not see it.
func (m ChartModel) description() string {
	return m.Count + ", " + m.Range + ". Lowest " + m.Low + ", highest " + m.High + ", last " + m.Last + ". The table below has each candle."
}
