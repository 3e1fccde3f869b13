package etoro

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Classes of errors, for errors.Is. An error of this package has exactly one of
// them, or is the error of the context that the caller ended.
var (
	ErrInvalid      = errors.New("etoro: request refused as wrong") // 400, 409, 422 …
	ErrUnauthorized = errors.New("etoro: keys refused")             // 401, 403
	ErrNotFound     = errors.New("etoro: no such thing")            // 404, 410
	ErrRateLimited  = errors.New("etoro: read budget spent")        // 429, or refused locally
	ErrUnavailable  = errors.New("etoro: no usable answer")         // 5xx, no connection, breaker open
	ErrContract     = errors.New("etoro: answer not understood")    // 2xx that is not the contract: HTML, cut JSON, too long; 3xx
)

// Attempt is one HTTP exchange with eToro.
type Attempt struct {
	Op         string // the method's name: "Instruments"
	RequestID  string // the x-request-id that was sent
	Status     int    // 0 when no answer came
	Bytes      int    // of the body, unpacked, as far as it was read
	Start      time.Time
	Duration   time.Duration
	RetryAfter time.Duration // how long a 429 or 503 asked to wait, 1 s … 2 min; 0 when it did not
	Skipped    int           // rows of the answer that could not be read and were left out
	Err        string        // one short line, never a key; "" on success
	Retried    string        // why another attempt followed or not; "" on success
}

// APIError is an answer that is not a success. Its class follows from Status.
type APIError struct {
	Op                string
	Status            int
	Code, Message     string    // eToro's, when its body told; for logs, capped
	RequestID         string    // x-request-id of the last attempt
	UpstreamRequestID string    // requestId in eToro's body, when it told one
	Attempts          []Attempt // all of them, in order
}

// Error reads "Candles: 503 GeneralError: text (request id …, 3 attempts)".
func (e *APIError) Error() string {
	return line(e.Op, e.cause(), e.Attempts)
}

func (e *APIError) cause() string {
	s := fmt.Sprint(e.Status)
	if e.Code != "" {
		s += " " + e.Code
	}
	if e.Message != "" && e.Message != e.Code {
		s += ": " + e.Message
	}
	return s
}

// Is maps Status to its class.
func (e *APIError) Is(target error) bool { return target == class(e.Status) }

func class(status int) error {
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ErrUnauthorized
	case status == http.StatusNotFound, status == http.StatusGone:
		return ErrNotFound
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case status == http.StatusRequestTimeout, status >= 500:
		return ErrUnavailable
	case status >= 400:
		return ErrInvalid
	}
	return ErrContract // a redirect: the API has none
}

// RateLimitError is a 429, or a refusal by our own gate without a call (Local).
type RateLimitError struct {
	RetryAfter time.Duration
	Local      bool
	Op         string
	API        *APIError // the 429 that closed the gate, nil when the window itself is spent
}

// Error reads "Candles: 429 TooManyRequests, retry in 7s (request id …)".
func (e *RateLimitError) Error() string {
	in := ", retry in " + short(e.RetryAfter)
	switch {
	case e.API == nil:
		return line(e.Op, "not sent, the budget of this minute is spent"+in, nil)
	case e.Local:
		return line(e.Op, "not sent, eToro asked to wait"+in, e.API.Attempts)
	}
	return line(e.Op, e.API.cause()+in, e.API.Attempts)
}

// Is reports that the class is ErrRateLimited.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// Unwrap returns the 429 behind it, if there is one.
func (e *RateLimitError) Unwrap() error {
	if e.API == nil {
		return nil
	}
	return e.API
}

// TransportError is a call that got no answer: the connection failed, an
// attempt timed out, the breaker is open (Local), or the caller's context ended.
type TransportError struct {
	Op         string
	Attempts   []Attempt // of a Local refusal: the attempt that opened the breaker
	Err        error     // without the URL; context.Canceled or DeadlineExceeded only when the caller's context ended
	Local      bool      // refused by our own breaker, nothing was sent
	RetryAfter time.Duration
}

// Error reads "Rates: no answer: connection refused (request id …)".
func (e *TransportError) Error() string {
	s := "no answer: " + e.Err.Error()
	if e.Local {
		s = "not sent, " + e.Err.Error() + ", retry in " + short(e.RetryAfter)
	}
	return line(e.Op, s, e.Attempts)
}

// Is reports that the class is ErrUnavailable, unless it was the caller who ended the call.
func (e *TransportError) Is(target error) bool {
	return target == ErrUnavailable && !callerEnded(e.Err)
}

// Unwrap returns what went wrong.
func (e *TransportError) Unwrap() error { return e.Err }

func callerEnded(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// ContractError is a success whose body is not what the API promises: HTML,
// nothing, broken JSON, too long, or no readable row.
type ContractError struct {
	Op       string
	Status   int
	Attempts []Attempt
	Err      error // what was wrong with it; quotes nothing of the body
}

// Error reads "Instruments: 200 not understood: html instead of json (request id …)".
func (e *ContractError) Error() string {
	return line(e.Op, fmt.Sprintf("%d not understood: %v", e.Status, e.Err), e.Attempts)
}

// Is reports that the class is ErrContract.
func (e *ContractError) Is(target error) bool { return target == ErrContract }

// Unwrap returns what was wrong.
func (e *ContractError) Unwrap() error { return e.Err }

// ParamError is a call refused before it was sent, because eToro would.
type ParamError struct{ Op, Message string }

// Error reads "Rates: 101 ids, at most 100 in one call".
func (e *ParamError) Error() string { return line(e.Op, e.Message, nil) }

// Is reports that the class is ErrInvalid.
func (e *ParamError) Is(target error) bool { return target == ErrInvalid }

// Details returns the operation, the status of the last answer (0 when none) and the attempts behind err,
// whichever of this package's errors it holds; ok is false when it holds none. A call that was refused
// locally has the attempts that made us refuse it.
func Details(err error) (op string, status int, attempts []Attempt, ok bool) {
	if e, ok := errors.AsType[*RateLimitError](err); ok {
		if e.API == nil {
			return e.Op, 0, nil, true
		}
		return e.Op, e.API.Status, e.API.Attempts, true
	}
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.Op, e.Status, e.Attempts, true
	}
	if e, ok := errors.AsType[*ContractError](err); ok {
		return e.Op, e.Status, e.Attempts, true
	}
	if e, ok := errors.AsType[*TransportError](err); ok {
		return e.Op, lastStatus(e.Attempts), e.Attempts, true
	}
	if e, ok := errors.AsType[*ParamError](err); ok {
		return e.Op, 0, nil, true
	}
	return "", 0, nil, false
}

func lastStatus(attempts []Attempt) int {
	for i := len(attempts) - 1; i >= 0; i-- {
		if attempts[i].Status != 0 {
			return attempts[i].Status
		}
	}
	return 0
}
