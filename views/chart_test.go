package views

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"instrumentdesk/static"
)

// sampleBars are four days whose volumes are known but for one.
func sampleBars() []Bar {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	volume := func(v float64) *float64 { return &v }
	return []Bar{
		{day(19), 228, 231, 227.5, 230.1, volume(1200)},
		{day(20), 230.1, 233, 229, 229.4, volume(2400)},
		{day(23), 229.4, 229.4, 229.4, 229.4, nil},
		{day(24), 229.4, 232.6, 228.8, 231.42, volume(0)},
	}
}

func chartOf(bars []Bar) ChartModel {
	return ChartModel{
		ID: "1001", Name: "AT&T <old>", Interval: "OneDay",
		Intervals: []ChartInterval{
			{"OneHour", "1h", "hourly candles", "/instruments/1001?interval=OneHour#chart", false},
			{"OneDay", "1D", "daily candles", "/instruments/1001?interval=OneDay#chart", true},
		},
		Plot: NewPlot(bars), Count: "4 daily candles", Range: "2026-11-19 to 2026-11-24", Legend: ChartLegend(bars, true),
		Note: "bid side · read 2026-11-24 05:30:12 UTC, 40 s ago",
		Low:  "227.50 on 2026-11-19", High: "233.00 on 2026-11-20", Last: "231.42",
		Rows: ChartRows(bars, true), JSON: "/instruments/1001/candles?count=1000&interval=OneDay",
	}
}

func sampleChart() ChartModel { return chartOf(sampleBars()) }

func sampleChartStale() ChartModel {
	m := sampleChart()
	m.Stale = "These candles were read 2 h ago. Reading them anew went wrong: Candles · answered 503 · 3 attempts · eToro x-request-id " + theirs + "."
	return m
}

func withoutBars() ChartModel {
	m := sampleChart()
	return ChartModel{ID: m.ID, Name: m.Name, Interval: m.Interval, Intervals: m.Intervals, JSON: m.JSON}
}

func sampleChartEmpty() ChartModel {
	m := withoutBars()
	m.Empty, m.Note = "eToro has no daily candles of it.", "bid side · read 2026-11-24 05:30:12 UTC, 40 s ago"
	return m
}

func sampleChartError() ChartModel {
	m, e := withoutBars(), sampleError(502, 10)
	e.Page = Page{}
	m.Error = &e
	return m
}

func sampleChartTiny() ChartModel {
	bars := sampleBars()[:2]
	bars[0].Open, bars[0].High, bars[0].Low, bars[0].Close = 5e-06, 5.2e-06, 4.9e-06, 5.1e-06
	bars[1].Open, bars[1].High, bars[1].Low, bars[1].Close = 5.1e-06, 5.1e-06, 5e-06, 5e-06
	return chartOf(bars)
}

// at reads a place of a plot.
func at(t *testing.T, place string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(strings.TrimSuffix(place, "%"), 64)
	if err != nil || !strings.HasSuffix(place, "%") || v < 0 || v > 100 {
		t.Fatalf("%q is no place in a plot", place)
	}
	return v
}

func TestCandlesStandWhereTheirPricesAre(t *testing.T) {
	t.Parallel()
	p := NewPlot(sampleBars())
	if len(p.Up) != 3 || len(p.Down) != 1 {
		t.Fatalf("%d up and %d down, want 3 and 1", len(p.Up), len(p.Down))
	}
	// 233 is the top at 4 %, 227.5 the bottom at 77 %, above the volumes.
	price := func(v float64) float64 { return 4 + 73*(233-v)/(233-227.5) }
	for _, tt := range []struct {
		name        string
		shape       CandleShape
		x           float64
		bar         Bar
		thin, broad float64
	}{
		{"up", p.Up[0], 12.5, sampleBars()[0], 0, 17.5},
		{"down", p.Down[0], 37.5, sampleBars()[1], 0, 17.5},
		{"flat", p.Up[1], 62.5, sampleBars()[2], thinnest, 17.5},
		{"newest", p.Up[2], 87.5, sampleBars()[3], 0, 17.5},
	} {
		top, bottom := price(max(tt.bar.Open, tt.bar.Close))-tt.thin/2, price(min(tt.bar.Open, tt.bar.Close))+tt.thin/2
		body := tt.shape.Body
		for what, pair := range map[string][2]float64{
			"the line's place": {at(t, tt.shape.X), tt.x},
			"the high":         {at(t, tt.shape.Top), price(tt.bar.High)},
			"the low":          {at(t, tt.shape.Bottom), price(tt.bar.Low)},
			"the body's left":  {at(t, body.X), tt.x - tt.broad/2},
			"its width":        {at(t, body.Width), tt.broad},
			"its top":          {at(t, body.Y), top},
			"its height":       {at(t, body.Height), bottom - top},
		} {
			if math.Abs(pair[0]-pair[1]) > 0.011 {
				t.Errorf("%s: %s is %v, want %v", tt.name, what, pair[0], pair[1])
			}
		}
	}
	if got := at(t, p.Last.At); math.Abs(got-price(231.42)) > 0.011 || p.Last.Text != "231.42" {
		t.Errorf("the newest close is marked at %v with %q", got, p.Last.Text)
	}
}

func TestVolumesStandOnTheLowerEdge(t *testing.T) {
	t.Parallel()
	p := NewPlot(sampleBars())
	if len(p.Volumes) != 2 { // unknown and zero have no box
		t.Fatalf("%d volumes, want 2", len(p.Volumes))
	}
	for i, want := range []float64{9, 18} {
		b := p.Volumes[i]
		if at(t, b.Height) != want || at(t, b.Y) != 100-want || at(t, b.X) != float64(i)*25+3.75 {
			t.Errorf("volume %d is %+v, want %v %% high", i, b, want)
		}
	}
	without := sampleBars()
	for i := range without {
		without[i].Volume = nil
	}
	if p := NewPlot(without); p.Volumes != nil || at(t, p.Up[0].Bottom) != 95 {
		t.Errorf("without volumes prices end at %s and there are %v", p.Up[0].Bottom, p.Volumes)
	}
}

func TestPricesOnTheAxisAreRound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		low, high float64
		want      []string
	}{
		{227.5, 233, []string{"228", "229", "230", "231", "232", "233"}},
		{60_120, 64_000, []string{"61,000", "62,000", "63,000", "64,000"}},
		{1.0812, 1.0899, []string{"1.082", "1.084", "1.086", "1.088"}},
		{4.9e-06, 5.2e-06, []string{"0.0000049", "0.0000050", "0.0000051", "0.0000052"}},
		{0.5, 1234.5, []string{"500", "1,000"}},
		{100, 100, nil},
	} {
		var got []string
		for _, tick := range (scale{tt.low, tt.high, bottomMargin}).ticks(-tt.high) {
			if tick.Text == "" {
				t.Errorf("%v to %v: a tick far from the mark has no text", tt.low, tt.high)
			}
			got = append(got, tick.Text)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v to %v: %v, want %v", tt.low, tt.high, got, tt.want)
		}
	}
	ticks := scale{227.5, 233, bottomMargin}.ticks(230.1)
	if ticks[2].Text != "" || ticks[1].Text != "229" || ticks[3].Text != "231" {
		t.Errorf("beside the mark at 230.10 stand %v", ticks)
	}
}

func TestTimesOnTheAxisAreAsExactAsNeeded(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		n    int
		step time.Duration
		want string
	}{
		{1, time.Hour, "09:00"},
		{3, time.Hour, "09:00 10:00 11:00"},
		{100, time.Minute, "09:10 09:30 09:50 10:10 10:30"},
		{50, time.Hour, "24 Nov 25 Nov 26 Nov"}, // five places, of which two fall on the same day
		{120, 24 * time.Hour, "6 Dec 30 Dec 23 Jan 16 Feb 12 Mar"},
		{120, 7 * 24 * time.Hour, "Feb 2027 Aug 2027 Jan 2028 Jul 2028 Dec 2028"},
	} {
		var bars []Bar
		for i := range tt.n {
			bars = append(bars, Bar{From: start.Add(time.Duration(i) * tt.step), Open: 1, High: 1, Low: 1, Close: 1})
		}
		var texts []string
		left := -1.0
		for _, tick := range NewPlot(bars).Times {
			texts = append(texts, tick.Text)
			if x := at(t, tick.At); x <= left {
				t.Errorf("%d of %v: %q stands left of the one before it", tt.n, tt.step, tick.Text)
			} else {
				left = x
			}
		}
		if got := strings.Join(texts, " "); got != tt.want {
			t.Errorf("%d of %v: %q, want %q", tt.n, tt.step, got, tt.want)
		}
	}
}

func TestNoBarsAreNoPlot(t *testing.T) {
	t.Parallel()
	if p := NewPlot(nil); p != nil {
		t.Errorf("%+v", p)
	}
}

// places are all places and sizes of a plot.
func places(p *Plot) []string {
	all := []string{p.Last.At}
	for _, c := range slices.Concat(p.Up, p.Down) {
		all = append(all, c.X, c.Top, c.Bottom, c.Body.X, c.Body.Y, c.Body.Width, c.Body.Height)
	}
	for _, b := range p.Volumes {
		all = append(all, b.X, b.Y, b.Width, b.Height)
	}
	for _, t := range slices.Concat(p.Grid, p.Times) {
		all = append(all, t.At)
	}
	return all
}

func FuzzPlot(f *testing.F) {
	f.Add(228.0, 231.0, 227.5, 230.1, 1000.0, 3)
	f.Add(5e-06, 5e-06, 5e-06, 5e-06, 0.0, 1)
	f.Add(1e-300, 1e300, 1e-310, 1e308, math.MaxFloat64, 120)
	f.Add(1.0, 1.0000000000000002, 1.0, 1.0, 1e-9, 7)
	f.Fuzz(func(t *testing.T, a, b, c, d, volume float64, n int) {
		for _, v := range []float64{a, b, c, d, volume} {
			if !(v >= 0 && v <= math.MaxFloat64) {
				t.Skip("no market makes it")
			}
		}
		var bars []Bar
		for i := range min(max(n, 1), 300) {
			b := Bar{From: time.Unix(int64(i)*3600, 0), Open: a, Close: d, High: max(a, b, c, d), Low: min(a, b, c, d), Volume: &volume}
			bars = append(bars, b)
			a, d = d, a
		}
		p := NewPlot(bars)
		if n := len(p.Up) + len(p.Down); n != len(bars) {
			t.Errorf("%d candles of %d bars", n, len(bars))
		}
		for _, place := range places(p) {
			at(t, place)
		}
		if len(p.Grid) > maxTicks+1 {
			t.Errorf("%d prices on the axis", len(p.Grid))
		}
	})
}

func TestTinyPricesAreNeverZero(t *testing.T) {
	t.Parallel()
	page := render(t, Chart(sampleChartTiny()))
	for _, want := range []string{"0.000005<", "0.0000049<", "0.0000051<"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is not on the chart", want)
		}
	}
	if strings.Contains(page, ">0.00<") || strings.Contains(page, ">0<") {
		t.Error("a price is shown as nothing")
	}
}

func TestRowsAndLegendTellTheBars(t *testing.T) {
	t.Parallel()
	rows := ChartRows(sampleBars(), true)
	if want := (ChartRow{"2026-11-24", "229.40", "232.60", "228.80", "231.42", "0"}); rows[0] != want {
		t.Errorf("the first row is %v, want the newest %v", rows[0], want)
	}
	if want := (ChartRow{"2026-11-23", "229.40", "229.40", "229.40", "229.40", Unknown}); rows[1] != want {
		t.Errorf("the second row is %v, want %v", rows[1], want)
	}
	if got := ChartRows(sampleBars()[3:], false)[0].Time; got != "2026-11-24 00:00" {
		t.Errorf("an hour is called %q", got)
	}
	for _, tt := range []struct {
		bars  []Bar
		daily bool
		want  string
	}{
		{sampleBars(), true, "2026-11-24 | Open 229.40 | High 232.60 | Low 228.80 | Close 231.42 | +0.88 % | Volume 0"},
		{sampleBars()[2:3], false, "2026-11-23 00:00 UTC | Open 229.40 | High 229.40 | Low 229.40 | Close 229.40 | 0.00 %"},
	} {
		if got := strings.Join(ChartLegend(tt.bars, tt.daily), " | "); got != tt.want {
			t.Errorf("the legend is %q, want %q", got, tt.want)
		}
	}
}

func TestTheChartWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	page := render(t, Chart(sampleChart()))
	links := attrs(t, page, func(tag string, attr map[string]string) bool { return tag == "a" && attr["data-chart-choose"] != "" })
	if len(links) != 2 || !strings.Contains(links[0]["href"], "?interval=OneHour") || links[0]["aria-current"] != "" || links[1]["aria-current"] != "true" {
		t.Errorf("the intervals are %v", links)
	}
	for _, want := range []string{"<title", "<desc", `role="img"`, "Lowest 227.50 on 2026-11-19, highest 233.00 on 2026-11-20, last 231.42", "<details"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// The licence of the chart library asks for its notice and a link on each page that uses it.
func TestTheChartLibraryIsNamedWhereItIsUsed(t *testing.T) {
	t.Parallel()
	page := render(t, Chart(sampleChart()))
	script := attrs(t, page, func(tag string, attr map[string]string) bool { return tag == "script" })
	used := static.Has(chartLibrary)
	if noticed := strings.Contains(page, "TradingView Lightweight Charts™") && strings.Contains(page, `href="https://www.tradingview.com/"`); noticed != used || (len(script) == 1) != used {
		t.Errorf("built with the library: %v, notice: %v, scripts: %v", used, noticed, script)
	}
	if used && (script[0]["type"] != "module" || script[0]["data-chart-library"] != static.URL(chartLibrary)) {
		t.Errorf("the script is %v", script[0])
	}
}
