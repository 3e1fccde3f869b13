package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const instrumentsPath = "/api/v1/market-data/instruments"

func TestGateRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	tests := []struct {
		name   string
		path   string
		change func(*http.Request)
		status int
		code   string
	}{
		{"a path that is no route", "/api/v1/market-data/quotes", nil, 404, "RouteNotFound"},
		{"a route with a trailing slash", instrumentsPath + "/", nil, 404, "RouteNotFound"},
		{"another method", instrumentsPath, func(r *http.Request) { r.Method = http.MethodPost }, 405, "MethodNotAllowed"},
		{"no request id", instrumentsPath, del("x-request-id"), 422, "RequestIdRequired"},
		{"a request id that is no UUID", instrumentsPath, put("x-request-id", "42"), 422, "RequestIdRequired"},
		{"a UUID in braces", instrumentsPath, put("x-request-id", "{"+testUUID+"}"), 422, "RequestIdRequired"},
		{"no API key", instrumentsPath, del("x-api-key"), 401, "Unauthorized"},
		{"no user key", instrumentsPath, del("x-user-key"), 401, "Unauthorized"},
		{"a wrong user key", instrumentsPath, put("x-user-key", "nope"), 401, "Unauthorized"},
		{"a wrong token", instrumentsPath, func(r *http.Request) {
			del("x-api-key")(r)
			del("x-user-key")(r)
			put("Authorization", "Bearer nope")(r)
		}, 401, "Unauthorized"},
		{"both credential styles", instrumentsPath, put("Authorization", "Bearer "+DefaultAccessToken), 422, "AmbiguousCredentials"},
		{"an encoded comma", instrumentsPath + "/rates?instrumentIds=1%2C1001", nil, 500, "UnhandledException"},
		{"an encoded comma in lower case", instrumentsPath + "?instrumentIds=1%2c1001", nil, 500, "UnhandledException"},
		{"a query that is too long", instrumentsPath + "?instrumentIds=" + strings.Repeat("1,", 5000) + "1", nil, 414, "RequestUriTooLong"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := newRequest(t, s, tt.path)
			if tt.change != nil {
				tt.change(r)
			}
			wantError(t, do(t, r), tt.status, tt.code)
		})
	}
}

func put(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func del(name string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Del(name) }
}

func TestBearerTokenOpensToo(t *testing.T) {
	t.Parallel()
	s := start(t, Options{AccessToken: "my-token"})
	r := newRequest(t, s, "/api/v1/me")
	del("x-api-key")(r)
	del("x-user-key")(r)
	put("Authorization", "Bearer my-token")(r)
	if got := do(t, r); got.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", got.StatusCode, got.body)
	}
}

func TestToolsMeetTheEdge(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for _, agent := range []string{"", " ", "Go-http-client/1.1", "curl/8.5.0", "python-requests/2.31", "Python-urllib/3.12", "Wget/1.21"} {
		got := do(t, func() *http.Request { r := newRequest(t, s, "/api/v1/me"); put("User-Agent", agent)(r); return r }())
		if got.StatusCode != http.StatusForbidden || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") ||
			!strings.Contains(string(got.body), "Attention Required!") {
			t.Errorf("%q: %d %s", agent, got.StatusCode, got.body)
		}
	}
}

// ticking is a clock that a test moves.
type ticking struct {
	mu  sync.Mutex
	now time.Time
}

func (c *ticking) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *ticking) add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

func TestBudgetIsARollingMinute(t *testing.T) {
	t.Parallel()
	clock := &ticking{now: wednesday}
	s := start(t, Options{RateLimit: 3, Now: clock.Now})
	step := func(wait time.Duration, wantStatus int, wantRemaining, wantReset string) {
		t.Helper()
		clock.add(wait)
		got := get(t, s, "/api/v1/me")
		h := got.Header
		if got.StatusCode != wantStatus || h.Get("RateLimit-Remaining") != wantRemaining || h.Get("RateLimit-Reset") != wantReset {
			t.Fatalf("status %d remaining %s reset %s", got.StatusCode, h.Get("RateLimit-Remaining"), h.Get("RateLimit-Reset"))
		}
		if h.Get("RateLimit-Limit") != "3" || h.Get("RateLimit-Policy") != "3;w=60" {
			t.Fatalf("limit %q policy %q", h.Get("RateLimit-Limit"), h.Get("RateLimit-Policy"))
		}
		retryAfter := ""
		if wantStatus == http.StatusTooManyRequests {
			retryAfter = wantReset
			wantError(t, got, wantStatus, "TooManyRequests")
		}
		if h.Get("Retry-After") != retryAfter {
			t.Fatalf("Retry-After %q", h.Get("Retry-After"))
		}
	}
	step(0, 200, "2", "60")
	step(10*time.Second, 200, "1", "50")
	step(10*time.Second, 200, "0", "40")
	step(0, 429, "0", "40")
	step(39500*time.Millisecond, 429, "0", "1") // rounded up: half a second is left
	step(500*time.Millisecond, 200, "0", "10")
	step(0, 429, "0", "10")
}

func TestRefusedRequestsCostNothing(t *testing.T) {
	t.Parallel()
	s := start(t, Options{RateLimit: 1})
	for range 3 {
		r := newRequest(t, s, "/api/v1/me")
		del("x-request-id")(r)
		if got := do(t, r); got.Header.Get("RateLimit-Limit") != "" {
			t.Fatal("a refused request was told a budget")
		}
	}
	if got := get(t, s, "/api/v1/me"); got.StatusCode != http.StatusOK {
		t.Fatalf("status %d", got.StatusCode)
	}
}

func TestLimitHoldsUnderConcurrency(t *testing.T) {
	t.Parallel()
	s := start(t, Options{RateLimit: 10})
	statuses := make(chan int, 25)
	var wg sync.WaitGroup
	for range cap(statuses) {
		r := newRequest(t, s, "/api/v1/me")
		wg.Go(func() {
			got, err := try(t, r)
			if err != nil {
				t.Error(err)
				return
			}
			statuses <- got.StatusCode
		})
	}
	wg.Wait()
	close(statuses)
	count := map[int]int{}
	for status := range statuses {
		count[status]++
	}
	if count[200] != 10 || count[429] != 15 {
		t.Fatalf("statuses %v", count)
	}
}

func TestCallsAreRecordedWithoutKeys(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	get(t, s, instrumentsPath+"/rates?instrumentIds=1,18")
	get(t, s, "/nowhere")
	get(t, s, "/api/v1/market-data/instruments/1001/history/candles/asc/OneDay/2")
	calls := s.Calls()
	want := Call{Time: wednesday, Method: "GET", Path: instrumentsPath + "/rates", RawQuery: "instrumentIds=1,18",
		Route: instrumentsPath + "/rates", RequestID: testUUID, Status: 200}
	if len(calls) != 3 || calls[0] != want || calls[1].Status != 404 || calls[1].Route != "" {
		t.Fatalf("%+v", calls)
	}
	if text := fmt.Sprint(calls); strings.Contains(text, DefaultAPIKey) || strings.Contains(text, DefaultUserKey) {
		t.Fatal("a key is in the log")
	}
	pattern := "/api/v1/market-data/instruments/{id}/history/candles/{direction}/{interval}/{count}"
	if s.CallCount(pattern) != 1 || s.CallCount("*") != 3 || s.CallCount("stream") != 0 {
		t.Fatalf("counts %d %d %d", s.CallCount(pattern), s.CallCount("*"), s.CallCount("stream"))
	}
}

func TestCallLogIsBoundedAndCountIsNot(t *testing.T) {
	t.Parallel()
	var s Server
	for i := range 5 * keptCalls {
		s.calls.add(Call{Route: "r", Status: i})
	}
	calls := s.Calls()
	if len(calls) < keptCalls || len(calls) > 2*keptCalls || calls[len(calls)-1].Status != 5*keptCalls-1 {
		t.Fatalf("%d calls kept", len(calls))
	}
	if s.CallCount("r") != 5*keptCalls {
		t.Fatalf("count %d", s.CallCount("r"))
	}
}
