package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
)

// candlesBody is the body of GET /instruments/{id}/candles.
type candlesBody struct {
	ID       int           `json:"id"`
	Interval string        `json:"interval"`
	AsOf     time.Time     `json:"as_of"` // when the candles were read
	State    string        `json:"state"` // fresh, stale
	Error    *candlesError `json:"error,omitempty"`
	Candles  []candleItem  `json:"candles"` // oldest first, the last one maybe unfinished
}

// candlesError is why the candles could not be read anew.
type candlesError struct {
	Title             string `json:"title"`
	UpstreamRequestID string `json:"upstream_request_id,omitempty"` // of the last attempt
}

// candleItem is one bar. Volume is null where eToro does not tell it.
type candleItem struct {
	Time   int64    `json:"time"` // of its start, in seconds since 1970
	Open   float64  `json:"open"`
	High   float64  `json:"high"`
	Low    float64  `json:"low"`
	Close  float64  `json:"close"`
	Volume *float64 `json:"volume"`
}

// defaultCandles is how many bars are sent when the request does not say.
const defaultCandles = 300

// candles serves GET /instruments/{id}/candles?interval=&count=. A count above what eToro gives
// is cut to it.
func (h *Handlers) candles(c echo.Context) error {
	id, err := parseID(c.Param("id"))
	if err != nil {
		return err
	}
	iv, err := parseInterval(c.QueryParam("interval"))
	if err != nil {
		return err
	}
	count, err := parseCount("count", c.QueryParam("count"), defaultCandles)
	if err != nil {
		return err
	}
	candles, err := h.market.Candles(c.Request().Context(), id, iv)
	if errors.Is(err, market.ErrUnknown) {
		return &missingError{Title: fmt.Sprintf("No instrument has the id %d", id), Text: "eToro's catalogue does not hold it."}
	}
	if err != nil {
		return err
	}
	degradeBy(c, candles.Err)
	body, err := json.Marshal(candlesJSON(id, candles, count, h.now()))
	if err != nil {
		return fmt.Errorf("candles %d: %w", id, err)
	}
	c.Response().Header().Set("Cache-Control", candlesLife(candles, h.now()))
	return sendTagged(c, echo.MIMEApplicationJSON, append(body, '\n'))
}

func candlesJSON(id market.InstrumentID, candles market.Candles, count int, now time.Time) candlesBody {
	bars := candles.Newest(count)
	body := candlesBody{
		ID: int(id), Interval: string(candles.Interval), AsOf: candles.At.UTC(), State: market.AgeFresh,
		Candles: make([]candleItem, 0, len(bars)),
	}
	if candlesOld(candles, now) {
		body.State = market.AgeStale
	}
	if candles.Err != nil {
		f := explain(candles.Err)
		body.Error = &candlesError{Title: f.title}
		if n := len(f.call.ids); n > 0 {
			body.Error.UpstreamRequestID = f.call.ids[n-1]
		}
	}
	for _, b := range bars {
		body.Candles = append(body.Candles, candleItem{b.From.Unix(), b.Open, b.High, b.Low, b.Close, b.Volume})
	}
	return body
}

func candlesOld(candles market.Candles, now time.Time) bool {
	return candles.Err != nil || !now.Before(candles.FreshUntil())
}

// candlesLife lets a browser keep candles for as long as they count as fresh here.
func candlesLife(candles market.Candles, now time.Time) string {
	left := int(math.Floor(candles.FreshUntil().Sub(now).Seconds()))
	if candlesOld(candles, now) || left < 1 {
		return "private, no-cache"
	}
	return fmt.Sprintf("private, max-age=%d", left)
}

// parseInterval reads eToro's name of an interval; the empty text is a day.
func parseInterval(s string) (market.Interval, error) {
	if s == "" {
		return market.DefaultInterval, nil
	}
	all := market.Intervals()
	if slices.Contains(all, market.Interval(s)) {
		return market.Interval(s), nil
	}
	var names []string
	for _, iv := range all {
		names = append(names, string(iv))
	}
	return "", &inputError{"interval", fmt.Sprintf("%q is no interval. There are %s.", clip(s, 20), strings.Join(names, ", "))}
}

// degradeBy notes what went wrong behind a part of an answer, as degrade does for the catalogue.
func degradeBy(c echo.Context, err error) {
	if err == nil {
		return
	}
	call := callOf(err)
	d, _ := c.Get(degradedKey).(degradation)
	d.ops = joined(d.ops, call.op, ",")
	for _, id := range call.ids {
		d.ids = joined(d.ids, id, ",")
		header := c.Response().Header()
		header.Set(headerUpstreamID, joined(header.Get(headerUpstreamID), id, ", "))
	}
	c.Set(degradedKey, d)
}

func joined(list, more, separator string) string {
	if list == "" || more == "" {
		return list + more
	}
	return list + separator + more
}
