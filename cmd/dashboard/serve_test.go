package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"instrumentdesk/etoro/sandbox"
)

func TestWithoutKeysTheSandboxIsServedAndNamed(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.ready()
	for _, path := range []string{"/", "/instruments/1001", "/instruments/abc", "/no-such-page"} {
		if body := p.get(path).body; !strings.Contains(body, "Sandbox: made-up prices") {
			t.Errorf("%s does not name the sandbox", path)
		}
	}
	for query, symbol := range map[string]string{"apple": "AAPL", "bitcoin": "BTC", "nestle": "NESN.ZU"} {
		var found struct {
			Items []struct{ Symbol, Name string }
		}
		if err := json.Unmarshal([]byte(p.get("/instruments.json?q="+query).body), &found); err != nil {
			t.Fatal(err)
		}
		if len(found.Items) == 0 || found.Items[0].Symbol != symbol {
			t.Errorf("%s finds %v first, want %s", query, first(found.Items), symbol)
			continue
		}
		r := p.get("/s/" + symbol)
		if r.status != http.StatusFound {
			t.Errorf("/s/%s answers %d", symbol, r.status)
		}
		if page := p.get(r.header.Get("Location")); page.status != 200 || !strings.Contains(page.body, found.Items[0].Name) {
			t.Errorf("the page of %s answers %d", symbol, page.status)
		}
	}
	if code := p.exit(); code != exitOK {
		t.Errorf("exit code %d:\n%s", code, p.log)
	}
}

func first[T any](items []T) any {
	if len(items) == 0 {
		return "nothing"
	}
	return items[0]
}

func TestUpstreamDownEveryPageStillAnswers(t *testing.T) {
	t.Parallel()
	eToro, env, flag := far(t, sandbox.Options{})
	env["DASHBOARD_STATE_DIR"] = t.TempDir()
	p := start(t, env, flag, "--catalogue-ttl=1s")
	p.ready()
	eventually(t, "the snapshot is on disk with its closing prices", func() bool {
		return strings.Contains(p.get("/instruments/1001").body, "Previous day")
	})
	eToro.Fault(sandbox.Fault{Route: "*", Drop: true})
	eventually(t, "the data is marked as old", func() bool {
		return strings.Contains(p.get("/").body, "The last refresh went wrong")
	})
	pages := []string{"/", "/search?q=apple", "/?type=etf", "/?page=2", "/instruments/1001", "/instruments/100000", "/instruments.json?limit=5", "/instruments.csv?limit=5"}
	for _, path := range pages {
		if r := p.get(path); r.status != 200 {
			t.Errorf("%s answers %d while eToro is down", path, r.status)
		}
	}
	if body := p.get("/instruments/1001").body; !strings.Contains(body, "The catalogue is from ") {
		t.Error("the instrument page does not tell the age of the data")
	}
	if r := p.get("/readyz"); r.status != 200 || !strings.Contains(r.body, `"degraded"`) {
		t.Errorf("/readyz answers %d %s", r.status, r.body)
	}
	if code := p.exit(); code != exitOK {
		t.Errorf("exit code %d", code)
	}

	again := start(t, env, flag, "--catalogue-ttl=1s")
	for _, path := range pages {
		if r := again.get(path); r.status != 200 {
			t.Errorf("%s answers %d after a restart while eToro is down", path, r.status)
		}
	}
	if body := again.get("/").body; !strings.Contains(body, "Snapshot") || !strings.Contains(body, "The catalogue is from ") {
		t.Error("the snapshot is not marked with its age")
	}
}

func TestColdStartWithEToroDownSaysSoAndRecovers(t *testing.T) {
	t.Parallel()
	eToro, env, flag := far(t, sandbox.Options{})
	eToro.Fault(sandbox.Fault{Route: "*", Status: 503})
	p := start(t, env, flag)
	r := p.get("/")
	if r.status < 500 || r.header.Get("Retry-After") == "" || !strings.Contains(r.body, "Our request id") {
		t.Errorf("a cold start without eToro answers %d, Retry-After %q", r.status, r.header.Get("Retry-After"))
	}
	eToro.ClearFaults()
	p.ready()
	if r := p.get("/"); r.status != 200 {
		t.Errorf("/ answers %d once eToro is back", r.status)
	}
}

func TestRetryAfterIsObeyedByTheWholeProgram(t *testing.T) {
	t.Parallel()
	eToro, env, flag := far(t, sandbox.Options{})
	env["ETORO_STREAM_URL"] = "off" // its handshakes are calls, too, and wait for nothing
	eToro.Fault(sandbox.Fault{Route: "*", Status: 429, Header: http.Header{"Retry-After": {"5"}}, Times: 1})
	p := start(t, env, flag)
	var visits atomic.Int64
	eventually(t, "the program is ready in spite of the 429", func() bool {
		visits.Add(1)
		return p.get("/").status == 200
	})
	calls := eToro.Calls()
	if calls[0].Status != 429 || len(calls) < 2 {
		t.Fatalf("the first of %d calls was answered %d, want 429", len(calls), calls[0].Status)
	}
	if pause := calls[1].Time.Sub(calls[0].Time); pause < 5*time.Second {
		t.Errorf("the next call came %s after Retry-After: 5", pause)
	}
	if visits.Load() < 10 {
		t.Errorf("only %d visitors came meanwhile: that proves little", visits.Load())
	}
}

// visit sends requests over connections that it keeps, as long as they are kept, and asks nothing twice:
// net/http's client would hide a connection that was closed under a request.
func visit(addr string, sent *atomic.Int64) error {
	for {
		conn, err := net.Dial("tcp", addr)
		if errors.Is(err, syscall.ECONNREFUSED) {
			return nil // the program has stopped
		}
		if err != nil {
			return err
		}
		in := bufio.NewReader(conn)
		for kept := true; kept; {
			if _, err := io.WriteString(conn, "GET /search?q=ap HTTP/1.1\r\nHost: desk\r\n\r\n"); err != nil {
				return errors.Join(err, conn.Close())
			}
			resp, err := http.ReadResponse(in, nil)
			if err != nil {
				return errors.Join(err, conn.Close())
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != 200 {
				return errors.Join(fmt.Errorf("status %d: %w", resp.StatusCode, err), conn.Close())
			}
			sent.Add(1)
			kept = !resp.Close
		}
		conn.Close()
	}
}

func TestStopUnderLoadFailsNoRequest(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.ready()
	addr := strings.TrimPrefix(p.url, "http://")
	var (
		sent atomic.Int64
		load sync.WaitGroup
	)
	for range 16 {
		load.Go(func() {
			if err := visit(addr, &sent); err != nil {
				t.Errorf("a request failed: %v", err)
			}
		})
	}
	eventually(t, "load is on", func() bool { return sent.Load() > 200 })
	begun := time.Now()
	p.stop() // the visitors go on until nobody listens any more
	load.Wait()
	if code := p.exit(); code != exitOK {
		t.Errorf("exit code %d:\n%s", code, p.log)
	}
	t.Logf("stopped in %s after %d answers", time.Since(begun), sent.Load())
}

func TestSilentConnectionsDoNotHoldAStopUp(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.ready()
	for _, text := range []string{"", "GET / HTTP/1.1\r\nHost: de"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
	}
	if code := p.exit(); code != exitOK {
		t.Errorf("exit code %d:\n%s", code, p.log)
	}
}

func TestEachRequestHasOneLogLine(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.ready()
	for _, path := range []string{"/", "/instruments/1001", "/instruments/0", "/search?q=apple", "/nowhere"} {
		r := p.get(path)
		id := r.header.Get("X-Request-Id")
		var lines int
		for _, l := range p.logLines() {
			if l["request_id"] == id {
				lines++
				if status, _ := l["status"].(float64); int(status) != r.status {
					t.Errorf("%s was answered %d and logged as %v", path, r.status, l["status"])
				}
			}
		}
		if id == "" || lines != 1 {
			t.Errorf("%s: request id %q stands in %d log lines, want 1", path, id, lines)
		}
	}
}

func TestATeamsOwnAliasesFindItsInstruments(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "aliases.csv")
	const text = "# our names\nUS0378331005, AAPL\nhouse coin,100000\nno target\nour bank, NOSUCHSYMBOL\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, map[string]string{"DASHBOARD_ALIASES": file})
	p.ready()
	for query, symbol := range map[string]string{"us0378331005": "AAPL", "house+coin": "BTC"} {
		if found := p.export("?q=" + query); len(found.Items) == 0 || found.Items[0].Symbol != symbol {
			t.Errorf("%s finds %v first, want %s", query, first(found.Items), symbol)
		}
	}
	if log := p.log.String(); !strings.Contains(log, "line 4") || !strings.Contains(log, "our bank") {
		t.Errorf("the log names neither the bad line nor the alias that leads nowhere:\n%s", log)
	}
	if code, _, stderr := runOnce(t, map[string]string{"DASHBOARD_ALIASES": file + ".none"}); code != exitUsage || !strings.Contains(stderr, "DASHBOARD_ALIASES: ") {
		t.Errorf("a file that is not there: exit code %d, %s", code, stderr)
	}
}
