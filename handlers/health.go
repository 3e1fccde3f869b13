package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
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
	r := readinessOf(h.market.State())
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
