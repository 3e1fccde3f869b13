package etoro

import (
	"context"
	"encoding/json"
	"strconv"
)

// SnapshotParams chooses a page of the search route.
type SnapshotParams struct {
	Page     int // 1-based; the first when below 1
	PageSize int // 10,000 when below 1, the largest that was seen to be accepted
}

const snapshotFields = "instrumentId,internalInstrumentId,internalSymbolFull,symbol," +
	"internalInstrumentDisplayName,displayname,currentRate," +
	"dailyPriceChange,weeklyPriceChange,monthlyPriceChange,oneYearPriceChange," +
	"popularityUniques7Day,isCurrentlyTradable,isExchangeOpen,isDelisted"

// Snapshot returns one page of prices, changes and states of all instruments that eToro's search index
// knows, which is most of the catalogue. Rows with an id below 1 are left out.
// It answers GET /market-data/search. That route was seen to ignore the documented
// pageNumber and to obey page: both are sent, and the page that came back is in the
// result, to be compared with the one asked for.
func (c *Client) Snapshot(ctx context.Context, p SnapshotParams) (SnapshotPage, error) {
	if p.Page < 1 {
		p.Page = 1
	}
	if p.PageSize < 1 {
		p.PageSize = 10_000
	}
	var q query
	q.set("fields", snapshotFields)
	q.set("page", strconv.Itoa(p.Page))
	q.set("pageNumber", strconv.Itoa(p.Page))
	q.set("pageSize", strconv.Itoa(p.PageSize))
	var page SnapshotPage
	err := c.fetch(ctx, call{
		op: "Snapshot", path: "/market-data/search", query: q.String(), cap: wholeCap, timeout: slow,
		decode: func(body []byte) (skipped int, err error) {
			page, skipped, err = decodeSnapshot(body, p)
			return skipped, err
		},
	})
	if err != nil {
		return SnapshotPage{}, err
	}
	return page, nil
}

func decodeSnapshot(body []byte, asked SnapshotParams) (SnapshotPage, int, error) {
	rows, skipped, err := list[SnapshotRow, snapshotWire](body, "items")
	if err != nil {
		return SnapshotPage{}, skipped, err
	}
	var head struct{ Page, PageSize, TotalItems integer }
	if body[0] == '{' {
		if err := json.Unmarshal(body, &head); err != nil {
			return SnapshotPage{}, skipped, err
		}
	}
	page := SnapshotPage{Page: asked.Page, PageSize: asked.PageSize, TotalItems: int(head.TotalItems.v), Received: len(rows) + skipped}
	if head.Page.known {
		page.Page = int(head.Page.v)
	}
	if head.PageSize.known {
		page.PageSize = int(head.PageSize.v)
	}
	page.Items = rows[:0]
	for _, r := range rows {
		if r.ID >= 1 {
			page.Items = append(page.Items, r)
		}
	}
	return page, skipped, nil
}

// The index drops some fields from a projection without a word, so most are
// asked for under both of their names.
type snapshotWire struct {
	InstrumentID, InternalInstrumentID              integer
	InternalSymbolFull, Symbol                      text
	InternalInstrumentDisplayName, DisplayName      text
	CurrentRate                                     number
	DailyPriceChange, WeeklyPriceChange             number
	MonthlyPriceChange, OneYearPriceChange          number
	PopularityUniques7Day                           number
	IsCurrentlyTradable, IsExchangeOpen, IsDelisted flag
}

func (w snapshotWire) value() (SnapshotRow, bool) {
	id := w.InstrumentID
	if !id.known {
		id = w.InternalInstrumentID
	}
	return SnapshotRow{
		ID:                    InstrumentID(id.v),
		Symbol:                firstText(w.InternalSymbolFull, w.Symbol),
		DisplayName:           firstText(w.InternalInstrumentDisplayName, w.DisplayName),
		CurrentRate:           w.CurrentRate.pointer(),
		DailyPriceChange:      w.DailyPriceChange.pointer(),
		WeeklyPriceChange:     w.WeeklyPriceChange.pointer(),
		MonthlyPriceChange:    w.MonthlyPriceChange.pointer(),
		OneYearPriceChange:    w.OneYearPriceChange.pointer(),
		PopularityUniques7Day: w.PopularityUniques7Day.pointer(),
		CurrentlyTradable:     w.IsCurrentlyTradable.pointer(),
		ExchangeOpen:          w.IsExchangeOpen.pointer(),
		Delisted:              w.IsDelisted.pointer(),
	}, id.known
}

func firstText(a, b text) string {
	if a != "" {
		return string(a)
	}
	return string(b)
}
