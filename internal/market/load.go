package market

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

const (
	snapshotPageSize = 10_000
	success          = 200 // the status of an answer that is refused for what it holds
	maxSnapshotPages = 20  // ten times what eToro has, so that a far side that never ends does
)

// loadRows asks for the instruments and then sees to it that their names are there,
// unless those take too long. Only the instruments can fail it: without names there is still
// something to show.
func (m *Market) loadRows(ctx context.Context, _ whole) ([]etoro.Instrument, error) {
	calls, observed := witness(ctx)
	rows, err := m.client.Instruments(observed, etoro.InstrumentsParams{})
	if err != nil {
		return nil, err
	}
	shown := 0
	for i := range rows {
		// Of the five images of a row, one is shown and kept.
		if best := bestImage(rows[i].Images); best.URI != "" {
			rows[i].Images = []etoro.Image{best}
		} else {
			rows[i].Images = nil
		}
	}
	for _, r := range usable(rows) {
		if hiddenBy(&r) == "" {
			shown++
		}
	}
	if err := shrunken(opRows, shown, m.believed(), calls); err != nil {
		return nil, err
	}
	m.awaitNames(ctx)
	return rows, nil
}

// believed is how many rows the current catalogue shows. Past its hard age it is no
// measure any more, or a catalogue that really shrank would be refused for ever.
func (m *Market) believed() int {
	c := m.current.Load()
	if c == nil || time.Since(c.AsOf()) >= max(rowsHard, m.ttl) {
		return 0
	}
	return c.Len()
}

// shrunken refuses an answer with fewer than half of the rows of the one before, or none.
// The refusal names the calls that brought it.
func shrunken(op string, rows, before int, calls *attempts) error {
	if rows > 0 && 2*rows >= before {
		return nil
	}
	err := fmt.Errorf("%d usable rows where %d were: %w", rows, before, ErrShrunken)
	return &etoro.ContractError{Op: op, Status: success, Attempts: calls.made, Err: err}
}

// attempts are the calls of one load, in order.
type attempts struct{ made []etoro.Attempt }

func witness(ctx context.Context) (*attempts, context.Context) {
	a := new(attempts)
	return a, etoro.WithObserver(ctx, func(one etoro.Attempt) { a.made = append(a.made, one) })
}

// awaitNames waits for the lookups as long as a cache lets a caller wait. Their
// errors stay with them: the schedule tries again and reports.
func (m *Market) awaitNames(ctx context.Context) {
	var all sync.WaitGroup
	for facet := range search.NumFacets {
		all.Go(func() { _, _ = m.names.Get(ctx, facet) })
	}
	all.Wait()
}

// loadNames asks for one lookup.
func (m *Market) loadNames(ctx context.Context, facet int) (map[int]string, error) {
	names := make(map[int]string)
	calls, ctx := witness(ctx)
	var err error
	switch facet {
	case search.FacetType:
		var found []etoro.InstrumentType
		found, err = m.client.InstrumentTypes(ctx)
		for _, f := range found {
			names[f.ID] = f.Description
		}
	case search.FacetExchange:
		var found []etoro.Exchange
		found, err = m.client.Exchanges(ctx)
		for _, f := range found {
			names[f.ID] = f.Description
		}
	case search.FacetIndustry:
		var found []etoro.StocksIndustry
		found, err = m.client.StocksIndustries(ctx)
		for _, f := range found {
			names[f.ID] = f.Name
		}
	}
	if err != nil {
		return nil, err
	}
	return names, shrunken(opNames[facet], len(names), 0, calls)
}

// loadQuotes reads the market snapshot.
func (m *Market) loadQuotes(ctx context.Context, _ whole) (map[etoro.InstrumentID]Quote, error) {
	calls, ctx := witness(ctx)
	rows, err := m.snapshotRows(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	quotes := make(map[etoro.InstrumentID]Quote, len(rows))
	for i := range rows {
		if rows[i].ID >= 1 {
			quotes[rows[i].ID] = newQuote(&rows[i], now)
		}
	}
	before, _ := m.quotes.Peek(whole{})
	return quotes, shrunken(opQuotes, len(quotes), len(before.Value), calls)
}

// snapshotRows asks page by page. eToro has ignored the page number before and sent the
// first page again, so the number it echoes and the first row are compared.
func (m *Market) snapshotRows(ctx context.Context) ([]etoro.SnapshotRow, error) {
	var rows, last []etoro.SnapshotRow
	for page := 1; page <= maxSnapshotPages; page++ {
		got, err := m.client.Snapshot(ctx, etoro.SnapshotParams{Page: page, PageSize: snapshotPageSize})
		if err != nil {
			return nil, err
		}
		if got.Page != page && got.Page != 0 || repeats(last, got.Items) {
			if page == 1 {
				return nil, fmt.Errorf("%s: page %d came for page 1: %w", opQuotes, got.Page, etoro.ErrContract)
			}
			break
		}
		rows, last = append(rows, got.Items...), got.Items
		size := snapshotPageSize
		if got.PageSize > 0 {
			size = got.PageSize
		}
		if max(got.Received, len(got.Items)) < size {
			break
		}
	}
	return rows, nil
}

func repeats(last, next []etoro.SnapshotRow) bool {
	return len(last) > 0 && len(next) > 0 && last[0].ID == next[0].ID
}

// newQuote leaves out what cannot be: a price of nothing, a popularity below it.
func newQuote(r *etoro.SnapshotRow, at time.Time) Quote {
	return Quote{
		Price:          atLeast(r.CurrentRate, math.SmallestNonzeroFloat64),
		DayChangePct:   atLeast(r.DailyPriceChange, -100),
		WeekChangePct:  atLeast(r.WeeklyPriceChange, -100),
		MonthChangePct: atLeast(r.MonthlyPriceChange, -100),
		YearChangePct:  atLeast(r.OneYearPriceChange, -100),
		Popularity:     atLeast(r.PopularityUniques7Day, 0),
		Tradable:       r.CurrentlyTradable,
		Open:           r.ExchangeOpen,
		Delisted:       r.Delisted,
		At:             at,
	}
}

// atLeast drops a number that is smaller, infinite or not one.
func atLeast(v *float64, least float64) *float64 {
	if v == nil || !(*v >= least) || math.IsInf(*v, 0) {
		return nil
	}
	return v
}

func (m *Market) loadCloses(ctx context.Context, _ whole) (map[etoro.InstrumentID]etoro.ClosingPrice, error) {
	calls, ctx := witness(ctx)
	rows, err := m.client.ClosingPrices(ctx)
	if err != nil {
		return nil, err
	}
	closes := make(map[etoro.InstrumentID]etoro.ClosingPrice, len(rows))
	for _, r := range rows {
		if r.ID >= 1 {
			closes[r.ID] = r
		}
	}
	before, _ := m.closes.Peek(whole{})
	return closes, shrunken(opCloses, len(closes), len(before.Value), calls)
}

// upstreamIDs are the x-request-ids of the calls behind err.
func upstreamIDs(err error) []string {
	_, _, attempts, _ := etoro.Details(err)
	var ids []string
	for _, a := range attempts {
		ids = append(ids, a.RequestID)
	}
	return ids
}

// retryAfter is how long eToro, or the client's own gate or breaker, asked to be left alone.
func retryAfter(err error) time.Duration {
	var limited *etoro.RateLimitError
	var broken *etoro.TransportError
	switch {
	case errors.As(err, &limited):
		return limited.RetryAfter
	case errors.As(err, &broken):
		return broken.RetryAfter
	default:
		return 0
	}
}
