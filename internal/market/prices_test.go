package market

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/stream"
	"instrumentdesk/internal/cache"
)

func TestWhoAsksWithinAMomentSharesACall(t *testing.T) {
	onRates(t, 300, func(t *testing.T, m *Market, f *far) {
		var all sync.WaitGroup
		for i := range 5 { // 40 ms apart in all
			all.Go(func() {
				got, err := m.Prices(t.Context(), ids(1+i*10, 60+i*10))
				if err != nil || len(got) != 60 || got[60].Bid != 60 || got[60].Source != FromRates {
					t.Errorf("%d prices, %v", len(got), err)
				}
			})
			pass(10 * time.Millisecond)
		}
		v := m.Watch(ids(1, 100))
		defer v.Close()
		all.Wait()
		calls := f.quotes.calls()
		if len(calls) != 1 || !slices.Equal(calls[0].ids, ids(1, 100)) || calls[0].background {
			t.Errorf("calls %v", calls)
		}
	})
}

func TestACallAsksForAHundredIdsAtMost(t *testing.T) {
	onRates(t, 300, func(t *testing.T, m *Market, f *far) {
		begun := time.Now()
		var all sync.WaitGroup
		for i := range 3 {
			all.Go(func() {
				if got, err := m.Prices(t.Context(), ids(1+i*90, 100+i*90)); len(got) != 100 || err != nil {
					t.Errorf("%d prices, %v", len(got), err)
				}
			})
		}
		all.Wait()
		asked := map[InstrumentID]bool{}
		calls := f.quotes.calls()
		for _, c := range calls {
			for _, id := range c.ids {
				if asked[id] {
					t.Errorf("%d was asked for twice", id)
				}
				asked[id] = true
			}
			if len(c.ids) > etoro.MaxRates || !c.at.Equal(begun.Add(gatherFor)) {
				t.Errorf("a call for %d ids after %v", len(c.ids), c.at.Sub(begun))
			}
		}
		if len(calls) != 3 || len(asked) != 280 {
			t.Errorf("%d calls for %d ids", len(calls), len(asked))
		}
	})
}

func TestAPriceAges(t *testing.T) {
	onRates(t, 2, func(t *testing.T, m *Market, f *far) {
		first := price(t, m, 1)
		if begun := first.Read; time.Since(begun) != 0 || first.Bid != 1 || first.Ask != 2 {
			t.Errorf("the first is waited for: %+v", first)
		}
		pass(ratesSoft - 1)
		price(t, m, 1)
		if n := len(f.quotes.calls()); n != 1 {
			t.Errorf("%d calls while it is young", n)
		}
		f.quotes.tell(etoro.Rate{ID: 1, Bid: 5, Date: time.Now()})
		pass(1)
		if got := price(t, m, 1); got != first {
			t.Errorf("an older one is answered at once: %+v", got)
		}
		pass(gatherFor)
		if got := price(t, m, 1); got.Bid != 5 || len(f.quotes.calls()) != 1 {
			t.Errorf("it was read anew behind the answer: %+v", got)
		}
		down := &etoro.APIError{Op: opRates, Status: 503}
		f.fail(opRates, down)
		pass(ratesHard - 1)
		price(t, m, 1)
		pass(gatherFor)
		if got, err := m.Price(t.Context(), 1); got != (Live{}) || !errors.Is(err, down) {
			t.Errorf("past the hard age: %+v, %v", got, err)
		}
	})
}

func TestAnOlderPriceComesWithTheReason(t *testing.T) {
	onRates(t, 2, func(t *testing.T, m *Market, f *far) {
		price(t, m, 1)
		f.quotes.calls()
		f.fail(opRates, &etoro.RateLimitError{Op: opRates, RetryAfter: time.Minute})
		pass(ratesSoft)
		price(t, m, 1)
		for range 50 {
			pass(time.Second)
			got, err := m.Price(t.Context(), 1)
			if got.Bid != 1 || !errors.Is(err, etoro.ErrRateLimited) {
				t.Fatalf("%+v, %v", got, err)
			}
		}
		found, err := m.Prices(t.Context(), ids(1, 1))
		if found[1].Bid != 1 || !errors.Is(err, etoro.ErrRateLimited) {
			t.Errorf("%v, %v", found, err)
		}
		if n := len(f.quotes.calls()); n != 1 {
			t.Errorf("%d calls though eToro asked to wait", n)
		}
		f.fail(opRates, nil)
		pass(11 * time.Second)
		if _, err := m.Price(t.Context(), 1); err == nil {
			t.Error("what is shown is still old")
		}
		pass(gatherFor)
		if got := price(t, m, 1); time.Since(got.Read) > time.Second {
			t.Errorf("not read once the wait is over: %+v", got)
		}
	})
}

func TestAVisitorWaitsThreeSecondsAtMost(t *testing.T) {
	onRates(t, 3, func(t *testing.T, m *Market, f *far) {
		f.delay[opRates] = 5 * time.Second
		begun := time.Now()
		got, err := m.Price(t.Context(), 1)
		if got != (Live{}) || !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != pricePatience {
			t.Errorf("%+v, %v after %v", got, err, time.Since(begun))
		}
		pass(3 * time.Second)
		if got := price(t, m, 1); got.Bid != 1 || len(f.quotes.calls()) != 1 {
			t.Errorf("the call went on: %+v", got)
		}
		ctx, leave := context.WithCancel(t.Context())
		leave()
		if _, err := m.Price(ctx, 2); !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v", err)
		}
		pass(10 * time.Second)
		if got := price(t, m, 2); got.Bid != 2 {
			t.Errorf("his call went on too: %+v", got)
		}
	})
}

func TestWhatHasNoPriceIsNotAskedForAgainForAMinute(t *testing.T) {
	onRates(t, 5, func(t *testing.T, m *Market, f *far) {
		f.quotes.lack(1)
		f.quotes.tell(etoro.Rate{ID: 2, Date: time.Now()}) // never quoted
		found, err := m.Prices(t.Context(), ids(1, 3))
		if err != nil || len(found) != 1 || found[3].Bid != 3 {
			t.Errorf("%v, %v", found, err)
		}
		v := m.Watch(ids(1, 2))
		defer v.Close()
		f.quotes.calls()
		for range 58 {
			pass(time.Second)
			for id := range InstrumentID(2) {
				if got, err := m.Price(t.Context(), id+1); got != (Live{}) || !errors.Is(err, ErrNoPrice) {
					t.Fatalf("%+v, %v", got, err)
				}
			}
		}
		if n := len(f.quotes.calls()); n != 0 {
			t.Errorf("%d calls", n)
		}
		f.quotes.lack()
		pass(3 * time.Second)
		if got := price(t, m, 1); got.Bid != 1 {
			t.Errorf("after a minute: %+v", got)
		}
	})
}

func TestUnknownInstrumentsCostNothing(t *testing.T) {
	onRates(t, 5, func(t *testing.T, m *Market, f *far) {
		for _, id := range []InstrumentID{-1, 0, 6} {
			if _, err := m.Price(t.Context(), id); !errors.Is(err, ErrUnknown) {
				t.Errorf("%d: %v", id, err)
			}
		}
		if found, err := m.Prices(t.Context(), []InstrumentID{-1, 0, 6}); len(found) != 0 || err != nil {
			t.Errorf("%v, %v", found, err)
		}
		if n := len(f.quotes.calls()); n != 0 {
			t.Errorf("%d calls", n)
		}
	})
}

func TestWhatTheStreamKeepsCurrentIsNotAskedFor(t *testing.T) {
	onWire(t, 5, func(t *testing.T, m *Market, f *far, w *wire) {
		v := m.Watch(ids(1, 1))
		defer v.Close()
		synctest.Wait()
		w.push(9, 1)
		pass(24 * time.Hour) // a quiet market
		if got := price(t, m, 1); got.Bid != 9 || got.Source != FromStream || len(f.quotes.calls()) != 0 {
			t.Errorf("%+v", got)
		}
		w.turn(stream.Reconnecting, errors.New("cut"))
		price(t, m, 1)
		pass(gatherFor)
		if n := len(f.quotes.calls()); n != 0 {
			t.Errorf("%d calls: it was the latest a moment ago", n)
		}
	})
}

func TestWithoutACatalogueThereIsNoPrice(t *testing.T) {
	t.Parallel()
	f := newFar()
	f.fail(opRows, &etoro.APIError{Op: opRows, Status: 503})
	m := newMarket(f)
	defer m.close()
	if _, err := m.Price(t.Context(), 1); !errors.Is(err, etoro.ErrUnavailable) {
		t.Errorf("Price: %v", err)
	}
	if _, err := m.Prices(t.Context(), ids(1, 2)); !errors.Is(err, etoro.ErrUnavailable) {
		t.Errorf("Prices: %v", err)
	}
	v := m.Watch(append(ids(1, 2), 0))
	defer v.Close()
	if len(v.items) != 2 {
		t.Errorf("%d ids are believed, want 2", len(v.items))
	}
}

func TestTheEndEndsCallsUnderWay(t *testing.T) {
	f := newFar(manyRows(2)...)
	f.delay[opRates] = time.Hour
	var m *Market
	running(t, f, func(t *testing.T, running *Market) {
		m = running
		if _, err := m.Price(t.Context(), 1); !errors.Is(err, cache.ErrSlow) {
			t.Errorf("%v", err)
		}
	})
	if _, err := m.Price(t.Context(), 2); !errors.Is(err, cache.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}
