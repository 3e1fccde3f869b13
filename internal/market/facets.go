package market

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

// FacetState stands after search's facets in a Listing: what the market snapshot says of an
// instrument, "open" and "tradable". Its values keep their order, several narrow, and each
// counts what is left with it; what the snapshot leaves unknown has neither.
const (
	FacetState = search.NumFacets + iota
	NumFacets
)

// Facet names one value of a facet: an instrument type, an exchange, an industry, a state.
type Facet struct {
	Value search.FacetValue // the catalogue's own small number
	ID    int               // eToro's; 0 of a state
	Name  string            // blanks cleaned; "Exchange 99" when eToro names it nowhere
	Slug  string            // unique within its lookup
}

// facetKinds are the words for the facets, by their number. They are also the names
// of the parameters.
var facetKinds = [search.NumFacets]string{
	search.FacetType:     "type",
	search.FacetExchange: "exchange",
	search.FacetIndustry: "industry",
}

// states are the values of FacetState, in the order of search's flags.
var states = facetTable{
	kind: "state",
	values: []Facet{
		{Value: 1, Name: "Open now", Slug: "open"},
		{Value: 2, Name: "Tradable", Slug: "tradable"},
	},
	slugs: map[string]search.FacetValue{"open": 1, "tradable": 2},
}

// flagsNamed is the flags that a query asks for, by the parameter and in the box.
func flagsNamed(param, typed []string) (search.Flags, error) {
	values, err := states.resolve(param, typed)
	var flags search.Flags
	for _, v := range values {
		flags |= 1 << (v - 1)
	}
	return flags, err
}

// flags is what is known to hold.
func (q *Quote) flags() search.Flags {
	var flags search.Flags
	if q.Open != nil && *q.Open {
		flags |= search.FlagOpen
	}
	if q.Tradable != nil && *q.Tradable {
		flags |= search.FlagTradable
	}
	return flags
}

// facetTable holds the values of one lookup, by id; Facet.Value is the position + 1.
type facetTable struct {
	kind   string
	values []Facet
	ids    map[int]search.FacetValue
	slugs  map[string]search.FacetValue
}

func newFacetTables(rows []etoro.Instrument, names [search.NumFacets]dated[map[int]string]) [search.NumFacets]facetTable {
	var used [search.NumFacets]map[int]bool
	for f := range used {
		used[f] = make(map[int]bool)
	}
	for i := range rows {
		used[search.FacetType][rows[i].TypeID] = true
		used[search.FacetExchange][rows[i].ExchangeID] = true
		used[search.FacetIndustry][rows[i].IndustryID] = true
	}
	var tables [search.NumFacets]facetTable
	for f := range tables {
		tables[f] = newFacetTable(facetKinds[f], used[f], names[f].Value)
	}
	return tables
}

// newFacetTable knows the ids that eToro names and those that rows use. Ids below 1
// are no value.
func newFacetTable(kind string, used map[int]bool, names map[int]string) facetTable {
	t := facetTable{kind: kind, ids: make(map[int]search.FacetValue), slugs: make(map[string]search.FacetValue)}
	all := maps.Clone(used)
	for id := range names {
		all[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if id < 1 || len(t.values) == math.MaxUint16 {
			continue
		}
		name := tidy(names[id])
		if name == "" {
			name = fmt.Sprintf("%s%s %d", strings.ToUpper(kind[:1]), kind[1:], id)
		}
		t.add(Facet{ID: id, Name: name, Slug: t.freeSlug(name, id)})
	}
	return t
}

func (t *facetTable) add(f Facet) {
	f.Value = search.FacetValue(len(t.values) + 1)
	t.values = append(t.values, f)
	t.ids[f.ID] = f.Value
	t.slugs[f.Slug] = f.Value
}

// freeSlug is the slug of name, changed as far as needed to be unique and to be
// no number, because numbers are ids.
func (t *facetTable) freeSlug(name string, id int) string {
	slug := search.Slug(name)
	if _, err := strconv.Atoi(slug); err == nil || slug == "" {
		slug = strings.TrimSuffix(t.kind+"-"+slug, "-")
	}
	for t.slugs[slug] != 0 {
		slug += "-" + strconv.Itoa(id)
	}
	return slug
}

func (t *facetTable) byID(id int) Facet { return t.byValue(t.ids[id]) }

// byValue returns the zero Facet for 0.
func (t *facetTable) byValue(v search.FacetValue) Facet {
	if v == 0 {
		return Facet{}
	}
	return t.values[v-1]
}

// named finds the values that text means: an id, a slug, or a name that has that slug.
// With loose, the start of a slug means all that begin with it, as people type it.
func (t *facetTable) named(text string, loose bool) []search.FacetValue {
	if id, err := strconv.Atoi(text); err == nil && t.ids[id] != 0 {
		return []search.FacetValue{t.ids[id]}
	}
	slug := search.Slug(text)
	if v := t.slugs[slug]; v != 0 {
		return []search.FacetValue{v}
	}
	var found []search.FacetValue
	if loose && slug != "" {
		for _, f := range t.values {
			if strings.HasPrefix(f.Slug, slug) {
				found = append(found, f.Value)
			}
		}
	}
	return found
}

const (
	suggestedSlugs = 5
	quotedRunes    = 40 // of what a person typed, in a message
)

// resolve turns the texts of a parameter and of the same operator in the box into
// values.
func (t *facetTable) resolve(param, typed []string) ([]search.FacetValue, error) {
	var values []search.FacetValue
	for _, text := range param {
		found := t.named(text, false)
		if len(found) == 0 {
			return nil, t.unknown(t.kind, text)
		}
		values = append(values, found...)
	}
	for _, text := range typed {
		found := t.named(text, true)
		if len(found) == 0 {
			return nil, t.unknown("q", text)
		}
		values = append(values, found...)
	}
	return values, nil
}

func (t *facetTable) unknown(field, text string) *BadQuery {
	var some []string
	for _, f := range t.values[:min(suggestedSlugs, len(t.values))] {
		some = append(some, f.Slug)
	}
	runes := []rune(tidy(text))
	quoted := string(runes[:min(quotedRunes, len(runes))])
	message := fmt.Sprintf("There is no %s %q.", t.kind, quoted)
	if len(some) > 0 {
		message += " Try one of: " + strings.Join(some, ", ") + "."
	}
	return &BadQuery{Field: field, Message: message}
}
