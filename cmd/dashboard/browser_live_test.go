package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
)

const (
	livePrice = `document.querySelector("[data-live='%d'] [data-cell=price]").textContent`
	liveState = `document.querySelector("[data-live-mark]").dataset.liveMark`
)

// moves waits until the price of an instrument changes in the page that is there.
func (b *tab) moves(id int) {
	b.t.Helper()
	now := fmt.Sprintf(livePrice, id)
	was := eval[string](b, `window.__stays = 1, `+now)
	b.until(fmt.Sprintf("the price of %d is no longer %s", id, was), now+" !== "+quoted(was))
	if !eval[bool](b, `window.__stays === 1`) {
		b.t.Error("the page was loaded again")
	}
}

// shifts waits for a state of the mark.
func (b *tab) shifts(state string) {
	b.t.Helper()
	b.until("the mark says "+state, liveState+" === "+quoted(state))
}

// streams is how many streams the tab has opened so far.
func (b *tab) streams() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, a := range b.answers {
		if strings.HasPrefix(a.URL, b.base+"/live?") {
			n++
		}
	}
	return n
}

// hurry makes what takes a minute in the page take no time, and its being seen a matter of the test.
const hurry = `{
	const later = window.setTimeout;
	window.setTimeout = (f, ms, ...rest) => later(f, ms === 60000 ? 0 : ms, ...rest);
	let hidden = false;
	Object.defineProperty(Document.prototype, "hidden", { get: () => hidden });
	window.__hide = (now) => { hidden = now; document.dispatchEvent(new Event("visibilitychange")); };
}`

func TestAPriceChangesInItsPlace(t *testing.T) {
	t.Parallel()
	_, b := desk(t, "/?q=id:1001")
	b.shifts("live")
	b.moves(1001)
	if aloud := eval[string](b, `document.querySelector("[data-live-aloud]").textContent`); aloud != "" {
		t.Errorf("prices that are live from the start are announced: %q", aloud)
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-reduced-motion", Value: "no-preference"},
	}})
	b.until("the change is lit up", `document.querySelector("td.Table-price").querySelector(".Flash--up, .Flash--down")`)
}

func TestRowsThatComeIntoTheListAreLive(t *testing.T) {
	t.Parallel()
	p, b := desk(t, "/?q=apple")
	b.shifts("live")
	b.moves(1001)
	b.search("bitcoin")
	b.shows(p, "?q=bitcoin")
	b.moves(p.found("?q=bitcoin")[0].ID)
}

func TestATabThatNobodySeesGivesItsStreamBack(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.complete()
	b := openTab(t, p.url)
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: hurry})
	b.visit("/?q=id:1001")
	b.moves(1001)
	eval[bool](b, `__hide(true), true`)
	eventually(t, "the stream has ended", func() bool {
		for _, line := range p.logLines() {
			if line["route"] == "/live" && line["ended"] == "left" {
				return true
			}
		}
		return false
	})
	eval[bool](b, `__hide(false), true`)
	b.shifts("live")
	b.moves(1001)
	if n := b.streams(); n != 2 {
		t.Errorf("the tab opened %d streams, want one and one after the break", n)
	}
}

func TestAServerThatStartsAnewFindsItsPagesAgain(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.complete()
	b := openTab(t, p.url)
	b.visit("/?q=id:1001")
	b.shifts("live")
	b.moves(1001)
	b.expect("ERR_CONNECTION_REFUSED")
	p.exit()
	b.shifts("reconnecting")
	b.until("it says as of when", `/^ · as of \d\d:\d\d:\d\d UTC$/.test(document.querySelector("[data-live-age]").textContent)`)
	b.until("and says it aloud", `document.querySelector("[data-live-aloud]").textContent.startsWith("Reconnecting · as of")`)
	eventually(t, "the page has tried in vain", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return strings.Contains(strings.Join(b.complaints, "\n"), "ERR_CONNECTION_REFUSED")
	})
	again := start(t, map[string]string{}, "--addr="+strings.TrimPrefix(p.url, "http://"))
	again.ready()
	b.shifts("live")
	b.moves(1001)
}

func TestTabsShareOneStream(t *testing.T) {
	t.Parallel()
	p := sharedProgram(t)
	a := openTab(t, p.url)
	a.visit("/?q=id:1001")
	a.moves(1001)
	b := openIn(t, p.url, a.ctx)
	b.visit("/?q=id:1002")
	b.shifts("live")
	b.moves(1002)
	b.moves(1002)
	a.moves(1001)
	if n := b.streams(); n != 0 {
		t.Errorf("the second tab opened %d streams of its own", n)
	}
	a.visit("/healthz") // which leaves the page
	b.moves(1002)
	eventually(t, "the second tab has the stream", func() bool { return b.streams() == 1 })
	b.moves(1002)
}

func TestWhereStreamsFailPricesArePolled(t *testing.T) {
	t.Parallel()
	p := sharedProgram(t)
	b := openTab(t, p.url)
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `delete window.EventSource`})
	b.visit("/?q=id:1001")
	b.shifts("polling")
	b.moves(1001)
}
