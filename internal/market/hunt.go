package market

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"instrumentdesk/etoro"
)

const (
	// A single dead id among a hundred is found in at most 15 calls.
	maxHuntCalls = 16
	// So many failures without a success are eToro's trouble and not an id's. One more would
	// open the client's breaker.
	maxFailures = 4
	// Calls that will follow an outage must not be cut to one id each.
	leastAfterOutage = 10
)

// hunt looks for the ids that make a call fail, by halves. What it does not get to see, it
// leaves in smaller batches to the next call. It gives way to calls that visitors wait for.
type hunt struct {
	board  *board
	ctx    context.Context
	err    error // the latest failure
	calls  int
	failed int
	fine   int
	over   bool
	alone  []InstrumentID // failed when asked for alone
}

// hunt gets the answers of a batch whose call has failed with err.
func (b *board) hunt(visitor context.Context, batch []InstrumentID, err error) {
	h := &hunt{board: b, ctx: etoro.Background(visitor), calls: 1}
	h.note(batch, err)
	h.narrow(batch)
	h.finish(batch)
}

// narrow asks for the parts of ids, which have failed together. When the left half is fine,
// the right one is not: it is cut without being asked first.
func (h *hunt) narrow(ids []InstrumentID) {
	asked := true
	for len(ids) > 1 && !h.over {
		left, right := ids[:len(ids)/2], ids[len(ids)/2:]
		if !h.spoils(left) {
			ids, asked = right, false
			continue
		}
		if h.spoils(right) {
			h.narrow(right)
		}
		ids, asked = left, true
	}
	if !asked {
		h.spoils(ids) // the first failure may have been a passing one
	}
}

// spoils asks for ids and reports whether that fails because of one of them.
func (h *hunt) spoils(ids []InstrumentID) bool {
	if h.over {
		return false
	}
	h.calls++
	h.board.charge()
	err := h.board.call(h.ctx, ids)
	switch {
	case err == nil:
		h.fine++
	case spoilt(err):
		h.note(ids, err)
	default:
		h.err = err
	}
	h.over = err != nil && !spoilt(err) || h.calls >= maxHuntCalls || h.fine == 0 && h.failed >= maxFailures
	return spoilt(err)
}

// note keeps that ids failed together: the next call will be for half as many of them.
func (h *hunt) note(ids []InstrumentID, err error) {
	h.failed++
	h.err = err
	if len(ids) == 1 {
		h.alone = append(h.alone, ids[0])
	}
	h.board.mu.Lock()
	defer h.board.mu.Unlock()
	now := time.Now()
	for _, id := range ids {
		it := h.board.items[id]
		it.ask.most = max(len(ids)/2, 1)
		if it.ask.suspect.IsZero() {
			it.ask.suspect = now
		}
	}
}

// finish condemns those that failed alone and fails the rest that has no answer.
func (h *hunt) finish(batch []InstrumentID) {
	b := h.board
	if h.fine == 0 {
		h.widen(batch)
	}
	for pause, ids := range h.condemn() {
		b.log.LogAttrs(h.ctx, slog.LevelWarn, "rates fail with these instruments, which are left out",
			slog.Any("ids", ids),
			slog.Duration("for", pause),
			slog.String("upstream_request_id", strings.Join(upstreamIDs(h.err), ",")),
			slog.Any("err", h.err))
	}
	b.fail(batch, h.err)
}

// widen makes the next calls larger again, because it seems that all fail, and slows the poll
// down.
func (h *hunt) widen(batch []InstrumentID) {
	b := h.board
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range batch {
		it := b.items[id]
		it.ask.most = max(it.ask.most, leastAfterOutage)
	}
	b.setback(h.err)
}

// condemn leaves those that failed alone out: for long when rates answered for others since
// they first failed, else for as long as what has no price, because then it may be eToro that
// fails. It returns them by how long.
func (h *hunt) condemn() map[time.Duration][]InstrumentID {
	b, out := h.board, map[time.Duration][]InstrumentID{}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range h.alone {
		it := b.items[id]
		pause := noPriceFor
		if h.fine > 0 || b.answered.After(it.ask.suspect) {
			pause = deadFor
		}
		out[pause] = append(out[pause], id)
		it.failed(fmt.Errorf("%w: %w", ErrNoPrice, h.err), pause)
	}
	return out
}

// charge puts the poll off for one more call in its share of the budget.
func (b *board) charge() {
	gap := b.gap()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.charged(gap)
}
