package etoro

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

func TestSecretNeverPrintsItself(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10s", "%T%v"} {
		args := []any{Secret(canaryAPIKey)}
		if verb == "%T%v" {
			args = append(args, &args[0])
			args[1] = struct{ S []Secret }{[]Secret{canaryUserKey}}
		}
		out := fmt.Sprintf(verb, args...)
		if !strings.Contains(out, "[redacted]") {
			t.Errorf("%s prints %q", verb, out)
		}
		checkNoCanary(t, verb, out)
	}
	if got := fmt.Sprint(Secret("")); got != "[unset]" {
		t.Errorf("the empty secret prints %q", got)
	}
	for _, v := range []any{Secret(canaryAPIKey), Options{APIKey: canaryAPIKey}} {
		b, err := json.Marshal(v)
		if err != nil || !strings.Contains(string(b), "[redacted]") {
			t.Errorf("json %s, %v", b, err)
		}
		checkNoCanary(t, "json", string(b))
	}
	secret := Secret(canaryAPIKey)
	text, err := secret.MarshalText()
	for _, got := range []string{secret.GoString(), secret.LogValue().String(), string(text)} {
		if got != "[redacted]" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// printed is v in every way that a log or page might show it.
func printed(v any) string {
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&out, verb+"\n", v)
	}
	b, _ := json.Marshal(v) // what cannot be marshalled shows nothing
	out.Write(b)
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "v", v)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "v", v)
	return out.String()
}

func checkNoCanary(t *testing.T, what, out string) {
	t.Helper()
	for _, canary := range []string{canaryAPIKey, canaryUserKey, canaryToken, fmt.Sprintf("%x", canaryAPIKey), fmt.Sprintf("%x", canaryToken)} {
		if strings.Contains(out, canary) {
			t.Errorf("%s shows %s:\n%s", what, canary, out)
		}
	}
}

// A far side that quotes all that it was sent is the worst that can happen to keys.
func echo(status int, contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		quote := fmt.Sprint(r.Header)
		body, _ := json.Marshal(map[string]string{"errorCode": r.Header.Get("X-Api-Key"), "errorMessage": quote, "requestId": r.Header.Get("X-User-Key")})
		if contentType == "text/html" {
			body = []byte("<title>" + quote + "</title>")
		}
		if contentType == "text/plain" {
			body = []byte(quote)
		}
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

func TestNoErrorShowsAKey(t *testing.T) {
	t.Parallel()
	fars := []http.HandlerFunc{}
	for _, f := range failures {
		fars = append(fars, f.far)
	}
	for _, status := range []int{200, 302, 400, 401, 403, 404, 422, 429, 500, 503} {
		for _, contentType := range []string{"application/json", "text/html", "text/plain"} {
			fars = append(fars, echo(status, contentType))
		}
	}
	for _, style := range []func(*Options){
		func(*Options) {},
		func(o *Options) { o.APIKey, o.UserKey, o.AccessToken = "", "", canaryToken },
	} {
		for _, h := range fars {
			f := newFar(t, h)
			var options Options
			c := f.client(t, style, func(o *Options) { options = *o })
			ctx := WithObserver(t.Context(), func(a Attempt) { checkNoCanary(t, "attempt", printed(a)) })
			_, err := c.Me(ctx)
			if err == nil {
				t.Error("a call that should fail did not")
			}
			_, local := c.Me(ctx) // refused by the gate after a 429
			for _, v := range []any{err, local, c, *c, options, &options} {
				checkNoCanary(t, fmt.Sprintf("%T", v), printed(v))
			}
			checkNoCanary(t, "the client's inside", fmt.Sprintf("%#v %#v %#v", c.gate, c.breaker, c.retries))
			f.Close()
		}
	}
}
