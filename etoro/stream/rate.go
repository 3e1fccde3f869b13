package stream

import (
	"time"

	"instrumentdesk/etoro"
)

// Rate is what is known of one instrument after a message. Numbers are 0 and
// pointers nil when unknown. What the pointers lead to never changes.
type Rate struct {
	ID                                   etoro.InstrumentID
	Bid, Ask, LastExecution              float64 // in the instrument's currency
	ConversionRateBid, ConversionRateAsk float64 // of that currency to USD
	DailyClose, OfficialClosingPrice     float64
	MarketOpen, ExchangeOpen             *bool // eToro's two flags; they can disagree

	// At is eToro's date of the last message that told a bid, an ask or a last
	// execution; zero when unknown. A message with nothing but a date leaves it.
	At time.Time
}

// deliver merges updates that came on l and puts the rates that changed. Holding
// putting over both keeps rates in the order in which they were merged.
func (c *Client) deliver(l *line, updates []update) {
	c.putting.Lock()
	defer c.putting.Unlock()
	if rates := c.merge(l, updates); len(rates) > 0 {
		c.put(rates)
	}
}

func (c *Client) merge(l *line, updates []update) (rates []Rate) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, u := range updates {
		t := c.topics[u.id]
		if t == nil || t.line != l { // no longer wanted, or another line's by now
			continue
		}
		if t.rate.merge(u) {
			rates = append(rates, t.rate)
		}
	}
	return rates
}

// merge takes u into r and reports whether that is news.
func (r *Rate) merge(u update) (news bool) {
	if u.whole {
		*r = Rate{ID: r.ID}
		news = true
	}
	for _, field := range []struct {
		known *float64
		told  price
	}{
		{&r.Bid, u.Bid}, {&r.Ask, u.Ask}, {&r.LastExecution, u.LastExecution},
		{&r.ConversionRateBid, u.ConversionRateBid}, {&r.ConversionRateAsk, u.ConversionRateAsk},
		{&r.DailyClose, u.DailyClose}, {&r.OfficialClosingPrice, u.OfficialClosingPrice},
	} {
		if field.told.told && field.told.v != *field.known {
			*field.known, news = field.told.v, true
		}
	}
	newsOfFlags := setFlag(&r.MarketOpen, u.IsMarketOpen)
	newsOfFlags = setFlag(&r.ExchangeOpen, u.IsExchangeOpen) || newsOfFlags
	priced := u.Bid.v > 0 || u.Ask.v > 0 || u.LastExecution.v > 0
	if at := time.Time(u.Date); priced && !at.IsZero() && !at.Equal(r.At) {
		r.At, news = at, true
	}
	return news || newsOfFlags
}

func setFlag(known **bool, told flag) (news bool) {
	old := *known
	if !told.told || old == told.v || old != nil && told.is(*old) {
		return false
	}
	*known = told.v
	return true
}
