package etoro

import "context"

// Exchanges returns the exchanges with the given ids, all when there are none.
// It answers GET /market-data/exchanges.
func (c *Client) Exchanges(ctx context.Context, ids ...int) ([]Exchange, error) {
	k := lookup("Exchanges", "/market-data/exchanges", "exchangeIds", ids)
	return fetchList[Exchange, exchangeWire](ctx, c, k, "exchangeInfo")
}

// InstrumentTypes returns the instrument types with the given ids, all when
// there are none. It answers GET /market-data/instrument-types.
func (c *Client) InstrumentTypes(ctx context.Context, ids ...int) ([]InstrumentType, error) {
	k := lookup("InstrumentTypes", "/market-data/instrument-types", "instrumentTypeIds", ids)
	return fetchList[InstrumentType, typeWire](ctx, c, k, "instrumentTypes")
}

// StocksIndustries returns the industries with the given ids, all when there
// are none. It answers GET /market-data/stocks-industries.
func (c *Client) StocksIndustries(ctx context.Context, ids ...int) ([]StocksIndustry, error) {
	k := lookup("StocksIndustries", "/market-data/stocks-industries", "stocksIndustryIds", ids)
	return fetchList[StocksIndustry, industryWire](ctx, c, k, "stocksIndustries")
}

func lookup(op, path, filter string, ids []int) call {
	var q query
	setList(&q, filter, ids)
	return call{op: op, path: path, query: q.String(), cap: lookupCap, timeout: quick}
}

type exchangeWire struct {
	ExchangeID          integer
	ExchangeDescription text
}

func (w exchangeWire) value() (Exchange, bool) {
	return Exchange{int(w.ExchangeID.v), string(w.ExchangeDescription)}, w.ExchangeID.known
}

type typeWire struct {
	InstrumentTypeID          integer
	InstrumentTypeDescription text
}

func (w typeWire) value() (InstrumentType, bool) {
	return InstrumentType{int(w.InstrumentTypeID.v), string(w.InstrumentTypeDescription)}, w.InstrumentTypeID.known
}

type industryWire struct {
	IndustryID   integer
	IndustryName text
}

func (w industryWire) value() (StocksIndustry, bool) {
	return StocksIndustry{int(w.IndustryID.v), string(w.IndustryName)}, w.IndustryID.known
}
