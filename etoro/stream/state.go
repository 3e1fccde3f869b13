package stream

import (
	"errors"
	"time"
)

// Phase is how the stream stands.
type Phase string

// The phases of a Client.
const (
	Connecting   Phase = "connecting"   // not live yet; also when more topics need one connection more
	Live         Phase = "live"         // all connections are up and eToro has accepted what they were asked for
	Reconnecting Phase = "reconnecting" // was live; on the way back
	Refused      Phase = "refused"      // eToro does not take the keys; nothing is tried any more
)

// State is how the stream stands at one moment.
type State struct {
	Phase       Phase
	Since       time.Time // when the phase began
	Err         error     // what broke last; nil when live
	NextTry     time.Time // zero when live, refused, or trying right now
	Topics      int       // that eToro has accepted and pushes now
	LeftOut     int       // wanted topics that eToro refuses
	Connections int       // that are live

	Dials     uint64 // since New
	Frames    uint64 // messages read, keep-alives included
	Malformed uint64 // frames that were not understood, or not wholly
}

// ErrRefused is in State.Err when eToro does not take the keys, as a *RefusedError.
var ErrRefused = errors.New("stream: keys refused")

// RefusedError says how eToro refused the keys.
type RefusedError struct {
	Code    string // eToro's errorCode: "InvalidKey"
	Message string // eToro's words, capped; may be empty
}

// Error reads "stream: keys refused: InvalidKey: Invalid key".
func (e *RefusedError) Error() string {
	return ErrRefused.Error() + ": " + answerText(e.Code, e.Message)
}

// Is reports that the class is ErrRefused.
func (e *RefusedError) Is(target error) bool { return target == ErrRefused }

// State tells how the stream stands now.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.currentState()
}

// update changes the lines' state and tells the phase if that made it another.
// It is told in order and one at a time, which holding telling from before the
// change ensures.
func (c *Client) update(change func()) {
	c.telling.Lock()
	defer c.telling.Unlock()
	c.mu.Lock()
	change()
	phase := c.currentPhase()
	if phase == c.phase {
		c.mu.Unlock()
		return
	}
	c.phase, c.since = phase, time.Now()
	state := c.currentState()
	c.mu.Unlock()
	c.changed(state)
}

// currentPhase is that of the line that is worst off. c.mu is held.
func (c *Client) currentPhase() Phase {
	if c.refusal != nil {
		return Refused
	}
	phase := Live
	for _, l := range c.lines {
		switch {
		case l.live:
		case l.wasLive:
			return Reconnecting
		default:
			phase = Connecting
		}
	}
	return phase
}

// currentState needs c.mu.
func (c *Client) currentState() State {
	s := State{
		Phase: c.phase, Since: c.since, Err: c.refusal,
		Dials: c.dials.Load(), Frames: c.frames.Load(), Malformed: c.malformed.Load(),
	}
	for _, l := range c.lines {
		s.Topics += l.accepted
		if l.live {
			s.Connections++
			continue
		}
		if s.Err == nil {
			s.Err = l.err
		}
		if !l.nextTry.IsZero() && (s.NextTry.IsZero() || l.nextTry.Before(s.NextTry)) {
			s.NextTry = l.nextTry
		}
	}
	now := time.Now()
	for _, t := range c.topics {
		if t.barred.After(now) {
			s.LeftOut++
		}
	}
	return s
}
