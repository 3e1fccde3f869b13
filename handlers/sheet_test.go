package handlers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

func ptr[V any](v V) *V { return &v }

// quotedAt is a quote of a moment ago, ten and a half dollars for who buys.
func quotedAt(at time.Time) market.Live {
	return market.Live{Bid: 10, Ask: 10.5, ConversionBid: 1, ConversionAsk: 1, At: at, Read: now.Add(-time.Second), Source: market.FromRates}
}

// sheetOf is a sheet without candles. A price of 0 is none in the market snapshot.
func sheetOf(price float64, live market.Live, err error) sheet {
	s := sheet{live: live, liveErr: err}
	s.Row.Instrument = &market.Instrument{ID: 1001, Symbol: "AAPL", Name: "Apple", MainListing: 1001}
	if price > 0 {
		s.Row.Quote.Price, s.Row.Quote.At = &price, now.Add(-3*time.Minute)
	}
	return s
}

// days are daily candles up to today, each a cent around its close.
func days(closes ...float64) market.Candles {
	c := market.Candles{Interval: market.DefaultInterval, At: now.Add(-time.Minute)}
	for i, price := range closes {
		from := now.Truncate(24*time.Hour).AddDate(0, 0, i+1-len(closes))
		c.Bars = append(c.Bars, market.Candle{From: from, Open: price, High: price + 0.01, Low: price - 0.01, Close: price})
	}
	return c
}

var errRates = &etoro.APIError{Op: "Rates", Status: 500, Attempts: []etoro.Attempt{{RequestID: "id-1"}}}

func TestAQuoteSaysItsState(t *testing.T) {
	t.Parallel()
	pushed := quotedAt(now.Add(-2 * time.Second))
	pushed.Source = market.FromStream
	closed := quotedAt(now.Add(-60 * time.Hour))
	closed.MarketOpen = ptr(false)
	delisted := sheetOf(9, closed, nil)
	delisted.Row.Quote.Delisted = ptr(true)
	for _, tt := range []struct {
		name        string
		s           sheet
		price, ask  string
		when, age   string
		old, fault  bool
		note, whose string
	}{
		{"pushed", sheetOf(9, pushed, nil), "10.00", "10.50", "05:30:10 UTC", "2 s old", false, false, "", "pushed by eToro"},
		{"asked for", sheetOf(9, quotedAt(now), nil), "10.00", "10.50", "05:30:12 UTC", "0 s old", false, false, "", "from eToro's rates"},
		{"of a closed market", sheetOf(9, closed, nil), "10.00", "10.50", "2026-11-21 17:30:12 UTC", "2 d old", true, false,
			"The market is closed: this is the last price that eToro tells.", "from eToro's rates"},
		{"delisted", delisted, "10.00", "10.50", "2026-11-21 17:30:12 UTC", "2 d old", true, false,
			"eToro has delisted it: this is the last price that it tells.", "from eToro's rates"},
		{"not read anew", sheetOf(9, quotedAt(now.Add(-16*time.Minute)), errRates), "10.00", "10.50", "05:14:12 UTC", "16 min old", true, true,
			"This price was read 1 s ago. Reading it anew went wrong.", "from eToro's rates"},
		{"without a time", sheetOf(9, quotedAt(time.Time{}), nil), "10.00", "10.50", "no time told", "", false, false,
			"Read 1 s ago: eToro does not tell the time of this price.", "from eToro's rates"},
		{"failed", sheetOf(9, market.Live{}, errRates), "9.00", "–", "05:27:12 UTC", "3 min old", false, true,
			"This is the market snapshot's price. Bid and ask could not be read.", "from eToro's market snapshot, which is when it was read"},
		{"failed, and no snapshot", sheetOf(0, market.Live{}, errRates), "–", "–", "no time told", "", false, true, "", ""},
		{"not quoted", sheetOf(9, market.Live{}, market.ErrNoPrice), "9.00", "–", "05:27:12 UTC", "3 min old", false, false,
			"eToro quotes neither bid nor ask of it just now. This is the market snapshot's price.", "from eToro's market snapshot, which is when it was read"},
		{"a call that fails with it", sheetOf(0, market.Live{}, fmt.Errorf("%w: %w", market.ErrNoPrice, errRates)), "–", "–", "no time told", "", false, true, "", ""},
		{"no price at all", sheetOf(0, market.Live{}, market.ErrNoPrice), "–", "–", "no time told", "", false, false, "eToro tells no price for it.", ""},
	} {
		m := quoteModel(tt.s, now)
		got := fmt.Sprint(m.Price, m.Ask, m.Time.Text, m.Time.Age, m.Old, tt.s.fault() != nil, m.Note, m.Source)
		if want := fmt.Sprint(tt.price, tt.ask, tt.when, tt.age, tt.old, tt.fault, tt.note, tt.whose); got != want {
			t.Errorf("%s:\n%s, want\n%s", tt.name, got, want)
		}
	}
}

func TestAPriceKeepsItsPrecision(t *testing.T) {
	t.Parallel()
	m := quoteModel(sheetOf(0, market.Live{Bid: 5e-06, Ask: 5.2e-06, ConversionBid: 1.1, At: now}, nil), now)
	if m.Price != "0.000005" || m.Ask != "0.0000052" || m.Spread != "0.0000002" || m.SpreadPct != "3.92 %" || m.Dollars.Bid != "0.0000055" {
		t.Errorf("%+v, %+v", m, m.Dollars)
	}
}

func TestTheNewerFlagsAndChangesAreShown(t *testing.T) {
	t.Parallel()
	s := sheetOf(9, quotedAt(now), nil)
	s.Row.Quote.Open, s.Row.Quote.DayChangePct, s.Row.Close.Daily.Price = ptr(false), ptr(5.0), 10.2
	if m := quoteModel(s, now); m.Market != "Market closed" || m.Change != "+5.00 %" || m.Since != "since 10.20, the previous close" {
		t.Errorf("the snapshot's: %+v", m)
	}
	s.live.MarketOpen, s.live.DayChangePct = ptr(true), ptr(-1.96)
	if m := quoteModel(s, now); m.Market != "Market open" || m.MarketNote != "eToro's own flag" || m.Change != "−1.96 %" || m.Trend != "down" {
		t.Errorf("the newer ones: %+v", m)
	}
	s.Row.Quote.Delisted = ptr(true)
	if m := quoteModel(s, now); m.Market != "Delisted" || m.MarketTone != views.Bad {
		t.Errorf("delisted: %+v", m)
	}
}

func TestEtorosOwnChangesComeFirst(t *testing.T) {
	t.Parallel()
	s := sheetOf(9, quotedAt(now), nil)
	s.Row.Quote.WeekChangePct, s.Row.Quote.YearChangePct = ptr(-4.0), ptr(8.0)
	s.daily = days(5, 9)
	unknown := "eToro does not tell it, and there are no daily candles that reach back so far"
	want := []views.ChangeModel{
		{Period: "1 day", Text: "+100.00 %", Trend: "up", Title: "since the close of 2026-11-23, 5.00, by daily candles", Size: 100, Live: true},
		{Period: "1 week", Text: "−4.00 %", Trend: "down", Title: "eToro's own figure", Size: 4},
		{Period: "1 month", Text: views.Unknown, Title: unknown},
		{Period: "3 months", Text: views.Unknown, Title: unknown},
		{Period: "6 months", Text: views.Unknown, Title: unknown},
		{Period: "1 year", Text: "+8.00 %", Trend: "up", Title: "eToro's own figure", Size: 8},
	}
	got := changeModels(s)
	if len(got) != len(want) {
		t.Fatalf("%d changes, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

func TestTheChangeOfTheDayMovesWithThePrice(t *testing.T) {
	t.Parallel()
	s := sheetOf(9, quotedAt(now), nil)
	s.Row.Quote.DayChangePct, s.daily = ptr(5.0), days(5, 9)
	if c := s.changes()[0]; *c.Pct != 5 || c.Source != fromEToro {
		t.Errorf("by the market snapshot: %+v", c)
	}
	s.live.DayChangePct = ptr(6.0)
	if c := s.changes()[0]; *c.Pct != 6 || c.Source != fromClose || changeModel(c).Title != "since the previous close" {
		t.Errorf("by the live price: %+v", c)
	}
}

func TestChangesSayWhereTheyAreFrom(t *testing.T) {
	t.Parallel()
	known := sheetOf(9, quotedAt(now), nil)
	known.Row.Quote.WeekChangePct = ptr(-4.0)
	for _, tt := range []struct {
		name string
		s    sheet
		set  func(*sheet)
		want string
	}{
		{"both", known, func(s *sheet) { s.daily = days(5, 9) }, "eToro's own figures, the rest from its daily candles, read 1 min ago. Not adjusted for splits."},
		{"old candles", known, func(s *sheet) { s.daily = days(5, 9); s.daily.Err = errRates },
			"eToro's own figures, the rest from its daily candles, read 1 min ago. Reading them anew went wrong: Rates · answered 500 · 1 attempt · eToro x-request-id id-1."},
		{"no candles", known, func(s *sheet) { s.dailyErr = errRates },
			"eToro's own figures. The others are measured from its daily candles, which could not be read: Rates · answered 500 · 1 attempt · eToro x-request-id id-1."},
		{"neither", sheetOf(9, quotedAt(now), nil), func(s *sheet) { s.dailyErr = errRates },
			"The changes could not be read: Rates · answered 500 · 1 attempt · eToro x-request-id id-1."},
		{"none to tell", sheetOf(0, market.Live{}, market.ErrNoPrice), func(s *sheet) { s.daily = days() }, "eToro tells no change of it."},
	} {
		tt.set(&tt.s)
		if got := changesNote(tt.s, now); got != tt.want {
			t.Errorf("%s:\n%s, want\n%s", tt.name, got, tt.want)
		}
		if any := len(changeModels(tt.s)) > 0; any != (tt.s.Row.Quote.WeekChangePct != nil) {
			t.Errorf("%s: rows of changes %v", tt.name, any)
		}
	}
}

func TestTheRangeOfADayReachesToItsPrice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		bid       float64
		at        time.Time
		low, high string
		percent   float64
	}{
		{"in the middle", 10, now, "9.99", "10.01", 50},
		{"above what the candle knew", 12, now, "9.99", "12.00", 100},
		{"below", 9, now, "9.00", "10.01", 0},
		{"of another day", 12, now.AddDate(0, 0, -3), "9.99", "10.01", 100},
		{"unknown: where the candle closed", 0, time.Time{}, "9.99", "10.01", 50},
	} {
		s := sheetOf(0, market.Live{Bid: tt.bid, At: tt.at}, nil)
		s.daily = days(8, 10)
		r := rangeModel(s, now)
		if r == nil || r.Name != "Day’s range" || r.Low != tt.low || r.High != tt.high || r.Percent < tt.percent-0.1 || r.Percent > tt.percent+0.1 {
			t.Errorf("%s: %+v", tt.name, r)
		}
	}
	if r := rangeModel(sheetOf(9, quotedAt(now), nil), now); r != nil {
		t.Errorf("without candles: %+v", r)
	}
	s := sheetOf(9, quotedAt(now), nil)
	s.daily = days(10)
	s.daily.Bars[0].High, s.daily.Bars[0].Low = 10, 10
	if r := rangeModel(s, now.AddDate(0, 0, 2)); r.Name != "Range of 2026-11-24" || r.Percent != 50 {
		t.Errorf("a day without a move, seen two days later: %+v", r)
	}
}

func TestLondonQuotesInPenceUnlessTheRateSaysOtherwise(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		exchange int
		suffix   string
		rate     float64
		want     string
	}{
		{7, "L", 0.0131, "GBX"},
		{7, "L", 0, "GBX"},
		{44, "L", 0.0131, "GBX"},
		{7, "L", 1, ""},
		{7, "L", 1.31, ""},
		{7, "EUR", 0, ""},
		{4, "", 1, ""},
		{4, "", 0.0131, ""},
	} {
		s := sheetOf(9, market.Live{Bid: 10, ConversionBid: tt.rate}, nil)
		s.Row.Instrument.Exchange.ID, s.Row.Instrument.Suffix = tt.exchange, tt.suffix
		if got := s.unit(); got != tt.want {
			t.Errorf("exchange %d, suffix %q, rate %v: %q, want %q", tt.exchange, tt.suffix, tt.rate, got, tt.want)
		}
		fact := currencyFact(s.unit())
		if !fact.Unknown || strings.Contains(fact.Value, "GBX") != (tt.want == "GBX") {
			t.Errorf("exchange %d: %+v", tt.exchange, fact)
		}
	}
}

func TestAQuoteIsConvertedByEtorosRate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		live market.Live
		want *views.DollarsModel
	}{
		{"pence", market.Live{Bid: 1436.07, Ask: 1436.64, ConversionBid: 0.0131, ConversionAsk: 0.0132},
			&views.DollarsModel{Bid: "18.81", Ask: "18.96", Rate: "at eToro's rate of 0.0131", BidRate: "0.0131", AskRate: "0.0132"}},
		{"no rate for who buys", market.Live{Bid: 100, Ask: 101, ConversionBid: 1.1}, &views.DollarsModel{Bid: "110.00", Ask: "111.10", Rate: "at eToro's rate of 1.10", BidRate: "1.1", AskRate: "1.1"}},
		{"no ask", market.Live{Bid: 100, ConversionBid: 1.1}, &views.DollarsModel{Bid: "110.00", Ask: "–", Rate: "at eToro's rate of 1.10", BidRate: "1.1", AskRate: "1.1"}},
		{"in dollars", market.Live{Bid: 100, Ask: 101, ConversionBid: 1, ConversionAsk: 1}, &views.DollarsModel{Rate: "as quoted: eToro converts at a rate of 1"}},
		{"no rate", market.Live{Bid: 100, Ask: 101}, nil},
	} {
		got := dollarsModel(tt.live)
		if (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestThePageNamesTheCallsThatItIsMadeOf(t *testing.T) {
	t.Parallel()
	m := instrumentModel(sheetOf(9, quotedAt(now), nil), "https://example.test", now)
	for i, path := range []string{"instruments?instrumentIds=1001'", "instruments/rates?instrumentIds=1001'", "instruments/1001/history/candles/asc/OneDay/1000'"} {
		call := m.Calls[i].Command
		if !strings.HasPrefix(call, "curl 'https://example.test/api/v1/market-data/"+path) || !strings.Contains(call, `"x-api-key: $ETORO_API_KEY"`) ||
			!strings.Contains(call, `"x-user-key: $ETORO_USER_KEY"`) || !strings.Contains(call, "x-request-id: $(uuidgen)") {
			t.Errorf("%s:\n%s", m.Calls[i].Name, call)
		}
	}
}

func TestOtherListingsAreComparedAsFarAsThereIsRoom(t *testing.T) {
	t.Parallel()
	r := market.Row{Instrument: &market.Instrument{ID: 1}}
	if got := compareListings(r); got != "" {
		t.Errorf("without others there is the link %q", got)
	}
	for id := range market.InstrumentID(8) {
		r.Listings = append(r.Listings, &market.Instrument{ID: id + 2})
	}
	if got := compareListings(r); got != "/compare?ids=1,2,3,4,5,6" {
		t.Errorf("the link is %q", got)
	}
}

func TestClosesAreMeasuredToThePriceThatIsShown(t *testing.T) {
	t.Parallel()
	s := sheetOf(9, quotedAt(now), nil)
	s.Row.Close.Daily = etoro.Close{Price: 8, Date: now.AddDate(0, 0, -1)}
	if rows, _ := closes(s, now); len(rows) != 1 || rows[0].Change != "+25.00 %" || rows[0].Date != "2026-11-23" {
		t.Errorf("with a quote: %+v", rows)
	}
	s.live = market.Live{}
	if rows, _ := closes(s, now); rows[0].Change != "+12.50 %" {
		t.Errorf("with the market snapshot's price: %+v", rows)
	}
}
