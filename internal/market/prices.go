package market

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"instrumentdesk/internal/cache"
)

// pricePatience is how long a visitor waits for a price that is not there.
const pricePatience = 3 * time.Second

// Price is the latest price of one instrument. One that is older than ten seconds is answered
// at once and read anew behind the answer, one that is not there is waited for, three seconds
// at most. The error is ErrUnknown, ErrNoPrice, what the read failed with, or, when it takes
// longer than that, a context.DeadlineExceeded; without a catalogue it is as Find's. It comes
// with a zero Live when there is nothing to show, and else with an older one that could not be
// read anew.
func (m *Market) Price(ctx context.Context, id InstrumentID) (Live, error) {
	c, err := m.catalogue(ctx)
	if err != nil {
		return Live{}, err
	}
	if _, ok := c.byID[id]; !ok {
		return Live{}, fmt.Errorf("price %d: %w", id, ErrUnknown)
	}
	found, errs := m.board.prices(ctx, []InstrumentID{id})
	if err = errs[id]; err != nil {
		err = fmt.Errorf("price %d: %w", id, err)
	}
	return found[id], err
}

// Prices is Price for many at once, which costs no more. Ids that Watch would ignore are left
// out, as are those without a price. The error is one of those that kept a price from being
// read; the others are there all the same.
func (m *Market) Prices(ctx context.Context, ids []InstrumentID) (map[InstrumentID]Live, error) {
	if _, err := m.catalogue(ctx); err != nil {
		return nil, err
	}
	listed := m.listed(ids)
	found, errs := m.board.prices(ctx, listed)
	for _, id := range listed {
		if err := errs[id]; err != nil && !errors.Is(err, ErrNoPrice) {
			return found, fmt.Errorf("price %d: %w", id, err)
		}
	}
	return found, nil
}

// closeOf is the previous daily close in memory, 0 when there is none.
func (m *Market) closeOf(id InstrumentID) float64 {
	c := m.current.Load()
	if c == nil {
		return 0
	}
	known := c.in.closes.Value[id]
	return cmp.Or(known.Daily.Price, known.Official)
}

// prices answers what can be shown, and for each id why it is old or missing.
func (b *board) prices(ctx context.Context, ids []InstrumentID) (map[InstrumentID]Live, map[InstrumentID]error) {
	slow := b.await(ctx, b.want(ctx, ids))
	found, errs := map[InstrumentID]Live{}, map[InstrumentID]error{}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	for _, id := range ids {
		it := b.item(id, now)
		live, ok := b.shown(it, now)
		if ok {
			found[id] = live
		}
		switch {
		case it.ask.err != nil && !b.young(it, now):
			errs[id] = it.ask.err
		case !ok:
			errs[id] = slow
		}
	}
	maps.DeleteFunc(errs, func(_ InstrumentID, err error) bool { return err == nil })
	return found, errs
}

// want has those asked that are not young, and returns what to wait for: the answers about
// those that have no price to show.
func (b *board) want(ctx context.Context, ids []InstrumentID) []<-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	var awaited []<-chan struct{}
	for _, id := range ids {
		it := b.item(id, now)
		if b.young(it, now) || now.Before(it.ask.retryAt) {
			continue
		}
		answer := b.gather(it, ctx)
		if _, ok := b.shown(it, now); !ok {
			awaited = append(awaited, answer)
		}
	}
	return awaited
}

// await waits for all of them and returns nil, or why it stopped.
func (b *board) await(ctx context.Context, answers []<-chan struct{}) error {
	patience := time.NewTimer(pricePatience)
	defer patience.Stop()
	for _, answer := range answers {
		select {
		case <-answer:
		case <-patience.C:
			return fmt.Errorf("%w: %w", cache.ErrSlow, context.DeadlineExceeded)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
