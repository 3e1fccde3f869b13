package etoro

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The prefix makes a client that forgets it, or builds absolute paths, fail.
const prefix = "/some/prefix"

const (
	canaryAPIKey  = "canary-api-key-5e1f"
	canaryUserKey = "canary-user-key-77aa"
	canaryToken   = "canary-token-c0de"
)

// far is a far side that keeps the requests it got.
type far struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
}

func newFar(t testing.TB, h http.HandlerFunc) *far {
	t.Helper()
	f := &far{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.seen = append(f.seen, r.Clone(context.Background()))
		f.mu.Unlock()
		h(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *far) requests() []*http.Request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen
}

// client returns a client of f on a clock that never makes a test wait.
func (f *far) client(t testing.TB, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{BaseURL: f.URL + prefix, APIKey: canaryAPIKey, UserKey: canaryUserKey, Product: "DeskTest/1", Clock: newJumpClock()}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// jumpClock moves to the end of each sleep at once.
type jumpClock struct {
	mu    sync.Mutex
	now   time.Time
	slept time.Duration
}

func newJumpClock() *jumpClock {
	return &jumpClock{now: time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)}
}

func (c *jumpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *jumpClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	c.now = c.now.Add(d)
	c.slept += d
	return nil
}

func sample(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func ptr[T any](v T) *T { return &v }
