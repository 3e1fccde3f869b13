package stream

import (
	"math/rand/v2"
	"time"
)

// backoff makes pauses with full jitter: anything up to a bound that doubles
// each time. Clients that lost a server together so do not come back together.
type backoff struct {
	first, longest time.Duration // bounds
	bound          time.Duration // of the next pause
	random         func() float64
}

func newBackoff(l limits) backoff {
	return backoff{first: l.pause, longest: l.longPause, bound: l.pause, random: rand.Float64}
}

func (b *backoff) next() time.Duration {
	d := time.Duration(b.random() * float64(b.bound))
	b.bound = min(2*b.bound, b.longest)
	return d
}

func (b *backoff) reset() { b.bound = b.first }
