package handlers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"instrumentdesk/internal/market"
)

// closes are daily bars from a day on: 0 leaves a day out.
func closesFrom(day string, prices ...float64) []market.Candle {
	first, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	var bars []market.Candle
	for i, p := range prices {
		if p > 0 {
			bars = append(bars, market.Candle{From: first.AddDate(0, 0, i), Open: p, High: p, Low: p, Close: p})
		}
	}
	return bars
}

// told is lines as text: "2026-11-20 100 110 | –".
func told(lines []rebased, start time.Time) string {
	var texts []string
	for _, l := range lines {
		var values []string
		for _, p := range l.Points {
			values = append(values, fmt.Sprintf("%d:%.4g", p.At.Day(), p.Value))
		}
		texts = append(texts, strings.Join(values, " "))
	}
	return start.Format(time.DateOnly) + " " + strings.Join(texts, " | ")
}

func TestRebasing(t *testing.T) {
	t.Parallel()
	late := closesFrom("2026-11-20", 50, 60)
	for i := range late {
		late[i].From = late[i].From.Add(14*time.Hour + 30*time.Minute)
	}
	for _, tt := range []struct {
		name   string
		months int
		bars   [][]market.Candle
		want   string
	}{
		{"both from the same day", 0, [][]market.Candle{closesFrom("2026-11-20", 50, 55), closesFrom("2026-11-20", 8, 6)}, "2026-11-20 20:100 21:110 | 20:100 21:75"},
		{"one younger than the other", 0, [][]market.Candle{closesFrom("2026-11-19", 10, 20, 30), closesFrom("2026-11-20", 8, 6)}, "2026-11-20 20:100 21:150 | 20:100 21:75"},
		{"one without the first day", 0, [][]market.Candle{closesFrom("2026-11-19", 10, 0, 30), closesFrom("2026-11-20", 8, 6)}, "2026-11-20 21:100 | 20:100 21:75"},
		{"days that begin at different hours", 0, [][]market.Candle{closesFrom("2026-11-20", 10, 11), late}, "2026-11-20 20:100 21:110 | 20:100 21:120"},
		{"one without bars", 0, [][]market.Candle{nil, closesFrom("2026-11-20", 8, 6)}, "2026-11-20  | 20:100 21:75"},
		{"one that ended before the range", 1, [][]market.Candle{closesFrom("2026-09-01", 1, 2), closesFrom("2026-11-20", 8, 6)}, "2026-11-20  | 20:100 21:75"},
		{"one that ended before the other began", 0, [][]market.Candle{closesFrom("2026-09-01", 1, 2), closesFrom("2026-11-20", 8, 6)}, "2026-11-20  | 20:100 21:75"},
		{"a range that cuts", 1, [][]market.Candle{append(closesFrom("2026-10-20", 1, 2), closesFrom("2026-11-21", 3)...)}, "2026-10-21 21:100 21:150"},
		{"tiny prices", 0, [][]market.Candle{closesFrom("2026-11-20", 5e-06, 1e-05)}, "2026-11-20 20:100 21:200"},
		{"no instrument has any", 3, [][]market.Candle{nil, nil}, "0001-01-01  | "},
	} {
		if got := told(rebase(tt.bars, tt.months)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAComparisonHasOneAddress(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"ids=1001,1002":                      "/compare?ids=1001,1002",
		"ids=1001&ids=1002&range=6M":         "/compare?ids=1001,1002",
		"ids=1002,+1001,,1002&ids=&ids=1001": "/compare?ids=1002,1001",
		"ids=1&range=max":                    "/compare?ids=1&range=max",
		"ids=1%2C2":                          "/compare?ids=1,2",
		"":                                   "ids: Nothing is chosen",
		"ids=":                               "ids: Nothing is chosen",
		"ids=,":                              "ids: Nothing is chosen",
		"ids=AAPL":                           `id: "AAPL" is no instrument id`,
		"ids=0":                              `id: "0" is no instrument id`,
		"ids=1,2,3,4,5,6,7":                  "ids: At most 6 instruments",
		"ids=1&range=2Y":                     `range: "2Y" is no range. There are 1M, 3M, 6M, 1Y, max.`,
		"ids=%zz":                            "address: ",
	} {
		q, err := parseCompare(raw)
		got := q.href()
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, want) || err == nil && got != want {
			t.Errorf("%q: %s, want %s", raw, got, want)
		}
	}
}
