package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// act does one thing in the tab, or fails the test.
func act[T any](b *tab, what string, action chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
	return v
}

func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	act(b, command.Method, func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, command, params) })
}

// eval is the value of an expression in the page.
func eval[T any](b *tab, js string) T {
	b.t.Helper()
	return act(b, js, chromedp.Evaluate[T](js))
}

// await is the value that the promise of an expression comes to.
func await[T any](b *tab, js string) T {
	b.t.Helper()
	return act(b, js, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
}

// until waits for an expression to be true, in this page or in one that follows it.
func (b *tab) until(what, js string) {
	b.t.Helper()
	eventually(b.t, what, func() bool {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		defer cancel()
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		return err == nil && ok
	})
}

// visit loads a page by its address.
func (b *tab) visit(path string) {
	b.t.Helper()
	act(b, "visit "+path, chromedp.Navigate(b.base+path))
}

// look sets the width of the window and the theme of the system.
func (b *tab) look(width int64, theme string) {
	b.t.Helper()
	act(b, "viewport", chromedp.EmulateViewport(width, 800))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// centre is where to click an element: nowhere while it is missing, hidden or covered.
const centre = `(() => {
	const element = document.querySelector(%s);
	element?.scrollIntoView({ block: "center" });
	const r = element?.getClientRects()[0];
	if (!r) return null;
	const x = r.left + r.width / 2, y = r.top + r.height / 2;
	return element.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
})()`

// quoted is a value as a literal of JavaScript.
func quoted(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// click clicks with the mouse what a CSS selector finds first, as soon as it can be clicked.
func (b *tab) click(selector string) {
	b.t.Helper()
	var at []float64
	eventually(b.t, "a click on "+selector, func() bool {
		at = eval[[]float64](b, fmt.Sprintf(centre, quoted(selector)))
		return at != nil
	})
	act(b, "click "+selector, chromedp.MouseClickXY(at[0], at[1]))
}

// keys presses keys one after the other; package kb names those that print nothing. The text goes
// with the key, so that a page that takes the key prevents the text, as it is with a keyboard.
func (b *tab) keys(keys string) {
	b.t.Helper()
	for _, r := range keys {
		events := kb.Encode(r)
		if len(events) == 3 { // down, text, up
			events[0].Text = events[1].Text
			events = slices.Delete(events, 1, 2)
		}
		for _, e := range events {
			call(b, input.DispatchKeyEvent, *e)
		}
	}
}

// search replaces the text of the box key by key.
func (b *tab) search(text string) {
	b.t.Helper()
	eval[chromedp.Void](b, `document.getElementById("q").focus(); document.getElementById("q").select()`)
	b.keys(text)
}

func (b *tab) focused() string { return eval[string](b, `document.activeElement.id`) }

// rowIDs are the ids of the instruments in the list, from the top.
const rowIDs = `[...document.querySelectorAll("[data-testid=row]")].map((row) => row.dataset.id)`

func (b *tab) rows() []string { return eval[[]string](b, rowIDs) }

// shows waits until the address has the query and the list has exactly the rows that belong to it.
func (b *tab) shows(p *program, query string) {
	b.t.Helper()
	want := quoted(p.wanted(query))
	b.until(fmt.Sprintf("the rows of %q: %s", query, want),
		fmt.Sprintf(`location.pathname === "/" && location.search === %s && document.readyState === "complete" && JSON.stringify(%s) === %s`,
			quoted(query), rowIDs, quoted(want)))
}

// quiet waits until the page has no request under way.
func (b *tab) quiet() {
	b.t.Helper()
	eventually(b.t, "no request is under way", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return !slices.Contains(slices.Collect(maps.Values(b.inFlight)), true)
	})
}

// answer is the newest answer of a status, with its headers by their names in lower case.
func (b *tab) answer(status int64) map[string]string {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range slices.Backward(b.answers) {
		if a.Status != status {
			continue
		}
		header := map[string]string{}
		for name, value := range a.Headers {
			header[strings.ToLower(name)] = fmt.Sprint(value)
		}
		return header
	}
	b.t.Fatalf("no answer had status %d", status)
	return nil
}

// listed is an instrument as the JSON of a list gives it.
type listed struct {
	ID           int
	Symbol, Name string
}

// found are all instruments of a query.
func (p *program) found(query string) []listed {
	p.t.Helper()
	var list struct{ Items []listed }
	if err := json.Unmarshal([]byte(p.get("/instruments.json"+query).body), &list); err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	return list.Items
}

// wanted are the ids on the page of the list that a query means.
func (p *program) wanted(query string) []string {
	p.t.Helper()
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		p.t.Fatal(err)
	}
	n, _ := strconv.Atoi(values.Get("page"))
	first := max(0, n-1) * 25
	values.Del("page")
	values.Set("limit", strconv.Itoa(first+25))
	ids := []string{}
	items := p.found("?" + values.Encode())
	for _, in := range items[min(first, len(items)):] {
		ids = append(ids, strconv.Itoa(in.ID))
	}
	return ids
}
