package etoro

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// script is a far side without sockets, for tests in a synctest bubble.
type script struct {
	mu   sync.Mutex
	sent []time.Time
	took time.Duration // of each answer
	next func(n int) (status int, header http.Header, err error)
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := len(s.sent)
	s.sent = append(s.sent, time.Now())
	s.mu.Unlock()
	if err := (systemClock{}).Sleep(r.Context(), s.took); err != nil {
		return nil, err
	}
	status, header, err := http.StatusOK, http.Header(nil), error(nil)
	if s.next != nil {
		s.mu.Lock()
		status, header, err = s.next(n)
		s.mu.Unlock()
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: status, Header: header, Request: r,
		Body: io.NopCloser(strings.NewReader(`{"username":"tester"}`)),
	}, nil
}

func (s *script) times() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

func (s *script) client(t *testing.T, limit int) *Client {
	t.Helper()
	c, err := New(Options{BaseURL: "http://far.test", AccessToken: canaryToken, RateLimit: limit, Transport: s})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func always(status int, header ...string) func(int) (int, http.Header, error) {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return func(int) (int, http.Header, error) { return status, h, nil }
}

func refuseConnection(int) (int, http.Header, error) { return 0, nil, errors.New("connection refused") }

func me(ctx context.Context, c *Client) error {
	_, err := c.Me(ctx)
	return err
}

func limited(t *testing.T, err error) *RateLimitError {
	t.Helper()
	e, ok := errors.AsType[*RateLimitError](err)
	if !ok {
		t.Fatalf("%v is no RateLimitError", err)
	}
	return e
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
