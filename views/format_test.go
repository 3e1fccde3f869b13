package views

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestFormatCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12214: "12,214", 1234567: "1,234,567", -1500: "−1,500",
		math.MinInt: "−9,223,372,036,854,775,808",
	} {
		if got := FormatCount(n); got != want {
			t.Errorf("FormatCount(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestFormatPriceShowsThePrecisionThePriceHas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    float64
		want string
	}{
		{231.42, "231.42"},
		{231.4, "231.40"},
		{231, "231.00"},
		{1.0853, "1.0853"},
		{0.00001234, "0.00001234"},
		{0.5, "0.50"},
		{1234.5, "1,234.50"},
		{104123.4567, "104,123.46"},
		{12345678.91, "12,345,678.91"},
		{231.42000000000002, "231.42"},
		{0.1 + 0.2, "0.30"},
		{9.99999999, "10.00"},
		{0.000000012345678, "0.000000012345678"},
		{1e-15, "1e-15"},
		{0, "0.00"},
		{math.Copysign(0, -1), "0.00"},
		{-37.63, "−37.63"},
		{math.NaN(), "–"},
		{math.Inf(1), "–"},
		{math.Inf(-1), "–"},
	} {
		if got := FormatPrice(c.v); got != c.want {
			t.Errorf("FormatPrice(%v) = %q, want %q", c.v, got, c.want)
		}
	}
}

func TestFormatChangeAndTrendAgree(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pct          float64
		change, want string
	}{
		{1.18, "+1.18 %", "up"},
		{-0.92, "−0.92 %", "down"},
		{0, "0.00 %", "flat"},
		{0.004, "0.00 %", "flat"},
		{-0.004, "0.00 %", "flat"},
		{0.006, "+0.01 %", "up"},
		{-0.006, "−0.01 %", "down"},
		{12345.678, "+12,345.68 %", "up"},
		{math.NaN(), "–", ""},
		{math.Inf(-1), "–", ""},
	} {
		if got := FormatChange(c.pct); got != c.change {
			t.Errorf("FormatChange(%v) = %q, want %q", c.pct, got, c.change)
		}
		if got := Trend(c.pct); got != c.want {
			t.Errorf("Trend(%v) = %q, want %q", c.pct, got, c.want)
		}
	}
}

func TestFormatAge(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Minute:                      "0 s",
		0:                                 "0 s",
		999 * time.Millisecond:            "0 s",
		59 * time.Second:                  "59 s",
		time.Minute:                       "1 min",
		4*time.Minute + 59*time.Second:    "4 min",
		time.Hour:                         "1 h",
		47*time.Hour + 59*time.Minute:     "47 h",
		48 * time.Hour:                    "2 d",
		time.Duration(math.MaxInt64 - 10): "106,751 d",
	} {
		if got := FormatAge(d); got != want {
			t.Errorf("FormatAge(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestFormatTimeIsUTC(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 7, 30, 12, 0, time.FixedZone("", 2*3600))
	if got, want := FormatTime(at), "2026-11-24 05:30:12 UTC"; got != want {
		t.Errorf("FormatTime = %q, want %q", got, want)
	}
	if got := FormatTime(time.Time{}); got != Unknown {
		t.Errorf("FormatTime of the zero time = %q, want %q", got, Unknown)
	}
}

func TestMonogram(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Apple": "A", "applied materials inc": "AM", "S&P 500": "S5", "3M": "3", "  Öko  Bank": "ÖB",
		"(old) Nokia": "N", "腾讯": "腾", "": "–", "&&": "–", "\xff": "–",
	} {
		if got := Monogram(name); got != want {
			t.Errorf("Monogram(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestColourStaysInThePalette(t *testing.T) {
	t.Parallel()
	for id, want := range map[int]int{0: 0, 11: 11, 12: 0, 1001: 5, -1: 11, -24: 0, math.MinInt: 4} {
		if got := ColourOf(id); got != want {
			t.Errorf("ColourOf(%d) = %d, want %d", id, got, want)
		}
	}
}

type span struct{ Start, End int }

func TestPartsMarkTheMatchedRanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		spans      []span
		want       string // marked parts in brackets, cuts as |
	}{
		{"none", "Apple", nil, "Apple"},
		{"start", "Apple", []span{{0, 3}}, "[App]|le"},
		{"middle", "Pineapple", []span{{4, 7}}, "Pine|[app]|le"},
		{"all", "AAPL", []span{{0, 4}}, "[AAPL]"},
		{"unsorted", "Apple App", []span{{6, 9}, {0, 3}}, "[App]|le |[App]"},
		{"overlapping", "Apple", []span{{0, 3}, {2, 4}}, "[App]|[l]|e"},
		{"nested", "Apple", []span{{0, 4}, {1, 2}}, "[Appl]|e"},
		{"outside", "Apple", []span{{-3, 2}, {4, 99}}, "[Ap]|pl|[e]"},
		{"inside out", "Apple", []span{{3, 1}}, "Apple"},
		{"cut character", "Nestlé", []span{{4, 6}}, "Nest|[l]|é"},
		{"no text", "", []span{{0, 1}}, ""},
	} {
		var got []string
		for _, p := range Parts(c.text, c.spans) {
			if p.Mark {
				got = append(got, "["+p.Text+"]")
			} else {
				got = append(got, p.Text)
			}
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func FuzzPartsKeepTheText(f *testing.F) {
	f.Add("Apple", 0, 3, 2, 4)
	f.Add("Nestlé", 4, 6, -1, 99)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		spans := []span{{a, b}, {c, d}}
		given := slices.Clone(spans)
		var joined strings.Builder
		for _, p := range Parts(text, spans) {
			if p.Text == "" {
				t.Error("an empty part")
			}
			if utf8.ValidString(text) && !utf8.ValidString(p.Text) {
				t.Errorf("part %q cuts a character", p.Text)
			}
			joined.WriteString(p.Text)
		}
		if joined.String() != text {
			t.Errorf("parts make %q, want %q", joined.String(), text)
		}
		if !slices.Equal(spans, given) {
			t.Error("the caller's spans were reordered")
		}
	})
}

func TestConvertedAmountsAreShownToTheHundredthOrFourDigits(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{
		231.42 * 1.12:    "259.19",
		91240.55:         "91,240.55",
		1234567.891:      "1,234,567.89",
		1:                "1.00",
		0.999_96:         "1.00",
		3.94 * 0.0126543: "0.04986",
		0.5:              "0.50",
		5e-06 * 1.000_01: "0.000005",
		-3.456:           "−3.46",
		0:                "0.00",
		math.Inf(1):      Unknown,
	} {
		if got := FormatConverted(v); got != want {
			t.Errorf("%v is %q, want %q", v, got, want)
		}
	}
	if got := FormatConverted(math.NaN()); got != Unknown {
		t.Errorf("NaN is %q", got)
	}
}
