package handlers

import (
	"strconv"
	"testing"
	"time"

	"instrumentdesk/internal/market"
)

func TestADrawnListIsKeptForOneStateOfTheMarket(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	state := market.State{Version: 7, AsOf: now, Age: market.AgeFresh}
	drawn := &fragment{tag: "apple"}
	for name, c := range map[string]struct {
		version uint64
		sparks  uint64
		later   time.Duration
		age     string
		query   string
		want    *fragment
	}{
		"the same":              {7, 0, fragmentAge - 1, market.AgeFresh, "/?q=apple", drawn},
		"another query":         {7, 0, 0, market.AgeFresh, "/?q=apples", nil},
		"another catalogue":     {8, 0, 0, market.AgeFresh, "/?q=apple", nil},
		"another line":          {7, 1, 0, market.AgeFresh, "/?q=apple", nil},
		"ages that went on":     {7, 0, fragmentAge, market.AgeFresh, "/?q=apple", nil},
		"a note about old data": {7, 0, 0, market.AgeSnapshot, "/?q=apple", nil},
	} {
		var k fragments
		k.put(stampOf(state, now), "/?q=apple", drawn)
		s := state
		s.Version, s.Sparks, s.Age = c.version, c.sparks, c.age
		if got := k.get(stampOf(s, now.Add(c.later)), c.query); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestDrawnListsAreBounded(t *testing.T) {
	t.Parallel()
	var k fragments
	for i := range 3 * maxFragments {
		k.put(stamp{version: 1}, strconv.Itoa(i), &fragment{})
		if len(k.byQuery) > maxFragments {
			t.Fatalf("%d lists are kept, at most %d may be", len(k.byQuery), maxFragments)
		}
	}
}
