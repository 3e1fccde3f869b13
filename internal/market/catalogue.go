package market

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

// Instrument is one cleaned row of the catalogue.
type Instrument struct {
	ID          etoro.InstrumentID
	Symbol      string
	Name        string // blanks and mojibake cleaned; the symbol when eToro sends none
	Type        Facet
	Exchange    Facet
	Industry    Facet // zero Facet: none
	PriceSource string
	Expires     bool
	HiddenBy    string             // the rule that hides it ("dormant placeholder"), "" when shown
	MainListing etoro.InstrumentID // its own id when it is the main listing
	Suffix      string             // "RTH", "EUR", "24-7", "L" …; "" when none
	Image       etoro.Image        // best one; zero when none is usable (absolute https on eToro's CDN)
}

// Quote is what the market snapshot knows. At is when the snapshot was read: eToro dates no row.
// Nil is unknown. The JSON form is the snapshot file's.
type Quote struct {
	Price          *float64  `json:",omitempty"`
	DayChangePct   *float64  `json:",omitempty"`
	WeekChangePct  *float64  `json:",omitempty"`
	MonthChangePct *float64  `json:",omitempty"`
	YearChangePct  *float64  `json:",omitempty"`
	Popularity     *float64  `json:",omitempty"` // visitors in seven days
	Tradable       *bool     `json:",omitempty"`
	Open           *bool     `json:",omitempty"`
	Delisted       *bool     `json:",omitempty"`
	At             time.Time `json:"-"`
}

// dated is a value and when it was loaded; the zero time means that there is none.
type dated[V any] struct {
	Value V
	At    time.Time
}

// inputs is what a catalogue is made of.
type inputs struct {
	rows   dated[[]etoro.Instrument]
	names  [search.NumFacets]dated[map[int]string]
	quotes dated[map[etoro.InstrumentID]Quote]
	closes dated[map[etoro.InstrumentID]etoro.ClosingPrice]

	aliases []Alias // the team's own; never change
}

func (in inputs) times() [3 + search.NumFacets]time.Time {
	return [...]time.Time{
		in.rows.At, in.quotes.At, in.closes.At,
		in.names[search.FacetType].At, in.names[search.FacetExchange].At, in.names[search.FacetIndustry].At,
	}
}

func (in inputs) same(other inputs) bool {
	a, b := in.times(), other.times()
	return slices.EqualFunc(a[:], b[:], time.Time.Equal)
}

// Catalogue is immutable. Its rows are numbered by id, from 0: the same numbers as in
// the index.
type Catalogue struct {
	in       inputs
	source   Source
	rows     []Instrument
	quotes   []Quote
	groups   [][]int32 // by row: all listings of its company, main first; nil when it is the only one
	names    map[int32]*names
	unknown  []Alias // the team's aliases that lead nowhere
	byID     map[etoro.InstrumentID]int32
	bySymbol map[string]int32
	facets   [search.NumFacets]facetTable
	orders   map[string][]int32
	index    *search.Index
	version  uint64 // grows with each build
	hidden   int
}

// Len is the number of shown rows.
func (c *Catalogue) Len() int { return len(c.rows) - c.hidden }

// Hidden is the number of rows that are shown only when asked for.
func (c *Catalogue) Hidden() int { return c.hidden }

// AsOf is when eToro told the rows.
func (c *Catalogue) AsOf() time.Time { return c.in.rows.At }

// Source is Snapshot as long as the rows come from disk.
func (c *Catalogue) Source() Source { return c.source }

// build cleans, groups, ranks and indexes.
func build(in inputs, source Source) *Catalogue {
	c := &Catalogue{in: in, source: source}
	raw := usable(in.rows.Value)
	c.facets = newFacetTables(raw, in.names)
	c.rows = make([]Instrument, len(raw))
	c.quotes = make([]Quote, len(raw))
	c.byID = make(map[etoro.InstrumentID]int32, len(raw))
	for i := range raw {
		c.rows[i] = c.instrument(&raw[i])
		c.quotes[i] = in.quotes.Value[raw[i].ID]
		c.byID[raw[i].ID] = int32(i)
		if c.rows[i].HiddenBy != "" {
			c.hidden++
		}
	}
	keys := newSortKeys(c.rows, c.quotes)
	c.groups = groupListings(c.rows, keys)
	c.bySymbol = symbolTable(c.rows)
	c.names, c.unknown = c.newNames(in.aliases)
	c.orders = newOrders(c.rows, c.quotes, keys)
	c.index = search.Build(c.documents(keys))
	return c
}

// usable tidies the texts of the rows, drops those that have nothing to show, and
// returns the rest by id, the last one when eToro sends an id twice.
func usable(raw []etoro.Instrument) []etoro.Instrument {
	byID := make(map[etoro.InstrumentID]etoro.Instrument, len(raw))
	for _, r := range raw {
		r.Symbol, r.DisplayName = tidy(r.Symbol), tidy(r.DisplayName)
		if r.Symbol != "" || r.DisplayName != "" {
			byID[r.ID] = r
		}
	}
	return slices.SortedFunc(maps.Values(byID), func(a, b etoro.Instrument) int { return cmp.Compare(a.ID, b.ID) })
}

func (c *Catalogue) instrument(r *etoro.Instrument) Instrument {
	return Instrument{
		ID:          r.ID,
		Symbol:      r.Symbol,
		Name:        cmp.Or(r.DisplayName, r.Symbol),
		Type:        c.facets[search.FacetType].byID(r.TypeID),
		Exchange:    c.facets[search.FacetExchange].byID(r.ExchangeID),
		Industry:    c.facets[search.FacetIndustry].byID(r.IndustryID),
		PriceSource: tidy(r.PriceSource),
		Expires:     r.Expires,
		HiddenBy:    hiddenBy(r),
		MainListing: r.ID,
		Suffix:      suffixOf(r.Symbol),
		Image:       bestImage(r.Images),
	}
}

func (c *Catalogue) documents(keys sortKeys) []search.Document {
	docs := make([]search.Document, len(c.rows))
	for i := range c.rows {
		row := &c.rows[i]
		docs[i] = search.Document{
			ID:         int(row.ID),
			Symbol:     row.Symbol,
			Name:       row.Name,
			Keywords:   strings.Fields(row.Type.Name + " " + row.Exchange.Name + " " + places[row.Exchange.Name] + " " + row.Industry.Name),
			Facets:     [search.NumFacets]search.FacetValue{row.Type.Value, row.Exchange.Value, row.Industry.Value},
			Flags:      c.quotes[i].flags(),
			Popularity: keys.popularity[i],
			Secondary:  isSecondary(row),
			Hidden:     row.HiddenBy != "",
		}
		if n := c.names[int32(i)]; n != nil {
			docs[i].Aliases, docs[i].FirstAliases, docs[i].Known = n.plain, n.first, n.known
			docs[i].Secondary = docs[i].Secondary && !n.known // copper is only there as a future
		}
	}
	return docs
}

// symbolTable finds rows by upper-case symbol. Symbols that differ only in case
// lead to the shown one, then to the lower id.
func symbolTable(rows []Instrument) map[string]int32 {
	table := make(map[string]int32, len(rows))
	for i := range rows {
		key := strings.ToUpper(rows[i].Symbol)
		if old, taken := table[key]; taken && (rows[old].HiddenBy == "" || rows[i].HiddenBy != "") {
			continue
		}
		table[key] = int32(i)
	}
	delete(table, "")
	return table
}
