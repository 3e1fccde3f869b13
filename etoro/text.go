package etoro

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const maxText = 512 // bytes of far-side text that an error carries

// oneLine makes s fit for a log line: valid UTF-8, no control or invisible
// characters, single blanks, at most limit bytes.
func oneLine(s string, limit int) string {
	if len(s) > 8*limit {
		s = s[:8*limit] // bounds the work before the blanks are joined
	}
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= limit {
		return s
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// line is the common form of this package's error texts.
func line(op, cause string, attempts []Attempt) string {
	s := op + ": " + oneLine(cause, maxText+128)
	switch n := len(attempts); n {
	case 0:
		return s
	case 1:
		return fmt.Sprintf("%s (request id %s)", s, attempts[0].RequestID)
	default:
		return fmt.Sprintf("%s (request id %s, %d attempts)", s, attempts[n-1].RequestID, n)
	}
}

// short rounds a wait to what a reader cares for.
func short(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
