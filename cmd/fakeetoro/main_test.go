package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const rows = "id\tsymbol\tname\ttype\texchange\tindustry\tprice\tflags\n7\tSVN\tSeven\tStocks\tNYSE\tServices\t10\t\n"

// program is a running fakeetoro.
type program struct {
	line string // what it printed
	stop context.CancelFunc
	code <-chan int
}

func launch(t *testing.T, args ...string) program {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"--addr=127.0.0.1:0"}, args...), in, io.Discard)
		in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v, code %d", err, <-code)
	}
	return program{line, stop, code}
}

// setting is the value of a NAME=value in the printed line.
func (p program) setting(t *testing.T, name string) string {
	t.Helper()
	m := regexp.MustCompile(`\b` + name + `=(\S+)`).FindStringSubmatch(p.line)
	if m == nil {
		t.Fatalf("no %s in %q", name, p.line)
	}
	return m[1]
}

func (p program) get(t *testing.T, path string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", p.setting(t, "ETORO_BASE_URL")+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (compatible; test)")
	r.Header.Set("x-request-id", "6f9619ff-8b86-4011-b42d-00c04fc964ff")
	r.Header.Set("x-api-key", p.setting(t, "ETORO_API_KEY"))
	r.Header.Set("x-user-key", p.setting(t, "ETORO_USER_KEY"))
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func TestServesWithThePrintedKeysUntilStopped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rows.json") // the name does not decide
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	p := launch(t, "--catalogue", file, "--size=30", "--rate-limit=1", "--api-key=A", "--user-key=B")
	if !strings.HasPrefix(p.line, "serving 30 instruments: ") || p.setting(t, "ETORO_API_KEY") != "A" || p.setting(t, "ETORO_USER_KEY") != "B" ||
		!strings.HasPrefix(p.setting(t, "ETORO_STREAM_URL"), "ws://127.0.0.1:") {
		t.Errorf("printed %q", p.line)
	}
	if first, second := p.get(t, "/api/v1/me"), p.get(t, "/api/v1/me"); first != 200 || second != 429 {
		t.Errorf("statuses %d %d", first, second)
	}
	if got := p.get(t, "/__sandbox/calls"); got != 200 {
		t.Errorf("control answered %d", got)
	}
	p.stop()
	if code := <-p.code; code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestStopsOnSIGTERM(t *testing.T) {
	ctx, stop := notify()
	defer stop()
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if code := run(ctx, []string{"--addr=127.0.0.1:0"}, io.Discard, io.Discard); code != 0 {
		t.Errorf("code %d", code)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		args           []string
		code           int
		stdout, stderr string // parts
	}{
		{"help", []string{"--help"}, 0, "--catalogue=FILE", ""},
		{"version", []string{"--version"}, 0, version(), ""},
		{"unknown flag", []string{"--nope"}, 2, "", "fakeetoro: unknown flag --nope"},
		{"a size that is no number", []string{"--size=many"}, 2, "", "--size"},
		{"no such file", []string{"--catalogue=/nonexistent/file"}, 1, "", "/nonexistent/file"},
		{"an address that is none", []string{"--addr=nowhere"}, 1, "", "fakeetoro: sandbox: listen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			if code := run(t.Context(), tt.args, &stdout, &stderr); code != tt.code {
				t.Errorf("code %d, want %d", code, tt.code)
			}
			if !strings.Contains(stdout.String(), tt.stdout) || !strings.Contains(stderr.String(), tt.stderr) {
				t.Errorf("stdout %q, stderr %q", &stdout, &stderr)
			}
		})
	}
}
