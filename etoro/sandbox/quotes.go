package sandbox

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// maxRates is how many ids one call may ask rates of.
const maxRates = 100

// rateRow is eToro's row, with the fields that it calls obsolete.
type rateRow struct {
	InstrumentID            int     `json:"instrumentID"`
	Ask                     float64 `json:"ask"`
	Bid                     float64 `json:"bid"`
	LastExecution           float64 `json:"lastExecution"`
	ConversionRateAsk       float64 `json:"conversionRateAsk"`
	ConversionRateBid       float64 `json:"conversionRateBid"`
	Date                    string  `json:"date"`
	PriceRateID             int64   `json:"priceRateID"`
	UnitMargin              float64 `json:"unitMargin"`
	UnitMarginAsk           float64 `json:"unitMarginAsk"`
	UnitMarginBid           float64 `json:"unitMarginBid"`
	BidDiscounted           float64 `json:"bidDiscounted"`
	AskDiscounted           float64 `json:"askDiscounted"`
	UnitMarginBidDiscounted float64 `json:"unitMarginBidDiscounted"`
	UnitMarginAskDiscounted float64 `json:"unitMarginAskDiscounted"`
}

func (s *Server) rates(r request) answer {
	ids, err := r.ints("instrumentIds")
	switch {
	case err != nil:
		return badRequest("%v", err)
	case len(ids) == 0:
		return badRequest("instrumentIds is required")
	case len(ids) > maxRates:
		return badRequest("instrumentIds has %d ids, at most %d are allowed", len(ids), maxRates)
	}
	now, rows, seen := s.opts.Now(), []rateRow{}, map[int]bool{}
	for _, id := range ids {
		if in := s.catalogue.byID[id]; in != nil && !seen[id] {
			rows = append(rows, s.rate(in, now))
			seen[id] = true
		}
	}
	return jsonAnswer(map[string]any{"rates": rows})
}

// rate has zero prices and the year 0001 for what was never quoted.
func (s *Server) rate(in *instrument, now time.Time) rateRow {
	q := s.market.quote(in, now)
	conversion := s.toDollars(in)
	row := rateRow{
		InstrumentID: in.id, Ask: q.ask, Bid: q.bid, LastExecution: q.bid,
		ConversionRateAsk: conversion, ConversionRateBid: conversion,
		Date:       q.at.UTC().Format("2006-01-02T15:04:05.000000Z"),
		UnitMargin: q.bid, UnitMarginAsk: q.ask, UnitMarginBid: q.bid, BidDiscounted: q.bid, AskDiscounted: q.ask,
		UnitMarginBidDiscounted: q.bid, UnitMarginAskDiscounted: q.ask,
	}
	if q.has() {
		row.PriceRateID = q.rateID()
	}
	return row
}

// toDollars is the conversion from in's currency; 1 where that is not known.
func (s *Server) toDollars(in *instrument) float64 {
	if rate, ok := dollars[in.currency()]; ok {
		return rate
	}
	return 1
}

// candleSeries is the outer list's row.
type candleSeries struct {
	InstrumentID int      `json:"instrumentId"`
	Candles      []candle `json:"candles"`
	RangeOpen    float64  `json:"rangeOpen"`
	RangeClose   float64  `json:"rangeClose"`
	RangeHigh    float64  `json:"rangeHigh"`
	RangeLow     float64  `json:"rangeLow"`
	Volume       *float64 `json:"volume"`
}

// candlesReply has null candles for an unknown id, with status 200.
type candlesReply struct {
	Interval string         `json:"interval"`
	Candles  []candleSeries `json:"candles"`
}

func (s *Server) candles(r request) answer {
	id, err := strconv.Atoi(r.vars["id"])
	if err != nil {
		return badRequest("instrumentId %q is not a number", r.vars["id"])
	}
	step, ok := intervals[r.vars["interval"]]
	if !ok {
		return badRequest("interval %q is unknown", r.vars["interval"])
	}
	direction := r.vars["direction"]
	if direction != "asc" && direction != "desc" {
		return badRequest("direction must be asc or desc")
	}
	count, err := strconv.Atoi(r.vars["count"])
	if err != nil || count < 1 {
		return badRequest("candlesCount %q is not a number above 0", r.vars["count"])
	}
	reply := candlesReply{Interval: r.vars["interval"]}
	if in := s.catalogue.byID[id]; in != nil {
		reply.Candles = []candleSeries{{InstrumentID: id}}
		if !in.flags.noquote {
			bars := s.market.candles(in, step, min(count, maxCandles), s.opts.Now())
			reply.Candles[0] = newSeries(id, bars, direction)
		}
	}
	return jsonAnswer(reply)
}

// newSeries sums bars up, which are oldest first, and turns them as asked.
func newSeries(id int, bars []candle, direction string) candleSeries {
	s := candleSeries{InstrumentID: id, RangeOpen: bars[0].Open, RangeClose: bars[len(bars)-1].Close,
		RangeHigh: bars[0].High, RangeLow: bars[0].Low}
	var volume float64
	for _, b := range bars {
		s.RangeHigh, s.RangeLow = max(s.RangeHigh, b.High), min(s.RangeLow, b.Low)
		if b.Volume != nil {
			volume += *b.Volume
			s.Volume = &volume
		}
	}
	if direction == "desc" {
		slices.Reverse(bars)
	}
	s.Candles = bars
	return s
}

type closingRow struct {
	InstrumentID         int     `json:"instrumentId"`
	OfficialClosingPrice float64 `json:"officialClosingPrice"`
	IsMarketOpen         bool    `json:"isMarketOpen"`
	ClosingPrices        struct {
		Daily   wireClose `json:"daily"`
		Weekly  wireClose `json:"weekly"`
		Monthly wireClose `json:"monthly"`
	} `json:"closingPrices"`
}

type wireClose struct {
	Price float64 `json:"price"`
	Date  string  `json:"date"`
}

// noClose is how eToro says that there is none.
var noClose = wireClose{Price: -1, Date: "0001-01-01 00:00:00Z"}

func (s *Server) closingPrices(request) answer {
	now := s.opts.Now()
	rows := make([]closingRow, len(s.catalogue.rows))
	for i := range rows {
		rows[i] = s.closingRow(&s.catalogue.rows[i], now)
	}
	return jsonAnswer(rows)
}

func (s *Server) closingRow(in *instrument, now time.Time) closingRow {
	row := closingRow{InstrumentID: in.id}
	p := &row.ClosingPrices
	if in.flags.noquote {
		p.Daily, p.Weekly, p.Monthly = noClose, noClose, noClose
		return row
	}
	c := s.market.closes(in, now)
	row.OfficialClosingPrice = c.day.price
	row.IsMarketOpen = s.market.quote(in, now).open
	p.Daily, p.Weekly, p.Monthly = c.day.wire(), c.week.wire(), c.month.wire()
	return row
}

func (c closing) wire() wireClose {
	return wireClose{Price: c.price, Date: c.date.Format("2006-01-02 15:04:05Z")}
}

// percent is how far now is from before, in hundredths of a percent's precision.
func percent(before, now float64) float64 {
	return math.Round((now/before-1)*10000) / 100
}
