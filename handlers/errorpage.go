package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/views"
)

// sendFault sends a fault in the form that the request wants: an inline notice, a problem
// document, or a page.
func (h *Handlers) sendFault(c echo.Context, f fault) error {
	f.setHeaders(c.Response().Header())
	switch {
	case isHTMX(c):
		// The old results stay where they are: the notice has a place of its own.
		c.Response().Header().Set("HX-Retarget", "#notice")
		c.Response().Header().Set("HX-Reswap", "innerHTML")
		return render(c, f.status, views.ErrorFragment(h.errorModel(c, f)))
	case wantsJSON(c):
		return h.sendProblem(c, f)
	}
	m := h.errorModel(c, f)
	m.Page = h.page(c, m.Title, h.market.State())
	return render(c, f.status, views.ErrorPage(m))
}

// problem is an RFC 9457 document with the ids that support asks for.
type problem struct {
	Type               string   `json:"type"`
	Title              string   `json:"title"`
	Status             int      `json:"status"`
	Detail             string   `json:"detail"`
	Instance           string   `json:"instance"`
	RequestID          string   `json:"request_id"`
	UpstreamRequestID  string   `json:"upstream_request_id,omitempty"`  // of the last attempt
	UpstreamRequestIDs []string `json:"upstream_request_ids,omitempty"` // of each attempt, in order
	Operation          string   `json:"operation,omitempty"`
	UpstreamStatus     int      `json:"upstream_status,omitempty"`
	Time               string   `json:"time"`
	RetryAfter         int      `json:"retry_after,omitempty"` // seconds
}

func (h *Handlers) sendProblem(c echo.Context, f fault) error {
	p := problem{
		Type: "about:blank", Title: f.title, Status: f.status, Detail: f.text, Instance: c.Request().URL.EscapedPath(),
		RequestID: requestID(c), UpstreamRequestIDs: f.call.ids, Operation: f.call.op, UpstreamStatus: f.call.status,
		Time: h.now().UTC().Format(time.RFC3339), RetryAfter: f.seconds(),
	}
	if n := len(f.call.ids); n > 0 {
		p.UpstreamRequestID = f.call.ids[n-1]
	}
	body, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return c.Blob(f.status, "application/problem+json", append(body, '\n'))
}

// errorModel is everything of an error page but the page around it.
func (h *Handlers) errorModel(c echo.Context, f fault) views.ErrorModel {
	m := views.ErrorModel{
		Status: f.status, Kicker: fmt.Sprintf("%d · %s", f.status, f.kicker), Title: f.title, Text: f.text,
		RetryAfter: f.seconds(), Facts: h.errorFacts(c, f), Support: h.supportText(c, f), KeepsOld: isHTMX(c),
	}
	if f.status >= 500 || f.status == http.StatusTooManyRequests {
		m.RetryHref = pageOf(c)
	}
	if isHTMX(c) {
		return m // the list is where the person is
	}
	if c.Path() != "/" {
		m.Actions = append(m.Actions, views.Link{Text: "Back to the list", Href: "/"})
	} else if c.QueryString() != "" {
		m.Actions = append(m.Actions, views.Link{Text: "Start again with the whole list", Href: "/"})
	}
	return m
}

// pageOf is the address of the page that a request belongs to: a fragment's is its list.
func pageOf(c echo.Context) string {
	path := c.Request().URL.EscapedPath()
	if c.Path() == "/search" {
		path = "/"
	}
	if q := c.QueryString(); q != "" && len(q) < 1000 {
		path += "?" + q
	}
	return path
}

func (h *Handlers) errorFacts(c echo.Context, f fault) []views.Fact {
	id := requestID(c)
	facts := []views.Fact{{Name: "Our request id", Value: id, Copy: id}}
	for i, up := range f.call.ids {
		name := "eToro x-request-id"
		if n := len(f.call.ids); n > 1 {
			name += fmt.Sprintf(", attempt %d of %d", i+1, n)
		}
		facts = append(facts, views.Fact{Name: name, Value: up, Copy: up})
	}
	if f.call.op != "" {
		facts = append(facts, views.Fact{Name: "What was asked", Value: f.call.summary(f.err)})
	}
	return append(facts, views.Fact{Name: "When", Value: views.FormatTime(h.now())})
}

// supportText is the block for a ticket: all that support needs to find the call, and no secret.
func (h *Handlers) supportText(c echo.Context, f fault) string {
	var b strings.Builder
	line := func(name, value string) { fmt.Fprintf(&b, "%-19s %s\n", name+":", value) }
	fmt.Fprintf(&b, "Instrument Desk: %d %s\n", f.status, f.title)
	line("Request id", requestID(c))
	for _, up := range f.call.ids {
		line("eToro x-request-id", up)
	}
	if f.call.op != "" {
		line("Asked", f.call.summary(f.err))
	}
	line("Page", c.Request().Method+" "+clip(pageOf(c), 200))
	line("Time", views.FormatTime(h.now()))
	if s := f.seconds(); s > 0 {
		line("Retry after", fmt.Sprintf("%d s", s))
	}
	line("Build", h.build)
	return b.String()
}

// plural is "1 attempt", "3 attempts".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return views.FormatCount(n) + " " + many
}
