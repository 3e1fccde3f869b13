package market

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

// Query is a list request. Facet lists hold slugs or eToro ids as text.
type Query struct {
	Box                          string
	Types, Exchanges, Industries []string
	States                       []string // "open", "tradable"; unlike facets, several narrow
	Hidden                       bool
	Sort                         string // "" relevance/popularity, "symbol", "-symbol", "name", "-name", "change", "-change", "price", "-price", "popularity"
	Offset, Limit                int    // Limit 0 is all
	Verbatim                     bool   // take no word for misspelt
	Explain                      bool   // fill Row.Why
}

// BadQuery: a Query that cannot be answered, in words for the person. Field is the parameter.
type BadQuery struct{ Field, Message string }

func (e *BadQuery) Error() string { return e.Message }

// Row is one hit.
type Row struct {
	Instrument *Instrument
	Quote      Quote
	Close      etoro.ClosingPrice // zero when unknown
	Listings   []*Instrument      // other listings of the company, main first, hidden ones left out
	Tier       search.Tier
	Alias      string   // the alias that was found, when nothing else of the row was; "" otherwise
	Why        []string // why it stands where it stands, when Query.Explain asks
}

// FacetCount is how many matches a facet value has.
type FacetCount struct {
	Facet    Facet
	N        int
	Selected bool
}

// Listing answers a Query.
type Listing struct {
	Rows       []Row
	Total      int
	Hidden     int // matches left out as hidden
	Unfiltered int // matches without the facets
	Facets     [NumFacets][]FacetCount
	Parsed     search.Parsed
	Correction string
	State      State
}

// Detail is all that is known of one instrument.
type Detail struct {
	Row       Row
	ClosesAt  time.Time // when the closing prices were read; zero when never
	ClosesErr error     // why they could not be refreshed or loaded
	State     State
}

// Find answers from memory. An Offset beyond the end gives no rows and the true Total.
// The error is a *BadQuery, or that there is no catalogue: ErrWarming, the context's, or
// what the load of it failed with. State is filled in any case.
func (m *Market) Find(ctx context.Context, q Query) (Listing, error) {
	c, err := m.catalogue(ctx)
	if err != nil {
		return Listing{State: m.State()}, err
	}
	l, err := c.find(q)
	l.State = m.stateOf(c)
	return l, err
}

// Instrument answers from memory, hidden rows too. The error is ErrUnknown, or as Find's.
func (m *Market) Instrument(ctx context.Context, id etoro.InstrumentID) (Detail, error) {
	c, err := m.catalogue(ctx)
	if err != nil {
		return Detail{State: m.State()}, err
	}
	state := m.stateOf(c)
	doc, ok := c.byID[id]
	if !ok {
		return Detail{State: state}, fmt.Errorf("instrument %d: %w", id, ErrUnknown)
	}
	closes := m.partOf(opCloses)
	return Detail{
		Row:       c.row(doc, search.TierNone),
		ClosesAt:  c.in.closes.At,
		ClosesErr: closes.Err,
		State:     state,
	}, nil
}

// BySymbol finds an instrument by its symbol, whatever the case.
func (m *Market) BySymbol(ctx context.Context, symbol string) (*Instrument, error) {
	c, err := m.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	doc, ok := c.bySymbol[strings.ToUpper(tidy(symbol))]
	if !ok {
		return nil, fmt.Errorf("symbol %q: %w", symbol, ErrUnknown)
	}
	return &c.rows[doc], nil
}

// results are reused: a search fills a few kilobytes.
var results = sync.Pool{New: func() any { return new(search.Result) }}

func (c *Catalogue) find(q Query) (Listing, error) {
	parsed := search.Parse(q.Box)
	asked := search.Query{
		Text:     parsed.Text,
		Exact:    parsed.Exact,
		ID:       parsed.ID,
		Hidden:   q.Hidden,
		Verbatim: q.Verbatim,
		Offset:   max(q.Offset, 0),
		Limit:    q.Limit,
	}
	if q.Limit <= 0 {
		asked.Limit = len(c.rows)
	}
	var err error
	if asked.Facets, err = c.resolve(q, parsed); err != nil {
		return Listing{}, err
	}
	if asked.Flags, err = flagsNamed(q.States, parsed.States); err != nil {
		return Listing{}, err
	}
	if asked.Order, err = c.order(q.Sort); err != nil {
		return Listing{}, err
	}
	res := results.Get().(*search.Result)
	defer results.Put(res)
	c.index.Search(asked, res)
	l := c.listing(parsed, asked, res)
	if q.Explain {
		for i, hit := range res.Hits {
			l.Rows[i].Why = c.index.Explain(asked, hit.Doc).Lines()
		}
	}
	return l, nil
}

func (c *Catalogue) resolve(q Query, parsed search.Parsed) (facets [search.NumFacets][]search.FacetValue, err error) {
	params := [search.NumFacets][]string{q.Types, q.Exchanges, q.Industries}
	typed := [search.NumFacets][]string{parsed.Types, parsed.Exchanges, parsed.Industries}
	for f := range facets {
		if facets[f], err = c.facets[f].resolve(params[f], typed[f]); err != nil {
			return facets, err
		}
	}
	return facets, nil
}

// listing copies what is asked out of res, which is reused.
func (c *Catalogue) listing(parsed search.Parsed, asked search.Query, res *search.Result) Listing {
	l := Listing{
		Rows:       make([]Row, len(res.Hits)),
		Total:      res.Total,
		Hidden:     res.Hidden,
		Unfiltered: res.Unfiltered,
		Parsed:     parsed,
		Correction: res.Correction,
	}
	text := parsed.Text
	if res.Correction != "" {
		text = res.Correction
	}
	for i, hit := range res.Hits {
		l.Rows[i] = c.row(hit.Doc, hit.Tier)
		l.Rows[i].Alias = c.aliasFound(hit, text)
	}
	for f, counts := range res.Facets {
		l.Facets[f] = make([]FacetCount, len(counts))
		for i, n := range counts {
			l.Facets[f][i] = FacetCount{c.facets[f].byValue(n.Value), n.N, slices.Contains(asked.Facets[f], n.Value)}
		}
	}
	for flag, n := range res.Flags {
		if selected := asked.Flags>>flag&1 == 1; selected || n > 0 {
			l.Facets[FacetState] = append(l.Facets[FacetState], FacetCount{states.values[flag], n, selected})
		}
	}
	return l
}

// aliasFound is the alias by which a text found a row: the one that it is, or, when it is
// nowhere in the symbol or the name, the one that it is a part of.
func (c *Catalogue) aliasFound(hit search.Hit, text string) string {
	n := c.names[hit.Doc]
	if n == nil || hit.Tier == search.TierNone || hit.Tier == search.TierExactSymbol {
		return ""
	}
	row := &c.rows[hit.Doc]
	if hit.Tier != search.TierAlias && (len(search.Highlight(row.Symbol, text)) > 0 || len(search.Highlight(row.Name, text)) > 0) {
		return ""
	}
	return search.MatchedAlias(n.all, text)
}

func (c *Catalogue) row(doc int32, tier search.Tier) Row {
	row := &c.rows[doc]
	return Row{
		Instrument: row,
		Quote:      c.quotes[doc],
		Close:      c.in.closes.Value[row.ID],
		Listings:   c.otherListings(doc),
		Tier:       tier,
	}
}

func (c *Catalogue) otherListings(doc int32) []*Instrument {
	var others []*Instrument
	for _, other := range c.groups[doc] {
		if other != doc && c.rows[other].HiddenBy == "" {
			others = append(others, &c.rows[other])
		}
	}
	return others
}
