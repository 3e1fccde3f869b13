package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/internal/search"
	"instrumentdesk/views"
)

// listModel makes the ready text of the list. It is pure: the time is a parameter.
func listModel(q listQuery, found market.Listing, now time.Time) views.ListModel {
	q = inStep(q, found)
	m := views.ListModel{
		Query:   q.Box,
		State:   hiddenInputs(q),
		Count:   plural(found.Total, "instrument", "instruments"),
		Chips:   chips(q, found),
		Facets:  facetModels(q, found),
		Columns: columns(q),
		Pager:   pager(q, found.Total),
		CSV:     q.onPage(1).href("/instruments.csv"),
		JSON:    q.onPage(1).href("/instruments.json"),
		SelfURL: q.href("/"),
		Hidden:  hiddenLink(q, found),
		Empty:   emptyModel(q, found),
	}
	if q.filtered() {
		m.ClearAll = q.unfiltered().href("/")
	}
	if n := len(found.Rows); n > 0 && found.Total > n {
		first := (q.Page-1)*pageSize + 1
		m.Range = fmt.Sprintf("%s–%s of %s", views.FormatCount(first), views.FormatCount(first+n-1), views.FormatCount(found.Total))
	}
	if found.Correction != "" && found.Total > 0 {
		m.Note = "Showing results for “" + found.Correction + "”."
		as := q.onPage(1)
		as.Verbatim = true
		m.Instead = &views.Link{Text: "Search instead for “" + q.Box + "”", Href: as.href("/")}
	}
	for _, r := range found.Rows {
		m.Rows = append(m.Rows, rowModel(r, found.Parsed.Text, found.Correction, now))
	}
	return m
}

// inStep moves operators typed in the box to the filters they mean once one of the page's links is
// followed, so that a filter can be dropped wherever it was set. What was typed stays in the box.
// An operator may be half typed and mean several values.
func inStep(q listQuery, found market.Listing) listQuery {
	p := found.Parsed
	if len(p.Types)+len(p.Exchanges)+len(p.Industries)+len(p.States) == 0 {
		return q
	}
	for i, f := range facets {
		values := f.values(&q)
		for _, n := range found.Facets[i] {
			if n.Selected && !slices.Contains(*values, n.Facet.Slug) && !slices.Contains(*values, strconv.Itoa(n.Facet.ID)) {
				*values = append(slices.Clone(*values), n.Facet.Slug)
			}
		}
	}
	q.Box = boxText(p)
	return q
}

// boxText is a box without its filter operators.
func boxText(p search.Parsed) string {
	switch {
	case p.Exact:
		return "=" + p.Text
	case p.ID > 0:
		return strings.TrimSpace("id:" + strconv.Itoa(p.ID) + " " + p.Text)
	}
	return p.Text
}

func hiddenInputs(q listQuery) []views.HiddenInput {
	var in []views.HiddenInput
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				in = append(in, views.HiddenInput{Name: name, Value: v})
			}
		}
	}
	add("type", q.Types...)
	add("exchange", q.Exchanges...)
	add("industry", q.Industries...)
	add("state", q.States...)
	add("sort", q.Sort)
	if q.Hidden {
		add("hidden", "1")
	}
	if q.Explain {
		add("explain", "1")
	}
	return in
}

// facets are the filters, in the order of a Listing's.
var facets = [market.NumFacets]struct {
	name, key string
	values    func(*listQuery) *[]string
}{
	search.FacetType:     {"Type", "type", func(q *listQuery) *[]string { return &q.Types }},
	search.FacetExchange: {"Exchange", "exchange", func(q *listQuery) *[]string { return &q.Exchanges }},
	search.FacetIndustry: {"Industry", "industry", func(q *listQuery) *[]string { return &q.Industries }},
	market.FacetState:    {"Market", "state", func(q *listQuery) *[]string { return &q.States }},
}

// facetOptionsShown is how many values of a filter stand open; the rest is behind a disclosure.
const facetOptionsShown = 8

func facetModels(q listQuery, found market.Listing) []views.FacetModel {
	var models []views.FacetModel
	for i, f := range facets {
		counts := found.Facets[i]
		if len(counts) == 0 {
			continue
		}
		m := views.FacetModel{Name: f.name, Key: f.key, More: max(0, len(counts)-facetOptionsShown)}
		for _, n := range counts {
			m.Options = append(m.Options, views.FacetOption{
				Text: n.Facet.Name, Count: views.FormatCount(n.N), Selected: n.Selected,
				Href: toggle(q, i, n.Facet).href("/"),
			})
		}
		models = append(models, m)
	}
	return models
}

// toggle is q with one filter value switched, on the first page. A value may stand in the URL by
// its slug or by eToro's id.
func toggle(q listQuery, facet int, v market.Facet) listQuery {
	q.Page = 1
	values := facets[facet].values(&q)
	if id := strconv.Itoa(v.ID); slices.Contains(*values, id) {
		*values = toggled(*values, id)
	} else {
		*values = toggled(*values, v.Slug)
	}
	return q
}

func chips(q listQuery, found market.Listing) []views.Chip {
	var out []views.Chip
	for i := range facets {
		for _, n := range found.Facets[i] {
			if n.Selected {
				out = append(out, views.Chip{Text: n.Facet.Name, RemoveHref: toggle(q, i, n.Facet).href("/")})
			}
		}
	}
	return out
}

func hiddenLink(q listQuery, found market.Listing) *views.Link {
	if q.Hidden {
		q.Hidden, q.Page = false, 1
		return &views.Link{Text: "Hidden rows are shown", Title: "hide them", Href: q.href("/")}
	}
	if found.Hidden == 0 || found.Total == 0 {
		return nil
	}
	q.Hidden, q.Page = true, 1
	return &views.Link{Text: views.FormatCount(found.Hidden) + " more are hidden (dormant, internal, test)", Title: "show", Href: q.href("/")}
}

func rowModel(r market.Row, text, correction string, now time.Time) views.RowModel {
	in, mark := r.Instrument, text
	if correction != "" {
		mark = correction
	}
	m := views.RowModel{
		ID: strconv.Itoa(int(in.ID)), Href: instrumentHref(in.ID),
		Symbol: marked(in.Symbol, mark), Name: marked(in.Name, mark),
		Monogram: views.Monogram(in.Name), Colour: views.ColourOf(int(in.MainListing)),
		Type: in.Type.Name, Exchange: in.Exchange.Name, Industry: in.Industry.Name, HiddenBy: in.HiddenBy,
		Why: r.Why,
	}
	if r.Alias != "" {
		m.Alias = "known as “" + r.Alias + "”"
	}
	if n := len(r.Listings); n > 0 {
		m.Listings, m.Group = "+"+plural(n, "listing", "listings"), listingModels(r.Listings)
	}
	m.Price, m.PriceTitle = priceText(r.Quote, now)
	m.Change, m.Trend = changeText(r.Quote)
	m.Close = closeText(r.Close.Daily.Price)
	if !r.Close.Daily.Date.IsZero() {
		m.CloseTitle = "close of " + r.Close.Daily.Date.UTC().Format(time.DateOnly)
	}
	switch {
	case in.Expires:
		m.Badge = "expires"
	case r.Quote.Delisted != nil && *r.Quote.Delisted:
		m.Badge = "delisted"
	}
	return m
}

func marked(text, query string) []views.Part {
	return views.Parts(text, search.Highlight(text, query))
}

func instrumentHref(id market.InstrumentID) string { return "/instruments/" + strconv.Itoa(int(id)) }

// priceText is the snapshot's price and, at length, when it was read.
func priceText(q market.Quote, now time.Time) (price, title string) {
	if q.Price == nil {
		return views.Unknown, "eToro tells no price"
	}
	return views.FormatPrice(*q.Price), fmt.Sprintf("read %s, %s ago", views.FormatTime(q.At), views.FormatAge(now.Sub(q.At)))
}

func changeText(q market.Quote) (change, trend string) {
	if q.DayChangePct == nil {
		return views.Unknown, ""
	}
	return views.FormatChange(*q.DayChangePct), views.Trend(*q.DayChangePct)
}

func closeText(price float64) string {
	if price <= 0 {
		return views.Unknown
	}
	return views.FormatPrice(price)
}

// columns are the headings; those with a sort key lead to the list in that order.
func columns(q listQuery) []views.Column {
	var cols []views.Column
	for _, c := range []struct {
		text, key, sort string
		numeric         bool
	}{
		{"Instrument", "instrument", "symbol", false},
		{"Type", "type", "", false},
		{"Exchange", "exchange", "", false},
		{"Price", "price", "price", true},
		{"Day", "change", "change", true},
		{"30 days", "spark", "", false},
		{"Prev. close", "close", "", true},
	} {
		col := views.Column{Text: c.text, Key: c.key, Numeric: c.numeric}
		if c.sort != "" {
			col.Href, col.Sorted = sortLink(q, c.sort, c.numeric)
		}
		cols = append(cols, col)
	}
	return cols
}

// sortLink leads through three states: the natural direction of the column, the other one, none.
func sortLink(q listQuery, key string, largestFirst bool) (href, sorted string) {
	first, second := key, "-"+key
	if largestFirst {
		first, second = second, first
	}
	next := first
	switch q.Sort {
	case first:
		next = second
	case second:
		next = ""
	}
	switch q.Sort {
	case key:
		sorted = "ascending"
	case "-" + key:
		sorted = "descending"
	}
	q.Sort, q.Page = next, 1
	return q.href("/"), sorted
}

// pager offers the first, the last and the pages around this one.
func pager(q listQuery, total int) views.Pager {
	last := lastPage(total)
	if last == 1 {
		return views.Pager{}
	}
	p := views.Pager{Text: fmt.Sprintf("Page %s of %s", views.FormatCount(q.Page), views.FormatCount(last))}
	if q.Page > 1 {
		p.Prev = q.onPage(q.Page - 1).href("/")
	}
	if q.Page < last {
		p.Next = q.onPage(q.Page + 1).href("/")
	}
	for n := 1; n <= last; n++ {
		if n == 1 || n == last || n >= q.Page-2 && n <= q.Page+2 {
			p.Pages = append(p.Pages, views.PageLink{Text: views.FormatCount(n), Href: q.onPage(n).href("/"), Current: n == q.Page})
		} else if n == 2 || n == q.Page+3 {
			p.Pages = append(p.Pages, views.PageLink{Gap: true})
		}
	}
	return p
}

// emptyModel says why nothing is listed, the reason that is quickest to mend first.
func emptyModel(q listQuery, found market.Listing) *views.EmptyModel {
	if found.Total > 0 {
		return nil
	}
	what := "these filters"
	if q.Box != "" {
		what = "“" + q.Box + "”"
	}
	withHidden := q
	withHidden.Hidden, withHidden.Page = true, 1
	switch {
	case found.Unfiltered > 0 && q.filtered():
		m := &views.EmptyModel{
			Title: "The filters leave nothing",
			Text:  fmt.Sprintf("%s without them.", matches(found.Unfiltered, what)),
		}
		for _, c := range chips(q, found) {
			m.Links = append(m.Links, views.Link{Text: "Drop “" + c.Text + "”", Href: c.RemoveHref})
		}
		m.Links = append(m.Links, views.Link{Text: "Drop all filters", Href: q.unfiltered().href("/")})
		return m
	case found.Hidden > 0:
		return &views.EmptyModel{
			Title: "Only hidden rows match",
			Text:  matches(found.Hidden, what) + ", but all of that is hidden: dormant, internal or test rows.",
			Links: []views.Link{{Text: "Show hidden rows", Href: withHidden.href("/")}},
		}
	}
	m := &views.EmptyModel{
		Title: "No instrument matches " + what,
		Text:  "Search by symbol, name or eToro's id. eToro tells no ISIN: one finds something only where the team's aliases have it.",
		Links: []views.Link{{Text: "The whole list", Href: "/"}},
	}
	if q.Verbatim {
		q.Verbatim = false
		m.Links = append([]views.Link{{Text: "Look for similar spellings", Href: q.onPage(1).href("/")}}, m.Links...)
	}
	return m
}

func matches(n int, what string) string {
	if n == 1 {
		return "1 instrument matches " + what
	}
	return views.FormatCount(n) + " instruments match " + what
}
