package etoro

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	shortestPause = time.Second
	longestPause  = 2 * time.Minute
)

// retryAfter reads the values of Retry-After, as seconds or as an HTTP date,
// and clamps the wait to 1 s … 2 min. Of several readable values the longest
// counts; ok is false when none is readable.
func retryAfter(values []string, now time.Time) (wait time.Duration, ok bool) {
	for _, v := range values {
		if d, readable := oneRetryAfter(v, now); readable {
			wait, ok = max(wait, d), true
			continue
		}
		// Proxies join repeated fields with commas; a date has one itself.
		for part := range strings.SplitSeq(v, ",") {
			if d, readable := seconds(part); readable {
				wait, ok = max(wait, d), true
			}
		}
	}
	if !ok {
		return 0, false
	}
	return clampPause(wait), true
}

func oneRetryAfter(v string, now time.Time) (time.Duration, bool) {
	if d, ok := seconds(v); ok {
		return d, true
	}
	at, err := http.ParseTime(strings.TrimSpace(v))
	if err != nil {
		return 0, false
	}
	return at.Sub(now), true
}

// seconds reads digits with an optional fraction: no sign, no exponent.
func seconds(v string) (time.Duration, bool) {
	v = strings.TrimSpace(v)
	if strings.Trim(v, "0123456789.") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return 0, false
	}
	// Beyond an hour the exact value matters to nobody, and Duration overflows.
	return time.Duration(min(f, 3600) * float64(time.Second)), true
}

func clampPause(d time.Duration) time.Duration { return min(max(d, shortestPause), longestPause) }
