package stream

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/sandbox"
)

// feed is a running client against a real socket, with what it tells as channels.
type feed struct {
	*Client
	t      *testing.T
	states chan State
	rates  chan Rate
}

func newSandbox(t *testing.T, o sandbox.Options) *sandbox.Server {
	t.Helper()
	s, err := sandbox.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// follow runs a client with short pauses against address. It wants ids from the start.
func follow(t *testing.T, address, userKey string, wanted []etoro.InstrumentID, change ...func(*limits)) *feed {
	t.Helper()
	c, err := New(Options{URL: address, APIKey: sandbox.DefaultAPIKey, UserKey: etoro.Secret(userKey)})
	if err != nil {
		t.Fatal(err)
	}
	c.limits.pause, c.limits.longPause, c.limits.steady = time.Millisecond, 50*time.Millisecond, 0
	for _, f := range change {
		f(&c.limits)
	}
	c.Subscribe(wanted...)
	f := &feed{c, t, make(chan State, 1000), make(chan Rate, 100_000)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- c.Run(ctx, func(rates []Rate) {
			for _, r := range rates {
				f.rates <- r
			}
		}, func(s State) { f.states <- s })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return f
}

// next is the next value of ch; the deadline is for a client that hangs.
func next[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Minute):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func (f *feed) want(phase Phase) State {
	f.t.Helper()
	s := next(f.t, f.states)
	if s.Phase != phase {
		f.t.Fatalf("%+v, want %s", s, phase)
	}
	return s
}

// drain forgets the rates that have come.
func (f *feed) drain() {
	for {
		select {
		case <-f.rates:
		default:
			return
		}
	}
}

func TestLiveRatesArrive(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{TickInterval: time.Millisecond})
	f := follow(t, s.StreamURL(), sandbox.DefaultUserKey, []etoro.InstrumentID{1001, 100000})
	f.want(Live)
	latest := map[etoro.InstrumentID]Rate{}
	for range 500 {
		r := next(t, f.rates)
		if r.Bid <= 0 || r.Ask < r.Bid || r.ConversionRateBid <= 0 || r.DailyClose <= 0 || r.MarketOpen == nil || r.At.Before(latest[r.ID].At) {
			t.Fatalf("%+v after %+v", r, latest[r.ID])
		}
		latest[r.ID] = r
		if len(latest) == 2 && latest[1001].At.After(time.Now().Add(-time.Minute)) {
			break
		}
	}
	if len(latest) != 2 {
		t.Errorf("%v", latest)
	}
	f.Unsubscribe(1001)
	for f.State().Topics != 1 {
		next(t, f.rates) // the sandbox goes on with the other
	}
	f.Subscribe(1001)
	for next(t, f.rates).ID != 1001 {
		continue
	}
	if n := s.CallCount("stream"); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestPricesResumeAfterEachCut(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{TickInterval: 5 * time.Millisecond})
	f := follow(t, s.StreamURL(), sandbox.DefaultUserKey, []etoro.InstrumentID{1001})
	f.want(Live)
	const cuts = 12
	for range cuts {
		s.DropStreams()
		if down := f.want(Reconnecting); down.Err == nil || strings.Contains(down.Err.Error(), s.URL()) {
			t.Errorf("%+v", down)
		}
		f.drain() // what comes now, the new connection brings
		f.want(Live)
		if r := next(t, f.rates); r.ID != 1001 || r.Bid <= 0 {
			t.Errorf("%+v", r)
		}
	}
	if n := s.CallCount("stream"); n != cuts+1 {
		t.Errorf("%d dials for %d cuts", n, cuts)
	}
}

func TestWrongUserKeyIsRefusedOnce(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{})
	f := follow(t, s.StreamURL(), "not-the-key", nil)
	state := f.want(Refused)
	refused, ok := errors.AsType[*RefusedError](state.Err)
	if !ok || refused.Code != "InvalidKey" || state.Err.Error() != "stream: keys refused: InvalidKey: Invalid key" {
		t.Errorf("%v", state.Err)
	}
	f.Subscribe(1001)
	f.running.Wait() // the line has ended, so nothing is left that could dial
	if n := s.CallCount("stream"); n != 1 || f.State().Phase != Refused {
		t.Errorf("%d dials, %+v", n, f.State())
	}
}

func TestMalformedPushesDoNotEndAConnection(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{TickInterval: time.Millisecond})
	s.Fault(sandbox.Fault{Route: "stream", Malformed: true, Times: 1})
	f := follow(t, s.StreamURL(), sandbox.DefaultUserKey, []etoro.InstrumentID{1001}, func(l *limits) { l.silence = time.Minute })
	f.want(Live)
	for f.State().Malformed < 10 {
		if f.State().Phase != Live {
			t.Fatalf("%+v", f.State())
		}
		f.Subscribe(1001) // also: nothing of this blocks
	}
	if len(f.rates) != 0 {
		t.Errorf("a rate came out of broken JSON: %+v", <-f.rates)
	}
	s.DropStreams()
	f.want(Reconnecting)
	f.want(Live)
	if r := next(t, f.rates); r.Bid <= 0 {
		t.Errorf("%+v", r)
	}
}

func TestTroubleWithTheHandshakeIsOvercome(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{})
	s.Fault(sandbox.Fault{Route: "stream", Status: 503, Times: 1})
	s.Fault(sandbox.Fault{Route: "stream", HTML: true, Status: 403, Times: 1})
	s.Fault(sandbox.Fault{Route: "stream", Drop: true, Times: 1})
	f := follow(t, s.StreamURL(), sandbox.DefaultUserKey, []etoro.InstrumentID{1001})
	f.want(Live)
	if next(t, f.rates).ID != 1001 || s.CallCount("stream") != 4 {
		t.Errorf("%d dials", s.CallCount("stream"))
	}
}

func TestSixThousandTopicsTakeTwoConnections(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{Size: 10_000, TickInterval: time.Hour})
	made := ids(1_000_000, 1_005_999) // the sandbox's own
	f := follow(t, s.StreamURL(), sandbox.DefaultUserKey, made, func(l *limits) { l.silence = time.Minute })
	state := f.want(Live)
	if state.Topics != 6000 || state.Connections != 2 || state.LeftOut != 0 {
		t.Errorf("%+v", state)
	}
	seen := map[etoro.InstrumentID]bool{}
	for len(seen) < len(made) {
		r := next(t, f.rates)
		if r.Bid <= 0 || r.At.IsZero() || r.ID < made[0] {
			t.Fatalf("%+v", r)
		}
		seen[r.ID] = true
	}
	if n := s.CallCount("stream"); n != 2 {
		t.Errorf("%d connections", n)
	}
}

// TestRedirectsAreNotFollowed: the keys would go where they lead.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{})
	away := httptest.NewServer(http.RedirectHandler(s.URL()+"/ws", http.StatusTemporaryRedirect))
	t.Cleanup(away.Close)
	dial := dialer(strings.Replace(away.URL, "http", "ws", 1), time.Minute)
	_, err := dial(t.Context())
	if err == nil || err.Error() != "handshake answered with status 307" || s.CallCount("stream") != 0 {
		t.Errorf("%v, %d calls", err, s.CallCount("stream"))
	}
}

// far side of a real socket that sends one text frame of size bytes when asked to log in.
func bigFrames(t *testing.T, size int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return // Accept has answered
		}
		defer func() { _ = conn.CloseNow() }()
		frame := `{"messages":[],"x":"` + strings.Repeat("x", size-22) + `"}`
		if err := conn.Write(r.Context(), websocket.MessageText, []byte(frame)); err != nil {
			return // the client is gone, which is what its test looks at
		}
		_, _, _ = conn.Read(r.Context()) // holds the socket open until the client ends it
		_, _, _ = conn.Read(r.Context())
	}))
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "http", "ws", 1)
}

func TestMessagesOfOneMebibyteAreReadAndLongerOnesAreNot(t *testing.T) {
	t.Parallel()
	for size, ok := range map[int]bool{maxMessage: true, maxMessage + 1: false} {
		conn, err := dialer(bigFrames(t, size), time.Minute)(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, b, err := conn.Read(t.Context())
		if (err == nil) != ok || ok && len(b) != size {
			t.Errorf("%d bytes: %d read, %v", size, len(b), err)
		}
		_ = conn.CloseNow()
	}
}

func TestDialGivesUpInTime(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sandbox.Options{})
	s.Fault(sandbox.Fault{Route: "stream", Delay: time.Hour, Times: 1})
	_, err := dialer(s.StreamURL(), time.Millisecond)(t.Context())
	if err == nil || err.Error() != "no connection within 1ms" {
		t.Errorf("%v", err)
	}
}
