package market

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/stream"
)

func TestOneSubscriptionServesAThousandViewers(t *testing.T) {
	onWire(t, 60, func(t *testing.T, m *Market, f *far, w *wire) {
		watched := ids(1, 50)
		var viewers []*Viewer
		for range 1000 {
			viewers = append(viewers, m.Watch(watched))
		}
		synctest.Wait()
		if got := w.counts(watched); got != "[1 subscribed, 0 released]" {
			t.Errorf("upstream: %s", got)
		}
		w.push(7, watched...)
		for i, v := range viewers {
			if got, feed := take(v); len(got) != 50 || got[50].Bid != 7 || feed.Viewers != 1000 || feed.Mode != FeedLive {
				t.Fatalf("viewer %d got %d prices, feed %+v", i, len(got), feed)
			}
		}
		for _, v := range viewers {
			v.Close()
			v.Close()
		}
		pass(releaseAfter - 1)
		if got := w.counts(watched); got != "[1 subscribed, 0 released]" {
			t.Errorf("too early: %s", got)
		}
		pass(1)
		if got := w.counts(watched); got != "[1 subscribed, 1 released]" || w.orders != 1 {
			t.Errorf("after the pause: %s in %d orders", got, w.orders)
		}
		if f.count(opRates) != 0 || m.Feed().Viewers != 0 {
			t.Errorf("%d calls of rates, %d viewers", f.count(opRates), m.Feed().Viewers)
		}
	})
}

func TestWhoComesBackWithinThePauseKeepsTheSubscription(t *testing.T) {
	onWire(t, 3, func(t *testing.T, m *Market, f *far, w *wire) {
		v := m.Watch(ids(1, 2))
		synctest.Wait()
		w.push(5, 1)
		v.Close()
		pass(releaseAfter - time.Second)
		again := m.Watch(ids(1, 1))
		if got, _ := take(again); got[1].Bid != 5 {
			t.Errorf("the price that was kept current is not shown at once: %v", got)
		}
		pass(time.Hour)
		again.Close()
		pass(releaseAfter)
		for id, want := range map[InstrumentID]string{1: "[1 subscribed, 1 released]", 2: "[1 subscribed, 1 released]"} {
			if got := w.counts([]InstrumentID{id}); got != want {
				t.Errorf("%d: %s", id, got)
			}
		}
		pass(time.Minute)
		third := m.Watch(ids(1, 1))
		defer third.Close()
		if synctest.Wait(); w.subscribed[1] != 2 {
			t.Errorf("subscribed %d times", w.subscribed[1])
		}
	})
}

func TestASlowViewerMissesWhatIsOldAndHoldsNobodyUp(t *testing.T) {
	onWire(t, 3, func(t *testing.T, m *Market, f *far, w *wire) {
		slow, quick := m.Watch(ids(1, 3)), m.Watch(ids(2, 2))
		defer slow.Close()
		defer quick.Close()
		take(quick)
		for bid := 1.0; bid <= 1000; bid++ {
			w.push(bid, 1, 2)
			if got, _ := take(quick); len(got) != 1 || got[2].Bid != bid {
				t.Fatalf("the quick one got %v at %v", got, bid)
			}
			pass(time.Millisecond)
		}
		if got, _ := take(slow); len(got) != 2 || got[1].Bid != 1000 || got[2].Bid != 1000 {
			t.Errorf("the slow one got %v", got)
		}
		if got, _ := take(slow); got != nil {
			t.Errorf("taken twice: %v", got)
		}
	})
}

func TestAViewerIsToldOnlyWhatIsNew(t *testing.T) {
	onWire(t, 3, func(t *testing.T, m *Market, f *far, w *wire) {
		v := m.Watch(ids(1, 1))
		defer v.Close()
		w.turn(stream.Reconnecting, nil)
		w.turn(stream.Live, nil)
		if got, feed := take(v); len(got) != 0 || feed.Mode != FeedLive {
			t.Errorf("at first: %v %+v", got, feed)
		}
		synctest.Wait()
		rate := stream.Rate{ID: 1, Bid: 2, Ask: 3, At: time.Now(), MarketOpen: ptr(true)}
		w.put([]stream.Rate{rate})
		if got, _ := take(v); len(got) != 1 || !*got[1].MarketOpen {
			t.Errorf("a first price: %v", got)
		}
		pass(time.Second)
		rate.MarketOpen = ptr(true)
		w.put([]stream.Rate{rate, {ID: 2, Bid: 1}, {ID: 1}, {ID: 1, Bid: math.NaN(), Ask: math.Inf(1)}})
		if got, _ := take(v); got != nil {
			t.Errorf("the same again, another's, and none: %v", got)
		}
		rate.MarketOpen = ptr(false)
		w.put([]stream.Rate{rate})
		if got, _ := take(v); len(got) != 1 || *got[1].MarketOpen {
			t.Errorf("the market closed: %v", got)
		}
	})
}

func TestWatchIgnoresWhatCannotBeWatched(t *testing.T) {
	onWire(t, 150, func(t *testing.T, m *Market, f *far, w *wire) {
		wanted := append([]InstrumentID{0, -5, 999999, 1, 1}, ids(1, 150)...)
		v := m.Watch(wanted)
		synctest.Wait()
		if len(w.subscribed) != MaxWatch || w.subscribed[1] != 1 || w.subscribed[100] != 1 {
			t.Errorf("%d subscribed: %v", len(w.subscribed), w.subscribed)
		}
		w.push(4, wanted...)
		got, _ := v.Take()
		if len(got) != MaxWatch || got[0].ID != 1 || got[99].ID != 100 {
			t.Errorf("%d taken", len(got))
		}
		v.Close()
		if got, _ := v.Take(); len(got) != 0 {
			t.Errorf("after Close: %v", got)
		}
	})
}

func TestTheNewerTimeOfEToroWins(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 5, 30, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return now.Add(d) }
	for _, tt := range []struct {
		name        string
		first, next Live
		wins        bool
	}{
		{"newer", Live{At: at(0)}, Live{At: at(1)}, true},
		{"older", Live{At: at(1)}, Live{At: at(0)}, false},
		{"older, from the stream", Live{At: at(1), Source: FromRates}, Live{At: at(0), Source: FromStream}, false},
		{"the same moment from the same source", Live{At: at(0), Source: FromStream}, Live{At: at(0), Source: FromStream}, true},
		{"the same moment from rates, which tell less", Live{At: at(0), Source: FromStream}, Live{At: at(0), Source: FromRates}, false},
		{"the same moment from the stream", Live{At: at(0), Source: FromRates}, Live{At: at(0), Source: FromStream}, true},
		{"without a time", Live{At: at(0)}, Live{}, true},
		{"after one without a time", Live{}, Live{At: at(0)}, true},
		{"not so far in the future", Live{At: believable(at(aheadMost), now)}, Live{At: at(0)}, false},
		{"a time that cannot be", Live{At: believable(at(aheadMost+1), now)}, Live{At: at(0)}, true},
	} {
		tt.first.Bid, tt.first.Read = 1, now
		tt.next.Bid, tt.next.Read = 2, now.Add(time.Second)
		it := &item{}
		it.set(tt.first)
		it.set(tt.next)
		if won := it.live.Bid == 2; won != tt.wins || !it.checked.Equal(tt.next.Read) {
			t.Errorf("%s: the later one won: %v, checked %v", tt.name, won, it.checked)
		}
	}
}

func TestChangeIsAgainstTheFeedsCloseElseTheOneInMemory(t *testing.T) {
	onWire(t, 4, func(t *testing.T, m *Market, f *far, w *wire) {
		v := m.Watch(ids(1, 4))
		defer v.Close()
		pass(time.Second)
		f.mu.Lock()
		f.closes = []etoro.ClosingPrice{{ID: 1, Official: 50, Daily: etoro.Close{Price: 100}}, {ID: 2, Official: 50}}
		f.mu.Unlock()
		if _, err := m.closes.Refresh(t.Context(), whole{}); err != nil {
			t.Fatal(err)
		}
		m.rebuild()
		for _, tt := range []struct {
			name string
			rate stream.Rate
			want float64 // NaN: unknown
		}{
			{"the feed's", stream.Rate{ID: 1, Bid: 110, DailyClose: 88}, 25},
			{"the day's in memory", stream.Rate{ID: 1, Bid: 110}, 10},
			{"the official one in memory", stream.Rate{ID: 2, Bid: 75}, 50},
			{"none", stream.Rate{ID: 3, Bid: 75}, math.NaN()},
			{"without a bid", stream.Rate{ID: 1, Ask: 75, DailyClose: 88}, math.NaN()},
			{"a close below zero", stream.Rate{ID: 4, Bid: 75, DailyClose: -1}, math.NaN()},
		} {
			tt.rate.At = time.Now()
			w.put([]stream.Rate{tt.rate})
			got, _ := take(v)
			pct := got[tt.rate.ID].DayChangePct
			if known := pct != nil; known == math.IsNaN(tt.want) || known && math.Abs(*pct-tt.want) > 1e-9 {
				t.Errorf("%s: %v, want %v", tt.name, got[tt.rate.ID], tt.want)
			}
			pass(time.Second)
		}
	})
}

func TestOnlyWhatIsWantedIsKept(t *testing.T) {
	onWire(t, 30, func(t *testing.T, m *Market, f *far, w *wire) {
		count := func() int {
			m.board.mu.Lock()
			defer m.board.mu.Unlock()
			return len(m.board.items)
		}
		v := m.Watch(ids(1, 10))
		synctest.Wait()
		w.push(1, ids(1, 30)...)
		if _, err := m.Prices(t.Context(), ids(11, 20)); err != nil {
			t.Fatal(err)
		}
		if count() != 20 {
			t.Errorf("%d kept, want those watched and those asked for", count())
		}
		pass(keepFor + lookAround)
		if count() != 10 {
			t.Errorf("%d kept, want those watched", count())
		}
		v.Close()
		pass(keepFor + lookAround)
		if count() != 0 {
			t.Errorf("%d kept, want none", count())
		}
		w.push(1, 1)
		if count() != 0 {
			t.Error("a late message brings an item back")
		}
	})
}

func TestABoardStandsEverybodyAtOnce(t *testing.T) {
	t.Parallel()
	f, w := newFar(manyRows(200)...), newWire()
	m := newMarket(f, func(o *Options) { o.Stream = w })
	loadAll(t, m)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var all sync.WaitGroup
	all.Go(func() { m.Run(ctx) })
	b := m.board
	all.Go(func() {
		for i := range 300 {
			b.put([]stream.Rate{{ID: InstrumentID(i%200 + 1), Bid: float64(i + 1), At: time.Now()}})
			b.changed(stream.State{Phase: []stream.Phase{stream.Live, stream.Reconnecting, stream.Refused}[i%3]})
		}
	})
	for n := range 8 {
		all.Go(func() {
			for i := range 50 {
				v := m.Watch(ids(i+n, i+n+20))
				<-v.Changed()
				v.Take()
				if _, err := m.Prices(ctx, ids(i*n, i*n+3)); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				m.Feed()
				v.Close()
			}
			if n == 0 {
				stop() // while the others go on
			}
		})
	}
	all.Wait()
	if n := m.Feed().Viewers; n != 0 {
		t.Errorf("%d viewers are left", n)
	}
}

func BenchmarkPut(b *testing.B) {
	f, w := newFar(manyRows(50)...), newWire()
	m := newMarket(f, func(o *Options) { o.Stream = w })
	defer m.board.close()
	for range 1000 {
		defer m.Watch(ids(1, 50)).Close()
	}
	m.board.look(time.Second)
	rates := make([]stream.Rate, 50)
	at := time.Now()
	b.ReportAllocs()
	for i := range b.N {
		for j := range rates {
			rates[j] = stream.Rate{ID: InstrumentID(j + 1), Bid: float64(i + 1), DailyClose: 1, At: at}
		}
		m.board.put(rates)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/50, "ns/price")
}
