package handlers

import (
	"encoding/json"
	"maps"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"instrumentdesk/internal/market"
)

var liveNow = time.Date(2026, 11, 24, 5, 30, 20, 0, time.UTC)

func livePrice(bid, ask float64) market.Live {
	return market.Live{ID: 1001, Bid: bid, Ask: ask, At: liveNow.Add(-8 * time.Second)}
}

func TestLiveCellsAreReadyTexts(t *testing.T) {
	t.Parallel()
	pct := func(v float64) *float64 { return &v }
	for _, tt := range []struct {
		name string
		live market.Live
		want cells
	}{
		{"all known", market.Live{Bid: 231.42, Ask: 231.50, DayChangePct: pct(-0.921), At: liveNow},
			cells{Price: "231.42", Bid: "231.42", Ask: "231.50", Spread: "0.08", SpreadPct: "0.03 %", Change: "−0.92 %", Trend: "down", AtText: "05:30:20 UTC", Raw: 231.42}},
		{"nothing known", market.Live{},
			cells{Price: "–", Bid: "–", Ask: "–", Spread: "–", SpreadPct: "–", Change: "–", Trend: "none", AtText: "–"}},
		{"one side", market.Live{Ask: 2, At: liveNow},
			cells{Price: "–", Bid: "–", Ask: "2.00", Spread: "–", SpreadPct: "–", Change: "–", Trend: "none", AtText: "05:30:20 UTC"}},
		{"tiny, of yesterday", market.Live{Bid: 5e-6, Ask: 5e-6, DayChangePct: pct(0), At: liveNow.AddDate(0, 0, -1)},
			cells{Price: "0.000005", Bid: "0.000005", Ask: "0.000005", Spread: "0.00", SpreadPct: "0.00 %", Change: "0.00 %", Trend: "flat", AtText: "2026-11-23 05:30:20 UTC", Raw: 5e-6}},
		{"a narrow spread", market.Live{Bid: 1.08530, Ask: 1.08531, At: liveNow},
			cells{Price: "1.0853", Bid: "1.0853", Ask: "1.08531", Spread: "0.00001", SpreadPct: "< 0.01 %", Change: "–", Trend: "none", AtText: "05:30:20 UTC", Raw: 1.0853}},
		{"sides crossed", market.Live{Bid: 3, Ask: 2, At: liveNow},
			cells{Price: "3.00", Bid: "3.00", Ask: "2.00", Spread: "–", SpreadPct: "–", Change: "–", Trend: "none", AtText: "05:30:20 UTC", Raw: 3}},
		{"no numbers", market.Live{Bid: math.NaN(), Ask: math.Inf(1), DayChangePct: pct(math.NaN()), At: liveNow},
			cells{Price: "–", Bid: "–", Ask: "–", Spread: "–", SpreadPct: "–", Change: "–", Trend: "none", AtText: "05:30:20 UTC"}},
	} {
		tt.want.At = tt.live.At
		if got := liveCells(tt.live, liveNow); got != tt.want {
			t.Errorf("%s:\n%+v, want\n%+v", tt.name, got, tt.want)
		}
	}
}

func TestAllViewersOfAPriceShareItsTextAndItsEvents(t *testing.T) {
	t.Parallel()
	var texts liveTexts
	first, second := texts.of(livePrice(1, 2), liveNow), texts.of(livePrice(1, 2), liveNow)
	if first != second {
		t.Error("one price has two texts")
	}
	next := texts.of(livePrice(1.5, 2), liveNow)
	a, b := mustEvent(t, next, first), mustEvent(t, next, first)
	if len(a) == 0 || &a[0] != &b[0] {
		t.Errorf("one step is encoded twice: %q, %q", a, b)
	}
	if whole := mustEvent(t, next, nil); len(whole) <= len(a) {
		t.Errorf("who was told nothing gets %q", whole)
	}
}

func mustEvent(t *testing.T, text, before *liveText) []byte {
	t.Helper()
	b, err := text.event(before)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEventsAddUpToTheNewestPrice lets viewers skip prices at their own pace, more of them than a price keeps
// events for.
func TestEventsAddUpToTheNewestPrice(t *testing.T) {
	t.Parallel()
	var texts liveTexts
	var viewers sync.WaitGroup
	history := make([]*liveText, 60)
	for i := range history {
		p := livePrice(100+float64(i%7), 200+float64(i%5))
		p.At = liveNow.Add(time.Duration(i) * time.Second)
		history[i] = texts.of(p, liveNow)
	}
	want := shown(t, map[string]any{}, mustEvent(t, history[len(history)-1], nil))
	for step := range 20 {
		viewers.Go(func() {
			page, told := map[string]any{}, (*liveText)(nil)
			for i := 0; i < len(history); i += step + 1 {
				shown(t, page, mustEvent(t, history[i], told))
				told = history[i]
			}
			shown(t, page, mustEvent(t, history[len(history)-1], told))
			if !maps.Equal(page, want) {
				t.Errorf("who takes every %d. price shows %v, want %v", step+1, page, want)
			}
		})
	}
	viewers.Wait()
	for _, text := range history {
		if len(text.events) > maxShared {
			t.Errorf("a price keeps %d events", len(text.events))
		}
	}
}

// shown puts what an event says on a page.
func shown(t *testing.T, page map[string]any, event []byte) map[string]any {
	data := strings.TrimSuffix(strings.TrimPrefix(string(event), "event: price\ndata: "), "\n\n")
	if data == "" {
		return page
	}
	if err := json.Unmarshal([]byte(data), &page); err != nil {
		t.Errorf("%q: %v", data, err)
	}
	return page
}

func TestEachFeedHasAStateAndAText(t *testing.T) {
	t.Parallel()
	for mode, want := range map[market.FeedMode]string{
		market.FeedLive: "Live", market.FeedConnecting: "Connecting to eToro", market.FeedReconnecting: "Reconnecting to eToro",
		market.FeedPolling: "Prices every 10 s", market.FeedRefused: "Prices every 10 s",
	} {
		got := feedModel(market.Feed{Mode: mode, Since: liveNow.Add(-time.Minute)}, liveNow)
		if got.Text != want || got.State != string(mode) || !got.Now.Equal(liveNow) {
			t.Errorf("%s: %+v", mode, got)
		}
	}
}

// BenchmarkFlush is what one flush costs for a viewer of 50 instruments that all changed, when others watch them too.
func BenchmarkFlush(b *testing.B) {
	var texts liveTexts
	const rows = 50
	old, now := make([]*liveText, rows), make([]market.Live, rows)
	for i := range rows {
		p := livePrice(100+float64(i), 101+float64(i))
		p.ID = market.InstrumentID(i + 1)
		old[i] = texts.of(p, liveNow)
		p.Bid += 0.5
		now[i] = p
	}
	var buf []byte
	for b.Loop() {
		buf = buf[:0]
		for i, p := range now {
			event, err := texts.of(p, liveNow).event(old[i])
			if err != nil {
				b.Fatal(err)
			}
			buf = append(buf, event...)
		}
	}
	b.ReportMetric(float64(len(buf)), "bytes/flush")
}
