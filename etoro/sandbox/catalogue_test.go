package sandbox

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// embedded is the catalogue that ships. That its ids are unique and its types,
// exchanges, industries and prices sound is what parseTSV checks.
func embedded(t *testing.T) []instrument {
	t.Helper()
	rows, err := parseTSV(strings.NewReader(embeddedCatalogue))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

var datedFuture = regexp.MustCompile(`\.(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\d\d$`)

// dirt is what makes eToro's catalogue hard to show, with how many rows of each
// kind the embedded one has at least.
var dirt = []struct {
	kind string
	min  int
	is   func(instrument) bool
}{
	{"dormant placeholder", 5, func(in instrument) bool {
		return strings.HasPrefix(in.symbol, "Drm") && strings.HasPrefix(in.name, "Dormant") && in.flags.noquote
	}},
	{"regular-hours twin", 5, func(in instrument) bool { return strings.HasSuffix(in.symbol, ".RTH") && in.exchangeID == 33 }},
	{"twin in euros", 2, func(in instrument) bool { return strings.HasSuffix(in.symbol, ".EUR") }},
	{"twin around the clock", 1, func(in instrument) bool { return strings.HasSuffix(in.symbol, ".24-7") }},
	{"dated future", 10, func(in instrument) bool { return datedFuture.MatchString(in.symbol) && in.flags.expires }},
	{"stray blank", 2, func(in instrument) bool {
		return in.symbol != strings.TrimSpace(in.symbol) || in.name != strings.TrimSpace(in.name)
	}},
	{"old row", 1, func(in instrument) bool {
		return strings.HasSuffix(in.symbol, "_old") || strings.HasSuffix(in.symbol, " old")
	}},
	{"test row", 1, func(in instrument) bool {
		return strings.HasSuffix(strings.ToLower(in.symbol), "test") || strings.HasSuffix(in.name, "- Test")
	}},
	{"internal row", 1, func(in instrument) bool { return in.flags.internal }},
	{"delisted row", 1, func(in instrument) bool { return in.flags.delisted }},
	{"right left by a takeover", 2, func(in instrument) bool { return strings.HasSuffix(in.symbol, "CVR") }},
	{"name in the wrong encoding", 1, func(in instrument) bool { return strings.Contains(in.name, "Ã") }},
}

func TestEmbeddedCatalogueHasTheDirtOfTheRealOne(t *testing.T) {
	t.Parallel()
	rows := embedded(t)
	clean := len(rows)
	count := make([]int, len(dirt))
	for _, in := range rows {
		dirty := false
		for i, d := range dirt {
			if d.is(in) {
				count[i]++
				dirty = true
			}
		}
		if dirty {
			clean--
		}
	}
	for i, d := range dirt {
		if count[i] < d.min {
			t.Errorf("%s: %d rows, want %d", d.kind, count[i], d.min)
		}
	}
	if clean < 1500 {
		t.Errorf("%d rows without any dirt, want 1500", clean)
	}
}

func TestEmbeddedSymbolsAreUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, in := range embedded(t) {
		key := strings.ToLower(in.symbol)
		if other, ok := seen[key]; ok {
			t.Errorf("%q is the symbol of %d and %d", in.symbol, other, in.id)
		}
		seen[key] = in.id
	}
}

func TestEmbeddedTextsAreClean(t *testing.T) {
	t.Parallel()
	for _, in := range embedded(t) {
		for _, text := range []string{in.symbol, in.name} {
			if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || len(text) > 120 {
				t.Errorf("%d: %q", in.id, text)
			}
		}
		if in.id >= firstMadeUpID {
			t.Errorf("%d is an id of made-up rows", in.id)
		}
	}
}

func TestEmbeddedCatalogueIsWide(t *testing.T) {
	t.Parallel()
	types, venues, accents := map[string]int{}, map[string]int{}, 0
	for _, in := range embedded(t) {
		types[nameOf(instrumentTypes, in.typeID)]++
		venues[exchangeByID[in.exchangeID].name]++
		if strings.ContainsFunc(in.name, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) {
			accents++
		}
	}
	for name, want := range map[string]int{"Stocks": 1000, "ETF": 80, "Crypto": 90, "Forex": 40, "Indices": 15, "Commodity": 15} {
		if types[name] < want {
			t.Errorf("%s: %d rows, want %d", name, types[name], want)
		}
	}
	for name, want := range map[string]int{
		"Nasdaq": 200, "NYSE": 200, "LSE": 60, "FRA": 40, "Euronext Paris": 30, "Bolsa De Madrid": 15, "Borsa Italiana": 15,
		"Stockholm  Stock Exchange": 15, "Oslo Stock Exchange": 8, "Copenhagen Stock Exchange": 8, "Helsinki Stock Exchange": 8,
		"Euronext Amsterdam": 12, "SIX": 15, "Hong Kong Exchanges": 20, "Sydney": 20,
	} {
		if venues[name] < want {
			t.Errorf("%s: %d rows, want %d", name, venues[name], want)
		}
	}
	if accents < 20 {
		t.Errorf("%d names with accents", accents)
	}
}

// Some ids are so well known that a wrong one would mislead.
func TestEmbeddedCatalogueKeepsWellKnownIDs(t *testing.T) {
	t.Parallel()
	known := map[int]string{1: "EURUSD", 2: "GBPUSD", 5: "USDJPY", 17: "OIL", 18: "GOLD", 27: "SPX500", 28: "NSDQ100", 32: "GER40",
		1001: "AAPL", 1111: "TSLA", 3000: "SPY", 8754: "AAPL.RTH", 14254: "AAPL.EUR", 100000: "BTC", 100001: "ETH"}
	for _, in := range embedded(t) {
		if want, ok := known[in.id]; ok && in.symbol != want {
			t.Errorf("%d is %q, want %q", in.id, in.symbol, want)
		}
		delete(known, in.id)
	}
	if len(known) > 0 {
		t.Errorf("missing: %v", known)
	}
}

// The order of the rows is their popularity.
func TestEmbeddedCatalogueStartsWithWhatPeopleLookFor(t *testing.T) {
	t.Parallel()
	rows := embedded(t)
	top := map[string]bool{}
	for _, in := range rows[:min(100, len(rows))] {
		top[in.symbol] = true
	}
	for _, symbol := range []string{"AAPL", "NVDA", "TSLA", "BTC", "ETH", "GOLD", "EURUSD", "SPX500"} {
		if !top[symbol] {
			t.Errorf("%s is not among the first 100", symbol)
		}
	}
}

func TestEmbeddedCatalogueIsServedByDefault(t *testing.T) {
	t.Parallel()
	s, err := Start(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	got := getJSON[instrumentsBody](t, s, instrumentsPath)
	if len(got.InstrumentDisplayDatas) != s.Size() || s.Size() != len(embedded(t)) {
		t.Fatalf("%d rows of %d", len(got.InstrumentDisplayDatas), s.Size())
	}
}
