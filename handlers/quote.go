package handlers

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// asked is what the page of an instrument asks beyond memory, and why it was not had.
type asked struct {
	price    market.Live
	priceErr error
	daily    market.Candles
	dailyErr error
}

// ask asks for the price and the daily candles at once: the market makes nobody wait over 3 s.
func (h *Handlers) ask(ctx context.Context, id market.InstrumentID) func() asked {
	var a asked
	var all sync.WaitGroup
	all.Go(func() { a.price, a.priceErr = h.market.Price(ctx, id) })
	all.Go(func() { a.daily, a.dailyErr = h.market.Candles(ctx, id, market.DefaultInterval) })
	return func() asked {
		all.Wait()
		return a
	}
}

// quote puts what was asked on the page, each part with its own note when it could not be had.
func (h *Handlers) quote(c echo.Context, m *views.InstrumentModel, d market.Detail, a asked) {
	now := h.now()
	if a.priceErr != nil && !isNoPrice(a.priceErr) {
		degradeBy(c, a.priceErr)
		e := h.errorModel(c, explain(a.priceErr))
		e.Actions = nil
		m.QuoteErr = &e
	}
	quoteModel(m, d, a, now)
}

// quoteModel makes the ready text of a live price. It is pure.
func quoteModel(m *views.InstrumentModel, d market.Detail, a asked, now time.Time) {
	price := known(a.price.Bid)
	if price > 0 {
		cells := liveCells(a.price, now)
		age := now.Sub(a.price.At)
		m.Price, m.PriceOld = cells.Price, !a.price.At.IsZero() && age > livePriceOldAfter
		m.PriceNote = "bid · eToro's time " + cells.AtText + " · " + views.FormatAge(age) + " old"
		if a.price.At.IsZero() {
			m.PriceNote = "bid · eToro tells no time · read " + views.FormatTime(a.price.Read)
		}
		if a.price.DayChangePct != nil {
			m.Change, m.Trend = views.FormatChange(*a.price.DayChangePct), views.Trend(*a.price.DayChangePct)
		}
		m.Cells = []views.QuoteCell{
			{Name: "Bid", Key: "bid", Value: cells.Bid, Title: "what a seller gets"},
			{Name: "Ask", Key: "ask", Value: cells.Ask, Title: "what a buyer pays"},
			{Name: "Spread", Key: "spread", Value: cells.Spread, Title: "ask less bid"},
			{Name: "Spread in %", Key: "spread_pct", Value: cells.SpreadPct, Title: "of the middle of bid and ask"},
			{Name: "Quoted at", Key: "at", Value: cells.AtText, Title: "eToro's time of the price"},
		}
		m.Converted = converted(a.price)
		m.Closes, m.ClosesNote = closes(d, &price, now)
	} else if p := d.Row.Quote.Price; p != nil {
		price = *p
	}
	m.DayRange = dayRange(a.daily, price)
	m.Changes = changeModels(d.Row.Quote, a, price)
	m.ChangesNote = changesNote(a, now)
}

// livePriceOldAfter is when a price is too old to be taken for the present one: a closed market, or worse.
const livePriceOldAfter = 15 * time.Minute

// converted is the bid in dollars, by eToro's conversion rate. A rate of 1 says that it is in dollars already.
func converted(l market.Live) string {
	rate := known(l.ConversionBid)
	switch {
	case rate == 0 || known(l.Bid) == 0:
		return ""
	case rate == 1:
		return "in USD, by eToro's conversion rate of 1"
	}
	return fmt.Sprintf("≈ %s USD, by eToro's conversion rate of %s", views.FormatPrice(rounded(l.Bid*rate)), views.FormatPrice(rate))
}

// rounded keeps six digits that mean something: a product of two quotes has no more.
func rounded(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// dayRange is nil without a daily bar. A price that has left the range of the bar since it was read stretches it.
func dayRange(daily market.Candles, price float64) *views.DayRange {
	bar, ok := daily.Day()
	if !ok {
		return nil
	}
	low, high := bar.Low, bar.High
	if price > 0 {
		low, high = min(low, price), max(high, price)
	} else {
		price = bar.Close
	}
	r := views.DayRange{Low: views.FormatPrice(low), High: views.FormatPrice(high), Day: bar.From.UTC().Format(time.DateOnly), Place: 50}
	if high > low {
		r.Place = int(math.Round((price - low) / (high - low) * 100))
	}
	return &r
}

// changeModels prefers eToro's own changes and fills in what daily candles tell.
func changeModels(q market.Quote, a asked, price float64) []views.ChangeModel {
	own := map[string]*float64{"1D": q.DayChangePct, "1W": q.WeekChangePct, "1M": q.MonthChangePct, "1Y": q.YearChangePct}
	if a.price.DayChangePct != nil {
		own["1D"] = a.price.DayChangePct
	}
	var models []views.ChangeModel
	largest, told := 0.0, false
	changes := a.daily.Changes(price)
	for _, c := range changes {
		pct, title := c.Pct, ""
		if p := own[c.Period]; p != nil {
			pct, title = p, "as eToro tells it"
		} else if pct != nil {
			title = "since the close of " + c.Since.UTC().Format(time.DateOnly) + ", " + views.FormatPrice(c.Price)
		}
		m := views.ChangeModel{Period: c.Period, Text: views.Unknown, Title: title}
		if pct != nil {
			told = true
			m.Text, m.Trend = views.FormatChange(*pct), views.Trend(*pct)
			largest = max(largest, math.Abs(*pct))
		}
		models = append(models, m)
	}
	if !told {
		return nil
	}
	for i, c := range changes {
		pct := c.Pct
		if p := own[c.Period]; p != nil {
			pct = p
		}
		if pct != nil && largest > 0 {
			models[i].Size = int(math.Round(math.Abs(*pct) / largest * 100))
		}
	}
	return models
}

func changesNote(a asked, now time.Time) string {
	switch {
	case a.dailyErr != nil:
		return "The daily candles could not be read: what eToro does not tell itself is missing."
	case a.daily.At.IsZero():
		return ""
	}
	return "1D, 1W, 1M and 1Y as eToro tells them, the rest from daily candles read " + views.FormatAge(now.Sub(a.daily.At)) + " ago; not adjusted for splits."
}
