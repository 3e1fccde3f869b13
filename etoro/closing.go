package etoro

import (
	"context"
	"time"
)

// ClosingPrices returns the closes of the previous day, week and month of every
// instrument, in no order.
// It answers GET /market-data/instruments/history/closing-price, a bare list.
func (c *Client) ClosingPrices(ctx context.Context) ([]ClosingPrice, error) {
	k := call{op: "ClosingPrices", path: "/market-data/instruments/history/closing-price", cap: wholeCap, timeout: slow}
	return fetchList[ClosingPrice, closingWire](ctx, c, k, "closingPrices")
}

type closingWire struct {
	InstrumentID         integer
	OfficialClosingPrice number
	ClosingPrices        struct{ Daily, Weekly, Monthly lenient[closeWire] }
}

func (w closingWire) value() (ClosingPrice, bool) {
	return ClosingPrice{
		ID:       InstrumentID(w.InstrumentID.v),
		Official: max(w.OfficialClosingPrice.v, 0), // none is -1
		Daily:    w.ClosingPrices.Daily.w.close(),
		Weekly:   w.ClosingPrices.Weekly.w.close(),
		Monthly:  w.ClosingPrices.Monthly.w.close(),
	}, w.InstrumentID.known
}

type closeWire struct {
	Price number
	Date  moment
}

// close is zero when eToro has none: price -1, or the year 0001.
func (w closeWire) close() Close {
	date := time.Time(w.Date)
	if w.Price.v <= 0 || date.IsZero() {
		return Close{}
	}
	return Close{Price: w.Price.v, Date: date}
}
