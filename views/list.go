package views

import "strings"

// ListModel is the list page, and, without Page, the live fragment.
type ListModel struct {
	Page     Page
	Query    string
	State    []HiddenInput // filters and sort that a new search keeps
	Count    string        // "31 instruments", announced politely
	Range    string        // "1–50 of 31"; "" when there is one page
	Chips    []Chip        // active filters, each with the link that drops it
	ClearAll string        // link that drops every filter, "" without any
	Hidden   *Link         // "8 more are hidden (dormant, test) · show"; nil when none
	Facets   []FacetModel
	Columns  []Column
	Rows     []RowModel
	Pager    Pager
	CSV      string
	JSON     string
	Note     string      // "Showing results for microsoft"
	Instead  *Link       // "search instead for microsft"
	Empty    *EmptyModel // why there is nothing; nil with rows
	Stale    string      // as in Page.Stale, for the fragment
	SelfURL  string      // the page's own address, for "copy link"
}

type HiddenInput struct{ Name, Value string }

// Chip is an active filter.
type Chip struct{ Text, RemoveHref string }

// FacetModel is one group of filters.
type FacetModel struct {
	Name    string // "Type"
	Key     string // "type": for ids and test hooks
	Options []FacetOption
	More    int // options beyond the first ones: a disclosure shows them
}

// FacetOption toggles when followed.
type FacetOption struct {
	Text, Count, Href string
	Selected          bool
}

// Column is a sortable heading.
type Column struct {
	Text    string
	Key     string // "instrument", "type", "exchange", "price", "change", "spark", "close"
	Href    string // the link that sorts by it, "" when it cannot
	Sorted  string // "ascending", "descending", ""
	Numeric bool
}

// RowModel is one instrument of the list.
type RowModel struct {
	ID         string
	Href       string
	Symbol     []Part
	Name       []Part
	Monogram   string // one or two letters
	Colour     int    // 0..11: which monogram colour
	Type       string
	Exchange   string
	Industry   string
	Listings   string         // "+2 listings", "" when none
	Group      []ListingModel // the other listings themselves
	Price      string         // "–" when unknown
	PriceTitle string         // "read 2026-11-24 05:30:12 UTC, 4 min ago"
	Change     string         // "+1.18 %", "–"
	Trend      string         // "up", "down", "flat", ""
	Spark      *Spark         // its last month; nil while it is not known
	Close      string
	CloseTitle string
	Alias      string   // "known as “google”": the alias that found the row, "" when its own texts did
	Why        []string // why the row stands where it stands; only when asked for
	HiddenBy   string   // the rule that hides it, shown as a badge
	Badge      string   // "expires", "closed"… short; "" for none
}

// Pager leads through the pages; empty Hrefs are not offered.
type Pager struct {
	Prev, Next string
	Pages      []PageLink
	Text       string // "Page 2 of 255"
}

// PageLink is one page number; Gap is an ellipsis.
type PageLink struct {
	Text, Href   string
	Current, Gap bool
}

// EmptyModel says why nothing is listed and what to do.
type EmptyModel struct {
	Title string
	Text  string
	Links []Link
}

// layoutPage is the page around a list. The note about old data stands in the list itself,
// where the next fragment renews it.
func (m ListModel) layoutPage() Page {
	p := m.Page
	p.Stale = ""
	return p
}

func (m ListModel) stale() string {
	if m.Stale != "" {
		return m.Stale
	}
	return m.Page.Stale
}

// plainSymbol is the symbol without the marks of what matched.
func (r RowModel) plainSymbol() string {
	var b strings.Builder
	for _, p := range r.Symbol {
		b.WriteString(p.Text)
	}
	return b.String()
}

func (g FacetModel) first() []FacetOption { return g.Options[:len(g.Options)-g.hidden()] }

func (g FacetModel) rest() []FacetOption { return g.Options[len(g.Options)-g.hidden():] }

func (o FacetOption) selected() bool { return o.Selected }

// hidden is how many options stand behind the disclosure.
func (g FacetModel) hidden() int { return min(max(g.More, 0), len(g.Options)) }
