package etoro

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// checkWindows fails when any rolling minute holds more than limit of the times.
func checkWindows(t *testing.T, sent []time.Time, limit int) {
	t.Helper()
	for i := limit; i < len(sent); i++ {
		if d := sent[i].Sub(sent[i-limit]); d < window {
			t.Fatalf("requests %d to %d, %d of them, went out within %v", i-limit, i, limit+1, d)
		}
	}
}

func TestNoRollingMinuteHoldsMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 7, 60} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{next: func(int) (int, http.Header, error) {
				return []int{200, 200, 200, 404, 502}[rand.IntN(5)], nil, nil
			}}
			c := s.client(t, limit)
			var wg sync.WaitGroup
			for range 5000 {
				time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
				wg.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(20))*time.Second)
					defer cancel()
					if rand.IntN(3) == 0 {
						ctx = Background(ctx)
					}
					_ = me(ctx, c)
				})
			}
			wg.Wait()
			checkWindows(t, s.times(), limit)
			// 5000 × 150 ms are 12.5 minutes: most of the budget has to be used, too.
			if n := len(s.times()); n < limit*10 {
				t.Errorf("limit %d: only %d requests went out", limit, n)
			}
		})
	}
}

func TestASlotIsTakenUntilAMinuteAfterTheAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{took: 10 * time.Second}
		c := s.client(t, 1)
		if err := me(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(55*time.Second - time.Nanosecond)
		if e := limited(t, me(t.Context(), c)); !e.Local || e.API != nil || e.RetryAfter != 5*time.Second+time.Nanosecond {
			t.Errorf("refusal %+v", e)
		}
		time.Sleep(time.Nanosecond)
		if err := me(t.Context(), c); err != nil {
			t.Errorf("a wait of 5 s was refused: %v", err)
		}
		if d := s.times()[1].Sub(s.times()[0]); d != 70*time.Second {
			t.Errorf("second request after %v", d)
		}
	})
}

func TestAWaitPastTheDeadlineIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := (&script{}).client(t, 1)
		if err := me(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(57 * time.Second)
		start := time.Now()
		e := limited(t, me(within(t, 2*time.Second), c))
		if e.RetryAfter != 3*time.Second || time.Since(start) != 0 {
			t.Errorf("%+v after %v", e, time.Since(start))
		}
	})
}

func TestWaitersTakeTheirTurnsAndLatecomersAreRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := (&script{}).client(t, 2)
		for range 2 {
			if err := me(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(58 * time.Second)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := me(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if e := limited(t, me(t.Context(), c)); e.RetryAfter < window {
			t.Errorf("the third of two slots was promised in %v", e.RetryAfter)
		}
		wg.Wait()
	})
}

func TestBackgroundMaySpendAThirdAndWaitsForMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		c := s.client(t, 9)
		ctx := Background(t.Context())
		start := time.Now()
		for range 4 {
			if err := me(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		if d := time.Since(start); d != window {
			t.Errorf("the fourth background request went out after %v", d)
		}
		for range 2 {
			if err := me(ctx, c); err != nil {
				t.Fatal(err)
			}
		}
		if e := limited(t, me(Background(within(t, time.Second)), c)); !e.Local || e.RetryAfter != window {
			t.Errorf("%+v", e)
		}
		for range 6 {
			if err := me(t.Context(), c); err != nil {
				t.Errorf("background kept others from the rest: %v", err)
			}
		}
	})
}

func TestBackgroundHasOneRequestOfTheSmallestLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		if err := me(Background(within(t, time.Second)), (&script{}).client(t, 1)); err != nil {
			t.Error(err)
		}
	})
}

func TestBackgroundGivesWayToWaitingCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var order []string
		c := (&script{}).client(t, 3)
		call := func(ctx context.Context, name string) {
			if err := me(ctx, c); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
		}
		for i := range 3 {
			time.Sleep(time.Duration(i) * time.Second)
			call(t.Context(), "first")
		}
		time.Sleep(54 * time.Second)
		var wg sync.WaitGroup
		wg.Go(func() { call(Background(t.Context()), "background") })
		time.Sleep(2500 * time.Millisecond)
		wg.Go(func() { call(t.Context(), "interactive") })
		wg.Wait()
		if order[3] != "interactive" || order[4] != "background" {
			t.Errorf("order %v", order)
		}
	})
}

func TestNothingIsSentBeforeRetryAfterHasPassed(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for name, row := range map[string]struct {
		header func() string // in the bubble's time
		want   time.Duration
	}{
		"seconds":  {func() string { return "5" }, 5 * time.Second},
		"date":     {func() string { return at(9 * time.Second) }, 9 * time.Second},
		"past":     {func() string { return at(-time.Hour) }, time.Second},
		"zero":     {func() string { return "0" }, time.Second},
		"far away": {func() string { return "Fri, 01 Jan 2099 00:00:00 GMT" }, 2 * time.Minute},
		"huge":     {func() string { return "99999999999999999999" }, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{next: func(n int) (int, http.Header, error) {
					if n > 0 {
						return 200, nil, nil
					}
					return 429, http.Header{"Retry-After": {row.header()}}, nil
				}}
				c := s.client(t, 60)
				first := limited(t, me(t.Context(), c))
				if first.Local || first.RetryAfter != row.want || len(first.API.Attempts) != 1 || first.API.Attempts[0].RetryAfter != row.want {
					t.Fatalf("%+v", first)
				}
				time.Sleep(row.want - time.Nanosecond)
				second := limited(t, me(Background(t.Context()), c))
				if !second.Local || second.API != first.API || second.RetryAfter != time.Nanosecond || c.Budget().Closed != time.Nanosecond {
					t.Errorf("%+v, %+v", second, c.Budget())
				}
				time.Sleep(time.Nanosecond)
				if err := me(t.Context(), c); err != nil || c.Budget().Closed != 0 {
					t.Errorf("%v, %+v", err, c.Budget())
				}
				if d := s.times()[1].Sub(s.times()[0]); d != row.want {
					t.Errorf("next request after %v", d)
				}
			})
		})
	}
}

func TestA429AlsoTurnsAwayThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{took: 2 * time.Second}
		c := s.client(t, 2)
		if err := me(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(58 * time.Second)
		s.next, s.took = always(429, "Retry-After", "30"), time.Second
		var wg sync.WaitGroup
		wg.Go(func() { limited(t, me(t.Context(), c)) })
		synctest.Wait()
		wg.Go(func() { // its slot opens in 2 s, the 429 comes in 1 s
			if e := limited(t, me(t.Context(), c)); !e.Local || e.API == nil {
				t.Errorf("%+v", e)
			}
		})
		wg.Wait()
		if n := len(s.times()); n != 2 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestPausesGrowWhen429sDoNotSayHowLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: always(429)}
		c := s.client(t, 60)
		for i := range 10 {
			e := limited(t, me(t.Context(), c))
			most := min(2*time.Second<<i, longestPause)
			if e.Local || e.RetryAfter < time.Second || e.RetryAfter > most {
				t.Errorf("429 number %d: %+v, want at most %v", i+1, e, most)
			}
			time.Sleep(e.RetryAfter)
		}
		if c.gate.refusals != 10 {
			t.Errorf("%d refusals counted", c.gate.refusals)
		}
		s.next = always(200)
		if err := me(t.Context(), c); err != nil || c.gate.refusals != 0 {
			t.Errorf("after a success: %v, %d", err, c.gate.refusals)
		}
	})
}

func TestSimultaneous429sAreOneRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := (&script{took: time.Millisecond, next: always(429)}).client(t, 60)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { limited(t, me(t.Context(), c)) })
		}
		wg.Wait()
		if c.gate.refusals != 1 {
			t.Errorf("%d refusals counted", c.gate.refusals)
		}
	})
}

func TestBudgetHeadersOnlyLower(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		header      []string
		limit, left int
		reset       time.Duration // until the told count is forgotten
	}{
		"none":                  {nil, 60, 59, 0},
		"higher":                {[]string{"RateLimit-Limit", "120", "RateLimit-Remaining", "100", "RateLimit-Reset", "30"}, 60, 59, 0},
		"lower limit":           {[]string{"RateLimit-Limit", "20"}, 20, 19, 0},
		"older form":            {[]string{"RateLimit-Limit", "20, 20;w=60"}, 20, 19, 0},
		"lower count":           {[]string{"RateLimit-Remaining", "3", "RateLimit-Reset", "30"}, 60, 3, 30 * time.Second},
		"other name, unix time": {[]string{"X-RateLimit-Remaining", "3", "X-RateLimit-Reset", "epoch+30"}, 60, 3, 30 * time.Second},
		"no reset":              {[]string{"RateLimit-Remaining", "0"}, 60, 0, window},
		"huge reset":            {[]string{"RateLimit-Remaining", "0", "RateLimit-Reset", "99999"}, 60, 0, window},
		"nonsense":              {[]string{"RateLimit-Limit", "0", "RateLimit-Remaining", "-4", "RateLimit-Reset", "x"}, 60, 59, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for i, v := range row.header {
					if v == "epoch+30" {
						row.header[i] = strconv.FormatInt(time.Now().Unix()+30, 10)
					}
				}
				c := (&script{next: always(200, row.header...)}).client(t, 60)
				if err := me(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				if b := c.Budget(); b.Limit != row.limit || b.Left != row.left || b.Spent != 1 || b.Reset != window {
					t.Errorf("%+v", b)
				}
				time.Sleep(row.reset)
				if b := c.Budget(); b.Left < row.limit-1 {
					t.Errorf("after the reset: %+v", b)
				}
			})
		})
	}
}

func TestAToldCountIsSpentByWhatIsSentAfterIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: func(n int) (int, http.Header, error) {
			if n > 0 {
				return 200, nil, nil
			}
			return 200, http.Header{"Ratelimit-Remaining": {"2"}, "Ratelimit-Reset": {"40"}}, nil
		}}
		c := s.client(t, 60)
		for range 3 {
			if err := me(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		if e := limited(t, me(t.Context(), c)); !e.Local || e.RetryAfter != 40*time.Second {
			t.Errorf("%+v", e)
		}
		time.Sleep(40 * time.Second)
		if err := me(t.Context(), c); err != nil {
			t.Errorf("after the reset: %v", err)
		}
	})
}

func TestAFreeSlotIsLeftToAWaitingCall(t *testing.T) {
	t.Parallel()
	clock := newJumpClock()
	g := newGate(60, clock)
	if wait := g.opensIn(clock.Now(), background, 1); wait != 0 {
		t.Errorf("nobody waits, background waits %v", wait)
	}
	g.waiting[interactive] = 1
	if wait := g.opensIn(clock.Now(), background, 1); wait != yield {
		t.Errorf("a call waits, background waits %v", wait)
	}
}

func TestAnAnswerThatWasOvertakenDoesNotRaiseTheCount(t *testing.T) {
	t.Parallel()
	g := newGate(60, newJumpClock())
	first, second := g.take(interactive), g.take(interactive)
	header := func(left string) http.Header { return http.Header{"Ratelimit-Remaining": {left}} }
	g.hear(second, header("3"))
	g.hear(first, header("50"))
	if b := g.budget(); b.Left != 3 || b.Spent != 2 || b.Reset != window {
		t.Errorf("%+v", b)
	}
}
