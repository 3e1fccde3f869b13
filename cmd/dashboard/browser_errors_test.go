package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"instrumentdesk/etoro/sandbox"
)

func TestARefusedSearchIsToldInline(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"too long": strings.Repeat("x", 65), "a control character": "a\x01b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, b := desk(t, "/")
			b.expect("status of 400")
			b.search("apple")
			b.shows(p, "?q=apple")
			plain := drawing(b)

			set := `q.value = ` + quoted(text) + `; q.dispatchEvent(new Event("input", { bubbles: true }))`
			eval[chromedp.Void](b, set)
			b.until("the notice comes", `document.querySelector("#notice [data-testid=notice][data-status='400']")`)
			if got, want := plainText(b, "#notice [data-testid=error-facts] dd"), b.answer(400)["x-request-id"]; got != want {
				t.Errorf("the notice has the id %q, the header %q", got, want)
			}
			b.shows(p, "?q=apple") // the rows and the address of the search before
			if now := drawing(b); now == plain || !strings.Contains(plainText(b, "#notice"), "from the search before") {
				t.Errorf("the old rows are not marked: they are drawn %s, before %s", now, plain)
			}

			b.search("bitcoin")
			b.shows(p, "?q=bitcoin")
			b.until("the notice goes", `document.getElementById("notice").textContent.trim() === ""`)
			if now := drawing(b); now != plain {
				t.Errorf("the new rows are marked as old: they are drawn %s", now)
			}
		})
	}
}

// drawing is how the rows are drawn as a whole: what an element around them may change.
func drawing(b *tab) string {
	return eval[string](b, `(() => {
		const styles = [];
		for (let e = document.querySelector("table"); e; e = e.parentElement) {
			const s = getComputedStyle(e);
			styles.push([s.opacity, s.filter, s.borderStyle, s.backgroundColor, s.boxShadow].join(" "));
		}
		return styles.join(", ");
	})()`)
}

func TestADeskThatStoppedIsTold(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.complete()
	b := openTab(t, p.url)
	b.visit("/?q=apple")
	b.shows(p, "?q=apple")
	rows := b.rows()
	b.expect("ERR_CONNECTION_REFUSED")
	b.expect("htmx:sendError")
	p.exit()
	b.search("bitcoin")
	b.until("the notice comes", `document.querySelector("#notice [data-testid=notice]")`)
	if text := plainText(b, "#notice"); !strings.Contains(text, "did not answer") {
		t.Errorf("the notice says %q", text)
	}
	if now := b.rows(); len(now) == 0 || len(now) != len(rows) {
		t.Errorf("%d rows are left of %d", len(now), len(rows))
	}
}

// broken starts a dashboard that has no catalogue because eToro fails, and opens its page once the
// failure is known.
func broken(t *testing.T, f sandbox.Fault) (*sandbox.Server, *program, *tab) {
	t.Helper()
	eToro, env, flag := far(t, sandbox.Options{})
	eToro.Fault(f)
	p := start(t, env, flag)
	eventually(t, "the page tells eToro's request id", func() bool {
		return p.get("/").header.Get("X-Upstream-Request-Id") != ""
	})
	b := openTab(t, p.url)
	b.expect("status of 503")
	b.visit("/")
	return eToro, p, b
}

func TestTheErrorPageNamesBothIDsAndRecovers(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]sandbox.Fault{
		"eToro unavailable": {Route: "*", Status: http.StatusServiceUnavailable},
		"eToro limits us":   {Route: "*", Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"6"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eToro, p, b := broken(t, fault)
			b.click("[data-testid=error] summary") // who reads is not disturbed by a reload
			header := b.answer(503)
			ids := strings.Split(header["x-upstream-request-id"], ", ")
			want := strings.Join(append([]string{header["x-request-id"]}, ids...), " ")
			facts := eval[string](b, `[...document.querySelectorAll("[data-testid=error-facts] > *")]
				.filter((f) => /request.id/i.test(f.querySelector("dt").textContent))
				.map((f) => f.querySelector("dd > :first-child").textContent).join(" ")`)
			if ids[0] == "" || facts != want {
				t.Errorf("the page has the ids %q, the headers %q", facts, want)
			}
			if support := plainText(b, "[data-testid=support]"); !strings.Contains(support, header["x-request-id"]) || !strings.Contains(support, ids[0]) {
				t.Errorf("the text for support lacks an id: %s", support)
			}

			b.visit("/")
			left := eval[string](b, `window.__mark = 1, document.querySelector("[data-testid=retry]").textContent`)
			b.until("the countdown ticks, or the page was loaded anew",
				`!window.__mark || document.querySelector("[data-testid=retry]").textContent !== `+quoted(left))
			eToro.ClearFaults()
			p.ready()
			b.until("the page loads itself", `document.querySelector("[data-testid=row]")`)
			// The page may have come before the prices, which change the order.
			p.complete()
			b.visit("/")
			b.shows(p, "")
		})
	}
}

func TestTheTextForSupportIsCopied(t *testing.T) {
	t.Parallel()
	_, p, b := broken(t, sandbox.Fault{Route: "*", Status: http.StatusServiceUnavailable})
	inContext := chromedp.FromContext(b.ctx).BrowserContextID
	for _, permission := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: permission}, Setting: browser.PermissionSettingGranted,
			Origin: p.url, BrowserContextID: inContext,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	eval[chromedp.Void](b, `window.clip = navigator.clipboard; window.said = [];
		new MutationObserver(() => said.push(document.getElementById("toast").textContent))
			.observe(document.getElementById("toast"), { childList: true })`)
	b.click("[data-testid=error] summary")
	want := eval[string](b, `document.querySelector("[data-testid=support]").textContent`)
	for _, way := range []struct{ name, prepare string }{
		{"through the clipboard of the browser", `0`},
		{"by the older command, as on an origin that is not secure", `Object.defineProperty(navigator, "clipboard", { value: undefined }), 0`},
	} {
		await[int](b, `clip.writeText("something else").then(() => (said.length = 0, `+way.prepare+`))`)
		b.click("[data-testid=copy-support]")
		b.until(way.name+" it is announced", `said.includes("Copied")`)
		if got := await[string](b, `clip.readText()`); got != want {
			t.Errorf("%s: the clipboard holds %q, want %q", way.name, got, want)
		}
	}
}
