package stream

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"instrumentdesk/etoro"
)

// DefaultURL is eToro's own WebSocket.
const DefaultURL = "wss://ws.etoro.com/ws"

// Options configures a Client. Both keys are needed: eToro's WebSocket takes no
// OAuth token.
type Options struct {
	// URL is DefaultURL when empty. It is wss, or ws on this machine: the keys
	// go over it.
	URL             string
	APIKey, UserKey etoro.Secret
}

// check returns every mistake of o, joined. No message repeats a key or a URL.
func (o Options) check() error {
	errs := []error{o.checkURL()}
	for _, key := range []struct {
		name  string
		value etoro.Secret
	}{{"api key", o.APIKey}, {"user key", o.UserKey}} {
		switch {
		case key.value == "":
			errs = append(errs, fmt.Errorf("the stream needs the %s", key.name))
		case !isVisibleASCII(string(key.value)):
			errs = append(errs, fmt.Errorf("the %s holds a blank, a line break or another character that no key has", key.name))
		}
	}
	return errors.Join(errs...)
}

func (o Options) checkURL() error {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil:
		return errors.New("the stream URL cannot be parsed")
	case u.Scheme != "wss" && u.Scheme != "ws" || u.Hostname() == "":
		return errors.New("the stream URL has to be like wss://host/path")
	case u.Scheme == "ws" && !isLoopback(u.Hostname()):
		return errors.New("the stream URL has to be wss, because keys go over it; ws is for this machine only")
	case u.User != nil:
		return errors.New("the stream URL must not hold a user name or password")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(o.URL, "#"):
		return errors.New("the stream URL must not have a query or fragment")
	}
	return nil
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func isVisibleASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// limits are the numbers a Client goes by; tests shrink them.
type limits struct {
	topics   int // of one connection; eToro refuses the 5,000th
	frame    int // bytes of one message of ours; eToro drops the connection above 25,600
	refusals int // frames that one connection has halved before it stops to look for single topics

	dial      time.Duration // for the handshake
	answer    time.Duration // for eToro's answer to one message of ours
	silence   time.Duration // without a message, until the connection counts as dead
	ping      time.Duration // between pings
	pong      time.Duration // for the answer to one
	gather    time.Duration // from a change of what is wanted until it is sent
	bar       time.Duration // a refused topic is left out
	steady    time.Duration // of being live, after which pauses start over
	pause     time.Duration // the longest first pause
	longPause time.Duration // the longest pause
}

// With steady at 3 s a connection that is cut again and again is dialled at
// most twenty times a minute, and one that is cut every 5 s comes back each time.
var eToroLimits = limits{
	topics: 4900, frame: 20_000, refusals: 200,
	dial: 10 * time.Second, answer: 10 * time.Second,
	silence: 30 * time.Second, ping: 15 * time.Second, pong: 15 * time.Second,
	gather: 50 * time.Millisecond, bar: time.Hour,
	steady: 3 * time.Second, pause: time.Second, longPause: time.Minute,
}
