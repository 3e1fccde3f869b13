package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/trace"
)

// Headers that carry the ids.
const (
	headerRequestID  = "X-Request-Id"
	headerUpstreamID = "X-Upstream-Request-Id"
)

// identify gives the request its id. One that the client sends is adopted only from a trusted
// proxy and only when well-formed: anybody else could make two requests share a name.
func (h *Handlers) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		id := r.Header.Get(headerRequestID)
		if !trace.WellFormed(id) || !h.trustedPeer(r.RemoteAddr) {
			id = trace.NewID()
		}
		c.Response().Header().Set(headerRequestID, id)
		c.SetRequest(r.WithContext(trace.WithID(r.Context(), id)))
		return next(c)
	}
}

func (h *Handlers) trustedPeer(remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	return err == nil && h.trusts(peer.Addr().Unmap())
}

func (h *Handlers) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(h.trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// access turns the error of a request into its answer and writes the request's one log line.
func (h *Handlers) access(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := h.now()
		h.finish(c, next(c), start)
		return nil
	}
}

// finish is apart from access to keep the stack small under which a stream waits: there may be thousands.
func (h *Handlers) finish(c echo.Context, err error, start time.Time) {
	f := h.answer(c, err)
	attrs := []slog.Attr{
		slog.String("request_id", requestID(c)),
		slog.String("method", c.Request().Method),
		slog.String("route", c.Path()),
		slog.String("path", clip(c.Request().URL.EscapedPath(), 200)),
		slog.Int("status", f.status),
		slog.Float64("dur_ms", float64(h.now().Sub(start).Microseconds())/1000),
		slog.Int64("bytes", c.Response().Size),
	}
	if d, ok := c.Get(degradedKey).(degradation); ok && f.err == nil {
		attrs = append(attrs, slog.String("degraded", d.ops), slog.String("upstream_request_id", d.ids))
	}
	if ended, ok := c.Get(endedKey).(string); ok {
		attrs = append(attrs, slog.String("ended", ended))
	}
	h.log.LogAttrs(c.Request().Context(), f.level, "request", append(attrs, f.attrs()...)...)
}

// degradedKey holds a degradation: which data of an answer is older than it should be.
const degradedKey = "degraded"

// degradation is the operations that went wrong behind an answer, and eToro's ids of their calls.
type degradation struct{ ops, ids string }

// panicError is a panic on its way to the error page; its stack is for the log alone.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

func (h *Handlers) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if e, ok := v.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(v)
			}
			err = &panicError{v, debug.Stack()}
		}()
		return next(c)
	}
}

func (h *Handlers) deadline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Path() == livePath {
			return next(c) // a stream is as long as it is watched
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), requestTimeout)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// contentSecurityPolicy lets a page load its own files and nothing else.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers sets what every answer carries. A handler may replace Cache-Control.
func (h *Handlers) headers(next echo.HandlerFunc) echo.HandlerFunc {
	everywhere := [][2]string{
		{"Content-Security-Policy", contentSecurityPolicy},
		{"X-Content-Type-Options", "nosniff"},
		{"Referrer-Policy", "no-referrer"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"},
		{"X-Frame-Options", "DENY"},
		{"Cache-Control", "private, no-cache"},
	}
	return func(c echo.Context) error {
		for _, h := range everywhere {
			c.Response().Header().Set(h[0], h[1])
		}
		return next(c)
	}
}

func requestID(c echo.Context) string { return trace.ID(c.Request().Context()) }

// isHTMX reports whether htmx asked, and so a fragment is wanted.
func isHTMX(c echo.Context) bool { return c.Request().Header.Get("HX-Request") == "true" }

// wantsJSON reports whether an error is to be told as a problem document.
func wantsJSON(c echo.Context) bool {
	switch c.Path() {
	case "/instruments.json", "/instruments.csv", "/instruments/:id/candles", livePath, "/prices", "/readyz", "/healthz":
		return true
	}
	if c.Path() == "/instruments/:id" && strings.HasSuffix(c.Param("id"), ".json") {
		return true
	}
	accept := c.Request().Header.Get("Accept")
	return strings.Contains(accept, "json") && !strings.Contains(accept, "text/html")
}
