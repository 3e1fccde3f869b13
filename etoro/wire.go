package etoro

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The types below read one JSON value each and never fail: what they cannot read is
// unknown, as null is. eToro sends integers as 35.0, numbers as text, and
// dates in several forms; a field gone wrong must not cost its row.

// number is a finite float, sent as a number or as text.
type number struct {
	v     float64
	known bool
}

func (n *number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(unquote(b), 64)
	*n = number{}
	if err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) {
		*n = number{f, true}
	}
	return nil
}

// pointer is nil when unknown.
func (n number) pointer() *float64 {
	if !n.known {
		return nil
	}
	return &n.v
}

// integer is a whole number, exact to 64 bits when sent without a fraction.
type integer struct {
	v     int64
	known bool
}

func (n *integer) UnmarshalJSON(b []byte) error {
	s := unquote(b)
	*n = integer{}
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = integer{i, true}
		return nil
	}
	const exact = 1 << 53 // up to here a float64 holds every integer
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) <= exact {
		*n = integer{int64(f), true}
	}
	return nil
}

// flag is a bool, sent as such, as 0 and 1, or as text.
type flag struct{ v, known bool }

func (f *flag) UnmarshalJSON(b []byte) error {
	switch strings.ToLower(unquote(b)) {
	case "true", "1":
		*f = flag{true, true}
	case "false", "0":
		*f = flag{false, true}
	default:
		*f = flag{}
	}
	return nil
}

// pointer is nil when unknown.
func (f flag) pointer() *bool {
	if !f.known {
		return nil
	}
	return &f.v
}

// text is a string; numbers and bools are taken as they are written, other values as "".
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch {
	case len(b) == 0 || b[0] == '{' || b[0] == '[' || string(b) == "null":
	case b[0] != '"':
		*t = text(b)
	case len(b) >= 2 && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b):
		*t = text(b[1 : len(b)-1]) // most texts; the general way is slow
	default:
		var s string
		if json.Unmarshal(b, &s) == nil {
			*t = text(s)
		}
	}
	return nil
}

// moment is a date, in UTC; the zero time when it is unknown or of the year 1,
// which eToro sends for none.
type moment time.Time

var momentForms = [...]string{
	time.RFC3339, // fractions of a second are read by every form
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02",
}

func (m *moment) UnmarshalJSON(b []byte) error {
	*m = moment{}
	s := unquote(b)
	if len(s) > 10 && (s[10] == ' ' || s[10] == 't') {
		s = s[:10] + "T" + s[11:]
	}
	s = strings.Replace(s, " ", "", 1) // a blank before the zone
	for _, form := range momentForms {
		if t, err := time.Parse(form, s); err == nil {
			if t.UTC().Year() > 1 {
				*m = moment(t.UTC())
			}
			return nil
		}
	}
	return nil
}

// unquote returns the text of a scalar, without its quotes. None of the texts that
// are read here has an escape in it.
func unquote(b []byte) string {
	if len(b) >= 2 && b[0] == '"' && utf8.Valid(b) {
		b = b[1 : len(b)-1]
	}
	return strings.TrimSpace(string(b))
}
