package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"instrumentdesk/etoro/sandbox"
)

var liveLoad = flag.Bool("live-load", false, "measure live prices under load")

// load is readers of live prices that live in a process of their own, so that what the desk needs for them can
// be told from what they need.
type load struct {
	Addr     string
	Readers  int
	Rows     int // instruments in all, with the ids from 1
	Each     int // instruments of one reader
	Stalled  int // more readers, that never read
	Sampled  int // one in so many looks at the time of each event; the rest only read
	Duration time.Duration
}

// outcome is what the readers saw.
type outcome struct {
	Events          int
	P50, P99, Worst time.Duration // from the push at the far side to the reader
}

// loadCatalogue has instruments with the ids from 1.
func loadCatalogue(rows int) string {
	var b strings.Builder
	b.WriteString("id\tsymbol\tname\ttype\texchange\tindustry\tprice\tflags\n")
	for i := 1; i <= rows; i++ {
		fmt.Fprintf(&b, "%d\tSYM%d\tCompany %d\tStocks\tNasdaq\tTechnology\t%d.50\t\n", i, i, i, 100+i)
	}
	return b.String()
}

func TestLiveUnderLoad(t *testing.T) {
	if !*liveLoad {
		t.Skip("measures for two minutes, alone on the machine: make bench-live")
	}
	t.Run("rows", func(t *testing.T) {
		got := measure(t, 200*time.Millisecond, load{Readers: 1000, Rows: 50, Each: 50, Stalled: 50, Sampled: 20, Duration: 30 * time.Second})
		if got.P50 > 500*time.Millisecond {
			t.Errorf("half of the cells change later than %v after the push", got.P50)
		}
	})
	t.Run("readers", func(t *testing.T) {
		got := measure(t, time.Second, load{Readers: 2000, Rows: 50, Each: 1, Sampled: 1, Duration: 30 * time.Second})
		if got.P99 > 250*time.Millisecond {
			t.Errorf("one in a hundred events comes later than %v after the push", got.P99)
		}
		if got.perReader > 40_000 {
			t.Errorf("a reader costs %d bytes", got.perReader)
		}
	})
}

type measured struct {
	outcome
	perReader int
}

// measure lets a far side push every price at each tick, and the load read them from one desk.
func measure(t *testing.T, tick time.Duration, l load) measured {
	eToro, env, flag := far(t, sandbox.Options{
		Catalogue: strings.NewReader(loadCatalogue(l.Rows)), PushAll: true, TickInterval: tick, RateLimit: -1,
	})
	env["ETORO_STREAM_URL"] = eToro.StreamURL()
	p := start(t, env, flag, "--log-level=info")
	p.priced()
	l.Addr = strings.TrimPrefix(p.url, "http://")
	before := usageNow()
	readers := startLoad(t, l)
	during := usageNow()
	wantOneSubscriptionEach(t, eToro, l.Rows)
	out := readers.outcome()
	after := usageNow()
	if l.Stalled > 0 {
		eventually(t, "the stalled readers are cut off", func() bool { return strings.Count(p.log.String(), `"ended":"slow"`) == l.Stalled })
	}
	eventually(t, "no goroutine of a reader is left", func() bool { return runtime.NumGoroutine() <= before.goroutines })
	n := l.Readers + l.Stalled
	m := measured{out, (during.rss - before.rss) / n}
	t.Logf("%d readers of %d rows, a push every %v: %d events read; push to reader p50 %v, p99 %v, worst %v",
		l.Readers, l.Each, tick, out.Events, out.P50, out.P99, out.Worst)
	t.Logf("memory of one reader: %d bytes resident, %d bytes of heap and stacks in use; CPU of the desk and the far side %.0f %% of one core",
		m.perReader, (during.inUse-before.inUse)/n, 100*(after.cpu-during.cpu).Seconds()/after.at.Sub(during.at).Seconds())
	t.Logf("goroutines: %d before, %d with all readers, %d after", before.goroutines, during.goroutines, runtime.NumGoroutine())
	return m
}

// priced waits until the desk has prices of the load's catalogue.
func (p *program) priced() {
	p.t.Helper()
	p.ready()
	eventually(p.t, "the desk has prices", func() bool {
		return strings.Contains(p.get("/instruments.json?limit=1").body, `"price_at":"`)
	})
}

// wantOneSubscriptionEach looks at what the readers cost the far side.
func wantOneSubscriptionEach(t *testing.T, eToro *sandbox.Server, rows int) {
	t.Helper()
	topics := eToro.Topics()
	for topic, n := range topics {
		if n != 1 {
			t.Errorf("%s is subscribed to %d times", topic, n)
		}
	}
	sockets := 0
	for _, c := range eToro.Calls() {
		if c.Route == "stream" {
			sockets++
		}
	}
	if len(topics) != rows || sockets != 1 {
		t.Errorf("%d topics on %d connections, want %d on one", len(topics), sockets, rows)
	}
}

type usage struct {
	at         time.Time
	rss, inUse int
	goroutines int
	cpu        time.Duration
}

// usageNow is what this process, which the desk is part of, uses when it has swept up.
func usageNow() usage {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return usage{
		at: time.Now(), rss: resident(), inUse: int(m.HeapAlloc + m.StackInuse), goroutines: runtime.NumGoroutine(),
		cpu: time.Duration(r.Utime.Nano() + r.Stime.Nano()),
	}
}

// resident is the memory of this process that is in RAM, in bytes.
func resident() int {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.Atoi(strings.Fields(string(text))[1])
	return pages * os.Getpagesize()
}

// loadProcess is the process of the readers.
type loadProcess struct {
	t     *testing.T
	lines *bufio.Scanner
	cmd   *exec.Cmd
}

const loadSetting = "LIVE_LOAD"

// startLoad returns when every reader has had its first event.
func startLoad(t *testing.T, l load) *loadProcess {
	t.Helper()
	spec, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestReadersOfTheLoad$", "-test.timeout=5m")
	cmd.Env = append(os.Environ(), loadSetting+"="+string(spec))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &loadProcess{t, bufio.NewScanner(out), cmd}
	p.line("open")
	return p
}

// line is the rest of the next line that begins with a word.
func (p *loadProcess) line(word string) string {
	p.t.Helper()
	for p.lines.Scan() {
		if rest, ok := strings.CutPrefix(p.lines.Text(), word); ok {
			return rest
		}
	}
	p.t.Fatalf("the readers ended without %q", word)
	return ""
}

func (p *loadProcess) outcome() outcome {
	p.t.Helper()
	var o outcome
	if err := json.Unmarshal([]byte(p.line("outcome")), &o); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatal(err)
	}
	return o
}
