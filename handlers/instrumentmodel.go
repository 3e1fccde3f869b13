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

// priceOldAfter is when a snapshot price is shown as old: the snapshot's own soft age, twice.
const priceOldAfter = 10 * time.Minute

// instrumentModel makes the ready text of the instrument page; etoroURL is where eToro's API is. It is pure.
func instrumentModel(d market.Detail, etoroURL string, now time.Time) views.InstrumentModel {
	in, id := d.Row.Instrument, strconv.Itoa(int(d.Row.Instrument.ID))
	m := views.InstrumentModel{
		ID: id, Symbol: in.Symbol, Name: in.Name, Monogram: views.Monogram(in.Name), Colour: views.ColourOf(int(in.MainListing)),
		Crumbs: crumbs(in), Subtitle: subtitle(in), HiddenBy: in.HiddenBy,
		Facts: instrumentFacts(d), Permalink: instrumentHref(in.ID), SymbolLink: "/s/" + url.PathEscape(in.Symbol), JSON: instrumentHref(in.ID) + ".json",
		Curl: "curl '" + etoroURL + "/api/v1/market-data/instruments?instrumentIds=" + id + "' \\\n" +
			"  -H \"x-api-key: $ETORO_API_KEY\" -H \"x-user-key: $ETORO_USER_KEY\" \\\n" +
			"  -H \"x-request-id: $(uuidgen)\" -A 'Mozilla/5.0 (compatible; curl)'",
	}
	m.Price, _ = priceText(d.Row.Quote, now)
	m.PriceNote, m.PriceOld = priceNote(d.Row.Quote, now)
	m.Change, m.Trend = changeText(d.Row.Quote)
	m.Market, m.MarketTone = marketFlag(d.Row.Quote)
	if m.Market != "" {
		m.MarketNote = "eToro's own flag"
	}
	m.Closes, m.ClosesNote = closes(d, d.Row.Quote.Price, now)
	m.Listings = listingModels(d.Row.Listings)
	return m
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

func priceNote(q market.Quote, now time.Time) (note string, old bool) {
	if q.Price == nil {
		return "eToro tells no price for it", false
	}
	age := now.Sub(q.At)
	return fmt.Sprintf("read %s · %s old", views.FormatTime(q.At), views.FormatAge(age)), age > priceOldAfter
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

// closes are the previous closes, each with the way to the price that the page shows, nil for none.
func closes(d market.Detail, price *float64, now time.Time) ([]views.CloseModel, string) {
	var out []views.CloseModel
	c := d.Row.Close
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
		if price != nil {
			change := (*price/p.price - 1) * 100
			m.Change, m.Trend = views.FormatChange(change), views.Trend(change)
		}
		out = append(out, m)
	}
	switch {
	case d.ClosesAt.IsZero() && d.ClosesErr != nil:
		return out, "eToro's closing prices could not be read"
	case d.ClosesAt.IsZero():
		return out, "eToro's closing prices are still loading"
	case len(out) == 0:
		return out, "eToro tells no closing price for it"
	}
	return out, "Official closes, read " + views.FormatAge(now.Sub(d.ClosesAt)) + " ago"
}

func instrumentFacts(d market.Detail) []views.Fact {
	in := d.Row.Instrument
	id := strconv.Itoa(int(in.ID))
	facts := []views.Fact{
		{Name: "Instrument id", Value: id, Copy: id},
		{Name: "Symbol", Value: in.Symbol, Copy: in.Symbol},
		facetFact("Type", "type", in.Type),
		facetFact("Exchange", "exchange", in.Exchange),
		facetFact("Industry", "industry", in.Industry),
		{Name: "Price source", Value: in.PriceSource, Unknown: in.PriceSource == ""},
		{Name: "Expires", Value: yesNo(in.Expires)},
		flagFact("Tradable", d.Row.Quote.Tradable),
		currencyFact(in),
		{Name: "ISIN", Unknown: true, Title: "eToro's catalogue does not say an ISIN"},
	}
	for i := range facts {
		if facts[i].Unknown {
			facts[i].Value = "not told by eToro"
		}
	}
	return facts
}

// currencyFact guesses one currency (eToro's names of London's venues begin with LSE), and says so: shares in London are quoted in pence, a hundredth of what people expect.
func currencyFact(in *market.Instrument) views.Fact {
	f := views.Fact{Name: "Currency", Unknown: true, Title: "eToro's catalogue does not say in which currency an instrument is quoted"}
	if strings.HasPrefix(in.Exchange.Slug, "lse") && in.Type.Slug == "stocks" && in.Suffix != "EUR" {
		f.Unknown, f.Value = false, "probably GBX, pence: London quotes shares so"
		f.Title = "A guess from the exchange: eToro does not say"
	}
	return f
}

func facetFact(name, key string, f market.Facet) views.Fact {
	if f.Slug == "" {
		return views.Fact{Name: name, Unknown: true}
	}
	return views.Fact{Name: name, Value: f.Name, Href: "/?" + key + "=" + url.QueryEscape(f.Slug)}
}

func flagFact(name string, flag *bool) views.Fact {
	if flag == nil {
		return views.Fact{Name: name, Unknown: true}
	}
	return views.Fact{Name: name, Value: yesNo(*flag)}
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
