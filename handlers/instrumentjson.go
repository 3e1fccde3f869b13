package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
)

// exportInstrument is an instrument as /instruments/{id}.json tells it. A null is what eToro does not tell.
type exportInstrument struct {
	exportItem
	PriceSource *string         `json:"price_source"`
	Expires     bool            `json:"expires"`
	Delisted    *bool           `json:"delisted"`
	Currency    *string         `json:"currency"` // always null: eToro tells none
	ISIN        *string         `json:"isin"`     // always null: eToro tells none
	Rate        *exportRate     `json:"rate"`
	RateError   *exportFault    `json:"rate_error"` // why there is no rate, or no newer one
	Closes      exportCloses    `json:"closes"`
	Listings    []exportListing `json:"listings"`
	AsOf        time.Time       `json:"as_of"`
	Source      string          `json:"source"`
}

// exportRate is the latest quote. Its price is the bid.
type exportRate struct {
	Bid           *float64   `json:"bid"`
	Ask           *float64   `json:"ask"`
	ConversionBid *float64   `json:"conversion_rate_bid"` // to USD
	ConversionAsk *float64   `json:"conversion_rate_ask"`
	DayChangePct  *float64   `json:"day_change_pct"`
	At            *time.Time `json:"at"`
	Source        string     `json:"source"` // stream, rates
}

type exportFault struct {
	Title             string   `json:"title"`
	UpstreamRequestID []string `json:"upstream_request_id"`
}

type exportCloses struct {
	Daily   *exportClose `json:"daily"`
	Weekly  *exportClose `json:"weekly"`
	Monthly *exportClose `json:"monthly"`
}

type exportClose struct {
	Price float64    `json:"price"`
	Date  *time.Time `json:"date"`
}

type exportListing struct {
	ID       int    `json:"id"`
	Symbol   string `json:"symbol"`
	Exchange string `json:"exchange"`
}

// instrumentJSON answers GET /instruments/{id}.json.
func (h *Handlers) instrumentJSON(c echo.Context, d market.Detail) error {
	live, err := h.market.Price(c.Request().Context(), d.Row.Instrument.ID)
	out := exportOf(d, live)
	if err != nil && !isNoPrice(err) {
		degradeBy(c, err)
		out.RateError = &exportFault{Title: explain(err).title, UpstreamRequestID: callOf(err).ids}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("instrument %d: %w", d.Row.Instrument.ID, err)
	}
	return sendTagged(c, echo.MIMEApplicationJSON, append(body, '\n'))
}

// isNoPrice: that eToro quotes nothing is a fact, not a failure.
func isNoPrice(err error) bool { return errors.Is(err, market.ErrNoPrice) }

func exportOf(d market.Detail, live market.Live) exportInstrument {
	in, cl := d.Row.Instrument, d.Row.Close
	out := exportInstrument{
		exportItem: itemOf(d.Row), Expires: in.Expires, Delisted: d.Row.Quote.Delisted, Listings: []exportListing{},
		AsOf: d.State.AsOf.UTC(), Source: string(d.State.Source),
		Closes: exportCloses{
			closeOf(cl.Daily.Price, cl.Daily.Date), closeOf(cl.Weekly.Price, cl.Weekly.Date), closeOf(cl.Monthly.Price, cl.Monthly.Date),
		},
	}
	if in.PriceSource != "" {
		out.PriceSource = &in.PriceSource
	}
	for _, l := range d.Row.Listings {
		out.Listings = append(out.Listings, exportListing{int(l.ID), l.Symbol, l.Exchange.Name})
	}
	if known(live.Bid) > 0 || known(live.Ask) > 0 {
		out.Rate = &exportRate{
			Bid: numberOf(live.Bid), Ask: numberOf(live.Ask), ConversionBid: numberOf(live.ConversionBid),
			ConversionAsk: numberOf(live.ConversionAsk), DayChangePct: live.DayChangePct, At: timeOf(live.At), Source: string(live.Source),
		}
	}
	return out
}

// numberOf is null for what cannot be a price.
func numberOf(v float64) *float64 {
	if v = known(v); v == 0 {
		return nil
	}
	return &v
}

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func closeOf(price float64, date time.Time) *exportClose {
	if price <= 0 {
		return nil
	}
	return &exportClose{price, timeOf(date)}
}
