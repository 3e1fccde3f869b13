package handlers

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"instrumentdesk/internal/market"
)

// The limits of a list request, each well above what a person or a link of ours sends.
const (
	maxQueryRunes  = 64
	maxFacetValues = 50
	maxFacetBytes  = 64
	pageSize       = 25
	maxPage        = 1_000_000
)

// inputError is a request that its sender can mend.
type inputError struct {
	Field   string // the parameter
	Message string // what to change, a sentence
}

func (e *inputError) Error() string { return e.Field + ": " + e.Message }

// listQuery is the state of the list as it stands in the URL.
type listQuery struct {
	Box                          string
	Types, Exchanges, Industries []string
	States                       []string
	Sort                         string
	Page                         int // from 1
	Hidden                       bool
	Verbatim                     bool // take no word for misspelt
	Explain                      bool // say of each row why it stands where it stands
}

// parseList reads a list request from the raw query of a URL.
func parseList(raw string) (listQuery, error) {
	v, err := url.ParseQuery(raw)
	if err != nil {
		return listQuery{}, &inputError{"address", "The part after the question mark is not a well-formed query."}
	}
	q := listQuery{Page: 1, Sort: v.Get("sort")}
	if q.Box, err = parseBox(v.Get("q")); err != nil {
		return listQuery{}, err
	}
	for _, f := range []struct {
		name string
		to   *[]string
	}{{"type", &q.Types}, {"exchange", &q.Exchanges}, {"industry", &q.Industries}, {"state", &q.States}} {
		if *f.to, err = parseFacet(f.name, v[f.name]); err != nil {
			return listQuery{}, err
		}
	}
	if q.Page, err = parseCount("page", v.Get("page"), 1); err != nil {
		return listQuery{}, err
	}
	if q.Hidden, err = parseFlag("hidden", v.Get("hidden")); err != nil {
		return listQuery{}, err
	}
	if q.Verbatim, err = parseFlag("verbatim", v.Get("verbatim")); err != nil {
		return listQuery{}, err
	}
	q.Explain, err = parseFlag("explain", v.Get("explain"))
	return q, err
}

// parseBox cleans the text of the search box.
func parseBox(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", &inputError{"q", "The search text is not valid UTF-8. Type it again."}
	}
	s = strings.Join(strings.Fields(s), " ")
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "", &inputError{"q", "The search text holds control characters. Type it again without them."}
	}
	if utf8.RuneCountInString(s) > maxQueryRunes {
		return "", &inputError{"q", fmt.Sprintf("The search text is longer than %d characters. Shorten it.", maxQueryRunes)}
	}
	return s, nil
}

func parseFacet(name string, values []string) ([]string, error) {
	var out []string
	for _, s := range values {
		s = strings.ToLower(strings.TrimSpace(s))
		if s == "" || slices.Contains(out, s) {
			continue
		}
		if len(s) > maxFacetBytes || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return nil, &inputError{name, "That is no name or number of a filter."}
		}
		out = append(out, s)
	}
	if len(out) > maxFacetValues {
		return nil, &inputError{name, fmt.Sprintf("At most %d values can be chosen.", maxFacetValues)}
	}
	return out, nil
}

// parseCount reads a number from 1 up; the empty text is unset.
func parseCount(name, s string, unset int) (int, error) {
	if s == "" {
		return unset, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxPage || strconv.Itoa(n) != s {
		return 0, &inputError{name, fmt.Sprintf("%q is no number from 1 to %d.", clip(s, 20), maxPage)}
	}
	return n, nil
}

func parseFlag(name, s string) (bool, error) {
	switch s {
	case "", "0":
		return false, nil
	case "1":
		return true, nil
	}
	return false, &inputError{name, fmt.Sprintf("%q is neither 0 nor 1.", clip(s, 20))}
}

// parseID reads an instrument id. eToro's are 32-bit numbers from 1.
func parseID(s string) (market.InstrumentID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt32 || strconv.FormatInt(n, 10) != s {
		return 0, &inputError{"id", fmt.Sprintf("%q is no instrument id: ids are whole numbers from 1.", clip(s, 20))}
	}
	return market.InstrumentID(n), nil
}

// parseIDs reads a list of ids, each of which counts once, and refuses one with more than most.
func parseIDs(parts []string, most int) ([]market.InstrumentID, error) {
	var ids []market.InstrumentID
	for _, part := range parts {
		id, err := parseID(part)
		if err != nil {
			return nil, err
		}
		if slices.Contains(ids, id) {
			continue
		}
		if len(ids) == most {
			return nil, &inputError{"ids", fmt.Sprintf("At most %d instruments can be asked for at once. Leave some of the ids out.", most)}
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// clip shortens s to n runes for a message.
func clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// market is the question that q asks, the window given by its page.
func (q listQuery) market() market.Query {
	return market.Query{
		Box: q.Box, Types: q.Types, Exchanges: q.Exchanges, Industries: q.Industries, States: q.States,
		Hidden: q.Hidden, Verbatim: q.Verbatim, Explain: q.Explain, Sort: q.Sort, Offset: (q.Page - 1) * pageSize, Limit: pageSize,
	}
}

// href is the address of q under path, its parameters in a fixed order so that one state has
// one address.
func (q listQuery) href(path string) string {
	var b strings.Builder
	add := func(name string, values ...string) {
		for _, v := range values {
			if v == "" {
				continue
			}
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(name + "=" + url.QueryEscape(v))
		}
	}
	add("q", q.Box)
	add("type", q.Types...)
	add("exchange", q.Exchanges...)
	add("industry", q.Industries...)
	add("state", q.States...)
	add("sort", q.Sort)
	if q.Page > 1 {
		add("page", strconv.Itoa(q.Page))
	}
	if q.Hidden {
		add("hidden", "1")
	}
	if q.Verbatim {
		add("verbatim", "1")
	}
	if q.Explain {
		add("explain", "1")
	}
	if b.Len() == 0 {
		return path
	}
	return path + "?" + b.String()
}

// onPage is q at another page.
func (q listQuery) onPage(n int) listQuery {
	q.Page = n
	return q
}

// unfiltered is q without any filter; the text and the order stay.
func (q listQuery) unfiltered() listQuery {
	return listQuery{Box: q.Box, Sort: q.Sort, Page: 1}
}

func (q listQuery) filtered() bool {
	return len(q.Types)+len(q.Exchanges)+len(q.Industries)+len(q.States) > 0
}

// toggled is values with v added, or taken out when it was there.
func toggled(values []string, v string) []string {
	if i := slices.Index(values, v); i >= 0 {
		return slices.Delete(slices.Clone(values), i, i+1)
	}
	return append(slices.Clone(values), v)
}
