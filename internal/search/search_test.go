package search

import (
	"reflect"
	"slices"
	"sync"
	"testing"
)

func TestTheMeantInstrumentComesFirst(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	for _, tt := range []struct {
		query, symbol string
		tier          Tier
	}{
		{"aapl", "AAPL", TierExactSymbol},
		{"AAPL.RTH", "AAPL.RTH", TierExactSymbol},
		{"aaplrth", "AAPL.RTH", TierExactSymbol},
		{"apple", "AAPL", TierExactName},
		{"APPLE INC.", "AAPL", TierNamePrefix},
		{"google", "GOOG", TierAlias},
		{"facebook", "META", TierAlias},
		{"facebo", "META", TierNamePrefix},
		{"microsft", "MSFT", TierTypo},
		{"mircos", "MSFT", TierTypo},
		{"brkb", "BRK.B", TierExactSymbol},
		{"brk.b", "BRK.B", TierExactSymbol},
		{"brk-b", "BRK.B", TierExactSymbol},
		{"brk b", "BRK.B", TierExactSymbol},
		{"brk/b", "BRK.B", TierExactSymbol},
		{"brk", "BRK.B", TierSymbolBase},
		{"berkshire b", "BRK.B", TierWords},
		{"nestle zu", "NESN.ZU", TierWords},
		{"apple rth", "AAPL.RTH", TierWords},
		{"mcdonalds", "MCD", TierExactName},
		{"McDonald’s", "MCD", TierExactName},
		{"l'oreal", "OR.PA", TierExactName},
		{"loreal", "OR.PA", TierExactName},
		{"nestle", "NESN.ZU", TierExactName},
		{"nestlé", "NESN.ZU", TierExactName},
		{"NESTLE\u0301", "NESN.ZU", TierExactName},
		{"nesn", "NESN.ZU", TierSymbolBase},
		{"at&t", "T", TierExactName},
		{"att", "T", TierExactName},
		{"t", "T", TierExactSymbol},
		{"now", "NOW", TierExactSymbol},
		{"s&p 500", "SPX500", TierAlias},
		{"sp500", "SPX500", TierAlias},
		{"s&p", "SPX500", TierAlias},
		{"dax", "GER40", TierAlias},
		{"dow jones", "DJ30", TierAlias},
		{"jones dow", "DJ30", TierWords},
		{"ftse", "UK100", TierAlias},
		{"wti", "OIL", TierAlias},
		{"oil", "OIL", TierExactSymbol},
		{"ripple", "XRP", TierAlias},
		{"bitcoin", "BTC", TierExactName},
		{"ethereum", "ETH", TierExactName},
		{"coca cola", "KO", TierExactName},
		{"cocacola", "KO", TierExactName},
		{"cola", "KO", TierNamePrefix},
		{"jp morgan", "JPM", TierNamePrefix},
		{"chase", "JPM", TierNamePrefix},
		{"morgan", "JPM", TierInside},
		{"flix", "NFLX", TierInside},
		{"zeneca", "AZN.L", TierInside},
		{"nasdaq 100", "NSDQ100", TierAlias},
		{"eur/usd", "EURUSD", TierExactSymbol},
		{"eur usd", "EURUSD", TierExactSymbol},
		{"usd eur", "EURUSD", TierWords},
		{"euro dollar", "EURUSD", TierAlias},
		{"apple nasdaq", "AAPL", TierWords},
		{"nasdaq apple", "AAPL", TierWords},
		{"master card", "MA", TierExactName},
		{"moller maersk", "MAERSK.CO", TierNamePrefix},
		{"maersk moller", "MAERSK.CO", TierWords},
		{"strasse", "STRAßE.DE", TierSymbolBase},
		{"lodz", "STRAßE.DE", TierNamePrefix},
		{"腾讯", "700.HK", TierNamePrefix},
		{"atl", "ATL", TierExactSymbol},
		{"at.l", "AT.L", TierExactSymbol},
		{"gold", "GOLD", TierExactSymbol},
		{"1001", "AAPL", TierID},
		{"700", "700.HK", TierSymbolBase},
		{"vodafnoe", "VOD.L", TierTypo},
		{"telefonca", "TEF.MC", TierTypo},
		{"burkshire hathawy", "BRK.B", TierTypo},
		{"brekshire hathawya", "BRK.B", TierTypo},
		{"coca colla", "KO", TierTypo},
		{"world ucits core ishares", "SWDA.L", TierWords},
		{"iShares Core MSCI World UCITS ETF USD (Acc)", "SWDA.L", TierExactName},
	} {
		var res Result
		ix.Search(Query{Text: tt.query, Limit: 5}, &res)
		if len(res.Hits) == 0 {
			t.Errorf("%q found nothing, want %s", tt.query, tt.symbol)
			continue
		}
		if got := dirty[res.Hits[0].Doc].Symbol; got != tt.symbol || res.Hits[0].Tier != tt.tier {
			t.Errorf("%q: first is %s by tier %d, want %s by tier %d; all %v", tt.query, got, res.Hits[0].Tier, tt.symbol, tt.tier, symbols(res.Hits))
		}
	}
}

func TestWhatIsNotMeantIsNotFound(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	for _, tt := range []struct{ query, symbol, why string }{
		{"app", "AP.L", "a short query is not the start of a name across a blank"},
		{"jp", "AAPL", "two letters are not looked for inside words"},
		{"pl", "AAPL", "two letters are not looked for inside words"},
		{"etx", "ETH", "a symbol of three letters is never one typo away"},
		{"ethx", "ETH", "a symbol of three letters is never one typo away"},
		{"vodk", "VOD.L", "neither is one with a suffix"},
		{"apply", "NFLX", "a typo is near"},
		{"visa", "VUSA.L", "typos are for queries that find nothing better"},
		{"appleinc", "APLE", "other words stand between"},
		{"nasdaq stocks", "AAPL", "keywords alone find nothing"},
		{"stocks", "AAPL", "keywords alone find nothing"},
		{"apple xyzzy", "AAPL", "every word has to match"},
		{"!!!", "AAPL", "there is nothing to look for"},
	} {
		if slices.Contains(find(t, ix, Query{Text: tt.query, Limit: 100}), tt.symbol) {
			t.Errorf("%q finds %s, though %s", tt.query, tt.symbol, tt.why)
		}
	}
}

func TestTies(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	for _, tt := range []struct {
		name  string
		query Query
		want  []string
	}{
		{"main listing, though its twin is more popular", Query{Text: "apple"}, []string{"AAPL", "AAPL.RTH", "APLE", "AAPL.EUR"}},
		{"popularity", Query{Text: "coca"}, []string{"KO", "CCEP"}},
		{"exact before all", Query{Text: "b", Limit: 1}, []string{"B"}},
		{"no text goes by popularity alone", Query{Limit: 4}, []string{"AAPL.RTH", "BTC", "ETH", "AAPL"}},
		{"exact only", Query{Text: "AAPL", Exact: true}, []string{"AAPL"}},
		{"exact is not the base", Query{Text: "nesn", Exact: true}, nil},
		{"exact whatever the punctuation", Query{Text: "brk b", Exact: true}, []string{"BRK.B"}},
		{"id", Query{ID: 1001}, []string{"AAPL"}},
		{"two rows of an id", Query{ID: 3008}, []string{"CORP", "TWIN"}},
		{"id and text", Query{ID: 3008, Text: "two"}, []string{"TWIN"}},
		{"id and another's text", Query{ID: 3008, Text: "apple"}, nil},
		{"unknown id", Query{ID: 5}, nil},
		{"hidden id", Query{ID: -7}, nil},
		{"hidden id on request", Query{ID: -7, Hidden: true}, []string{""}},
	} {
		if got := find(t, ix, tt.query); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q finds %v, want %v", tt.name, tt.query.Text, got, tt.want)
		}
	}
}

func TestOrderOverridesRelevance(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	backwards := make([]int32, len(dirty))
	for i := range backwards {
		backwards[i] = int32(-i)
	}
	for _, text := range []string{"", "apple", "e"} {
		var up, down, all Result
		ix.Search(Query{Text: text, Limit: 100}, &all)
		ix.Search(Query{Text: text, Order: backwards, Limit: 100}, &up)
		ix.Search(Query{Text: text, Order: backwards, Descending: true, Limit: 100}, &down)
		if len(up.Hits) != all.Total || len(down.Hits) != all.Total || all.Total < 3 {
			t.Fatalf("%q: %d and %d hits, want %d", text, len(up.Hits), len(down.Hits), all.Total)
		}
		if !slices.IsSortedFunc(up.Hits, func(a, b Hit) int { return int(b.Doc - a.Doc) }) {
			t.Errorf("%q ascending: %v", text, up.Hits)
		}
		slices.Reverse(down.Hits)
		if !slices.Equal(up.Hits, down.Hits) {
			t.Errorf("%q: descending is not ascending reversed", text)
		}
	}
}

func TestHiddenDocumentsAreCountedAndShownOnRequest(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	var res Result
	ix.Search(Query{Text: "microsoft", Limit: 10}, &res)
	if res.Total != 1 || res.Hidden != 1 {
		t.Errorf("total %d, hidden %d, want 1 and 1", res.Total, res.Hidden)
	}
	ix.Search(Query{Text: "microsoft", Limit: 10, Hidden: true}, &res)
	if res.Total != 2 || res.Hidden != 0 {
		t.Errorf("on request: total %d, hidden %d, want 2 and 0", res.Total, res.Hidden)
	}
	ix.Search(Query{Text: "microsoft", Limit: 10, Facets: [NumFacets][]FacetValue{FacetExchange: {nyse}}}, &res)
	if res.Total != 0 || res.Hidden != 0 || res.Unfiltered != 1 {
		t.Errorf("filtered: total %d, hidden %d, unfiltered %d, want 0, 0 and 1", res.Total, res.Hidden, res.Unfiltered)
	}
}

func TestCorrectionNamesWhatWasAnsweredFor(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	for query, want := range map[string]string{
		"microsft":           "microsoft",
		"Telefónca":          "telefonica",
		"burkshire hathaway": "berkshire hathaway",
		"apple":              "",
		"flix":               "",
		"zzzzzz":             "",
		"":                   "",
	} {
		var res Result
		ix.Search(Query{Text: query, Limit: 3, Offset: 1}, &res)
		if res.Correction != want {
			t.Errorf("%q is corrected to %q, want %q", query, res.Correction, want)
		}
	}
}

func TestEmptyIndexAnswers(t *testing.T) {
	t.Parallel()
	ix := Build(nil)
	for _, q := range []Query{{}, {Text: "apple", Limit: 5}, {Text: "apple pie", Limit: 5}, {ID: 3}, {Text: "=x", Exact: true}, {Limit: 5, Order: []int32{}}} {
		var res Result
		ix.Search(q, &res)
		if res.Total != 0 || len(res.Hits) != 0 {
			t.Errorf("%+v finds %d", q, res.Total)
		}
	}
}

func TestSteadySearchesAllocateNothing(t *testing.T) {
	ix := Build(dirty)
	s := newScratch(ix)
	order := make([]int32, len(dirty))
	var res Result
	for _, q := range []Query{
		{Limit: 25}, {Text: "a", Limit: 25}, {Text: "Nestlé", Limit: 25}, {Text: "usd eur", Limit: 25}, {Text: "flix", Limit: 25}, {Text: "1001"},
		{Text: "appla pie", Limit: 25}, {Text: "apple inc", Limit: 25}, {Text: "gold and oil", Limit: 25}, {Text: "zzzzzzzzz", Limit: 25}, {Text: "e", Limit: 25, Order: order}, {Limit: 25, Order: order},
		{Limit: 25, Flags: FlagOpen}, {Text: "a", Limit: 25, Flags: FlagOpen | FlagTradable}, {ID: 1001}, {ID: 3008, Text: "two"}, {Limit: 25, Facets: [NumFacets][]FacetValue{{stocks}, {nasdaq, nyse}, nil}},
	} {
		if n := testing.AllocsPerRun(10, func() { ix.search(s, q, &res) }); n != 0 {
			t.Errorf("%q %v: %v allocations", q.Text, q.Facets, n)
		}
	}
}

func TestConcurrentSearchesDoNotMix(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	var group sync.WaitGroup
	for _, text := range inventory() {
		var want Result
		ix.Search(Query{Text: text, Limit: 10}, &want)
		group.Go(func() {
			var got Result
			for range 5 {
				if ix.Search(Query{Text: text, Limit: 10}, &got); !reflect.DeepEqual(got, want) {
					t.Errorf("%q: %+v, want %+v", text, got, want)
				}
			}
		})
	}
	group.Wait()
}

func TestNothingOutweighsASymbol(t *testing.T) {
	t.Parallel()
	for c := range classSymbolJoined {
		if reach := classes[c].weight + priorSpan; reach > classes[classSymbolJoined].weight {
			t.Errorf("class %d with a prior reaches %d", c, reach)
		}
		if c > 0 && classes[c].weight < classes[c-1].weight {
			t.Errorf("class %d weighs less than the one below it", c)
		}
	}
	if classes[classSymbolJoined].weight+priorSpan > classes[classSymbol].weight {
		t.Error("a symbol of other punctuation may pass the symbol as typed")
	}
}

func TestTiesAreBrokenByTheSymbol(t *testing.T) {
	t.Parallel()
	ix := Build([]Document{{Symbol: "CC", Name: "Same"}, {Symbol: "AA", Name: "Same", Secondary: true}, {Symbol: "BB", Name: "Same"}})
	for _, tt := range []struct {
		text string
		want []int32
	}{{"same", []int32{2, 0, 1}}, {"", []int32{1, 2, 0}}} {
		var res Result
		ix.Search(Query{Text: tt.text, Limit: 3}, &res)
		if got := []int32{res.Hits[0].Doc, res.Hits[1].Doc, res.Hits[2].Doc}; !slices.Equal(got, tt.want) {
			t.Errorf("%q: %v, want %v", tt.text, got, tt.want)
		}
	}
}
