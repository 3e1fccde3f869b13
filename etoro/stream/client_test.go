package stream

import (
	"slices"
	"testing"
	"time"
)

func TestBurstOfSubscriptionsIsOneFrame(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		start(t, c)
		after(time.Second)
		began := time.Now()
		for _, id := range ids(1, 100) {
			c.Subscribe(id, id, 0, -5)
		}
		c.Unsubscribe(7, 200)
		after(time.Second)
		asks := f.seen(opSubscribe)
		if len(asks) != 1 || len(asks[0].Data.Topics) != 99 || len(f.seen(opUnsubscribe)) != 0 {
			t.Fatalf("%v", f.operations())
		}
		if waited := asks[0].at.Sub(began); waited > 60*time.Millisecond {
			t.Errorf("sent after %v", waited)
		}
		c.Subscribe(5)
		after(time.Second)
		if n := len(f.seen("")); n != 2 {
			t.Errorf("%d messages: what is wanted already was asked for again", n)
		}
	})
}

func TestUnsubscribedAndWantedAgainAtOnceStartsFromItsSnapshot(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(5, 6)
		h := start(t, c)
		after(time.Second)
		h.takeRates()
		c.Unsubscribe(5)
		f.last().pushRate("instrument:5", typeRate, `{"Bid":"7"}`)
		after(0)
		if got := h.takeRates(); len(got) != 0 {
			t.Errorf("put though unsubscribed: %+v", got)
		}
		c.Subscribe(5)
		after(time.Second)
		want := []string{"Authenticate", "Subscribe 5,6", "Unsubscribe 5", "Subscribe 5"}
		if got := f.operations(); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if got := h.takeRates(); len(got) != 1 || got[0].Bid != 100 {
			t.Errorf("%+v", got)
		}
	})
}

func TestMergedStateOutlivesAReconnectUntilTheSnapshot(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(5)
		h := start(t, c)
		after(time.Second)
		f.noSnapshot = true
		_ = f.last().CloseNow()
		after(2 * time.Second)
		h.takeRates()
		f.last().pushRate("instrument:5", typeRate, `{"Bid":"90"}`)
		after(0)
		if got := h.takeRates(); len(got) != 1 || got[0].Bid != 90 || got[0].Ask != 101 || got[0].DailyClose != 99 {
			t.Errorf("before the snapshot: %+v", got)
		}
		f.last().pushRate("instrument:5", typeSnapshot, `{"Bid":"91","Date":"2026-06-02T00:00:00Z"}`)
		after(0)
		if got := h.takeRates(); len(got) != 1 || got[0].Bid != 91 || got[0].Ask != 0 || got[0].DailyClose != 0 {
			t.Errorf("after the snapshot: %+v", got)
		}
	})
}

func TestFramesStayBelowTheirLimit(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		for _, id := range ids(1, 4900) {
			c.Subscribe(id + 1<<60) // the longest names
		}
		start(t, c)
		after(time.Second)
		c.Unsubscribe(ids(1<<60+1, 1<<60+4900)...)
		after(time.Second)
		for _, op := range []string{opSubscribe, opUnsubscribe} {
			topics, largest := 0, 0
			for _, a := range f.seen(op) {
				topics, largest = topics+len(a.Data.Topics), max(largest, a.size)
			}
			if topics != 4900 || largest > 20_000 || largest < 19_000 {
				t.Errorf("%s: %d topics, the largest frame has %d bytes", op, topics, largest)
			}
		}
		if s := c.State(); s.Dials != 1 || s.Topics != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestOneTopicLongerThanTheLimitIsAFrameOfItsOwn(t *testing.T) {
	t.Parallel()
	topics := []*topic{{id: 1}, {id: 2}, {id: 3}}
	if got := split(topics, 10); len(got) != 3 {
		t.Errorf("%d frames", len(got))
	}
	if got := split(nil, 10); got != nil {
		t.Errorf("%v", got)
	}
}

func TestConnectionsGrowAndShrinkWithTheTopics(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.limits.topics = 10
		c.Subscribe(ids(1, 10)...)
		h := start(t, c)
		after(time.Second)
		c.Subscribe(ids(11, 25)...)
		after(time.Second)
		if s := c.State(); s.Connections != 3 || s.Topics != 25 || s.Phase != Live || len(f.open()) != 3 {
			t.Fatalf("25 topics: %+v", s)
		}
		wantPhases(t, h, Live, Connecting, Live)
		c.Unsubscribe(ids(1, 4)...)
		after(time.Second)
		if s := c.State(); s.Connections != 3 || s.Topics != 21 {
			t.Errorf("21 topics: %+v", s)
		}
		c.Subscribe(ids(26, 34)...)
		after(time.Second)
		if s := c.State(); s.Connections != 3 || s.Topics != 30 {
			t.Errorf("30 topics, as many as there is room for: %+v", s)
		}
		h.takeRates()
		c.Unsubscribe(ids(5, 22)...)
		after(time.Second)
		if s := c.State(); s.Connections != 2 || s.Topics != 12 || len(f.open()) != 2 {
			t.Errorf("12 topics: %+v", s)
		}
		c.Unsubscribe(ids(23, 34)...)
		after(time.Second)
		if s := c.State(); s.Connections != 1 || s.Topics != 0 || s.Phase != Live || len(f.open()) != 1 {
			t.Errorf("no topics: %+v", s)
		}
	})
}

func TestMovedTopicsAreHeardOnTheirNewConnectionAlone(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.limits.topics = 10
		c.Subscribe(ids(1, 10)...)
		h := start(t, c)
		after(time.Second)
		c.Subscribe(11)
		after(time.Second)
		first, second := f.conns[0], f.conns[1]
		h.takeRates()
		first.pushRate("instrument:11", typeRate, `{"Bid":"1"}`)
		second.pushRate("instrument:11", typeRate, `{"Bid":"2"}`)
		after(0)
		if got := h.takeRates(); len(got) != 1 || got[0].Bid != 2 {
			t.Errorf("%+v", got)
		}
		c.Unsubscribe(ids(1, 9)...)
		after(time.Second)
		if got := h.takeRates(); len(got) != 1 || got[0].ID != 11 || got[0].Bid != 100 {
			t.Errorf("the snapshot of the moved topic: %+v", got)
		}
		first.pushRate("instrument:11", typeRate, `{"Bid":"3"}`)
		after(0)
		if got := h.takeRates(); len(got) != 1 || got[0].Bid != 3 || got[0].Ask != 101 {
			t.Errorf("%+v", got)
		}
	})
}

func TestCallbacksMayUseTheClient(t *testing.T) {
	t.Parallel()
	f := &far{}
	bubble(t, f, func(t *testing.T, c *Client) {
		h := &heard{}
		ended := make(chan error, 1)
		ctx := t.Context()
		go func() {
			ended <- c.Run(ctx, func(rates []Rate) {
				h.put(rates)
				if rates[0].ID == 1 {
					c.Unsubscribe(1)
				}
			}, func(s State) {
				if c.State().Phase == Live {
					c.Subscribe(1, 2)
				}
			})
		}()
		after(time.Second)
		if s := c.State(); s.Topics != 1 || len(h.takeRates()) != 2 {
			t.Errorf("%+v", s)
		}
		t.Cleanup(func() { <-ended })
	})
}

func TestBackoffGrowsToItsLimitAndStartsOver(t *testing.T) {
	t.Parallel()
	b := newBackoff(eToroLimits)
	b.random = func() float64 { return 0.5 }
	var got []time.Duration
	for range 8 {
		got = append(got, b.next())
	}
	s := time.Second
	if want := []time.Duration{s / 2, s, 2 * s, 4 * s, 8 * s, 16 * s, 30 * s, 30 * s}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	b.reset()
	if d := b.next(); d != s/2 {
		t.Errorf("%v after a reset", d)
	}
}
