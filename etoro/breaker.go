package etoro

import (
	"fmt"
	"sync"
	"time"
)

const (
	breakAfter = 5               // failing attempts in a row
	breakFor   = 5 * time.Second // then one probe
)

// verdict is what an attempt says of eToro's health.
type verdict int

const (
	neutral verdict = iota // nothing: the caller left, or nothing was sent
	healthy
	failing
)

// breaker stops calls to an eToro that is down. Open, it refuses without a
// call; after breakFor it lets one probe through, whose success closes it.
type breaker struct {
	clock Clock

	mu       sync.Mutex
	failures int // in a row
	retryAt  time.Time
	probing  bool
	last     Attempt // the latest failing one
}

// enter lets a request pass, perhaps as the probe, or refuses it.
func (b *breaker) enter(op string) (probe bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < breakAfter {
		return false, nil
	}
	wait := b.retryAt.Sub(b.clock.Now())
	if wait <= 0 && !b.probing {
		b.probing = true
		return true, nil
	}
	return false, &TransportError{
		Op:         op,
		Attempts:   []Attempt{b.last},
		Err:        fmt.Errorf("eToro failed %d times in a row", b.failures),
		Local:      true,
		RetryAfter: max(wait, shortestPause),
	}
}

// leave books how a request that entered went.
func (b *breaker) leave(probe bool, a Attempt, v verdict) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if probe {
		b.probing = false
	}
	switch v {
	case healthy:
		b.failures = 0
	case failing:
		b.failures++
		b.last = a
		b.retryAt = b.clock.Now().Add(breakFor)
	}
}
