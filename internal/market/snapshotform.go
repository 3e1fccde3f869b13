package market

import (
	"errors"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

// savedData is what the snapshot file holds. It has its own form, apart from the client's types,
// because a file outlives a version of those.
type savedData struct {
	RowsAt   time.Time
	Rows     []savedRow
	Names    [search.NumFacets]dated[map[int]string]
	QuotesAt time.Time
	Quotes   map[etoro.InstrumentID]Quote
	ClosesAt time.Time
	Closes   []savedClose
}

type savedRow struct {
	ID          etoro.InstrumentID
	Name        string
	Symbol      string
	Type        int
	Exchange    int
	Industry    int         `json:",omitempty"`
	PriceSource string      `json:",omitempty"`
	Expires     bool        `json:",omitempty"`
	Internal    bool        `json:",omitempty"`
	Image       *savedImage `json:",omitempty"`
}

type savedImage struct {
	URI           string
	Width, Height float64 `json:",omitempty"`
	Background    string  `json:",omitempty"`
	Text          string  `json:",omitempty"`
}

type savedClose struct {
	ID                     etoro.InstrumentID
	Official               float64
	Daily, Weekly, Monthly savedPrice
}

type savedPrice struct {
	Price float64
	Date  time.Time
}

func toSaved(in inputs) savedData {
	s := savedData{
		RowsAt:   in.rows.At,
		Rows:     make([]savedRow, len(in.rows.Value)),
		Names:    in.names,
		QuotesAt: in.quotes.At,
		Quotes:   in.quotes.Value,
		ClosesAt: in.closes.At,
		Closes:   make([]savedClose, 0, len(in.closes.Value)),
	}
	for i := range in.rows.Value {
		s.Rows[i] = toSavedRow(&in.rows.Value[i])
	}
	for _, c := range in.closes.Value {
		s.Closes = append(s.Closes, savedClose{c.ID, c.Official, savedPrice(c.Daily), savedPrice(c.Weekly), savedPrice(c.Monthly)})
	}
	return s
}

func toSavedRow(r *etoro.Instrument) savedRow {
	saved := savedRow{
		ID:          r.ID,
		Name:        r.DisplayName,
		Symbol:      r.Symbol,
		Type:        r.TypeID,
		Exchange:    r.ExchangeID,
		Industry:    r.IndustryID,
		PriceSource: r.PriceSource,
		Expires:     r.Expires,
		Internal:    r.Internal,
	}
	if img := bestImage(r.Images); img.URI != "" {
		saved.Image = &savedImage{img.URI, img.Width, img.Height, img.BackgroundColor, img.TextColor}
	}
	return saved
}

// fromSaved refuses data without a usable row, and distrusts times: one in the future
// would look fresh for ever.
func fromSaved(s savedData) (inputs, error) {
	now := time.Now()
	rows := make([]etoro.Instrument, len(s.Rows))
	for i := range s.Rows {
		rows[i] = fromSavedRow(&s.Rows[i])
	}
	if s.RowsAt.IsZero() || len(usable(rows)) == 0 {
		return inputs{}, errors.New("without usable rows")
	}
	in := inputs{rows: dated[[]etoro.Instrument]{rows, earlier(s.RowsAt, now)}, names: s.Names}
	for f := range in.names {
		in.names[f].At = earlier(in.names[f].At, now)
	}
	in.quotes = dated[map[etoro.InstrumentID]Quote]{s.Quotes, earlier(s.QuotesAt, now)}
	for id, q := range in.quotes.Value {
		q.At = in.quotes.At
		in.quotes.Value[id] = q
	}
	closes := make(map[etoro.InstrumentID]etoro.ClosingPrice, len(s.Closes))
	for _, c := range s.Closes {
		closes[c.ID] = etoro.ClosingPrice{
			ID: c.ID, Official: c.Official,
			Daily: etoro.Close(c.Daily), Weekly: etoro.Close(c.Weekly), Monthly: etoro.Close(c.Monthly),
		}
	}
	in.closes = dated[map[etoro.InstrumentID]etoro.ClosingPrice]{closes, earlier(s.ClosesAt, now)}
	return in, nil
}

func fromSavedRow(r *savedRow) etoro.Instrument {
	row := etoro.Instrument{
		ID:          r.ID,
		DisplayName: r.Name,
		Symbol:      r.Symbol,
		TypeID:      r.Type,
		ExchangeID:  r.Exchange,
		IndustryID:  r.Industry,
		PriceSource: r.PriceSource,
		Expires:     r.Expires,
		Internal:    r.Internal,
	}
	if img := r.Image; img != nil {
		row.Images = []etoro.Image{{URI: img.URI, Width: img.Width, Height: img.Height, BackgroundColor: img.Background, TextColor: img.Text}}
	}
	return row
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
