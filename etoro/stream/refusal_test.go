package stream

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"instrumentdesk/etoro"
)

func TestRefusedKeysStopForGood(t *testing.T) {
	t.Parallel()
	for _, op := range []string{opAuthenticate, opSubscribe} {
		for _, code := range []string{"InvalidKey", "Unauthorized", "Forbidden", "ApiKeyRequired", "UserKeyRequired"} {
			t.Run(op+" "+code, func(t *testing.T) {
				t.Parallel()
				f := &far{answer: func(a asked) string {
					if a.Operation == op {
						return code
					}
					return ""
				}}
				bubble(t, f, func(t *testing.T, c *Client) {
					c.Subscribe(1001)
					h := start(t, c)
					after(time.Hour)
					c.Subscribe(1002)
					after(time.Hour)
					wantPhases(t, h, Refused)
					s := c.State()
					refused, ok := errors.AsType[*RefusedError](s.Err)
					if !ok || refused.Code != code || !errors.Is(s.Err, ErrRefused) {
						t.Errorf("%v", s.Err)
					}
					if s.Dials != 1 || s.Connections != 0 || s.Topics != 0 || !s.NextTry.IsZero() || len(f.open()) != 0 {
						t.Errorf("%+v", s)
					}
				})
			})
		}
	}
}

func TestLoginTurnedDownForTheMomentIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"TooManyRequests", "UnhandledException", "DataRequired", "SomethingNew"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			f := &far{}
			f.answer = func(a asked) string {
				if f.dialCount() < 4 {
					return code
				}
				return ""
			}
			bubble(t, f, func(t *testing.T, c *Client) {
				h := start(t, c)
				after(0)
				if err := c.State().Err; err == nil || errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), code) {
					t.Errorf("%v", err)
				}
				after(10 * time.Second)
				wantPhases(t, h, Live)
			})
		})
	}
}

func TestSessionThatIsLoggedInAlreadyIsFine(t *testing.T) {
	t.Parallel()
	f := &far{answer: func(a asked) string {
		if a.Operation == opAuthenticate {
			return "SessionAlreadyAuthenticated"
		}
		return ""
	}}
	bubble(t, f, func(t *testing.T, c *Client) {
		h := start(t, c)
		after(time.Second)
		wantPhases(t, h, Live)
	})
}

func TestLoginThatRanOutIsRenewed(t *testing.T) {
	t.Parallel()
	f := &far{}
	f.answer = func(a asked) string {
		if f.dialCount() == 1 && len(a.Data.Topics) == 1 && a.Data.Topics[0] == "instrument:2" {
			return "Unauthorized"
		}
		return ""
	}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(1)
		h := start(t, c)
		after(time.Second)
		c.Subscribe(2)
		after(3 * time.Second)
		wantPhases(t, h, Live, Reconnecting, Live)
		if s := c.State(); s.Topics != 2 || s.Dials != 2 {
			t.Errorf("%+v", s)
		}
	})
}

func TestTopicsTurnedDownForTheMomentAreAskedForAgainOnTheSameConnection(t *testing.T) {
	t.Parallel()
	f := &far{}
	f.answer = func(a asked) string {
		if a.Operation == opSubscribe && len(f.seen(opSubscribe)) < maxTries {
			return "TooManyRequests"
		}
		return ""
	}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(1)
		h := start(t, c)
		after(20 * time.Second)
		wantPhases(t, h, Live)
		if s := c.State(); s.Topics != 1 || s.Dials != 1 {
			t.Errorf("%+v", s)
		}
	})
}

// refuseTopics makes f refuse every frame that has one of bad in it.
func refuseTopics(bad ...string) func(asked) string {
	return func(a asked) string {
		for _, topic := range a.Data.Topics {
			for _, b := range bad {
				if topic == b && a.Operation == opSubscribe {
					return "SubscribeFailed"
				}
			}
		}
		return ""
	}
}

func TestRefusedTopicsAreFoundAndLeftOutForAnHour(t *testing.T) {
	t.Parallel()
	f := &far{answer: refuseTopics("instrument:77", "instrument:300")}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(ids(1, 500)...)
		h := start(t, c)
		after(time.Second)
		wantPhases(t, h, Live)
		if s := c.State(); s.Topics != 498 || s.LeftOut != 2 || s.Dials != 1 || s.Err != nil {
			t.Errorf("%+v", s)
		}
		frames := len(f.seen(opSubscribe))
		if frames > 40 {
			t.Errorf("%d frames to find 2 of 500", frames)
		}
		_ = f.last().CloseNow()
		after(2 * time.Second)
		if again := len(f.seen(opSubscribe)) - frames; again != 1 {
			t.Errorf("%d frames after a break, want the good ones alone", again)
		}
		for range 200 {
			after(20 * time.Second)
			f.last().keepAlive()
		}
		f.answer = nil
		c.Subscribe(502)
		after(time.Second)
		if s := c.State(); s.Topics != 501 || s.LeftOut != 0 {
			t.Errorf("after the hour: %+v", s)
		}
	})
}

func TestRefusingEverythingIsNotAskedAboutWithoutEnd(t *testing.T) {
	t.Parallel()
	f := &far{answer: func(a asked) string {
		if a.Operation == opSubscribe {
			return "SubscribeFailed"
		}
		return ""
	}}
	bubble(t, f, func(t *testing.T, c *Client) {
		c.Subscribe(ids(1, 4000)...)
		start(t, c)
		after(time.Second)
		if n := len(f.seen(opSubscribe)); n > 250 {
			t.Errorf("%d frames", n)
		}
		if s := c.State(); s.Topics != 0 || s.LeftOut != 4000 || s.Dials != 1 {
			t.Errorf("%+v", s)
		}
	})
}

func TestKeysShowNowhere(t *testing.T) {
	t.Parallel()
	// The far side repeats the user key in each of its messages.
	for _, code := range []string{"InvalidKey", "TooManyRequests", canaryAPIKey} {
		f := &far{answer: func(asked) string { return code }}
		bubble(t, f, func(t *testing.T, c *Client) {
			h := start(t, c)
			after(time.Second)
			text := fmt.Sprintf("%+v %#v %v", c.State(), h.states, c.State().Err)
			refused, _ := errors.AsType[*RefusedError](c.State().Err)
			text += fmt.Sprintf("%+v", refused)
			c.mu.Lock()
			text += fmt.Sprintf("%+v %#v", c, c.lines)
			c.mu.Unlock()
			if strings.Contains(text, canaryAPIKey) || strings.Contains(text, canaryUserKey) {
				t.Errorf("a key shows in %s", text)
			}
			if !strings.Contains(c.State().Err.Error(), "no: [redacted]") {
				t.Errorf("eToro's own words are missing: %v", c.State().Err)
			}
		})
	}
}

func TestTextsOfTheFarSideFitIntoALine(t *testing.T) {
	t.Parallel()
	hide := hider(canaryAPIKey, canaryUserKey)
	long := strings.Repeat("ü", 300)
	for text, want := range map[string]string{
		"plain":                                "plain",
		" two\r\n lines\t\x00and a bell\a ":    "two lines and a bell",
		canaryUserKey + " and " + canaryAPIKey: "[redacted] and [redacted]",
		"broken \xff":                          "broken ?",
		long:                                   long[:maxText] + "…",
	} {
		if got := hide(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestCausesAreToldWithoutTheLayersAroundThem(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"no route":                  fmt.Errorf("failed to: %w", fmt.Errorf("failed again: %w", errDial)),
		"closed with code 1008 why": fmt.Errorf("read: %w", websocket.CloseError{Code: 1008, Reason: "why"}),
		"no route, twice":           &url.Error{Op: "Get", URL: "http://secret", Err: errors.New("no route, twice")},
	} {
		if got := rootText(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for want, e := range map[string]RefusedError{
		"stream: keys refused: Forbidden":     {Code: "Forbidden"},
		"stream: keys refused: Forbidden: no": {Code: "Forbidden", Message: "no"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOptionsAreCheckedTogether(t *testing.T) {
	t.Parallel()
	good := Options{APIKey: canaryAPIKey, UserKey: canaryUserKey}
	with := func(address string) Options { o := good; o.URL = address; return o }
	tests := []struct {
		name string
		o    Options
		want []string // each in the error; none when it is fine
	}{
		{"eToro's own address", good, nil},
		{"this machine", with("ws://127.0.0.1:80/ws"), nil},
		{"this machine by name", with("ws://localhost/ws"), nil},
		{"this machine, IPv6", with("ws://[::1]:80/ws"), nil},
		{"another machine in the clear", with("ws://example.com/ws"), []string{"has to be wss"}},
		{"another scheme", with("https://example.com/ws"), []string{"like wss://"}},
		{"no host", with("wss:///ws"), []string{"like wss://"}},
		{"no URL", with("://"), []string{"cannot be parsed"}},
		{"a password", with("wss://u:canary-pass@example.com/ws"), []string{"user name or password"}},
		{"a query", with("wss://example.com/ws?key=canary-pass"), []string{"query"}},
		{"a fragment", with("wss://example.com/ws#"), []string{"query or fragment"}},
		{"nothing", Options{URL: "x"}, []string{"like wss://", "needs the api key", "needs the user key"}},
		{"a line break in a key", Options{APIKey: "canary-a\n", UserKey: etoro.Secret("canary\u00fc")}, []string{"the api key holds", "the user key holds"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := New(tt.o)
			if (err == nil) != (tt.want == nil) {
				t.Fatalf("%v", err)
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "canary") {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}
