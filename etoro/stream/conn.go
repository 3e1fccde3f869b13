package stream

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/coder/websocket"

	"instrumentdesk/etoro"
)

// maxMessage is the most bytes that one message of eToro may have. Whole states
// come one instrument a message, of about 700 bytes.
const maxMessage = 1 << 20

// conn is a WebSocket, as this package needs one. Read and Ping may run beside
// each other and beside Write; a pong is found only while Read runs.
type conn interface {
	Read(context.Context) (websocket.MessageType, []byte, error)
	Write(context.Context, websocket.MessageType, []byte) error
	Ping(context.Context) error
	CloseNow() error
}

// dialer opens connections to address. It follows no redirect and uses no
// proxy, because the keys go where it leads.
func dialer(address string, wait time.Duration) func(context.Context) (conn, error) {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	options := &websocket.DialOptions{
		HTTPClient: &http.Client{
			Transport:     &http.Transport{Protocols: protocols, DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		// eToro's edge turns away the usual names of tools.
		HTTPHeader: http.Header{"User-Agent": {"Mozilla/5.0 (compatible; InstrumentDesk)"}},
	}
	return func(ctx context.Context) (conn, error) {
		ctx, cancel := context.WithTimeoutCause(ctx, wait, fmt.Errorf("no connection within %s", wait))
		defer cancel()
		c, resp, err := websocket.Dial(ctx, address, options)
		switch {
		case err == nil:
			c.SetReadLimit(maxMessage)
			return c, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case resp != nil && resp.StatusCode != http.StatusSwitchingProtocols:
			return nil, fmt.Errorf("handshake answered with status %d", resp.StatusCode)
		}
		return nil, err
	}
}

// rootText is what went wrong without the layers it went through, which name the
// address and how the library works.
func rootText(err error) string {
	if e, ok := errors.AsType[websocket.CloseError](err); ok {
		return fmt.Sprintf("closed with code %d %s", e.Code, e.Reason)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

const maxText = 256 // bytes of far-side text that an error carries

// hider makes texts of the far side fit for an error: one line, of bounded
// length, and no key in it.
func hider(keys ...etoro.Secret) func(string) string {
	return func(s string) string {
		for _, key := range keys {
			s = strings.ReplaceAll(s, string(key), key.String())
		}
		s = strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return ' '
			}
			return r
		}, strings.ToValidUTF8(s, "?"))
		s = strings.Join(strings.Fields(s), " ")
		if len(s) > maxText {
			s = strings.ToValidUTF8(s[:maxText], "") + "…"
		}
		return s
	}
}
