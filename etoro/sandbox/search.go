package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	defaultPageSize = 100
	maxPageSize     = 10_000
)

// hit is an instrument in a search, with its quote.
type hit struct {
	*instrument
	quote
	s   *Server
	now time.Time
}

// searchFields are the fields that a projection can name. A nil value leaves
// the field out. Names that are missing here are dropped silently, as eToro
// drops some that it documents: instrumentTypeID and exchangeID among them.
var searchFields = map[string]func(hit) any{
	"instrumentId":         func(h hit) any { return h.id },
	"internalInstrumentId": func(h hit) any { return h.id },
	"internalSymbolFull":   func(h hit) any { return orNull(h.symbol) },
	"symbol":               func(h hit) any { return unless(h.id%7 == 0, h.symbol) },
	"displayname":          func(h hit) any { return unless(h.id%11 == 0, h.name) },
	"internalInstrumentDisplayName": func(h hit) any {
		return h.name
	},
	"instrumentType":            func(h hit) any { return nameOf(instrumentTypes, h.typeID) },
	"internalAssetClassId":      func(h hit) any { return h.typeID },
	"internalAssetClassName":    func(h hit) any { return nameOf(instrumentTypes, h.typeID) },
	"internalExchangeId":        func(h hit) any { return h.exchangeID },
	"internalExchangeName":      func(h hit) any { return exchangeByID[h.exchangeID].name },
	"internalIndustryId":        func(h hit) any { return unless(h.industryID == 0, h.industryID) },
	"internalStockIndustryName": func(h hit) any { return unless(h.industryID == 0, nameOf(industries, h.industryID)) },
	"isOpen":                    func(h hit) any { return h.open },
	"isExchangeOpen":            func(h hit) any { return h.open },
	"isCurrentlyTradable":       func(h hit) any { return h.tradable },
	"isBuyEnabled":              func(h hit) any { return !h.flags.delisted },
	"isActiveInPlatform":        func(h hit) any { return !h.flags.delisted },
	"isDelisted":                func(h hit) any { return h.flags.delisted },
	"isInternalInstrument":      func(h hit) any { return h.flags.internal },
	"isHiddenFromClient":        func(h hit) any { return h.flags.internal },
	"currentRate":               func(h hit) any { return unless(!h.has(), h.bid) },
	"internalClosingPrice":      func(h hit) any { return unless(!h.has(), h.s.market.closes(h.instrument, h.now).day.price) },
	"dailyPriceChange":          func(h hit) any { return h.change(0) },
	"weeklyPriceChange":         func(h hit) any { return h.change(7) },
	"monthlyPriceChange":        func(h hit) any { return h.change(30) },
	"threeMonthPriceChange":     func(h hit) any { return h.change(91) },
	"sixMonthPriceChange":       func(h hit) any { return h.change(182) },
	"oneYearPriceChange":        func(h hit) any { return h.change(365) },
	"popularityUniques":         func(h hit) any { return h.popularity(90) },
	"popularityUniques7Day":     func(h hit) any { return h.popularity(7) },
	"popularityUniques14Day":    func(h hit) any { return h.popularity(14) },
	"popularityUniques30Day":    func(h hit) any { return h.popularity(30) },
}

func unless[T any](hidden bool, value T) any {
	if hidden {
		return nil
	}
	return value
}

// orNull is null for the one row that has no symbol.
func orNull(symbol string) any {
	if symbol == "" {
		return json.RawMessage("null")
	}
	return symbol
}

// change is the percent change since the close of a day: yesterday's for 0,
// that of the day before for 1, and so on. It is nil without a quote.
func (h hit) change(days int) any {
	if !h.has() {
		return nil
	}
	since := h.at.Truncate(24*time.Hour).AddDate(0, 0, -days)
	return percent(h.s.market.price(h.instrument, since), h.bid)
}

// popularity falls strictly with the rank.
func (h hit) popularity(days int) int {
	return days * (len(h.s.catalogue.rows) - h.rank + 300_000/(h.rank+3)) / 7
}

// projection is one field that an answer carries, under its own name or an alias.
type projection struct {
	key   string // the name as JSON
	value func(hit) any
}

// parseFields reads "alias=field,field". Unknown fields are left out.
func parseFields(text string) []projection {
	var list []projection
	for part := range strings.SplitSeq(text, ",") {
		name, field, aliased := strings.Cut(part, "=")
		if !aliased {
			field = name
		}
		if value, ok := searchFields[field]; ok && name != "" {
			list = append(list, projection{encode(name), value})
		}
	}
	return list
}

func (s *Server) search(r request) answer {
	if r.query.Get("fields") == "" {
		return badRequest("fields is required")
	}
	if r.query.Has("sort") {
		return badRequest("sort is not simulated") // its grammar changed at eToro; sort on your side
	}
	page, err := number(r, "page", 1)
	if err != nil {
		return badRequest("%v", err)
	}
	size, err := number(r, "pageSize", defaultPageSize)
	if err != nil {
		return badRequest("%v", err)
	}
	size = min(size, maxPageSize)
	hits, err := s.hits(r)
	if err != nil {
		return badRequest("%v", err)
	}
	first := min(page-1, len(hits)/size+1) * size // no overflow, however large the page
	shown := hits[min(first, len(hits)):min(first+size, len(hits))]
	body := fmt.Appendf(nil, `{"page":%d,"pageSize":%d,"totalItems":%d,"items":[`, page, size, len(hits))
	body = appendItems(body, shown, parseFields(r.query.Get("fields")))
	return newAnswer(http.StatusOK, jsonType, append(body, "]}"...))
}

// number reads a count from 1. pageNumber is documented but ignored by eToro,
// and so it is not asked for here.
func number(r request, name string, missing int) (int, error) {
	text := r.query.Get(name)
	if text == "" {
		return missing, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s: %q is not a number from 1", name, text)
	}
	return int(n), nil
}

// hits are the rows that the search index knows and the filters keep, most
// popular first. The index lacks internal and never-quoted rows,
// and has one pseudo-instrument at the front.
func (s *Server) hits(r request) ([]hit, error) {
	ids, err := r.ints("instrumentIds")
	if err != nil {
		return nil, err
	}
	one, err := r.ints("instrumentId")
	if err != nil {
		return nil, err
	}
	wanted, symbol, now := set(append(ids, one...)), strings.ToUpper(r.query.Get("internalSymbolFull")), s.opts.Now()
	var hits []hit
	if wanted == nil && symbol == "" {
		hits = append(hits, s.pseudoInstrument(now))
	}
	for i := range s.catalogue.rows {
		in := &s.catalogue.rows[i]
		if in.flags.internal || in.flags.noquote || wanted != nil && !wanted[in.id] ||
			!strings.Contains(strings.ToUpper(in.symbol), symbol) { // containment, not equality
			continue
		}
		hits = append(hits, hit{in, s.market.quote(in, now), s, now})
	}
	return hits, nil
}

// pseudoInstrument is the one row of eToro's index with an id below 1.
func (s *Server) pseudoInstrument(now time.Time) hit {
	in := &instrument{id: -100000, name: "Crypto market aggregate (system pseudo-instrument)", typeID: typeCrypto,
		exchangeID: 8, rank: len(s.catalogue.rows), flags: flags{noquote: true}}
	return hit{in, quote{}, s, now}
}

func appendItems(body []byte, hits []hit, fields []projection) []byte {
	for i, h := range hits {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendItem(body, h, fields)
	}
	return body
}

// appendItem writes one row by hand, because some of eToro's rows hold the key
// instrumentId twice, and only the last one is right.
func appendItem(body []byte, h hit, fields []projection) []byte {
	var pairs []string
	for _, f := range fields {
		if f.key == `"instrumentId"` && h.id%3 == 0 {
			pairs = append(pairs, f.key+":0")
		}
		if value := f.value(h); value != nil {
			pairs = append(pairs, f.key+":"+encode(value))
		}
	}
	return fmt.Appendf(body, "{%s}", strings.Join(pairs, ","))
}

// encode is for texts and plain numbers, which always have a JSON form.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("sandbox: encode %v: %v", v, err))
	}
	return string(b)
}
