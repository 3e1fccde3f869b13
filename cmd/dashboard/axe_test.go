package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"instrumentdesk/etoro/sandbox"
)

// scene is a page in one of the states that people meet.
type scene struct {
	name, path string
	down       bool   // while eToro never answered
	complaint  string // what the browser says of it, "" for nothing
	prepare    func(b *tab)
}

var scenes = []scene{
	{name: "list", path: "/"},
	{name: "list-search", path: "/?q=apple"},
	{name: "list-filtered", path: "/?type=etf&sort=-price"},
	{name: "list-empty", path: "/?q=zzzzqqqq"},
	{name: "list-notice", path: "/?q=apple", complaint: "status of 400", prepare: func(b *tab) {
		eval[chromedp.Void](b, `q.value = "x".repeat(65); q.dispatchEvent(new Event("input", { bubbles: true }))`)
		b.click("#notice summary")
	}},
	{name: "shortcuts", path: "/", prepare: func(b *tab) {
		b.click("[data-open=shortcuts]")
		b.until("the dialog opens", `document.querySelector("dialog[open]")`)
	}},
	{name: "list-chosen", path: "/", prepare: func(b *tab) {
		b.click("[data-testid=row] input[name=ids]")
		b.until("the bar counts it", `document.querySelector("[data-testid=compare-bar]").checkVisibility()`)
	}},
	{name: "instrument", path: "/instruments/1001"},
	{name: "compare", path: "/compare?ids=1001,100000,1004"},
	{name: "not-found", path: "/no-such-page", complaint: "status of 404"},
	// Open details keep the page from loading itself anew in the middle of a test.
	{name: "error", path: "/", down: true, complaint: "status of 503", prepare: func(b *tab) { b.click("[data-testid=error] summary") }},
}

// eachScene opens each scene in a tab of its own.
func eachScene(t *testing.T, test func(t *testing.T, name string, b *tab)) {
	up := sharedProgram(t)
	eToro, env, flag := far(t, sandbox.Options{})
	eToro.Fault(sandbox.Fault{Route: "*", Status: 503})
	down := start(t, env, flag)
	eventually(t, "the failure of eToro is known", func() bool { return down.get("/").header.Get("X-Upstream-Request-Id") != "" })
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			p := up
			if s.down {
				p = down
			}
			b := openTab(t, p.url)
			if s.complaint != "" {
				b.expect(s.complaint)
			}
			b.visit(s.path)
			if s.prepare != nil {
				s.prepare(b)
			}
			test(t, s.name, b)
		})
	}
}

// widths are a small phone and a desk; themes what a system may prefer.
var (
	widths = []int64{360, 1280}
	themes = []string{"light", "dark"}
)

// runAxe checks the page as it stands against WCAG 2.2 AA.
const runAxe = `axe.run(document, {
	runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
}).then((result) => ({
	passed: result.passes.length,
	violations: result.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + "\n" + n.failureSummary)),
}))`

func TestPagesHaveNoBarriers(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(filepath.Join("..", "..", "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil && os.Getenv("REQUIRE_BROWSER") != "1" {
		t.Skip("needs axe-core: run npm ci in static")
	}
	if err != nil {
		t.Fatal(err)
	}
	eachScene(t, func(t *testing.T, _ string, b *tab) {
		eval[chromedp.Void](b, string(axe))
		for _, width := range widths {
			for _, theme := range themes {
				b.look(width, theme)
				found := await[struct {
					Passed     int
					Violations []string
				}](b, runAxe)
				if found.Passed < 15 {
					t.Errorf("only %d rules passed: axe did not see the page", found.Passed)
				}
				if len(found.Violations) > 0 {
					t.Errorf("%s at %d px:\n%s", theme, width, strings.Join(found.Violations, "\n"))
				}
			}
		}
	})
}

func TestNothingIsWiderThanAPhone(t *testing.T) {
	t.Parallel()
	eachScene(t, func(t *testing.T, _ string, b *tab) {
		b.look(360, "light")
		if width := eval[int](b, `document.scrollingElement.scrollWidth`); width > 360 {
			wide := eval[[]string](b, `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 360)
				.map((e) => e.outerHTML.slice(0, 120))`)
			t.Errorf("the page is %d px wide at 360 px:\n%s", width, strings.Join(wide, "\n"))
		}
	})
}
