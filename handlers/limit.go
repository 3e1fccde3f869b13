package handlers

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// The pace of one address: far above a person who types, below a script that would take the desk from
// everybody else.
const (
	pacePerSecond = 50
	paceBurst     = 200
	paceMemory    = 3 * time.Minute
)

// limit answers 429 to an address that keeps asking faster than its pace. This machine's own programs are
// not held to one: a proxy in front has to be named as trusted, and then its clients are told apart.
func (h *Handlers) limit() echo.MiddlewareFunc {
	return middleware.RateLimiterWithConfig(middleware.RateLimiterConfig{
		Skipper: func(c echo.Context) bool {
			addr := h.visitor(c.Request())
			return !addr.IsValid() || addr.IsLoopback()
		},
		IdentifierExtractor: func(c echo.Context) (string, error) { return household(h.visitor(c.Request())), nil },
		Store: middleware.NewRateLimiterMemoryStoreWithConfig(middleware.RateLimiterMemoryStoreConfig{
			Rate: pacePerSecond, Burst: paceBurst, ExpiresIn: paceMemory,
		}),
		DenyHandler: func(echo.Context, string, error) error { return echo.NewHTTPError(http.StatusTooManyRequests) },
	})
}

// visitor is the address that a request comes from: its peer, or, behind trusted proxies, the last address in
// X-Forwarded-For that is none of theirs. What stands before it was written by the visitor.
func (h *Handlers) visitor(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && h.trusts(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap().WithZone("")
	}
	return addr
}

// household is what an address is counted by: a network of IPv6 is one visitor's.
func household(addr netip.Addr) string {
	if addr.Is4() {
		return addr.String()
	}
	p, err := addr.Prefix(64)
	if err != nil {
		return addr.String()
	}
	return p.String()
}
