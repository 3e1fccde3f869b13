package market

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/stream"
)

func TestWatchedPricesArePolledInsideTheBackgroundsShare(t *testing.T) {
	for _, tt := range []struct {
		name         string
		limit, ids   int
		least, most  int // calls in ten minutes
		longestPause time.Duration
	}{
		{"one instrument", 60, 1, 55, 61, 11 * time.Second},
		{"a hundred", 60, 100, 55, 61, 11 * time.Second},
		{"as many as the share allows in ten seconds", 60, 200, 105, 125, 11 * time.Second},
		{"many", 60, 1000, 145, 151, 41 * time.Second},
		{"a small budget", 6, 100, 14, 16, 41 * time.Second},
		{"the smallest budget", 1, 200, 7, 8, 161 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFar(manyRows(1000)...)
			f.limit = tt.limit
			running(t, f, func(t *testing.T, m *Market) {
				for first := 1; first <= tt.ids; first += MaxWatch {
					v := m.Watch(ids(first, min(first+MaxWatch-1, tt.ids)))
					defer v.Close()
					pass(700 * time.Millisecond)
				}
				pass(3 * time.Minute) // until all have fallen into step
				f.quotes.calls()
				pass(10 * time.Minute)
				calls := f.quotes.calls()
				if len(calls) < tt.least || len(calls) > tt.most {
					t.Errorf("%d calls, want %d to %d", len(calls), tt.least, tt.most)
				}
				last := map[InstrumentID]time.Time{}
				for _, c := range calls {
					if !c.background || len(c.ids) > etoro.MaxRates {
						t.Fatalf("a call for %d ids, in the background %v", len(c.ids), c.background)
					}
					for _, id := range c.ids {
						if before := last[id]; !before.IsZero() && c.at.Sub(before) > tt.longestPause {
							t.Fatalf("%d waited for %v", id, c.at.Sub(before))
						}
						last[id] = c.at
					}
				}
				if len(last) != tt.ids {
					t.Errorf("%d of %d were asked for", len(last), tt.ids)
				}
			})
		})
	}
}

func TestThePollWaitsAsLongAsItIsAskedTo(t *testing.T) {
	onRates(t, 250, func(t *testing.T, m *Market, f *far) {
		for i := range 3 {
			v := m.Watch(ids(1+i*80, 80+i*80))
			defer v.Close()
		}
		pass(time.Minute)
		f.fail(opRates, &etoro.RateLimitError{Op: opRates, RetryAfter: 2 * time.Minute})
		pass(ratesSoft)
		f.quotes.calls()
		pass(100 * time.Second)
		if n := len(f.quotes.calls()); n != 0 {
			t.Errorf("%d calls though eToro asked to wait", n)
		}
		f.fail(opRates, &etoro.APIError{Op: opRates, Status: 503})
		pass(time.Hour)
		if n := len(f.quotes.calls()); n < 11 || n > 30 {
			t.Errorf("%d calls in an hour of failure, want about one in five minutes", n)
		}
		f.fail(opRates, nil)
		pass(lastRetry + 10*time.Second)
		f.quotes.calls()
		pass(time.Minute)
		if n := len(f.quotes.calls()); n < 10 {
			t.Errorf("%d calls in a minute after it", n)
		}
	})
}

func TestAPollThatFailsIsLogged(t *testing.T) {
	f, book := newFar(manyRows(3)...), &logBook{}
	f.fail(opRates, &etoro.APIError{Op: opRates, Status: 403, Attempts: []etoro.Attempt{{RequestID: "abc"}}})
	running(t, f, func(t *testing.T, m *Market) {
		if _, err := m.Price(t.Context(), 3); !errors.Is(err, etoro.ErrUnauthorized) || strings.Contains(book.String(), "prices") {
			t.Errorf("%v is told to the visitor, not logged:\n%s", err, book)
		}
		v := m.Watch(ids(1, 2))
		defer v.Close()
		pass(unauthorizedRetry + time.Second)
		if got := book.String(); strings.Count(got, "level=ERROR") != 1 || !strings.Contains(got, `msg="prices not read" ids=2 upstream_request_id=abc`) {
			t.Errorf("log:\n%s", got)
		}
	}, func(o *Options) { o.Log = book.logger() })
}

func TestAStreamThatIsAwayForMomentsCostsNoCall(t *testing.T) {
	onWire(t, 60, func(t *testing.T, m *Market, f *far, w *wire) {
		v := m.Watch(ids(1, 50))
		defer v.Close()
		synctest.Wait()
		w.push(1, ids(1, 50)...)
		cut := errors.New("cut")
		for range 12 { // a minute
			pass(4 * time.Second)
			w.turn(stream.Reconnecting, cut)
			if _, feed := take(v); feed.Mode != FeedReconnecting || !errors.Is(feed.Err, cut) {
				t.Fatalf("the viewer sees %+v", feed)
			}
			pass(time.Second)
			w.turn(stream.Live, nil)
			w.push(2, ids(1, 50)...)
			if got, feed := take(v); feed.Mode != FeedLive || feed.Err != nil || len(got) != 50 {
				t.Fatalf("the viewer sees %d prices and %+v", len(got), feed)
			}
		}
		if n := len(f.quotes.calls()); n != 0 {
			t.Errorf("%d calls", n)
		}
		w.turn(stream.Reconnecting, cut)
		pass(ratesSoft - 1)
		if n := len(f.quotes.calls()); n != 0 {
			t.Errorf("%d calls before the prices are old", n)
		}
		pass(time.Minute)
		calls := f.quotes.calls()
		if len(calls) < 5 || len(calls) > 7 || !calls[0].background || len(calls[0].ids) != 50 {
			t.Errorf("%d calls in a minute without the stream", len(calls))
		}
		w.turn(stream.Live, nil)
		pass(time.Minute)
		if n := len(f.quotes.calls()); n != 0 {
			t.Errorf("%d calls once it is back", n)
		}
		if w.orders != 1 {
			t.Errorf("%d orders: to subscribe again is the stream's", w.orders)
		}
	})
}

func TestRefusedKeysLeaveTheRates(t *testing.T) {
	onWire(t, 60, func(t *testing.T, m *Market, f *far, w *wire) {
		v := m.Watch(ids(1, 50))
		defer v.Close()
		take(v)
		w.turn(stream.Refused, &stream.RefusedError{Code: "InvalidKey", Message: "of yours"})
		if _, feed := take(v); feed.Mode != FeedRefused || feed.Code != "InvalidKey" || !errors.Is(feed.Err, stream.ErrRefused) {
			t.Errorf("the viewer sees %+v", feed)
		}
		if pass(gatherFor); len(f.quotes.calls()) != 1 {
			t.Error("rates are not asked at once")
		}
		if got, _ := take(v); len(got) != 50 || got[7].Bid != 7 || got[7].Source != FromRates {
			t.Errorf("the viewer sees %v", got)
		}
		if f := m.Feed(); f.Mode != FeedRefused || f.Viewers != 1 || f.Connections != 1 || f.Topics != 50 {
			t.Errorf("feed %+v", f)
		}
	})
}

func TestARefusalsCodeIsOneWordOrNone(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"InvalidKey": "InvalidKey", "": "", "<b>no</b>": "", "two words": "", strings.Repeat("x", 41): "",
	} {
		if got := refusalCode(&stream.RefusedError{Code: code}); got != want {
			t.Errorf("%q is told as %q", code, got)
		}
	}
	if got := refusalCode(errors.New("other")); got != "" {
		t.Errorf("another error has the code %q", got)
	}
}

func TestAStreamThatIsSilentAboutAnInstrumentIsHelpedOut(t *testing.T) {
	onWire(t, 60, func(t *testing.T, m *Market, f *far, w *wire) {
		v := m.Watch(ids(1, 3))
		defer v.Close()
		synctest.Wait()
		w.push(1, 1, 2)
		if pass(streamPatience - 1); len(f.quotes.calls()) != 0 {
			t.Error("the stream had no chance")
		}
		pass(time.Minute)
		calls := f.quotes.calls()
		if len(calls) < 5 || !slices.Equal(calls[0].ids, ids(3, 3)) {
			t.Errorf("calls %v", calls)
		}
		w.push(1, 3)
		if pass(time.Minute); len(f.quotes.calls()) != 0 {
			t.Error("rates are asked for what the stream tells")
		}
	})
}

func TestAStreamThatEndsLeavesTheRates(t *testing.T) {
	f, w, book := newFar(manyRows(3)...), newWire(), &logBook{}
	running(t, f, func(t *testing.T, m *Market) {
		v := m.Watch(ids(1, 3))
		defer v.Close()
		if take(v); m.Feed().Mode != FeedConnecting {
			t.Errorf("at first %+v", m.Feed())
		}
		broken := errors.New("broken")
		w.fail <- broken
		if _, feed := take(v); feed.Mode != FeedPolling || !errors.Is(feed.Err, broken) {
			t.Errorf("the viewer sees %+v", feed)
		}
		if pass(gatherFor); len(f.quotes.calls()) != 1 || !strings.Contains(book.String(), "live prices ended") {
			t.Errorf("log:\n%s", book)
		}
	}, func(o *Options) { o.Stream, o.Log = w, book.logger() })
}

func TestWithoutViewersNothingIsPolled(t *testing.T) {
	onRates(t, 3, func(t *testing.T, m *Market, f *far) {
		v := m.Watch(ids(1, 3))
		if got := m.Feed(); got.Mode != FeedPolling || got.Viewers != 1 || got.Since.IsZero() {
			t.Errorf("feed %+v", got)
		}
		pass(time.Minute)
		v.Close()
		f.quotes.calls()
		if pass(time.Hour); len(f.quotes.calls()) != 0 {
			t.Error("rates are asked for nobody")
		}
	})
}
