package handlers

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// oldAfter is when a price looks old: the hard age of what is polled. static/js/live.js has it too.
const oldAfter = 15 * time.Minute

// quoteModel is the price area without the panel of what went wrong. It is pure.
func quoteModel(s sheet, now time.Time) views.QuoteModel {
	texts := liveCells(s.live, now)
	price, at := s.price()
	m := views.QuoteModel{
		Price: knownText(price), Ask: texts.Ask, Spread: texts.Spread, SpreadPct: texts.SpreadPct,
		Change: views.Unknown, Time: momentModel(at, now), Source: quoteSource(s),
		Old: !at.IsZero() && now.Sub(at) > oldAfter, Note: quoteNote(s, now), Range: rangeModel(s, now),
	}
	if pct := s.dayChange(); pct != nil {
		m.Change, m.Trend = views.FormatChange(*pct), views.Trend(*pct)
	}
	if closed := s.Row.Close.Daily.Price; closed > 0 && m.Change != views.Unknown {
		m.Since = "since " + views.FormatPrice(closed) + ", the previous close"
	}
	flags := s.Row.Quote
	flags.Open = s.open()
	if m.Market, m.MarketTone = marketFlag(flags); m.Market != "" {
		m.MarketNote = "eToro's own flag"
	}
	if s.quoted() {
		m.Dollars = dollarsModel(s.live)
	}
	if m.Unit = s.unit(); m.Unit != "" {
		m.UnitTitle = "pence, a hundredth of a pound: inferred from the exchange, which quotes so. eToro names no currency"
	}
	return m
}

func momentModel(t, now time.Time) views.Moment {
	if t.IsZero() {
		return views.Moment{Text: "no time told"}
	}
	return views.Moment{
		Text: momentText(t, now), ISO: t.UTC().Format(time.RFC3339Nano), Age: views.FormatAge(now.Sub(t)) + " old",
	}
}

// quoteSource says who told the price, "" when there is none.
func quoteSource(s sheet) string {
	switch {
	case s.quoted() && s.live.Source == market.FromStream:
		return "pushed by eToro"
	case s.quoted():
		return "from eToro's rates"
	case s.Row.Quote.Price != nil:
		return "from eToro's market snapshot, which is when it was read"
	}
	return ""
}

// quoteNote says why there is no quote, or none that is newer, where the reader could not know.
func quoteNote(s sheet, now time.Time) string {
	price, at := s.price()
	delisted := s.Row.Quote.Delisted != nil && *s.Row.Quote.Delisted
	switch open := s.open(); {
	case s.quoted() && s.fault() != nil:
		return "This price was read " + views.FormatAge(now.Sub(s.live.Read)) + " ago. Reading it anew went wrong."
	case s.quoted() && now.Sub(at) > oldAfter && delisted:
		return "eToro has delisted it: this is the last price that it tells."
	case s.quoted() && now.Sub(at) > oldAfter && open != nil && !*open:
		return "The market is closed: this is the last price that eToro tells."
	case s.quoted() && at.IsZero():
		return "Read " + views.FormatAge(now.Sub(s.live.Read)) + " ago: eToro does not tell the time of this price."
	case s.quoted():
		return ""
	case s.fault() != nil && price > 0:
		return "This is the market snapshot's price. Bid and ask could not be read."
	case s.fault() != nil:
		return ""
	case price > 0:
		return "eToro quotes neither bid nor ask of it just now. This is the market snapshot's price."
	}
	return "eToro tells no price for it."
}

// dollarsModel converts a quote by eToro's own rate, nil when it tells none.
func dollarsModel(l market.Live) *views.DollarsModel {
	bidRate, askRate := known(l.ConversionBid), known(l.ConversionAsk)
	if bidRate == 0 {
		return nil
	}
	if askRate == 0 {
		askRate = bidRate
	}
	if bidRate == 1 && askRate == 1 {
		return &views.DollarsModel{Rate: "as quoted: eToro converts at a rate of 1"}
	}
	return &views.DollarsModel{
		Bid: dollarsText(l.Bid * bidRate), Ask: dollarsText(known(l.Ask) * askRate),
		Rate: "at eToro's rate of " + views.FormatPrice(bidRate), BidRate: plain(bidRate), AskRate: plain(askRate),
	}
}

func dollarsText(amount float64) string {
	if known(amount) == 0 {
		return views.Unknown
	}
	return views.FormatConverted(amount)
}

// plain is a number for a script.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func rangeModel(s sheet, now time.Time) *views.RangeModel {
	low, high, day, ok := s.dayRange()
	if !ok {
		return nil
	}
	price, _ := s.price()
	if price == 0 {
		price = s.daily.Bars[len(s.daily.Bars)-1].Close
	}
	m := &views.RangeModel{
		Name: "Day’s range", Low: views.FormatPrice(low), High: views.FormatPrice(high), Percent: 50,
		PlainLow: plain(low), PlainHigh: plain(high),
	}
	if day.Format(time.DateOnly) != now.UTC().Format(time.DateOnly) {
		m.Name = "Range of " + day.Format(time.DateOnly)
	}
	if high > low {
		m.Percent = min(max((price-low)/(high-low)*100, 0), 100)
	}
	return m
}

// periodNames are what people call the periods of market.Change.
var periodNames = map[string]string{"1D": "1 day", "1W": "1 week", "1M": "1 month", "3M": "3 months", "6M": "6 months", "1Y": "1 year"}

// changeModels are none when no period is known.
func changeModels(s sheet) []views.ChangeModel {
	var models []views.ChangeModel
	largest := 0.0
	changes := s.changes()
	for _, c := range changes {
		if c.Pct != nil {
			largest = max(largest, math.Abs(*c.Pct))
		}
	}
	if !anyKnown(changes) {
		return nil
	}
	for _, c := range changes {
		m := changeModel(c)
		if c.Pct != nil && largest > 0 {
			m.Size = int(math.Ceil(math.Abs(*c.Pct) / largest * 100))
		}
		models = append(models, m)
	}
	return models
}

// changeModel is a change without the size of its bar, which depends on the others.
func changeModel(c periodChange) views.ChangeModel {
	m := views.ChangeModel{Period: periodNames[c.Period], Text: views.Unknown, Live: c.Period == "1D"}
	if c.Pct != nil {
		m.Text, m.Trend = views.FormatChange(*c.Pct), views.Trend(*c.Pct)
	}
	switch c.Source {
	case fromEToro:
		m.Title = "eToro's own figure"
	case fromClose:
		m.Title = "since the previous close"
	case fromCandles:
		m.Title = "since the close of " + c.Since.UTC().Format(time.DateOnly) + ", " + views.FormatPrice(c.Price) + ", by daily candles"
	default:
		m.Title = "eToro does not tell it, and there are no daily candles that reach back so far"
	}
	return m
}

func anyKnown(changes []periodChange) bool {
	for _, c := range changes {
		if c.Pct != nil {
			return true
		}
	}
	return false
}

// changesNote says where the changes are from, which the titles say only on hover.
func changesNote(s sheet, now time.Time) string {
	switch {
	case s.dailyErr != nil && !anyKnown(s.changes()):
		return "The changes could not be read: " + reason(s.dailyErr) + "."
	case s.dailyErr != nil:
		return "eToro's own figures. The others are measured from its daily candles, which could not be read: " + reason(s.dailyErr) + "."
	case !anyKnown(s.changes()):
		return "eToro tells no change of it."
	case s.daily.Err != nil:
		return fmt.Sprintf("eToro's own figures, the rest from its daily candles, read %s ago. Reading them anew went wrong: %s.",
			views.FormatAge(now.Sub(s.daily.At)), reason(s.daily.Err))
	}
	return fmt.Sprintf("eToro's own figures, the rest from its daily candles, read %s ago. Not adjusted for splits.", views.FormatAge(now.Sub(s.daily.At)))
}
