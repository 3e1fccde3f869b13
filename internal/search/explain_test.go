package search

import (
	"slices"
	"strings"
	"testing"
)

func explain(ix *Index, text, symbol string) Explanation {
	doc := slices.IndexFunc(dirty, func(d Document) bool { return d.Symbol == symbol })
	return ix.Explain(Query{Text: text}, int32(doc))
}

func TestExplanationNamesTheReason(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	for _, tt := range []struct{ query, symbol, reason string }{
		{"aapl", "AAPL", "the whole symbol"},
		{"brkb", "BRK.B", "the whole symbol but for its punctuation"},
		{"nesn", "NESN.ZU", "the symbol before its suffix"},
		{"google", "GOOG", "an alias"},
		{"faceb", "META", "the start of an alias"},
		{"apple", "AAPL", "the whole name"},
		{"vodafone", "VOD.L", "the whole name but for its legal form"},
		{"chase", "JPM", "a word of the name"},
		{"coca", "CCEP", "the first word of the name"},
		{"micros", "MSFT", "the start of the name"},
		{"jones", "DJ30", "a word of an alias"},
		{"1001", "AAPL", "the id"},
		{"berkshire b", "BRK.B", "all words; berkshire → berkshire (name); b → b (keyword)"},
		{"usd eu", "EURUSD", "the starts of all words; usd → usd (name); eu → eurusd (symbol)"},
		{"flix", "NFLX", "inside a word; flix → netflix (name)"},
		{"microsft", "MSFT", "the whole name or an alias, with a letter wrong; microsft → microsoft (name, 1 wrong)"},
		{"gogle", "GOOG", "the whole name or an alias, with a letter wrong; gogle → google (alias, 1 wrong)"},
		{"chsae", "JPM", "a word, with a letter wrong; chsae → chase (name, 1 wrong)"},
		{"xyzzy", "AAPL", "no match"},
		{"", "AAPL", "no match"},
	} {
		e := explain(ix, tt.query, tt.symbol)
		if got, _, _ := strings.Cut(e.Lines()[0], ": "); got != tt.reason {
			t.Errorf("%q finds %s by %q, want %q", tt.query, tt.symbol, got, tt.reason)
		}
	}
}

func TestExplanationAddsUp(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	for _, text := range inventory() {
		if Fold(text) == "" {
			continue // the order is not the score's
		}
		var res Result
		ix.Search(Query{Text: text, Limit: 20}, &res)
		last := 0
		for i, hit := range res.Hits {
			e := ix.Explain(Query{Text: text}, hit.Doc)
			if e.Weight+e.Popularity+e.Main != e.Score || e.Popularity < 0 || e.Popularity > popularitySpan || e.Secondary != (e.Main == 0) {
				t.Errorf("%q %d: %+v does not add up", text, hit.Doc, e)
			}
			if e.Tier != hit.Tier || e.Secondary != dirty[hit.Doc].Secondary {
				t.Errorf("%q %d: %+v of hit %+v", text, hit.Doc, e, hit)
			}
			if i > 0 && e.Score > last {
				t.Errorf("%q: %d comes after a score of %d with %d", text, hit.Doc, last, e.Score)
			}
			last = e.Score
		}
	}
}

func TestExplanationForPeople(t *testing.T) {
	t.Parallel()
	got := explain(Build(dirty), "apple", "AAPL.RTH").Lines()
	want := []string{"the whole name: 2900", "popularity: +1000 of 1000", "secondary listing: +0", "score: 3900"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestMatchedAlias(t *testing.T) {
	t.Parallel()
	aliases := []string{"S&P", "S&P 500", "standard and poor's"}
	for text, want := range map[string]string{
		"s&p 500": "S&P 500", "SP500": "S&P 500", "s p": "S&P", "poor": "standard and poor's", "stand": "standard and poor's",
		"s&p 5": "S&P 500", "gold": "", "": "", "&": "",
	} {
		if got := MatchedAlias(aliases, text); got != want {
			t.Errorf("%q matched %q, want %q", text, got, want)
		}
	}
}
