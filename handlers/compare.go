package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/views"
)

const (
	comparePath  = "/compare"
	maxCompared  = 6
	comparedWait = 3 * time.Second // for all the candles together
)

// compareQuery is a comparison as it stands in the URL.
type compareQuery struct {
	IDs   []market.InstrumentID // from one to maxCompared, each once
	Range string                // a key of compareRanges
}

// compareRanges are how far back a chart may reach, in months; 0 is as far as there are candles for all.
var compareRanges = []struct {
	key, title string
	months     int
}{{"1M", "1 month", 1}, {"3M", "3 months", 3}, {"6M", "6 months", 6}, {"1Y", "1 year", 12}, {"max", "as far as all have candles", 0}}

const defaultRange = "6M"

// parseCompare reads a comparison from the raw query of a URL. ids may be lists or be repeated.
func parseCompare(raw string) (compareQuery, error) {
	v, err := url.ParseQuery(raw)
	if err != nil {
		return compareQuery{}, &inputError{"address", "The part after the question mark is not a well-formed query."}
	}
	var q compareQuery
	if q.IDs, err = parseCompared(v["ids"]); err != nil {
		return compareQuery{}, err
	}
	q.Range, err = parseRange(v.Get("range"))
	return q, err
}

func parseCompared(values []string) ([]market.InstrumentID, error) {
	listed := strings.FieldsFunc(strings.Join(values, ","), func(r rune) bool { return r == ',' || r == ' ' })
	if len(listed) == 0 {
		return nil, &inputError{"ids", "Nothing is chosen. Tick the boxes of up to six instruments in the list, or name their ids: /compare?ids=1001,1002."}
	}
	return parseIDs(listed, maxCompared)
}

func parseRange(s string) (string, error) {
	if s == "" {
		return defaultRange, nil
	}
	var keys []string
	for _, r := range compareRanges {
		if r.key == s {
			return s, nil
		}
		keys = append(keys, r.key)
	}
	return "", &inputError{"range", fmt.Sprintf("%q is no range. There are %s.", clip(s, 20), strings.Join(keys, ", "))}
}

// href is the address of q.
func (q compareQuery) href() string {
	address := comparePath + "?ids=" + joinIDs(q.IDs, ",")
	if q.Range != defaultRange {
		address += "&range=" + url.QueryEscape(q.Range)
	}
	return address
}

// without is q less one instrument.
func (q compareQuery) without(id market.InstrumentID) compareQuery {
	q.IDs = slices.DeleteFunc(slices.Clone(q.IDs), func(other market.InstrumentID) bool { return other == id })
	return q
}

// months is how far back q looks; 0 for as far as it goes.
func (q compareQuery) months() int {
	for _, r := range compareRanges {
		if r.key == q.Range {
			return r.months
		}
	}
	return 0
}

func joinIDs(ids []market.InstrumentID, separator string) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = strconv.Itoa(int(id))
	}
	return strings.Join(texts, separator)
}

// compare serves GET /compare?ids=.
func (h *Handlers) compare(c echo.Context) error {
	q, err := parseCompare(c.QueryString())
	if err != nil {
		return err
	}
	found, unknown, err := h.compared(c.Request().Context(), q.IDs)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return &missingError{
			Title: "None of these instruments is known",
			Text:  fmt.Sprintf("eToro's catalogue does not hold %s. Choose others in the list.", joinIDs(unknown, ", ")),
		}
	}
	for _, id := range unknown {
		q = q.without(id)
	}
	state := found[0].State
	degrade(c, state)
	candles := h.dailyCandles(c.Request().Context(), q.IDs)
	for _, each := range candles {
		degradeBy(c, each.err)
		degradeBy(c, each.Err)
	}
	m := compareModel(q, found, unknown, candles, h.now())
	m.Page = h.page(c, m.Title, state)
	m.Page.Path = q.href()
	return render(c, http.StatusOK, views.ComparePage(m))
}

// compared are the instruments of ids in that order, and the ids that there is none of.
func (h *Handlers) compared(ctx context.Context, ids []market.InstrumentID) (found []market.Detail, unknown []market.InstrumentID, err error) {
	for _, id := range ids {
		d, err := h.market.Instrument(ctx, id)
		switch {
		case errors.Is(err, market.ErrUnknown):
			unknown = append(unknown, id)
		case err != nil:
			return nil, nil, fmt.Errorf("compare %d: %w", id, err)
		default:
			found = append(found, d)
		}
	}
	return found, unknown, nil
}

// comparedCandles is what became of the question for the daily candles of one instrument.
type comparedCandles struct {
	market.Candles
	err error // why there are none; nil when there are
}

// dailyCandles asks for all at once, because those that nobody asked for lately take a call each. It waits for
// each of them, and for none longer than comparedWait.
func (h *Handlers) dailyCandles(ctx context.Context, ids []market.InstrumentID) []comparedCandles {
	ctx, cancel := context.WithTimeout(ctx, comparedWait)
	defer cancel()
	all := make([]comparedCandles, len(ids))
	var asked sync.WaitGroup
	for i, id := range ids {
		asked.Go(func() { all[i].Candles, all[i].err = h.market.Candles(ctx, id, market.DefaultInterval) })
	}
	asked.Wait()
	return all
}
