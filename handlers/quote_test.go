package handlers

import (
	"math"
	"strings"
	"testing"
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func number(f float64) *float64 { return &f }

// closesOf are daily bars that end today, each a cent around its close.
func closesOf(closes ...float64) market.Candles {
	c := market.Candles{Interval: market.DefaultInterval, At: noon.Add(-time.Minute)}
	for i, v := range closes {
		day := noon.Truncate(24*time.Hour).AddDate(0, 0, i+1-len(closes))
		c.Bars = append(c.Bars, market.Candle{From: day, Open: v, High: v + 0.01, Low: v - 0.01, Close: v})
	}
	return c
}

func detailOf(q market.Quote) market.Detail {
	return market.Detail{Row: market.Row{Instrument: &market.Instrument{ID: 1001}, Quote: q}}
}

func TestALivePriceReplacesTheSnapshots(t *testing.T) {
	t.Parallel()
	m := views.InstrumentModel{Price: "90.00", Change: "+5.00 %", Trend: "up"}
	quoteModel(&m, detailOf(market.Quote{Price: number(90), DayChangePct: number(5)}), asked{price: market.Live{
		Bid: 100, Ask: 100.5, ConversionBid: 1.25, DayChangePct: number(-1), At: noon.Add(-2 * time.Minute),
	}}, noon)
	if m.Price != "100.00" || m.Change != "−1.00 %" || m.Trend != "down" || m.PriceOld {
		t.Errorf("price %s, change %s %s, old %v", m.Price, m.Change, m.Trend, m.PriceOld)
	}
	if m.PriceNote != "bid · eToro's time 11:58:00 UTC · 2 min old" {
		t.Errorf("note %q", m.PriceNote)
	}
	if m.Converted != "≈ 125.00 USD, by eToro's conversion rate of 1.25" {
		t.Errorf("converted %q", m.Converted)
	}
	want := map[string]string{"bid": "100.00", "ask": "100.50", "spread": "0.50", "spread_pct": "0.50 %", "at": "11:58:00 UTC"}
	for _, c := range m.Cells {
		if c.Value != want[c.Key] {
			t.Errorf("%s is %q, want %q", c.Key, c.Value, want[c.Key])
		}
		delete(want, c.Key)
	}
	if len(want) > 0 {
		t.Errorf("missing cells: %v", want)
	}
}

func TestAPriceOfYesterdayLooksOld(t *testing.T) {
	t.Parallel()
	var m views.InstrumentModel
	quoteModel(&m, detailOf(market.Quote{}), asked{price: market.Live{Bid: 5e-06, Ask: 6e-06, At: noon.Add(-20 * time.Hour)}}, noon)
	if !m.PriceOld || m.Price != "0.000005" {
		t.Errorf("price %s, old %v", m.Price, m.PriceOld)
	}
}

func TestWithoutALivePriceTheSnapshotsStays(t *testing.T) {
	t.Parallel()
	m := views.InstrumentModel{Price: "90.00", PriceNote: "read"}
	quoteModel(&m, detailOf(market.Quote{Price: number(90)}), asked{priceErr: market.ErrNoPrice, dailyErr: market.ErrWarming}, noon)
	if m.Price != "90.00" || m.PriceNote != "read" || m.Cells != nil || m.DayRange != nil || m.Changes != nil || m.Converted != "" {
		t.Errorf("%+v", m)
	}
}

func TestClosesAreMeasuredToThePriceThatIsShown(t *testing.T) {
	t.Parallel()
	d := detailOf(market.Quote{Price: number(90)})
	d.Row.Close.Daily.Price = 80
	var m views.InstrumentModel
	quoteModel(&m, d, asked{price: market.Live{Bid: 100, At: noon}}, noon)
	if len(m.Closes) != 1 || m.Closes[0].Change != "+25.00 %" {
		t.Errorf("%+v", m.Closes)
	}
}

func TestConverted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		bid, rate float64
		want      string
	}{
		{100, 0, ""},
		{0, 1.25, ""},
		{100, math.Inf(1), ""},
		{100, 1, "in USD, by eToro's conversion rate of 1"},
		{3, 0.1, "≈ 0.30 USD, by eToro's conversion rate of 0.10"},
	} {
		if got := converted(market.Live{Bid: tt.bid, ConversionBid: tt.rate}); got != tt.want {
			t.Errorf("bid %v at %v: %q, want %q", tt.bid, tt.rate, got, tt.want)
		}
	}
}

func TestTheDayRangeReachesToThePrice(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		price     float64
		low, high string
		place     int
	}{
		{"in the middle", 10, "9.99", "10.01", 50},
		{"above what the bar knew", 12, "9.99", "12.00", 100},
		{"below", 9, "9.00", "10.01", 0},
		{"unknown: the close's place", 0, "9.99", "10.01", 50},
	} {
		r := dayRange(closesOf(8, 10), tt.price)
		if r == nil || r.Low != tt.low || r.High != tt.high || r.Place != tt.place || r.Day != "2026-03-04" {
			t.Errorf("%s: %+v", tt.name, r)
		}
	}
}

func TestEtorosOwnChangesComeFirst(t *testing.T) {
	t.Parallel()
	q := market.Quote{WeekChangePct: number(-4), YearChangePct: number(8)}
	got := changeModels(q, asked{daily: closesOf(5, 10)}, 20)
	want := []views.ChangeModel{
		{Period: "1D", Text: "+300.00 %", Trend: "up", Title: "since the close of 2026-03-03, 5.00", Size: 100},
		{Period: "1W", Text: "−4.00 %", Trend: "down", Title: "as eToro tells it", Size: 1},
		{Period: "1M", Text: views.Unknown},
		{Period: "3M", Text: views.Unknown},
		{Period: "6M", Text: views.Unknown},
		{Period: "1Y", Text: "+8.00 %", Trend: "up", Title: "as eToro tells it", Size: 3},
	}
	if len(got) != len(want) {
		t.Fatalf("%d changes", len(got))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

func TestOnlySharesInLondonAreGuessedToBeInPence(t *testing.T) {
	t.Parallel()
	facet := func(slug string) market.Facet { return market.Facet{Slug: slug} }
	for _, tt := range []struct {
		exchange, kind, suffix string
		pence                  bool
	}{
		{"lse", "stocks", "L", true},
		{"lse-aim", "stocks", "L", true},
		{"lse", "etf", "L", false},
		{"lse", "stocks", "EUR", false},
		{"nasdaq", "stocks", "", false},
	} {
		f := currencyFact(&market.Instrument{Exchange: facet(tt.exchange), Type: facet(tt.kind), Suffix: tt.suffix})
		if f.Unknown == tt.pence || strings.Contains(f.Value, "GBX") != tt.pence {
			t.Errorf("%+v: %+v", tt, f)
		}
	}
}
