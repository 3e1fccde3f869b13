package sandbox

import (
	"math"
	"testing"
	"time"
)

func apple() *instrument {
	return &instrument{id: 1001, symbol: "AAPL", typeID: typeStocks, exchangeID: 4, price: 232}
}

func TestPriceDependsOnSeedIDAndTimeAlone(t *testing.T) {
	t.Parallel()
	m := market{seed: 7}
	p := m.price(apple(), wednesday)
	if again := (market{seed: 7}).price(apple(), wednesday.In(time.FixedZone("east", 3600))); again != p {
		t.Errorf("%v, then %v", p, again)
	}
	other := apple()
	other.id++
	for name, q := range map[string]float64{
		"seed": market{seed: 8}.price(apple(), wednesday), "id": m.price(other, wednesday), "time": m.price(apple(), wednesday.Add(24*time.Hour)),
	} {
		if q == p {
			t.Errorf("another %s has the same price", name)
		}
	}
}

// A year of daily returns has about the volatility that the type is given.
func TestVolatilityIsThatOfTheType(t *testing.T) {
	t.Parallel()
	for typeID, want := range yearlyVolatility {
		var sum, n float64
		for id := 1; id <= 10; id++ {
			in := &instrument{id: id, typeID: typeID, price: 5000}
			before := (market{}).price(in, wednesday)
			for day := 1; day <= 365; day++ {
				p := (market{}).price(in, wednesday.AddDate(0, 0, day))
				r := math.Log(p / before)
				sum, n, before = sum+r*r, n+1, p
			}
		}
		if got := math.Sqrt(sum / n * 365); got < 0.7*want || got > 1.3*want {
			t.Errorf("%s: volatility %.3f, want about %.3f", nameOf(instrumentTypes, typeID), got, want)
		}
	}
}

func TestPricesStayNearTheReference(t *testing.T) {
	t.Parallel()
	for id := 1; id <= 50; id++ {
		in := &instrument{id: id, typeID: typeStocks, price: 100}
		for year := range 20 {
			if p := (market{}).price(in, wednesday.AddDate(-year, 0, 0)); p < 20 || p > 500 {
				t.Errorf("%d: %v", id, p)
			}
		}
	}
}

func TestPrecisionFollowsTheSize(t *testing.T) {
	t.Parallel()
	tests := []struct {
		typeID   int
		price    float64
		decimals int
	}{
		{typeForex, 1.08, 5}, {typeForex, 152, 3}, {typeStocks, 232, 2}, {typeStocks, 5, 2}, {typeStocks, 4.99, 4},
		{typeCrypto, 68000, 2}, {typeCrypto, 0.16, 4}, {typeCrypto, 0.012, 6}, {typeCrypto, 0.00001, 10},
	}
	for _, tt := range tests {
		in := &instrument{id: 9, typeID: tt.typeID, price: tt.price}
		if got := in.decimals(); got != tt.decimals {
			t.Errorf("%v: %d decimals, want %d", tt.price, got, tt.decimals)
		}
		q := market{}.quote(in, wednesday)
		if q.bid != round(q.bid, tt.decimals) || q.ask != round(q.ask, tt.decimals) || q.ask <= q.bid || q.bid <= 0 {
			t.Errorf("%v: %v / %v", tt.price, q.bid, q.ask)
		}
	}
}

func TestVolumesOfShortBarsAddUpToTheLongOne(t *testing.T) {
	t.Parallel()
	m, in := market{}, apple()
	hour := wednesday.Truncate(time.Hour).Add(-time.Hour)
	sum := 0.0
	for minute := range 60 {
		v := *m.candle(in, hour.Add(time.Duration(minute)*time.Minute), time.Minute, wednesday).Volume
		if v < 0 {
			t.Errorf("minute %d: volume %v", minute, v)
		}
		sum += v
	}
	// Each volume is rounded to a whole number.
	if whole := *m.candle(in, hour, time.Hour, wednesday).Volume; math.Abs(whole-sum) > 31 {
		t.Errorf("an hour of %v has minutes of %v", whole, sum)
	}
}

func TestQuoteIsNeverFromTheFutureAndNumbersRise(t *testing.T) {
	t.Parallel()
	m, in, last := market{}, apple(), quote{}
	for i := range 200 {
		now := wednesday.Add(time.Duration(i) * 777 * time.Millisecond)
		q := m.quote(in, now)
		if q.at.After(now) || now.Sub(q.at) >= time.Second {
			t.Fatalf("quote of %s at %s", q.at, now)
		}
		if q.at.After(last.at) && q.rateID() <= last.rateID() {
			t.Fatalf("number %d after %d", q.rateID(), last.rateID())
		}
		last = q
	}
}

func BenchmarkPrice(b *testing.B) {
	in := apple()
	for b.Loop() {
		market{}.price(in, wednesday)
	}
}

func TestSecondLinesOfAShareFollowTheMainOne(t *testing.T) {
	t.Parallel()
	c := newCatalogue([]instrument{
		{id: 1, symbol: "AAA", typeID: typeStocks, price: 100},
		{id: 2, symbol: "AAA.RTH", typeID: typeStocks, price: 250},
		{id: 3, symbol: "AAA.EUR", typeID: typeStocks, price: 50},
		{id: 4, symbol: "AAA.L", typeID: typeStocks, price: 100},
	})
	m, at := market{seed: 7}, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	price := func(id int) float64 { return m.price(c.byID[id], at) }
	// The instants of their prices differ by less than a second.
	if math.Abs(price(2)/price(1)-1) > 0.001 {
		t.Errorf("AAA.RTH costs %v, AAA %v", price(2), price(1))
	}
	if math.Abs(price(3)/price(1)-0.5) > 0.001 {
		t.Errorf("AAA.EUR costs %v, AAA %v: want half", price(3), price(1))
	}
	if math.Abs(price(4)/price(1)-1) < 0.001 {
		t.Errorf("AAA.L, another company's share, costs the same %v as AAA", price(4))
	}
}
