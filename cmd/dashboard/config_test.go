package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runOnce runs a command that ends by itself.
func runOnce(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	code = run(context.Background(), args, getenv(env), &out, &log)
	return code, out.String(), log.String()
}

func TestEveryMistakeIsToldAtOnce(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := runOnce(t, map[string]string{
		"ETORO_API_KEY":             "lonely",
		"ETORO_RATE_LIMIT":          "many",
		"ETORO_BASE_URL":            "ftp://x",
		"ETORO_STREAM_URL":          "https://x",
		"DASHBOARD_ADDR":            "nowhere",
		"DASHBOARD_CATALOGUE_TTL":   "soon",
		"DASHBOARD_TRUSTED_PROXIES": "10.0.0.0/8,home",
		"DASHBOARD_LOG_FORMAT":      "xml",
		"DASHBOARD_LOG_LEVEL":       "loud",
	})
	if code != exitUsage {
		t.Errorf("exit code %d, want %d", code, exitUsage)
	}
	for _, name := range []string{"ETORO_USER_KEY", "ETORO_RATE_LIMIT", "ETORO_BASE_URL", "ETORO_STREAM_URL", "DASHBOARD_ADDR", "DASHBOARD_CATALOGUE_TTL",
		"DASHBOARD_TRUSTED_PROXIES", "DASHBOARD_LOG_FORMAT", "DASHBOARD_LOG_LEVEL"} {
		if n := strings.Count(stderr, "  "+name+": "); n != 1 {
			t.Errorf("%d lines start with %s, want 1:\n%s", n, name, stderr)
		}
	}
	if strings.Contains(stdout+stderr, "lonely") {
		t.Errorf("a key is shown:\n%s", stdout+stderr)
	}
}

func TestConfigurationMistakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	full, empty := file("key", "from-a-file\n"), file("empty", " \n")
	pair := func(more ...string) map[string]string {
		env := map[string]string{"ETORO_API_KEY": "a-key", "ETORO_USER_KEY": "u-key"}
		for i := 0; i < len(more); i += 2 {
			env[more[i]] = more[i+1]
		}
		return env
	}
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
		want string // part of the line
	}{
		{"user key alone", map[string]string{"ETORO_USER_KEY": "u"}, nil, "ETORO_API_KEY: is missing"},
		{"both styles", pair("ETORO_ACCESS_TOKEN", "t"), nil, "ETORO_ACCESS_TOKEN: is set together"},
		{"key and file", pair("ETORO_API_KEY_FILE", full), nil, "ETORO_API_KEY: is set together with ETORO_API_KEY_FILE"},
		{"no such file", map[string]string{"ETORO_API_KEY_FILE": filepath.Join(dir, "none"), "ETORO_USER_KEY": "u"}, nil, "ETORO_API_KEY_FILE: open"},
		{"empty file", map[string]string{"ETORO_API_KEY_FILE": empty, "ETORO_USER_KEY": "u"}, nil, "ETORO_API_KEY_FILE: the file is empty"},
		{"base URL without keys", map[string]string{"ETORO_BASE_URL": "http://127.0.0.1:1"}, nil, "ETORO_BASE_URL: is set without keys"},
		{"key with a blank", map[string]string{"ETORO_API_KEY": "two words", "ETORO_USER_KEY": "u"}, nil, "the api key holds a blank"},
		{"base URL that is none", pair("ETORO_BASE_URL", "example"), nil, "ETORO_BASE_URL: "},
		{"stream URL without keys", map[string]string{"ETORO_STREAM_URL": "ws://127.0.0.1:1/ws"}, nil, "ETORO_STREAM_URL: is set without keys"},
		{"stream over plain ws", pair("ETORO_STREAM_URL", "ws://stream.example/ws"), nil, "ETORO_STREAM_URL: the stream URL has to be wss"},
		{"stream that is none", pair(), []string{"--stream-url=example"}, "ETORO_STREAM_URL: the stream URL has to be like wss://"},
		{"limit too small", map[string]string{"ETORO_RATE_LIMIT": "0"}, nil, "ETORO_RATE_LIMIT: \"0\""},
		{"time to live too long", map[string]string{"DASHBOARD_CATALOGUE_TTL": "999h"}, nil, "between 1s and 168h"},
		{"port too large", nil, []string{"--addr=127.0.0.1:65536"}, "no port"},
		{"unknown flag", nil, []string{"--nonsense"}, "unknown flag --nonsense"},
		{"unknown command", nil, []string{"dance"}, "dance"},
	} {
		code, _, stderr := runOnce(t, tt.env, tt.args...)
		if code != exitUsage || !strings.Contains(strings.ToLower(stderr), strings.ToLower(tt.want)) {
			t.Errorf("%s: exit code %d and\n%swant %d and %q", tt.name, code, stderr, exitUsage, tt.want)
		}
	}
}

func TestConfigureReadsFlagsAndEnvironment(t *testing.T) {
	t.Parallel()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(" secret-in-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"ETORO_API_KEY_FILE": key, "ETORO_USER_KEY": "user", "ETORO_BASE_URL": "https://proxy.example:8443/etoro",
		"ETORO_RATE_LIMIT": "30", "DASHBOARD_CATALOGUE_TTL": "15m", "DASHBOARD_STATE_DIR": "/var/lib/desk",
		"DASHBOARD_TRUSTED_PROXIES": "10.1.2.3/8, ::1/128", "DASHBOARD_LOG_LEVEL": "debug",
	}
	var c cli
	if _, _, err := parseArgs(&c, []string{"--etoro-rate-limit=40"}, getenv(env), os.Stdout, os.Stderr); err != nil {
		t.Fatal(err)
	}
	cfg, err := configure(c, getenv(env))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Sandbox || string(cfg.Etoro.APIKey) != "secret-in-file" || string(cfg.Etoro.UserKey) != "user" {
		t.Errorf("the keys were not taken: sandbox %v", cfg.Sandbox)
	}
	if cfg.Etoro.RateLimit != 40 {
		t.Errorf("rate limit %d, want the flag's 40 before the environment's 30", cfg.Etoro.RateLimit)
	}
	if cfg.CatalogueTTL != 15*time.Minute {
		t.Errorf("time to live %s, want 15m", cfg.CatalogueTTL)
	}
	if cfg.StateDir != "/var/lib/desk" {
		t.Errorf("state folder %q", cfg.StateDir)
	}
	if len(cfg.TrustedProxies) != 2 || cfg.TrustedProxies[0].String() != "10.0.0.0/8" {
		t.Errorf("trusted proxies %v", cfg.TrustedProxies)
	}
	if cfg.LogLevel.String() != "DEBUG" {
		t.Errorf("log level %s", cfg.LogLevel)
	}
}

func TestWhereLivePricesComeFrom(t *testing.T) {
	t.Parallel()
	const own, other = "wss://stream.example/ws", "https://proxy.example"
	for _, tt := range []struct {
		name     string
		env      map[string]string
		url, off string // off is part of the reason
	}{
		{"the sandbox", map[string]string{}, "", ""},
		{"the sandbox, off", map[string]string{"ETORO_STREAM_URL": "off"}, "", "is off"},
		{"keys", map[string]string{"ETORO_API_KEY": "a", "ETORO_USER_KEY": "u"}, "", ""},
		{"keys, off", map[string]string{"ETORO_API_KEY": "a", "ETORO_USER_KEY": "u", "ETORO_STREAM_URL": "off"}, "", "is off"},
		{"keys, another one", map[string]string{"ETORO_API_KEY": "a", "ETORO_USER_KEY": "u", "ETORO_STREAM_URL": own}, own, ""},
		{"eToro's own origin spelled out", map[string]string{"ETORO_API_KEY": "a", "ETORO_USER_KEY": "u", "ETORO_BASE_URL": "https://public-api.etoro.com/"}, "", ""},
		{"another origin", map[string]string{"ETORO_API_KEY": "a", "ETORO_USER_KEY": "u", "ETORO_BASE_URL": other}, "", "ETORO_BASE_URL is not eToro's own"},
		{"another origin with a stream", map[string]string{"ETORO_API_KEY": "a", "ETORO_USER_KEY": "u", "ETORO_BASE_URL": other, "ETORO_STREAM_URL": own}, own, ""},
		{"an access token", map[string]string{"ETORO_ACCESS_TOKEN": "t"}, "", "no access token"},
		{"an access token with a stream", map[string]string{"ETORO_ACCESS_TOKEN": "t", "ETORO_STREAM_URL": own}, "", "no access token"},
	} {
		var c cli
		if _, _, err := parseArgs(&c, nil, getenv(tt.env), os.Stdout, os.Stderr); err != nil {
			t.Fatal(err)
		}
		cfg, err := configure(c, getenv(tt.env))
		if err != nil || cfg.StreamURL != tt.url || (cfg.StreamOff == "") != (tt.off == "") || !strings.Contains(cfg.StreamOff, tt.off) {
			t.Errorf("%s: %q, off %q, %v", tt.name, cfg.StreamURL, cfg.StreamOff, err)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	t.Parallel()
	code, stdout, _ := runOnce(t, nil, "--help")
	if code != exitOK {
		t.Errorf("--help exits with %d", code)
	}
	for _, name := range []string{"ETORO_API_KEY", "ETORO_USER_KEY", "ETORO_ACCESS_TOKEN", "ETORO_BASE_URL", "ETORO_STREAM_URL", "ETORO_RATE_LIMIT", "DASHBOARD_ADDR",
		"DASHBOARD_CATALOGUE_TTL", "DASHBOARD_STATE_DIR", "DASHBOARD_TRUSTED_PROXIES", "DASHBOARD_LOG_FORMAT", "DASHBOARD_LOG_LEVEL", "serve", "check"} {
		if !strings.Contains(stdout, name) {
			t.Errorf("--help does not name %s:\n%s", name, stdout)
		}
	}
	code, stdout, _ = runOnce(t, nil, "--version")
	if code != exitOK || !strings.HasPrefix(stdout, "dashboard ") {
		t.Errorf("--version exits with %d and prints %q", code, stdout)
	}
}
