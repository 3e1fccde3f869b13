package stream

import (
	"slices"
	"testing"
	"time"
)

func TestTopicsAreAskedForOnlyAfterTheLoginIsAcked(t *testing.T) {
	t.Parallel()
	f := &far{answer: func(a asked) string {
		if a.Operation == opAuthenticate {
			return "none"
		}
		return ""
	}}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(1001, 5)
		h := start(t, c)
		after(time.Second)
		if got := f.operations(); !slices.Equal(got, []string{"Authenticate"}) {
			t.Fatalf("before the ack: %v", got)
		}
		login := f.seen(opAuthenticate)[0]
		if login.Data.APIKey != canaryAPIKey || login.Data.UserKey != canaryUserKey || login.ID == "" {
			t.Errorf("login %+v", login)
		}
		f.last().push(`{"id":"` + login.ID + `","success":true,"operation":"Authenticate"}`)
		after(time.Second)
		if got := f.operations(); !slices.Equal(got, []string{"Authenticate", "Subscribe 5,1001"}) || !f.seen(opSubscribe)[0].Data.Snapshot {
			t.Errorf("after the ack: %v", got)
		}
		wantPhases(t, h, Live)
		if s := c.State(); s.Topics != 2 || s.Connections != 1 || s.Err != nil || s.Dials != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestMissingAnswerEndsTheConnection(t *testing.T) {
	t.Parallel()
	for _, op := range []string{opAuthenticate, opSubscribe} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			f := &far{answer: func(a asked) string {
				if a.Operation == op {
					return "none"
				}
				return ""
			}}
			bubble(t, f, func(t *testing.T, c *Client) {
				c.Subscribe(1001)
				h := start(t, c)
				after(9 * time.Second)
				if len(f.open()) != 1 || f.dialCount() != 1 {
					t.Fatalf("gave up early: %d dials", f.dialCount())
				}
				after(2500 * time.Millisecond)
				if f.dialCount() != 2 {
					t.Errorf("%d dials, want a second", f.dialCount())
				}
				wantPhases(t, h)
				if s := c.State(); s.Phase != Connecting || s.Err == nil || s.Err.Error() != op+" not answered within 10s" {
					t.Errorf("%+v", s)
				}
			})
		})
	}
}

func TestSilenceEndsTheConnectionThoughPingsAreAnswered(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		h := start(t, c)
		after(29 * time.Second)
		wantPhases(t, h, Live)
		after(3 * time.Second)
		wantPhases(t, h, Live, Reconnecting, Live)
		if err := h.states[1].Err; err == nil || err.Error() != "no message for 30s" || h.states[1].NextTry.IsZero() {
			t.Errorf("%+v", h.states[1])
		}
	})
}

func TestKeepAlivesKeepAQuietConnection(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		h := start(t, c)
		for range 30 {
			after(20 * time.Second)
			f.last().keepAlive()
		}
		after(time.Second)
		wantPhases(t, h, Live)
		if s := c.State(); s.Dials != 1 || s.Frames != 31 || s.Malformed != 0 || len(h.takeRates()) != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestUnansweredPingEndsTheConnectionThoughMessagesCome(t *testing.T) {
	t.Parallel()
	f := &far{deaf: true}
	bubble(t, f, func(t *testing.T, c *Client) {
		h := start(t, c)
		for range 32 {
			after(time.Second)
			f.last().keepAlive()
		}
		if got := h.phases(); len(got) < 2 || got[1] != Reconnecting || h.states[1].Err.Error() != "a ping was not answered" {
			t.Errorf("%+v", h.states)
		}
	})
}

func TestConnectionCutEveryFiveSecondsComesBackWithoutAStorm(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(1001)
		h := start(t, c)
		for range 12 {
			after(5 * time.Second)
			if got := h.takeRates(); len(got) != 1 || got[0].Bid != 100 {
				t.Errorf("rates since the last cut: %+v", got)
			}
			_ = f.last().CloseNow()
		}
		after(5 * time.Second)
		if f.dialCount() != 13 {
			t.Errorf("%d dials for 12 cuts", f.dialCount())
		}
		if got := h.phases(); len(got) != 25 || got[24] != Live {
			t.Errorf("phases %v", got)
		}
	})
}

func TestConnectionCutAfterAnyTimeIsDialledAtMostTwentyTimesAMinute(t *testing.T) {
	t.Parallel()
	for _, lives := range []time.Duration{0, 500 * time.Millisecond, 2900 * time.Millisecond, 3 * time.Second, 5 * time.Second} {
		t.Run(lives.String(), func(t *testing.T) {
			t.Parallel()
			f := &far{}
			f.answer = func(a asked) string {
				last := f.last()
				time.AfterFunc(lives, func() { _ = last.CloseNow() })
				return ""
			}
			bubble(t, f, func(t *testing.T, c *Client) {
				start(t, c)
				after(20 * time.Minute)
				// Any minute, not only those of the clock. The first few pauses are short by chance.
				for i, first := range f.dials {
					n := 0
					for _, at := range f.dials[i:] {
						if at.Sub(first) < time.Minute {
							n++
						}
					}
					if n > 20 {
						t.Errorf("%d dials within a minute", n)
					}
				}
				if len(f.dials) < 15 {
					t.Errorf("%d dials in 20 minutes: gave up", len(f.dials))
				}
			})
		})
	}
}

func TestFailedDialsAreToldWithTheNextTry(t *testing.T) {
	t.Parallel()
	f := &far{refuseDial: func(n int) error {
		if n > 4 {
			return nil
		}
		return errDial
	}}
	bubble(t, f, func(t *testing.T, c *Client) {
		h := start(t, c)
		after(0)
		if s := c.State(); s.Phase != Connecting || s.Err == nil || s.Err.Error() != "connect: no route" || s.NextTry.Before(time.Now()) {
			t.Errorf("%+v", s)
		}
		after(20 * time.Second)
		wantPhases(t, h, Live)
		if s := c.State(); s.Err != nil || !s.NextTry.IsZero() || s.Dials < 5 {
			t.Errorf("%+v", s)
		}
	})
}

func TestReconnectedIsLiveOnlyWhenEverythingIsSubscribedAgain(t *testing.T) {
	t.Parallel()
	f := &far{}
	holdBack := false
	f.answer = func(a asked) string {
		if holdBack && a.Operation == opSubscribe {
			return "none"
		}
		return ""
	}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(ids(1, 1500)...)
		h := start(t, c)
		after(time.Second)
		wantPhases(t, h, Live)
		holdBack = true
		_ = f.last().CloseNow()
		after(3 * time.Second)
		for sent := range 2 { // 1,500 topics are two frames
			wantPhases(t, h, Live, Reconnecting)
			asks := f.seen(opSubscribe)
			if len(asks) != 3+sent {
				t.Fatalf("%d frames", len(asks))
			}
			f.last().push(`{"id":"` + asks[len(asks)-1].ID + `","success":true}`)
			after(time.Second)
		}
		wantPhases(t, h, Live, Reconnecting, Live)
		if s := c.State(); s.Topics != 1500 {
			t.Errorf("%+v", s)
		}
	})
}

func TestMalformedFramesAreCountedAndCostNothingElse(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(1001)
		h := start(t, c)
		after(time.Second)
		h.takeRates()
		for _, text := range []string{`{"messages":[{"topic":"instr`, `x`, `{}`} {
			f.last().push(text)
		}
		f.last().pushRate("instrument:1001", typeRate, `{"Bid":"102"}`)
		after(time.Second)
		if got := h.takeRates(); len(got) != 1 || got[0].Bid != 102 {
			t.Errorf("%+v", got)
		}
		if s := c.State(); s.Malformed != 3 || s.Dials != 1 || s.Phase != Live {
			t.Errorf("%+v", s)
		}
	})
}
