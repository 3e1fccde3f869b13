package handlers

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// intervalNames are what people call eToro's intervals: short, and what its candles are.
var intervalNames = map[market.Interval]struct{ short, candles string }{
	"OneMinute":      {"1m", "1-minute candles"},
	"FiveMinutes":    {"5m", "5-minute candles"},
	"TenMinutes":     {"10m", "10-minute candles"},
	"FifteenMinutes": {"15m", "15-minute candles"},
	"ThirtyMinutes":  {"30m", "30-minute candles"},
	"OneHour":        {"1h", "hourly candles"},
	"FourHours":      {"4h", "4-hour candles"},
	"OneDay":         {"1D", "daily candles"},
	"OneWeek":        {"1W", "weekly candles"},
}

// chart is the chart on the page of an instrument, in the interval that the address asks for, or
// in days when it asks for nothing that there is. It never fails the page: what goes wrong is
// told where the chart would be.
func (h *Handlers) chart(c echo.Context, in *market.Instrument) views.ChartModel {
	iv, err := parseInterval(c.QueryParam("interval"))
	if err != nil {
		iv = market.DefaultInterval
	}
	candles, err := h.market.Candles(c.Request().Context(), in.ID, iv)
	if err != nil {
		degradeBy(c, err)
		m := chartFrame(in, iv)
		m.Error = h.chartError(c, err)
		return m
	}
	degradeBy(c, candles.Err)
	return chartModel(in, candles, h.now())
}

func (h *Handlers) chartError(c echo.Context, err error) *views.ErrorModel {
	e := h.errorModel(c, explain(err))
	e.Text = strings.TrimSuffix(e.Text, " This page tries again by itself.") // only a page of its own does
	e.Actions = nil
	return &e
}

// chartFrame is what stands around a chart, whatever it shows.
func chartFrame(in *market.Instrument, iv market.Interval) views.ChartModel {
	m := views.ChartModel{ID: fmt.Sprint(in.ID), Name: in.Name, Interval: string(iv)}
	m.JSON = instrumentHref(in.ID) + "/candles?" + url.Values{"interval": {m.Interval}, "count": {fmt.Sprint(market.MaxCandles)}}.Encode()
	for _, each := range market.Intervals() {
		name := intervalNames[each]
		m.Intervals = append(m.Intervals, views.ChartInterval{
			Key: string(each), Text: name.short, Title: name.candles,
			Href: instrumentHref(in.ID) + "?interval=" + string(each) + "#chart", Current: each == iv,
		})
	}
	return m
}

// chartModel makes the ready drawing and texts of a chart. It is pure.
func chartModel(in *market.Instrument, candles market.Candles, now time.Time) views.ChartModel {
	m := chartFrame(in, candles.Interval)
	m.Stale = chartStale(candles, now)
	m.Note = fmt.Sprintf("bid side · read %s, %s ago", views.FormatTime(candles.At), views.FormatAge(now.Sub(candles.At)))
	var bars []views.Bar
	for _, b := range candles.Newest(views.ChartBars) {
		bars = append(bars, views.Bar(b))
	}
	if len(bars) == 0 {
		m.Empty = "eToro has no " + intervalNames[candles.Interval].candles + " of it."
		return m
	}
	daily := candles.Interval == "OneDay" || candles.Interval == "OneWeek"
	first, last := bars[0], bars[len(bars)-1]
	low := slices.MinFunc(bars, func(a, b views.Bar) int { return cmp.Compare(a.Low, b.Low) })
	high := slices.MaxFunc(bars, func(a, b views.Bar) int { return cmp.Compare(a.High, b.High) })
	name := intervalNames[candles.Interval].candles
	m.Count = plural(len(bars), strings.TrimSuffix(name, "s"), name)
	m.Range = views.FormatBarTime(first.From, daily) + " to " + views.FormatBarTime(last.From, daily)
	m.Low = views.FormatPrice(low.Low) + " on " + views.FormatBarTime(low.From, daily)
	m.High = views.FormatPrice(high.High) + " on " + views.FormatBarTime(high.From, daily)
	m.Last = views.FormatPrice(last.Close)
	m.Plot, m.Legend, m.Rows = views.NewPlot(bars), views.ChartLegend(bars, daily), views.ChartRows(bars, daily)
	return m
}

// chartStale says that candles are older than they should be, how old, and why.
func chartStale(candles market.Candles, now time.Time) string {
	age := views.FormatAge(now.Sub(candles.At))
	switch {
	case candles.Err != nil:
		return fmt.Sprintf("These candles were read %s ago. Reading them anew went wrong: %s.", age, reason(candles.Err))
	case candlesOld(candles, now):
		return fmt.Sprintf("These candles were read %s ago. New ones are being read: they are here when the page is loaded again.", age)
	}
	return ""
}
