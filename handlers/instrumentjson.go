package handlers

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
)

// exportInstrument is the body of GET /instruments/{id}.json: the fields of /instruments.json, with the
// price that the page shows, and what only a page tells. A null is what is not known.
type exportInstrument struct {
	exportItem
	PriceSource      *string        `json:"price_source"`
	Expires          bool           `json:"expires"`
	Delisted         *bool          `json:"delisted"`
	Currency         *string        `json:"currency"`          // always null: eToro tells none
	CurrencyInferred *string        `json:"currency_inferred"` // "GBX" on London's exchange, else null
	ISIN             *string        `json:"isin"`              // always null: eToro tells none
	Rate             *exportRate    `json:"rate"`
	RateError        *exportFault   `json:"rate_error"` // why there is no rate, or no newer one
	DayRange         *exportRange   `json:"day_range"`
	Changes          []exportChange `json:"changes"` // of 1D, 1W, 1M, 3M, 6M and 1Y, in this order
	CandlesAsOf      *time.Time     `json:"candles_as_of"`
	CandlesError     *exportFault   `json:"candles_error"` // why there are no daily candles, or no newer ones
	Closes           exportCloses   `json:"closes"`
	ClosesAsOf       *time.Time     `json:"closes_as_of"`
	ClosesError      *exportFault   `json:"closes_error"`
	Listings         []exportOther  `json:"listings"` // the other ones of the company, the main one first
	AsOf             time.Time      `json:"as_of"`    // of the catalogue
	Source           string         `json:"source"`   // live, sandbox, snapshot
}

// exportRate is the latest quote, in the currency of the instrument, and in US dollars by eToro's rate.
type exportRate struct {
	Bid           *float64   `json:"bid"`
	Ask           *float64   `json:"ask"`
	Spread        *float64   `json:"spread"`
	SpreadPct     *float64   `json:"spread_pct"` // of the middle of bid and ask
	ConversionBid *float64   `json:"conversion_rate_bid"`
	ConversionAsk *float64   `json:"conversion_rate_ask"`
	BidUSD        *float64   `json:"bid_usd"`
	AskUSD        *float64   `json:"ask_usd"`
	At            *time.Time `json:"at"` // eToro's time
	ReadAt        *time.Time `json:"read_at"`
	Source        string     `json:"source"` // stream, rates
}

type exportFault struct {
	Title              string   `json:"title"`
	UpstreamRequestIDs []string `json:"upstream_request_ids"` // of each attempt, in order
}

type exportRange struct {
	Date string  `json:"date"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

type exportChange struct {
	Period string   `json:"period"`
	Pct    *float64 `json:"pct"`
	Source *string  `json:"source"` // etoro: its own figure; close: the bid against the previous close; candles
	Since  *string  `json:"since"`  // the day of the close that candles are measured from
}

type exportCloses struct {
	Daily   *exportClose `json:"daily"`
	Weekly  *exportClose `json:"weekly"`
	Monthly *exportClose `json:"monthly"`
}

type exportClose struct {
	Price float64 `json:"price"`
	Date  *string `json:"date"`
}

type exportOther struct {
	ID       int    `json:"id"`
	Symbol   string `json:"symbol"`
	Exchange string `json:"exchange"`
}

// instrumentJSON serves GET /instruments/{id}.json.
func (h *Handlers) instrumentJSON(c echo.Context, s sheet) error {
	degradeBy(c, s.fault())
	degradeBy(c, s.dailyErr)
	degradeBy(c, s.daily.Err)
	body, err := json.Marshal(exportOf(s))
	if err != nil {
		return fmt.Errorf("instrument %d: %w", s.Row.Instrument.ID, err)
	}
	return sendTagged(c, echo.MIMEApplicationJSON, append(body, '\n'))
}

func exportOf(s sheet) exportInstrument {
	in, cl := s.Row.Instrument, s.Row.Close
	price, at := s.price()
	out := exportInstrument{
		exportItem: itemOf(s.Row), PriceSource: textOf(in.PriceSource), Expires: in.Expires, Delisted: s.Row.Quote.Delisted,
		CurrencyInferred: textOf(s.unit()), Rate: rateOf(s), RateError: faultOf(s.fault()), DayRange: rangeOf(s), Changes: changesOf(s),
		CandlesAsOf: timeOf(s.daily.At), CandlesError: faultOf(firstOf(s.dailyErr, s.daily.Err)),
		Closes: exportCloses{
			closeOf(cl.Daily.Price, cl.Daily.Date), closeOf(cl.Weekly.Price, cl.Weekly.Date), closeOf(cl.Monthly.Price, cl.Monthly.Date),
		},
		ClosesAsOf: timeOf(s.ClosesAt), ClosesError: faultOf(s.ClosesErr), Listings: []exportOther{},
		AsOf: s.State.AsOf.UTC(), Source: string(s.State.Source),
	}
	if s.State.Age == market.AgeSnapshot {
		out.Source = string(market.Snapshot)
	}
	out.Price, out.PriceAt, out.Open, out.DayChangePct = numberOf(price), timeOf(at), s.open(), s.dayChange()
	for _, l := range s.Row.Listings {
		out.Listings = append(out.Listings, exportOther{int(l.ID), l.Symbol, l.Exchange.Name})
	}
	return out
}

// rateOf is null without a quote.
func rateOf(s sheet) *exportRate {
	if !s.quoted() {
		return nil
	}
	l := s.live
	bid, ask := known(l.Bid), known(l.Ask)
	r := &exportRate{
		Bid: numberOf(bid), Ask: numberOf(ask), ConversionBid: numberOf(l.ConversionBid), ConversionAsk: numberOf(l.ConversionAsk),
		BidUSD: numberOf(significant(bid * known(l.ConversionBid))), AskUSD: numberOf(significant(ask * known(l.ConversionAsk))),
		At: timeOf(l.At), ReadAt: timeOf(l.Read), Source: string(l.Source),
	}
	if ask >= bid {
		spread := significant(ask - bid)
		share := significant((ask - bid) / (ask + bid) * 200)
		r.Spread, r.SpreadPct = &spread, &share
	}
	return r
}

// significant leaves out the noise of floating point: what is reckoned from two prices has no more
// than eight digits that mean something.
func significant(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 8, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}

func rangeOf(s sheet) *exportRange {
	low, high, day, ok := s.dayRange()
	if !ok {
		return nil
	}
	return &exportRange{Date: day.Format(time.DateOnly), Low: low, High: high}
}

func changesOf(s sheet) []exportChange {
	var changes []exportChange
	for _, c := range s.changes() {
		changes = append(changes, exportChange{Period: c.Period, Pct: c.Pct, Source: textOf(c.Source), Since: dateOf(c.Since)})
	}
	return changes
}

// faultOf is null for no error.
func faultOf(err error) *exportFault {
	if err == nil {
		return nil
	}
	return &exportFault{Title: explain(err).title, UpstreamRequestIDs: append([]string{}, callOf(err).ids...)}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// numberOf is null for what cannot be a price.
func numberOf(v float64) *float64 {
	if v = known(v); v == 0 {
		return nil
	}
	return &v
}

func textOf(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func dateOf(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return textOf(t.UTC().Format(time.DateOnly))
}

func closeOf(price float64, date time.Time) *exportClose {
	if price <= 0 {
		return nil
	}
	return &exportClose{price, dateOf(date)}
}
