package stream

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
)

// The types below read one JSON value each and never fail: what they cannot read
// is unknown, as null is. They keep whether there was one at all, because a
// message leaves out what did not change.

// price is a number above 0, sent as text or as a number. Anything else is no price: v is 0.
type price struct {
	told bool
	v    float64
}

func (p *price) UnmarshalJSON(b []byte) error {
	*p = price{told: true}
	if f, err := strconv.ParseFloat(scalar(b), 64); err == nil && f > 0 && !math.IsInf(f, 1) {
		p.v = f
	}
	return nil
}

// flag is a bool, sent as such, as 0 and 1, or as text.
type flag struct {
	told bool
	v    *bool // nil when unknown
}

func (f *flag) UnmarshalJSON(b []byte) error {
	*f = flag{told: true}
	switch strings.ToLower(scalar(b)) {
	case "true", "1":
		f.v = new(true)
	case "false", "0":
		f.v = new(false)
	}
	return nil
}

func (f flag) is(v bool) bool { return f.v != nil && *f.v == v }

// moment is a date in UTC, zero when unknown or of the year 1, which eToro sends for none.
type moment time.Time

var momentForms = [...]string{time.RFC3339, "2006-01-02T15:04:05"} // fractions are read by both

func (m *moment) UnmarshalJSON(b []byte) error {
	*m = moment{}
	s := strings.Replace(scalar(b), " ", "T", 1)
	for _, form := range momentForms {
		if t, err := time.Parse(form, s); err == nil && t.UTC().Year() > 1 {
			*m = moment(t.UTC())
			return nil
		}
	}
	return nil
}

// text is a string; other values are taken as they are written, null as "".
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	*t = text(b)
	if b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
	} else if string(b) == "null" {
		*t = ""
	}
	return nil
}

// scalar is the text of a value without its quotes. No text that is read so has an escape in it.
func scalar(b []byte) string {
	return strings.TrimSpace(strings.Trim(string(b), `"`))
}
