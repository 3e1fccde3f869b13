package search

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// recorded reads the recorded catalogue, which is not part of the repository:
// from the folder SHARED_DATA, or from shared/data beside a folder above.
func recorded(tb testing.TB) []Document {
	tb.Helper()
	path, ok := findRecording()
	if !ok {
		tb.Skip("no recorded catalogue: SHARED_DATA names no folder with instruments.json.gz, nor is there one above")
	}
	docs, err := readRecording(path)
	if err != nil {
		tb.Fatal(err)
	}
	return docs
}

func findRecording() (string, bool) {
	const name = "instruments.json.gz"
	if dir := os.Getenv("SHARED_DATA"); dir != "" {
		path := filepath.Join(dir, name)
		_, err := os.Stat(path)
		return path, err == nil
	}
	dir, err := os.Getwd()
	for err == nil {
		path := filepath.Join(dir, "shared", "data", name)
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, err == nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	return "", false
}

func readRecording(path string) ([]Document, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	var list struct {
		Rows []struct {
			ID       int     `json:"instrumentID"`
			Name     string  `json:"instrumentDisplayName"`
			Symbol   string  `json:"symbolFull"`
			Type     uint16  `json:"instrumentTypeID"`
			Exchange uint16  `json:"exchangeID"`
			Industry *uint16 `json:"stocksIndustryID"`
			Internal bool    `json:"isInternalInstrument"`
		} `json:"instrumentDisplayDatas"`
	}
	if err := json.NewDecoder(unzipped).Decode(&list); err != nil {
		return nil, err
	}
	docs := make([]Document, 0, len(list.Rows))
	for i, r := range list.Rows {
		d := Document{ID: r.ID, Symbol: r.Symbol, Name: r.Name, Popularity: float64(len(list.Rows) - i), Hidden: r.Internal}
		d.Facets = [NumFacets]FacetValue{FacetType: r.Type, FacetExchange: r.Exchange}
		d.Flags = Flags(r.Exchange%2)*FlagOpen | Flags(min(i%50, 1))*FlagTradable // the recording has none
		if r.Industry != nil {
			d.Facets[FacetIndustry] = *r.Industry
		}
		d.Secondary = slices.Contains([]string{".RTH", ".EUR", ".EXT"}, filepath.Ext(r.Symbol))
		docs = append(docs, d)
	}
	return docs, nil
}

// keystrokes is what a search box asks for while people type the symbols and
// names of every so-manieth document, some with a slip.
func keystrokes(docs []Document, every int) []string {
	var typed []string
	for i := 0; i < len(docs); i += every {
		name := []rune(docs[i].Name)
		name = name[:min(len(name), 20)]
		slipped := slices.Clone(name)
		if len(name) > 5 && i/every%4 == 0 {
			slipped[2], slipped[3] = slipped[3], slipped[2]
		}
		for _, text := range [][]rune{[]rune(docs[i].Symbol), slipped} {
			for n := range text {
				typed = append(typed, string(text[:n+1]))
			}
		}
	}
	return typed
}

func TestEveryRecordedRowIsFoundByItsSymbolAndOnAPage(t *testing.T) {
	t.Parallel()
	docs := recorded(t)
	ix := Build(docs)
	var res Result
	for i, d := range docs {
		if fold(d.Symbol) == "" || d.Hidden {
			continue
		}
		ix.Search(Query{Text: d.Symbol, Limit: 20}, &res)
		if !slices.ContainsFunc(res.Hits, func(h Hit) bool { return int(h.Doc) == i && h.Tier == TierExactSymbol }) {
			t.Errorf("%q does not find its row", d.Symbol)
		}
	}
	seen := make([]bool, len(docs))
	q := Query{Limit: 100}
	for ix.Search(q, &res); len(res.Hits) > 0; ix.Search(q, &res) {
		for _, h := range res.Hits {
			seen[h.Doc] = true
		}
		q.Offset += len(res.Hits)
	}
	for i, d := range docs {
		if seen[i] == d.Hidden {
			t.Errorf("row %d (%s): hidden %v, paged by %v", i, d.Symbol, d.Hidden, seen[i])
		}
	}
}

// BenchmarkKeystroke reports, over all keystrokes, what the median and the
// 99th of a hundred take.
func BenchmarkKeystroke(b *testing.B) {
	docs := recorded(b)
	ix, typed := Build(docs), keystrokes(docs, 40)
	took := make([]time.Duration, 0, b.N)
	var res Result
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		ix.Search(Query{Text: typed[i%len(typed)], Limit: 25}, &res)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "median-ns")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
}

func BenchmarkWithoutText(b *testing.B) {
	ix := Build(recorded(b))
	var res Result
	for b.Loop() {
		ix.Search(Query{Limit: 25}, &res)
	}
}

func BenchmarkBuild(b *testing.B) {
	docs := recorded(b)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	ix := Build(docs)
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(ix)
	for b.Loop() {
		Build(docs)
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(docs)), "B/row")
}
