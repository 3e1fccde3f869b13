package etoro

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAPassingFailureIsRetriedWithinBounds(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 500, 502, 503, 504} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{next: always(status)}
			if status == 0 {
				s.next = refuseConnection
			}
			checkClass(t, me(t.Context(), s.client(t, 60)), ErrUnavailable)
			sent := s.times()
			if len(sent) != 3 {
				t.Fatalf("status %d: %d attempts", status, len(sent))
			}
			if a, b := sent[1].Sub(sent[0]), sent[2].Sub(sent[1]); a > 500*time.Millisecond || b > time.Second {
				t.Errorf("pauses %v and %v", a, b)
			}
		})
	}
}

func TestNoPauseEndsAfterTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: always(503, "Retry-After", "4")}
		start := time.Now()
		err := me(within(t, 6*time.Second), s.client(t, 60))
		checkClass(t, err, ErrUnavailable)
		_, _, attempts, _ := Details(err)
		if len(attempts) != 2 || time.Since(start) != 4*time.Second ||
			attempts[0].Retried != "yes: after 4s" || attempts[0].RetryAfter != 4*time.Second ||
			attempts[1].Retried != "no: a wait of 4s does not fit the deadline" {
			t.Errorf("after %v: %+v", time.Since(start), attempts)
		}
	})
}

func TestALong503IsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: always(503, "Retry-After", "60")}
		start := time.Now()
		_, _, attempts, _ := Details(me(t.Context(), s.client(t, 60)))
		if len(attempts) != 1 || time.Since(start) != 0 || attempts[0].Retried != "no: eToro asked to wait 1m0s" {
			t.Errorf("after %v: %+v", time.Since(start), attempts)
		}
	})
}

func TestTheCallersDeadlineIsItsErrorAndAnAttemptsTimeoutIsNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{took: time.Hour}
		c := s.client(t, 60)
		err := me(within(t, 3*time.Second), c)
		checkClass(t, err, context.DeadlineExceeded)
		start := time.Now()
		err = me(t.Context(), c)
		checkClass(t, err, ErrUnavailable)
		checkText(t, err, "Me", "no answer: nothing complete within 15s")
		if d := time.Since(start); d < 45*time.Second || d > 47*time.Second {
			t.Errorf("three attempts took %v", d)
		}
	})
}

func TestACallerWhoLeavesDuringThePauseIsToldSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := &script{next: always(503, "Retry-After", "5")}
		c := s.client(t, 60)
		time.AfterFunc(2*time.Second, cancel)
		err := me(ctx, c)
		_, status, attempts, _ := Details(err)
		if status != 503 || len(attempts) != 1 || attempts[0].Retried != "no: the caller left" {
			t.Errorf("%v: %+v", err, attempts)
		}
	})
}

func TestRetriesGoThroughTheGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: always(500)}
		err := me(t.Context(), s.client(t, 2))
		_, _, attempts, _ := Details(err)
		if len(attempts) != 2 || !strings.HasPrefix(attempts[1].Retried, "no: Me: not sent, the budget of this minute is spent") {
			t.Errorf("%v: %+v", err, attempts)
		}
		checkClass(t, err, ErrUnavailable)
	})
}

func TestRetriesStayBelowATenthOfTheCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const calls = 3000
		s := &script{next: func(n int) (int, http.Header, error) {
			if n%2 == 0 { // every other attempt fails, so that the breaker stays closed
				return 502, nil, nil
			}
			return 404, nil, nil
		}}
		c := s.client(t, 1_000_000)
		start := time.Now()
		for range calls {
			_ = me(t.Context(), c)
			time.Sleep(10 * time.Millisecond)
		}
		retries := len(s.times()) - calls
		floor := (maxAttempts - 1) * (1 + int(time.Since(start)/window))
		if most := calls/10 + floor; retries > most || retries < calls/20 {
			t.Errorf("%d retries for %d calls, want at most %d", retries, calls, most)
		}
	})
}

func TestALoneCallMayBeRetriedAMinuteLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: always(502)}
		c := s.client(t, 60)
		var got []int
		for range 3 {
			_, _, attempts, _ := Details(me(t.Context(), c))
			got = append(got, len(attempts))
			c.breaker.leave(false, Attempt{}, healthy) // this test is about the budget alone
		}
		time.Sleep(window)
		_, _, attempts, _ := Details(me(t.Context(), c))
		if got[0] != 3 || got[1] != 1 || got[2] != 1 || len(attempts) != 3 {
			t.Errorf("attempts %v, then %d", got, len(attempts))
		}
	})
}

func TestADeadServiceIsLeftAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: refuseConnection}
		c := s.client(t, 60)
		for range 600 {
			checkClass(t, me(t.Context(), c), ErrUnavailable)
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(s.times()); n > 20 {
			t.Errorf("600 calls in a minute made %d requests", n)
		}
	})
}

// openBreaker makes c fail until its breaker opens.
func openBreaker(t *testing.T, c *Client, s *script) *TransportError {
	t.Helper()
	for range 2 * breakAfter {
		e, ok := errors.AsType[*TransportError](me(t.Context(), c))
		if ok && e.Local {
			if n := len(s.times()); n < breakAfter {
				t.Fatalf("open after %d requests", n)
			}
			return e
		}
	}
	t.Fatal("the breaker does not open")
	return nil
}

func TestAnOpenBreakerRefusesWithTheIdOfTheLastFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: always(504)}
		e := openBreaker(t, s.client(t, 60), s)
		checkText(t, e, "Me", "not sent, eToro failed 5 times in a row, retry in 5s (request id ")
		if _, status, attempts, _ := Details(e); status != 504 || len(attempts) != 1 || attempts[0].RequestID == "" || e.RetryAfter != 5*time.Second {
			t.Errorf("%+v", e)
		}
	})
}

func TestOneProbeDecidesOverAnOpenBreaker(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		probe func(int) (int, http.Header, error)
		open  bool
	}{
		"still failing": {always(503), true},
		"a 404 is life": {always(404), false},
		"answers again": {always(200), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{next: always(503), took: time.Second}
				c := s.client(t, 60)
				openBreaker(t, c, s)
				time.Sleep(breakFor)
				before := len(s.times())
				s.next = row.probe
				done := make(chan error)
				go func() { done <- me(t.Context(), c) }()
				synctest.Wait()
				if e, ok := errors.AsType[*TransportError](me(t.Context(), c)); !ok || !e.Local {
					t.Error("a second call went out beside the probe")
				}
				<-done
				if n := len(s.times()) - before; n != 1 {
					t.Errorf("%d requests while half open", n)
				}
				e, refused := errors.AsType[*TransportError](me(t.Context(), c))
				if refused = refused && e.Local; refused != row.open {
					t.Errorf("open is %v after the probe, want %v", refused, row.open)
				}
			})
		})
	}
}

func TestAProbeWhoseCallerLeavesOrIsRefusedLetsAnotherTry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{next: always(503)}
		c := s.client(t, 6)
		openBreaker(t, c, s)
		time.Sleep(breakFor)
		s.took = time.Hour
		checkClass(t, me(within(t, time.Second), c), context.DeadlineExceeded)
		limited(t, me(t.Context(), c)) // the window is spent: refused as the probe
		time.Sleep(window)
		s.took, s.next = 0, always(200)
		if err := me(t.Context(), c); err != nil {
			t.Error(err)
		}
	})
}

func TestCallersWhoLeaveDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{took: time.Hour}
		c := s.client(t, 60)
		for range 3 * breakAfter {
			checkClass(t, me(within(t, time.Second), c), context.DeadlineExceeded)
		}
		s.took = 0
		if err := me(t.Context(), c); err != nil {
			t.Error(err)
		}
	})
}

func TestRetryAfterForms(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		values []string
		want   time.Duration // 0: unreadable
	}{
		{nil, 0}, {[]string{""}, 0}, {[]string{"soon"}, 0}, {[]string{"-5"}, 0}, {[]string{"1e3"}, 0}, {[]string{"NaN"}, 0},
		{[]string{"."}, 0}, {[]string{"1.2.3"}, 0}, {[]string{"0x10"}, 0}, {[]string{"Someday, 1"}, time.Second},
		{[]string{"7"}, 7 * time.Second}, {[]string{" 7 "}, 7 * time.Second}, {[]string{"0"}, time.Second},
		{[]string{"1.5"}, 1500 * time.Millisecond}, {[]string{"0.2"}, time.Second}, {[]string{"86400"}, 2 * time.Minute},
		{[]string{"99999999999999999999999"}, 2 * time.Minute},
		{[]string{"Mon, 05 Jan 2026 12:00:30 GMT"}, 30 * time.Second},
		{[]string{"Monday, 05-Jan-26 12:00:30 GMT"}, 30 * time.Second},
		{[]string{"Mon Jan  5 12:00:30 2026"}, 30 * time.Second},
		{[]string{"Mon, 05 Jan 2026 11:00:00 GMT"}, time.Second},
		{[]string{"Thu, 01 Jan 2099 00:00:00 GMT"}, 2 * time.Minute},
		{[]string{"3", "9", "x"}, 9 * time.Second}, {[]string{"3, 9"}, 9 * time.Second},
	} {
		got, ok := retryAfter(row.values, now)
		if got != row.want || ok != (row.want != 0) {
			t.Errorf("%q: %v %v, want %v", row.values, got, ok, row.want)
		}
	}
}

func TestPausesAreJitteredUnderADoublingBound(t *testing.T) {
	t.Parallel()
	for n, most := range map[int]time.Duration{1: 2 * time.Second, 2: 4 * time.Second, 6: 64 * time.Second, 7: longestPause, 1000: longestPause} {
		if got := pause(time.Second, n, 0); got != 0 {
			t.Errorf("least of %d: %v", n, got)
		}
		if got := pause(time.Second, n, 0.5); got != most/2 {
			t.Errorf("middle of %d: %v, want %v", n, got, most/2)
		}
	}
}
