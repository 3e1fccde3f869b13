package views

import (
	"slices"
	"strconv"
	"strings"
)

// Spark is the way of a price as a small line without text: an ornament beside a number that says more.
type Spark struct {
	Points string // of an SVG polyline, in a box of 90 by 24
	Trend  string // from the first to the last: "up", "down", "flat"
}

const (
	sparkWidth, sparkHeight = 90.0, 24.0
	sparkMargin             = 2.0 // so that the line is not cut at its turns
)

// NewSpark draws closes, oldest first, all finite and above zero. It is nil when there are fewer than two.
func NewSpark(closes []float64) *Spark {
	if len(closes) < 2 {
		return nil
	}
	low, high := slices.Min(closes), slices.Max(closes)
	step := (sparkWidth - 2*sparkMargin) / float64(len(closes)-1)
	var b strings.Builder
	for i, c := range closes {
		y := sparkHeight / 2
		if high > low {
			y = sparkMargin + (sparkHeight-2*sparkMargin)*((high-c)/(high-low))
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(tenth(sparkMargin+float64(i)*step) + "," + tenth(y))
	}
	last := closes[len(closes)-1]
	return &Spark{Points: b.String(), Trend: Trend((last/closes[0] - 1) * 100)}
}

// tenth is a length with one decimal, where it needs one.
func tenth(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}
