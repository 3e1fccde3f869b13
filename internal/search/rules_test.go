package search

import (
	"slices"
	"testing"
)

func symbolsOf(t *testing.T, docs []Document, q Query) []string {
	t.Helper()
	var res Result
	q.Limit = 10
	Build(docs).Search(q, &res)
	var got []string
	for _, h := range res.Hits {
		got = append(got, docs[h.Doc].Symbol)
	}
	return got
}

func TestSymbolAsSpelledBeforeTheSameFolded(t *testing.T) {
	t.Parallel()
	docs := []Document{
		{Symbol: "USD/PEN", Name: "USD/PEN", Popularity: 9}, {Symbol: "USDPEN", Name: "USD/PEN", Popularity: 1},
		{Symbol: "AA.L", Name: "AA PLC", Popularity: 9}, {Symbol: "AAL", Name: "American Airlines", Popularity: 1},
	}
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"usdpen", []string{"USDPEN", "USD/PEN"}},
		{"usd/pen", []string{"USD/PEN", "USDPEN"}},
		{"usd pen", []string{"USD/PEN", "USDPEN"}},
		{"aal", []string{"AAL", "AA.L"}},
		{"aa-l", []string{"AA.L", "AAL"}},
	} {
		for _, exact := range []bool{false, true} {
			if got := symbolsOf(t, docs, Query{Text: tt.text, Exact: exact}); !slices.Equal(got, tt.want) {
				t.Errorf("%q, exact %v: %v, want %v", tt.text, exact, got, tt.want)
			}
		}
	}
}

func TestOnlyFirstAliasesPassSymbols(t *testing.T) {
	t.Parallel()
	docs := []Document{
		{Symbol: "WTI", Name: "W&T Offshore", Popularity: 90},
		{Symbol: "OIL", Name: "Oil", FirstAliases: []string{"WTI", "wti crude"}, Popularity: 1},
		{Symbol: "DOW", Name: "Dow Inc", Popularity: 1},
		{Symbol: "DJ30", Name: "DJ30 Index", Aliases: []string{"Dow"}, Popularity: 90},
	}
	for text, want := range map[string][]string{
		"wti": {"OIL", "WTI"}, "wt": {"WTI", "OIL"}, "crude": {"OIL"}, "dow": {"DOW", "DJ30"},
	} {
		if got := symbolsOf(t, docs, Query{Text: text}); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if got := symbolsOf(t, docs, Query{Text: "wti", Exact: true}); !slices.Equal(got, []string{"WTI"}) {
		t.Errorf("=wti: %v", got)
	}
}

func TestKnownDocumentsCountAsFairlyPopular(t *testing.T) {
	t.Parallel()
	var docs []Document
	for i := range 50 {
		docs = append(docs, Document{Symbol: "A", Name: "Common Shares", Popularity: float64(50 - i)})
	}
	docs[48].Symbol, docs[48].Known = "KNOWN", true
	got := symbolsOf(t, docs, Query{Text: "common"})
	if at := slices.Index(got, "KNOWN"); at < 1 {
		t.Errorf("the 49th of 50 is at %d of %v, want near the top but not first", at, got)
	}
	if got := symbolsOf(t, docs, Query{}); slices.Contains(got, "KNOWN") {
		t.Error("without a text it stands before others that are more popular")
	}
}

func TestLegalFormsAndFillersAreNotInsistedOn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ query, symbol string }{
		{"microsoft corp", "MSFT"},
		{"apple inc", "AAPL"},
		{"nestle ag", "NESN.ZU"},
		{"the coca cola company", "KO"},
		{"bitcoin price", "BTC"},
		{"gold and oil", ""},
		{"microsft corporation", "MSFT"},
		{"the of", ""},
		{"bitcoin group", "ADE.DE"},
		{"face bok", "META"},
		{"mast ercrd", "MA"},
	} {
		got := symbolsOf(t, dirty, Query{Text: tt.query})
		if len(got) == 0 && tt.symbol != "" || len(got) > 0 && got[0] != tt.symbol {
			t.Errorf("%q: %v, want %q first", tt.query, got, tt.symbol)
		}
	}
}

func TestLegalFormMakesTheQueryAName(t *testing.T) {
	t.Parallel()
	docs := []Document{
		{Symbol: "BYD", Name: "Boyd Gaming", Popularity: 90}, {Symbol: "1211.HK", Name: "BYD Co Ltd", Popularity: 1},
		{Symbol: "DBV.PA", Name: "DBV Technologies", Popularity: 9}, {Symbol: "DBVT", Name: "DBV Technologies SA", Popularity: 8},
	}
	for text, want := range map[string][]string{
		"byd": {"BYD", "1211.HK"}, "byd co": {"1211.HK", "BYD"}, "dbv technologies sa": {"DBVT", "DBV.PA"}, "dbv technologies": {"DBV.PA", "DBVT"},
	} {
		if got := symbolsOf(t, docs, Query{Text: text}); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestMisspeltNameBeforeMisspeltWord(t *testing.T) {
	t.Parallel()
	docs := []Document{
		{Symbol: "AIBIT", Name: "iShares Bitcoin Trust", Popularity: 60}, {Symbol: "BTC", Name: "Bitcoin", Popularity: 60}, {Symbol: "A", Popularity: 50},
		{Symbol: "B", Popularity: 40}, {Symbol: "C", Popularity: 30}, {Symbol: "JPM", Name: "JP Morgan Chase", Popularity: 20},
	}
	for text, want := range map[string]struct{ symbol, correction string }{
		"bitconi": {"BTC", "bitcoin"}, "jpmorganchse": {"JPM", "jpmorganchase"}, "jp morganchse": {"JPM", "jpmorganchase"},
	} {
		var res Result
		Build(docs).Search(Query{Text: text, Limit: 1}, &res)
		if len(res.Hits) == 0 || docs[res.Hits[0].Doc].Symbol != want.symbol || res.Correction != want.correction {
			t.Errorf("%q: %+v, want %v", text, res, want)
		}
	}
}
