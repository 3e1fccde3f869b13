package etoro

import (
	"context"
	"fmt"
	"time"
)

// MaxRates is how many ids one call of Rates may ask for; eToro refuses more.
const MaxRates = 100

// Rates returns the quotes of ids, in no order. Ids that eToro does not know are left out;
// none makes no call, and more than MaxRates or one below 1 is ErrInvalid.
// It answers GET /market-data/instruments/rates. A retired id was seen to
// make eToro answer 500 for the whole batch.
func (c *Client) Rates(ctx context.Context, ids []InstrumentID) ([]Rate, error) {
	const op = "Rates"
	if len(ids) == 0 {
		return []Rate{}, nil
	}
	if len(ids) > MaxRates {
		return nil, &ParamError{op, fmt.Sprintf("%d ids, at most %d in one call", len(ids), MaxRates)}
	}
	for _, id := range ids {
		if id < 1 {
			return nil, &ParamError{op, fmt.Sprintf("%d is not an instrument id", id)}
		}
	}
	var q query
	setList(&q, "instrumentIds", ids)
	k := call{op: op, path: "/market-data/instruments/rates", query: q.String(), cap: quotesCap, timeout: quick}
	return fetchList[Rate, rateWire](ctx, c, k, "rates")
}

type rateWire struct {
	InstrumentID                         integer
	Bid, Ask, LastExecution              number
	ConversionRateBid, ConversionRateAsk number
	Date                                 moment
	PriceRateID                          integer
}

func (w rateWire) value() (Rate, bool) {
	return Rate{
		ID:                InstrumentID(w.InstrumentID.v),
		Bid:               w.Bid.v,
		Ask:               w.Ask.v,
		LastExecution:     w.LastExecution.v,
		ConversionRateBid: w.ConversionRateBid.v,
		ConversionRateAsk: w.ConversionRateAsk.v,
		Date:              time.Time(w.Date),
		PriceRateID:       w.PriceRateID.v,
	}, w.InstrumentID.known
}
