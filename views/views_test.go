package views

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"go.uber.org/goleak"
	"golang.org/x/net/html"

	"instrumentdesk/static"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	assetHash  = regexp.MustCompile(`(/static/[^"]+)\.[0-9a-f]{8}\.`)
	movingPart = regexp.MustCompile(`<button[^>]* data-chart-log[^>]*>[^<]*</button>|<p class="Chart-notice">.*?</script>`)
	htmxScript = regexp.MustCompile(`<meta name="htmx-config"[^>]*><script src="/static/dist/[^"]*" defer></script>`)
)

// normal leaves out what depends on the build: the hashes, and what htmx and the chart library need.
func normal(page string) string {
	page = htmxScript.ReplaceAllString(page, "")
	page = movingPart.ReplaceAllString(page, "")
	page = assetHash.ReplaceAllString(page, "$1.HASH.")
	return strings.ReplaceAll(page, "><", ">\n<") + "\n"
}

func states() map[string]templ.Component {
	return map[string]templ.Component{
		"list":                  ListPage(sampleList()),
		"list-first-page":       ListPage(sampleListFirst()),
		"list-last-page":        ListPage(sampleListLast()),
		"list-stale":            ListPage(sampleListStale()),
		"list-corrected":        ListPage(sampleListCorrected()),
		"list-empty-no-match":   ListPage(sampleListEmpty("Nothing matches “zzz”", "Check the spelling, or try the symbol or the id.")),
		"list-empty-filtered":   ListPage(sampleListEmpty("Nothing matches “zzz” among Stocks", "Without Stocks there are 4.", Link{Text: "Drop Stocks", Href: "/?q=zzz"})),
		"list-empty-hidden":     ListPage(sampleListEmpty("All 3 matches are hidden", "They are dormant or test rows.", Link{Text: "Show them", Href: "/?q=zzz&hidden=1"})),
		"list-empty-not-loaded": ListPage(sampleListEmpty("The catalogue is still loading", "This takes a few seconds.", Link{Text: "Try again", Href: "/?q=zzz"})),
		"fragment":              ListFragment(sampleFragment()),
		"instrument":            InstrumentPage(sampleInstrument()),
		"instrument-stale":      InstrumentPage(sampleInstrumentStale()),
		"instrument-no-price":   InstrumentPage(sampleInstrumentUnknown()),
		"instrument-no-candles": InstrumentPage(sampleInstrumentNoCandles()),
		"instrument-delisted":   InstrumentPage(sampleInstrumentDelisted()),
		"instrument-hidden":     InstrumentPage(sampleInstrumentHidden()),
		"instrument-error":      InstrumentPage(sampleInstrumentError()),
		"chart":                 Chart(sampleChart()),
		"chart-stale":           Chart(sampleChartStale()),
		"chart-empty":           Chart(sampleChartEmpty()),
		"chart-error":           Chart(sampleChartError()),
		"chart-tiny-prices":     Chart(sampleChartTiny()),
		"compare-two":           ComparePage(sampleCompare(2)),
		"compare-six":           ComparePage(sampleCompare(6)),
		"compare-one-failed":    ComparePage(sampleCompareOneFailed()),
		"compare-no-candles":    ComparePage(sampleCompareNoCandles()),
		"error-400":             ErrorPage(sampleError(400, 0)),
		"error-404":             ErrorPage(sampleError(404, 0)),
		"error-429":             ErrorPage(sampleError(429, 12)),
		"error-500":             ErrorPage(sampleError(500, 0)),
		"error-502":             ErrorPage(sampleError(502, 0)),
		"error-503":             ErrorPage(sampleError(503, 7)),
		"error-504":             ErrorPage(sampleError(504, 0)),
		"error-inline":          ErrorFragment(sampleInlineError()),
		"scripts-without-htmx":  scripts(false),
	}
}

func TestStatesLookAsRecorded(t *testing.T) {
	t.Parallel()
	for name, c := range states() {
		path := filepath.Join("testdata", name+".golden.html")
		got := normal(render(t, c))
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs from %s; look at it, then run the tests with -update\n%s", name, path, firstDifference(string(want), got))
		}
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "line " + strconv.Itoa(i+1) + "\nwant " + w[i] + "\ngot  " + g[i]
		}
	}
	return "one is longer"
}

func TestNoGoldenFileIsLeftOver(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.golden.html")
	if err != nil {
		t.Fatal(err)
	}
	all := states()
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".golden.html"); all[name] == nil {
			t.Errorf("%s belongs to no state", f)
		}
	}
	if len(files) != len(all) {
		t.Errorf("%d golden files for %d states", len(files), len(all))
	}
}

// void are the elements that have no end tag.
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// elements checks that tags are balanced and calls visit for every start tag.
func elements(t *testing.T, name, page string, visit func(tag string, attr map[string]string)) {
	t.Helper()
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("%s: not closed: %v", name, open)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			attr := map[string]string{}
			for _, a := range token.Attr {
				if _, twice := attr[a.Key]; twice {
					t.Errorf("%s: <%s> has %s twice", name, token.Data, a.Key)
				}
				attr[a.Key] = a.Val
			}
			visit(token.Data, attr)
			if kind == html.StartTagToken && !slices.Contains(void, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			tag := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != tag {
				t.Errorf("%s: </%s> closes %v", name, tag, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func TestMarkupKeepsItsRules(t *testing.T) {
	t.Parallel()
	for name, c := range states() {
		ids := map[string]bool{}
		headings := 0
		elements(t, name, render(t, c), func(tag string, attr map[string]string) {
			if id, ok := attr["id"]; ok {
				if ids[id] || id == "" || strings.ContainsAny(id, " \t\n") {
					t.Errorf("%s: id %q is there twice or is no id", name, id)
				}
				ids[id] = true
			}
			for key := range attr {
				if key == "style" || strings.HasPrefix(key, "on") || strings.HasPrefix(key, "hx-") || strings.HasPrefix(key, "data-hx-on") {
					t.Errorf("%s: <%s %s> does not pass the content security policy or our own rules", name, tag, key)
				}
			}
			if tag == "script" && attr["src"] == "" || tag == "style" {
				t.Errorf("%s: inline %s", name, tag)
			}
			if tag == "h1" {
				headings++
			}
		})
		if page := !strings.HasPrefix(name, "chart") && name != "fragment" && name != "error-inline" && name != "scripts-without-htmx"; page && headings != 1 {
			t.Errorf("%s: %d first headings, want one", name, headings)
		}
	}
}

func TestPagesNameOnlyFilesThatAreServed(t *testing.T) {
	t.Parallel()
	for name, c := range states() {
		elements(t, name, render(t, c), func(_ string, attr map[string]string) {
			for _, key := range []string{"src", "href"} {
				if !strings.HasPrefix(attr[key], static.Prefix) {
					continue
				}
				w := httptest.NewRecorder()
				static.Handler().ServeHTTP(w, httptest.NewRequest("GET", attr[key], nil))
				if w.Code != http.StatusOK {
					t.Errorf("%s: %s answers %d", name, attr[key], w.Code)
				}
			}
		})
	}
}

func TestFragmentURLsComeFromLinksToTheList(t *testing.T) {
	t.Parallel()
	for href, want := range map[string]string{
		"/":                         "/search",
		"/?q=a&type=etf":            "/search?q=a&type=etf",
		"":                          "",
		"/instruments/1001":         "",
		"//elsewhere/?q=a":          "",
		"javascript:alert(1)":       "",
		"https://elsewhere/?q=a":    "",
		" /?q=a":                    "",
		"/?q=a#javascript:alert(1)": "/search?q=a#javascript:alert(1)",
	} {
		if got := fragmentURL(href); got != want {
			t.Errorf("fragmentURL(%q) = %q, want %q", href, got, want)
		}
	}
}
