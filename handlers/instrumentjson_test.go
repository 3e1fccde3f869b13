package handlers

import (
	"encoding/json"
	"errors"
	"testing"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/market"
)

func TestWhatIsNotKnownIsNullInJSON(t *testing.T) {
	t.Parallel()
	s := sheetOf(0, market.Live{}, errRates)
	s.dailyErr, s.ClosesErr = errors.New("no answer"), errRates
	s.State = market.State{Source: market.EToro, AsOf: now}
	got, err := json.Marshal(exportOf(s))
	if err != nil {
		t.Fatal(err)
	}
	const failed = `{"title":"eToro answered with an error","upstream_request_ids":["id-1"]}`
	const change = `,"pct":null,"source":null,"since":null}`
	want := `{"id":1001,"symbol":"AAPL","name":"Apple","type":"","exchange":"","industry":null,"main_listing":1001,` +
		`"price":null,"price_at":null,"day_change_pct":null,"week_change_pct":null,"month_change_pct":null,"year_change_pct":null,` +
		`"popularity":null,"tradable":null,"open":null,"hidden_by":"",` +
		`"price_source":null,"expires":false,"delisted":null,"currency":null,"currency_inferred":null,"isin":null,` +
		`"rate":null,"rate_error":` + failed + `,"day_range":null,"changes":[` +
		`{"period":"1D"` + change + `,{"period":"1W"` + change + `,{"period":"1M"` + change + `,{"period":"3M"` + change + `,{"period":"6M"` + change + `,{"period":"1Y"` + change + `],` +
		`"candles_as_of":null,"candles_error":{"title":"Something went wrong here","upstream_request_ids":[]},` +
		`"closes":{"daily":null,"weekly":null,"monthly":null},"closes_as_of":null,"closes_error":` + failed + `,` +
		`"listings":[],"as_of":"2026-11-24T05:30:12Z","source":"live"}`
	if string(got) != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestJSONHasThePriceThatThePageShows(t *testing.T) {
	t.Parallel()
	s := sheetOf(9, market.Live{Bid: 306.64, Ask: 306.76, ConversionBid: 1.1, ConversionAsk: 1.2, At: now, Read: now, Source: market.FromStream}, nil)
	s.State.Age, s.daily, s.Row.Quote.WeekChangePct = market.AgeSnapshot, days(8, 10), ptr(-4.0)
	s.Row.Close.Weekly = etoro.Close{Price: 300, Date: now}
	got := exportOf(s)
	if *got.Price != 306.64 || !got.PriceAt.Equal(now) || got.Source != "snapshot" || got.Closes.Weekly.Price != 300 || *got.Closes.Weekly.Date != "2026-11-24" {
		t.Errorf("%+v", got)
	}
	r := got.Rate
	if *r.Spread != 0.12 || *r.SpreadPct != 0.039126182 || *r.BidUSD != 337.304 || *r.AskUSD != 368.112 || r.Source != "stream" {
		t.Errorf("spread %v, %v; in dollars %v, %v; by %s", *r.Spread, *r.SpreadPct, *r.BidUSD, *r.AskUSD, r.Source)
	}
	if d := got.DayRange; d == nil || d.High != 306.64 || d.Low != 9.99 || d.Date != "2026-11-24" {
		t.Errorf("the range is %+v", d)
	}
	day, week := got.Changes[0], got.Changes[1]
	if *day.Source != "candles" || *day.Since != "2026-11-23" || *week.Source != "etoro" || *week.Pct != -4 || week.Since != nil {
		t.Errorf("changes %+v, %+v", day, week)
	}
}
