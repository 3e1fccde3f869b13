package handlers_test

import (
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/etoro/stream"
	"instrumentdesk/handlers"
	"instrumentdesk/internal/market"
)

// streamed is a running site whose stream has a user key of its own.
func streamed(t *testing.T, userKey func(right string) string) *site {
	t.Helper()
	eToro, err := sandbox.Start(sandbox.Options{Catalogue: strings.NewReader(smallCatalogue)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { eToro.Close() })
	api, user := eToro.Keys()
	client, err := etoro.New(etoro.Options{BaseURL: eToro.URL(), APIKey: etoro.Secret(api), UserKey: etoro.Secret(user), RateLimit: 60})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	live, err := stream.New(stream.Options{URL: eToro.StreamURL(), APIKey: etoro.Secret(api), UserKey: etoro.Secret(userKey(user))})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, eToro: eToro, log: &records{}, m: market.New(market.Options{Client: client, Source: market.EToro, Stream: live})}
	h, err := handlers.New(handlers.Options{Market: s.m, Log: slog.New(slog.NewJSONHandler(s.log, nil)), Build: "test"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	s.url = server.URL
	s.run()
	return s
}

// until waits for what is sure to happen.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	patience := time.After(time.Minute)
	for !ok() {
		select {
		case <-tick.C:
		case <-patience:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func TestAStreamThatRefusesTheKeysLeavesPagesAndPrices(t *testing.T) {
	t.Parallel()
	s := streamed(t, func(string) string { return "another-key" })
	until(t, "the catalogue is there and the stream refused", func() bool {
		return s.complete() && s.m.Feed().Mode == market.FeedRefused
	})
	ready := s.get("/readyz")
	ready.has(t, `"degraded"`, "live prices: eToro refuses the keys on its stream (")
	if ready.status != 200 {
		t.Errorf("/readyz answers %d", ready.status)
	}
	for _, path := range []string{"/", "/instruments/1001"} {
		page := s.get(path)
		page.has(t, "Prices not live", "eToro refuses the keys on its stream")
		if page.status != 200 {
			t.Errorf("%s answers %d", path, page.status)
		}
	}
	v := s.m.Watch([]market.InstrumentID{1001})
	defer v.Close()
	until(t, "the viewer has a price by rates", func() bool {
		<-v.Changed()
		changed, _ := v.Take()
		return len(changed) == 1 && changed[0].Source == market.FromRates && changed[0].Bid > 0
	})
	if dials := s.eToro.CallCount("stream"); dials != 1 {
		t.Errorf("%d attempts with keys that are refused", dials)
	}
}

func TestPricesComeByTheStreamWhenItTakesTheKeys(t *testing.T) {
	t.Parallel()
	s := streamed(t, func(right string) string { return right })
	until(t, "the catalogue is there and the stream live", func() bool {
		return s.complete() && s.m.Feed().Mode == market.FeedLive
	})
	var ready struct{ Status string }
	if err := json.Unmarshal([]byte(s.get("/readyz").body), &ready); err != nil || ready.Status != "ready" {
		t.Errorf("/readyz: %+v, %v", ready, err)
	}
	s.get("/").lacks(t, "Prices not live")
	v := s.m.Watch([]market.InstrumentID{1001})
	defer v.Close()
	until(t, "the viewer has a price by the stream", func() bool {
		<-v.Changed()
		changed, _ := v.Take()
		return len(changed) == 1 && changed[0].Source == market.FromStream && changed[0].Bid > 0
	})
	if n := s.eToro.CallCount("/api/v1/market-data/instruments/rates"); n != 0 {
		t.Errorf("%d calls of rates", n)
	}
}
