package etoro

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// DefaultBaseURL is eToro's own origin, for real and demo keys alike.
const DefaultBaseURL = "https://public-api.etoro.com"

const (
	defaultRateLimit = 60 // the smallest limit that eToro documents for reads
	defaultProduct   = "InstrumentDesk"
)

// Options configures a Client. The zero value of a field takes its default, but
// one style of credentials has to be there: the key pair or the token.
type Options struct {
	BaseURL     string // https://public-api.etoro.com when empty; absolute, may have a path prefix
	APIKey      Secret
	UserKey     Secret
	AccessToken Secret            // instead of the pair
	RateLimit   int               // requests per rolling minute, 60 when 0
	Product     string            // names the program in the User-Agent, as "InstrumentDesk/1.2"
	Transport   http.RoundTripper // the client's own when nil; that one uses no proxy
	Clock       Clock             // the system's when nil
}

func (o Options) withDefaults() Options {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if o.RateLimit == 0 {
		o.RateLimit = defaultRateLimit
	}
	if o.Product == "" {
		o.Product = defaultProduct
	}
	if o.Clock == nil {
		o.Clock = systemClock{}
	}
	return o
}

// check returns every mistake of o, joined. No message repeats a key or a URL.
func (o Options) check() error {
	_, err := o.origin()
	errs := []error{err, o.checkCredentials()}
	for _, s := range []struct {
		name  string
		value Secret
	}{{"api key", o.APIKey}, {"user key", o.UserKey}, {"access token", o.AccessToken}} {
		if !isVisibleASCII(string(s.value)) {
			errs = append(errs, fmt.Errorf("the %s holds a blank, a line break or another character that no key has", s.name))
		}
	}
	if o.RateLimit < 1 {
		errs = append(errs, fmt.Errorf("rate limit is %d requests a minute, want at least 1", o.RateLimit))
	}
	if strings.ContainsAny(o.Product, "()") || !isVisibleASCII(strings.ReplaceAll(o.Product, " ", "")) {
		errs = append(errs, errors.New("the product name has to be plain ASCII without brackets"))
	}
	return errors.Join(errs...)
}

func (o Options) checkCredentials() error {
	pair := o.APIKey != "" || o.UserKey != ""
	switch {
	case pair && o.AccessToken != "":
		return errors.New("key pair and access token given together, eToro accepts only one of them")
	case pair && o.APIKey == "":
		return errors.New("the user key comes without an api key")
	case pair && o.UserKey == "":
		return errors.New("the api key comes without a user key")
	case !pair && o.AccessToken == "":
		return errors.New("no credentials, want api key and user key, or an access token")
	}
	return nil
}

// origin returns BaseURL as a prefix for /api/v1/….
func (o Options) origin() (string, error) {
	u, err := url.Parse(o.BaseURL)
	switch {
	case err != nil:
		return "", errors.New("the base URL cannot be parsed")
	case (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "":
		return "", errors.New("the base URL has to be absolute, like https://host")
	case u.User != nil:
		return "", errors.New("the base URL must not hold a user name or password")
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(o.BaseURL, "#"):
		return "", errors.New("the base URL must not have a query or fragment")
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	path = strings.TrimRight(strings.TrimSuffix(path, apiRoot), "/")
	return u.Scheme + "://" + u.Host + path, nil
}

func isVisibleASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
