package handlers

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
)

// exportList is the body of GET /instruments.json.
type exportList struct {
	Query  string       `json:"query"` // the address of the same list as a page
	Total  int          `json:"total"`
	Hidden int          `json:"hidden"`
	AsOf   time.Time    `json:"as_of"`
	Source string       `json:"source"` // live, sandbox, snapshot
	Items  []exportItem `json:"items"`
}

// exportItem is one instrument. A null is what eToro does not tell.
type exportItem struct {
	ID             int        `json:"id"`
	Symbol         string     `json:"symbol"`
	Name           string     `json:"name"`
	Type           string     `json:"type"`
	Exchange       string     `json:"exchange"`
	Industry       *string    `json:"industry"`
	MainListing    int        `json:"main_listing"` // the id of the company's main listing, often its own
	Price          *float64   `json:"price"`
	PriceAt        *time.Time `json:"price_at"` // when the price was read
	DayChangePct   *float64   `json:"day_change_pct"`
	WeekChangePct  *float64   `json:"week_change_pct"`
	MonthChangePct *float64   `json:"month_change_pct"`
	YearChangePct  *float64   `json:"year_change_pct"`
	Popularity     *float64   `json:"popularity"`
	Tradable       *bool      `json:"tradable"`
	Open           *bool      `json:"open"`
	HiddenBy       string     `json:"hidden_by"` // the rule that hides it, "" when it is shown
}

// export is the whole filtered set of a list request, shortened by limit.
func (h *Handlers) export(c echo.Context) (exportList, error) {
	q, err := parseList(c.QueryString())
	if err != nil {
		return exportList{}, err
	}
	limit, err := parseCount("limit", c.QueryParam("limit"), math.MaxInt32)
	if err != nil {
		return exportList{}, err
	}
	ask := q.market()
	ask.Offset, ask.Limit = 0, limit
	found, err := h.market.Find(c.Request().Context(), ask)
	if err != nil {
		return exportList{}, fmt.Errorf("export %q: %w", q.Box, err)
	}
	degrade(c, found.State)
	out := exportList{
		Query: q.onPage(1).href("/"), Total: found.Total, Hidden: found.Hidden, AsOf: found.State.AsOf.UTC(),
		Source: string(found.State.Source), Items: make([]exportItem, 0, len(found.Rows)),
	}
	if found.State.Age == market.AgeSnapshot {
		out.Source = string(market.Snapshot)
	}
	for _, r := range found.Rows {
		out.Items = append(out.Items, itemOf(r))
	}
	return out, nil
}

func itemOf(r market.Row) exportItem {
	in, q := r.Instrument, r.Quote
	item := exportItem{
		ID: int(in.ID), Symbol: in.Symbol, Name: in.Name, Type: in.Type.Name, Exchange: in.Exchange.Name,
		MainListing: int(in.MainListing), Price: q.Price, DayChangePct: q.DayChangePct, WeekChangePct: q.WeekChangePct,
		MonthChangePct: q.MonthChangePct, YearChangePct: q.YearChangePct, Popularity: q.Popularity,
		Tradable: q.Tradable, Open: q.Open, HiddenBy: in.HiddenBy,
	}
	if in.Industry.Slug != "" {
		item.Industry = &in.Industry.Name
	}
	if q.Price != nil && !q.At.IsZero() {
		at := q.At.UTC()
		item.PriceAt = &at
	}
	return item
}

// listJSON serves GET /instruments.json.
func (h *Handlers) listJSON(c echo.Context) error {
	out, err := h.export(c)
	if err != nil {
		return err
	}
	body, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("instruments.json: %w", err)
	}
	return sendTagged(c, echo.MIMEApplicationJSON, append(body, '\n'))
}

// listCSV serves GET /instruments.csv: the columns of the JSON.
func (h *Handlers) listCSV(c echo.Context) error {
	out, err := h.export(c)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	w.UseCRLF = true // RFC 4180
	rows := [][]string{{"id", "symbol", "name", "type", "exchange", "industry", "main_listing", "price", "price_at",
		"day_change_pct", "week_change_pct", "month_change_pct", "year_change_pct", "popularity", "tradable", "open", "hidden_by"}}
	for _, it := range out.Items {
		rows = append(rows, csvRow(it))
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("instruments.csv: %w", err)
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+csvName(c.QueryParams())+`"`)
	return sendTagged(c, "text/csv; charset=utf-8", buf.Bytes())
}

func csvRow(it exportItem) []string {
	industry, at := "", ""
	if it.Industry != nil {
		industry = *it.Industry
	}
	if it.PriceAt != nil {
		at = it.PriceAt.Format(time.RFC3339)
	}
	return []string{
		strconv.Itoa(it.ID), csvText(it.Symbol), csvText(it.Name), csvText(it.Type), csvText(it.Exchange), csvText(industry),
		strconv.Itoa(it.MainListing), csvNumber(it.Price), at, csvNumber(it.DayChangePct),
		csvNumber(it.WeekChangePct), csvNumber(it.MonthChangePct), csvNumber(it.YearChangePct), csvNumber(it.Popularity),
		csvFlag(it.Tradable), csvFlag(it.Open), csvText(it.HiddenBy),
	}
}

// csvText keeps a spreadsheet from reading a text as a formula, by the usual leading apostrophe.
func csvText(s string) string {
	if strings.IndexAny(s, "=+-@\t\r\n") == 0 {
		return "'" + s
	}
	return s
}

func csvNumber(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func csvFlag(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

// csvName is a file name that is safe in a header, whatever was searched for.
func csvName(v url.Values) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, clip(v.Get("q"), 40))
	if safe = strings.Trim(safe, "-"); safe != "" {
		return "instruments-" + safe + ".csv"
	}
	return "instruments.csv"
}
