package handlers

import (
	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// addSparks gives the rows the lines that are known. Those that are missing are asked for by who looks
// through the list, but not by who searches: what people type costs eToro nothing.
func (h *Handlers) addSparks(m *views.ListModel, q listQuery, rows []market.Row, looksThrough bool) {
	ids := make([]market.InstrumentID, len(rows))
	for i, r := range rows {
		ids[i] = r.Instrument.ID
	}
	if looksThrough && q.Box == "" {
		h.market.WantSparks(ids)
	}
	known := h.market.Sparks(ids)
	for i, id := range ids {
		m.Rows[i].Spark = views.NewSpark(known[id])
	}
}
