package market

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
)

// running runs a market on fake time, and sees Run end well.
func running(t *testing.T, f *far, do func(t *testing.T, m *Market), change ...func(*Options)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMarket(f, change...)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- m.Run(ctx) }()
		defer func() { // also when do gives up
			stop()
			if err := <-ended; err != nil {
				t.Errorf("Run ended with %v", err)
			}
		}()
		synctest.Wait()
		do(t, m)
	})
}

func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestRunLoadsEverythingOnceAndThenEachOnItsAge(t *testing.T) {
	f := newFar(sampleRows()...)
	running(t, f, func(t *testing.T, m *Market) {
		if f.total() != 6 {
			t.Fatalf("at the start: %v", f.calls)
		}
		if l := find(t, m, Query{Box: "aapl", Limit: 1}); l.Rows[0].Quote.Price == nil || l.Rows[0].Close.Official == 0 {
			t.Errorf("not all swapped in: %+v", l.Rows[0])
		}
		for range 24 * 6 { // a day
			pass(10 * time.Minute)
			if s := m.State(); s.Age != AgeFresh {
				t.Fatalf("%s at %v", s.Age, time.Since(s.AsOf))
			}
		}
		// Each is refreshed up to a tenth early.
		for op, least := range map[string]int{opRows: 24, opCloses: 24, opQuotes: 288, "Exchanges": 1, "InstrumentTypes": 1, "StocksIndustries": 1} {
			if got := f.count(op) - 1; got < least || got > least*10/9+1 {
				t.Errorf("%s refreshed %d times, want about %d", op, got, least)
			}
		}
	})
}

func TestOnlyTheFirstLoadGoesBeforeOthers(t *testing.T) {
	f := newFar(sampleRows()...)
	running(t, f, func(t *testing.T, m *Market) {
		for op, want := range map[string]bool{opRows: false, "Exchanges": false, opQuotes: true, opCloses: true} {
			if f.inBackground(op) != want {
				t.Errorf("%s in the background: %v", op, !want)
			}
		}
		pass(time.Hour)
		if !f.inBackground(opRows) {
			t.Error("a refresh must give way")
		}
	})
}

func TestFailuresAreTriedAgainLaterAndLater(t *testing.T) {
	f := newFar(sampleRows()...)
	f.fail(opRows, &etoro.APIError{Op: opRows, Status: 503, Attempts: []etoro.Attempt{{RequestID: "abc"}, {RequestID: "def"}}})
	book := &logBook{}
	running(t, f, func(t *testing.T, m *Market) {
		if s := m.State(); s.Age != AgeLoading || s.Err == nil || !s.NextTry.After(time.Now()) || s.Source != EToro {
			t.Errorf("state %+v", s)
		}
		var gaps []time.Duration
		last, calls := time.Now(), f.count(opRows)
		for len(gaps) < 9 {
			pass(time.Until(m.State().NextTry))
			if n := f.count(opRows); n > calls {
				gaps, last, calls = append(gaps, time.Since(last)), time.Now(), n
			}
		}
		for i, gap := range gaps {
			most := min(firstRetry<<i, lastRetry)
			if gap > most || gap < most*4/5 {
				t.Errorf("try %d came after %v, want up to %v", i+2, gap, most)
			}
		}
		if f.total() != calls {
			t.Errorf("without rows nothing else is asked: %v", f.calls)
		}
		lines := strings.Count(book.String(), "refresh failed")
		if lines != calls || strings.Count(book.String(), "op=Instruments upstream_request_id=abc,def next_try=") != lines {
			t.Errorf("%d failures, %d lines:\n%s", calls, lines, book)
		}
		f.fail(opRows, nil)
		pass(5 * time.Minute)
		if s := m.State(); s.Age != AgeFresh || s.Err != nil || f.count(opQuotes) == 0 {
			t.Errorf("after recovery: %+v", s)
		}
	}, func(o *Options) { o.Log = book.logger() })
}

func TestWaitsAsLongAsEToroAsks(t *testing.T) {
	tests := []struct {
		name string
		err  error
		wait time.Duration
	}{
		{"rate limited", &etoro.RateLimitError{Op: opRows, RetryAfter: 90 * time.Second}, 90 * time.Second},
		{"breaker open", &etoro.TransportError{Op: opRows, Err: errors.New("open"), RetryAfter: time.Minute, Local: true}, time.Minute},
		{"keys refused", &etoro.APIError{Op: opRows, Status: 401}, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFar(sampleRows()...)
			f.fail(opRows, tt.err)
			running(t, f, func(t *testing.T, m *Market) {
				pass(tt.wait - 1)
				if f.count(opRows) != 1 {
					t.Errorf("%d calls too early", f.count(opRows)-1)
				}
				pass(1)
				if f.count(opRows) != 2 {
					t.Errorf("%d calls in time", f.count(opRows)-1)
				}
			})
		})
	}
}

func TestKeysRefusedAreTriedEachMinute(t *testing.T) {
	f := newFar(sampleRows()...)
	f.fail(opRows, &etoro.APIError{Op: opRows, Status: 403})
	book := &logBook{}
	running(t, f, func(t *testing.T, m *Market) {
		pass(10 * time.Minute)
		if f.count(opRows) != 11 || strings.Count(book.String(), "level=ERROR") != 11 {
			t.Errorf("%d calls, log:\n%s", f.count(opRows), book)
		}
	}, func(o *Options) { o.Log = book.logger() })
}

func TestPricesThatFailDoNotFailTheCatalogue(t *testing.T) {
	f := newFar(sampleRows()...)
	f.fail(opQuotes, &etoro.APIError{Op: opQuotes, Status: 500})
	f.fail(opCloses, &etoro.APIError{Op: opCloses, Status: 502})
	running(t, f, func(t *testing.T, m *Market) {
		s := m.State()
		if s.Age != AgeFresh || s.Err != nil {
			t.Errorf("state %+v", s)
		}
		parts := map[string]Part{}
		for _, p := range s.Parts {
			parts[p.Op] = p
		}
		if parts[opQuotes].Err == nil || parts[opCloses].Err == nil || !parts[opQuotes].At.IsZero() || parts[opRows].Err != nil {
			t.Errorf("parts %+v", parts)
		}
		if d, err := m.Instrument(t.Context(), 1001); err != nil || d.ClosesErr == nil || !d.ClosesAt.IsZero() {
			t.Errorf("%+v, %v", d, err)
		}
	})
}

func TestUpstreamDownLaterKeepsOldRowsButNotOldPrices(t *testing.T) {
	f := newFar(sampleRows()...)
	running(t, f, func(t *testing.T, m *Market) {
		down := &etoro.APIError{Op: opRows, Status: 503}
		for _, op := range []string{opRows, opQuotes, opCloses, "Exchanges", "InstrumentTypes", "StocksIndustries"} {
			f.fail(op, down)
		}
		look := func() Row { return find(t, m, Query{Box: "aapl", Limit: 1}).Rows[0] }
		pass(2 * time.Hour)
		if s := m.State(); s.Age != AgeStale || !errors.Is(s.Err, down) || look().Quote.Price == nil {
			t.Errorf("after two hours: %+v", s)
		}
		pass(25 * time.Hour)
		if row := look(); row.Quote.Price != nil || row.Close.Official == 0 {
			t.Errorf("after a day: %+v", row)
		}
		pass(7 * 24 * time.Hour)
		s, row := m.State(), look()
		if s.Age != AgeStale || !errors.Is(s.Err, down) || s.AsOf.IsZero() || row.Close.Official != 0 || row.Instrument.Exchange.Name != "Nasdaq" {
			t.Errorf("after a week: %+v %+v", s, row)
		}
	})
}

func TestAVisitorsLoadWakesRun(t *testing.T) {
	f := newFar(sampleRows()...)
	f.fail(opRows, &etoro.RateLimitError{Op: opRows, RetryAfter: 2 * time.Minute})
	running(t, f, func(t *testing.T, m *Market) {
		f.fail(opRows, nil)
		if _, err := m.rows.Refresh(t.Context(), whole{}); err != nil { // as a visitor's would, once the error is forgotten
			t.Fatal(err)
		}
		find(t, m, Query{})
		synctest.Wait()
		if f.count(opQuotes) != 1 || f.count(opRows) != 2 {
			t.Errorf("prices must follow at once: %v", f.calls)
		}
	})
}

func TestRunEndsInTheMiddleOfALoad(t *testing.T) {
	f := newFar(sampleRows()...)
	f.delay[opRows] = 50 * time.Second
	var m *Market
	running(t, f, func(t *testing.T, running *Market) { m = running; pass(time.Second) })
	if _, err := m.Find(t.Context(), Query{}); !errors.Is(err, ErrWarming) {
		t.Errorf("after the end: %v", err)
	}
}
