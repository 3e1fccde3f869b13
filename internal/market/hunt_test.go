package market

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"instrumentdesk/etoro"
)

func TestADeadIdIsFoundByHalves(t *testing.T) {
	for _, status := range []int{400, 500} {
		for _, dead := range []InstrumentID{1, 2, 37, 50, 51, 99, 100} {
			t.Run(fmt.Sprintf("%d among a hundred, %d", dead, status), func(t *testing.T) {
				onRates(t, 100, func(t *testing.T, m *Market, f *far) {
					f.quotes.bury(status, dead)
					found, err := m.Prices(t.Context(), ids(1, 100))
					if err != nil || len(found) != 99 {
						t.Errorf("%d prices, %v", len(found), err)
					}
					calls := f.quotes.calls()
					if len(calls) < 8 || len(calls) > 15 {
						t.Errorf("%d calls", len(calls))
					}
					for i, c := range calls {
						if c.background != (i > 0) {
							t.Errorf("call %d in the background: %v", i, c.background)
						}
					}
					if _, err := m.Price(t.Context(), dead); !errors.Is(err, ErrNoPrice) || !errors.Is(err, etoro.ErrInvalid) && status == 400 {
						t.Errorf("the dead one: %v", err)
					}
				})
			})
		}
	}
}

func TestADeadIdIsLeftOutForAnHour(t *testing.T) {
	f, book := newFar(manyRows(60)...), &logBook{}
	running(t, f, func(t *testing.T, m *Market) {
		f.quotes.bury(500, 20)
		v := m.Watch(ids(1, 60))
		defer v.Close()
		pass(2 * time.Minute)
		f.quotes.calls()
		pass(deadFor - 3*time.Minute)
		calls := f.quotes.calls()
		for _, c := range calls {
			if slices.Contains(c.ids, 20) {
				t.Fatalf("asked for at %v", c.at)
			}
		}
		if len(calls) < 300 {
			t.Errorf("%d calls: the others are polled as ever", len(calls))
		}
		pass(3 * time.Minute)
		var with [][]InstrumentID
		for _, c := range f.quotes.calls() {
			if slices.Contains(c.ids, 20) {
				with = append(with, c.ids)
			}
		}
		if len(with) == 0 || slices.ContainsFunc(with, func(list []InstrumentID) bool { return len(list) > 1 }) {
			t.Errorf("after an hour it is asked for alone, so that it spoils nothing: %v", with)
		}
		if n := strings.Count(book.String(), "ids=[20] for=1h0m0s"); n != 2 {
			t.Errorf("%d lines about it, want one an hour:\n%s", n, book)
		}
		f.quotes.bury(0)
		pass(deadFor + time.Minute)
		if got := price(t, m, 20); got.Bid != 20 {
			t.Errorf("alive again: %+v", got)
		}
	}, func(o *Options) { o.Log = book.logger() })
}

func TestSeveralDeadIdsAreFoundInBoundedCalls(t *testing.T) {
	onRates(t, 100, func(t *testing.T, m *Market, f *far) {
		dead := []InstrumentID{3, 27, 28, 64, 90}
		f.quotes.bury(500, dead...)
		v := m.Watch(ids(1, 100))
		defer v.Close()
		begun := time.Now()
		pass(15 * time.Minute)
		calls := f.quotes.calls()
		got, _ := take(v)
		if len(got) != 95 {
			t.Errorf("%d of 95 have a price", len(got))
		}
		inMinute := map[time.Duration]int{}
		for _, c := range calls {
			inMinute[c.at.Sub(begun)/time.Minute]++
		}
		for minute, n := range inMinute {
			if n > maxHuntCalls+15 {
				t.Errorf("%d calls in minute %d", n, minute)
			}
		}
		f.quotes.calls()
		pass(10 * time.Minute)
		for _, c := range f.quotes.calls() {
			for _, id := range dead {
				if slices.Contains(c.ids, id) {
					t.Fatalf("%d is still asked for", id)
				}
			}
		}
	})
}

func TestWhatIsNoFaultOfAnIdIsNotHuntedFor(t *testing.T) {
	for name, err := range map[string]error{
		"unavailable":  &etoro.APIError{Op: opRates, Status: 503},
		"bad gateway":  &etoro.APIError{Op: opRates, Status: 502},
		"limited":      &etoro.RateLimitError{Op: opRates, RetryAfter: time.Minute, API: &etoro.APIError{Op: opRates, Status: 429}},
		"refused":      &etoro.APIError{Op: opRates, Status: 403},
		"no answer":    &etoro.TransportError{Op: opRates, Err: errors.New("cut")},
		"no rates":     &etoro.ContractError{Op: opRates, Status: 200, Err: errors.New("html")},
		"breaker open": &etoro.TransportError{Op: opRates, Local: true, Err: errors.New("open"), RetryAfter: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			onRates(t, 100, func(t *testing.T, m *Market, f *far) {
				f.fail(opRates, err)
				if _, got := m.Prices(t.Context(), ids(1, 100)); !errors.Is(got, err) {
					t.Errorf("%v", got)
				}
				if n := len(f.quotes.calls()); n != 1 {
					t.Errorf("%d calls", n)
				}
			})
		})
	}
}

func TestAnOutageCondemnsNobody(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 100} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			onRates(t, 101, func(t *testing.T, m *Market, f *far) {
				v := m.Watch(ids(1, n))
				defer v.Close()
				pass(time.Minute)
				f.fail(opRates, &etoro.APIError{Op: opRates, Status: 500})
				f.quotes.calls()
				pass(20 * time.Minute)
				if calls := len(f.quotes.calls()); calls > 60 {
					t.Errorf("%d calls while all fail", calls)
				}
				f.fail(opRates, nil)
				pass(lastRetry + time.Minute)
				f.quotes.calls()
				pass(time.Minute)
				calls := f.quotes.calls()
				if len(calls) < 5 || len(calls) > 7 || len(calls[0].ids) != n {
					t.Errorf("%d calls in the minute after, the first for %d of %d", len(calls), len(calls[0].ids), n)
				}
			})
		})
	}
}

func TestAPassingFailureCondemnsNobody(t *testing.T) {
	onRates(t, 100, func(t *testing.T, m *Market, f *far) {
		f.quotes.bury(500, 70)
		f.delay[opRates] = time.Second
		v := m.Watch(ids(1, 100))
		defer v.Close()
		pass(gatherFor + time.Second) // the first call fails
		f.quotes.bury(0)
		pass(20 * time.Second)
		if got, _ := take(v); len(got) != 100 {
			t.Errorf("%d prices", len(got))
		}
	})
}

func TestALoneDeadIdIsSparedMoreAndMore(t *testing.T) {
	onRates(t, 3, func(t *testing.T, m *Market, f *far) {
		f.quotes.bury(500, 1)
		v := m.Watch(ids(1, 1))
		defer v.Close()
		pass(10 * time.Minute)
		if n := len(f.quotes.calls()); n < 3 || n > 10 {
			t.Errorf("%d calls while nobody knows whether it is eToro that fails, want one a minute or fewer", n)
		}
		price(t, m, 2) // eToro does not fail
		f.quotes.calls()
		pass(deadFor)
		if n := len(f.quotes.calls()); n > 1 {
			t.Errorf("%d calls in an hour once it is known to be dead", n)
		}
	})
}

func TestAHuntEndsWhenEToroFailsOtherwise(t *testing.T) {
	onRates(t, 100, func(t *testing.T, m *Market, f *far) {
		f.quotes.bury(500, 100)
		f.delay[opRates] = time.Second
		v := m.Watch(ids(1, 100))
		defer v.Close()
		pass(gatherFor + 2*time.Second) // the call failed, its first half went well
		f.fail(opRates, &etoro.APIError{Op: opRates, Status: 503})
		pass(2 * time.Second)
		if n := len(f.quotes.calls()); n != 3 {
			t.Errorf("%d calls, want those until the other failure", n)
		}
		if got, _ := take(v); len(got) != 50 {
			t.Errorf("%d prices, want those of the half that went well", len(got))
		}
		if _, err := m.Price(t.Context(), 70); !errors.Is(err, etoro.ErrUnavailable) || errors.Is(err, ErrNoPrice) {
			t.Errorf("nobody is condemned: %v", err)
		}
		f.fail(opRates, nil)
		pass(2 * time.Minute)
		if got, _ := take(v); len(got) != 99 {
			t.Errorf("%d prices, want all but the dead one's", len(got))
		}
	})
}
