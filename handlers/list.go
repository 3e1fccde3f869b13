package handlers

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

// list serves GET /: the list as a whole page.
func (h *Handlers) list(c echo.Context) error {
	q, found, err := h.findList(c)
	if err != nil {
		return err
	}
	degrade(c, found.State)
	m := listModel(q, found, h.now())
	h.addSparks(&m, q, found.Rows, true)
	m.Page = h.page(c, listTitle(q), found.State)
	m.Page.Query = q.Box
	return render(c, http.StatusOK, views.ListPage(m))
}

// search serves GET /search: the same list as a fragment for the page that is open.
func (h *Handlers) search(c echo.Context) error {
	if c.Request().Header.Get("Sec-Fetch-Mode") == "navigate" && !isHTMX(c) {
		// Somebody opened the fragment's own address: they want the page it belongs to.
		return c.Redirect(http.StatusSeeOther, pageOf(c))
	}
	q, err := parseList(c.QueryString())
	if err != nil {
		return err
	}
	f, state, err := h.fragment(c, q)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	if choosesFilter(c) {
		header.Set("HX-Push-Url", q.href("/"))
	} else {
		header.Set("HX-Replace-Url", q.href("/"))
	}
	header.Set("Vary", "HX-Request, HX-Trigger")
	degrade(c, state)
	return sendKnown(c, echo.MIMETextHTMLCharsetUTF8, f.body, f.tag)
}

// fragment is the list that answers q, drawn or kept from the last time that somebody asked the same.
func (h *Handlers) fragment(c echo.Context, q listQuery) (*fragment, market.State, error) {
	now, key := h.now(), q.href("/")
	state := h.market.State()
	if f := h.fragments.get(stampOf(state, now), key); f != nil {
		return f, state, nil
	}
	found, err := h.find(c, q)
	if err != nil {
		return nil, found.State, err
	}
	m := listModel(q, found, now)
	h.addSparks(&m, q, found.Rows, choosesFilter(c))
	m.Page.Title, m.Stale = listTitle(q), staleNote(found.State, now)
	body, err := draw(c, views.ListFragment(m))
	if err != nil {
		return nil, found.State, err
	}
	f := &fragment{body: body, tag: tagOf(body)}
	h.fragments.put(stampOf(found.State, now), key, f)
	return f, found.State, nil
}

// choosesFilter reports whether a filter, an order or a page was chosen: a step to come back to,
// unlike a letter typed.
func choosesFilter(c echo.Context) bool {
	id := c.Request().Header.Get("HX-Trigger")
	for _, prefix := range []string{"facet-", "sort-", "page-"} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

func (h *Handlers) findList(c echo.Context) (listQuery, market.Listing, error) {
	q, err := parseList(c.QueryString())
	if err != nil {
		return q, market.Listing{}, err
	}
	found, err := h.find(c, q)
	return q, found, err
}

func (h *Handlers) find(c echo.Context, q listQuery) (market.Listing, error) {
	found, err := h.market.Find(c.Request().Context(), q.market())
	if err != nil {
		return found, fmt.Errorf("list %q: %w", q.Box, err)
	}
	if last := lastPage(found.Total); q.Page > last {
		return found, &missingError{
			Title: fmt.Sprintf("The list has no page %d", q.Page),
			Text:  fmt.Sprintf("It ends at page %d.", last),
		}
	}
	return found, nil
}

// lastPage is the number of the last page; an empty list has one.
func lastPage(total int) int { return max(1, (total+pageSize-1)/pageSize) }

func listTitle(q listQuery) string {
	title := "Instruments"
	if q.Box != "" {
		title = q.Box + " · Instruments"
	}
	if q.Page > 1 {
		title += fmt.Sprintf(" · page %d", q.Page)
	}
	return title
}
