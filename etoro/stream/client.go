package stream

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"instrumentdesk/etoro"
)

// Client follows the prices of a changing set of instruments. It is safe for
// concurrent use.
type Client struct {
	limits limits
	dial   func(context.Context) (conn, error)
	login  func(id string) ([]byte, error) // knows the keys, as a field would show them under %+v
	hide   func(string) string             // blots the keys out of texts that come back

	put     func([]Rate)
	changed func(State)
	wake    chan struct{} // has a token when the wanted topics changed

	putting sync.Mutex // held while put runs
	telling sync.Mutex // held while changed runs; taken before mu
	running sync.WaitGroup

	dials, frames, malformed atomic.Uint64

	mu      sync.Mutex
	topics  map[etoro.InstrumentID]*topic // the wanted ones
	lines   []*line
	phase   Phase
	since   time.Time
	refusal error
}

// topic is one wanted instrument. Wanted anew it is another topic, because
// eToro then has to send its whole state again.
type topic struct {
	id etoro.InstrumentID

	// Guarded by Client.mu:
	rate   Rate
	line   *line     // nil until arrange gives it one
	barred time.Time // eToro refused it; not asked for again before
}

// New returns a Client that does nothing before Run. All mistakes in o are
// reported together.
func New(o Options) (*Client, error) {
	if o.URL == "" {
		o.URL = DefaultURL
	}
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	return &Client{
		limits: eToroLimits,
		dial:   dialer(o.URL, eToroLimits.dial),
		login:  loginFrame(o.APIKey, o.UserKey),
		hide:   hider(o.APIKey, o.UserKey),
		wake:   make(chan struct{}, 1),
		topics: map[etoro.InstrumentID]*topic{},
		phase:  Connecting,
		since:  time.Now(),
	}, nil
}

// Subscribe makes ids wanted, before Run or during it. It never blocks; what is
// wanted within a moment is asked for together. Ids that are wanted already and
// those below 1 change nothing.
func (c *Client) Subscribe(ids ...etoro.InstrumentID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if c.topics[id] == nil && id > 0 {
			c.topics[id] = &topic{id: id, rate: Rate{ID: id}}
			signal(c.wake)
		}
	}
}

// Unsubscribe makes ids unwanted and forgets their rates. It never blocks. A
// rate that was on its way may still be put afterwards.
func (c *Client) Unsubscribe(ids ...etoro.InstrumentID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		t := c.topics[id]
		if t == nil {
			continue
		}
		delete(c.topics, id)
		if t.line != nil {
			t.line.topics--
		}
		signal(c.wake)
	}
}

// Run keeps the stream up until ctx ends, and returns nil then, with no
// goroutine left. It is called once. put gets the rates that one message
// changed, changed the state at every change of its phase. Each is called one at
// a time, may call the Client's other methods, and must not block.
func (c *Client) Run(ctx context.Context, put func([]Rate), changed func(State)) error {
	c.put, c.changed = put, changed
	defer c.running.Wait()
	for {
		c.update(func() { c.arrange(ctx) })
		select {
		case <-ctx.Done():
			return nil
		case <-c.wake:
			_ = sleep(ctx, c.limits.gather) // when ctx ended, the next turn sees it
		}
	}
}

// arrange gives every topic a line, as many lines as that needs, and each line
// the chance to send what changed. c.mu is held.
func (c *Client) arrange(ctx context.Context) {
	if c.refusal != nil || ctx.Err() != nil {
		return
	}
	c.shrink()
	if len(c.lines) == 0 {
		c.open(ctx)
	}
	for _, t := range c.topics {
		if t.line == nil {
			t.line = c.room(ctx)
			t.line.topics++
		}
	}
	for _, l := range c.lines {
		signal(l.wake)
	}
}

// shrink closes lines while the others could take all topics and a third more:
// closing at the very limit would open them again with the next topic.
func (c *Client) shrink() {
	for n := len(c.lines); n > 1 && len(c.topics) <= (n-1)*c.limits.topics*3/4; n-- {
		last := c.lines[n-1]
		last.stop()
		c.lines = c.lines[:n-1]
		for _, t := range c.topics {
			if t.line == last {
				t.line = nil
			}
		}
	}
}

// room is the line with the fewest topics, a new one when all are full.
func (c *Client) room(ctx context.Context) *line {
	least := c.lines[0]
	for _, l := range c.lines {
		if l.topics < least.topics {
			least = l
		}
	}
	if least.topics >= c.limits.topics {
		return c.open(ctx)
	}
	return least
}

func (c *Client) open(ctx context.Context) *line {
	ctx, stop := context.WithCancel(ctx)
	l := &line{client: c, stop: stop, wake: make(chan struct{}, 1)}
	c.lines = append(c.lines, l)
	c.running.Go(func() {
		defer stop()
		l.run(ctx)
	})
	return l
}

// refuse ends all lines for good.
func (c *Client) refuse(err error) {
	c.update(func() {
		c.refusal = err
		for _, l := range c.lines {
			l.stop()
		}
		c.lines = nil
	})
}

// lost is err as it may be shown: its innermost cause in one line, without keys.
func (c *Client) lost(op string, err error) error {
	return fmt.Errorf("%s: %s", op, c.hide(rootText(err)))
}

// signal leaves a token in a channel of one, if there is none.
func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// sleep waits for d, and returns why ctx ended if that came first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
