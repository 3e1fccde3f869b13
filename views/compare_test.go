package views

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

var compareDay = time.Date(2026, 5, 25, 0, 0, 0, 0, time.UTC)

// sampleLine is three days that end at last.
func sampleLine(style int, last float64) Line {
	return Line{Style: style, Points: []LinePoint{
		{compareDay, 100}, {compareDay.AddDate(0, 0, 60), 90 + float64(style)}, {compareDay.AddDate(0, 0, 180), last},
	}}
}

func sampleCompare(n int) CompareModel {
	m := CompareModel{
		Page: samplePage("Compare", "/compare?ids=1001,1002"), Title: "Compare AAPL and others", IDs: "1001,1002",
		Groups: []CompareGroup{
			{Name: "What they are", Note: "rows that differ are marked", Rows: []CompareRow{{Name: "Type"}, {Name: "Exchange", Differs: true}}},
			{Name: "Prices", Rows: []CompareRow{{Name: "Price"}, {Name: "Day"}, {Name: "Week"}}},
		},
		Chart: CompareChart{
			Ranges: []CompareRange{{"6M", "6 months", "/compare?ids=1001,1002#chart", true}, {"max", "as far as all have candles", "/compare?ids=1001,1002&range=max#chart", false}},
			Text:   "Daily closes, each as 100 on 2026-05-25, the first day in this range that all have a candle of.",
		},
	}
	var lines []Line
	for i := range n {
		id := fmt.Sprint(1001 + i)
		m.Columns = append(m.Columns, CompareColumn{
			ID: id, Symbol: "S" + id, Name: "AT&T <" + id + ">", Href: "/instruments/" + id, RemoveHref: "/compare?ids=7", Monogram: "A", Colour: i,
		})
		lines = append(lines, sampleLine(i, 112.3-10*float64(i)))
		m.Chart.Legend = append(m.Chart.Legend, LineKey{Style: i, Symbol: "S" + id, Name: "Name " + id, Value: "112.3", Change: "+12.30 %", Trend: "up"})
		for g, cells := range [][]CompareCell{
			{{Text: "Stocks"}, {Text: "Exchange " + id}},
			{{Text: "231.42", Title: "read 4 min ago", Cell: "price"}, {Text: "+1.18 %", Trend: "up", Cell: "change"}, {Text: "−0.64 %", Trend: "down", Title: "as eToro tells it"}},
		} {
			for r, cell := range cells {
				row := &m.Groups[g].Rows[r]
				row.Cells = append(row.Cells, cell)
			}
		}
	}
	m.Chart.Plot = NewLinePlot(lines)
	return m
}

func sampleCompareOneFailed() CompareModel {
	m := sampleCompare(3)
	m.Unknown = "Left out, because eToro's catalogue does not hold them: 999999."
	m.Chart.Plot = NewLinePlot([]Line{sampleLine(0, 112.3), sampleLine(2, 80)})
	m.Chart.Legend = append(m.Chart.Legend[:1], m.Chart.Legend[2])
	m.Chart.Left = []CompareLeft{{Symbol: "S1002", Text: "is not drawn: its candles could not be read. eToro is closed for the moment.", IDs: []string{theirs}}}
	m.Chart.Notes = []string{"S1001: These candles were read 2 h ago."}
	return m
}

func sampleCompareNoCandles() CompareModel {
	m := sampleCompare(1)
	m.Columns[0].RemoveHref = ""
	m.Chart.Plot, m.Chart.Legend, m.Chart.Text = nil, nil, ""
	m.Chart.Empty = "There are no daily candles to draw."
	m.Chart.Left = []CompareLeft{{Symbol: "S1001", Text: "is not drawn: eToro has no daily candles of it."}}
	return m
}

func TestLinesLieOnOneAxisOfTime(t *testing.T) {
	t.Parallel()
	p := NewLinePlot([]Line{
		{Style: 0, Points: []LinePoint{{compareDay, 100}, {compareDay.AddDate(0, 0, 50), 150}, {compareDay.AddDate(0, 0, 100), 200}}},
		{Style: 7, Points: []LinePoint{{compareDay, 100}, {compareDay.AddDate(0, 0, 25), 100}}},
	})
	// The highest stands below the upper margin, the lowest above the lower one.
	for i, want := range []DrawnLine{{0, "0,950 500,495 1000,40"}, {1, "0,950 250,950"}} {
		if p.Lines[i] != want {
			t.Errorf("line %d is %+v, want %+v", i, p.Lines[i], want)
		}
	}
	if p.Base != "95%" || len(p.Times) != 5 || p.Times[0] != (Tick{At: "10%", Text: "4 Jun"}) || !p.Times[1].Minor {
		t.Errorf("100 is at %s, the times are %v", p.Base, p.Times)
	}
	for _, tick := range p.Grid {
		if tick.Text == "" {
			t.Errorf("a line of the grid has no text: %v", p.Grid)
		}
	}
}

func TestWhatSpansNoTimeIsNoDrawing(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string][]Line{
		"nothing":        nil,
		"a line of none": {{}},
		"one day":        {{Points: []LinePoint{{compareDay, 100}}}, {Points: []LinePoint{{compareDay, 100}}}},
	} {
		if p := NewLinePlot(lines); p != nil {
			t.Errorf("%s draws %+v", name, p)
		}
	}
	if p := NewLinePlot([]Line{{Points: []LinePoint{{compareDay, 100}, {compareDay.Add(time.Hour), 100}}}}); p == nil || p.Lines[0].Points != "0,500 1000,500" {
		t.Errorf("a price that never moved is drawn as %+v", p)
	}
}

func TestEveryLineOfAComparisonHasItsOwnLook(t *testing.T) {
	t.Parallel()
	page := render(t, ComparePage(sampleCompare(6)))
	for style := range lineStyles {
		if n := strings.Count(page, fmt.Sprintf(`class="Compared-key Line Line--%d"`, style)) + strings.Count(page, fmt.Sprintf(`<polyline class="Line Line--%d"`, style)); n != 2 {
			t.Errorf("the look %d is there %d times, want once in the drawing and once in the legend", style, n)
		}
	}
}

func TestASparkFitsItsBox(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		closes        []float64
		points, trend string
	}{
		{[]float64{1, 2, 3}, "2,22 45,12 88,2", "up"},
		{[]float64{3, 1, 2}, "2,2 45,22 88,12", "down"},
		{[]float64{5, 5}, "2,12 88,12", "flat"},
		{[]float64{5e-06, 1e9, 5e-06, 5e-06}, "2,22 30.7,2 59.3,22 88,22", "flat"},
		{[]float64{math.SmallestNonzeroFloat64, math.MaxFloat64}, "2,22 88,2", ""},
	} {
		s := NewSpark(tt.closes)
		if s == nil || s.Points != tt.points || s.Trend != tt.trend {
			t.Errorf("%v: %+v, want %q %q", tt.closes, s, tt.points, tt.trend)
		}
	}
	if NewSpark(nil) != nil || NewSpark([]float64{1}) != nil {
		t.Error("one close is no line")
	}
}

func TestRowsCarryWhatComparingAndLivePricesNeed(t *testing.T) {
	t.Parallel()
	page := render(t, ListPage(sampleList()))
	boxes := attrs(t, page, func(tag string, attr map[string]string) bool { return tag == "input" && attr["name"] == "ids" })
	if len(boxes) != 3 || boxes[1]["form"] != "compare" || boxes[1]["value"] != "1002" || boxes[1]["aria-label"] != "Compare APP.FUT" {
		t.Errorf("the boxes are %v", boxes)
	}
	form := attrs(t, page, byID("compare"))
	if len(form) != 1 || form[0]["action"] != "/compare" || form[0]["method"] != "get" {
		t.Errorf("the form is %v", form)
	}
	for _, want := range []string{
		`data-live="1001"`, `data-cell="price"><span class="Row-aged" title="read 2026-11-24 05:30:12 UTC, 4 min ago">231.42</span></td>`,
		`data-cell="change"><span class="Change Change--up">+1.18 %</span></td>`, `<svg class="Spark Spark--up" `,
		`<td role="cell" class="Table-spark"></td>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the list lacks %s", want)
		}
	}
}
