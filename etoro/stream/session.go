package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
)

// maxTries is how often one frame is sent that eToro turns down for the moment.
const maxTries = 5

// session is one connection from its login to its end. Three goroutines share
// it: read hears, ping asks whether it is there, talk does the rest. The first that ends
// ends the others.
type session struct {
	client *Client
	line   *line
	conn   conn
	acks   chan ack // from read to talk

	// Of talk alone:
	sent     map[*topic]bool // accepted by eToro
	refusals int             // frames that eToro refused
	liveAt   time.Time       // zero until everything was accepted once
}

// read passes on what comes until nothing does.
func (s *session) read(ctx context.Context) error {
	silence := s.client.limits.silence
	for {
		once, cancel := context.WithTimeout(ctx, silence)
		kind, b, err := s.conn.Read(once)
		silent := once.Err() != nil
		cancel()
		switch {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && silent:
			return fmt.Errorf("no message for %s", silence)
		case err != nil:
			return s.client.lost("read", err)
		}
		s.client.frames.Add(1)
		if kind == websocket.MessageText { // the keep-alives are binary
			s.hear(ctx, decode(b))
		}
	}
}

func (s *session) hear(ctx context.Context, f frame) {
	if f.malformed {
		s.client.malformed.Add(1)
	}
	if len(f.updates) > 0 {
		s.client.deliver(s.line, f.updates)
	}
	if f.ack != nil {
		select {
		case s.acks <- *f.ack:
		case <-ctx.Done():
		}
	}
}

// ping finds a connection that is gone without a word, and keeps what is in
// between from closing one that is only quiet.
func (s *session) ping(ctx context.Context) error {
	for {
		if err := sleep(ctx, s.client.limits.ping); err != nil {
			return err
		}
		once, cancel := context.WithTimeout(ctx, s.client.limits.pong)
		err := s.conn.Ping(once)
		late := once.Err() != nil
		cancel()
		switch {
		case err != nil && late:
			return errors.New("a ping was not answered")
		case err != nil:
			return s.client.lost("ping", err)
		}
	}
}

// talk logs in and then keeps eToro's subscriptions what they should be.
func (s *session) talk(ctx context.Context) error {
	if err := s.authenticate(ctx); err != nil {
		return err
	}
	for {
		if err := s.sync(ctx); err != nil {
			return err
		}
		if s.liveAt.IsZero() {
			s.liveAt = time.Now()
		}
		s.line.up(len(s.sent))
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.line.wake:
		case <-s.acks: // of nothing that was asked
		}
	}
}

func (s *session) authenticate(ctx context.Context) error {
	id := uuid.NewString()
	text, err := s.client.login(id)
	if err != nil {
		return errors.New("authenticate: keys cannot be written as JSON")
	}
	a, err := s.ask(ctx, opAuthenticate, id, text)
	if err != nil || a.success || a.code == "SessionAlreadyAuthenticated" {
		return err
	}
	return s.refused(opAuthenticate, a)
}

// sync asks for what is wanted and not there, and drops what is there and not
// wanted; that first, because it makes room.
func (s *session) sync(ctx context.Context) error {
	add, drop := s.diff()
	for _, topics := range split(drop, s.client.limits.frame) {
		// A refusal says that eToro does not have them, which is what is wanted.
		if _, err := s.askTopics(ctx, opUnsubscribe, topics); err != nil {
			return err
		}
		for _, t := range topics {
			delete(s.sent, t)
		}
	}
	for _, topics := range split(add, s.client.limits.frame) {
		if err := s.subscribe(ctx, topics); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) diff() (add, drop []*topic) {
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	for _, t := range c.topics {
		if t.line == s.line && !s.sent[t] && !t.barred.After(now) {
			add = append(add, t)
		}
	}
	for t := range s.sent {
		if c.topics[t.id] != t || t.line != s.line {
			drop = append(drop, t)
		}
	}
	byID := func(a, b *topic) int { return cmp.Compare(a.id, b.id) }
	slices.SortFunc(add, byID)
	slices.SortFunc(drop, byID)
	return add, drop
}

// subscribe asks for topics, more than once if eToro cannot now. Nil does not
// mean that it took all of them.
func (s *session) subscribe(ctx context.Context, topics []*topic) error {
	pause := newBackoff(s.client.limits)
	for try := 1; ; try++ {
		a, err := s.askTopics(ctx, opSubscribe, topics)
		switch {
		case err != nil:
			return err
		case a.success:
			for _, t := range topics {
				s.sent[t] = true
			}
			return nil
		case a.code == "SubscribeFailed":
			return s.narrow(ctx, topics)
		case refusesKeys(a.code) || try == maxTries:
			return s.refused(opSubscribe, a)
		}
		if err := sleep(ctx, pause.next()); err != nil {
			return err
		}
	}
}

// narrow looks for the topics that made eToro refuse the frame of all of them,
// and leaves those out. Were it about all of thousands, that would never end: after
// so many refusals they are left out together.
func (s *session) narrow(ctx context.Context, topics []*topic) error {
	s.refusals++
	if half := len(topics) / 2; half > 0 && s.refusals <= s.client.limits.refusals {
		if err := s.subscribe(ctx, topics[:half]); err != nil {
			return err
		}
		return s.subscribe(ctx, topics[half:])
	}
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	for _, t := range topics {
		t.barred = time.Now().Add(s.client.limits.bar)
	}
	return nil
}

// refused is the error of an answer that is not a success. Keys are refused for
// good only while a connection begins. Later the login may have run out; the next one
// will tell.
func (s *session) refused(op string, a ack) error {
	code, message := s.client.hide(a.code), s.client.hide(a.message)
	if refusesKeys(a.code) && s.liveAt.IsZero() {
		return &RefusedError{Code: code, Message: message}
	}
	return fmt.Errorf("%s refused: %s", op, answerText(code, message))
}

func (s *session) askTopics(ctx context.Context, op string, topics []*topic) (ack, error) {
	id := uuid.NewString()
	text, err := topicsFrame(id, op, topics)
	if err != nil {
		return ack{}, err
	}
	return s.ask(ctx, op, id, text)
}

// ask sends one message and waits for the answer. There is never a second one on
// its way, so an answer without an id can only be this one's.
func (s *session) ask(ctx context.Context, op, id string, text []byte) (ack, error) {
	wait := s.client.limits.answer
	ctx, cancel := context.WithTimeoutCause(ctx, wait, fmt.Errorf("%s not answered within %s", op, wait))
	defer cancel()
	if err := s.conn.Write(ctx, websocket.MessageText, text); err != nil {
		if ctx.Err() != nil {
			return ack{}, context.Cause(ctx)
		}
		return ack{}, s.client.lost(op, err)
	}
	for {
		select {
		case <-ctx.Done():
			return ack{}, context.Cause(ctx)
		case a := <-s.acks:
			if a.id == id || a.id == "" {
				return a, nil
			}
		}
	}
}
