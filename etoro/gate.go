package etoro

import (
	"context"
	"sync"
	"time"
)

const (
	window  = time.Minute            // the span that eToro counts requests over
	maxWait = 5 * time.Second        // how long an interactive call waits for a slot
	recheck = time.Second            // how often a waiting call looks whether things changed
	yield   = 100 * time.Millisecond // how long background steps back while others wait
)

// lane is the class of a call.
type lane int

const (
	interactive lane = iota
	background
	lanes
)

// gate keeps the requests of any rolling minute below the limit.
//
// A request counts from when it is sent until a minute after its answer: eToro
// counts it somewhere in between, so no delay on the way can make eToro see
// more in a minute than the limit.
type gate struct {
	clock Clock
	most  int // the configured limit

	mu      sync.Mutex
	limit   int     // most, or less where eToro announces less
	seq     uint64  // number of the latest request
	spent   []spent // answered within the window, oldest first
	flying  [lanes]int
	waiting [lanes]int
	told    told

	closedUntil time.Time
	closedBy    *APIError
	refusals    int // 429s in a row, one per closure
}

// spent is an answered request.
type spent struct {
	at   time.Time
	lane lane
}

// told is eToro's own count, as the answer to request seq had it.
type told struct {
	left  int
	seq   uint64
	until time.Time
}

// pass is the right to send one request.
type pass struct {
	seq   uint64
	lane  lane
	probe bool // the breaker's
}

func newGate(limit int, clock Clock) *gate { return &gate{clock: clock, most: limit, limit: limit} }

// enter waits for a slot. It refuses at once when the gate is shut, or when the
// slot opens too late: after ctx's deadline, or for an interactive call after
// maxWait. A background call waits as long as its ctx lets it.
func (g *gate) enter(ctx context.Context, op string) (pass, error) {
	l := laneOf(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	giveUp := g.clock.Now().Add(maxWait)
	ahead := g.waiting[l] // who waits already goes first
	g.waiting[l]++
	defer func() { g.waiting[l]-- }()
	for ; ; ahead = 0 {
		if err := ctx.Err(); err != nil {
			return pass{}, &TransportError{Op: op, Err: err}
		}
		now := g.clock.Now()
		if shut := g.closedUntil.Sub(now); shut > 0 {
			return pass{}, &RateLimitError{RetryAfter: shut, Local: true, Op: op, API: g.closedBy}
		}
		wait := g.opensIn(now, l, ahead+1)
		if wait <= 0 {
			return g.take(l), nil
		}
		if !fits(ctx, wait) || (l == interactive && now.Add(wait).After(giveUp)) {
			return pass{}, &RateLimitError{RetryAfter: wait, Local: true, Op: op}
		}
		g.mu.Unlock()
		_ = g.clock.Sleep(ctx, min(wait, recheck)) // its error is ctx's, which is looked at next
		g.mu.Lock()
	}
}

func (g *gate) take(l lane) pass {
	g.seq++
	g.flying[l]++
	return pass{seq: g.seq, lane: l}
}

// leave books that the request of p is over.
func (g *gate) leave(p pass) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.flying[p.lane]--
	g.spent = append(g.spent, spent{g.clock.Now(), p.lane})
}

// opensIn tells when n more requests of lane l may be sent, 0 for now.
func (g *gate) opensIn(now time.Time, l lane, n int) time.Duration {
	g.forget(now)
	all := make([]time.Time, len(g.spent))
	for i, s := range g.spent {
		all[i] = s.at
	}
	wait := slotIn(now, all, g.flying[interactive]+g.flying[background], g.limit, n)
	if now.Before(g.told.until) && g.toldLeft() < n {
		wait = max(wait, g.told.until.Sub(now))
	}
	if l != background {
		return wait
	}
	if g.waiting[interactive] > 0 {
		wait = max(wait, yield)
	}
	own := all[:0]
	for _, s := range g.spent {
		if s.lane == background {
			own = append(own, s.at)
		}
	}
	return max(wait, slotIn(now, own, g.flying[background], max(g.limit/3, 1), n))
}

// slotIn tells when n slots of limit are free, given when the answered requests
// ended and how many are still under way.
func slotIn(now time.Time, ended []time.Time, flying, limit, n int) time.Duration {
	missing := n - (limit - len(ended) - flying)
	switch {
	case missing <= 0:
		return 0
	case missing > len(ended): // some of them are not even answered
		return window
	}
	return ended[missing-1].Add(window).Sub(now)
}

// forget drops what left the window.
func (g *gate) forget(now time.Time) {
	i := 0
	for i < len(g.spent) && now.Sub(g.spent[i].at) >= window {
		i++
	}
	g.spent = g.spent[i:]
}

func (g *gate) budget() Budget {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	g.forget(now)
	b := Budget{
		Limit:  g.limit,
		Spent:  len(g.spent) + g.flying[interactive] + g.flying[background],
		Closed: max(g.closedUntil.Sub(now), 0),
	}
	b.Left = max(b.Limit-b.Spent, 0)
	if now.Before(g.told.until) {
		b.Left = min(b.Left, g.toldLeft())
	}
	if len(g.spent) > 0 {
		b.Reset = g.spent[0].at.Add(window).Sub(now)
	} else if b.Spent > 0 {
		b.Reset = window
	}
	return b
}
