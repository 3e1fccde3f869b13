package market

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/cache"
)

// ErrNoPrice: eToro has no price of the instrument, or its rates fail with it.
var ErrNoPrice = errors.New("market: eToro has no price of it")

const (
	gatherFor   = 50 * time.Millisecond // how long ids are gathered for one call
	callTimeout = time.Minute           // of one call, with its wait for budget
	noPriceFor  = time.Minute           // an id without a price is not asked for again
	deadFor     = time.Hour             // nor is one that makes calls fail
)

// gather has rates of it asked, together with whatever else is asked for within gatherFor, and
// returns what is closed with the answer. visitor is the context of who waits, nil for the
// poll. b.mu is held.
func (b *board) gather(it *item, visitor context.Context) <-chan struct{} {
	if it.ask.answer == nil {
		it.ask.answer = make(chan struct{})
		if b.ended {
			answer := it.ask.answer
			it.failed(cache.ErrClosed, 0)
			return answer
		}
		b.gathered = append(b.gathered, it.id)
		if len(b.gathered) == 1 {
			b.calling.Go(b.send)
		}
	}
	if visitor != nil && len(b.gathered) > 0 {
		it.ask.urgent = true
		if b.visitor == nil {
			b.visitor = visitor
		}
	}
	return it.ask.answer
}

// send asks for what was gathered. The context of the visitor lends its values, so that the
// record of what was asked is his; his leaving ends nothing.
func (b *board) send() {
	timer := time.NewTimer(gatherFor)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-b.life.Done(): // the calls fail at once
	}
	b.mu.Lock()
	ids, visitor := b.gathered, b.visitor
	b.gathered, b.visitor = nil, nil
	batches := b.batches(ids)
	b.mu.Unlock()
	if visitor == nil {
		visitor = context.Background()
	}
	visitor = context.WithoutCancel(visitor)
	for _, batch := range batches {
		b.calling.Go(func() { b.ask(visitor, batch) })
	}
}

// batches puts together what one call may ask for: 100 ids, and fewer of those that were in a
// call that failed. b.mu is held.
func (b *board) batches(ids []InstrumentID) [][]InstrumentID {
	var full [][]InstrumentID
	open := map[int][]InstrumentID{}
	for _, id := range ids {
		most := b.items[id].batch()
		open[most] = append(open[most], id)
		if len(open[most]) == most {
			full = append(full, open[most])
			delete(open, most)
		}
	}
	for _, rest := range open {
		full = append(full, rest)
	}
	return full
}

// batch is how many ids a call with it may ask for.
func (it *item) batch() int { return cmp.Or(it.ask.most, etoro.MaxRates) }

// ask gets the answer of one batch. A batch that somebody waits for goes before others.
func (b *board) ask(visitor context.Context, batch []InstrumentID) {
	ctx := visitor
	if !b.urgent(batch) {
		ctx = etoro.Background(ctx)
	}
	err := b.call(ctx, batch)
	if spoilt(err) {
		b.hunt(visitor, batch, err)
	} else if err != nil {
		b.fail(batch, err)
	}
	signal(b.kick) // the poll has something to plan with
}

func (b *board) urgent(batch []InstrumentID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(batch, func(id InstrumentID) bool { return b.items[id].ask.urgent })
}

// spoilt reports whether err is how eToro answers when one of the ids is dead. It says
// nothing else of such an answer, so the ids have to be tried apart.
func spoilt(err error) bool {
	var refused *etoro.APIError
	return errors.As(err, &refused) && !errors.Is(err, etoro.ErrRateLimited) &&
		(refused.Status == 500 || refused.Status == 400)
}

// call is one call, whose answer goes to the board.
func (b *board) call(ctx context.Context, batch []InstrumentID) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	defer context.AfterFunc(b.life, cancel)()
	rates, err := b.client.Rates(ctx, batch)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.answered, b.fails = now, 0
	for i := range rates {
		it := b.items[rates[i].ID]
		if it != nil && it.ask.answer != nil && b.putRate(it, &rates[i], now) {
			it.settle(asking{})
		}
	}
	for _, id := range batch {
		if it := b.items[id]; it.ask.answer != nil {
			it.settle(asking{err: ErrNoPrice, retryAt: now.Add(noPriceFor)})
		}
	}
	return nil
}

// settle ends the asking, with what is known from it. The board's mu is held.
func (it *item) settle(known asking) {
	close(it.ask.answer)
	it.ask = known
}

// failed ends the asking without an answer. What is known of earlier failures stays.
func (it *item) failed(err error, pause time.Duration) {
	it.settle(asking{err: err, retryAt: time.Now().Add(pause), suspect: it.ask.suspect, most: it.ask.most})
}

// fail ends the asking for those of ids that have no answer, slows the poll down, and logs
// what nobody waits for: visitors are told.
func (b *board) fail(ids []InstrumentID, err error) {
	failed, polled, next := b.putOff(ids, err)
	if !polled || b.life.Err() != nil {
		return
	}
	b.log.LogAttrs(context.Background(), failureLevel(err), "prices not read",
		slog.Int("ids", failed),
		slog.String("upstream_request_id", strings.Join(upstreamIDs(err), ",")),
		slog.Time("next_try", next),
		slog.Any("err", err))
}

func (b *board) putOff(ids []InstrumentID, err error) (failed int, polled bool, next time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range ids {
		if it := b.items[id]; it.ask.answer != nil {
			failed++
			polled = polled || !it.ask.urgent
			it.failed(err, remember(err))
		}
	}
	if failed > 0 {
		b.setback(err)
	}
	return failed, polled, b.pollAt
}

// setback keeps the poll from asking again at once. b.mu is held.
func (b *board) setback(err error) {
	b.fails++
	b.pollAt = later(b.pollAt, time.Now().Add(retryDelay(err, b.fails)))
}
