package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// client is the far side of a socket.
type client struct {
	t *testing.T
	*websocket.Conn
}

// tryDial uses a connection of its own: net/http repeats a GET by itself when a
// kept one breaks, and would hide a drop.
func tryDial(t *testing.T, s *Server) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	alone := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return websocket.Dial(t.Context(), s.StreamURL(), &websocket.DialOptions{HTTPClient: alone})
}

func dial(t *testing.T, s *Server) client {
	t.Helper()
	conn, _, err := tryDial(t, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	conn.SetReadLimit(1 << 20)
	return client{t, conn}
}

func (c client) send(text string) {
	c.t.Helper()
	if err := c.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

// next is the next text frame; keep-alives are checked and passed over.
func (c client) next() []byte {
	c.t.Helper()
	for {
		kind, b, err := c.Read(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		if kind == websocket.MessageText {
			return b
		}
		if !bytes.Equal(b, []byte{0}) {
			c.t.Fatalf("binary frame %v", b)
		}
	}
}

// ask sends and returns the ack, which must come before any push.
func (c client) ask(text string) ack {
	c.t.Helper()
	c.send(text)
	return decode[ack](c.t, c.next())
}

func (c client) nextPush() pushMessage {
	c.t.Helper()
	p := decode[push](c.t, c.next())
	if len(p.Messages) != 1 || p.Messages[0].ID == "" {
		c.t.Fatalf("%+v", p)
	}
	return p.Messages[0]
}

const authenticate = `{"id":"1","operation":"Authenticate","data":{"apiKey":"` + DefaultAPIKey + `","userKey":"` + DefaultUserKey + `"}}`

func subscribe(topics ...string) string {
	return fmt.Sprintf(`{"id":"2","operation":"Subscribe","data":{"topics":%s,"snapshot":true}}`, encode(topics))
}

func login(t *testing.T, s *Server) client {
	t.Helper()
	c := dial(t, s)
	if a := c.ask(authenticate); a != (ack{ID: "1", Success: true, Operation: "Authenticate"}) {
		t.Fatalf("%+v", a)
	}
	return c
}

// still is a sandbox whose sockets push nothing by themselves.
func still(t *testing.T) *Server { return start(t, Options{TickInterval: time.Hour}) }

func TestStreamRefuses(t *testing.T) {
	t.Parallel()
	s := still(t)
	tests := []struct {
		name, text, code string
		loggedIn         bool
	}{
		{"no JSON", `{`, "UnhandledException", false},
		{"no operation", `{"id":"2"}`, "UnhandledException", false},
		{"an unknown operation", `{"id":"2","operation":"Dance"}`, "UnhandledException", true},
		{"no data to authenticate", `{"id":"2","operation":"Authenticate"}`, "DataRequired", false},
		{"no API key", `{"id":"2","operation":"Authenticate","data":{"userKey":"x"}}`, "ApiKeyRequired", false},
		{"no user key", `{"id":"2","operation":"Authenticate","data":{"apiKey":"x"}}`, "UserKeyRequired", false},
		{"wrong keys", `{"id":"2","operation":"Authenticate","data":{"apiKey":"x","userKey":"y"}}`, "InvalidKey", false},
		{"a second login", strings.Replace(authenticate, `"1"`, `"2"`, 1), "SessionAlreadyAuthenticated", true},
		{"subscribing before the login", subscribe("instrument:1"), "Unauthorized", false},
		{"unsubscribing before the login", `{"id":"2","operation":"Unsubscribe","data":{"topics":["instrument:1"]}}`, "Unauthorized", false},
		{"no data to subscribe", `{"id":"2","operation":"Subscribe"}`, "DataRequired", true},
		{"no topics", subscribe(), "DataRequired", true},
		{"no topics to unsubscribe", `{"id":"2","operation":"Unsubscribe","data":{}}`, "DataRequired", true},
		{"a topic that is none", subscribe("instrument:1", "candle:1"), "SubscribeFailed", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, s)
			if tt.loggedIn {
				c = login(t, s)
			}
			got := c.ask(tt.text)
			if got.Success || got.ErrorCode != tt.code || got.ErrorMessage == "" || got.ID != "2" && tt.text != "{" {
				t.Fatalf("%+v, want %s", got, tt.code)
			}
			if after := c.ask(`{"id":"3","operation":"Dance"}`); after.ID != "3" {
				t.Fatalf("the session did not survive: %+v", after)
			}
		})
	}
}

func TestBinaryMessagesAreNotSupported(t *testing.T) {
	t.Parallel()
	c := dial(t, still(t))
	if err := c.Write(t.Context(), websocket.MessageBinary, []byte(authenticate)); err != nil {
		t.Fatal(err)
	}
	if a := decode[ack](t, c.next()); a.Success || a.ErrorCode != "BinaryMessagesNotSupported" {
		t.Fatalf("%+v", a)
	}
}

func TestSnapshotsFollowTheAck(t *testing.T) {
	t.Parallel()
	s := still(t)
	c := login(t, s)
	if a := c.ask(subscribe("instrument:1001", "private", "instrument:77", "instrument:2013")); !a.Success || a.Operation != "Subscribe" {
		t.Fatalf("%+v", a)
	}
	rates := getJSON[ratesBody](t, s, instrumentsPath+"/rates?instrumentIds=1001,2013").Rates
	for _, rate := range rates {
		m := c.nextPush()
		content := decode[map[string]string](t, []byte(m.Content))
		if m.Topic != fmt.Sprintf("instrument:%d", rate.InstrumentID) || m.Type != "Snapshot" {
			t.Errorf("%+v", m)
		}
		want := map[string]string{
			"InstrumentID": fmt.Sprint(rate.InstrumentID), "Bid": decimal(rate.Bid), "Ask": decimal(rate.Ask), "LastExecution": decimal(rate.Bid),
			"PriceRateID": fmt.Sprint(rate.PriceRateID), "ConversionRateBid": decimal(rate.ConversionRateBid),
			"IsMarketOpen": "True", "IsExchangeOpen": "True", "IsInstrumentActive": "True", "AllowBuy": "True",
		}
		for key, value := range want {
			if content[key] != value {
				t.Errorf("%d: %s is %q, want %q", rate.InstrumentID, key, content[key], value)
			}
		}
		if at, err := time.Parse("2006-01-02T15:04:05.0000000Z", content["Date"]); err != nil || at.After(wednesday) {
			t.Errorf("date %q", content["Date"])
		}
		if len(content) != 23 {
			t.Errorf("%d keys in %v", len(content), content)
		}
	}
}

func TestNoSnapshotUnlessAskedFor(t *testing.T) {
	t.Parallel()
	c := login(t, still(t))
	c.ask(`{"id":"2","operation":"Subscribe","data":{"topics":["instrument:1001"]}}`)
	if next := c.ask(`{"id":"9","operation":"Dance"}`); next.ID != "9" {
		t.Fatalf("%+v", next)
	}
}

func TestPushesComeWhileSubscribed(t *testing.T) {
	t.Parallel()
	s := start(t, Options{TickInterval: time.Millisecond})
	c := login(t, s)
	c.ask(`{"id":"2","operation":"Subscribe","data":{"topics":["instrument:1001","instrument:5000","instrument:5002","instrument:77"]}}`)
	sawBid := false
	for range 30 {
		m := c.nextPush()
		content := decode[map[string]string](t, []byte(m.Content))
		if m.Topic != "instrument:1001" || m.Type != "Trading.Instrument.Rate" || content["Date"] == "" || content["PriceRateID"] == "" {
			t.Fatalf("%+v", m)
		}
		sawBid = sawBid || content["Bid"] != ""
	}
	if !sawBid {
		t.Error("30 pushes without a bid")
	}
	c.send(`{"id":"3","operation":"Unsubscribe","data":{"topics":["instrument:1001"]}}`)
	for text := c.next(); ; text = c.next() { // pushes that were on their way
		if bytes.Contains(text, []byte(`"id":"3"`)) {
			break
		}
	}
	if next := c.ask(`{"id":"4","operation":"Dance"}`); next.ID != "4" {
		t.Fatalf("a push after the end of the subscription: %+v", next)
	}
}

func TestKeepAliveIsOneZeroByte(t *testing.T) {
	t.Parallel()
	c := dial(t, start(t, Options{TickInterval: time.Millisecond}))
	kind, b, err := c.Read(t.Context())
	if err != nil || kind != websocket.MessageBinary || !bytes.Equal(b, []byte{0}) {
		t.Fatalf("%v %v %v", kind, b, err)
	}
}

func TestSameSeedPushesTheSame(t *testing.T) {
	t.Parallel()
	pushes := func(seed uint64) (list []string) {
		c := login(t, start(t, Options{TickInterval: time.Millisecond, Seed: seed}))
		c.ask(`{"id":"2","operation":"Subscribe","data":{"topics":["instrument:1001","instrument:18"]}}`)
		for range 20 {
			m := c.nextPush()
			list = append(list, m.ID+m.Topic+m.Content)
		}
		return list
	}
	first := pushes(5)
	if !slices.Equal(first, pushes(5)) {
		t.Error("the same seed pushed something else")
	}
	if slices.Equal(first, pushes(6)) {
		t.Error("another seed pushed the same")
	}
}

func topicRange(from, to int) []string {
	var topics []string
	for id := from; id <= to; id++ {
		topics = append(topics, fmt.Sprintf("instrument:%d", id))
	}
	return topics
}

func TestTopicLimitRefusesTheFrameWhole(t *testing.T) {
	t.Parallel()
	c := login(t, still(t))
	quiet := func(topics []string) ack {
		return c.ask(strings.Replace(subscribe(topics...), "true", "false", 1))
	}
	for from := 1; from < 4999; from += 1000 {
		if a := quiet(topicRange(from, min(from+999, 4998))); !a.Success {
			t.Fatalf("%+v", a)
		}
	}
	if a := quiet([]string{"instrument:6000", "instrument:6001"}); a.Success || a.ErrorCode != "SubscribeFailed" {
		t.Fatalf("two more than fit: %+v", a)
	}
	if a := quiet([]string{"instrument:1", "instrument:6000", "instrument:6000"}); !a.Success {
		t.Fatalf("one that fits, with repetitions: %+v", a)
	}
	if a := quiet([]string{"instrument:6001"}); a.Success {
		t.Fatalf("one too many: %+v", a)
	}
	if a := c.ask(`{"id":"5","operation":"Unsubscribe","data":{"topics":["instrument:1"]}}`); !a.Success {
		t.Fatalf("%+v", a)
	}
	if a := quiet([]string{"instrument:6001"}); !a.Success {
		t.Fatalf("after making room: %+v", a)
	}
}

func TestLongFrameDropsTheSocketWithoutAWord(t *testing.T) {
	t.Parallel()
	s := still(t)
	c := login(t, s)
	padded := func(size int) string {
		text := `{"id":"8","operation":"Dance","x":"`
		return text + strings.Repeat("x", size-len(text)-2) + `"}`
	}
	if a := c.ask(padded(25_600)); a.ID != "8" {
		t.Fatalf("the longest frame: %+v", a)
	}
	c.send(padded(25_601))
	c.wantDropped()
}

func (c client) wantDropped() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	for {
		_, _, err := c.Read(ctx)
		if err == nil {
			continue
		}
		if ctx.Err() != nil || websocket.CloseStatus(err) != -1 {
			c.t.Fatalf("ended with %v", err)
		}
		return
	}
}

func TestDropStreamsBreaksSocketsAndLetsNewOnesIn(t *testing.T) {
	t.Parallel()
	s := start(t, Options{TickInterval: time.Hour, Control: true})
	one, two := login(t, s), login(t, s)
	s.DropStreams()
	one.wantDropped()
	two.wantDropped()
	three := login(t, s)
	control(t, s, "DELETE", "streams", "")
	three.wantDropped()
	if s.CallCount("stream") != 3 {
		t.Errorf("%d handshakes counted", s.CallCount("stream"))
	}
}

func TestCloseEndsOpenSockets(t *testing.T) {
	t.Parallel()
	s := start(t, Options{TickInterval: time.Millisecond})
	c := login(t, s)
	c.ask(`{"id":"2","operation":"Subscribe","data":{"topics":["instrument:1001"]}}`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c.wantDropped()
}

func TestStreamFaults(t *testing.T) {
	t.Parallel()
	s := still(t)
	s.Fault(Fault{Route: "stream", Status: 503, Times: 1})
	s.Fault(Fault{Route: "stream", Drop: true, Times: 1})
	s.Fault(Fault{Route: "stream", Malformed: true, Times: 1})
	s.Fault(Fault{Route: "stream", CutAfter: 2000, Times: 1})
	if _, resp, err := tryDial(t, s); err == nil || resp.StatusCode != 503 {
		t.Fatalf("refused handshake: %v", err)
	}
	if _, resp, err := tryDial(t, s); err == nil || resp != nil {
		t.Fatalf("dropped handshake: %v", err)
	}
	c := login(t, s)
	c.ask(subscribe("instrument:1001"))
	if text := c.next(); !bytes.HasPrefix(text, []byte(`{"messages":[{`)) || bytes.HasSuffix(text, []byte("}")) {
		t.Fatalf("malformed push: %s", text)
	}
	c = login(t, s)
	c.ask(subscribe("instrument:1001", "instrument:18", "instrument:1", "instrument:2013", "instrument:3000"))
	c.nextPush()
	c.wantDropped()
	c = login(t, s)
	c.ask(subscribe("instrument:1001"))
	c.nextPush()
}

func TestStreamIsNotAnOrdinaryRoute(t *testing.T) {
	t.Parallel()
	if got := get(t, still(t), "/ws"); got.StatusCode != 426 {
		t.Fatalf("status %d", got.StatusCode)
	}
}

func TestPushAllMovesEveryPriceWithEveryTick(t *testing.T) {
	t.Parallel()
	c := login(t, start(t, Options{PushAll: true, TickInterval: 10 * time.Millisecond}))
	c.ask(`{"id":"2","operation":"Subscribe","data":{"topics":["instrument:1001","instrument:18"]}}`)
	last := map[string]string{}
	for range 20 {
		m := c.nextPush()
		content := decode[map[string]string](t, []byte(m.Content))
		if content["Bid"] == last[m.Topic] || content["Ask"] == "" {
			t.Errorf("%s: %v after a bid of %s", m.Topic, content, last[m.Topic])
		}
		last[m.Topic] = content["Bid"]
	}
	if len(last) != 2 {
		t.Errorf("pushes of %v", last)
	}
}

func TestTopicsAreCountedOverAllSockets(t *testing.T) {
	t.Parallel()
	s := still(t)
	a, b := login(t, s), login(t, s)
	for _, c := range []client{a, b} {
		c.ask(`{"id":"2","operation":"Subscribe","data":{"topics":["instrument:1001","instrument:1001"]}}`)
	}
	a.ask(`{"id":"2","operation":"Subscribe","data":{"topics":["instrument:18"]}}`)
	wantTopics(t, s, map[string]int{"instrument:1001": 2, "instrument:18": 1})
	a.ask(`{"id":"2","operation":"Unsubscribe","data":{"topics":["instrument:18","instrument:1003"]}}`)
	wantTopics(t, s, map[string]int{"instrument:1001": 2})
	_ = a.CloseNow()
	wantTopics(t, s, map[string]int{"instrument:1001": 1})
}

// wantTopics waits: that a socket has closed is noticed a little later.
func wantTopics(t *testing.T, s *Server, want map[string]int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	patience := time.After(time.Minute)
	for !maps.Equal(s.Topics(), want) {
		select {
		case <-tick.C:
		case <-patience:
			t.Fatalf("the topics are %v, want %v", s.Topics(), want)
		}
	}
}
