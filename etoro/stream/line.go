package stream

import (
	"context"
	"errors"
	"sync"
	"time"
)

// line keeps one connection up for the topics that it was given.
type line struct {
	client *Client
	stop   context.CancelFunc
	wake   chan struct{} // has a token when its topics may have changed

	// Guarded by client.mu:
	topics        int // given to it
	accepted      int // by eToro, on the connection that stands
	live, wasLive bool
	err           error
	nextTry       time.Time
}

// run dials until ctx ends or eToro refuses the keys.
func (l *line) run(ctx context.Context) {
	c := l.client
	pause := newBackoff(c.limits)
	for {
		lived, err := l.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, ErrRefused) {
			c.refuse(err)
			return
		}
		if lived >= c.limits.steady {
			pause.reset()
		}
		wait := pause.next()
		c.update(func() {
			l.live, l.accepted, l.err, l.nextTry = false, 0, err, time.Now().Add(wait)
		})
		if sleep(ctx, wait) != nil {
			return
		}
	}
}

// connect holds one connection until it ends, and says why it did and for how
// long it was live.
func (l *line) connect(ctx context.Context) (lived time.Duration, err error) {
	c := l.client
	c.dials.Add(1)
	c.update(func() { l.nextTry = time.Time{} })
	conn, err := c.dial(ctx)
	if err != nil {
		return 0, c.lost("connect", err)
	}
	ctx, end := context.WithCancelCause(ctx)
	s := &session{client: c, line: l, conn: conn, acks: make(chan ack), sent: map[*topic]bool{}}
	var helpers sync.WaitGroup
	helpers.Go(func() { end(s.read(ctx)) })
	helpers.Go(func() { end(s.ping(ctx)) })
	err = s.talk(ctx)
	end(err)
	if !s.liveAt.IsZero() {
		lived = time.Since(s.liveAt)
	}
	_ = conn.CloseNow() // it is of no use any more, however that ends
	helpers.Wait()
	return lived, err
}

// up marks the line as live.
func (l *line) up(accepted int) {
	l.client.update(func() {
		l.live, l.wasLive, l.accepted, l.err = true, true, accepted, nil
	})
}
