package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func get(t *testing.T, h http.Handler, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func testSet(t *testing.T, css string) *set {
	t.Helper()
	s, err := load(fstest.MapFS{
		"css/app.css":       {Data: []byte(css)},
		"js/app.js":         {Data: []byte(strings.Repeat("let a = 1;\n", 100))},
		"icons/favicon.svg": {Data: []byte("<svg/>")},
		"dist/.gitkeep":     {},
		"dist/x.unknown-e":  {Data: []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestURLCarriesAHashOfTheContent(t *testing.T) {
	t.Parallel()
	a, b := testSet(t, "a{}").url("css/app.css"), testSet(t, "b{}").url("css/app.css")
	if !regexp.MustCompile(`^/static/css/app\.[0-9a-f]{8}\.css$`).MatchString(a) {
		t.Errorf("url = %q, want a name with eight hex digits", a)
	}
	if a == b {
		t.Errorf("two contents share the address %q", a)
	}
	if again := testSet(t, "a{}").url("css/app.css"); again != a {
		t.Errorf("the same content got %q and %q", a, again)
	}
}

func TestEveryFileThePagesNameIsEmbedded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"css/app.css", "js/theme.js", "js/app.js", "js/list.js", "js/keys.js", "js/stream.js", "js/live.js", "js/numbers.js", "js/quote.js", "js/chart.js", "js/compare.js", "icons/favicon.svg"} {
		if !Has(name) {
			t.Errorf("%s is not embedded", name)
		}
		if res := get(t, Handler(), "GET", URL(name)); res.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", URL(name), res.StatusCode)
		}
	}
	if Has("dist/.gitkeep") {
		t.Error("a file that only keeps its folder is served")
	}
}

func TestFilesMayBeKeptForEver(t *testing.T) {
	t.Parallel()
	s := testSet(t, "a{}")
	for name, contentType := range map[string]string{
		"css/app.css":       "text/css; charset=utf-8",
		"js/app.js":         "text/javascript; charset=utf-8",
		"icons/favicon.svg": "image/svg+xml",
		"dist/x.unknown-e":  "application/octet-stream",
	} {
		h := get(t, s, "GET", s.url(name)).Header
		for key, want := range map[string]string{
			"Content-Type":           contentType,
			"Cache-Control":          "public, max-age=31536000, immutable",
			"X-Content-Type-Options": "nosniff",
			"ETag":                   `"` + s.byName[name].tag + `"`,
		} {
			if got := h.Get(key); got != want {
				t.Errorf("%s: %s = %q, want %q", name, key, got, want)
			}
		}
	}
}

func TestKnownTagIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := testSet(t, "a{}")
	for _, encoding := range []string{"identity", "gzip"} {
		first := get(t, s, "GET", s.url("js/app.js"), "Accept-Encoding", encoding)
		again := get(t, s, "GET", s.url("js/app.js"), "Accept-Encoding", encoding, "If-None-Match", first.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: status %d, want 304", encoding, again.StatusCode)
		}
		if b := body(t, again.Body); len(b) != 0 {
			t.Errorf("%s: 304 with %d bytes", encoding, len(b))
		}
	}
}

func TestGzipHoldsTheSameContentUnderItsOwnTag(t *testing.T) {
	t.Parallel()
	s := testSet(t, "a{}")
	plain := get(t, s, "GET", s.url("js/app.js"))
	zipped := get(t, s, "GET", s.url("js/app.js"), "Accept-Encoding", "br, gzip")
	if got := zipped.Header.Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("Content-Encoding = %q, want gzip", got)
	}
	if plain.Header.Get("ETag") == zipped.Header.Get("ETag") {
		t.Error("two forms share one strong tag")
	}
	for _, res := range []*http.Response{plain, zipped} {
		if got := res.Header.Get("Vary"); got != "Accept-Encoding" {
			t.Errorf("Vary = %q, want Accept-Encoding", got)
		}
	}
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := body(t, r), body(t, plain.Body); !bytes.Equal(got, want) {
		t.Error("the compressed form holds something else")
	}
}

func TestSmallFilesAreSentPlain(t *testing.T) {
	t.Parallel()
	s := testSet(t, "a{}")
	res := get(t, s, "GET", s.url("css/app.css"), "Accept-Encoding", "gzip")
	if got := res.Header.Get("Content-Encoding"); got != "" {
		t.Errorf("Content-Encoding = %q for three bytes", got)
	}
}

func TestAcceptEncoding(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"":                   false,
		"gzip":               true,
		"GZIP":               true,
		"deflate, gzip;q=.5": true,
		"gzip;q=0":           false,
		"gzip; q=0.0":        false,
		"*":                  true,
		"*;q=0":              false,
		"*, gzip;q=0":        false,
		"identity":           false,
		"gzip;q=nonsense":    false,
	} {
		if got := acceptsGzip([]string{header}); got != want {
			t.Errorf("acceptsGzip(%q) = %v, want %v", header, got, want)
		}
	}
}

func TestOtherNamesAreNotFound(t *testing.T) {
	t.Parallel()
	s := testSet(t, "a{}")
	for _, target := range []string{
		"/static/css/app.css",
		"/static/css/app.00000000.css",
		"/static/",
		"/static/css/",
		"/static/dist/.gitkeep",
		"/static/../static.go",
		"/css/app.css",
		s.url("no/such.css"),
		testSet(t, "older{}").url("css/app.css"),
	} {
		res := get(t, s, "GET", target)
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", target, res.StatusCode)
		}
		if got := res.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control = %q, want no-store", target, got)
		}
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	t.Parallel()
	s := testSet(t, "a{}")
	if res := get(t, s, "POST", s.url("css/app.css")); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST answers %d, want 405", res.StatusCode)
	}
	head := get(t, s, "HEAD", s.url("js/app.js"), "Accept-Encoding", "gzip")
	if head.StatusCode != http.StatusOK || head.Header.Get("Content-Length") == "" || len(body(t, head.Body)) != 0 {
		t.Errorf("HEAD answers %d, length %q", head.StatusCode, head.Header.Get("Content-Length"))
	}
}
