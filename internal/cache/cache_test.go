package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var policy = Policy{Soft: time.Minute, Hard: time.Hour}

// source is a far side whose answers are set and whose calls are counted.
type source struct {
	calls atomic.Int64
	mu    sync.Mutex
	value int
	err   error
	delay time.Duration
}

func (s *source) set(value int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.err = value, err
}

func (s *source) load(ctx context.Context, _ string) (int, error) {
	s.calls.Add(1)
	select {
	case <-time.After(s.delay):
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value, s.err
}

func wantCalls(t *testing.T, s *source, want int64) {
	t.Helper()
	if got := s.calls.Load(); got != want {
		t.Errorf("%d loads, want %d", got, want)
	}
}

// inBubble runs f on fake time with a cache that is closed at its end.
func inBubble(t *testing.T, p Policy, s *source, f func(t *testing.T, c *Cache[string, int])) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(p, s.load)
		defer c.Close()
		f(t, c)
	})
}

func mustGet(t *testing.T, c *Cache[string, int]) Entry[int] {
	t.Helper()
	e, err := c.Get(t.Context(), "k")
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return e
}

func TestHerdOfMissesIsOneLoad(t *testing.T) {
	s := &source{value: 7, delay: time.Second}
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		var wg sync.WaitGroup
		for range 500 {
			wg.Go(func() {
				if e, err := c.Get(t.Context(), "k"); err != nil || e.Value != 7 {
					t.Errorf("got %v, %v", e.Value, err)
				}
			})
		}
		wg.Wait()
		wantCalls(t, s, 1)
	})
}

// The herd in real time, where callers reach the load after another has ended it.
func TestLateCallersOfAHerdTakeWhatWasJustStored(t *testing.T) {
	t.Parallel()
	for range 50 {
		s := &source{value: 7}
		c := New(policy, s.load)
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { _, _ = c.Get(t.Context(), "k") })
		}
		wg.Wait()
		c.Close()
		wantCalls(t, s, 1)
	}
}

func TestAgesDecideBetweenAnswerRefreshAndWait(t *testing.T) {
	tests := []struct {
		name  string
		age   time.Duration
		want  int // 1 is the old value, 2 the new one
		stale bool
		loads int64 // in all, the refresh behind included
	}{
		{"fresh", time.Minute - 1, 1, false, 1},
		{"past soft: the old one at once, the new one behind", time.Minute, 1, true, 2},
		{"just before hard", time.Hour - 1, 1, true, 2},
		{"past hard: waits for the new one", time.Hour, 2, false, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{value: 1}
			inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
				mustGet(t, c)
				s.set(2, nil)
				time.Sleep(tt.age)
				if e := mustGet(t, c); e.Value != tt.want || e.Stale != tt.stale {
					t.Errorf("value %d stale %v, want %d %v", e.Value, e.Stale, tt.want, tt.stale)
				}
				synctest.Wait()
				wantCalls(t, s, tt.loads)
				if e := mustGet(t, c); tt.loads == 2 && e.Value != 2 {
					t.Errorf("after the refresh behind: %d", e.Value)
				}
			})
		})
	}
}

func TestFailedRefreshKeepsTheValueAndItsError(t *testing.T) {
	s := &source{value: 1}
	broken := errors.New("broken")
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		loaded := time.Now()
		mustGet(t, c)
		s.set(0, broken)
		time.Sleep(2 * time.Minute)
		mustGet(t, c)
		synctest.Wait()
		e := mustGet(t, c)
		if e.Value != 1 || !e.At.Equal(loaded) || !errors.Is(e.Err, broken) || !e.ErrAt.Equal(time.Now()) || !e.Stale {
			t.Errorf("got %+v", e)
		}
		wantCalls(t, s, 2) // the error stands: the third Get began nothing
		time.Sleep(defaultRemember)
		s.set(3, nil)
		mustGet(t, c)
		synctest.Wait()
		if e := mustGet(t, c); e.Value != 3 || e.Err != nil || e.Stale {
			t.Errorf("after recovery: %+v", e)
		}
	})
}

type farError struct{ ids []string }

func (e *farError) Error() string { return "far side: " + e.ids[0] }

func TestErrorsComeBackAsTheyWere(t *testing.T) {
	original := &farError{ids: []string{"a", "b"}}
	s := &source{err: fmt.Errorf("rows: %w", original)}
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		for range 3 { // from the load, then from memory
			_, err := c.Get(t.Context(), "k")
			var far *farError
			if !errors.As(err, &far) || far != original {
				t.Fatalf("got %v", err)
			}
		}
		e, ok := c.Peek("k")
		var far *farError
		if ok || !errors.As(e.Err, &far) || far != original {
			t.Errorf("Peek: %+v %v", e, ok)
		}
		wantCalls(t, s, 1)
	})
}

func TestErrorDecidesHowLongItIsRemembered(t *testing.T) {
	tests := []struct {
		name     string
		remember time.Duration
		after    time.Duration
		loads    int64
	}{
		{"within", 10 * time.Second, 10*time.Second - 1, 1},
		{"after", 10 * time.Second, 10 * time.Second, 2},
		{"not at all", 0, 0, 2},
		{"below zero is not for ever", -time.Second, 0, 2},
		{"an hour at most", 100 * time.Hour, time.Hour, 2},
		{"longer than the hard age is fine", 50 * time.Minute, 50*time.Minute - 1, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{err: errors.New("no")}
			p := Policy{Soft: time.Second, Hard: time.Minute, Remember: func(error) time.Duration { return tt.remember }}
			inBubble(t, p, s, func(t *testing.T, c *Cache[string, int]) {
				for range 2 {
					if _, err := c.Get(t.Context(), "k"); err == nil {
						t.Fatal("no error")
					}
					time.Sleep(tt.after)
				}
				wantCalls(t, s, tt.loads)
			})
		})
	}
}

func TestErrorOutlivesTheValueBesideIt(t *testing.T) {
	s := &source{value: 1}
	p := Policy{Soft: time.Second, Hard: time.Minute, Remember: func(error) time.Duration { return time.Minute }}
	inBubble(t, p, s, func(t *testing.T, c *Cache[string, int]) {
		mustGet(t, c)
		s.set(0, errors.New("no"))
		time.Sleep(time.Minute - 1)
		mustGet(t, c)
		synctest.Wait()
		time.Sleep(time.Second) // past hard, the error still stands
		if _, err := c.Get(t.Context(), "k"); err == nil {
			t.Error("a value past its hard age was answered")
		}
		wantCalls(t, s, 2)
	})
}

func TestCallersWaitOnlySoLong(t *testing.T) {
	s := &source{value: 5, delay: 10 * time.Second}
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		start := time.Now()
		if _, err := c.Get(t.Context(), "k"); !errors.Is(err, ErrSlow) || time.Since(start) != defaultWait {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.Get(ctx, "k"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if e, err := c.Refresh(t.Context(), "k"); err != nil || e.Value != 5 {
			t.Errorf("Refresh did not wait for the load: %v %v", e, err)
		}
		wantCalls(t, s, 1)
	})
}

func TestCallerWhoLeavesTakesNothingFromTheOthers(t *testing.T) {
	s := &source{value: 5, delay: 2 * time.Second}
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		leader, leave := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() { _, err := c.Get(leader, "k"); gone <- err }()
		synctest.Wait()
		leave()
		if e := mustGet(t, c); e.Value != 5 {
			t.Errorf("follower got %d", e.Value)
		}
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("leader got %v", err)
		}
		wantCalls(t, s, 1)
	})
}

type traceKey struct{}

func TestLoadKeepsTheValuesOfItsCallerAndHasItsOwnDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(Policy{Soft: time.Second, Hard: time.Minute, Timeout: 5 * time.Second},
			func(ctx context.Context, _ string) (any, error) {
				if at, ok := ctx.Deadline(); !ok || time.Until(at) != 5*time.Second {
					t.Errorf("deadline in %v, %v", time.Until(at), ok)
				}
				return ctx.Value(traceKey{}), nil
			})
		defer c.Close()
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), traceKey{}, "id"), time.Hour)
		defer cancel()
		if e, err := c.Get(ctx, "k"); err != nil || e.Value != "id" {
			t.Errorf("got %v, %v", e.Value, err)
		}
	})
}

func TestHungLoadGivesTheKeyBack(t *testing.T) {
	s := &source{value: 5, delay: time.Hour}
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		_, err := c.Refresh(t.Context(), "k")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
}

func TestPanicInALoadIsAnError(t *testing.T) {
	t.Parallel()
	c := New(policy, func(context.Context, string) (int, error) { panic("boom") })
	defer c.Close()
	_, err := c.Get(t.Context(), "k")
	var p *PanicError
	if !errors.As(err, &p) || p.Value != "boom" || len(p.Stack) == 0 {
		t.Errorf("got %v", err)
	}
}

func TestRefreshIgnoresAgeAndRememberedErrors(t *testing.T) {
	s := &source{value: 1}
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		mustGet(t, c)
		s.set(0, errors.New("no"))
		if e, err := c.Refresh(t.Context(), "k"); err == nil || e.Value != 1 {
			t.Errorf("want the older value with the error, got %+v, %v", e, err)
		}
		s.set(2, nil)
		if e, err := c.Refresh(t.Context(), "k"); err != nil || e.Value != 2 || e.Err != nil {
			t.Errorf("got %+v, %v", e, err)
		}
		wantCalls(t, s, 3)
	})
}

func TestPutSeedsWithAnOlderTime(t *testing.T) {
	tests := []struct {
		name  string
		age   time.Duration
		found bool
		stale bool
	}{
		{"fresh", 30 * time.Second, true, false},
		{"stale", 30 * time.Minute, true, true},
		{"past hard is left out", time.Hour, false, false},
		{"from the future counts as now", -time.Hour, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inBubble(t, policy, &source{}, func(t *testing.T, c *Cache[string, int]) {
				c.Put("k", 9, time.Now().Add(-tt.age))
				if e, ok := c.Peek("k"); ok != tt.found || e.Stale != tt.stale || ok && e.Value != 9 {
					t.Errorf("got %+v, %v", e, ok)
				}
				time.Sleep(time.Hour)
				if _, ok := c.Peek("k"); ok {
					t.Error("outlived its hard age")
				}
			})
		})
	}
}

func TestPutDoesNotReplaceANewerValue(t *testing.T) {
	s := &source{value: 1}
	inBubble(t, policy, s, func(t *testing.T, c *Cache[string, int]) {
		mustGet(t, c)
		c.Put("k", 9, time.Now().Add(-time.Second))
		if e := mustGet(t, c); e.Value != 1 {
			t.Errorf("got %d", e.Value)
		}
	})
}

func TestCloseEndsLoadsAndWaitsForThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ended atomic.Bool
		c := New(policy, func(ctx context.Context, _ string) (int, error) {
			<-ctx.Done()
			time.Sleep(time.Second) // cleaning up
			ended.Store(true)
			return 0, ctx.Err()
		})
		c.Put("old", 4, time.Now())
		go func() { _, _ = c.Get(t.Context(), "k") }()
		synctest.Wait()
		c.Close()
		if !ended.Load() {
			t.Error("Close did not wait")
		}
		if _, err := c.Get(t.Context(), "other"); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
		if e, err := c.Get(t.Context(), "old"); err != nil || e.Value != 4 {
			t.Errorf("values must stay readable: %v, %v", e, err)
		}
	})
}

func TestEntriesAreCappedOldestFirst(t *testing.T) {
	t.Parallel()
	c := New(Policy{Soft: time.Minute, Hard: time.Hour, Max: 100},
		func(_ context.Context, k int) (int, error) { return k, nil })
	defer c.Close()
	for k := range 1000 {
		if _, err := c.Get(t.Context(), k); err != nil {
			t.Fatal(err)
		}
		if n := c.store.kept.ItemCount(); n > 100 {
			t.Fatalf("%d entries kept", n)
		}
	}
	if _, ok := c.Peek(999); !ok {
		t.Error("the newest was dropped")
	}
	if _, ok := c.Peek(0); ok {
		t.Error("the oldest was kept")
	}
}

func TestExpiredEntriesAreSwept(t *testing.T) {
	s := &source{value: 1}
	inBubble(t, Policy{Soft: time.Second, Hard: time.Minute}, s, func(t *testing.T, c *Cache[string, int]) {
		for k := range 50 {
			if _, err := c.Get(t.Context(), fmt.Sprint(k)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Minute)
		mustGet(t, c)
		if n := c.store.kept.ItemCount(); n != 1 {
			t.Errorf("%d entries kept", n)
		}
	})
}

func TestKeysThatPrintAlikeStayApart(t *testing.T) {
	t.Parallel()
	type pair struct{ a, b string }
	c := New(policy, func(_ context.Context, k pair) (pair, error) { return k, nil })
	defer c.Close()
	for _, k := range []pair{{"a b", "c"}, {"a", "b c"}, {`a"`, ""}, {"a", `"`}} {
		if e, err := c.Get(t.Context(), k); err != nil || e.Value != k {
			t.Errorf("%q got %q, %v", k, e.Value, err)
		}
	}
}
