package search

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parsed is a box's text taken apart.
type Parsed struct {
	Text  string // what is no operator, blanks tidied
	Exact bool   // a leading "=": Text is a whole symbol
	ID    int    // of id:, 0 is none
	// The values of type:, exchange: and industry: as slugs (see [Slug]), in
	// the order typed, each once.
	Types, Exchanges, Industries []string
	States                       []string // the values of is:, likewise
}

// Parse takes the operators out of the box: type:, exchange:, industry:, is:, id:
// and a leading =. Their names are of any case; a value is quoted when it has
// blanks, and several values stand in one operator with commas between or in
// several operators. The last id: counts. An operator that has no value yet is left out; what only
// looks like an operator stays text.
func Parse(box string) Parsed {
	var p Parsed
	var text []string
	for box = trimBlank(box); box != ""; box = trimBlank(box) {
		name, rest, ok := operator(box)
		if !ok {
			var word string
			word, box = cutBlank(box)
			text = append(text, word)
			continue
		}
		values, after := operands(rest)
		if !p.set(name, values) {
			text = append(text, trimBlank(box[:len(box)-len(after)]))
		}
		box = after
	}
	p.Text = strings.Join(text, " ")
	if symbol, ok := strings.CutPrefix(p.Text, "="); ok {
		p.Text = trimBlank(symbol)
		p.Exact = p.Text != ""
	}
	return p
}

// set takes the values of an operator; it refuses an id that is no id.
func (p *Parsed) set(name string, values []string) bool {
	switch name {
	case "type":
		p.Types = appendSlugs(p.Types, values)
	case "exchange":
		p.Exchanges = appendSlugs(p.Exchanges, values)
	case "industry":
		p.Industries = appendSlugs(p.Industries, values)
	case "is":
		p.States = appendSlugs(p.States, values)
	case "id":
		for _, v := range values {
			id, err := strconv.Atoi(v)
			if err != nil || id == 0 {
				return false
			}
			p.ID = id
		}
	}
	return true
}

func appendSlugs(slugs, values []string) []string {
next:
	for _, v := range values {
		slug := Slug(v)
		for _, s := range slugs {
			if s == slug {
				continue next
			}
		}
		slugs = append(slugs, slug)
	}
	return slugs
}

// operator splits "name:rest" when name is an operator's.
func operator(s string) (name, rest string, ok bool) {
	name, rest, ok = strings.Cut(s, ":")
	if !ok || len(name) > len("exchange") {
		return "", "", false
	}
	switch name = strings.ToLower(name); name {
	case "type", "exchange", "industry", "is", "id":
		return name, rest, true
	}
	return "", "", false
}

// operands reads the comma list at the start of s, up to the first blank
// outside quotes. An unclosed quote runs to the end.
func operands(s string) (values []string, rest string) {
	for {
		var value string
		if quoted, ok := strings.CutPrefix(s, `"`); ok {
			value, s, _ = strings.Cut(quoted, `"`)
		} else {
			end := strings.IndexFunc(s, func(r rune) bool { return r == ',' || isBlank(r) })
			if end < 0 {
				end = len(s)
			}
			value, s = s[:end], s[end:]
		}
		if value = trimBlank(value); value != "" {
			values = append(values, value)
		}
		var more bool
		if s, more = strings.CutPrefix(s, ","); !more {
			return values, s
		}
	}
}

// cutBlank splits s after its first word.
func cutBlank(s string) (word, rest string) {
	if i := strings.IndexFunc(s, isBlank); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

func trimBlank(s string) string { return strings.TrimFunc(s, isBlank) }

// isBlank takes control characters for blanks, as folding does.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) && r != utf8.RuneError
}
