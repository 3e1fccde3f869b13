package etoro

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"5", "-1", "1.5", "Fri, 01 Jan 2099 00:00:00 GMT", "3, 4", "99999999999999999999", ",", "."} {
		f.Add(s, int64(1767614400))
	}
	f.Fuzz(func(t *testing.T, v string, unix int64) {
		d, ok := retryAfter([]string{v}, time.Unix(unix, 0))
		if ok && (d < shortestPause || d > longestPause) || !ok && d != 0 {
			t.Errorf("%q: %v %v", v, d, ok)
		}
	})
}

func FuzzErrorBody(f *testing.F) {
	for _, s := range []string{`{"errorCode":1}`, `{"error":{"code":"a"}}`, `{"error":"x","error_description":"y"}`, "<title>x</title>", "", "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e := readErrorBody(body)
		err := &APIError{Op: "Me", Status: 500, Code: oneLine(e.code, 64), Message: oneLine(e.message, maxText)}
		s := err.Error()
		if len(err.Code) > 64 || len(err.Message) > maxText || !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r\x00") {
			t.Errorf("%q", s)
		}
	})
}

func FuzzScalars(f *testing.F) {
	for _, s := range []string{`35.0`, `"12"`, `null`, `"2026-01-05 00:00:00Z"`, `true`, `{}`, `"`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var n number
		var i integer
		var m moment
		var fl flag
		var tx text
		for _, v := range []json.Unmarshaler{&n, &i, &m, &fl, &tx} {
			if err := v.UnmarshalJSON(b); err != nil {
				t.Errorf("%T: %v", v, err)
			}
		}
		if math.IsNaN(n.v) || math.IsInf(n.v, 0) || !n.known && n.v != 0 || !i.known && i.v != 0 {
			t.Errorf("%q: %v %v", b, n, i)
		}
		if at := time.Time(m); !at.IsZero() && (at.Location() != time.UTC || at.Year() < 2) {
			t.Errorf("%q: %v", b, at)
		}
	})
}

// fuzzDecoder fuzzes a decoder behind the check that guards each of them.
func fuzzDecoder[T any](f *testing.F, seed string, decode func([]byte) ([]T, int, error)) {
	f.Add([]byte(body(f, seed)))
	for _, s := range []string{`{"data":{"items":[{}]}}`, `[{"instrumentID":"1"}]`, `[null,{}]`, `{"candles":null}`, `[`, `{"data":[]}`, " [] "} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if looksLikeJSON(b) != nil {
			return
		}
		rows, skipped, err := decode(b)
		if err != nil && len(rows) > 0 || err == nil && rows == nil || skipped < 0 {
			t.Errorf("%d rows, %d skipped, %v", len(rows), skipped, err)
		}
	})
}

func FuzzInstruments(f *testing.F) {
	fuzzDecoder(f, "instruments.json", func(b []byte) ([]Instrument, int, error) {
		return list[Instrument, instrumentWire](b, "instrumentDisplayDatas", "instruments")
	})
}

func FuzzSnapshot(f *testing.F) {
	fuzzDecoder(f, "snapshot.json", func(b []byte) ([]SnapshotRow, int, error) {
		p, skipped, err := decodeSnapshot(b, SnapshotParams{Page: 1})
		for _, r := range p.Items {
			if r.ID < 1 {
				f.Errorf("row %+v", r)
			}
		}
		return p.Items, skipped, err
	})
}

func FuzzRates(f *testing.F) {
	fuzzDecoder(f, "rates.json", func(b []byte) ([]Rate, int, error) { return list[Rate, rateWire](b, "rates") })
}

func FuzzCandles(f *testing.F) {
	fuzzDecoder(f, "candles.json", func(b []byte) ([]Candle, int, error) {
		return decodeCandles(b, CandlesParams{ID: 990001})
	})
}

func FuzzClosingPrices(f *testing.F) {
	fuzzDecoder(f, "closing.json", func(b []byte) ([]ClosingPrice, int, error) {
		return list[ClosingPrice, closingWire](b)
	})
}

func FuzzLookups(f *testing.F) {
	fuzzDecoder(f, `{"exchangeInfo":[{"exchangeID":4}]}`, func(b []byte) ([]Exchange, int, error) {
		return list[Exchange, exchangeWire](b, "exchangeInfo")
	})
}

func FuzzMe(f *testing.F) {
	f.Add([]byte(`{"username":"a","scopes":["b",null,1]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := decodeMe(b); (err == nil) != (a.Username != "") {
			t.Errorf("%+v, %v", a, err)
		}
	})
}
