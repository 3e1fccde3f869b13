package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// pricesBody is the body of GET /prices: what a stream would send first.
type pricesBody struct {
	Feed   feedEvent    `json:"feed"`
	Prices []priceEvent `json:"prices"`
	Error  string       `json:"error,omitempty"` // why prices are missing or older than they should be
}

// prices serves GET /prices?ids=: the same as /live, once, for those who cannot read streams.
func (h *Handlers) prices(c echo.Context) error {
	ids, err := parseWatch(c.QueryParam("ids"))
	if err != nil {
		return err
	}
	found, err := h.market.Prices(c.Request().Context(), ids)
	if err != nil && len(found) == 0 {
		return err
	}
	degradeBy(c, err)
	now := h.now()
	body := pricesBody{Feed: feedModel(h.market.Feed(), now), Prices: make([]priceEvent, 0, len(found))}
	if err != nil {
		body.Error = explain(err).title
	}
	for _, id := range ids {
		if p, ok := found[id]; ok {
			e, _ := liveCells(p, now).since(cells{}, id)
			body.Prices = append(body.Prices, e)
		}
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.JSON(http.StatusOK, body)
}
