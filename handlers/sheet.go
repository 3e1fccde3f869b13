package handlers

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"instrumentdesk/internal/market"
)

// sheet is what is known of one instrument from every source, before it becomes a page or JSON.
type sheet struct {
	market.Detail
	live     market.Live // zero when there is none
	liveErr  error       // why there is none, or none that is newer
	daily    market.Candles
	dailyErr error // why there are none; daily.Err is why there are none that are newer
}

// ask asks eToro, by way of the market, for what memory does not hold of d, all at once: each
// makes a visitor wait three seconds at most, so that together they do too. The answer waits for
// them; whoever asks has time for something else until then.
func (h *Handlers) ask(ctx context.Context, d market.Detail) (answer func() sheet) {
	s := sheet{Detail: d}
	id := d.Row.Instrument.ID
	var all sync.WaitGroup
	all.Go(func() { s.live, s.liveErr = h.market.Price(ctx, id) })
	all.Go(func() { s.daily, s.dailyErr = h.market.Candles(ctx, id, market.DefaultInterval) })
	return func() sheet {
		all.Wait()
		return s
	}
}

// fault is why the price is missing or old, unless eToro simply has none: that is a fact. When its
// rates fail with the instrument, there is a call to blame.
func (s sheet) fault() error {
	if errors.Is(s.liveErr, market.ErrNoPrice) && len(callOf(s.liveErr).ids) == 0 {
		return nil
	}
	return s.liveErr
}

// quoted reports whether there is a quote; else the market snapshot's price is the best there is.
func (s sheet) quoted() bool { return known(s.live.Bid) > 0 }

// price is what is shown, 0 when unknown, and the time of it: eToro's, or of the snapshot's
// reading, which is all that is known there.
func (s sheet) price() (price float64, at time.Time) {
	if s.quoted() {
		return s.live.Bid, s.live.At
	}
	if p := s.Row.Quote.Price; p != nil {
		return *p, s.Row.Quote.At
	}
	return 0, time.Time{}
}

// open is eToro's flag, from the newer source.
func (s sheet) open() *bool {
	if s.live.MarketOpen != nil {
		return s.live.MarketOpen
	}
	return s.Row.Quote.Open
}

// dayChange is that of the price shown, in per cent.
func (s sheet) dayChange() *float64 {
	if s.live.DayChangePct != nil {
		return s.live.DayChangePct
	}
	return s.Row.Quote.DayChangePct
}

// The values of periodChange.Source.
const (
	fromEToro   = "etoro"   // its own figure
	fromClose   = "close"   // the bid against eToro's previous close, which moves with the price
	fromCandles = "candles" // measured against the closes of daily candles
)

// periodChange is how the price went over a period, and who says so: "" when nobody does.
type periodChange struct {
	market.Change
	Source string
}

// changes are eToro's own figures, and those of daily candles where it tells none.
func (s sheet) changes() []periodChange {
	q := s.Row.Quote
	own := map[string]*float64{"1D": s.dayChange(), "1W": q.WeekChangePct, "1M": q.MonthChangePct, "1Y": q.YearChangePct}
	price, _ := s.price()
	var all []periodChange
	for _, c := range s.daily.Changes(price) {
		change := periodChange{Change: c, Source: fromCandles}
		switch pct := own[c.Period]; {
		case c.Period == "1D" && s.live.DayChangePct != nil:
			change = periodChange{Change: market.Change{Period: c.Period, Pct: pct}, Source: fromClose}
		case pct != nil:
			change = periodChange{Change: market.Change{Period: c.Period, Pct: pct}, Source: fromEToro}
		case c.Pct == nil:
			change.Source = ""
		}
		all = append(all, change)
	}
	return all
}

// dayRange is the newest daily candle. A price that has left its range since it was read
// stretches it, when it is of that day.
func (s sheet) dayRange() (low, high float64, day time.Time, ok bool) {
	bar, ok := s.daily.Day()
	if !ok {
		return 0, 0, time.Time{}, false
	}
	low, high = bar.Low, bar.High
	if price, at := s.price(); price > 0 && !at.Before(bar.From) {
		low, high = min(low, price), max(high, price)
	}
	return low, high, bar.From.UTC(), true
}

// london are eToro's ids of London's exchange.
var london = []int{7, 42, 43, 44}

// unit is "GBX" where the exchange quotes in pence, "" where nothing can be said: eToro names no
// currency. In London some funds are in dollars, euros or pounds. Their rate of conversion gives
// them away: a penny makes a cent or two.
func (s sheet) unit() string {
	if !slices.Contains(london, s.Row.Instrument.Exchange.ID) || s.Row.Instrument.Suffix == "EUR" {
		return ""
	}
	if rate := known(s.live.ConversionBid); rate > 0.1 {
		return ""
	}
	return "GBX"
}
