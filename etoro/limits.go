package etoro

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hear takes in the budget headers of an answer that is not a 429.
func (g *gate) hear(p pass, h http.Header) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refusals = 0
	g.hearLimit(h)
	left, ok := limitHeader(h, "Remaining")
	if !ok || p.seq < g.told.seq {
		return // a later request knows better
	}
	now := g.clock.Now()
	g.told = told{left: left, seq: p.seq, until: now.Add(resetIn(h, now))}
}

// hearLimit lowers the limit to what eToro announces. What it announces beyond
// the configured limit belongs to others who use the key.
func (g *gate) hearLimit(h http.Header) {
	if limit, ok := limitHeader(h, "Limit"); ok && limit >= 1 {
		g.limit = min(limit, g.most)
	}
}

// toldLeft is what is left by eToro's own count and what was sent since.
func (g *gate) toldLeft() int { return max(g.told.left-int(g.seq-g.told.seq), 0) }

// shut closes the gate after a 429, for as long as it asks or, when it does not
// say, for a pause that grows with each 429 in a row. It returns how long the gate
// stays shut.
func (g *gate) shut(h http.Header, by *APIError) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hearLimit(h)
	now := g.clock.Now()
	if !now.Before(g.closedUntil) { // else this one was sent before the gate closed
		g.refusals++
	}
	wait, ok := retryAfter(h.Values("Retry-After"), now)
	if !ok {
		wait = clampPause(pause(shortestPause, g.refusals, rand.Float64()))
	}
	if until := now.Add(wait); until.After(g.closedUntil) {
		g.closedUntil, g.closedBy = until, by
	}
	return g.closedUntil.Sub(now)
}

// limitHeader reads RateLimit-<name> or X-RateLimit-<name>. Older drafts of the
// standard put more behind the number: "100, 100;w=60".
func limitHeader(h http.Header, name string) (int, bool) {
	for _, prefix := range [...]string{"Ratelimit-", "X-Ratelimit-"} {
		v := h.Get(prefix + name)
		if i := strings.IndexAny(v, ",;"); i >= 0 {
			v = v[:i]
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64); err == nil && n >= 0 {
			return int(min(n, 1<<40)), true
		}
	}
	return 0, false
}

// resetIn reads when eToro's count starts anew: seconds, or a unix time when it
// is that large. Never more than a window, whatever it says.
func resetIn(h http.Header, now time.Time) time.Duration {
	n, ok := limitHeader(h, "Reset")
	if !ok {
		return window
	}
	if n > 1e6 {
		n -= int(now.Unix())
	}
	return time.Duration(min(max(n, 0), 60)) * time.Second
}
