package market

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

// realRows reads a recording of eToro's whole catalogue, which the repository does not
// hold: SHARED_DATA names its folder.
func realRows(tb testing.TB) []etoro.Instrument {
	tb.Helper()
	rows, err := recording()
	if errors.Is(err, fs.ErrNotExist) {
		tb.Skipf("no recording of the real catalogue: %v", err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return slices.Clone(rows)
}

func recordingPath() string {
	if *catalogueFile != "" {
		return *catalogueFile
	}
	dir := os.Getenv("SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	return filepath.Join(dir, "instruments.json.gz")
}

var recording = sync.OnceValues(func() ([]etoro.Instrument, error) {
	file, err := os.Open(recordingPath())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	zip, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	var answer struct {
		InstrumentDisplayDatas []struct {
			InstrumentID, InstrumentTypeID, ExchangeID, StocksIndustryID int
			InstrumentDisplayName, SymbolFull, PriceSource               string
			HasExpirationDate, IsInternalInstrument                      bool
			Images                                                       []etoro.Image
		}
	}
	if err := json.NewDecoder(zip).Decode(&answer); err != nil {
		return nil, err
	}
	var rows []etoro.Instrument
	for _, r := range answer.InstrumentDisplayDatas {
		rows = append(rows, etoro.Instrument{
			ID: etoro.InstrumentID(r.InstrumentID), DisplayName: r.InstrumentDisplayName, Symbol: r.SymbolFull,
			TypeID: r.InstrumentTypeID, ExchangeID: r.ExchangeID, IndustryID: r.StocksIndustryID, PriceSource: r.PriceSource,
			Expires: r.HasExpirationDate, Internal: r.IsInternalInstrument, Images: r.Images,
		})
	}
	return rows, nil
})

func TestRealCatalogueIsReachableByPagingAndBySymbol(t *testing.T) {
	t.Parallel()
	raw := realRows(t)
	m := loaded(t, newFar(raw...))
	s := m.State()
	if s.Count+s.Hidden != len(raw) {
		t.Fatalf("%d shown + %d hidden of %d", s.Count, s.Hidden, len(raw))
	}
	t.Logf("%d shown, %d hidden", s.Count, s.Hidden)
	seen := make(map[etoro.InstrumentID]bool)
	for offset := 0; ; offset += 500 {
		l := find(t, m, Query{Offset: offset, Limit: 500})
		if len(l.Rows) == 0 {
			break
		}
		for _, r := range l.Rows {
			if seen[r.Instrument.ID] {
				t.Errorf("%s is on two pages", r.Instrument.Symbol)
			}
			seen[r.Instrument.ID] = true
		}
	}
	for _, r := range m.current.Load().rows {
		if (r.HiddenBy == "") != seen[r.ID] {
			t.Errorf("%s: hidden by %q, on a page: %v", r.Symbol, r.HiddenBy, seen[r.ID])
		}
		// USDPEN and USD/PEN are two rows and, to who types, one symbol.
		l := find(t, m, Query{Box: r.Symbol, Limit: 2, Hidden: r.HiddenBy != ""})
		if !slices.ContainsFunc(l.Rows, func(hit Row) bool { return hit.Instrument.ID == r.ID && hit.Tier == search.TierExactSymbol }) {
			t.Errorf("%q finds %v first", r.Symbol, symbols(l))
		}
		if got, err := m.BySymbol(t.Context(), r.Symbol); err != nil || got.ID != r.ID {
			t.Errorf("%q leads to %v, %v", r.Symbol, got, err)
		}
	}
}

func TestRealCatalogueKeepsFalseFriendsAndHidesDirt(t *testing.T) {
	t.Parallel()
	c := catalogueOf(realRows(t)...)
	by := make(map[string]int)
	for _, r := range c.rows {
		by[r.HiddenBy]++
	}
	t.Logf("hidden by rule: %v", by)
	for _, symbol := range []string{"CVI.US", "CVR", "CVRX", "GOLD", "LNTH", "BIO.DE", "BIO3.DE", "WSR", "INTT", "AEHR", "LMT", "CBRL", "KOLD", "COLD", "FOLD", "1OZ.GOLD.AUG26", "ICVT", "IESC", "RMV.L"} {
		if doc, ok := c.bySymbol[symbol]; ok && c.rows[doc].HiddenBy != "" {
			t.Errorf("%s (%s) is hidden by %q", symbol, c.rows[doc].Name, c.rows[doc].HiddenBy)
		}
	}
	for _, rule := range []string{"dormant placeholder", "test row", "locked row", "corporate action", "old row", "internal row"} {
		if by[rule] == 0 {
			t.Errorf("%q hides nothing", rule)
		}
	}
	if hidden := c.Hidden(); hidden < 500 || hidden > 1000 {
		t.Errorf("%d rows are hidden", hidden)
	}
}

func TestRealCatalogueGroupsAppleAndKeepsAmpApart(t *testing.T) {
	t.Parallel()
	c := catalogueOf(realRows(t)...)
	main := func(symbol string) string {
		return c.rows[c.byID[c.rows[c.bySymbol[symbol]].MainListing]].Symbol
	}
	for symbol, want := range map[string]string{"AAPL.RTH": "AAPL", "AAPL.EUR": "AAPL", "AMP.RTH": "AMP.US", "AMP": "AMP", "GOLD.US": "GOLD.US", "JPM.EXT": "JPM", "MDT.RTH": "MDT.US"} {
		if got := main(symbol); got != want {
			t.Errorf("%s stands behind %s, want %s", symbol, got, want)
		}
	}
}

func realInputs(tb testing.TB) inputs {
	rows := realRows(tb)
	f := newFar(rows...)
	now := time.Now()
	in := inputs{rows: dated[[]etoro.Instrument]{rows, now}}
	in.quotes = dated[map[etoro.InstrumentID]Quote]{map[etoro.InstrumentID]Quote{}, now}
	for i := range f.pages[0].Items {
		in.quotes.Value[f.pages[0].Items[i].ID] = newQuote(&f.pages[0].Items[i], now)
	}
	in.closes = dated[map[etoro.InstrumentID]etoro.ClosingPrice]{map[etoro.InstrumentID]etoro.ClosingPrice{}, now}
	for _, c := range f.closes {
		in.closes.Value[c.ID] = c
	}
	for f, n := range []int{10, 56, 9} {
		names := map[int]string{}
		for id := range n {
			names[id+1] = fmt.Sprint("Name ", id+1)
		}
		in.names[f] = dated[map[int]string]{names, now}
	}
	return in
}

func BenchmarkBuild(b *testing.B) {
	in := realInputs(b)
	b.ReportAllocs()
	for b.Loop() {
		build(in, EToro)
	}
}

func BenchmarkSnapshotWrite(b *testing.B) {
	in := realInputs(b)
	file := newSnapshotFile(b.TempDir(), EToro, "")
	b.ReportAllocs()
	for b.Loop() {
		if err := file.write(in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnapshotRead(b *testing.B) {
	file := newSnapshotFile(b.TempDir(), EToro, "")
	if err := file.write(realInputs(b)); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := file.read(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	c := build(realInputs(b), EToro)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.find(Query{Box: "apple", Limit: 50}); err != nil {
			b.Fatal(err)
		}
	}
}
