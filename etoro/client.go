package etoro

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Client reads eToro's market data. It is safe for concurrent use. All calls of
// one Client share one rate budget, one breaker and one pool of connections:
// use one Client per key.
type Client struct {
	base    string // scheme, host and prefix, without a slash at the end
	agent   string
	http    *http.Client
	sign    func(http.Header)   // a closure, so that printing a Client cannot reach the keys
	redact  func(string) string // likewise
	clock   Clock
	gate    *gate
	breaker *breaker
	retries *retryBudget
}

// New returns a Client, or all mistakes in o joined into one error. It makes no
// call: keys that are well formed but wrong show at the first one (see Me).
func New(o Options) (*Client, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("etoro options: %w", err)
	}
	base, err := o.origin()
	if err != nil {
		return nil, fmt.Errorf("etoro options: %w", err)
	}
	transport := o.Transport
	if transport == nil {
		transport = newTransport()
	}
	return &Client{
		base:    base,
		agent:   "Mozilla/5.0 (compatible; " + o.Product + "; read-only market data)",
		http:    &http.Client{Transport: transport, CheckRedirect: refuseRedirect},
		sign:    signer(o),
		redact:  redactor(o.APIKey, o.UserKey, o.AccessToken),
		clock:   o.Clock,
		gate:    newGate(o.RateLimit, o.Clock),
		breaker: &breaker{clock: o.Clock},
		retries: newRetryBudget(o.Clock),
	}, nil
}

// String names the client by where it calls.
func (c *Client) String() string { return "etoro client of " + c.base }

// BaseURL is the origin that calls go to, with its prefix and without /api/v1.
func (c *Client) BaseURL() string { return c.base }

// Close closes idle connections. Calls that are under way are not disturbed,
// and the client stays usable.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Budget is the state of the rolling-minute gate. Left does not know of Closed: a
// gate that is shut lets nothing through, whatever is left.
type Budget struct {
	Limit, Spent, Left int           // Limit is what may be spent: the configured limit, or eToro's where that is lower
	Reset              time.Duration // until the oldest spent request leaves the window; 0 when none is spent
	Closed             time.Duration // how long a 429 still keeps the gate shut; 0 when open
}

// Budget tells what may still be spent right now.
func (c *Client) Budget() Budget { return c.gate.budget() }

// newTransport has no proxy: keys go nowhere that was not configured.
func newTransport() *http.Transport {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxConnsPerHost:        8, // a limit of 60 a minute keeps even one busy only with slow answers
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    5 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// refuseRedirect hands back the 3xx: net/http would carry x-api-key and
// x-user-key along to any host.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func signer(o Options) func(http.Header) {
	return func(h http.Header) {
		if o.AccessToken != "" {
			h.Set("Authorization", "Bearer "+string(o.AccessToken))
			return
		}
		h.Set("X-Api-Key", string(o.APIKey))
		h.Set("X-User-Key", string(o.UserKey))
	}
}

// redactor blots keys out of texts that come from the far side, which may
// quote what it was sent.
func redactor(secrets ...Secret) func(string) string {
	var pairs []string
	for _, s := range secrets {
		if s != "" {
			pairs = append(pairs, string(s), s.String())
		}
	}
	return strings.NewReplacer(pairs...).Replace
}
