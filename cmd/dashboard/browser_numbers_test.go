package main

import (
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

func TestNumbersFollowTheReadersLanguage(t *testing.T) {
	t.Parallel()
	p := sharedProgram(t)
	p.complete()
	b := openTab(t, p.url)
	call(b, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
		UserAgent: eval[string](b, `navigator.userAgent`), AcceptLanguage: "de-DE",
	})
	call(b, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Berlin"})
	b.visit("/s/BTC")
	const price = `document.querySelector("[data-testid=price]").textContent`
	b.until("the price is grouped as in German", `/^\d{1,3}(\.\d{3})+,\d\d/.test(`+price+`)`)
	was := eval[string](b, price)
	b.until("the price moved on", price+" !== "+quoted(was))
	b.until("the next one is grouped as well", `/^\d{1,3}(\.\d{3})+,\d\d/.test(`+price+`)`)
	if title := eval[string](b, `{
		const at = document.querySelector("[data-cell=at]");
		at.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
		at.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
		at.title }`); !ownTime.MatchString(title) {
		t.Errorf("the reader's own time is not told once: %q", title)
	}
	if found := eval[[]string](b, `[...document.querySelectorAll("[data-number], [data-cell]:not([data-cell=at])")]
		.map((e) => e.textContent).filter((text) => /\d\.\d\d?$|\d,\d\d\d\./.test(text))`); len(found) > 0 {
		t.Errorf("still as in English: %q", found)
	}
}

// ownTime is a time in Berlin, said once.
var ownTime = regexp.MustCompile(`^\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d M\S+Z here$`)
