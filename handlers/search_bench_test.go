package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// typedTexts are what people type, each key by key.
var typedTexts = []string{"apple", "microsoft", "brk.b", "nestle", "s&p 500", "bitcoin", "coca cola", "vanguard etf", "eur/usd", "xyzzy"}

// typedKeys are the addresses that typing them asks for.
func typedKeys() []string {
	var paths []string
	for _, text := range typedTexts {
		for i := range text {
			paths = append(paths, "/search?q="+url.QueryEscape(text[:i+1]))
		}
	}
	return paths
}

// BenchmarkSearchFragment is the server's whole work for one key typed, without a network.
func BenchmarkSearchFragment(b *testing.B) {
	s, err := shared()
	if err != nil {
		b.Fatal(err)
	}
	paths := typedKeys()
	b.ReportAllocs()
	bytes := 0
	for i := 0; b.Loop(); i++ {
		r := httptest.NewRequest(http.MethodGet, paths[i%len(paths)], nil)
		r.Header.Set("HX-Request", "true")
		r.RemoteAddr = "127.0.0.1:1" // the limit spares the own machine
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: status %d", paths[i%len(paths)], w.Code)
		}
		bytes += w.Body.Len()
	}
	b.ReportMetric(float64(bytes)/float64(b.N), "body-B/op")
}
