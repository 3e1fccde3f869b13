package views

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bar is one candle as a chart needs it. Prices are finite and above zero, High the highest and
// Low the lowest; Volume is nil where it is unknown.
type Bar struct {
	From                   time.Time
	Open, High, Low, Close float64
	Volume                 *float64
}

// Plot is a drawing of bars. All places and sizes are per cent of the drawing, so that it fits
// any width without stretching a line or a letter.
type Plot struct {
	Up, Down []CandleShape
	Volumes  []Box
	Grid     []Tick // prices, from below
	Times    []Tick // from the left
	Last     Tick   // the newest close
	Wide     bool   // the texts of the prices are long
}

// CandleShape is a bar: a line from high to low and a box from open to close.
type CandleShape struct {
	X, Top, Bottom string
	Body           Box
}

// Box is a rectangle.
type Box struct{ X, Y, Width, Height string }

// Tick is a place on an axis and its text. Minor ones may be left out where there is little room.
type Tick struct {
	At, Text string
	Minor    bool
}

const (
	topMargin, bottomMargin = 4.0, 5.0 // per cent
	volumeHeight            = 18.0     // of the tallest, from below; prices end above it
	bodyShare               = 0.7      // of the room of a bar
	thinnest                = 0.4      // the height of a body whose open is its close
	narrowText              = 8        // runes that fit beside a drawing that is not Wide
	markHeight              = 6.0      // of the mark at the newest close, which covers other texts
)

// NewPlot draws bars, oldest first, into equal columns: time without trade takes no room. It is
// nil when there are none.
func NewPlot(bars []Bar) *Plot {
	if len(bars) == 0 {
		return nil
	}
	p := &Plot{Volumes: volumes(bars), Times: timeTicks(bars)}
	s := scaleOf(bars, len(p.Volumes) > 0)
	last := bars[len(bars)-1].Close
	p.Last = Tick{At: percent(s.y(last)), Text: FormatPrice(last)}
	p.Grid = s.ticks(last)
	p.Wide = p.textsAreLong()
	column := 100 / float64(len(bars))
	for i, b := range bars {
		middle := (float64(i) + 0.5) * column
		top, bottom := s.y(max(b.Open, b.Close)), s.y(min(b.Open, b.Close))
		height := max(bottom-top, thinnest)
		shape := CandleShape{
			X: percent(middle), Top: percent(s.y(b.High)), Bottom: percent(s.y(b.Low)),
			Body: Box{percent(middle - column*bodyShare/2), percent((top + bottom - height) / 2), percent(column * bodyShare), percent(height)},
		}
		if b.Close < b.Open {
			p.Down = append(p.Down, shape)
		} else {
			p.Up = append(p.Up, shape)
		}
	}
	return p
}

func (p *Plot) textsAreLong() bool {
	long := func(t Tick) bool { return utf8.RuneCountInString(t.Text) > narrowText }
	return long(p.Last) || slices.ContainsFunc(p.Grid, long)
}

// percent has two decimals, which is a fifth of a pixel on the widest screen.
func percent(v float64) string {
	text := strconv.FormatFloat(min(max(v, 0), 100), 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
}

// scale places prices: low at the lower margin, high at the upper one.
type scale struct{ low, high, bottom float64 }

func scaleOf(bars []Bar, volumes bool) scale {
	s := scale{bars[0].Low, bars[0].High, bottomMargin}
	if volumes {
		s.bottom += volumeHeight
	}
	for _, b := range bars {
		s.low, s.high = min(s.low, b.Low), max(s.high, b.High)
	}
	return s
}

// y is how far below the top a price is. Bars that all have one price lie in the middle.
func (s scale) y(price float64) float64 {
	if s.high <= s.low {
		return 50
	}
	return topMargin + (100-topMargin-s.bottom)*((s.high-price)/(s.high-s.low))
}

// maxTicks is how many prices an axis has at most.
const maxTicks = 6

// ticks are round prices in the range, all with the decimals that their distance needs. The one
// beside the mark at last has no text.
func (s scale) ticks(last float64) []Tick {
	if s.high <= s.low {
		return nil // the newest close says it all
	}
	step := roundStep((s.high - s.low) / maxTicks)
	var ticks []Tick
	for k := math.Ceil(s.low / step); len(ticks) <= maxTicks && k*step <= s.high; k++ {
		t := Tick{At: percent(s.y(k * step))}
		if math.Abs(s.y(k*step)-s.y(last)) > markHeight {
			t.Text = formatTick(k*step, step)
		}
		ticks = append(ticks, t)
	}
	return ticks
}

// roundStep is the least of 1, 2 and 5 times a power of ten that is not below v.
func roundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= v {
			return factor * power
		}
	}
	return 10 * power
}

func formatTick(v, step float64) string {
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if decimals > maxTickDecimals {
		return FormatPrice(v)
	}
	whole, fraction, fractional := strings.Cut(strconv.FormatFloat(v, 'f', decimals, 64), ".")
	if fractional {
		fraction = "." + fraction
	}
	return group(whole) + fraction
}

// maxTickDecimals is where zeros would fill the axis.
const maxTickDecimals = 12

// volumes are boxes from the lower edge, none where no bar has a volume.
func volumes(bars []Bar) []Box {
	most := 0.0
	for _, b := range bars {
		if b.Volume != nil {
			most = max(most, *b.Volume)
		}
	}
	if most == 0 {
		return nil
	}
	column := 100 / float64(len(bars))
	var boxes []Box
	for i, b := range bars {
		if b.Volume == nil || *b.Volume <= 0 {
			continue
		}
		height := *b.Volume / most * volumeHeight
		left := (float64(i) + (1-bodyShare)/2) * column
		boxes = append(boxes, Box{percent(left), percent(100 - height), percent(column * bodyShare), percent(height)})
	}
	return boxes
}

// timeTicks name about five columns. Every second is a minor one.
func timeTicks(bars []Bar) []Tick {
	const wanted = 5
	layout := axisLayout(bars[len(bars)-1].From.Sub(bars[0].From))
	var ticks []Tick
	for i := range min(wanted, len(bars)) {
		at := (2*i + 1) * len(bars) / (2 * wanted)
		if len(bars) < wanted {
			at = i
		}
		middle := (float64(at) + 0.5) * 100 / float64(len(bars))
		ticks = append(ticks, Tick{At: percent(middle), Text: bars[at].From.UTC().Format(layout), Minor: i%2 == 1})
	}
	return slices.CompactFunc(ticks, func(a, b Tick) bool { return a.Text == b.Text })
}

// axisLayout is as exact as a chart of that length needs.
func axisLayout(span time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case span < 36*time.Hour:
		return "15:04"
	case span < 300*day:
		return "2 Jan"
	}
	return "Jan 2006"
}
