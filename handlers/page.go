package handlers

import (
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

const sandboxBanner = "Sandbox: made-up prices and a small catalogue. Set ETORO_API_KEY and ETORO_USER_KEY for the real ones."

// page is the frame of a page: what stands around its content.
func (h *Handlers) page(c echo.Context, title string) views.Page {
	s := h.market.State()
	now := h.now()
	if s.Err != nil {
		c.Set(degradedKey, "catalogue")
	}
	p := views.Page{
		Title: title, Path: pageOf(c), Build: h.build, RequestID: requestID(c), NoIndex: true,
		Pills: pills(s, now), Stale: staleNote(s, now),
	}
	if s.Source == market.Sandbox {
		p.Banner = sandboxBanner
	}
	return p
}

// pills are the states in the header: where prices come from, the catalogue, the budget.
func pills(s market.State, now time.Time) []views.Pill {
	return []views.Pill{sourcePill(s), cataloguePill(s, now), budgetPill(s)}
}

func sourcePill(s market.State) views.Pill {
	switch {
	case s.AsOf.IsZero():
		return views.Pill{Text: "Loading", Title: "The first catalogue is still loading", Tone: views.Warn}
	case s.Age == market.AgeSnapshot:
		return views.Pill{Text: "Snapshot", Title: "Started from the catalogue kept on disk; a fresh one is on its way", Tone: views.Warn}
	case s.Source == market.Sandbox:
		return views.Pill{Text: "Sandbox", Title: "A simulated eToro inside this program", Tone: views.Warn}
	case s.Err != nil:
		return views.Pill{Text: "eToro unreachable", Title: "The last refresh went wrong; the last good data is shown", Tone: views.Bad}
	}
	return views.Pill{Text: "eToro", Title: "Data from eToro's API", Tone: views.Good}
}

func cataloguePill(s market.State, now time.Time) views.Pill {
	if s.AsOf.IsZero() {
		return views.Pill{Text: "No catalogue yet"}
	}
	p := views.Pill{
		Text:  fmt.Sprintf("Catalogue %s · %s old", views.FormatCount(s.Count), views.FormatAge(now.Sub(s.AsOf))),
		Title: fmt.Sprintf("%s instruments, %s hidden, read %s", views.FormatCount(s.Count), views.FormatCount(s.Hidden), views.FormatTime(s.AsOf)),
	}
	if s.Age != market.AgeFresh {
		p.Tone = views.Warn
	}
	return p
}

func budgetPill(s market.State) views.Pill {
	b := s.Budget
	p := views.Pill{
		Text:  fmt.Sprintf("eToro budget %d of %d", b.Left, b.Limit),
		Title: fmt.Sprintf("%d of %d questions to eToro are left in this rolling minute, for everybody together", b.Left, b.Limit),
	}
	switch {
	case b.Closed > 0:
		p.Tone, p.Title = views.Bad, "eToro asked us to wait "+views.FormatAge(b.Closed)
	case b.Left*5 < b.Limit:
		p.Tone = views.Warn
	}
	return p
}

// staleNote says in a sentence how old the data is when it is older than it should be, and why.
func staleNote(s market.State, now time.Time) string {
	if s.AsOf.IsZero() || s.Age == market.AgeFresh && s.Err == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The catalogue is from %s, %s ago.", views.FormatTime(s.AsOf), views.FormatAge(now.Sub(s.AsOf)))
	if s.Err == nil {
		b.WriteString(" A fresh one is being loaded.")
		return b.String()
	}
	call := callOf(s.Err)
	fmt.Fprintf(&b, " The last refresh went wrong: %s", call.summary(s.Err))
	if len(call.ids) > 0 {
		fmt.Fprintf(&b, " · eToro x-request-id %s", strings.Join(call.ids, ", "))
	}
	b.WriteString(".")
	return b.String()
}
