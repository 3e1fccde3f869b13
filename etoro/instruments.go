package etoro

import (
	"context"
	"encoding/json"
)

// InstrumentsParams filters the catalogue; filters are joined by "and", and the
// zero value asks for all of it. Long id lists run into the limits that eToro
// has on URLs: from about 50 ids the whole catalogue is the better question.
type InstrumentsParams struct {
	IDs                               []InstrumentID
	ExchangeIDs, IndustryIDs, TypeIDs []int
}

// Instruments returns the rows of eToro's catalogue that match p, in no order.
// Ids that eToro does not know are left out.
// It answers GET /market-data/instruments, which has no pages: about 12,700 rows at once.
func (c *Client) Instruments(ctx context.Context, p InstrumentsParams) ([]Instrument, error) {
	var q query
	setList(&q, "instrumentIds", p.IDs)
	setList(&q, "exchangeIds", p.ExchangeIDs)
	setList(&q, "stocksIndustryIds", p.IndustryIDs)
	setList(&q, "instrumentTypeIds", p.TypeIDs)
	k := call{op: "Instruments", path: "/market-data/instruments", query: q.String(), cap: wholeCap, timeout: slow}
	return fetchList[Instrument, instrumentWire](ctx, c, k, "instrumentDisplayDatas", "instruments")
}

// Keys match whatever their case, so that ID also reads the Id of older versions.
type instrumentWire struct {
	InstrumentID          integer
	InstrumentDisplayName text
	InstrumentTypeID      integer
	ExchangeID            integer
	SymbolFull            text
	StocksIndustryID      integer
	PriceSource           text
	HasExpirationDate     flag
	IsInternalInstrument  flag
	Images                images
}

func (w instrumentWire) value() (Instrument, bool) {
	return Instrument{
		ID:          InstrumentID(w.InstrumentID.v),
		DisplayName: string(w.InstrumentDisplayName),
		Symbol:      string(w.SymbolFull),
		TypeID:      int(w.InstrumentTypeID.v),
		ExchangeID:  int(w.ExchangeID.v),
		IndustryID:  int(w.StocksIndustryID.v),
		PriceSource: string(w.PriceSource),
		Expires:     w.HasExpirationDate.v,
		Internal:    w.IsInternalInstrument.v,
		Images:      w.Images,
	}, w.InstrumentID.known
}

type imageWire struct {
	URI             text
	Width, Height   number
	BackgroundColor text
	TextColor       text
}

// images reads a list of images and, like the scalars of the wire, never fails:
// no logo is worth losing an instrument for.
type images []Image

func (m *images) UnmarshalJSON(b []byte) error {
	*m = nil
	if len(b) == 0 || b[0] != '[' {
		return nil
	}
	var rows []imageWire
	_ = json.Unmarshal(b, &rows) // an element that is no object fails, and leaves the others read
	for _, w := range rows {
		if w.URI == "" {
			continue
		}
		*m = append(*m, Image{
			URI:             string(w.URI),
			Width:           w.Width.v,
			Height:          w.Height.v,
			BackgroundColor: string(w.BackgroundColor),
			TextColor:       string(w.TextColor),
		})
	}
	return nil
}
