package handlers

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// healthz serves GET /healthz: the process answers.
func (h *Handlers) healthz(c echo.Context) error {
	return c.String(http.StatusOK, "ok\n")
}

// readiness is the body of GET /readyz.
type readiness struct {
	Status  string   `json:"status"` // ready, degraded, loading
	Reasons []string `json:"reasons"`
}

// readyz serves GET /readyz: 200 when pages can be answered, with the reasons why they are not as
// fresh as they should be; 503 until the first catalogue is there.
func (h *Handlers) readyz(c echo.Context) error {
	r := readinessOf(h.market.State()).with(feedTrouble(h.market.Feed(), h.now()))
	status := http.StatusOK
	if r.Status == "loading" {
		status = http.StatusServiceUnavailable
		c.Response().Header().Set("Retry-After", "2")
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(status, r)
}

func readinessOf(s market.State) readiness {
	r := readiness{Status: "ready", Reasons: []string{}}
	switch {
	case s.AsOf.IsZero():
		r.Status = "loading"
		r.Reasons = append(r.Reasons, "the first catalogue is not loaded yet")
	case s.Age == market.AgeSnapshot:
		r.Reasons = append(r.Reasons, "the catalogue comes from the snapshot on disk")
	case s.Age == market.AgeStale:
		r.Reasons = append(r.Reasons, "the catalogue is older than it should be")
	}
	for _, p := range failing(s) {
		r.Reasons = append(r.Reasons, "last refresh of the "+partName(p.Op)+": "+reason(p.Err))
	}
	if r.Status == "ready" && len(r.Reasons) > 0 {
		r.Status = "degraded"
	}
	return r
}

// with adds why live prices are not what they should be, which stops no page from being answered.
func (r readiness) with(trouble string) readiness {
	if trouble == "" {
		return r
	}
	if r.Status == "ready" {
		r.Status = "degraded"
	}
	r.Reasons = append(r.Reasons, "live prices: "+trouble)
	return r
}

// feedPatience is how long the stream may be away before that is trouble: breaks of seconds are daily.
const feedPatience = time.Minute

// feedTrouble says why prices are not pushed though they should be, "" when they are or when that is
// nobody's fault yet.
func feedTrouble(f market.Feed, now time.Time) string {
	const instead = "; prices are asked for every 10 s instead"
	switch f.Mode {
	case market.FeedRefused:
		code := ""
		if f.Code != "" {
			code = " (" + f.Code + ")"
		}
		return "eToro refuses the keys on its stream" + code + instead
	case market.FeedConnecting, market.FeedReconnecting:
		if now.Sub(f.Since) > feedPatience {
			return fmt.Sprintf("no connection to eToro's stream since %s%s", views.FormatTime(f.Since), instead)
		}
	case market.FeedPolling:
		if f.Err != nil {
			return "eToro's stream has ended" + instead
		}
	}
	return ""
}
