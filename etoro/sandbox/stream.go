package sandbox

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

const (
	maxTopics      = 4999   // per connection
	maxClientFrame = 25_600 // bytes
	keepAliveEvery = 20     // ticks
	writeTimeout   = 5 * time.Second
)

// stream runs one WebSocket until either side is gone.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, f Fault) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	number, ok := s.sockets.add(cancel)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	defer s.sockets.done(number)
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow()
	conn.SetReadLimit(-1) // session.read has its own, which closes without a message
	c := session{
		server: s, conn: conn, fault: f, topics: map[string]*instrument{},
		rng: rand.New(rand.NewPCG(s.opts.Seed, uint64(number))),
	}
	c.run(ctx, cancel)
	s.sockets.subscribed(c.order, -1)
}

// session is one connection. All its state belongs to the goroutine of run.
type session struct {
	server        *Server
	conn          *websocket.Conn
	fault         Fault
	rng           *rand.Rand
	authenticated bool
	topics        map[string]*instrument // nil for the private topic and for unknown ids
	order         []string               // the topics, in the order of subscription
	pushed        int                    // bytes
}

// frame is one message of the client.
type frame struct {
	binary bool
	text   []byte
}

func (c *session) run(ctx context.Context, cancel context.CancelFunc) {
	frames := make(chan frame)
	var reader sync.WaitGroup
	defer reader.Wait()
	defer cancel()
	reader.Go(func() {
		defer cancel()
		c.read(ctx, frames)
	})
	ticker := time.NewTicker(c.server.opts.TickInterval)
	defer ticker.Stop()
	for tick := 1; ; {
		var err error
		select {
		case <-ctx.Done():
			return
		case f := <-frames:
			err = c.handle(ctx, f)
		case <-ticker.C:
			err = c.tick(ctx, tick)
			tick++
		}
		if err != nil {
			return // the peer is gone, or too slow to be kept
		}
	}
}

// read passes frames on until the connection ends or a frame is too long.
func (c *session) read(ctx context.Context, frames chan<- frame) {
	for {
		kind, r, err := c.conn.Reader(ctx)
		if err != nil {
			return
		}
		text, err := io.ReadAll(io.LimitReader(r, maxClientFrame+1))
		if err != nil || len(text) > maxClientFrame {
			return
		}
		select {
		case frames <- frame{kind == websocket.MessageBinary, text}:
		case <-ctx.Done():
			return
		}
	}
}

func (c *session) handle(ctx context.Context, f frame) error {
	if f.binary {
		return c.write(ctx, ack{ErrorCode: "BinaryMessagesNotSupported", ErrorMessage: "Binary messages are not supported"})
	}
	m, err := decodeMessage(f.text)
	if err != nil {
		return c.write(ctx, m.refused("UnhandledException", "Message was not understood"))
	}
	switch m.Operation {
	case "Authenticate":
		return c.write(ctx, c.authenticate(m))
	case "Subscribe":
		return c.subscribe(ctx, m)
	case "Unsubscribe":
		return c.write(ctx, c.unsubscribe(m))
	default:
		return c.write(ctx, m.refused("UnhandledException", "Unknown operation"))
	}
}

func (c *session) authenticate(m clientMessage) ack {
	o := c.server.opts
	switch {
	case c.authenticated:
		return m.refused("SessionAlreadyAuthenticated", "Session is already authenticated")
	case m.Data == nil:
		return m.refused("DataRequired", "Data is required")
	case m.Data.APIKey == "":
		return m.refused("ApiKeyRequired", "ApiKey is required")
	case m.Data.UserKey == "":
		return m.refused("UserKeyRequired", "UserKey is required")
	case m.Data.APIKey != o.APIKey || m.Data.UserKey != o.UserKey:
		return m.refused("InvalidKey", "Invalid key")
	}
	c.authenticated = true
	return m.ok()
}

// subscribe takes a frame whole or not at all. The ack comes before the snapshots.
func (c *session) subscribe(ctx context.Context, m clientMessage) error {
	added, refusal := c.newTopics(m)
	if refusal != nil {
		return c.write(ctx, *refusal)
	}
	for _, topic := range added {
		id, _ := topicID(topic)
		c.topics[topic] = c.server.catalogue.byID[id]
		c.order = append(c.order, topic)
	}
	c.server.sockets.subscribed(added, 1)
	if err := c.write(ctx, m.ok()); err != nil || !m.Data.Snapshot {
		return err
	}
	now := c.server.opts.Now()
	for _, topic := range m.Data.Topics {
		if in := c.topics[topic]; in != nil {
			content := c.server.snapshotContent(in, c.server.market.quote(in, now))
			if err := c.push(ctx, topic, snapshotType, content); err != nil {
				return err
			}
		}
	}
	return nil
}

// newTopics are the topics of m that the session does not have yet.
func (c *session) newTopics(m clientMessage) (added []string, refusal *ack) {
	refuse := func(code, message string) ([]string, *ack) {
		a := m.refused(code, message)
		return nil, &a
	}
	if !c.authenticated {
		return refuse("Unauthorized", "Session is not authenticated")
	}
	if m.Data == nil || len(m.Data.Topics) == 0 {
		return refuse("DataRequired", "Topics are required")
	}
	seen := map[string]bool{}
	for _, topic := range m.Data.Topics {
		if _, ok := topicID(topic); !ok {
			return refuse("SubscribeFailed", "Invalid topic")
		}
		if _, have := c.topics[topic]; !have && !seen[topic] {
			seen[topic] = true
			added = append(added, topic)
		}
	}
	if len(c.topics)+len(added) > maxTopics {
		return refuse("SubscribeFailed", "Too many subscriptions for session")
	}
	return added, nil
}

func (c *session) unsubscribe(m clientMessage) ack {
	if !c.authenticated {
		return m.refused("Unauthorized", "Session is not authenticated")
	}
	if m.Data == nil || len(m.Data.Topics) == 0 {
		return m.refused("DataRequired", "Topics are required")
	}
	for _, topic := range m.Data.Topics {
		if _, have := c.topics[topic]; have {
			delete(c.topics, topic)
			c.server.sockets.subscribed([]string{topic}, -1)
		}
	}
	c.order = slices.DeleteFunc(c.order, func(topic string) bool { _, have := c.topics[topic]; return !have })
	return m.ok()
}

// tick pushes what changed, and now and then a keep-alive.
func (c *session) tick(ctx context.Context, n int) error {
	if n%keepAliveEvery == 0 {
		if err := c.send(ctx, websocket.MessageBinary, []byte{0}); err != nil {
			return err
		}
	}
	now := c.server.opts.Now()
	for _, topic := range c.order {
		in := c.topics[topic]
		var content map[string]string
		switch alive := liveliness(in); {
		case alive == 0:
			continue
		case c.server.opts.PushAll:
			content = measuredContent(in, n, c.server.opts.Now()) // not now: a tick takes its time
		case c.rng.Float64() >= alive:
			continue
		default:
			content = deltaContent(c.server.market.quote(in, now), c.rng.Float64())
		}
		if err := c.push(ctx, topic, rateType, content); err != nil {
			return err
		}
	}
	return nil
}

// measuredContent is what PushAll pushes at the nth tick.
func measuredContent(in *instrument, n int, now time.Time) map[string]string {
	pip := math.Pow10(-in.decimals())
	bid := round(in.price+float64(n%2)*pip, in.decimals())
	c := map[string]string{}
	withSides(c, quote{bid: bid, ask: round(bid+pip, in.decimals()), at: now.UTC()}, true, true)
	return c
}

// liveliness is the chance of a push in one tick: about one a second for the
// most popular, one in six seconds for most, none where no price is made.
func liveliness(in *instrument) float64 {
	switch {
	case in == nil || in.flags.noquote || in.flags.delisted:
		return 0
	case in.rank < 50:
		return 0.5
	default:
		return 0.08
	}
}

func (c *session) push(ctx context.Context, topic, kind string, content map[string]string) error {
	text := encode(push{[]pushMessage{{Topic: topic, Content: encode(content), ID: c.messageID(), Type: kind}}})
	if c.fault.Malformed {
		text = text[:len(text)/2]
	}
	if c.pushed += len(text); c.fault.CutAfter > 0 && c.pushed > c.fault.CutAfter {
		return io.ErrUnexpectedEOF
	}
	return c.send(ctx, websocket.MessageText, []byte(text))
}

// messageID is a UUID of the session's own dice, so that a seed repeats it.
func (c *session) messageID() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(c.rng.Uint32())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return uuid.UUID(b).String()
}

func (c *session) write(ctx context.Context, a ack) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return c.send(ctx, websocket.MessageText, text)
}

func (c *session) send(ctx context.Context, kind websocket.MessageType, b []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return c.conn.Write(ctx, kind, b)
}
