package etoro

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

const (
	maxAttempts = 3
	firstPause  = 250 * time.Millisecond
	longestWait = 10 * time.Second // a 503 that asks for more is not waited for
)

// again decides whether another attempt follows o, the nth of its call, and
// if so waits for its turn. It returns nil when none follows; why says it in words.
func (c *Client) again(ctx context.Context, op string, n int, o outcome) (*pass, string) {
	if why := o.final(); why != "" || o.Err == "" {
		return nil, why
	}
	if n >= maxAttempts {
		return nil, fmt.Sprintf("no: attempt %d is the last", n)
	}
	wait := max(pause(firstPause, n, rand.Float64()), o.RetryAfter)
	switch {
	case wait > longestWait:
		return nil, "no: eToro asked to wait " + short(wait)
	case !fits(ctx, wait):
		return nil, "no: a wait of " + short(wait) + " does not fit the deadline"
	case !c.retries.spend():
		return nil, "no: the retry budget is spent"
	}
	if err := c.clock.Sleep(ctx, wait); err != nil {
		return nil, "no: the caller left"
	}
	next, err := c.admit(ctx, op)
	if err != nil {
		return nil, "no: " + err.Error()
	}
	return &next, "yes: after " + short(wait)
}

// final says why o settles its call, "" when it does not.
func (o *outcome) final() string {
	switch {
	case o.limited != nil:
		return o.Retried
	case o.strange != nil:
		return "no: the same answer would come again"
	case o.broken != nil && callerEnded(o.broken):
		return "no: the caller left"
	case o.api != nil && !isPassing(o.Status):
		return fmt.Sprintf("no: %d is final", o.Status)
	}
	return ""
}

// isPassing reports whether a status may be another one a moment later.
func isPassing(status int) bool {
	switch status {
	case http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause is the full-jitter exponential backoff before attempt n+1: anything up
// to base doubled n times, as r in [0,1) has it.
func pause(base time.Duration, n int, r float64) time.Duration {
	most := min(base<<min(n, 16), longestPause)
	return time.Duration(r * float64(most))
}

// retryBudget keeps retries below a tenth of the calls, so that they cannot
// multiply the load on a service that is failing. A floor lets a client with
// little traffic retry one call a minute.
type retryBudget struct {
	clock Clock

	mu     sync.Mutex
	tenths int // of a retry
	last   time.Time
}

const (
	retryFloor = 10 * (maxAttempts - 1) // tenths: one call's retries
	retryMost  = 100                    // tenths: what a calm time can save up
)

func newRetryBudget(clock Clock) *retryBudget {
	return &retryBudget{clock: clock, tenths: retryFloor, last: clock.Now()}
}

// earn books a first attempt.
func (b *retryBudget) earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tenths = min(b.tenths+1, retryMost)
}

// spend takes one retry from the budget, if there is one.
func (b *retryBudget) spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	if now.Sub(b.last) >= window {
		b.tenths = max(b.tenths, retryFloor)
	}
	if b.tenths < 10 {
		return false
	}
	b.tenths -= 10
	b.last = now
	return true
}
