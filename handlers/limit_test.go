package handlers_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"instrumentdesk/handlers"
)

func TestAnAddressThatAsksTooFastIsTold429(t *testing.T) {
	t.Parallel()
	const burst = 200
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8")}
	for _, tt := range []struct {
		name    string
		trusted []netip.Prefix
		peer    func(i int) string
		forward func(i int) string
		limited bool
	}{
		{"one address", nil, func(int) string { return "192.0.2.1:999" }, nil, true},
		{"one address with a forged header each time", nil, func(int) string { return "192.0.2.1:999" }, func(i int) string { return fmt.Sprintf("198.51.100.%d", i%250) }, true},
		{"addresses of one IPv6 network", nil, func(i int) string { return fmt.Sprintf("[2001:db8::%x]:999", i+1) }, nil, true},
		{"many addresses", nil, func(i int) string { return fmt.Sprintf("192.0.2.%d:999", i%250) }, nil, false},
		{"this machine", nil, func(int) string { return "127.0.0.1:999" }, nil, false},
		{"one visitor behind a trusted proxy", trusted, func(int) string { return "127.0.0.1:999" }, func(i int) string { return fmt.Sprintf("203.0.113.%d, 192.0.2.7, 10.0.0.1", i%250) }, true},
		{"many visitors behind a trusted proxy", trusted, func(int) string { return "10.0.0.1:999" }, func(i int) string { return fmt.Sprintf("192.0.2.%d", i%250) }, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			log := &records{}
			h, err := handlers.New(handlers.Options{Market: fixedMarket{}, Log: slog.New(slog.NewJSONHandler(log, nil)), TrustedProxies: tt.trusted})
			if err != nil {
				t.Fatal(err)
			}
			var last *httptest.ResponseRecorder
			refused := 0
			for i := range 10 * burst {
				req := httptest.NewRequest(http.MethodGet, "/nowhere", nil)
				req.RemoteAddr = tt.peer(i)
				if tt.forward != nil {
					req.Header.Set("X-Forwarded-For", tt.forward(i))
				}
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, req); w.Code == http.StatusTooManyRequests {
					refused, last = refused+1, w
				}
			}
			if (refused > 0) != tt.limited {
				t.Fatalf("%d of %d requests were refused", refused, 10*burst)
			}
			if last == nil {
				return
			}
			if id := last.Header().Get("X-Request-Id"); last.Header().Get("Retry-After") == "" || !strings.Contains(last.Body.String(), id) || !strings.Contains(log.String(), id) {
				t.Errorf("Retry-After is %q, and the id %q stands on page and log: %.300s", last.Header().Get("Retry-After"), id, last.Body)
			}
		})
	}
}
