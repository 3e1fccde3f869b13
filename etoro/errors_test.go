package etoro

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"
)

func TestStatusHasAClass(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]error{
		301: ErrContract, 304: ErrContract, 400: ErrInvalid, 401: ErrUnauthorized, 403: ErrUnauthorized, 404: ErrNotFound,
		408: ErrUnavailable, 409: ErrInvalid, 410: ErrNotFound, 414: ErrInvalid, 422: ErrInvalid, 429: ErrRateLimited,
		500: ErrUnavailable, 501: ErrUnavailable, 502: ErrUnavailable, 503: ErrUnavailable, 504: ErrUnavailable, 522: ErrUnavailable,
	} {
		checkClass(t, fmt.Errorf("wrapped: %w", &APIError{Status: status}), want)
	}
}

func TestErrorsSayWhatHappenedAndHoldTheirDetails(t *testing.T) {
	t.Parallel()
	two := []Attempt{{RequestID: "a", Status: 503}, {RequestID: "b"}}
	api := &APIError{Op: "Rates", Status: 429, Code: "TooManyRequests", Message: "Too many", Attempts: two[:1]}
	for _, row := range []struct {
		err      error
		text     string
		class    error
		status   int
		attempts int
	}{
		{&APIError{Op: "Me", Status: 503, Attempts: two}, "Me: 503 (request id b, 2 attempts)", ErrUnavailable, 503, 2},
		{&RateLimitError{Op: "Rates", RetryAfter: 7 * time.Second, API: api}, "Rates: 429 TooManyRequests: Too many, retry in 7s (request id a)", ErrRateLimited, 429, 1},
		{&RateLimitError{Op: "Me", RetryAfter: 6 * time.Second, Local: true, API: api}, "Me: not sent, eToro asked to wait, retry in 6s (request id a)", ErrRateLimited, 429, 1},
		{&RateLimitError{Op: "Me", RetryAfter: 1500 * time.Millisecond, Local: true}, "Me: not sent, the budget of this minute is spent, retry in 2s", ErrRateLimited, 0, 0},
		{&TransportError{Op: "Me", Attempts: two, Err: io.ErrUnexpectedEOF}, "Me: no answer: unexpected EOF (request id b, 2 attempts)", ErrUnavailable, 503, 2},
		{&TransportError{Op: "Me", Attempts: two[:1], Err: errors.New("down"), Local: true, RetryAfter: time.Second}, "Me: not sent, down, retry in 1s (request id a)", ErrUnavailable, 503, 1},
		{&TransportError{Op: "Me", Err: context.DeadlineExceeded}, "Me: no answer: context deadline exceeded", context.DeadlineExceeded, 0, 0},
		{&ContractError{Op: "Me", Status: 200, Attempts: two[1:], Err: errors.New("empty")}, "Me: 200 not understood: empty (request id b)", ErrContract, 200, 1},
		{&ParamError{"Me", "no"}, "Me: no", ErrInvalid, 0, 0},
	} {
		if got := row.err.Error(); got != row.text {
			t.Errorf("text %q, want %q", got, row.text)
		}
		wrapped := fmt.Errorf("outer: %w", row.err)
		checkClass(t, wrapped, row.class)
		op, status, attempts, ok := Details(wrapped)
		if wantOp, _, _ := strings.Cut(row.text, ":"); !ok || op != wantOp || status != row.status || len(attempts) != row.attempts {
			t.Errorf("%v: details %s %d %d %v", row.err, op, status, len(attempts), ok)
		}
	}
	if _, _, _, ok := Details(io.EOF); ok {
		t.Error("a foreign error has details")
	}
}

func TestOnlyTheCallersDeadlineLooksLikeOne(t *testing.T) {
	t.Parallel()
	live, over := t.Context(), endedContext(t)
	for _, row := range []struct {
		name            string
		caller, attempt context.Context
		err, want       error // want nil: no context error
	}{
		{"caller ended", over, over, io.EOF, context.Canceled},
		{"attempt timed out", live, over, context.DeadlineExceeded, nil},
		{"dial timed out", live, live, &timeoutError{}, nil},
		{"reset", live, live, os.ErrClosed, os.ErrClosed},
	} {
		got := cause(row.caller, row.attempt, quick, row.err)
		if row.want != nil && !errors.Is(got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
		if row.want == nil && callerEnded(got) {
			t.Errorf("%s: %v looks like the caller's end", row.name, got)
		}
	}
}

// timeoutError is like the unexported one of package net.
type timeoutError struct{}

func (*timeoutError) Error() string        { return "i/o timeout" }
func (*timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

func endedContext(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestErrorBodiesOfEveryShape(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]errorBody{
		`{"errorCode":"Unauthorized","errorMessage":"no key"}`:                                      {"Unauthorized", "no key", ""},
		`{"errorCode":1015,"errorMessage":null}`:                                                    {"1015", "", ""},
		`{"success":false,"error":{"code":"Bad","message":"field x","details":{}},"requestId":"r"}`: {"Bad", "field x", "r"},
		`{"error":{"code":"instrument_not_found","message":"none"},"requestId":"r"}`:                {"instrument_not_found", "none", "r"},
		`{"type":"about:blank","title":"Bad Request","status":400,"detail":"ids"}`:                  {"Bad Request", "ids", ""},
		`{"code":7,"message":"m","requestId":"r"}`:                                                  {"7", "m", "r"},
		`{"error":"invalid_grant","error_description":"session over"}`:                              {"invalid_grant", "session over", ""},
		`{"error":"just text"}`:                            {"", "just text", ""},
		`{"error":null,"statusCode":404,"message":"gone"}`: {"", "gone", ""},
		`{"error":[1]}`:                                    {},
		`[]`:                                               {"", "[]", ""},
		`error code: 1010`:                                 {"", "error code: 1010", ""},
		attentionPage:                                      {"", "html page Attention Required! | Edge", ""},
		`<html>`:                                           {"", "html page", ""},
		`<title>cut`:                                       {"", "html page", ""},
		"  ":                                               {},
	} {
		if got := readErrorBody([]byte(body)); got != want {
			t.Errorf("%s: %+v, want %+v", body, got, want)
		}
	}
}

func TestFarTextIsCappedToOneCleanLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\r\nb\tc":           "a b c",
		"\x1b[31mred\x00":     "[31mred",
		"bad \xff utf8":       "bad ? utf8",
		"\u202eturned\u200b":  "turned",
		"  blanks   joined ":  "blanks joined",
		"0123456789abcdef":    "0123456789abcdef",
		"0123456789abcdefg":   "0123456789abc…",
		"0123456789abé123456": "0123456789ab…",
	} {
		if got := oneLine(in, 16); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
