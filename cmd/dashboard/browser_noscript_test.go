package main

import (
	"net/url"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

func withoutScripts(b *tab) {
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

func TestWithoutScriptsTheSameRowsAreFound(t *testing.T) {
	t.Parallel()
	p, with := desk(t, "/")
	without := openTab(t, p.url)
	withoutScripts(without)
	submit := []func(){func() { without.keys(kb.Enter) }, func() { without.click("#search-form button") }}
	for i, text := range []string{"apple", "bitcoin", "nestle", "aple", "type:etf gold"} {
		query := "?q=" + url.QueryEscape(text)
		with.search(text)
		with.shows(p, query)
		without.visit("/")
		without.search(text)
		submit[i%len(submit)]()
		without.shows(p, query)
		if a, b := with.rows(), without.rows(); len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("%s: %d rows with scripts, %d without", text, len(a), len(b))
		}
	}
}

func TestWithoutScriptsEverythingIsALinkOrAForm(t *testing.T) {
	t.Parallel()
	p := sharedProgram(t)
	b := openTab(t, p.url)
	withoutScripts(b)
	b.expect("status of 404")
	b.visit("/")
	if eval[bool](b, `"scripts" in document.documentElement.dataset`) {
		t.Fatal("scripts are on")
	}
	b.shows(p, "")
	query := ""
	for _, selector := range []string{"[data-testid=facet-type] a", "#sort-price", "#page-next", "#page-prev"} {
		b.click(selector)
		b.until(selector+" changes the address", `location.search !== `+quoted(query))
		query = eval[string](b, `location.search`)
		b.shows(p, query)
		isWhole(b, selector)
	}
	first := p.found(query)[0]
	b.click("[data-testid=row] a")
	b.until("the instrument opens", `document.querySelector("[data-testid=instrument]")`)
	if h1 := plainText(b, "h1"); h1 != first.Name+" "+first.Symbol {
		t.Errorf("the heading is %q", h1)
	}
	b.search("bitcoin")
	b.keys(kb.Enter)
	b.shows(p, "?q=bitcoin")

	b.visit("/instruments/2147483647")
	if got, want := plainText(b, "[data-testid=error-facts] dd"), b.answer(404)["x-request-id"]; got != want {
		t.Errorf("the error page has the id %q, the header %q", got, want)
	}
	if hidden := eval[int](b, `[...document.querySelectorAll(".scripts-only")].filter((e) => e.getClientRects().length > 0).length`); hidden != 0 {
		t.Errorf("%d controls that need scripts are shown", hidden)
	}
	b.click("[data-testid=error] a[href='/']")
	b.shows(p, "")
}
