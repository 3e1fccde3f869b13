package market

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
)

// inBubble runs f on fake time with a market that is closed at its end.
func inBubble(t *testing.T, f *far, do func(t *testing.T, m *Market), change ...func(*Options)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMarket(f, change...)
		defer m.close()
		do(t, m)
	})
}

func TestFirstVisitorsShareOneLoad(t *testing.T) {
	f := newFar(sampleRows()...)
	f.delay[opRows] = time.Second
	inBubble(t, f, func(t *testing.T, m *Market) {
		var all sync.WaitGroup
		for i := range 500 {
			all.Go(func() {
				ctx := t.Context()
				if i%10 == 0 { // some leave early
					var leave context.CancelFunc
					ctx, leave = context.WithTimeout(ctx, 10*time.Millisecond)
					defer leave()
				}
				if l, err := m.Find(ctx, Query{}); i%10 == 0 && !errors.Is(err, ErrWarming) || i%10 != 0 && (err != nil || l.Total != 6) {
					t.Errorf("visitor %d: %d rows, %v", i, l.Total, err)
				}
			})
		}
		all.Wait()
		if f.count(opRows) != 1 || f.total() != 4 {
			t.Errorf("calls: %v", f.calls)
		}
	})
}

func TestFirstVisitorWaitsThreeSecondsAtMost(t *testing.T) {
	f := newFar(sampleRows()...)
	f.delay[opRows] = 10 * time.Second
	inBubble(t, f, func(t *testing.T, m *Market) {
		start := time.Now()
		l, err := m.Find(t.Context(), Query{})
		if !errors.Is(err, ErrWarming) || time.Since(start) != 3*time.Second || l.State.Age != AgeLoading {
			t.Errorf("%v after %v, %s", err, time.Since(start), l.State.Age)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := m.Find(gone, Query{}); !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
		time.Sleep(7 * time.Second)
		if _, err := m.Find(t.Context(), Query{}); err != nil {
			t.Errorf("after the load: %v", err)
		}
		if f.count(opRows) != 1 {
			t.Errorf("%d loads", f.count(opRows))
		}
	})
}

func TestFirstVisitorsNeitherWaitForPricesNorLongForNames(t *testing.T) {
	f := newFar(sampleRows()...)
	f.delay[opQuotes], f.delay[opCloses], f.delay["Exchanges"] = time.Hour, time.Hour, time.Hour
	inBubble(t, f, func(t *testing.T, m *Market) {
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- m.Run(ctx) }()
		time.Sleep(3 * time.Second)
		synctest.Wait()
		l, err := m.Find(t.Context(), Query{Box: "aapl", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if row := l.Rows[0]; row.Quote != (Quote{}) || row.Close != (etoro.ClosingPrice{}) || row.Instrument.Exchange.Name != "Exchange 4" || row.Instrument.Type.Name != "Stocks" {
			t.Errorf("got %+v %+v", row, row.Instrument)
		}
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestFailedFirstLoadIsTheVisitorsErrorAndRememberedAWhile(t *testing.T) {
	down := &etoro.APIError{Op: opRows, Status: 503, RequestID: "id-1", Attempts: []etoro.Attempt{{Op: opRows, RequestID: "id-1", Status: 503}}}
	limited := &etoro.RateLimitError{Op: opRows, RetryAfter: 7 * time.Second, API: &etoro.APIError{Op: opRows, Status: 429, RequestID: "id-2", Attempts: []etoro.Attempt{{RequestID: "id-2"}}}}
	tests := []struct {
		name  string
		err   error
		stays time.Duration
		id    string
	}{
		{"down", down, 2 * time.Second, "id-1"},
		{"rate limited", limited, 7 * time.Second, "id-2"},
		{"not found", &etoro.APIError{Op: opRows, Status: 404, RequestID: "id-3", Attempts: []etoro.Attempt{{RequestID: "id-3"}}}, time.Minute, "id-3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFar(sampleRows()...)
			f.fail(opRows, tt.err)
			inBubble(t, f, func(t *testing.T, m *Market) {
				for _, wait := range []time.Duration{0, tt.stays - 1} {
					time.Sleep(wait)
					l, err := m.Find(t.Context(), Query{})
					if !errors.Is(err, tt.err) || fmt.Sprint(upstreamIDs(err)) != "["+tt.id+"]" || !errors.Is(l.State.Err, tt.err) || l.State.ErrAt.IsZero() {
						t.Fatalf("got %v, state %+v", err, l.State)
					}
				}
				if f.count(opRows) != 1 {
					t.Errorf("%d loads", f.count(opRows))
				}
				f.fail(opRows, nil)
				time.Sleep(time.Nanosecond)
				if _, err := m.Find(t.Context(), Query{}); err != nil {
					t.Errorf("after that: %v", err)
				}
			})
		})
	}
}

func TestNamesThatFailOnlyDegrade(t *testing.T) {
	f := newFar(sampleRows()...)
	down := &etoro.APIError{Op: "Exchanges", Status: 500}
	f.fail("Exchanges", down)
	inBubble(t, f, func(t *testing.T, m *Market) {
		name := func() string {
			r, err := m.BySymbol(t.Context(), "AAPL")
			if err != nil {
				t.Fatal(err)
			}
			return r.Exchange.Name
		}
		if got := name(); got != "Exchange 4" {
			t.Errorf("called %q", got)
		}
		f.fail("Exchanges", nil)
		if err := m.schedule.jobs[2].refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.rebuild()
		if got := name(); got != "Nasdaq" {
			t.Errorf("called %q once named", got)
		}
		f.fail("Exchanges", down)
		time.Sleep(31 * 24 * time.Hour)
		m.rebuild()
		if got := name(); got != "Nasdaq" {
			t.Errorf("the last good name is lost: %q", got)
		}
	})
}

func TestShrunkenAnswersReplaceNothing(t *testing.T) {
	many := func(n int) []etoro.Instrument {
		var rows []etoro.Instrument
		for i := range n {
			rows = append(rows, stock(i+1, fmt.Sprintf("S%d", i), "Share"))
		}
		return rows
	}
	tests := []struct {
		name   string
		rows   []etoro.Instrument
		refuse bool
	}{
		{"more", many(101), false},
		{"half", many(50), false},
		{"fewer than half", many(49), true},
		{"none", nil, true},
		{"nothing in them", make([]etoro.Instrument, 100), true},
		{"all hidden", []etoro.Instrument{stock(0, "A", "A")}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFar(many(100)...)
			inBubble(t, f, func(t *testing.T, m *Market) {
				before := find(t, m, Query{}).Total
				time.Sleep(time.Second)
				f.set(tt.rows)
				err := m.schedule.jobs[0].refresh(t.Context())
				m.rebuild()
				if refused := errors.Is(err, ErrShrunken) && errors.Is(err, etoro.ErrContract); refused != tt.refuse {
					t.Errorf("got %v", err)
				}
				want := len(tt.rows)
				if tt.refuse {
					want = before
				}
				if got := find(t, m, Query{}).Total; got != want {
					t.Errorf("%d rows shown, want %d", got, want)
				}
			})
		})
	}
}

func TestACatalogueThatReallyShrankIsBelievedAfterAWeek(t *testing.T) {
	f := newFar(sampleRows()...)
	inBubble(t, f, func(t *testing.T, m *Market) {
		find(t, m, Query{})
		f.set(sampleRows()[:1])
		time.Sleep(rowsHard - 1)
		if err := m.schedule.jobs[0].refresh(t.Context()); !errors.Is(err, ErrShrunken) {
			t.Errorf("within the week: %v", err)
		}
		time.Sleep(time.Nanosecond)
		if err := m.schedule.jobs[0].refresh(t.Context()); err != nil {
			t.Error(err)
		}
		m.rebuild()
		if got := find(t, m, Query{}).Total; got != 1 {
			t.Errorf("%d rows", got)
		}
	})
}

func TestAFirstAnswerOfNothingIsRefusedToo(t *testing.T) {
	f := newFar()
	inBubble(t, f, func(t *testing.T, m *Market) {
		if _, err := m.Find(t.Context(), Query{}); !errors.Is(err, ErrShrunken) {
			t.Errorf("got %v", err)
		}
	})
}

// pagesOf cuts n rows into pages of a size, numbered as eToro does.
func pagesOf(n, size int) []etoro.SnapshotPage {
	var pages []etoro.SnapshotPage
	for id := 1; id <= n; id += size {
		p := etoro.SnapshotPage{Page: len(pages) + 1, PageSize: size, TotalItems: n}
		for i := id; i < min(id+size, n+1); i++ {
			p.Items = append(p.Items, etoro.SnapshotRow{ID: etoro.InstrumentID(i), CurrentRate: ptr(1.0)})
		}
		pages = append(pages, p)
	}
	return pages
}

func TestSnapshotPagesEndInEachWay(t *testing.T) {
	repeated := pagesOf(30, 10)
	repeated = append(repeated[:1], repeated[0]) // the page number is ignored …
	echoing := []etoro.SnapshotPage{repeated[0], repeated[0]}
	echoing[1].Page = 2 // … and still echoed
	endless := etoro.SnapshotPage{PageSize: 1, Items: []etoro.SnapshotRow{{ID: 1}}}
	tests := []struct {
		name         string
		pages        []etoro.SnapshotPage
		quotes, asks int
		wrong        bool
	}{
		{"a short page", pagesOf(25, 10), 25, 3, false},
		{"a full page with a row left out", []etoro.SnapshotPage{
			{Page: 1, PageSize: 2, Received: 2, Items: []etoro.SnapshotRow{{ID: 1}}},
			{Page: 2, PageSize: 2, Received: 1, Items: []etoro.SnapshotRow{{ID: 2}}},
		}, 2, 2, false},
		{"an empty page", append(pagesOf(20, 10), etoro.SnapshotPage{Page: 3, PageSize: 10}), 20, 3, false},
		{"the first page again", repeated, 10, 2, false},
		{"the first rows again under another number", echoing, 10, 2, false},
		{"never: the cap", pagesOf(30*10, 10), maxSnapshotPages * 10, maxSnapshotPages, false},
		{"another page than the first", []etoro.SnapshotPage{{Page: 2, Items: endless.Items}}, 0, 1, true},
		{"nothing at all", []etoro.SnapshotPage{{Page: 1}}, 0, 1, true},
		{"no page told, one row a page", []etoro.SnapshotPage{endless, endless}, 1, 2, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFar(sampleRows()...)
			f.pages = tt.pages
			m := newMarket(f)
			defer m.close()
			quotes, err := m.loadQuotes(t.Context(), whole{})
			if errors.Is(err, etoro.ErrContract) != tt.wrong || !tt.wrong && err != nil {
				t.Errorf("got %v", err)
			}
			if len(quotes) != tt.quotes && !tt.wrong || f.count(opQuotes) != tt.asks {
				t.Errorf("%d quotes by %d calls, want %d by %d", len(quotes), f.count(opQuotes), tt.quotes, tt.asks)
			}
		})
	}
}

func TestQuotesLeaveOutWhatCannotBe(t *testing.T) {
	t.Parallel()
	q := newQuote(&etoro.SnapshotRow{CurrentRate: ptr(0.0), DailyPriceChange: ptr(math.NaN()), PopularityUniques7Day: ptr(-1.0)}, time.Now())
	if q.Price != nil || q.DayChangePct != nil || q.Popularity != nil {
		t.Errorf("got %+v", q)
	}
	q = newQuote(&etoro.SnapshotRow{CurrentRate: ptr(math.Inf(1)), DailyPriceChange: ptr(-101.0), PopularityUniques7Day: ptr(0.0)}, time.Now())
	if q.Price != nil || q.DayChangePct != nil || q.Popularity == nil {
		t.Errorf("got %+v", q)
	}
}
