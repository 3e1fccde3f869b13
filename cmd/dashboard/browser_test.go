package main

import (
	"slices"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// desk opens a page of the shared dashboard.
func desk(t *testing.T, path string) (*program, *tab) {
	t.Helper()
	p := sharedProgram(t)
	b := openTab(t, p.url)
	b.visit(path)
	return p, b
}

func TestTypingChangesTheRowsWithoutAPageLoad(t *testing.T) {
	t.Parallel()
	p, b := desk(t, "/")
	b.until("the box has the focus", `document.activeElement.id === "q"`)
	history := eval[int](b, `window.__mark = 1, history.length`)

	b.keys("aple")
	b.shows(p, "?q=aple")
	b.keys(kb.ArrowLeft + kb.ArrowLeft + "p")
	b.shows(p, "?q=apple")

	if top := p.found("?q=apple")[0]; top.Symbol != "AAPL" || b.rows()[0] != "1001" {
		t.Errorf("apple lists %v first in JSON and %s on the page, want AAPL, 1001", top, b.rows()[0])
	}
	if !eval[bool](b, `window.__mark === 1`) {
		t.Error("the page was loaded anew")
	}
	if n := eval[int](b, `history.length`); n != history {
		t.Errorf("typing made %d entries in the history", n-history)
	}
	if title := eval[string](b, `document.title`); title != "apple · Instruments · Instrument Desk" {
		t.Errorf("the title is %q", title)
	}
	count := plainText(b, `[data-testid=count]`)
	if said := eval[string](b, `document.querySelector("#announce[role=status]").textContent`); said == "" || count[:len(said)] != said {
		t.Errorf("announced is %q where the page says %q", said, count)
	}
	if caret := eval[int](b, `document.getElementById("q").selectionStart`); b.focused() != "q" || caret != 3 {
		t.Errorf("the focus is in %q and the caret at %d, want q and 3", b.focused(), caret)
	}
}

// plainText is the text of an element with its spaces made even.
func plainText(b *tab, selector string) string {
	b.t.Helper()
	return eval[string](b, `document.querySelector(`+quoted(selector)+`).textContent.replace(/\s+/g, " ").trim()`)
}

func TestWhatIsFoundOpensByKeyAndByClick(t *testing.T) {
	t.Parallel()
	p, b := desk(t, "/")
	for _, c := range []struct {
		name, text, symbol string
		open               func()
	}{
		{"Enter on the first row", "bitcoin", "BTC", func() { b.keys(kb.ArrowDown + kb.Enter) }},
		{"click on the name", "nestle", "NESN.ZU", func() { b.click("[data-testid=row] a[href]") }},
		{"click on the price", "=AAPL", "AAPL", func() { b.click("[data-testid=row] td:nth-child(4) [title]") }},
	} {
		b.visit("/")
		b.search(c.text)
		query := eval[string](b, `"?" + new URLSearchParams({ q: `+quoted(c.text)+` })`)
		b.shows(p, query)
		want := p.found(query)[0]
		if want.Symbol != c.symbol {
			t.Errorf("%s finds %s first, want %s", c.text, want.Symbol, c.symbol)
		}
		c.open()
		b.until(c.name+" opens the page", `location.pathname.startsWith("/instruments/") && document.querySelector("h1")`)
		if h1 := plainText(b, "h1"); h1 != want.Name+" "+want.Symbol {
			t.Errorf("%s: the heading is %q, want %q", c.name, h1, want.Name+" "+want.Symbol)
		}
	}
}

func TestFiltersAreStepsInTheHistory(t *testing.T) {
	t.Parallel()
	p, b := desk(t, "/")
	b.search("a")
	b.shows(p, "?q=a")
	history := eval[int](b, `history.length`)
	steps := []string{"?q=a"}
	for _, selector := range []string{"[data-testid=facet-type] a", "#sort-price", "#page-next"} {
		b.click(selector)
		b.until(selector+" changes the address", `location.search !== `+quoted(steps[len(steps)-1]))
		steps = append(steps, eval[string](b, `location.search`))
		b.shows(p, steps[len(steps)-1])
		if n := eval[int](b, `history.length`); n != history+len(steps)-1 {
			t.Errorf("after %s the history has %d entries more, want %d", selector, n-history, len(steps)-1)
		}
	}
	if before := p.wanted(steps[0]); slices.Equal(before, p.wanted(steps[1])) {
		t.Error("the filter changes nothing: that proves little")
	}
	for _, query := range []string{steps[2], steps[1], steps[0]} {
		eval[chromedp.Void](b, `history.back()`)
		b.shows(p, query)
		isWhole(b, query)
	}
	for _, query := range steps[1:] {
		eval[chromedp.Void](b, `history.forward()`)
		b.shows(p, query)
		isWhole(b, query)
	}
	act(b, "reload", chromedp.Reload())
	b.shows(p, steps[3])
	isWhole(b, "after a reload")
}

// isWhole checks that the browser shows a page and not the fragment that htmx asked for.
func isWhole(b *tab, where string) {
	b.t.Helper()
	if !eval[bool](b, `document.doctype !== null && document.styleSheets.length > 0 &&
		["body > header", "main h1", "#search-form", "body > footer"].every((s) => document.querySelectorAll(s).length === 1)`) {
		b.t.Errorf("%s: the page is not whole", where)
	}
}

func TestFiltersStayWhileTyping(t *testing.T) {
	t.Parallel()
	p, b := desk(t, "/")
	b.click("[data-testid=facet-type] a")
	b.until("the filter is in the address", `location.search.startsWith("?type=")`)
	filter := eval[string](b, `location.search.slice(1)`)
	b.search("a")
	b.shows(p, "?q=a&"+filter)
	b.keys(kb.Escape)
	b.shows(p, "?"+filter)
}

func TestKeyboard(t *testing.T) {
	t.Parallel()
	p, b := desk(t, "/?q=apple")
	b.shows(p, "?q=apple")
	row := func(n int) string {
		return `document.activeElement === document.querySelectorAll("[data-testid=row]")[` + strconv.Itoa(n) + `].querySelector("a")`
	}
	eval[chromedp.Void](b, `document.activeElement.blur()`)
	b.keys("/")
	if b.focused() != "q" || eval[string](b, `q.value`) != "apple" {
		t.Errorf("/ leads to %q with the text %q", b.focused(), eval[string](b, `q.value`))
	}
	for _, step := range []struct{ key, where string }{
		{kb.ArrowDown, row(0)}, {kb.ArrowDown, row(1)}, {kb.ArrowUp, row(0)}, {kb.ArrowUp, `document.activeElement === q`},
		{kb.ArrowDown, row(0)}, {kb.Escape, `document.activeElement === q && q.value === "apple"`},
	} {
		b.keys(step.key)
		if !eval[bool](b, step.where) {
			t.Errorf("%q does not lead to %s", step.key, step.where)
		}
	}
	b.keys(kb.Escape)
	b.shows(p, "")
	b.keys(kb.ArrowDown + kb.ArrowDown)
	second := eval[string](b, `document.activeElement.getAttribute("href")`)
	b.keys(kb.Enter)
	b.until("Enter opens the row", `location.pathname === `+quoted(second))
	if want := "/instruments/" + p.wanted("")[1]; second != want {
		t.Errorf("the second row leads to %s, want %s", second, want)
	}
}

func TestSingleKeysCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	_, b := desk(t, "/?q=apple")
	leave := func() { eval[chromedp.Void](b, `document.activeElement.blur()`) }
	leave()
	b.keys("?")
	b.until("? opens the list of shortcuts", `document.querySelector("dialog[open]")`)
	b.keys(kb.Escape)
	b.until("Esc closes it", `!document.querySelector("dialog[open]")`)

	b.click("[data-open=shortcuts]")
	b.click("#shortcuts-on")
	b.click("dialog button")
	b.until("the button closes it", `!document.querySelector("dialog[open]")`)
	for _, when := range []string{"turned off", "turned off and loaded anew"} {
		leave()
		b.keys("/?")
		if eval[bool](b, `document.activeElement === q || document.querySelector("dialog[open]") !== null`) {
			t.Errorf("single keys still work when %s", when)
		}
		act(b, "reload", chromedp.Reload())
	}
	b.click("[data-open=shortcuts]")
	b.click("#shortcuts-on")
	b.keys(kb.Escape)
	leave()
	b.keys("/")
	if b.focused() != "q" {
		t.Error("/ does not work when it is turned on again")
	}
}

func TestTheThemeIsKept(t *testing.T) {
	t.Parallel()
	_, b := desk(t, "/")
	ground := `getComputedStyle(document.body).backgroundColor`
	light := eval[string](b, ground)
	b.look(1280, "dark")
	dark := eval[string](b, ground)
	if light == dark {
		t.Errorf("light and dark are both %s", light)
	}
	b.click("#theme")
	for range 2 {
		if got := eval[string](b, ground); got != light {
			t.Errorf("the ground is %s with the theme light on a dark system, want %s", got, light)
		}
		act(b, "reload", chromedp.Reload())
	}
}
