package etoro

import (
	"strings"
	"testing"
)

func TestNewRefusesWithAllMistakesAtOnce(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		o    Options
		want []string // each in the error, and nothing else
	}{
		{"no credentials", Options{}, []string{"no credentials"}},
		{"half a pair", Options{APIKey: "k"}, []string{"without a user key"}},
		{"the other half", Options{UserKey: "k"}, []string{"without an api key"}},
		{"both styles", Options{APIKey: "k", UserKey: "u", AccessToken: "t"}, []string{"given together"}},
		{"token and half a pair", Options{UserKey: "u", AccessToken: "t"}, []string{"given together"}},
		{"line break in a key", Options{APIKey: canaryAPIKey + "\n", UserKey: "u"}, []string{"the api key holds a blank"}},
		{"blank in a token", Options{AccessToken: " " + canaryToken}, []string{"the access token holds a blank"}},
		{"not ascii", Options{APIKey: "k", UserKey: canaryUserKey + "ü"}, []string{"the user key holds a blank"}},
		{"relative base", Options{AccessToken: "t", BaseURL: "host/path"}, []string{"absolute"}},
		{"other scheme", Options{AccessToken: "t", BaseURL: "ftp://host"}, []string{"absolute"}},
		{"no host", Options{AccessToken: "t", BaseURL: "https://:80/x"}, []string{"absolute"}},
		{"not a url", Options{AccessToken: "t", BaseURL: "http://a b/"}, []string{"cannot be parsed"}},
		{"userinfo", Options{AccessToken: "t", BaseURL: "https://u:" + canaryToken + "@host"}, []string{"user name or password"}},
		{"query", Options{AccessToken: "t", BaseURL: "https://host/?a=b"}, []string{"query or fragment"}},
		{"empty query", Options{AccessToken: "t", BaseURL: "https://host/?"}, []string{"query or fragment"}},
		{"fragment", Options{AccessToken: "t", BaseURL: "https://host/#a"}, []string{"query or fragment"}},
		{"limit", Options{AccessToken: "t", RateLimit: -1}, []string{"rate limit is -1"}},
		{"product", Options{AccessToken: "t", Product: "a\r\nb"}, []string{"product name"}},
		{"product brackets", Options{AccessToken: "t", Product: "a) b"}, []string{"product name"}},
		{"many", Options{APIKey: "a b", BaseURL: "x", RateLimit: -5}, []string{"absolute", "without a user key", "the api key holds a blank", "rate limit is -5"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c, err := New(row.o)
			if err == nil || c != nil {
				t.Fatalf("New returned %v, %v", c, err)
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in %q", want, err)
				}
			}
			if n := strings.Count(err.Error(), "\n") + 1; n != len(row.want) {
				t.Errorf("%d mistakes, want %d: %q", n, len(row.want), err)
			}
			checkNoCanary(t, "the error", printed(err))
		})
	}
}

func TestBaseURLForms(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                               "https://public-api.etoro.com",
		"https://host":                   "https://host",
		"https://host/":                  "https://host",
		"http://127.0.0.1:80/a/b/":       "http://127.0.0.1:80/a/b",
		"https://host/api/v1":            "https://host",
		"https://host/api/v1/":           "https://host",
		"https://host/pre/api/v1//":      "https://host/pre",
		"https://host/a%2Fb":             "https://host/a%2Fb",
		"https://host/xapi/v1/something": "https://host/xapi/v1/something",
	} {
		c, err := New(Options{BaseURL: in, AccessToken: "t"})
		if err != nil || c.base != want {
			t.Errorf("%q: %v, %v, want %q", in, c, err, want)
		}
	}
}

func TestDefaultsAreKept(t *testing.T) {
	t.Parallel()
	c, err := New(Options{AccessToken: "t"})
	if err != nil {
		t.Fatal(err)
	}
	if b := c.Budget(); b != (Budget{Limit: 60, Left: 60}) {
		t.Errorf("budget %+v", b)
	}
	if c.agent != "Mozilla/5.0 (compatible; InstrumentDesk; read-only market data)" {
		t.Errorf("user agent %q", c.agent)
	}
	if c.clock != (systemClock{}) || newTransport().Proxy != nil {
		t.Error("not the system's clock, or a proxy")
	}
}
