package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// instrument serves GET /instruments/{id}, and /instruments/{id}.json: the same for programs.
func (h *Handlers) instrument(c echo.Context) error {
	name, asJSON := strings.CutSuffix(c.Param("id"), ".json")
	id, err := parseID(name)
	if err != nil {
		return err
	}
	d, err := h.market.Instrument(c.Request().Context(), id)
	if errors.Is(err, market.ErrUnknown) {
		return &missingError{
			Title: fmt.Sprintf("No instrument has the id %d", id),
			Text:  "eToro's catalogue does not hold it. It may be gone, or not be public. The list has every instrument.",
		}
	}
	if err != nil {
		return fmt.Errorf("instrument %d: %w", id, err)
	}
	degrade(c, d.State)
	answer := h.ask(c.Request().Context(), d)
	if asJSON {
		return h.instrumentJSON(c, answer())
	}
	chart := h.chart(c, d.Row.Instrument)
	s := answer()
	m := instrumentModel(s, h.etoroURL, h.now())
	m.Page = h.page(c, m.Name+" · "+m.Symbol, d.State)
	m.Chart = chart
	m.Quote.Err = h.quoteFault(c, s)
	if d.ClosesErr != nil {
		e := h.errorModel(c, explain(d.ClosesErr))
		m.ClosesErr = &e
	}
	return render(c, http.StatusOK, views.InstrumentPage(m))
}

// quoteFault is the panel about a price that could not be read, nil when nothing went wrong.
func (h *Handlers) quoteFault(c echo.Context, s sheet) *views.ErrorModel {
	err := s.fault()
	if err == nil {
		return nil
	}
	degradeBy(c, err)
	e := h.errorModel(c, explain(err))
	e.Text = "The rest of the page does not need it. Prices that come by themselves show as soon as they do."
	e.Actions = nil
	return &e
}

// symbol serves GET /s/{symbol}: the way to an instrument for who knows its symbol. A symbol may
// move to another instrument one day, so the redirect is not permanent.
func (h *Handlers) symbol(c echo.Context) error {
	symbol, err := pathText(c, "*")
	if err != nil {
		return err
	}
	in, err := h.market.BySymbol(c.Request().Context(), symbol)
	if errors.Is(err, market.ErrUnknown) {
		return &missingError{
			Title: fmt.Sprintf("No instrument has the symbol “%s”", clip(symbol, 40)),
			Text:  "eToro writes some symbols with the exchange at the end, such as NESN.ZU or BP.L. Search for it in the list.",
		}
	}
	if err != nil {
		return fmt.Errorf("symbol %q: %w", symbol, err)
	}
	return c.Redirect(http.StatusFound, instrumentHref(in.ID))
}

// pathText is a text in the path, unescaped whatever form it came in (echo leaves a path with an
// escaped slash as it was sent), and held to the rules of the search box.
func pathText(c echo.Context, name string) (string, error) {
	s := c.Param(name)
	if c.Request().URL.RawPath != "" {
		var err error
		if s, err = url.PathUnescape(s); err != nil {
			return "", &inputError{"symbol", "The symbol in the address is not well-formed."}
		}
	}
	s, err := parseBox(s)
	if err != nil || s == "" {
		return "", &inputError{"symbol", "The address needs a symbol, such as /s/AAPL."}
	}
	return s, nil
}
