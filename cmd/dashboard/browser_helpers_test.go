package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is the one browser of all tests here, started by the first that needs it.
var chromium struct {
	once sync.Once
	ctx  context.Context
	err  error
	end  func()
}

var errNoBrowser = errors.New("no Chromium in PATH")

// shared is one dashboard on the embedded sandbox for all tests that only read from it.
var shared struct {
	once sync.Once
	p    *program
}

// suite ends what the tests share before the look for goroutines that are left.
type suite struct{ *testing.M }

func (s suite) Run() int {
	code := s.M.Run()
	if chromium.end != nil {
		chromium.end()
	}
	if shared.p != nil {
		shared.p.stop()
		<-shared.p.done
	}
	return code
}

// sharedProgram is the shared dashboard once it has all prices.
func sharedProgram(t *testing.T) *program {
	t.Helper()
	shared.once.Do(func() { shared.p = launch(map[string]string{}) })
	p := *shared.p
	p.t = t
	p.listens()
	p.complete()
	return &p
}

// complete waits until the prices are there as well: the order of the list depends on them.
func (p *program) complete() {
	p.t.Helper()
	p.ready()
	eventually(p.t, "the program has all prices", func() bool {
		return strings.Contains(p.get("/instruments.json?q=AAPL&limit=1").body, `"price_at":"`) &&
			strings.Contains(p.get("/instruments/1001").body, "Previous day")
	})
}

func startBrowser() {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		chromium.err = errNoBrowser
		return
	}
	// The default options make a profile of its own that is removed at the end.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endBrowser := chromedp.NewContext(allocator)
	chromium.ctx, chromium.err = ctx, chromedp.Do(ctx)
	chromium.end = func() { endBrowser(); endAllocator() }
}

// tab is a page of its own in the browser, with its own storage. It hears everything that the
// page complains about and asks for, and fails the test for what nobody expected.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string // the only origin that the page may talk to

	mu         sync.Mutex
	complaints []string
	expected   []string
	answers    []*network.Response
	inFlight   map[network.RequestID]bool
}

// reportViolations turns a breach of the content security policy into a complaint.
const reportViolations = `addEventListener("securitypolicyviolation", (e) =>
	console.error("content security policy:", e.violatedDirective, e.blockedURI))`

// openTab opens a tab of desktop size for the pages under base, or skips where no browser is.
func openTab(t *testing.T, base string) *tab {
	t.Helper()
	chromium.once.Do(startBrowser)
	if errors.Is(chromium.err, errNoBrowser) && os.Getenv("REQUIRE_BROWSER") != "1" {
		t.Skip("needs Chromium: install the package chromium")
	}
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	return openIn(t, base, chromium.ctx, chromedp.WithNewBrowserContext())
}

// openIn opens a tab beside the tabs of parent, with their storage, unless the options say otherwise.
func openIn(t *testing.T, base string, parent context.Context, options ...chromedp.ContextOption) *tab {
	t.Helper()
	b := &tab{t: t, base: base, inFlight: map[network.RequestID]bool{}}
	ctx, end := chromedp.NewContext(parent, append(options, chromedp.WithListener(b.hear))...)
	b.ctx = ctx
	t.Cleanup(func() { b.describeFailure(); end(); b.judge() })
	// The life of a tab hangs on the context of its first action: this one has no deadline.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: reportViolations})
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.look(1280, "light")
	return b
}

// hear runs between two messages of the browser: it must not wait.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+exceptionText(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			b.complaints = append(b.complaints, "console: "+consoleText(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Source == log.EntrySourceSecurity {
			b.complaints = append(b.complaints, fmt.Sprintf("log: %s %s", e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		b.inFlight[e.RequestID] = e.Type != network.ResourceTypeEventSource // which has no end
		if u := e.Request.URL; !strings.HasPrefix(u, b.base+"/") && !strings.HasPrefix(u, "data:") {
			b.complaints = append(b.complaints, "request to another host: "+u)
		}
	case *network.EventResponseReceived:
		b.answers = append(b.answers, e.Response)
	case *network.EventLoadingFinished:
		delete(b.inFlight, e.RequestID)
	case *network.EventLoadingFailed:
		delete(b.inFlight, e.RequestID)
	}
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Text + " " + d.Exception.Description
	}
	return d.Text
}

func consoleText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if a.Description != "" {
			words = append(words, a.Description)
		} else {
			words = append(words, string(a.Value))
		}
	}
	return strings.Join(words, " ")
}

// expect names a complaint that the test provokes. It has to come.
func (b *tab) expect(complaint string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, complaint)
}

// judge fails the test for each complaint that was not expected, and for what was and did not come.
func (b *tab) judge() {
	b.mu.Lock()
	defer b.mu.Unlock()
	came := map[string]bool{}
	for _, c := range b.complaints {
		expected := false
		for _, e := range b.expected {
			if strings.Contains(c, e) {
				expected, came[e] = true, true
			}
		}
		if !expected {
			b.t.Errorf("the browser complains: %s", c)
		}
	}
	for _, e := range b.expected {
		if !came[e] && !b.t.Failed() {
			b.t.Errorf("the browser did not complain about %q", e)
		}
	}
}

func (b *tab) describeFailure() {
	if !b.t.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`location.href + "\nfocus: " + document.activeElement?.outerHTML.slice(0, 200) + "\n" + document.body.innerText.slice(0, 1500)`))
	b.t.Logf("the page at the end: %s %v", text, err)
}
