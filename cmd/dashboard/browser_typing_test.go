package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// dice are random numbers for many goroutines, the same for the same seed.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (d *dice) below(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.IntN(n)
}

func (d *dice) pause(most time.Duration) <-chan time.Time {
	return time.After(time.Duration(d.below(int(most))))
}

// unsteady stands between the browser and p and holds each search back by up to most, so that
// answers arrive in another order than the questions were asked.
func unsteady(t *testing.T, p *program, d *dice, most time.Duration) string {
	t.Helper()
	target, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	proxy := &httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:    transport,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/search" {
			select {
			case <-d.pause(most):
			case <-r.Context().Done():
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.Close(); transport.CloseIdleConnections() })
	return server.URL
}

func TestTheLastTextTypedDecidesTheRows(t *testing.T) {
	t.Parallel()
	p := sharedProgram(t)
	d := &dice{r: rand.New(rand.NewPCG(1, 2))}
	b := openTab(t, unsteady(t, p, d, 500*time.Millisecond))
	b.visit("/")
	names := p.found("")
	for range 30 {
		name := []rune(names[d.below(len(names))].Name)
		text := strings.Join(strings.Fields(string(name[:min(len(name), 3+d.below(6))])), " ")
		eval[chromedp.Void](b, `q.focus(), q.select()`)
		for _, key := range text {
			b.keys(string(key))
			<-d.pause(200 * time.Millisecond)
		}
		query := "?q=" + url.QueryEscape(text)
		b.shows(p, query)
		b.quiet()
		b.shows(p, query) // nothing late came over it
	}
}

// watch records every place where the header and the box are drawn, frame by frame.
const watch = `window.places = new Set();
(function look() {
	const place = [document.querySelector("body > header"), q].map((e) => {
		const r = e.getBoundingClientRect();
		return [r.left, r.top, r.width, r.height].map(Math.round);
	});
	places.add(JSON.stringify(place));
	requestAnimationFrame(look);
})()`

func TestNothingJumpsWhileTyping(t *testing.T) {
	t.Parallel()
	for _, width := range widths {
		t.Run(fmt.Sprint(width, " px"), func(t *testing.T) {
			t.Parallel()
			p, b := desk(t, "/")
			b.look(width, "light")
			b.until("the box has the focus", `document.activeElement === q`)
			eval[chromedp.Void](b, watch)
			for _, text := range []string{"a", "pple", "qqqqzzzz"} {
				b.keys(text)
				b.shows(p, "?q="+eval[string](b, `q.value`))
			}
			b.keys(kb.Escape)
			b.shows(p, "")
			if places := eval[[]string](b, `[...places]`); len(places) != 1 {
				t.Errorf("header and box were drawn in %d places: %s", len(places), strings.Join(places, " "))
			}
		})
	}
}
