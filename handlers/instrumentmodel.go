package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// instrumentModel makes the ready text of the instrument page, all but what stands around it, the
// chart and the panels of what went wrong; etoroURL is where eToro's API is. It is pure.
func instrumentModel(s sheet, etoroURL string, now time.Time) views.InstrumentModel {
	in := s.Row.Instrument
	m := views.InstrumentModel{
		ID: strconv.Itoa(int(in.ID)), Symbol: in.Symbol, Name: in.Name,
		Monogram: views.Monogram(in.Name), Colour: views.ColourOf(int(in.MainListing)),
		Crumbs: crumbs(in), Subtitle: subtitle(in), HiddenBy: in.HiddenBy,
		Quote: quoteModel(s, now), Changes: changeModels(s), ChangesNote: changesNote(s, now),
		Facts: instrumentFacts(s), Listings: listingModels(s.Row.Listings), CompareHref: compareListings(s.Row),
		Permalink: instrumentHref(in.ID), SymbolLink: "/s/" + url.PathEscape(in.Symbol), JSON: instrumentHref(in.ID) + ".json",
		Calls: callModels(in.ID, etoroURL),
	}
	m.Closes, m.ClosesNote = closes(s, now)
	return m
}

// callModels are the calls to eToro that the page is made of, for one instrument.
func callModels(id market.InstrumentID, etoroURL string) []views.CallModel {
	command := func(path string) string {
		return "curl '" + etoroURL + "/api/v1/market-data/" + path + "' \\\n" +
			"  -H \"x-api-key: $ETORO_API_KEY\" -H \"x-user-key: $ETORO_USER_KEY\" \\\n" +
			"  -H \"x-request-id: $(uuidgen)\" -A 'Mozilla/5.0 (compatible; curl)'"
	}
	return []views.CallModel{
		{Name: "What it is", Command: command(fmt.Sprintf("instruments?instrumentIds=%d", id))},
		{Name: "Bid, ask and conversion to US dollars", Command: command(fmt.Sprintf("instruments/rates?instrumentIds=%d", id))},
		{Name: "Daily candles", Command: command(fmt.Sprintf("instruments/%d/history/candles/asc/OneDay/%d", id, market.MaxCandles))},
	}
}

// compareListings leads to the listings of a company side by side, as many as there is room for.
func compareListings(r market.Row) string {
	if len(r.Listings) == 0 {
		return ""
	}
	q := compareQuery{IDs: []market.InstrumentID{r.Instrument.ID}, Range: defaultRange}
	for _, l := range r.Listings[:min(len(r.Listings), maxCompared-1)] {
		q.IDs = append(q.IDs, l.ID)
	}
	return q.href()
}

func listingModels(others []*market.Instrument) []views.ListingModel {
	var models []views.ListingModel
	for _, l := range others {
		models = append(models, views.ListingModel{
			Symbol: l.Symbol, Href: instrumentHref(l.ID), Text: suffixText(l), Exchange: l.Exchange.Name,
		})
	}
	return models
}

func crumbs(in *market.Instrument) []views.Link {
	links := []views.Link{{Text: "Instruments", Href: "/"}}
	if in.Type.Slug != "" {
		links = append(links, views.Link{Text: in.Type.Name, Href: listQuery{Types: []string{in.Type.Slug}}.href("/")})
	}
	if in.Exchange.Slug != "" {
		q := listQuery{Exchanges: []string{in.Exchange.Slug}}
		links = append(links, views.Link{Text: in.Exchange.Name, Href: q.href("/")})
	}
	return links
}

func subtitle(in *market.Instrument) string {
	var parts []string
	for _, s := range []string{in.Type.Name, in.Exchange.Name, in.Industry.Name} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(append(parts, "id "+strconv.Itoa(int(in.ID))), " · ")
}

func marketFlag(q market.Quote) (string, views.Tone) {
	switch {
	case q.Delisted != nil && *q.Delisted:
		return "Delisted", views.Bad
	case q.Open == nil:
		return "", views.Neutral
	case *q.Open:
		return "Market open", views.Good
	}
	return "Market closed", views.Neutral
}

// closes are the previous closes, each with the way that the price has gone since.
func closes(s sheet, now time.Time) ([]views.CloseModel, string) {
	var out []views.CloseModel
	c := s.Row.Close
	price, _ := s.price()
	for _, p := range []struct {
		period string
		price  float64
		date   time.Time
	}{
		{"Previous day", c.Daily.Price, c.Daily.Date},
		{"Previous week", c.Weekly.Price, c.Weekly.Date},
		{"Previous month", c.Monthly.Price, c.Monthly.Date},
	} {
		if p.price <= 0 {
			continue
		}
		m := views.CloseModel{Period: p.period, Price: views.FormatPrice(p.price), Date: views.Unknown, Change: views.Unknown}
		if !p.date.IsZero() {
			m.Date = p.date.UTC().Format(time.DateOnly)
		}
		if price > 0 {
			change := (price/p.price - 1) * 100
			m.Change, m.Trend = views.FormatChange(change), views.Trend(change)
		}
		out = append(out, m)
	}
	switch {
	case s.ClosesAt.IsZero() && s.ClosesErr != nil:
		return out, "eToro's closing prices could not be read"
	case s.ClosesAt.IsZero():
		return out, "eToro's closing prices are still loading"
	case len(out) == 0:
		return out, "eToro tells no closing price for it"
	}
	return out, "Official closes, read " + views.FormatAge(now.Sub(s.ClosesAt)) + " ago"
}

func instrumentFacts(s sheet) []views.Fact {
	in := s.Row.Instrument
	id := strconv.Itoa(int(in.ID))
	facts := []views.Fact{
		{Name: "Instrument id", Value: id, Copy: id},
		{Name: "Symbol", Value: in.Symbol, Copy: in.Symbol},
		facetFact("Type", "type", in.Type),
		facetFact("Exchange", "exchange", in.Exchange),
		facetFact("Industry", "industry", in.Industry),
		{Name: "Price source", Value: in.PriceSource, Unknown: in.PriceSource == ""},
		{Name: "Expires", Value: expiry(in.Expires)},
		openFact(s.open()),
		flagFact("Tradable", s.Row.Quote.Tradable),
		visitorsFact(s.Row.Quote.Popularity),
		currencyFact(s.unit()),
		{Name: "ISIN", Unknown: true, Title: "eToro's market data does not say an ISIN"},
	}
	for i := range facts {
		if facts[i].Unknown && facts[i].Value == "" {
			facts[i].Value = "not told by eToro"
		}
	}
	return facts
}

func expiry(expires bool) string {
	if expires {
		return "Yes; eToro does not say when"
	}
	return "No"
}

func visitorsFact(visitors *float64) views.Fact {
	f := views.Fact{Name: "Visitors in 7 days", Title: "people who looked at it at eToro"}
	if f.Unknown = visitors == nil; !f.Unknown {
		f.Value, f.Number = views.FormatCount(int(*visitors)), true
	}
	return f
}

// currencyFact is always one that eToro does not tell.
func currencyFact(unit string) views.Fact {
	f := views.Fact{Name: "Currency", Unknown: true, Title: "eToro's market data does not say in which currency an instrument is quoted"}
	if unit == "GBX" {
		f.Value = "not told by eToro; London quotes in pence (GBX)"
	}
	return f
}

func facetFact(name, key string, f market.Facet) views.Fact {
	if f.Slug == "" {
		return views.Fact{Name: name, Unknown: true}
	}
	return views.Fact{Name: name, Value: f.Name, Href: "/?" + key + "=" + url.QueryEscape(f.Slug)}
}

// flagFact is a flag of eToro's own, and says so on hover.
func flagFact(name string, flag *bool) views.Fact {
	if flag == nil {
		return views.Fact{Name: name, Unknown: true}
	}
	return views.Fact{Name: name, Value: yesNo(*flag), Title: "eToro's own flag"}
}

// openFact says in so many words whose flag it is: nothing else here knows the hours of a market.
func openFact(open *bool) views.Fact {
	f := flagFact("Market open", open)
	if !f.Unknown {
		f.Value += ", by eToro's own flag"
	}
	return f
}

func yesNo(b bool) string {
	if b {
		return "Yes"
	}
	return "No"
}

// suffixText says what the end of a symbol means, where eToro's use of it is known.
func suffixText(in *market.Instrument) string {
	switch in.Suffix {
	case "RTH":
		return "Regular trading hours only"
	case "EUR":
		return "Quoted in euro"
	case "24-7":
		return "Traded around the clock"
	case "EXT":
		return "Extended hours"
	}
	if in.Expires {
		return "Dated, expires"
	}
	return in.Type.Name
}
