package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
)

func TestTSVErrorsNameTheLine(t *testing.T) {
	t.Parallel()
	const row = "\n5\tABC\tAbc\tStocks\tNYSE\tServices\t10\t"
	tests := []struct{ name, text, want string }{
		{"nothing", "", "no rows"},
		{"a wrong header", "# c\nid\tsymbol\n", `line 2: the header must be "id\tsymbol`},
		{"no rows", tsvHeader + "\n# none\n", "no rows"},
		{"too few cells", tsvHeader + row + "\n\n6\tX", "line 4: 2 cells instead of 8"},
		{"an id that is no number", tsvHeader + strings.Replace(row, "5", "five", 1), `line 2: id "five"`},
		{"an id below 1", tsvHeader + strings.Replace(row, "5", "0", 1), `line 2: id "0"`},
		{"the same id twice", tsvHeader + row + row, "line 3: id 5 is taken by line 2"},
		{"an empty symbol", tsvHeader + strings.Replace(row, "ABC", " ", 1), "line 2: symbol and name"},
		{"an empty name", tsvHeader + strings.Replace(row, "Abc", "", 1), "line 2: symbol and name"},
		{"an unknown type", tsvHeader + strings.Replace(row, "Stocks", "Stock", 1), `line 2: type "Stock"`},
		{"an unknown exchange", tsvHeader + strings.Replace(row, "NYSE", " NYSE", 1), `line 2: exchange " NYSE"`},
		{"an unknown industry", tsvHeader + strings.Replace(row, "Services", "x", 1), `line 2: industry "x"`},
		{"no price", tsvHeader + strings.Replace(row, "10", "", 1), `line 2: price ""`},
		{"a price of zero", tsvHeader + strings.Replace(row, "10", "0", 1), `line 2: price "0"`},
		{"a price that is none", tsvHeader + strings.Replace(row, "10", "NaN", 1), `line 2: price "NaN"`},
		{"an unknown flag", tsvHeader + row + "closed,halted", `line 2: flag "halted"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := parseTSV(strings.NewReader(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestTSVKeepsBlanksAndFlags(t *testing.T) {
	t.Parallel()
	rows, err := parseTSV(strings.NewReader(tsvHeader + "\n5\tABC \t Abc\tStocks\tStockholm  Stock Exchange\t\t\tinternal,expires,delisted,closed,noquote\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := instrument{id: 5, symbol: "ABC ", name: " Abc", typeID: 5, exchangeID: 15, flags: flags{true, true, true, true, true}}
	got := rows[0]
	if len(rows) != 1 || got.id != want.id || got.symbol != want.symbol || got.name != want.name || got.flags != want.flags || got.exchangeID != 15 {
		t.Fatalf("%+v", rows)
	}
}

func FuzzTSV(f *testing.F) {
	f.Add(small)
	f.Add(tsvHeader + "\n5\tABC \t Abc\tStocks\tNYSE\t\t1e3\tclosed,,\n")
	f.Add("#\r\n\x00")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := parseTSV(strings.NewReader(text))
		if (err == nil) == (len(rows) == 0) {
			t.Fatalf("%d rows and error %v", len(rows), err)
		}
		seen := map[int]bool{}
		for _, in := range rows {
			if in.id < 1 || seen[in.id] || in.exchangeID == 0 || in.typeID == 0 || in.price < 0 || in.price == 0 && !in.flags.noquote {
				t.Fatalf("accepted %+v", in)
			}
			seen[in.id] = true
		}
	})
}

const smallJSON = `{"instrumentDisplayDatas":[
 {"instrumentID":7,"instrumentDisplayName":"Seven","instrumentTypeID":5,"exchangeID":4,"symbolFull":"SVN","stocksIndustryID":null,
  "priceSource":"NASDAQ","hasExpirationDate":false,"isInternalInstrument":false,"images":[{"width":35.0}],"unheardOf":{"a":1}},
 {"instrumentID":3,"instrumentDisplayName":"Dormant three","instrumentTypeID":5,"exchangeID":4,"symbolFull":"Drm.3"}]}`

func TestJSONCatalogueIsServedUnchanged(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"plain": []byte("\n " + smallJSON), "gzipped": gzipped([]byte(smallJSON), gzip.BestSpeed)} {
		s := start(t, Options{Catalogue: bytes.NewReader(data)})
		got := getJSON[instrumentsBody](t, s, instrumentsPath+"?instrumentIds=7").InstrumentDisplayDatas[0]
		if s.Size() != 2 || string(got["unheardOf"]) != `{"a":1}` || string(got["priceSource"]) != `"NASDAQ"` || string(got["stocksIndustryID"]) != "null" {
			t.Errorf("%s: %v", name, got)
		}
		rates := getJSON[ratesBody](t, s, instrumentsPath+"/rates?instrumentIds=7,3").Rates
		if rates[0].Bid <= 0 || rates[1].Bid != 0 {
			t.Errorf("%s: %+v", name, rates)
		}
		if items := searchItems(t, s, "?fields=internalSymbolFull&internalSymbolFull=SVN"); len(items) != 1 {
			t.Errorf("%s: search %v", name, items)
		}
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken disk")
	tests := []struct {
		name string
		o    Options
		want string
	}{
		{"JSON that is cut", Options{Catalogue: strings.NewReader(smallJSON[:100])}, "sandbox: catalogue: unexpected EOF"},
		{"JSON of another route", Options{Catalogue: strings.NewReader(`{"rates":[]}`)}, "no rows under instrumentDisplayDatas"},
		{"a row without an id", Options{Catalogue: strings.NewReader(`{"instrumentDisplayDatas":[{}]}`)}, "row 0: no instrumentID"},
		{"a row of another shape", Options{Catalogue: strings.NewReader(`{"instrumentDisplayDatas":[{"instrumentID":1},4]}`)}, "row 1:"},
		{"an id twice", Options{Catalogue: strings.NewReader(`{"instrumentDisplayDatas":[{"instrumentID":1},{"instrumentID":1}]}`)}, "row 1: id 1 is taken by row 0"},
		{"gzip that is cut", Options{Catalogue: strings.NewReader("\x1f\x8b\x08")}, "EOF"},
		{"a reader that fails", Options{Catalogue: iotest.ErrReader(broken)}, "broken disk"},
		{"an address that is none", Options{Addr: "127.0.0.1:notaport"}, "sandbox: listen"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := Start(tt.o)
			if err == nil {
				s.Close()
				t.Fatal("started")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestPaddingIsDeterministicAndUnique(t *testing.T) {
	t.Parallel()
	base, err := parseTSV(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	long, err := madeUp(base, 5000, 3)
	if err != nil {
		t.Fatal(err)
	}
	short, err := madeUp(base, 100, 3)
	if err != nil {
		t.Fatal(err)
	}
	same := func(a, b instrument) bool {
		return a.symbol == b.symbol && a.price == b.price && bytes.Equal(a.wire, b.wire)
	}
	if !slices.EqualFunc(short, long[:100], same) {
		t.Error("a longer list does not begin with the shorter one")
	}
	if other, _ := madeUp(base, 100, 4); slices.EqualFunc(short, other, same) {
		t.Error("another seed makes the same companies")
	}
	symbols, exchanges := map[string]bool{}, map[int]bool{}
	for _, in := range append(base, long...) {
		if key := strings.ToUpper(in.symbol); symbols[key] {
			t.Errorf("symbol %s twice", in.symbol)
		} else {
			symbols[key] = true
		}
	}
	for i, in := range long {
		exchanges[in.exchangeID] = true
		if in.id != firstMadeUpID+i || exchangeByID[in.exchangeID].name == "" || in.price <= 0 || nameOf(industries, in.industryID) == "" {
			t.Fatalf("%+v", in)
		}
	}
	if len(exchanges) != len(venues) {
		t.Errorf("%d exchanges", len(exchanges))
	}
}

func TestSizePadsAndNeverShortens(t *testing.T) {
	t.Parallel()
	for size, want := range map[int]int{0: 13, 5: 13, 13: 13, 500: 500} {
		if got := start(t, Options{Size: size}).Size(); got != want {
			t.Errorf("size %d: %d rows", size, got)
		}
	}
}

func TestAddressesAreDialable(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Addr: "0.0.0.0:0"})
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") || !strings.HasPrefix(s.StreamURL(), "ws://127.0.0.1:") || !strings.HasSuffix(s.StreamURL(), "/ws") {
		t.Errorf("%s %s", s.URL(), s.StreamURL())
	}
	if got := get(t, s, "/api/v1/me"); got.StatusCode != 200 {
		t.Errorf("status %d", got.StatusCode)
	}
}

func TestCloseIsRepeatableAndFinal(t *testing.T) {
	t.Parallel()
	s := start(t, Options{APIKey: "a", UserKey: "b"})
	if a, u := s.Keys(); a != "a" || u != "b" {
		t.Errorf("keys %s %s", a, u)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://")); err == nil {
		conn.Close()
		t.Fatal("the port still answers")
	}
}

func TestOnlyUnusedConnectionsAreClosedEarly(t *testing.T) {
	t.Parallel()
	var u unusedConns
	spare, spareFar := net.Pipe()
	busy, busyFar := net.Pipe()
	defer busy.Close()
	u.track(spare, http.StateNew)
	u.track(busy, http.StateNew)
	u.track(busy, http.StateActive)
	u.close()
	if _, err := spareFar.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("the spare connection: %v", err)
	}
	go busy.Write([]byte("x"))
	if _, err := busyFar.Read(make([]byte, 1)); err != nil {
		t.Errorf("the busy connection: %v", err)
	}
}

// A request that is answered at all is answered whole, also while the sandbox closes.
func TestCloseCutsNoAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Size: 2000})
	get(t, s, instrumentsPath)
	var workers sync.WaitGroup
	for range 4 {
		r := newRequest(t, s, instrumentsPath)
		workers.Go(func() {
			for {
				got, err := try(t, r)
				if err != nil {
					return // refused at the door, as it should be
				}
				if got.err != nil {
					t.Errorf("cut after %d bytes: %v", len(got.body), got.err)
					return
				}
			}
		})
	}
	for s.CallCount("*") < 20 {
		runtime.Gosched()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	workers.Wait()
}

// The real catalogue is not part of the repository; where it is at hand, it must load.
func TestRealCatalogueLoads(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("SHARED_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	file, err := os.Open(filepath.Join(dir, "instruments.json.gz"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no recorded catalogue here; SHARED_DATA names its folder")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := start(t, Options{Catalogue: file})
	body := get(t, s, instrumentsPath).body
	if n := bytes.Count(body, []byte(`"symbolFull":`)); n != s.Size() || n < 10_000 || !json.Valid(body) {
		t.Fatalf("%d rows of %d", n, s.Size())
	}
}
