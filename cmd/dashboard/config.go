package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/stream"
	"instrumentdesk/internal/market"
)

const description = `Instrument Desk finds eToro's instruments in a browser.

Without keys it starts a simulated eToro of its own and says so on every page.
Secrets come from the environment only:
  ETORO_API_KEY, ETORO_USER_KEY   a key pair, both or neither
  ETORO_ACCESS_TOKEN              an OAuth bearer token instead of the pair
Each of them can name a file instead: ETORO_API_KEY_FILE, ETORO_USER_KEY_FILE, ETORO_ACCESS_TOKEN_FILE.`

// cli is the flags, each with the environment variable of the same meaning in its setting tag. All
// are texts here, so that every mistake can be told at once.
type cli struct {
	Addr           string `help:"Listen address; port 0 takes a free one." setting:"DASHBOARD_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	EtoroBaseURL   string `name:"etoro-base-url" help:"Origin of eToro's API, optionally with a path prefix; /api/v1 is added." setting:"ETORO_BASE_URL" placeholder:"URL"`
	EtoroRateLimit string `name:"etoro-rate-limit" help:"Requests to eToro that this deployment may spend in a rolling minute." setting:"ETORO_RATE_LIMIT" default:"60" placeholder:"N"`
	StreamURL      string `help:"WebSocket of eToro's live prices, eToro's own when empty; 'off' turns them off." setting:"ETORO_STREAM_URL" placeholder:"URL"`
	CatalogueTTL   string `name:"catalogue-ttl" help:"Age at which the catalogue is loaded anew." setting:"DASHBOARD_CATALOGUE_TTL" default:"1h" placeholder:"DURATION"`
	StateDir       string `help:"Where the last good catalogue is kept; 'off' keeps none. The user's cache folder when empty." setting:"DASHBOARD_STATE_DIR" placeholder:"DIR"`
	Aliases        string `help:"CSV file of the team's own names: alias, symbol or id." setting:"DASHBOARD_ALIASES" placeholder:"FILE"`
	TrustedProxies string `help:"Networks whose X-Forwarded-For and X-Request-Id are believed, by commas: 10.0.0.0/8,::1/128." setting:"DASHBOARD_TRUSTED_PROXIES" placeholder:"CIDRS"`
	LogFormat      string `help:"text or json; text on a terminal when empty, else json." setting:"DASHBOARD_LOG_FORMAT" placeholder:"FORMAT"`
	LogLevel       string `help:"debug, info, warn or error." setting:"DASHBOARD_LOG_LEVEL" default:"info" placeholder:"LEVEL"`

	Version kong.VersionFlag `help:"Print the version and exit."`

	Serve struct{} `cmd:"" default:"1" help:"Serve the pages (the default command)."`
	Check struct{} `cmd:"" help:"Ask eToro with the configured keys and print what works, the limits and the request ids."`
}

// config is a configuration that has been checked.
type config struct {
	Addr           string
	Etoro          etoro.Options
	Sandbox        bool   // no keys: the simulated eToro is used
	StreamURL      string // of live prices; "" is eToro's own, or the sandbox's
	StreamOff      string // why there are none, "" when there are
	CatalogueTTL   time.Duration
	StateDir       string // "" keeps nothing
	Aliases        []market.Alias
	AliasErrors    []error // lines of the alias file that cannot be used; they stop nothing
	TrustedProxies []netip.Prefix
	LogFormat      string // text, json, or "" to choose by the terminal
	LogLevel       slog.Level
}

// configure checks flags and environment and reports every mistake, not only the first.
func configure(c cli, getenv func(string) string) (config, error) {
	var errs []error
	note := func(name string, err error) {
		for _, e := range split(err) {
			errs = append(errs, fmt.Errorf("%s: %w", name, e))
		}
	}
	cfg := config{Addr: c.Addr}
	var err error
	note("DASHBOARD_ADDR", checkAddr(c.Addr))
	cfg.Etoro, err = credentials(getenv)
	errs = append(errs, split(err)...)
	if err == nil {
		errs = append(errs, split(keysRefused(cfg.Etoro))...)
	}
	cfg.Sandbox = err == nil && cfg.Etoro.APIKey == "" && cfg.Etoro.AccessToken == ""
	if c.EtoroBaseURL != "" && cfg.Sandbox {
		note("ETORO_BASE_URL", errors.New("is set without keys; set ETORO_API_KEY and ETORO_USER_KEY too, or unset it for the sandbox"))
	}
	note("ETORO_BASE_URL", refused(etoro.Options{BaseURL: c.EtoroBaseURL, AccessToken: "stand-in"}))
	cfg.Etoro.BaseURL = c.EtoroBaseURL
	cfg.StreamURL, cfg.StreamOff, err = parseStream(c.StreamURL, cfg)
	note("ETORO_STREAM_URL", err)
	cfg.Etoro.RateLimit, err = parseLimit(c.EtoroRateLimit)
	note("ETORO_RATE_LIMIT", err)
	cfg.CatalogueTTL, err = parseTTL(c.CatalogueTTL)
	note("DASHBOARD_CATALOGUE_TTL", err)
	cfg.TrustedProxies, err = parsePrefixes(c.TrustedProxies)
	note("DASHBOARD_TRUSTED_PROXIES", err)
	if c.LogFormat != "" {
		cfg.LogFormat, err = oneOf(c.LogFormat, "text", "json")
		note("DASHBOARD_LOG_FORMAT", err)
	}
	level, err := oneOf(strings.ToLower(c.LogLevel), "debug", "info", "warn", "error")
	note("DASHBOARD_LOG_LEVEL", err)
	if err == nil {
		note("DASHBOARD_LOG_LEVEL", cfg.LogLevel.UnmarshalText([]byte(level)))
	}
	cfg.Aliases, cfg.AliasErrors, err = readAliases(c.Aliases)
	note("DASHBOARD_ALIASES", err)
	cfg.StateDir = stateDir(c.StateDir, cfg.Sandbox)
	return cfg, errors.Join(errs...)
}

// refused is what the client finds wrong with its options; it has the last word.
func refused(o etoro.Options) error {
	client, err := etoro.New(o)
	if client != nil {
		client.Close()
	}
	return err
}

// keysRefused is what the client finds wrong with the keys alone; none at all are right for the sandbox.
func keysRefused(o etoro.Options) error {
	if o.APIKey == "" && o.AccessToken == "" {
		return nil
	}
	return refused(o)
}

// parseStream tells where live prices come from, or why they come from nowhere. Keys that are meant
// for another origin than eToro's are not sent to eToro's stream unless it is named.
func parseStream(url string, cfg config) (use, off string, err error) {
	if url == "off" {
		return "", "ETORO_STREAM_URL is off", nil
	}
	if _, err := stream.New(stream.Options{URL: url, APIKey: "stand-in", UserKey: "stand-in"}); err != nil {
		return "", "", err
	}
	switch {
	case cfg.Sandbox && url != "":
		return "", "", errors.New("is set without keys; set ETORO_API_KEY and ETORO_USER_KEY too, or unset it for the sandbox")
	case cfg.Etoro.AccessToken != "":
		return "", "eToro's stream takes a key pair and no access token", nil
	case url == "" && cfg.Etoro.BaseURL != "" && strings.TrimRight(cfg.Etoro.BaseURL, "/") != etoro.DefaultBaseURL:
		return "", "ETORO_BASE_URL is not eToro's own and ETORO_STREAM_URL is not set", nil
	}
	return url, "", nil
}

// credentials reads the secrets, each from its variable or from the file that NAME_FILE names.
func credentials(getenv func(string) string) (etoro.Options, error) {
	var errs []error
	read := func(name string) etoro.Secret {
		s, err := secret(getenv, name)
		if err != nil {
			errs = append(errs, err)
		}
		return s
	}
	o := etoro.Options{APIKey: read("ETORO_API_KEY"), UserKey: read("ETORO_USER_KEY"), AccessToken: read("ETORO_ACCESS_TOKEN")}
	switch {
	case len(errs) > 0:
	case o.AccessToken != "" && (o.APIKey != "" || o.UserKey != ""):
		errs = append(errs, errors.New("ETORO_ACCESS_TOKEN: is set together with a key pair; eToro refuses both at once, unset one"))
	case o.APIKey != "" && o.UserKey == "":
		errs = append(errs, errors.New("ETORO_USER_KEY: is missing; ETORO_API_KEY alone is no pair"))
	case o.UserKey != "" && o.APIKey == "":
		errs = append(errs, errors.New("ETORO_API_KEY: is missing; ETORO_USER_KEY alone is no pair"))
	}
	return o, errors.Join(errs...)
}

func secret(getenv func(string) string, name string) (etoro.Secret, error) {
	value, file := strings.TrimSpace(getenv(name)), getenv(name+"_FILE")
	switch {
	case file == "":
		return etoro.Secret(value), nil
	case value != "":
		return "", fmt.Errorf("%s: is set together with %s_FILE, unset one", name, name)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	if value = strings.TrimSpace(string(b)); value == "" {
		return "", fmt.Errorf("%s_FILE: the file is empty", name)
	}
	return etoro.Secret(value), nil
}

func readAliases(name string) ([]market.Alias, []error, error) {
	if name == "" {
		return nil, nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	aliases, errs := market.ParseAliases(f)
	return aliases, errs, nil
}

func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q is no HOST:PORT", addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q is no port from 0 to 65535", port)
	}
	return nil
}

func parseLimit(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 10_000 {
		return 0, fmt.Errorf("%q is no number from 1 to 10000", s)
	}
	return n, nil
}

func parseTTL(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q is no duration such as 30m or 1h", s)
	}
	if d < time.Second || d > 7*24*time.Hour {
		return 0, fmt.Errorf("%s is not between 1s and 168h", s)
	}
	return d, nil
}

func parsePrefixes(s string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("%q is no network such as 10.0.0.0/8", part)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

func oneOf(s string, allowed ...string) (string, error) {
	if slices.Contains(allowed, s) {
		return s, nil
	}
	return "", fmt.Errorf("%q is none of %s", s, strings.Join(allowed, ", "))
}

// stateDir is where the last good catalogue is kept. The sandbox needs none: it starts at once.
func stateDir(dir string, sandbox bool) string {
	if dir == "off" || sandbox {
		return ""
	}
	if dir != "" {
		return dir
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "" // no home: nothing can be kept, which costs a slower restart and no more
	}
	return filepath.Join(cache, "instrumentdesk")
}
