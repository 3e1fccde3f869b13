package etoro

import (
	"cmp"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorded returns a real recording, unpacked, or skips the test where there are none.
func recorded(t testing.TB, name string) []byte {
	t.Helper()
	dir := cmp.Or(os.Getenv("SHARED_DATA"), filepath.Join("..", "..", "shared", "data"))
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("no recordings here: %v", err)
	}
	defer func() { _ = f.Close() }()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decodeInstruments(b []byte) ([]Instrument, int, error) {
	return list[Instrument, instrumentWire](b, "instrumentDisplayDatas", "instruments")
}

func TestRecordedAnswersAreReadWhole(t *testing.T) {
	t.Parallel()
	for name, decode := range map[string]func([]byte) (int, int, error){
		"instruments.json.gz":                     counted(decodeInstruments),
		"recorded/instruments-2026-verbatim.json": counted(decodeInstruments),
		"exchanges.json":                          counted(func(b []byte) ([]Exchange, int, error) { return list[Exchange, exchangeWire](b, "exchangeInfo") }),
		"instrument-types.json": counted(func(b []byte) ([]InstrumentType, int, error) {
			return list[InstrumentType, typeWire](b, "instrumentTypes")
		}),
		"stocks-industries.json": counted(func(b []byte) ([]StocksIndustry, int, error) {
			return list[StocksIndustry, industryWire](b, "stocksIndustries")
		}),
		"recorded/rates-2026-08-13.rebuilt.json":       counted(func(b []byte) ([]Rate, int, error) { return list[Rate, rateWire](b, "rates") }),
		"recorded/closing-price-official-example.json": counted(func(b []byte) ([]ClosingPrice, int, error) { return list[ClosingPrice, closingWire](b) }),
		"recorded/candles-official-example.json":       counted(func(b []byte) ([]Candle, int, error) { return decodeCandles(b, CandlesParams{ID: 12}) }),
		"recorded/search-pseudo-instrument.json": counted(func(b []byte) ([]SnapshotRow, int, error) {
			p, skipped, err := decodeSnapshot(b, SnapshotParams{})
			return p.Items, skipped, err
		}),
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			n, skipped, err := decode(recorded(t, name))
			if err != nil || n == 0 || skipped != 0 {
				t.Errorf("%d rows, %d skipped, %v", n, skipped, err)
			}
		})
	}
}

func counted[T any](decode func([]byte) ([]T, int, error)) func([]byte) (int, int, error) {
	return func(b []byte) (int, int, error) {
		rows, skipped, err := decode(b)
		return len(rows), skipped, err
	}
}

func TestRecordedErrorBodiesAreUnderstood(t *testing.T) {
	t.Parallel()
	var all []struct {
		Status int
		Body   json.RawMessage
	}
	if err := json.Unmarshal(recorded(t, "recorded/error-bodies.json"), &all); err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if told := readErrorBody(e.Body); string(e.Body) != "null" && told.code+told.message == "" {
			t.Errorf("%d %s: %+v", e.Status, e.Body, told)
		}
	}
}

func BenchmarkDecodeCatalogue(b *testing.B) {
	raw := recorded(b, "instruments.json.gz")
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if rows, _, err := decodeInstruments(raw); err != nil || len(rows) < 10_000 {
			b.Fatal(len(rows), err)
		}
	}
}
