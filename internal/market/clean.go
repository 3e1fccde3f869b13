package market

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"instrumentdesk/etoro"
)

// tidy makes a text of eToro's fit to show: valid, without control characters, with
// single blanks and none around, and with its mojibake undone.
func tidy(s string) string {
	if isTidy(s) {
		return s
	}
	s = unmojibake(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.FieldsFunc(s, isBlank), " ")
}

// isTidy spares the plain texts, nearly all, from being copied.
func isTidy(s string) bool {
	blank := true // before the text
	for i := range len(s) {
		switch b := s[i]; {
		case b < ' ' || b >= 0x7F, b == ' ' && blank:
			return false
		default:
			blank = b == ' '
		}
	}
	return s == "" || !blank
}

func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) ||
		r == '\u200B' || r == '\uFEFF' // zero-width: a blank to the eye only in the debugger
}

// unmojibake undoes UTF-8 that was once read as Latin-1 or Windows-1252, so that
// "CorporaciÃ³n" is "Corporación". It does so only when that is certain: each character
// must be a byte of those encodings, and all bytes together must be UTF-8 with letters
// instead of control characters. No text that was meant as it stands passes that:
// it would need "Ã" followed by a lone "³", and so on for each of its accents.
func unmojibake(s string) string {
	bytes := make([]byte, 0, len(s))
	beyond := false
	for _, r := range s {
		b, ok := latinByte(r)
		if !ok {
			return s
		}
		beyond = beyond || b >= utf8.RuneSelf
		bytes = append(bytes, b)
	}
	if !beyond || !utf8.Valid(bytes) {
		return s
	}
	repaired := string(bytes)
	if strings.ContainsFunc(repaired, func(r rune) bool { return r >= utf8.RuneSelf && unicode.IsControl(r) }) {
		return s
	}
	return repaired
}

// latinByte is the byte that was read as r.
func latinByte(r rune) (byte, bool) {
	if r <= 0xFF {
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// imageOrigin is the only place that logos may come from: pages allow no other.
const imageOrigin = "https://etoro-cdn.etorostatic.com/"

// wantedImageWidth is twice the largest that a page draws, for dense screens.
const wantedImageWidth = 80

// bestImage picks the smallest raster image that is large enough, else the largest one,
// else the vector image, else none. Their order is random at eToro.
func bestImage(images []etoro.Image) etoro.Image {
	var best etoro.Image
	for _, img := range images {
		if strings.HasPrefix(img.URI, imageOrigin) && betterImage(img, best) {
			best = img
		}
	}
	return best
}

func betterImage(a, b etoro.Image) bool {
	switch aFits, bFits := a.Width >= wantedImageWidth, b.Width >= wantedImageWidth; {
	case b.URI == "":
		return true
	case aFits && bFits:
		return a.Width < b.Width
	default:
		return a.Width > b.Width
	}
}
