package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folded text is lower-case letters and digits with one of these between words.
const (
	gapBlank = ' ' // at least one blank
	gapJoint = '-' // punctuation only: the words are one to many who type them
)

// maxQueryRunes bounds the work that a query can ask for.
const maxQueryRunes = 64

// runeClass is what one rune of a text becomes.
type runeClass uint8

const (
	runeDropped runeClass = iota // accents, apostrophes: as if never written
	runeLetter
	runeJoint
	runeBlank
)

// asciiFold maps ASCII to its folded byte, a gap, or 0 for dropped.
var asciiFold = func() (t [utf8.RuneSelf]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t[i] = c
		case 'A' <= c && c <= 'Z':
			t[i] = c + 'a' - 'A'
		case c == '\'' || c == '`':
			t[i] = 0
		case c <= ' ' || c == 0x7f:
			t[i] = gapBlank
		default:
			t[i] = gapJoint
		}
	}
	return t
}()

// foldRune appends what the first rune of s folds to and says what it is.
// Invalid UTF-8 is a joint of one byte.
func foldRune(dst []byte, s string) (out []byte, class runeClass, size int) {
	if c := s[0]; c < utf8.RuneSelf {
		dst, class = appendASCII(dst, c)
		return dst, class, 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError {
		return dst, runeJoint, size
	}
	decomposed := norm.NFKD.PropertiesString(s[:size]).Decomposition()
	if len(decomposed) == 0 || spelled(r) != "" || dropped(r) {
		dst, class = appendFolded(dst, r)
		return dst, class, size
	}
	class = runeDropped
	for len(decomposed) > 0 {
		r, n := utf8.DecodeRune(decomposed)
		decomposed = decomposed[n:]
		var c runeClass
		dst, c = appendFolded(dst, r)
		if class != runeLetter && c != runeDropped {
			class = c
		}
	}
	return dst, class, size
}

func appendASCII(dst []byte, c byte) ([]byte, runeClass) {
	switch f := asciiFold[c]; f {
	case 0:
		return dst, runeDropped
	case gapBlank:
		return dst, runeBlank
	case gapJoint:
		return dst, runeJoint
	default:
		return append(dst, f), runeLetter
	}
}

// appendFolded folds a rune that does not decompose.
func appendFolded(dst []byte, r rune) ([]byte, runeClass) {
	if r < utf8.RuneSelf {
		return appendASCII(dst, byte(r))
	}
	r = unicode.ToLower(r)
	if s := spelled(r); s != "" {
		return append(dst, s...), runeLetter
	}
	switch {
	case r < utf8.RuneSelf:
		return appendASCII(dst, byte(r))
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), dropped(r):
		return dst, runeDropped
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return utf8.AppendRune(dst, r), runeLetter
	case unicode.IsSpace(r), unicode.IsControl(r):
		return dst, runeBlank
	default:
		return dst, runeJoint
	}
}

// spelled is how a letter without a decomposition is typed on a plain
// keyboard, or "".
func spelled(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'ø', 'Ø':
		return "o"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'ł', 'Ł':
		return "l"
	case 'ı':
		return "i"
	case 'đ', 'Đ', 'ð', 'Ð':
		return "d"
	case 'þ', 'Þ':
		return "th"
	case 'ħ', 'Ħ':
		return "h"
	case 'ŧ', 'Ŧ':
		return "t"
	case 'ŋ', 'Ŋ':
		return "n"
	case 'ς':
		return "σ"
	}
	return ""
}

// dropped holds for the apostrophes and marks that nobody types.
func dropped(r rune) bool {
	switch r {
	case '‘', '’', 'ʼ', '´', 'ʹ', '′', '™', '®', '©', '℠':
		return true
	}
	return false
}

// appendFold appends the folded form of s, at most limit runes of it.
func appendFold(dst []byte, s string, limit int) []byte {
	start, runes, gap := len(dst), 0, byte(0)
	for len(s) > 0 && runes < limit {
		before := len(dst)
		out, class, size := foldRune(dst, s)
		s = s[size:]
		switch class {
		case runeBlank:
			gap = gapBlank
		case runeJoint:
			if gap == 0 {
				gap = gapJoint
			}
		case runeLetter:
			dst = out
			if gap != 0 && before > start {
				dst = insertByte(dst, before, gap)
			}
			gap = 0
			runes++
		case runeDropped:
		}
	}
	return dst
}

// insertByte puts c before position i of b.
func insertByte(b []byte, i int, c byte) []byte {
	b = append(b, 0)
	copy(b[i+1:], b[i:])
	b[i] = c
	return b
}

// fold is appendFold for text of any length.
func fold(s string) string {
	var short [80]byte // nearly all are, and need no other memory
	return string(appendFold(short[:0], s, len(s)))
}

// Fold is how all texts are compared: without case, accents, punctuation and blanks.
func Fold(s string) string { return joined(fold(s)) }

// isGap reports whether a byte of folded text separates words.
func isGap(c byte) bool { return c == gapBlank || c == gapJoint }
