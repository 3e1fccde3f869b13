package search

import (
	"slices"
	"testing"
)

func TestWhatIsBetterKnownPassesACloserMatch(t *testing.T) {
	t.Parallel()
	docs := []Document{
		{Symbol: "AVG.L", Name: "Avingtrans plc"}, {Symbol: "AVGO", Name: "Broadcom Inc", Known: true},
		{Symbol: "STARB.ST", Name: "Starbreeze AB"}, {Symbol: "SBUX", Name: "Starbucks Corp", Known: true},
		{Symbol: "NESN.ZU", Name: "Nestlé SA"}, {Symbol: "NESNA", Name: "Nesna Ship"},
		{Symbol: "GWC", Name: "Brilliance China Automotive", Known: true}, {Symbol: "CAAS", Name: "China Automotive Systems Inc", Known: true},
		{Symbol: "CHP", Name: "Automotive Parts of China", Known: true},
	}
	for text, want := range map[string][]string{
		"avg": {"AVGO", "AVG.L"}, "starb": {"SBUX", "STARB.ST"}, "nesn": {"NESN.ZU", "NESNA"},
		"china automotive": {"CAAS", "CHP", "GWC"}, // in the order of the name
	} {
		if got := symbolsOf(t, docs, Query{Text: text}); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestALetterTooManyIsNotTheNextWord(t *testing.T) {
	t.Parallel()
	docs := []Document{
		{Symbol: "GOLD", Name: "Gold"}, {Symbol: "GOLD.DEC26", Name: "Micro Metal"},
		{Symbol: "BTC", Name: "Bitcoin"}, {Symbol: "BTCNZD", Name: "Bitcoin / New Zealand Dollar"},
	}
	for text, want := range map[string]string{
		"goldd": "GOLD", "gold.d": "GOLD.DEC26", "gold d": "GOLD.DEC26", "golddec": "GOLD.DEC26",
		"bitcoinn": "BTC", "bitcoin n": "BTCNZD", "bitcoinnewz": "BTCNZD",
	} {
		if got := symbolsOf(t, docs, Query{Text: text}); len(got) == 0 || got[0] != want {
			t.Errorf("%q: %v, want %s first", text, got, want)
		}
	}
}

func TestTheNameIsWholeWithAnyOfItsLegalForms(t *testing.T) {
	t.Parallel()
	docs := []Document{{Symbol: "A", Name: "The Arm Holdings Co plc"}}
	for _, text := range []string{"the arm holdings co plc", "arm holdings co plc", "arm holdings co", "arm holdings", "arm"} {
		var res Result
		Build(docs).Search(Query{Text: text, Limit: 1}, &res)
		if len(res.Hits) != 1 || res.Hits[0].Tier != TierExactName {
			t.Errorf("%q: %+v, want the exact name", text, res.Hits)
		}
	}
}

func TestShortWordsMayBeMisspeltBesideOthers(t *testing.T) {
	t.Parallel()
	docs := []Document{{Symbol: "POPCAT", Name: "Popcat Sol"}, {Symbol: "S", Name: "Solana"}}
	for text, want := range map[string][]string{"popcat aol": {"POPCAT"}, "aol": nil, "popcat xyz": nil} {
		if got := symbolsOf(t, docs, Query{Text: text}); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestAliasesAreFoundInside(t *testing.T) {
	t.Parallel()
	if got := symbolsOf(t, dirty, Query{Text: "cebook"}); !slices.Equal(got, []string{"META"}) {
		t.Errorf("%v, want META for a part of facebook", got)
	}
}

func TestSelectedValuesStayWithoutMatches(t *testing.T) {
	t.Parallel()
	var res Result
	q := Query{Text: "bitcoin", Limit: 1}
	q.Facets[FacetType] = []FacetValue{etfs, coins}
	q.Facets[FacetExchange] = []FacetValue{london}
	Build(dirty).Search(q, &res)
	if want := []Count{{coins, 0}, {etfs, 0}}; res.Total != 0 || !slices.Equal(sortedCounts(res.Facets[FacetType]), sortedCounts(want)) {
		t.Errorf("%d matches, types %v, want none and %v", res.Total, res.Facets[FacetType], want)
	}
	if want := []Count{{london, 0}}; !slices.Equal(res.Facets[FacetExchange], want) {
		t.Errorf("exchanges %v, want %v", res.Facets[FacetExchange], want)
	}
}

func sortedCounts(counts []Count) []Count {
	return slices.SortedFunc(slices.Values(counts), func(a, b Count) int { return int(a.Value) - int(b.Value) })
}
