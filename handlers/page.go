package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

const sandboxBanner = "Sandbox: made-up prices and a small catalogue. Set ETORO_API_KEY and ETORO_USER_KEY for the real ones."

// page is the frame of a page: what stands around its content, as of s.
func (h *Handlers) page(c echo.Context, title string, s market.State) views.Page {
	now := h.now()
	p := views.Page{
		Title: title, Path: pageOf(c), Build: h.build, RequestID: requestID(c), NoIndex: true,
		Pills: pills(s, now), Stale: staleNote(s, now),
	}
	if trouble := feedTrouble(h.market.Feed(), now); trouble != "" {
		p.Pills = append(p.Pills, views.Pill{Text: "Prices not live", Title: "Live prices: " + trouble, Tone: views.Warn})
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
	case s.AsOf.IsZero() && s.Err != nil:
		return views.Pill{Text: "eToro unreachable", Title: "The first load went wrong; it is tried again", Tone: views.Bad}
	case s.AsOf.IsZero():
		return views.Pill{Text: "Loading", Title: "The first catalogue is still loading", Tone: views.Warn}
	case s.Age == market.AgeSnapshot:
		return views.Pill{Text: "Snapshot", Title: "Started from the catalogue kept on disk; a fresh one is on its way", Tone: views.Warn}
	case s.Source == market.Sandbox:
		return views.Pill{Text: "Sandbox", Title: "A simulated eToro inside this program", Tone: views.Warn}
	case s.Err != nil:
		return views.Pill{Text: "eToro unreachable", Title: "The last refresh went wrong; the last good data is shown", Tone: views.Bad}
	case len(failing(s)) > 0:
		return views.Pill{Text: "eToro in part", Title: "Some of the last refreshes went wrong; the note says which", Tone: views.Warn}
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

// staleNote says in a few sentences which data is older than it should be, how old it is, and why.
func staleNote(s market.State, now time.Time) string {
	if s.AsOf.IsZero() {
		return ""
	}
	var notes []string
	if s.Age != market.AgeFresh && s.Err == nil {
		notes = append(notes, asOf("catalogue", s.AsOf, now)+" A fresh one is being loaded.")
	}
	for _, p := range failing(s) {
		notes = append(notes, asOf(partName(p.Op), p.At, now)+" The last refresh went wrong: "+reason(p.Err)+".")
	}
	return strings.Join(notes, " ")
}

// failing are the classes of data whose last refresh went wrong, the catalogue first.
func failing(s market.State) []market.Part {
	return slices.DeleteFunc(slices.Clone(s.Parts), func(p market.Part) bool { return p.Err == nil })
}

func asOf(name string, at, now time.Time) string {
	if at.IsZero() {
		return "The " + name + " could not be read yet."
	}
	return fmt.Sprintf("The %s is from %s, %s ago.", name, views.FormatTime(at), views.FormatAge(now.Sub(at)))
}

// reason is what was asked and what came back, with eToro's ids.
func reason(err error) string {
	call := callOf(err)
	text := call.summary(err)
	if len(call.ids) > 0 {
		text += " · eToro x-request-id " + strings.Join(call.ids, ", ")
	}
	return text
}

// partName is what the answer of an operation is to a reader.
func partName(op string) string {
	switch op {
	case "Instruments":
		return "catalogue"
	case "Snapshot":
		return "market snapshot with the prices"
	case "ClosingPrices":
		return "list of closing prices"
	}
	return "list of names (" + op + ")"
}

// degrade notes for the log, and in the headers, which refreshes behind an answer went wrong: it is an
// answer all the same, and support can find the calls.
func degrade(c echo.Context, s market.State) {
	var ops, ids []string
	for _, p := range failing(s) {
		ops = append(ops, p.Op)
		ids = append(ids, callOf(p.Err).ids...)
	}
	if len(ops) == 0 {
		return
	}
	c.Set(degradedKey, degradation{strings.Join(ops, ","), strings.Join(ids, ",")})
	if len(ids) > 0 {
		c.Response().Header().Set(headerUpstreamID, strings.Join(ids, ", "))
	}
}
