package handlers

import (
	"errors"
	"slices"
	"testing"
	"time"

	"instrumentdesk/internal/market"
)

func TestTroubleWithLivePricesIsTold(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 5, 30, 12, 0, time.UTC)
	for _, tt := range []struct {
		name string
		feed market.Feed
		want string
	}{
		{"live", market.Feed{Mode: market.FeedLive, Since: now.Add(-time.Hour)}, ""},
		{"turned off", market.Feed{Mode: market.FeedPolling, Since: now.Add(-time.Hour)}, ""},
		{"just away", market.Feed{Mode: market.FeedReconnecting, Since: now.Add(-feedPatience), Err: errors.New("cut")}, ""},
		{"just started", market.Feed{Mode: market.FeedConnecting, Since: now}, ""},
		{"away", market.Feed{Mode: market.FeedReconnecting, Since: now.Add(-feedPatience - 1), Err: errors.New("eToro's own words")},
			"no connection to eToro's stream since 2026-11-24 05:29:11 UTC; prices are asked for every 10 s instead"},
		{"never there", market.Feed{Mode: market.FeedConnecting, Since: now.Add(-time.Hour)},
			"no connection to eToro's stream since 2026-11-24 04:30:12 UTC; prices are asked for every 10 s instead"},
		{"refused", market.Feed{Mode: market.FeedRefused, Code: "InvalidKey", Err: errors.New("eToro's own words")},
			"eToro refuses the keys on its stream (InvalidKey); prices are asked for every 10 s instead"},
		{"refused without a code", market.Feed{Mode: market.FeedRefused},
			"eToro refuses the keys on its stream; prices are asked for every 10 s instead"},
		{"ended", market.Feed{Mode: market.FeedPolling, Err: errors.New("broken")},
			"eToro's stream has ended; prices are asked for every 10 s instead"},
	} {
		if got := feedTrouble(tt.feed, now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTroubleWithLivePricesDegradesWhatIsReady(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status, trouble, want string
		reasons               []string
	}{
		{"ready", "", "ready", []string{"a"}},
		{"ready", "b", "degraded", []string{"a", "live prices: b"}},
		{"degraded", "b", "degraded", []string{"a", "live prices: b"}},
		{"loading", "b", "loading", []string{"a", "live prices: b"}},
	} {
		got := readiness{tt.status, []string{"a"}}.with(tt.trouble)
		if got.Status != tt.want || !slices.Equal(got.Reasons, tt.reasons) {
			t.Errorf("%s with %q: %+v", tt.status, tt.trouble, got)
		}
	}
}
