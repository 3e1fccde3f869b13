package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/static"
)

// candle is a bar as the program tells it to the chart.
type candle struct {
	Time                   int64
	Open, High, Low, Close float64
}

func (p *program) candles(id, interval string) []candle {
	p.t.Helper()
	var body struct{ Candles []candle }
	if err := json.Unmarshal([]byte(p.get("/instruments/"+id+"/candles?count=1000&interval="+interval).body), &body); err != nil {
		p.t.Fatal(err)
	}
	return body.Candles
}

const (
	chartDrawn  = `document.querySelector("[data-testid=chart] canvas") && document.querySelector("[data-testid=chart]").ariaBusy !== "true"`
	legend      = `[data-testid=chart-legend]`
	rowsOfChart = `document.querySelectorAll("[data-testid=chart-table] tbody tr").length`
)

// movingChart opens the page of an instrument and waits until its chart can be moved.
func movingChart(t *testing.T, path string) (*program, *tab) {
	t.Helper()
	if !static.Has("dist/lightweight-charts.js") {
		t.Skip("needs the chart library: run make build")
	}
	p, b := desk(t, path)
	b.until("the chart is drawn", chartDrawn)
	b.until("the legend has a bar", `document.querySelector("`+legend+`").textContent !== ""`)
	return p, b
}

// onBar waits until the legend is that of a daily bar.
func onBar(b *tab, c candle) {
	b.t.Helper()
	b.until(fmt.Sprintf("the legend shows the bar of %d", c.Time),
		fmt.Sprintf(`document.querySelector("%s").firstChild?.textContent === new Date(%d * 1000).toISOString().slice(0, 10)`, legend, c.Time))
}

func TestTheChartFollowsTheKeyboard(t *testing.T) {
	t.Parallel()
	p, b := movingChart(t, "/instruments/1001")
	bars := p.candles("1001", "OneDay")
	newest := len(bars) - 1
	if eval[bool](b, `document.querySelector("[data-testid=plot]") !== null`) {
		t.Error("the drawing of the server stays beside the chart")
	}
	onBar(b, bars[newest])
	eval[chromedp.Void](b, `document.querySelector("[data-testid=chart] [role=application]").focus()`)
	for _, step := range []struct {
		keys string
		bar  int
	}{
		{kb.ArrowLeft, newest}, {kb.ArrowLeft + kb.ArrowLeft, newest - 2}, {kb.ArrowRight, newest - 1},
		{kb.PageUp, newest - 11}, {kb.Home, 0}, {kb.ArrowLeft, 0}, {kb.PageDown, 10}, {kb.End, newest}, {kb.ArrowRight, newest},
		{kb.ArrowLeft + kb.Escape, newest},
	} {
		b.keys(step.keys)
		onBar(b, bars[step.bar])
	}
	if !eval[bool](b, `document.activeElement.getAttribute("role") === "application"`) {
		t.Error("Escape leaves the chart although it had a crosshair to take away")
	}
	b.keys(kb.ArrowLeft)
	b.until("the bar is announced", `document.querySelector("[data-testid=chart] [role=status]").textContent.includes("Close")`)
	b.keys(kb.Tab)
	b.until("nothing is announced after leaving", `document.querySelector("[data-testid=chart] [role=status]").textContent === ""`)
}

func TestTheLegendFollowsThePointer(t *testing.T) {
	t.Parallel()
	p, b := movingChart(t, "/instruments/1001")
	bars := p.candles("1001", "OneDay")
	box := eval[[]float64](b, `(() => {
		const stage = document.querySelector("[data-testid=chart] [role=application]");
		stage.scrollIntoView({ block: "center" });
		const r = stage.getBoundingClientRect();
		return [r.left, r.top + r.height / 2, r.top - 40];
	})()`)
	act(b, "point at the left edge", chromedp.MouseEvent("mouseMoved", box[0]+2, box[1]))
	b.until("the legend shows an older bar", fmt.Sprintf(`document.querySelector("%s").firstChild.textContent < new Date(%d * 1000).toISOString()`,
		legend, bars[len(bars)-100].Time))
	act(b, "leave", chromedp.MouseEvent("mouseMoved", box[0], box[2]))
	onBar(b, bars[len(bars)-1])
}

func TestIntervalsChangeWithoutAPageLoad(t *testing.T) {
	t.Parallel()
	_, b := movingChart(t, "/instruments/1001")
	history := eval[int](b, `window.__mark = 1, history.length`)
	intervals := eval[[]string](b, `[...document.querySelectorAll("[data-chart-choose]")].map((a) => a.dataset.chartChoose)`)
	if len(intervals) != 9 {
		t.Errorf("intervals %v, want nine", intervals)
	}
	for _, interval := range intervals {
		b.click("[data-chart-choose=" + interval + "]")
		b.until(interval+" is shown", `location.search === "?interval=`+interval+`" && document.querySelector("[data-chart-choose=`+interval+`][aria-current=true]")`)
		count := plainText(b, "[data-chart-count]")
		name := eval[string](b, `document.querySelector("[data-chart-choose=`+interval+`]").title`)
		if count != "120 "+name || eval[int](b, rowsOfChart) != 120 {
			t.Errorf("%s: the table is called %q and has %d rows", interval, count, eval[int](b, rowsOfChart))
		}
	}
	if !eval[bool](b, `window.__mark === 1 && history.length === `+strconv.Itoa(history)) {
		t.Error("the page was loaded anew, or the history grew")
	}
	act(b, "reload", chromedp.Reload())
	b.until("the last interval is there after a reload", chartDrawn+` && document.querySelector("[data-chart-choose=OneWeek][aria-current=true]")`)
}

func TestTheChartSaysWhatTheServerDrew(t *testing.T) {
	t.Parallel()
	const texts = `["low", "high", "range", "count"].map((name) => document.querySelector("[data-chart-" + name + "]").textContent).concat(
		[...document.querySelectorAll("[data-testid=chart-table] tr")].slice(1, 100).map((tr) => tr.textContent.trim()))`
	// The newest bar may be another one by the time of the second look, so days and weeks are compared without it.
	for _, path := range []string{"/instruments/1001?interval=OneWeek", "/instruments/100000?interval=OneWeek"} {
		p, with := movingChart(t, path)
		without := openTab(t, p.url)
		withoutScripts(without)
		without.visit(path)
		a, z := eval[[]string](with, texts), eval[[]string](without, texts)
		for i := range min(len(a), len(z)) {
			if i != 4 && a[i] != z[i] {
				t.Errorf("%s: with scripts %q, without %q", path, a[i], z[i])
			}
		}
		if len(a) != len(z) || len(a) < 50 {
			t.Errorf("%s: %d texts with scripts, %d without", path, len(a), len(z))
		}
	}
}

func TestALivePriceMovesTheNewestBar(t *testing.T) {
	t.Parallel()
	p, b := movingChart(t, "/instruments/100000?interval=OneMinute")
	last := `document.querySelector("[data-chart-last]").textContent`
	legendText := `document.querySelector("` + legend + `").textContent`
	bars := p.candles("100000", "OneMinute")
	newest := bars[len(bars)-1].Time
	send := func(id, raw, at string) {
		eval[chromedp.Void](b, `document.dispatchEvent(new CustomEvent("live:price", { detail: { id: `+id+`, raw: `+raw+`, at: `+at+` } }))`)
	}
	at := func(seconds int64) string { return fmt.Sprintf(`new Date(%d * 1000).toISOString()`, newest+seconds) }
	before := eval[string](b, last)
	for name, event := range map[string][3]string{
		"another instrument": {"1001", "999999", at(61)},
		"an old price":       {"100000", "999999", at(-86400)},
		"no price":           {"100000", "0", at(61)},
		"no number":          {"100000", "NaN", at(61)},
		"no time":            {"100000", "999999", `""`},
	} {
		send(event[0], event[1], event[2])
		if now := eval[string](b, last); now != before {
			t.Errorf("%s changed %s to %s", name, before, now)
		}
	}
	// A bar that is sure to be later than the newest, whichever minute it is by now.
	send("100000", "999999.5", at(600))
	if text := eval[string](b, legendText); eval[string](b, last) != "999,999.50" || !strings.Contains(text, "Open 999,999.50") || strings.Contains(text, "Volume") {
		t.Errorf("the next bar reads %q", text)
	}
	send(`"100000"`, "5e-06", at(630))
	if text := eval[string](b, legendText); !strings.Contains(text, "Open 999,999.50") || !strings.Contains(text, "High 999,999.50") ||
		!strings.Contains(text, "Low 0.000005") || !strings.Contains(text, "Close 0.000005") {
		t.Errorf("the moved bar reads %q", text)
	}
}

func TestTheChartShrinksWithTheWindow(t *testing.T) {
	t.Parallel()
	_, b := movingChart(t, "/instruments/1001")
	b.look(360, "light")
	b.until("the chart is as narrow as the window", `document.querySelector("[data-testid=chart] canvas").getBoundingClientRect().width < 360`)
	if width := eval[int](b, `document.scrollingElement.scrollWidth`); width > 360 {
		t.Errorf("the page is %d px wide at 360 px", width)
	}
}

func TestTheChartHasALogScaleAndFollowsTheTheme(t *testing.T) {
	t.Parallel()
	_, b := movingChart(t, "/instruments/1001")
	picture := func() string {
		return eval[string](b, `document.querySelector("[data-testid=chart] canvas").toDataURL()`)
	}
	seen := []string{picture()}
	changes := func(what string) {
		b.until(what+" draws anew", `document.querySelector("[data-testid=chart] canvas").toDataURL() !== `+quoted(seen[len(seen)-1]))
		seen = append(seen, picture())
	}
	b.look(1280, "dark")
	changes("the system's theme")
	b.click("#theme") // light, whatever the system says
	changes("the theme of the page")
	b.click("[data-chart-log]")
	b.until("the scale is pressed", `document.querySelector("[data-chart-log][aria-pressed=true]")`)
}

func TestCandlesThatDoNotComeAreToldInline(t *testing.T) {
	t.Parallel()
	if !static.Has("dist/lightweight-charts.js") {
		t.Skip("needs the chart library: run make build")
	}
	eToro, env, flag := far(t, sandbox.Options{})
	p := start(t, env, flag)
	p.ready()
	b := openTab(t, p.url)
	b.visit("/instruments/1001")
	b.until("the chart is drawn", chartDrawn)
	b.expect("status of 502")
	eToro.Fault(sandbox.Fault{Route: "/api/v1/market-data/instruments/{id}/history/candles/{direction}/{interval}/{count}", Status: 401})
	b.click("[data-chart-choose=OneHour]")
	b.until("the problem is told", `document.querySelector("[data-testid=chart-problem] code")`)
	header := b.answer(http.StatusBadGateway)
	if text := plainText(b, "[data-testid=chart-problem]"); !strings.Contains(text, header["x-request-id"]) || !strings.Contains(text, header["x-upstream-request-id"]) ||
		!strings.Contains(text, "The hourly candles could not be loaded: eToro does not accept our keys") {
		t.Errorf("the page says %q, the headers are %v", text, header)
	}
	if !eval[bool](b, `location.search === "" && document.querySelector("[data-chart-choose=OneDay][aria-current=true]") !== null && `+rowsOfChart+` === 120`) {
		t.Error("the chart of before is gone")
	}
	eToro.ClearFaults()
	eventually(t, "the failure is forgotten", func() bool {
		return p.get("/instruments/1001/candles?interval=OneHour").status == http.StatusOK
	})
	b.click("[data-testid=chart-problem] button")
	b.until("trying again shows the hours", `location.search === "?interval=OneHour" && document.querySelector("[data-testid=chart-problem]").textContent === ""`)
}

func TestWithoutScriptsTheChartIsADrawing(t *testing.T) {
	t.Parallel()
	p := sharedProgram(t)
	b := openTab(t, p.url)
	withoutScripts(b)
	b.visit("/instruments/1001")
	for _, interval := range []string{"OneDay", "OneHour"} {
		bodies := eval[[]float64](b, `[...document.querySelectorAll("[data-testid=plot] :is(.Plot-up, .Plot-down) rect")].map((r) => r.getBoundingClientRect().width)`)
		if len(bodies) != 120 || bodies[0] < 1 {
			t.Errorf("%s: %d candles are drawn, of the width %v", interval, len(bodies), bodies[:min(1, len(bodies))])
		}
		if eval[bool](b, `document.querySelector("[data-testid=chart] canvas") !== null || document.querySelector("[data-chart-log]").checkVisibility()`) {
			t.Errorf("%s: there is what only scripts can do", interval)
		}
		b.click("[data-chart-data] summary")
		if text := plainText(b, "[data-testid=chart-table]"); !strings.Contains(text, "CloseVolume") || eval[int](b, rowsOfChart) != 120 {
			t.Errorf("%s: the table reads %.100q", interval, text)
		}
		if interval == "OneDay" {
			b.click("[data-chart-choose=OneHour]")
			b.until("the link leads to the hours", `location.search === "?interval=OneHour" && document.querySelector("[data-chart-choose=OneHour][aria-current=true]")`)
		}
	}
}
