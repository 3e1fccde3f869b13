package etoro

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
)

const (
	apiRoot   = "/api/v1"
	quick     = 15 * time.Second // an attempt at a small read
	slow      = time.Minute      // an attempt at a whole catalogue: eToro was seen to take 8 s for two pages
	lookupCap = 1 << 20          // bytes of unpacked body; the lookups are a few kB
	quotesCap = 4 << 20          // 100 rates or 1000 candles stay under 300 kB
	wholeCap  = 64 << 20         // one row for each of 12,700 instruments is about 10 MB
	errorCap  = 64 << 10         // bytes of an error body that are read
)

// call is one read. Decode parses a success and tells how many rows it skipped.
type call struct {
	op      string
	path    string // below apiRoot
	query   string
	cap     int64
	timeout time.Duration // of one attempt
	decode  func(body []byte) (skipped int, err error)
}

// outcome is how one attempt ended. At most one of api, broken and strange is set.
type outcome struct {
	Attempt
	header  http.Header
	api     *APIError
	limited *RateLimitError // beside api, for a 429
	broken  error           // no answer
	strange error           // a success that is not the contract
}

// fetch makes the call: a first attempt and, where that can help, further ones.
func (c *Client) fetch(ctx context.Context, k call) error {
	p, err := c.admit(ctx, k.op)
	if err != nil {
		return err
	}
	c.retries.earn()
	var done []Attempt
	for {
		o := c.attempt(ctx, k, p, done)
		next, why := c.again(ctx, k.op, len(done)+1, o)
		o.Retried = why
		done = append(done, o.Attempt)
		observe(ctx, o.Attempt)
		if next == nil {
			return o.failure(k.op, done)
		}
		p = *next
	}
}

// admit waits for the right to send one request, or says why it may not be sent.
func (c *Client) admit(ctx context.Context, op string) (pass, error) {
	probe, err := c.breaker.enter(op)
	if err != nil {
		return pass{}, err
	}
	p, err := c.gate.enter(ctx, op)
	if err != nil {
		c.breaker.leave(probe, Attempt{}, neutral)
		return pass{}, err
	}
	p.probe = probe
	return p, nil
}

// attempt sends one request and books how it went with the gate and the breaker.
func (c *Client) attempt(ctx context.Context, k call, p pass, past []Attempt) outcome {
	o := outcome{Attempt: Attempt{Op: k.op, RequestID: uuid.NewString(), Start: c.clock.Now()}}
	c.exchange(ctx, k, &o)
	o.Duration = c.clock.Now().Sub(o.Start)
	if o.header != nil {
		c.readLimits(&o, p, past)
	}
	c.gate.leave(p)
	c.breaker.leave(p.probe, o.Attempt, o.verdict())
	return o
}

// readLimits tells the gate what the answer says of the budget.
func (c *Client) readLimits(o *outcome, p pass, past []Attempt) {
	if o.Status != http.StatusTooManyRequests {
		c.gate.hear(p, o.header)
		return
	}
	o.Retried = "no: eToro asked to wait"
	o.api.Attempts = append(slices.Clone(past), o.Attempt)
	// From here on the error is shared with those whom the gate turns away.
	wait := c.gate.shut(o.header, o.api)
	o.limited = &RateLimitError{RetryAfter: wait, Op: o.Op, API: o.api}
}

// exchange is the HTTP of one attempt.
func (c *Client) exchange(ctx context.Context, k call, o *outcome) {
	attemptCtx, cancel := context.WithTimeout(ctx, k.timeout)
	defer cancel()
	req, err := c.request(attemptCtx, k, o.RequestID)
	if err != nil {
		o.breaks(err)
		return
	}
	resp, err := c.http.Do(req)
	if err != nil {
		o.breaks(cause(ctx, attemptCtx, k.timeout, err))
		return
	}
	defer func() { _ = resp.Body.Close() }()
	o.Status, o.header = resp.StatusCode, resp.Header
	if resp.StatusCode/100 != 2 {
		c.refused(resp, o)
		return
	}
	body, err := readAll(resp.Body, k.cap)
	o.Bytes = len(body)
	if _, ok := errors.AsType[malformedError](err); ok {
		o.isStrange(err)
	} else if err != nil {
		o.breaks(cause(ctx, attemptCtx, k.timeout, err))
	} else {
		o.read(body, k.decode)
	}
}

func (c *Client) request(ctx context.Context, k call, id string) (*http.Request, error) {
	url := c.base + apiRoot + k.path
	if k.query != "" {
		url += "?" + k.query
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, errors.New("the URL of the call cannot be built")
	}
	req.Header.Set("X-Request-Id", id)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.agent)
	c.sign(req.Header)
	return req, nil
}

// read decodes a success that arrived whole.
func (o *outcome) read(body []byte, decode func([]byte) (int, error)) {
	err := looksLikeJSON(body)
	if err == nil {
		o.Skipped, err = decode(body)
	}
	if err != nil {
		o.isStrange(err)
	}
}

// refused makes the typed error of an answer that is no success.
func (c *Client) refused(resp *http.Response, o *outcome) {
	// A cut error body is still an answer: its status counts.
	body, _ := readAtMost(resp.Body, errorCap)
	o.Bytes = len(body)
	told := readErrorBody(body)
	o.api = &APIError{
		Op: o.Op, Status: o.Status, RequestID: o.RequestID,
		Code:              oneLine(c.redact(told.code), 64),
		Message:           oneLine(c.redact(told.message), maxText),
		UpstreamRequestID: oneLine(c.redact(told.requestID), 64),
	}
	if o.Status/100 == 3 {
		o.api.Message = "a redirect, which is not followed"
	}
	if o.Status == http.StatusTooManyRequests || o.Status == http.StatusServiceUnavailable {
		o.RetryAfter, _ = retryAfter(resp.Header.Values("Retry-After"), c.clock.Now())
	}
	o.Err = oneLine(o.api.cause(), maxText)
}

func (o *outcome) breaks(err error) { o.broken, o.Err = err, oneLine(err.Error(), maxText) }

func (o *outcome) isStrange(err error) { o.strange, o.Err = err, oneLine(err.Error(), maxText) }

// failure is the error of a call that ends with o, nil for a success.
func (o *outcome) failure(op string, attempts []Attempt) error {
	switch {
	case o.limited != nil:
		return o.limited
	case o.api != nil:
		o.api.Attempts = attempts
		return o.api
	case o.broken != nil:
		return &TransportError{Op: op, Attempts: attempts, Err: o.broken}
	case o.strange != nil:
		return &ContractError{Op: op, Status: o.Status, Attempts: attempts, Err: o.strange}
	}
	return nil
}

// verdict is what o says of eToro's health. Any answer but a 5xx is a sign of life.
func (o *outcome) verdict() verdict {
	switch {
	case o.broken != nil && callerEnded(o.broken):
		return neutral
	case o.broken != nil, o.Status >= 500:
		return failing
	}
	return healthy
}
