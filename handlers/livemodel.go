package handlers

import (
	"math"
	"strconv"
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// cells are the ready texts of a live price, as pages and streams show them.
type cells struct {
	Price, Bid, Ask, Spread, SpreadPct, Change, Trend, AtText string

	At  time.Time // eToro's time of the price; zero unknown
	Raw float64   // the price shown; 0 unknown
}

// unknownTrend is a trend as an event tells it: there an empty text means "as before".
const unknownTrend = "none"

// liveCells makes the texts of l. The price is the bid, as in candles.
func liveCells(l market.Live, now time.Time) cells {
	bid, ask := known(l.Bid), known(l.Ask)
	c := cells{
		Price: knownText(bid), Bid: knownText(bid), Ask: knownText(ask), Spread: views.Unknown, SpreadPct: views.Unknown,
		Change: views.Unknown, Trend: unknownTrend, AtText: momentText(l.At, now), At: l.At, Raw: bid,
	}
	if bid > 0 && ask >= bid {
		c.Spread, c.SpreadPct = views.FormatPrice(ask-bid), shareText((ask-bid)/(ask+bid)*2)
	}
	if l.DayChangePct != nil {
		if trend := views.Trend(*l.DayChangePct); trend != "" {
			c.Change, c.Trend = views.FormatChange(*l.DayChangePct), trend
		}
	}
	return c
}

// known is a price, or 0 for what cannot be one.
func known(price float64) float64 {
	if !(price > 0) || math.IsInf(price, 0) {
		return 0
	}
	return price
}

func knownText(price float64) string {
	if price == 0 {
		return views.Unknown
	}
	return views.FormatPrice(price)
}

// shareText is a part of the whole in per cent, without a sign: "0.03 %".
func shareText(share float64) string {
	text := strconv.FormatFloat(share*100, 'f', 2, 64)
	if text == "0.00" && share > 0 {
		text = "< 0.01"
	}
	return text + " %"
}

// momentText is a time of today, or else a time with its day.
func momentText(t, now time.Time) string {
	t, now = t.UTC(), now.UTC()
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04:05 UTC")
	}
	return views.FormatTime(t)
}

// priceEvent is the data of a price event: the id, and what changed since the event before. The first of an
// instrument in a stream has everything. A text that eToro does not give is "–"; raw is left out then.
type priceEvent struct {
	ID        int       `json:"id"`
	Price     string    `json:"price,omitempty"`
	Bid       string    `json:"bid,omitempty"`
	Ask       string    `json:"ask,omitempty"`
	Spread    string    `json:"spread,omitempty"`
	SpreadPct string    `json:"spread_pct,omitempty"`
	Change    string    `json:"change,omitempty"`
	Trend     string    `json:"trend,omitempty"` // up, down, flat, none
	At        time.Time `json:"at,omitzero"`
	AtText    string    `json:"at_text,omitempty"`
	Raw       float64   `json:"raw,omitzero"`
}

// since is what differs from before, and whether a text does: what no cell shows is no reason for an event.
func (c cells) since(before cells, id market.InstrumentID) (e priceEvent, changed bool) {
	text := func(now, before string) string {
		if now == before {
			return ""
		}
		changed = true
		return now
	}
	e = priceEvent{
		ID: int(id), Price: text(c.Price, before.Price), Bid: text(c.Bid, before.Bid), Ask: text(c.Ask, before.Ask),
		Spread: text(c.Spread, before.Spread), SpreadPct: text(c.SpreadPct, before.SpreadPct),
		Change: text(c.Change, before.Change), Trend: text(c.Trend, before.Trend), AtText: text(c.AtText, before.AtText),
	}
	if !c.At.Equal(before.At) {
		e.At = c.At.UTC().Truncate(time.Millisecond)
	}
	if c.Raw != before.Raw {
		e.Raw = c.Raw
	}
	return e, changed
}

// feedEvent is the data of a feed event: where prices come from, for the mark in the page.
type feedEvent struct {
	State string    `json:"state"` // live, connecting, reconnecting, polling, refused
	Text  string    `json:"text"`
	Since time.Time `json:"since,omitzero"`
	Now   time.Time `json:"now"` // for browsers whose clock is wrong
}

func feedModel(f market.Feed, now time.Time) feedEvent {
	text := map[market.FeedMode]string{
		market.FeedLive:         "Live",
		market.FeedConnecting:   "Connecting to eToro",
		market.FeedReconnecting: "Reconnecting to eToro",
		market.FeedPolling:      "Prices every 10 s",
		market.FeedRefused:      "Prices every 10 s",
	}[f.Mode]
	return feedEvent{State: string(f.Mode), Text: text, Since: f.Since.UTC(), Now: now.UTC().Truncate(time.Millisecond)}
}
