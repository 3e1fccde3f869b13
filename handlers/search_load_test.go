package handlers_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/handlers"
)

var (
	withWrk = flag.Bool("wrk", false, "measure /search beside static bytes, which takes wrk and a minute")
	rounds  = flag.Int("rounds", 5, "rounds of -wrk")
)

// TestSearchBesideStaticBytes prints what a key typed costs beside the same number of bytes that need no
// work, through the same server, in alternating rounds. It measures and judges nothing.
func TestSearchBesideStaticBytes(t *testing.T) {
	if !*withWrk {
		t.Skip("measures only with -wrk: make bench-http")
	}
	s, stop, err := siteOver(sandbox.Options{Size: 15_000, RateLimit: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s.t = t
	s.run()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !s.complete() {
		<-tick.C
	}
	paths := typedKeys()
	body := middling(t, s.handler, paths)
	serve := func(now func() time.Time) string {
		h, err := handlers.NewWithStatic(handlers.Options{
			Market: s.m, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Build: "test", Now: now,
		}, "/same-size", body)
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	kept, drawn := serve(nil), serve(hurried())
	search, static := script(t, paths), script(t, []string{"/same-size"})
	t.Logf("%d keys typed, %d B the fragment in the middle", len(paths), len(body))
	var ratios []float64
	for range *rounds {
		a, b, c := wrk(t, kept, search), wrk(t, kept, static), wrk(t, drawn, search)
		ratios = append(ratios, a.rate/b.rate)
		t.Logf("static %6.0f/s p99 %-8s search %6.0f/s p99 %-8s ratio %.2f   each drawn anew %6.0f/s p99 %-8s ratio %.2f",
			b.rate, b.p99, a.rate, a.p99, a.rate/b.rate, c.rate, c.p99, c.rate/b.rate)
	}
	slices.Sort(ratios)
	t.Logf("median ratio %.2f", ratios[len(ratios)/2])
}

// hurried is a clock that is a minute on at each look, so that no drawn list is ever young enough to be sent again.
func hurried() func() time.Time {
	var looks atomic.Int64
	start := time.Now()
	return func() time.Time { return start.Add(time.Duration(looks.Add(1)) * time.Minute) }
}

// middling is the answer that is in the middle by size.
func middling(t *testing.T, h http.Handler, paths []string) []byte {
	var bodies [][]byte
	for _, path := range paths {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = "127.0.0.1:1"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, w.Code)
		}
		bodies = append(bodies, w.Body.Bytes())
	}
	slices.SortFunc(bodies, func(a, b []byte) int { return len(a) - len(b) })
	return bodies[len(bodies)/2]
}

// script makes wrk ask for paths in turn.
func script(t *testing.T, paths []string) string {
	var b strings.Builder
	b.WriteString("local paths = {")
	for _, p := range paths {
		fmt.Fprintf(&b, "%q,", p)
	}
	b.WriteString("}\nlocal n = 0\nrequest = function()\n n = n % #paths + 1\n" +
		" return wrk.format(\"GET\", paths[n], {[\"HX-Request\"] = \"true\"})\nend\n")
	name := filepath.Join(t.TempDir(), "typed.lua")
	if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

type wrkResult struct {
	rate float64
	p99  string
}

var (
	wrkRate = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)
	wrkP99  = regexp.MustCompile(`99%\s+(\S+)`)
	wrkBad  = regexp.MustCompile(`Non-2xx or 3xx responses: \d+|Socket errors: .*`)
)

func wrk(t *testing.T, url, script string) wrkResult {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "wrk", "-t1", "-c8", "-d3s", "--latency", "-s", script, url).CombinedOutput()
	if err != nil {
		t.Fatalf("wrk: %v\n%s", err, out)
	}
	rate, p99 := wrkRate.FindSubmatch(out), wrkP99.FindSubmatch(out)
	if bad := wrkBad.Find(out); bad != nil || rate == nil || p99 == nil {
		t.Fatalf("wrk: %s\n%s", bad, out)
	}
	n, err := strconv.ParseFloat(string(rate[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return wrkResult{n, string(p99[1])}
}
