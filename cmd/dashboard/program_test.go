package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"instrumentdesk/etoro/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(suite{m}) }

// canary is in every key that a test gives to a program. It may come out nowhere: each answer, each
// log and each output of the tests of this package is searched for it.
const canary = "canary-5be1a0c3"

func wantNoCanary(t *testing.T, where, text string) {
	t.Helper()
	if i := strings.Index(text, canary); i >= 0 {
		t.Errorf("a key came out in %s: …%s…", where, text[max(0, i-40):min(len(text), i+40)])
	}
}

// patience is how long a test waits for what is sure to come on a slow machine.
const patience = 60 * time.Second

// program is a dashboard that runs, as the command line would start it.
type program struct {
	t    *testing.T
	url  string
	log  *syncBuffer
	out  *syncBuffer
	stop context.CancelFunc
	done chan int
}

// start runs the dashboard on a free port and waits until it listens.
func start(t *testing.T, env map[string]string, args ...string) *program {
	t.Helper()
	p := launch(env, args...)
	p.t = t
	t.Cleanup(func() {
		p.exit()
		wantNoCanary(t, "the log", p.log.String())
		wantNoCanary(t, "the output", p.out.String())
	})
	p.listens()
	return p
}

func launch(env map[string]string, args ...string) *program {
	if env["DASHBOARD_STATE_DIR"] == "" {
		env["DASHBOARD_STATE_DIR"] = "off"
	}
	ctx, stop := context.WithCancel(context.Background())
	p := &program{log: &syncBuffer{}, out: &syncBuffer{}, stop: stop, done: make(chan int, 1)}
	args = append([]string{"--addr=127.0.0.1:0", "--log-format=json"}, args...)
	go func() { p.done <- run(ctx, args, getenv(env), p.out, p.log) }()
	return p
}

// listens waits until the address is known.
func (p *program) listens() {
	p.t.Helper()
	eventually(p.t, "the program listens", func() bool {
		for _, line := range p.logLines() {
			if line["msg"] == "listening" {
				p.url = "http://" + line["addr"].(string)
				return true
			}
		}
		return false
	})
}

func getenv(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

// exit stops the program and returns its exit code.
func (p *program) exit() int {
	p.stop()
	select {
	case code := <-p.done:
		p.done <- code // for a second caller
		return code
	case <-time.After(patience):
		p.t.Fatal("the program does not stop")
		return -1
	}
}

// logLines are the records that were logged so far.
func (p *program) logLines() []map[string]any {
	var lines []map[string]any
	for line := range strings.SplitSeq(p.log.String(), "\n") {
		var m map[string]any
		if json.Unmarshal([]byte(line), &m) == nil {
			lines = append(lines, m)
		}
	}
	return lines
}

// ready waits until the first catalogue is there.
func (p *program) ready() {
	p.t.Helper()
	eventually(p.t, "the program is ready", func() bool { return p.get("/readyz").status == http.StatusOK })
}

// reply is an answer that has been read.
type reply struct {
	status int
	header http.Header
	body   string
}

// client follows no redirect and keeps no connection, so that each request stands for itself.
var client = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (p *program) get(path string, header ...string) reply {
	p.t.Helper()
	r, err := p.try(path, header...)
	if err != nil {
		p.t.Fatal(err)
	}
	return r
}

func (p *program) try(path string, header ...string) (reply, error) {
	req, err := http.NewRequest(http.MethodGet, p.url+path, nil)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	wantNoCanary(p.t, path, fmt.Sprint(resp.Header)+string(body))
	return reply{resp.StatusCode, resp.Header, string(body)}, err
}

// eventually polls until ok, which is sure to happen; it fails when it does not.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// far starts a simulated eToro for a program to talk to, and returns the environment and the flag
// that lead there.
func far(t *testing.T, o sandbox.Options) (*sandbox.Server, map[string]string, string) {
	t.Helper()
	o.APIKey, o.UserKey = canary+"-api", canary+"-user"
	s, err := sandbox.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	api, user := s.Keys()
	return s, map[string]string{"ETORO_API_KEY": api, "ETORO_USER_KEY": user, "ETORO_STREAM_URL": s.StreamURL()}, "--etoro-base-url=" + s.URL()
}

// sharedData finds a file of the recorded data that stands beside the repository, or skips.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs %s beside the repository, or SHARED_DATA to name its folder", name)
	}
	return path
}

// syncBuffer is a buffer that a program may write to while a test reads.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
