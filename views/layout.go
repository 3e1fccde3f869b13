package views

import "strings"

const (
	productName = "Instrument Desk"
	htmxFile    = "dist/htmx.min.js"
)

// htmxConfig keeps htmx inside the content security policy (no eval, no style element of its
// own), keeps pages out of the browser's storage, and lets error fragments of ours be swapped
// in: they name their target in HX-Retarget. static/js/list.js refuses errors that are not ours.
const htmxConfig = `{"allowEval":false,"includeIndicatorStyles":false,"allowScriptTags":false,"selfRequestsOnly":true,` +
	`"historyCacheSize":0,"refreshOnHistoryMiss":true,"historyRestoreAsHxRequest":false,"timeout":10000,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"[45]..","swap":true,"error":false}]}`

type shortcut struct {
	keys []string
	does string
}

// shortcutKeys are what static/js/keys.js does.
var shortcutKeys = []shortcut{
	{[]string{"/"}, "Go to the search box"},
	{[]string{"↓", "↑"}, "Move through the instruments"},
	{[]string{"Enter"}, "Open the instrument"},
	{[]string{"Esc"}, "Back to the search box, then clear it"},
	{[]string{"?"}, "Show this list"},
}

func (p Page) fullTitle() string {
	if p.Title == "" {
		return productName
	}
	return p.Title + " · " + productName
}

// navCurrent is the value of aria-current for the list: the page itself, or the part of the
// site that the page belongs to.
func (p Page) navCurrent() string {
	if p.Path == "/" || strings.HasPrefix(p.Path, "/?") {
		return "page"
	}
	return "true"
}
