package handlers

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// compareModel makes the ready text of a comparison. found and candles are in the order of q. It is pure.
func compareModel(q compareQuery, found []market.Detail, unknown []market.InstrumentID, candles []comparedCandles, now time.Time) views.CompareModel {
	m := views.CompareModel{IDs: joinIDs(q.IDs, ",")}
	var symbols []string
	for _, d := range found {
		in := d.Row.Instrument
		column := views.CompareColumn{
			ID: strconv.Itoa(int(in.ID)), Symbol: in.Symbol, Name: in.Name, Href: instrumentHref(in.ID),
			Monogram: views.Monogram(in.Name), Colour: views.ColourOf(int(in.MainListing)),
		}
		if len(found) > 1 {
			column.RemoveHref = q.without(in.ID).href()
		}
		m.Columns = append(m.Columns, column)
		symbols = append(symbols, in.Symbol)
	}
	m.Title = "Compare " + strings.Join(symbols, ", ")
	if len(unknown) > 0 {
		m.Unknown = "Left out, because eToro's catalogue does not hold them: " + joinIDs(unknown, ", ") + "."
	}
	m.Groups = []views.CompareGroup{
		{Name: "What they are", Note: "rows that differ are marked", Rows: comparedFacts(found)},
		{Name: "Prices", Note: "eToro does not say in which currency", Rows: comparedPrices(found, candles, now)},
	}
	m.Chart = compareChart(q, symbols, found, candles, now)
	return m
}

// comparedFacts are the rows in which likeness says something. Those that differ are marked.
func comparedFacts(found []market.Detail) []views.CompareRow {
	var rows []views.CompareRow
	for _, f := range []struct {
		name string
		text func(market.Row) string
	}{
		{"Type", func(r market.Row) string { return r.Instrument.Type.Name }},
		{"Exchange", func(r market.Row) string { return r.Instrument.Exchange.Name }},
		{"Industry", func(r market.Row) string { return r.Instrument.Industry.Name }},
		{"Market", func(r market.Row) string { text, _ := marketFlag(r.Quote); return text }},
		{"Tradable", func(r market.Row) string { return flagFact("", r.Quote.Tradable).Value }},
		{"Expires", func(r market.Row) string { return yesNo(r.Instrument.Expires) }},
		{"Price source", func(r market.Row) string { return r.Instrument.PriceSource }},
		{"Other listings", func(r market.Row) string { return strconv.Itoa(len(r.Listings)) }},
	} {
		row := views.CompareRow{Name: f.name}
		for _, d := range found {
			text := f.text(d.Row)
			if text == "" {
				text = views.Unknown
			}
			row.Cells = append(row.Cells, views.CompareCell{Text: text})
			row.Differs = row.Differs || text != row.Cells[0].Text
		}
		rows = append(rows, row)
	}
	return rows
}

// comparedPrices are the rows of numbers, which differ by nature and are not marked.
func comparedPrices(found []market.Detail, candles []comparedCandles, now time.Time) []views.CompareRow {
	rows := []views.CompareRow{{Name: "Price"}, {Name: "Day"}}
	for _, p := range comparedPeriods {
		rows = append(rows, views.CompareRow{Name: p.name})
	}
	rows = append(rows, views.CompareRow{Name: "Close of the day before"}, views.CompareRow{Name: "Close of the week before"},
		views.CompareRow{Name: "Close of the month before"}, views.CompareRow{Name: "Popularity"})
	for i, d := range found {
		r := d.Row
		var price views.CompareCell
		price.Text, price.Title = priceText(r.Quote, now)
		price.Cell = "price"
		change := views.CompareCell{Cell: "change"}
		change.Text, change.Trend = changeText(r.Quote)
		cells := []views.CompareCell{price, change}
		cells = append(cells, comparedChanges(d, candles[i])...)
		cells = append(cells,
			comparedClose(r.Close.Daily.Price, r.Close.Daily.Date),
			comparedClose(r.Close.Weekly.Price, r.Close.Weekly.Date),
			comparedClose(r.Close.Monthly.Price, r.Close.Monthly.Date),
			popularityCell(r.Quote.Popularity))
		for n := range rows {
			rows[n].Cells = append(rows[n].Cells, cells[n])
		}
	}
	return rows
}

// comparedPeriods are the changes beside that of the day, as the page of an instrument names them.
var comparedPeriods = []struct{ key, name string }{
	{"1W", "Week"}, {"1M", "Month"}, {"3M", "3 months"}, {"6M", "6 months"}, {"1Y", "Year"},
}

func comparedChanges(d market.Detail, c comparedCandles) []views.CompareCell {
	changes := map[string]views.ChangeModel{}
	for _, change := range (sheet{Detail: d, daily: c.Candles}).changes() {
		changes[change.Period] = changeModel(change)
	}
	cells := make([]views.CompareCell, len(comparedPeriods))
	for i, p := range comparedPeriods {
		cells[i] = views.CompareCell{Text: views.Unknown}
		if m, told := changes[p.key]; told {
			cells[i] = views.CompareCell{Text: m.Text, Title: m.Title, Trend: m.Trend}
		}
	}
	return cells
}

func comparedClose(price float64, date time.Time) views.CompareCell {
	cell := views.CompareCell{Text: closeText(price)}
	if !date.IsZero() && price > 0 {
		cell.Title = "close of " + date.UTC().Format(time.DateOnly)
	}
	return cell
}

func popularityCell(visitors *float64) views.CompareCell {
	if visitors == nil {
		return views.CompareCell{Text: views.Unknown}
	}
	return views.CompareCell{Text: views.FormatCount(int(*visitors)), Title: "visitors in seven days, by eToro"}
}

// compareChart is the lines of those that have candles, and the reasons of those that have not.
func compareChart(q compareQuery, symbols []string, found []market.Detail, candles []comparedCandles, now time.Time) views.CompareChart {
	m := views.CompareChart{Ranges: rangeLinks(q)}
	bars := make([][]market.Candle, len(candles))
	for i, c := range candles {
		bars[i] = c.Bars
		if c.err == nil && c.Err != nil {
			m.Notes = append(m.Notes, symbols[i]+": "+chartStale(c.Candles, now))
		}
	}
	lines, start := rebase(bars, q.months())
	var drawn []views.Line
	for i, l := range lines {
		if len(l.Points) == 0 {
			m.Left = append(m.Left, leftOut(symbols[i], candles[i]))
			continue
		}
		drawn = append(drawn, views.Line{Style: i, Points: l.Points})
		last := l.Points[len(l.Points)-1].Value
		m.Legend = append(m.Legend, views.LineKey{
			Style: i, Symbol: symbols[i], Name: found[i].Row.Instrument.Name,
			Value: strconv.FormatFloat(last, 'f', 1, 64), Change: views.FormatChange(last - 100), Trend: views.Trend(last - 100),
		})
	}
	m.Plot = views.NewLinePlot(drawn)
	switch {
	case len(drawn) == 0:
		m.Empty = "There are no daily candles to draw."
	case m.Plot == nil:
		m.Empty = "There is only one day that all have a candle of: " + start.Format(time.DateOnly) + "."
	default:
		m.Text = fmt.Sprintf("Daily closes, each as 100 on %s, the first day in this range that all have a candle of.", start.Format(time.DateOnly))
	}
	return m
}

func leftOut(symbol string, c comparedCandles) views.CompareLeft {
	switch {
	case c.err != nil:
		f := explain(c.err)
		return views.CompareLeft{Symbol: symbol, Text: "is not drawn: its candles could not be read. " + f.title + ".", IDs: f.call.ids}
	case len(c.Bars) == 0:
		return views.CompareLeft{Symbol: symbol, Text: "is not drawn: eToro has no daily candles of it."}
	}
	return views.CompareLeft{Symbol: symbol, Text: "is not drawn: its newest candle is of " + day(c.Bars[len(c.Bars)-1]).Format(time.DateOnly) + "."}
}

func rangeLinks(q compareQuery) []views.CompareRange {
	var links []views.CompareRange
	for _, r := range compareRanges {
		to := q
		to.Range = r.key
		links = append(links, views.CompareRange{Text: r.key, Title: r.title, Href: to.href() + "#chart", Current: r.key == q.Range})
	}
	return links
}
