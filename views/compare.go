package views

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// CompareModel is a few instruments side by side.
type CompareModel struct {
	Page    Page
	Title   string // "Compare AAPL, MSFT"
	IDs     string // "1001,1002": what is shown, for static/js/compare.js
	Unknown string // which ids were left out; "" for none
	Columns []CompareColumn
	Groups  []CompareGroup
	Chart   CompareChart
}

// CompareColumn is the head of one instrument.
type CompareColumn struct {
	ID, Symbol, Name, Href string
	RemoveHref             string // the same page without it; "" for the only one
	Monogram               string
	Colour                 int
}

// CompareGroup is a part of the table.
type CompareGroup struct {
	Name string
	Note string // how to read it; "" for nothing to say
	Rows []CompareRow
}

// CompareRow has a cell for each column.
type CompareRow struct {
	Name    string
	Differs bool // marked, in text too
	Cells   []CompareCell
}

// CompareCell is one value; Cell names it for static/js/live.js where it changes by itself.
type CompareCell struct{ Text, Title, Trend, Cell string }

// CompareChart is the ways of the prices since one day. Exactly one of Plot and Empty tells what is shown.
type CompareChart struct {
	Ranges []CompareRange
	Plot   *LinePlot
	Text   string // "Each is 100 on 2026-05-25, the first day …"
	Legend []LineKey
	Left   []CompareLeft // those that are not drawn
	Notes  []string      // about what is older than it should be
	Empty  string
}

// CompareRange is how far back the chart may reach.
type CompareRange struct {
	Text, Title, Href string
	Current           bool
}

// LineKey says which line is which, and where it ends.
type LineKey struct {
	Style                       int // 0..5: the look of the line
	Symbol, Name, Value, Change string
	Trend                       string
}

// CompareLeft is an instrument without a line, why, and eToro's ids when a call failed.
type CompareLeft struct {
	Symbol, Text string
	IDs          []string
}

// lineStyles is how many looks the style sheet has for lines; each is a colour and a pattern of dashes.
const lineStyles = 6

// Line is values over time, oldest first.
type Line struct {
	Style  int
	Points []LinePoint
}

// LinePoint is a value of a line. It is finite.
type LinePoint struct {
	At    time.Time
	Value float64
}

// LinePlot is a drawing of lines. Places of the grid are per cent; the points of the lines are in a box of
// 1,000 by 1,000, which is stretched while their strokes are not.
type LinePlot struct {
	Lines []DrawnLine
	Grid  []Tick // values, from below
	Base  string // the place of 100
	Times []Tick // from the left
}

// DrawnLine is one line; Points are those of an SVG polyline.
type DrawnLine struct {
	Style  int
	Points string
}

const (
	lineBox = 10.0 // units of a line's box in a per cent
	base    = 100.0
)

// NewLinePlot draws lines that begin at 100, on a common axis of time. It is nil when they span no time.
func NewLinePlot(lines []Line) *LinePlot {
	first, last, s := extent(lines)
	span := last.Sub(first)
	if span <= 0 {
		return nil
	}
	p := &LinePlot{Base: percent(s.y(base)), Times: spanTicks(first, span)}
	p.Grid = s.ticks(math.Inf(-1)) // no mark covers a text
	for _, l := range lines {
		var b strings.Builder
		for i, point := range l.Points {
			if i > 0 {
				b.WriteByte(' ')
			}
			x := 100 * float64(point.At.Sub(first)) / float64(span)
			b.WriteString(unit(x) + "," + unit(s.y(point.Value)))
		}
		p.Lines = append(p.Lines, DrawnLine{Style: l.Style % lineStyles, Points: b.String()})
	}
	return p
}

// unit is a per cent in the units of a line's box.
func unit(percent float64) string { return strconv.Itoa(int(math.Round(percent * lineBox))) }

// extent is the time and the values that lines take.
func extent(lines []Line) (first, last time.Time, s scale) {
	s = scale{base, base, bottomMargin}
	for _, l := range lines {
		for _, p := range l.Points {
			if first.IsZero() || p.At.Before(first) {
				first = p.At
			}
			if p.At.After(last) {
				last = p.At
			}
			s.low, s.high = min(s.low, p.Value), max(s.high, p.Value)
		}
	}
	return first, last, s
}

// spanTicks name five moments of a span. Every second is a minor one.
func spanTicks(first time.Time, span time.Duration) []Tick {
	layout := axisLayout(span)
	if layout == "15:04" {
		layout = "2 Jan" // the points are days
	}
	var ticks []Tick
	for i := range 5 {
		share := (float64(i) + 0.5) / 5
		at := first.Add(time.Duration(share * float64(span)))
		ticks = append(ticks, Tick{At: percent(share * 100), Text: at.UTC().Format(layout), Minor: i%2 == 1})
	}
	return ticks
}

// description is what the drawing shows, for those who do not see it.
func (c CompareChart) description() string {
	var ends []string
	for _, k := range c.Legend {
		ends = append(ends, k.Symbol+" ends at "+k.Value)
	}
	return c.Text + " " + strings.Join(ends, ", ") + "."
}

func lineClass(style int) string { return "Line Line--" + strconv.Itoa(style%lineStyles) }
