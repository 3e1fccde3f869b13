package handlers

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/market"
)

// fault is what became of an error: the answer for the person and the facts for the log. The
// error's own text goes to the log alone.
type fault struct {
	status     int
	level      slog.Level
	kicker     string // what kind of failure, two or three words
	title      string // one line
	text       string // what the person can do
	retryAfter time.Duration
	call       upstreamCall
	err        error
}

// upstreamCall is the question to eToro that an error came from; the zero value is none.
type upstreamCall struct {
	op       string
	status   int // of eToro's last answer, 0 for none
	attempts int
	ids      []string // eToro's x-request-id of each attempt, in order
}

func callOf(err error) upstreamCall {
	op, status, attempts, ok := etoro.Details(err)
	if !ok {
		return upstreamCall{}
	}
	c := upstreamCall{op: op, status: status, attempts: len(attempts)}
	for _, a := range attempts {
		if a.RequestID != "" {
			c.ids = append(c.ids, a.RequestID)
		}
	}
	return c
}

// summary says in a few words what was asked and what came back, without eToro's own text.
func (c upstreamCall) summary(err error) string {
	var parts []string
	if c.op != "" {
		parts = append(parts, c.op)
	}
	var limited *etoro.RateLimitError
	switch {
	case errors.As(err, &limited) && limited.Local:
		parts = append(parts, "not sent, waiting for the request budget")
	case c.status != 0:
		parts = append(parts, fmt.Sprintf("answered %d", c.status))
	case c.op != "":
		parts = append(parts, "no answer")
	default:
		parts = append(parts, "not understood")
	}
	if c.attempts > 0 {
		parts = append(parts, plural(c.attempts, "attempt", "attempts"))
	}
	return strings.Join(parts, " · ")
}

// answer sends what err calls for and returns what is to be logged. It is the single exit for
// errors; with none it only reports the status that was sent.
func (h *Handlers) answer(c echo.Context, err error) fault {
	if err == nil {
		return fault{status: c.Response().Status, level: slog.LevelInfo}
	}
	f := explain(err)
	if errors.Is(c.Request().Context().Err(), context.Canceled) && errors.Is(err, context.Canceled) {
		// The browser left. Nobody reads an answer.
		f.status, f.level = 499, slog.LevelDebug
		return f
	}
	if c.Response().Committed {
		return f
	}
	if sendErr := h.sendFault(c, f); sendErr != nil {
		f.err = errors.Join(f.err, sendErr)
		if !c.Response().Committed {
			http.Error(c.Response(), "Something went wrong here. Request id: "+requestID(c), http.StatusInternalServerError)
		}
	}
	return f
}

// attrs are the log keys of a fault; none for a request that went well.
func (f fault) attrs() []slog.Attr {
	if f.err == nil {
		return nil
	}
	attrs := []slog.Attr{slog.String("err", f.err.Error())}
	if f.call.op == "" {
		return attrs
	}
	return append(attrs,
		slog.String("op", f.call.op),
		slog.Int("upstream_status", f.call.status),
		slog.String("upstream_request_id", strings.Join(f.call.ids, ",")),
		slog.Int("attempts", f.call.attempts))
}

// explain turns an error into a fault. The first row that fits decides; what fits none is our own
// failure, and its text stays in the log.
func explain(err error) fault {
	f := classify(err)
	f.err = err
	f.call = callOf(err)
	return f
}

func classify(err error) fault {
	var (
		input   *inputError
		bad     *market.BadQuery
		missing *missingError
		busy    *busyError
		routed  *echo.HTTPError
	)
	switch {
	case errors.As(err, &input):
		return badRequest(input.Field, input.Message)
	case errors.As(err, &bad):
		return badRequest(bad.Field, bad.Message)
	case errors.As(err, &missing):
		return fault{status: 404, level: slog.LevelInfo, kicker: "not found", title: missing.Title, text: missing.Text}
	case errors.Is(err, market.ErrWarming):
		return fault{
			status: 503, level: slog.LevelWarn, kicker: "starting", retryAfter: 2 * time.Second,
			title: "The catalogue is still loading",
			text:  "The first load of eToro's catalogue takes a few seconds. This page tries again by itself.",
		}
	case errors.As(err, &busy):
		return fault{status: 503, level: slog.LevelWarn, kicker: "too many streams", title: "There is no room for another stream of prices",
			text: busy.Text, retryAfter: streamsRetry}
	case errors.As(err, &routed):
		return routing(routed.Code)
	}
	return classifyUpstream(err)
}

func badRequest(field, message string) fault {
	title := "That address cannot be read"
	if field == "q" {
		title = "That cannot be searched for"
	}
	return fault{status: 400, level: slog.LevelInfo, kicker: "bad request", title: title, text: message}
}

// routing explains the statuses that the router and the limits before the handlers give.
func routing(status int) fault {
	f := fault{status: status, level: slog.LevelInfo, kicker: "not found",
		title: "There is no such page", text: "The address may be mistyped, or the page has moved. The list has every instrument."}
	switch status {
	case http.StatusNotFound:
	case http.StatusMethodNotAllowed:
		f.kicker, f.title, f.text = "not allowed", "This page can only be read", "Instrument Desk changes nothing: it answers GET and HEAD."
	case http.StatusTooManyRequests:
		f.kicker, f.title = "too many requests", "That was faster than one person can read"
		f.text, f.retryAfter = "This browser asked for many pages at once. Wait a moment and try again.", 5*time.Second
	default:
		f.kicker, f.title, f.text = "refused", http.StatusText(status), "The request cannot be answered as it was sent."
	}
	return f
}

// classifyUpstream explains the errors of eToro's client by their class.
func classifyUpstream(err error) fault {
	var limited *etoro.RateLimitError
	_, upstreamStatus, _, _ := etoro.Details(err)
	switch {
	case errors.As(err, &limited):
		return limitedFault(limited)
	case errors.Is(err, etoro.ErrUnauthorized):
		return fault{status: 502, level: slog.LevelError, kicker: "keys refused", title: "eToro does not accept our keys",
			text: "The dashboard cannot sign in at eToro. Whoever runs it should check ETORO_API_KEY and ETORO_USER_KEY with `dashboard check`."}
	case errors.Is(err, etoro.ErrInvalid):
		return fault{status: 500, level: slog.LevelError, kicker: "our mistake", title: "We asked eToro something it refuses",
			text: "This is a fault of the dashboard, not of yours. Please send the text below to whoever runs it."}
	case errors.Is(err, etoro.ErrNotFound):
		return fault{status: 502, level: slog.LevelError, kicker: "eToro has no such address", title: "eToro does not know what we asked for",
			text: "The address of eToro's API may be set wrongly. Whoever runs the dashboard should check ETORO_BASE_URL."}
	case errors.Is(err, etoro.ErrContract), errors.Is(err, market.ErrShrunken):
		return fault{status: 502, level: slog.LevelError, kicker: "answer not understood", title: "eToro's answer could not be read",
			text: "eToro answered, but not in the form it should. It is often over in a minute: try again then."}
	case errors.Is(err, context.DeadlineExceeded), upstreamStatus == http.StatusGatewayTimeout:
		return fault{status: 504, level: slog.LevelWarn, kicker: "eToro is slow", title: "eToro did not answer in time",
			text: "Nothing recent is kept to show instead. This page tries again by itself.", retryAfter: 5 * time.Second}
	case upstreamStatus == http.StatusServiceUnavailable:
		return fault{status: 503, level: slog.LevelWarn, kicker: "eToro is unavailable", title: "eToro is closed for the moment",
			text: "It says that it cannot serve just now, and nothing recent is kept to show instead. This page tries again by itself.", retryAfter: 10 * time.Second}
	case errors.Is(err, etoro.ErrUnavailable) && upstreamStatus != 0:
		return fault{status: 502, level: slog.LevelWarn, kicker: "eToro failed", title: "eToro answered with an error",
			text: "The fault is on eToro's side, and nothing recent is kept to show instead. This page tries again by itself.", retryAfter: 10 * time.Second}
	case errors.Is(err, etoro.ErrUnavailable):
		return fault{status: 502, level: slog.LevelWarn, kicker: "eToro does not answer", title: "eToro cannot be reached",
			text: "Nothing recent is kept to show instead. This page tries again by itself.", retryAfter: 10 * time.Second}
	}
	return fault{status: 500, level: slog.LevelError, kicker: "our mistake", title: "Something went wrong here",
		text: "It is not your fault. Try again; if it happens again, send the text below to whoever runs the dashboard."}
}

func limitedFault(e *etoro.RateLimitError) fault {
	f := fault{status: 503, level: slog.LevelWarn, kicker: "eToro is limiting us", title: "eToro asked us to slow down",
		text:       "Everybody here shares one budget of questions to eToro, and nothing recent is kept to show instead. This page tries again by itself.",
		retryAfter: max(e.RetryAfter, time.Second)}
	if e.Local && e.API == nil {
		f.kicker, f.title = "budget spent", "This minute's questions to eToro are used up"
	}
	return f
}

// missingError is a thing that the catalogue does not hold.
type missingError struct{ Title, Text string }

func (e *missingError) Error() string { return e.Title }

// seconds is how long to wait, in whole seconds, rounded up.
func (f fault) seconds() int { return int(math.Ceil(f.retryAfter.Seconds())) }

// setHeaders names the failure in the headers: the ids, and when to come back.
func (f fault) setHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	if len(f.call.ids) > 0 {
		h.Set(headerUpstreamID, strings.Join(f.call.ids, ", "))
	}
	if s := f.seconds(); s > 0 {
		h.Set("Retry-After", strconv.Itoa(s))
	}
}
