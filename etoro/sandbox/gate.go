package sandbox

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// tools are the beginnings of User-Agents that eToro's edge refuses.
var tools = []string{"go-http-client", "curl", "wget", "python", "aiohttp", "httpx", "okhttp", "java/", "libwww", "node", "axios"}

// maxQuery is the longest query the gateway takes, in bytes.
const maxQuery = 8192

// refuse makes the answer to a request that never reaches a route.
func (s *Server) refuse(r *http.Request, rt route) (answer, bool) {
	if isTool(r.UserAgent()) {
		return edgePage(http.StatusForbidden), true
	}
	if rt.answer == nil {
		return gatewayError(http.StatusNotFound, "RouteNotFound", "Route not found"), true
	}
	if r.Method != http.MethodGet {
		a := gatewayError(http.StatusMethodNotAllowed, "MethodNotAllowed", "Method not allowed")
		a.header.Set("Allow", http.MethodGet)
		return a, true
	}
	if len(r.URL.RawQuery) > maxQuery {
		return gatewayError(http.StatusRequestURITooLong, "RequestUriTooLong", "Request URI too long"), true
	}
	id := r.Header.Get("x-request-id")
	if _, err := uuid.Parse(id); err != nil || len(id) != 36 {
		return gatewayError(http.StatusUnprocessableEntity, "RequestIdRequired", "x-request-id must be a UUID"), true
	}
	return s.refuseCredentials(r.Header)
}

func isTool(userAgent string) bool {
	userAgent = strings.ToLower(userAgent)
	for _, t := range tools {
		if strings.HasPrefix(userAgent, t) {
			return true
		}
	}
	return strings.TrimSpace(userAgent) == ""
}

func (s *Server) refuseCredentials(h http.Header) (answer, bool) {
	apiKey, userKey, bearer := h.Get("x-api-key"), h.Get("x-user-key"), h.Get("Authorization")
	if bearer != "" && (apiKey != "" || userKey != "") {
		return gatewayError(http.StatusUnprocessableEntity, "AmbiguousCredentials",
			"send either a key pair or a bearer token"), true
	}
	pair := apiKey == s.opts.APIKey && userKey == s.opts.UserKey
	if pair || bearer == "Bearer "+s.opts.AccessToken {
		return answer{}, false
	}
	return gatewayError(http.StatusUnauthorized, "Unauthorized", "Unauthorized"), true
}

// limiter counts the requests of the last minute. Refused ones do not count.
type limiter struct {
	limit int // none when negative

	mu    sync.Mutex
	times []time.Time // of the requests in the window, oldest first
}

const limitWindow = time.Minute

// budget is what the window held when a request came.
type budget struct {
	limit, left int
	spent       bool          // the request is one too many
	reset       time.Duration // until the oldest request leaves the window
}

func (l *limiter) take(now time.Time) budget {
	if l.limit < 0 {
		return budget{limit: l.limit}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.times) > 0 && !now.Before(l.times[0].Add(limitWindow)) {
		l.times = l.times[1:]
	}
	b := budget{limit: l.limit, spent: len(l.times) >= l.limit}
	if !b.spent {
		l.times = append(l.times, now)
	}
	b.left = l.limit - len(l.times)
	b.reset = l.times[0].Add(limitWindow).Sub(now)
	return b
}

// seconds rounds up, so that a client that waits them is not early.
func (b budget) seconds() string { return strconv.Itoa(int(math.Ceil(b.reset.Seconds()))) }

// describe sets the headers that tell a client its budget.
func (b budget) describe(h http.Header) {
	if b.limit < 0 {
		return
	}
	h.Set("RateLimit-Limit", strconv.Itoa(b.limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(b.left))
	h.Set("RateLimit-Reset", b.seconds())
	h.Set("RateLimit-Policy", fmt.Sprintf("%d;w=%d", b.limit, int(limitWindow.Seconds())))
}

func tooManyRequests(b budget) answer {
	a := gatewayError(http.StatusTooManyRequests, "TooManyRequests", "Too many requests")
	a.header.Set("Retry-After", b.seconds())
	return a
}
