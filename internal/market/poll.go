package market

import (
	"context"
	"slices"
	"time"
)

const (
	releaseAfter = 30 * time.Second // an instrument that nobody watches stays subscribed
	// streamPatience is how long the stream may be away, or silent about an instrument that it
	// was just asked for, before rates are asked instead.
	streamPatience = 5 * time.Second
	lookAround     = time.Minute // what nobody asks for any more is forgotten then at the latest
)

// chores are what the board has to do at one moment.
type chores struct {
	subscribe, unsubscribe []InstrumentID
	next                   time.Time // when to look again
}

// run subscribes what is watched, releases what is not, and asks rates for what the stream
// does not tell, until ctx ends.
func (b *board) run(ctx context.Context) {
	for {
		c := b.look(b.gap())
		if b.stream != nil {
			b.order(c)
		}
		timer := time.NewTimer(time.Until(c.next))
		select {
		case <-ctx.Done():
		case <-b.kick:
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

func (b *board) order(c chores) {
	if len(c.unsubscribe) > 0 {
		b.stream.Unsubscribe(c.unsubscribe...)
	}
	if len(c.subscribe) > 0 {
		b.stream.Subscribe(c.subscribe...)
	}
}

// gap is the least time between two calls of the poll: three quarters of what the client
// lets background calls spend, so that the catalogue keeps the rest.
func (b *board) gap() time.Duration {
	share := max(b.client.Budget().Limit/3, 1)
	return time.Minute * 4 / 3 / time.Duration(share)
}

// charged notes one call of the poll. b.mu is held.
func (b *board) charged(gap time.Duration) {
	if now := time.Now(); b.pollAt.Before(now) {
		b.pollAt = now
	}
	b.pollAt = b.pollAt.Add(gap)
}

// look finds what is to be done, and begins the poll that is due.
func (b *board) look(gap time.Duration) chores {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	c := chores{next: now.Add(lookAround)}
	var polled []*item
	for id, it := range b.items {
		released := it.left.Add(releaseAfter)
		switch watched := len(it.watchers) > 0; {
		case watched:
			if !it.subscribed {
				it.subscribed = true
				c.subscribe = append(c.subscribe, id)
			}
			if !b.current(it) && it.ask.answer == nil {
				polled = append(polled, it)
			}
		case it.subscribed && now.Before(released):
			c.next = earlier(c.next, released)
		case it.subscribed:
			b.release(it, now)
			c.unsubscribe = append(c.unsubscribe, id)
		case it.forgettable(now):
			delete(b.items, id)
		}
	}
	c.next = earlier(c.next, b.poll(polled, now, gap))
	return c
}

func (b *board) release(it *item, now time.Time) {
	if b.current(it) {
		it.checked = now
	}
	it.subscribed, it.streamed = false, false
}

// forgettable: nobody asked for long, nothing is on its way, and there is no verdict that
// spares eToro from being asked.
func (it *item) forgettable(now time.Time) bool {
	return now.Sub(it.touched) >= keepFor && it.ask.answer == nil && !now.Before(it.ask.retryAt)
}

// poll begins one call if it is due, for the oldest prices, and returns when the next one is.
// Those that will be due soon come along, so that all keep one step. b.mu is held.
func (b *board) poll(items []*item, now time.Time, gap time.Duration) time.Time {
	slices.SortFunc(items, func(a, c *item) int {
		if order := b.due(a).Compare(b.due(c)); order != 0 {
			return order
		}
		return int(a.id - c.id)
	})
	if len(items) == 0 {
		return now.Add(lookAround)
	}
	if first := later(b.due(items[0]), b.pollAt); first.After(now) {
		return first
	}
	picked, most := 0, items[0].batch()
	for _, it := range items {
		if picked == most || b.due(it).After(now.Add(ratesSoft/2)) {
			break
		}
		if it.batch() == most {
			b.gather(it, nil)
			picked++
		}
	}
	b.charged(gap)
	return b.pollAt
}

// due is when a watched item is to be asked for: once the stream had its chance, and what is
// known is old. b.mu is held.
func (b *board) due(it *item) time.Time {
	at := later(it.checked.Add(ratesSoft), it.ask.retryAt)
	if b.feed.Mode == FeedPolling || b.feed.Mode == FeedRefused {
		return at
	}
	return later(at, later(it.since, b.turned).Add(streamPatience))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
