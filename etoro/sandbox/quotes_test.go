package sandbox

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

type ratesBody struct {
	Rates []rateRow `json:"rates"`
}

const candlesPath = "/api/v1/market-data/instruments/%d/history/candles/%s/%s/%d"

func TestRatesLeaveUnknownIDsOut(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	got := getJSON[ratesBody](t, s, instrumentsPath+"/rates?instrumentIds=1001,77,1,1001")
	if len(got.Rates) != 2 {
		t.Fatalf("%+v", got)
	}
	for _, r := range got.Rates {
		at, err := time.Parse("2006-01-02T15:04:05.000000Z", r.Date)
		if err != nil || at.After(wednesday) || wednesday.Sub(at) > time.Second {
			t.Errorf("%d: date %s (%v)", r.InstrumentID, r.Date, err)
		}
		if r.Bid <= 0 || r.Ask <= r.Bid || r.LastExecution != r.Bid || r.PriceRateID <= math.MaxInt32 {
			t.Errorf("%+v", r)
		}
	}
}

func TestRatesRefuse(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	hundred := strings.TrimSuffix(strings.Repeat("1,", 100), ",")
	for query, want := range map[string]int{
		"": 400, "?instrumentIds=": 400, "?instrumentIds=a": 400, "?instrumentIds=1,": 400, "?instrumentIds=99999999999": 400,
		"?instrumentIds=" + hundred: 200, "?instrumentIds=" + hundred + ",1": 400,
	} {
		if got := get(t, s, instrumentsPath+"/rates"+query); got.StatusCode != want {
			t.Errorf("%q: %d, want %d", query, got.StatusCode, want)
		}
	}
}

func TestNeverQuotedHasNothingAnywhere(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	rate := getJSON[ratesBody](t, s, instrumentsPath+"/rates?instrumentIds=5002").Rates[0]
	if rate.Bid != 0 || rate.Ask != 0 || rate.PriceRateID != 0 || rate.Date != "0001-01-01T00:00:00.000000Z" {
		t.Errorf("rate %+v", rate)
	}
	candles := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, 5002, "asc", "OneDay", 3))
	if len(candles.Candles) != 1 || candles.Candles[0].Candles != nil {
		t.Errorf("candles %+v", candles)
	}
	for _, row := range getJSON[[]closingRow](t, s, instrumentsPath+"/history/closing-price") {
		if p := row.ClosingPrices; row.InstrumentID == 5002 && (p.Daily != noClose || p.Weekly != noClose || p.Monthly != noClose || row.IsMarketOpen) {
			t.Errorf("closes %+v", row)
		}
	}
}

func TestConversionRatesAreDollars(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	want := map[int]float64{1: 1, 1001: 1, 2013: dollars["GBX"], 14254: dollars["EUR"]}
	for _, r := range getJSON[ratesBody](t, s, instrumentsPath+"/rates?instrumentIds=1,1001,2013,14254").Rates {
		if r.ConversionRateBid != want[r.InstrumentID] || r.ConversionRateAsk != want[r.InstrumentID] {
			t.Errorf("%d: %v", r.InstrumentID, r.ConversionRateBid)
		}
	}
	if yen := (&instrument{symbol: "USDJPY", typeID: typeForex, exchangeID: 1}).currency(); yen != "JPY" {
		t.Errorf("USDJPY is in %s", yen)
	}
}

func TestCandlesRefuse(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for _, tail := range []string{"x/history/candles/asc/OneDay/1", "1001/history/candles/up/OneDay/1", "1001/history/candles/asc/oneday/1",
		"1001/history/candles/asc/OneDay/0", "1001/history/candles/asc/OneDay/-5", "1001/history/candles/asc/OneDay/ten"} {
		wantError(t, get(t, s, instrumentsPath+"/"+tail), 400, "ValidationFailed")
	}
}

func TestCandlesOfAnUnknownIDAreNull(t *testing.T) {
	t.Parallel()
	got := get(t, start(t, Options{}), fmt.Sprintf(candlesPath, 77, "asc", "OneDay", 3))
	if got.StatusCode != 200 || string(got.body) != `{"interval":"OneDay","candles":null}` {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
}

func TestCandlesCutALargeCount(t *testing.T) {
	t.Parallel()
	got := getJSON[candlesReply](t, start(t, Options{}), fmt.Sprintf(candlesPath, 1001, "asc", "OneHour", 5000))
	if n := len(got.Candles[0].Candles); n != 1000 {
		t.Fatalf("%d candles", n)
	}
}

func TestCandlesFormAChain(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for interval, step := range intervals {
		got := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, 1001, "asc", interval, 40))
		series := got.Candles[0]
		bars := series.Candles
		if got.Interval != interval || len(bars) != 40 || series.InstrumentID != 1001 {
			t.Fatalf("%s: %d bars", interval, len(bars))
		}
		last, high, volume := parseTime(t, bars[39].FromDate), 0.0, 0.0
		if last.After(wednesday) || wednesday.Sub(last) > step {
			t.Errorf("%s: the last bar starts at %s", interval, last)
		}
		for i, b := range bars {
			high, volume = max(high, b.High), volume+*b.Volume
			if b.Low <= 0 || b.Low > min(b.Open, b.Close) || b.High < max(b.Open, b.Close) || b.InstrumentID != 1001 {
				t.Errorf("%s: bar %+v", interval, b)
			}
			if i > 0 && (b.Open != bars[i-1].Close || parseTime(t, b.FromDate).Sub(parseTime(t, bars[i-1].FromDate)) != step) {
				t.Errorf("%s: bar %d does not follow", interval, i)
			}
		}
		if series.RangeOpen != bars[0].Open || series.RangeClose != bars[39].Close || series.RangeHigh != high || *series.Volume != volume {
			t.Errorf("%s: range %+v", interval, series)
		}
	}
}

func parseTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestCandlesStartWhereEToros(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for interval, want := range map[string]string{
		"OneDay": "2026-03-04T00:00:00Z", "OneWeek": "2026-03-01T21:00:00Z", "FourHours": "2026-03-04T12:00:00Z",
	} {
		got := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, 1001, "desc", interval, 2))
		if have := got.Candles[0].Candles[0].FromDate; have != want {
			t.Errorf("%s starts at %s", interval, have)
		}
	}
}

func TestDirectionOnlyTurnsTheWindow(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	asc := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, 100000, "asc", "OneHour", 5)).Candles[0]
	desc := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, 100000, "desc", "OneHour", 5)).Candles[0]
	slices.Reverse(desc.Candles)
	if !slices.Equal(asc.Candles, desc.Candles) || asc.RangeOpen != desc.RangeOpen || asc.RangeClose != desc.RangeClose {
		t.Fatalf("%+v\n%+v", asc, desc)
	}
}

func TestVolumeIsNullForCurrenciesAndCoins(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for id, null := range map[int]bool{1: true, 100000: true, 1001: false, 3000: false, 18: false} {
		series := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, id, "asc", "OneDay", 2)).Candles[0]
		if (series.Candles[0].Volume == nil) != null || (series.Volume == nil) != null {
			t.Errorf("%d: volume %v", id, series.Candles[0].Volume)
		}
	}
}

func TestDelistedKeepsItsOldBars(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	bars := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, 5000, "desc", "OneDay", 5)).Candles[0].Candles
	if last := parseTime(t, bars[0].FromDate); last.Year() > 2024 {
		t.Errorf("the last bar is of %s", last)
	}
	rate := getJSON[ratesBody](t, s, instrumentsPath+"/rates?instrumentIds=5000").Rates[0]
	if rate.Bid != bars[0].Close || rate.Date[:10] != bars[0].FromDate[:10] {
		t.Errorf("rate %+v, last bar %+v", rate, bars[0])
	}
}

// At any instant every route tells the same price.
func TestRoutesAgree(t *testing.T) {
	t.Parallel()
	clock := &ticking{now: wednesday}
	s := start(t, Options{Now: clock.Now})
	for range 5 {
		clock.add(37*time.Hour + 1234*time.Millisecond)
		for _, id := range []int{1, 18, 1001, 2013, 5000, 100000} {
			agree(t, s, id)
		}
	}
}

func agree(t *testing.T, s *Server, id int) {
	t.Helper()
	rate := getJSON[ratesBody](t, s, fmt.Sprintf("%s/rates?instrumentIds=%d", instrumentsPath, id)).Rates[0]
	for interval := range intervals {
		bars := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, id, "desc", interval, 2)).Candles[0].Candles
		if bars[0].Close != rate.Bid {
			t.Errorf("%d: bid %v, last close of %s %v", id, rate.Bid, interval, bars[0].Close)
		}
	}
	days := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, id, "desc", "OneDay", 2)).Candles[0].Candles
	weeks := getJSON[candlesReply](t, s, fmt.Sprintf(candlesPath, id, "desc", "OneWeek", 2)).Candles[0].Candles
	for _, row := range getJSON[[]closingRow](t, s, instrumentsPath+"/history/closing-price") {
		if p := row.ClosingPrices; row.InstrumentID == id && (p.Daily.Price != days[1].Close || p.Weekly.Price != weeks[1].Close ||
			p.Daily.Date[:10] != days[1].FromDate[:10] || row.OfficialClosingPrice != p.Daily.Price) {
			t.Errorf("%d: closes %+v, day %+v, week %+v", id, p, days[1], weeks[1])
		}
	}
	hit := searchItems(t, s, fmt.Sprintf("?fields=currentRate,dailyPriceChange&instrumentIds=%d", id))[0]
	if hit["currentRate"] != rate.Bid || hit["dailyPriceChange"] != percent(days[1].Close, rate.Bid) {
		t.Errorf("%d: search %v, bid %v, close %v", id, hit, rate.Bid, days[1].Close)
	}
}
