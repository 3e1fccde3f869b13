package market

import (
	"testing"
	"unicode/utf8"

	"instrumentdesk/etoro"
)

func TestTidy(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain stays", "Apple", "Apple"},
		{"empty stays", "", ""},
		{"blanks around and double ones go", "  Stockholm  Stock Exchange ", "Stockholm Stock Exchange"},
		{"tabs, no-break and zero-width blanks count", "Injective\t \u00a0S&P\u00a0500\u200b", "Injective S&P 500"},
		{"control characters go", "a\x00b\x7fc", "a b c"},
		{"only blanks is nothing", " \t ", ""},
		{"broken bytes become visible", "a\xffb", "a\uFFFDb"},
		{"accents stay", "Nestlé · Telefónica · Ørsted", "Nestlé · Telefónica · Ørsted"},
		{"mojibake is undone", "CorporaciÃ³n AcciÃ³n", "Corporación Acción"},
		{"mojibake through Windows-1252 is undone", "Worldâ€™s NestlÃ©", "World’s Nestlé"},
		{"mojibake of a capital is undone", "Ã‰lectricitÃ©", "Électricité"},
		{"a lone Ã is left alone", "Ãgua Mãe", "Ãgua Mãe"},
		{"half mojibake is left alone", "CorporaciÃ³n é", "CorporaciÃ³n é"},
		{"beyond Latin is left alone", "CorporaciÃ³n 東京", "CorporaciÃ³n 東京"},
		{"a repair to control characters is none", "aÂ\u0085b", "aÂ b"},
	}
	for _, tt := range tests {
		if got := tidy(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzTidy(f *testing.F) {
	for _, s := range []string{"", " a  b ", "CorporaciÃ³n", "Ã\u0083Â³", "\xff\x00", "\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := tidy(s)
		if !utf8.ValidString(got) {
			t.Errorf("%q is not valid", got)
		}
		if got != "" && (isBlank([]rune(got)[0]) || isBlank([]rune(got)[len([]rune(got))-1])) {
			t.Errorf("%q has blanks around", got)
		}
	})
}

func TestBestImageIsTheSmallestThatIsLargeEnough(t *testing.T) {
	t.Parallel()
	cdn := func(width float64) etoro.Image {
		return etoro.Image{URI: imageOrigin + "market-avatars/x", Width: width}
	}
	tests := []struct {
		name   string
		images []etoro.Image
		want   float64
		none   bool
	}{
		{"none", nil, 0, true},
		{"smallest large enough", []etoro.Image{cdn(150), cdn(35), cdn(90), cdn(80), cdn(0)}, 80, false},
		{"else the largest", []etoro.Image{cdn(0), cdn(35), cdn(50)}, 50, false},
		{"else the vector one", []etoro.Image{cdn(0)}, 0, false},
		{"not relative", []etoro.Image{{URI: "/medium/Apple.png", Width: 80}}, 0, true},
		{"not of another host", []etoro.Image{{URI: "https://etoro-cdn.etorostatic.com.example/x.png", Width: 80}}, 0, true},
		{"not without TLS", []etoro.Image{{URI: "http://etoro-cdn.etorostatic.com/x.png", Width: 80}}, 0, true},
	}
	for _, tt := range tests {
		got := bestImage(tt.images)
		if got.Width != tt.want || (got.URI == "") != tt.none {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
}
