package views

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Unknown stands where eToro does not say. Unknown is not zero.
const Unknown = "–"

// minus is the sign that has the width of a digit; a hyphen has not.
const minus = "−"

// FormatCount groups the digits of n: "12,214".
func FormatCount(n int) string {
	digits := strconv.Itoa(n)
	if unsigned, negative := strings.CutPrefix(digits, "-"); negative {
		return minus + group(unsigned)
	}
	return group(digits)
}

// group puts a comma before every third digit from the right.
func group(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// A price is shown with the digits it has, at least two and, against the noise of floating
// point, no more than eight that mean something.
const (
	minDecimals = 2
	maxDigits   = 8
	tinyPrice   = 1e-12 // below it zeros would fill the cell
)

// FormatPrice shows a price with the precision that it has: "231.42", "1.0853", "0.00001234",
// "1,234.50". Infinities and NaN are Unknown.
func FormatPrice(v float64) string {
	size := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Unknown
	case size > 0 && size < tinyPrice:
		return signed(v, strconv.FormatFloat(size, 'g', 3, 64))
	}
	decimals := minDecimals
	if size > 0 {
		decimals = max(minDecimals, maxDigits-1-int(math.Floor(math.Log10(size))))
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(size, 'f', decimals, 64), ".")
	for len(fraction) > minDecimals && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
	}
	return signed(v, group(whole)+"."+fraction)
}

// FormatConverted shows an amount that a rate of exchange made: to the hundredth, or below one with
// four digits that mean something. More would be noise: "231.42", "0.04986", "0.000005".
func FormatConverted(v float64) string {
	size := math.Abs(v)
	if size == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return FormatPrice(v)
	}
	decimals := max(minDecimals, 3-int(math.Floor(math.Log10(size))))
	if size >= 1 {
		decimals = minDecimals
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'f', decimals, 64), 64)
	if err != nil {
		return Unknown
	}
	return FormatPrice(rounded)
}

func signed(v float64, text string) string {
	if v < 0 {
		return minus + text
	}
	return text
}

// FormatChange shows a change in per cent with its sign: "+1.18 %", "−0.92 %", "0.00 %".
// Infinities and NaN are Unknown.
func FormatChange(pct float64) string {
	if math.IsNaN(pct) || math.IsInf(pct, 0) {
		return Unknown
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(pct), 'f', 2, 64), ".")
	sign := map[string]string{"up": "+", "down": minus}[Trend(pct)]
	return sign + group(whole) + "." + fraction + " %"
}

// Trend is the direction of a change as FormatChange shows it: "up", "down", "flat", and "" for
// Unknown. What rounds to zero is flat.
func Trend(pct float64) string {
	if math.IsNaN(pct) || math.IsInf(pct, 0) {
		return ""
	}
	switch shown := math.Round(math.Abs(pct) * 100); {
	case shown == 0:
		return "flat"
	case pct < 0:
		return "down"
	}
	return "up"
}

// FormatAge shows how long ago something was, in the largest unit that fits: "12 s", "4 min",
// "3 h", "5 d". A clock that runs behind is "0 s".
func FormatAge(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(0, int(d/time.Second)))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	}
	return FormatCount(int(d/(24*time.Hour))) + " d"
}

// FormatTime shows a moment in UTC: "2026-11-24 05:30:12 UTC". The zero time is Unknown.
func FormatTime(t time.Time) string {
	if t.IsZero() {
		return Unknown
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// Monogram is what stands where a logo would: the first letter or digit of the first two words,
// "AM" for "Applied Materials". A name without any is Unknown.
func Monogram(name string) string {
	var letters []rune
	for word := range strings.FieldsSeq(name) {
		first, _ := utf8.DecodeRuneInString(word)
		if unicode.IsLetter(first) || unicode.IsDigit(first) {
			letters = append(letters, unicode.ToUpper(first))
		}
		if len(letters) == 2 {
			break
		}
	}
	if len(letters) == 0 {
		return Unknown
	}
	return string(letters)
}

// monogramColours is how many colours the style sheet has for monograms.
const monogramColours = 12

// ColourOf picks the monogram colour of an instrument, 0..11, the same on every page.
func ColourOf(id int) int {
	return (id%monogramColours + monogramColours) % monogramColours
}

// Parts cuts text at the byte ranges that a search matched. The parts put together are text:
// ranges that reach outside, overlap or cut a character are drawn in, never dropped text.
// It takes any struct of Start and End, so that the index need not know the views.
func Parts[S ~struct{ Start, End int }](text string, spans []S) []Part {
	sorted := make([]struct{ Start, End int }, len(spans))
	for i, s := range spans {
		sorted[i] = struct{ Start, End int }(s)
	}
	slices.SortFunc(sorted, func(a, b struct{ Start, End int }) int { return cmp.Compare(a.Start, b.Start) })

	var parts []Part
	at := 0
	add := func(end int, mark bool) {
		if end > at {
			parts = append(parts, Part{Text: text[at:end], Mark: mark})
			at = end
		}
	}
	for _, s := range sorted {
		start, end := runeStart(text, s.Start), runeStart(text, s.End)
		if max(start, at) < end {
			add(start, false)
			add(end, true)
		}
	}
	add(len(text), false)
	return parts
}

// runeStart moves i into text and back to the start of the character it points into.
func runeStart(text string, i int) int {
	i = min(max(i, 0), len(text))
	for i > 0 && i < len(text) && !utf8.RuneStart(text[i]) {
		i--
	}
	return i
}
