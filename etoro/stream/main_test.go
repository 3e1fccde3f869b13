package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"instrumentdesk/etoro"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	canaryAPIKey  = "canary-api-key-5e1f"
	canaryUserKey = "canary-user-key-77aa"
)

// asked is a message of the client as the far side reads it.
type asked struct {
	ID        string
	Operation string
	Data      struct {
		APIKey, UserKey string
		Topics          []string
		Snapshot        bool
	}
	size int
	at   time.Time
}

// far is eToro in memory, for tests on a fake clock.
type far struct {
	t testing.TB
	// answer has the errorCode for a message, "" for success; "none" for no answer at all.
	answer func(asked) string
	// refuseDial has the error of the nth dial, nil for a connection.
	refuseDial func(n int) error
	noSnapshot bool // subscribing pushes nothing
	deaf       bool // pings are not answered

	mu    sync.Mutex
	dials []time.Time
	conns []*farConn
	asks  []asked
}

func (f *far) dial(context.Context) (conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dials = append(f.dials, time.Now())
	if f.refuseDial != nil {
		if err := f.refuseDial(len(f.dials)); err != nil {
			return nil, err
		}
	}
	c := &farConn{far: f, in: make(chan message, 1<<14), gone: make(chan struct{})}
	f.conns = append(f.conns, c)
	return c, nil
}

// last is the newest connection.
func (f *far) last() *farConn {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conns[len(f.conns)-1]
}

// open are the connections that neither side has ended.
func (f *far) open() (open []*farConn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.conns {
		select {
		case <-c.gone:
		default:
			open = append(open, c)
		}
	}
	return open
}

func (f *far) dialCount() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.dials)
}

// operations are what the client asked for, in words: "Subscribe 1001,5".
func (f *far) operations() (list []string) {
	for _, a := range f.seen("") {
		topics := strings.ReplaceAll(strings.Join(a.Data.Topics, ","), topicPrefix, "")
		list = append(list, strings.TrimSpace(a.Operation+" "+topics))
	}
	return list
}

// seen are the messages of one operation, or all.
func (f *far) seen(operation string) (list []asked) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.asks {
		if operation == "" || a.Operation == operation {
			list = append(list, a)
		}
	}
	return list
}

type message struct {
	kind websocket.MessageType
	text []byte
}

// farConn is one connection, and both of its ends.
type farConn struct {
	far  *far
	in   chan message // to the client
	gone chan struct{}
	once sync.Once
}

func (c *farConn) Read(ctx context.Context) (websocket.MessageType, []byte, error) {
	select {
	case m := <-c.in:
		return m.kind, m.text, nil
	default:
	}
	select {
	case m := <-c.in:
		return m.kind, m.text, nil
	case <-c.gone:
		return 0, nil, io.EOF
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
}

func (c *farConn) Write(_ context.Context, kind websocket.MessageType, b []byte) error {
	a := asked{size: len(b), at: time.Now()}
	if err := json.Unmarshal(b, &a); err != nil || kind != websocket.MessageText {
		c.far.t.Errorf("the client wrote %v %s", kind, b)
	}
	c.far.mu.Lock()
	c.far.asks = append(c.far.asks, a)
	c.far.mu.Unlock()
	code := ""
	if c.far.answer != nil {
		code = c.far.answer(a)
	}
	switch {
	case code == "none":
	case code != "":
		c.push(fmt.Sprintf(`{"id":%q,"success":false,"operation":%q,"errorCode":%q,"errorMessage":"no: %s"}`, a.ID, a.Operation, code, canaryUserKey))
	default:
		c.push(fmt.Sprintf(`{"id":%q,"success":true,"operation":%q}`, a.ID, a.Operation))
		c.snapshots(a)
	}
	return nil
}

func (c *farConn) snapshots(a asked) {
	if a.Operation != opSubscribe || !a.Data.Snapshot || c.far.noSnapshot {
		return
	}
	for _, topic := range a.Data.Topics {
		c.pushRate(topic, typeSnapshot, `{"Bid":"100","Ask":"101","DailyClose":"99","Date":"2026-06-01T22:21:12.6164362Z"}`)
	}
}

func (c *farConn) Ping(ctx context.Context) error {
	if !c.far.deaf {
		return nil
	}
	<-ctx.Done()
	return ctx.Err()
}

func (c *farConn) CloseNow() error {
	c.once.Do(func() { close(c.gone) })
	return nil
}

func (c *farConn) push(text string) { c.in <- message{websocket.MessageText, []byte(text)} }

func (c *farConn) keepAlive() { c.in <- message{websocket.MessageBinary, []byte{0}} }

func (c *farConn) pushRate(topic, kind, content string) {
	c.push(fmt.Sprintf(`{"messages":[{"topic":%q,"content":%q,"id":"1","type":%q}]}`, topic, content, kind))
}

// heard is what a running client has told.
type heard struct {
	mu     sync.Mutex
	rates  []Rate
	states []State
}

func (h *heard) put(rates []Rate) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rates = append(h.rates, rates...)
}

func (h *heard) changed(s State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.states = append(h.states, s)
}

func (h *heard) phases() (list []Phase) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.states {
		list = append(list, s.Phase)
	}
	return list
}

// takeRates are the rates since the last call.
func (h *heard) takeRates() []Rate {
	h.mu.Lock()
	defer h.mu.Unlock()
	rates := h.rates
	h.rates = nil
	return rates
}

// client is a Client of f that does not run yet.
func (f *far) client() *Client {
	f.t.Helper()
	c, err := New(Options{URL: "ws://127.0.0.1/ws", APIKey: canaryAPIKey, UserKey: canaryUserKey})
	if err != nil {
		f.t.Fatal(err)
	}
	c.dial = f.dial
	return c
}

// start runs c until the test ends.
func start(t testing.TB, c *Client) *heard {
	t.Helper()
	h := &heard{}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx, h.put, h.changed) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return h
}

// bubble runs a test on a fake clock against f.
func bubble(t *testing.T, f *far, test func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f.t = t
		test(t, f.client())
	})
}

// after lets d pass, and what follows of it happen.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func wantPhases(t testing.TB, h *heard, want ...Phase) {
	t.Helper()
	if got := h.phases(); !slices.Equal(got, want) {
		t.Errorf("phases %v, want %v", got, want)
	}
}

func ids(from, to int) (list []etoro.InstrumentID) {
	for id := from; id <= to; id++ {
		list = append(list, etoro.InstrumentID(id))
	}
	return list
}

var errDial = errors.New("no route")
