package search

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// crowd is a catalogue in which words of a few letters find hundreds.
func crowd() []Document {
	var docs []Document
	for _, first := range []string{"Northern", "Nordic", "Trust", "American", "A", "Stone", "Interstate"} {
		for _, second := range []string{"Gold", "Goldstone", "Energy", "Trust", "A"} {
			for n := range 40 {
				i := len(docs)
				docs = append(docs, Document{
					ID: 1000 + i, Symbol: fmt.Sprintf("%.2s%.1s%d", first, second, n), Name: fmt.Sprintf("%s %s %d Inc", first, second, n), Popularity: float64(i * 7919 % 5000),
					Keywords: []string{"Nasdaq", "Stocks"}[:1+i%2], Facets: [NumFacets]FacetValue{uint16(i%3 + 1), uint16(i % 7), uint16(i % 11)}, Flags: Flags(i / 5 % 4), Secondary: i%13 == 0, Hidden: i%3 == 0,
				})
			}
		}
	}
	return docs
}

// windows is ways to ask for a text.
func windows(text string, docs int) []Query {
	order := make([]int32, docs)
	for i := range order {
		order[i] = int32(i * 31 % docs)
	}
	return []Query{
		{Text: text, Limit: 25},
		{Text: text, Limit: 25, Hidden: true},
		{Text: text, Offset: 20, Limit: 30},
		{Text: text, Offset: 60, Limit: 30},
		{Text: text, Limit: 1 << 20},
		{Text: text},
		{Text: text, Limit: 25, Facets: [NumFacets][]FacetValue{{1, 2}}},
		{Text: text, Limit: 25, Facets: [NumFacets][]FacetValue{FacetExchange: {3, 99}, FacetIndustry: {4}}},
		{Text: text, Limit: 25, Flags: FlagOpen},
		{Text: text, Offset: 5, Limit: 5, Flags: FlagOpen | FlagTradable, Facets: [NumFacets][]FacetValue{{1, 2}}},
		{Text: text, Limit: 25, Order: order},
		{Text: text, Limit: 25, ID: 1005},
		{Text: text, Limit: 25, Exact: true},
	}
}

func TestAnswersKeptReadyAndSetsChangeNothing(t *testing.T) {
	t.Parallel()
	docs := crowd()
	plain, quick := Build(docs), Build(docs)
	plain.ready = nil
	quick.sets = make(map[string]docSet)
	quick.addSets(quick.vocabulary.all(), 0)
	for _, word := range []string{"n", "no", "nor", "t", "tr", "trust", "gold", "stone", "inter"} {
		if quick.ready[word] == nil {
			t.Errorf("the answer to %q is not ready", word)
		}
	}
	for _, word := range []string{"a", "n", "na", "t", "st"} {
		if _, ok := quick.sets[word]; !ok {
			t.Errorf("%q has no set", word)
		}
	}
	var want, got Result
	for _, text := range []string{
		"n", "N ", "no", "nort", "t", "tr", "trust", "gold", "stone", "ston", "inter", "nterst", "a", "inc", "zzz", "norhtern", "nog1", "trust g", "trust t", "gold a", "a gold", "a a",
		"stone t", "gold n", "gold na", "nasdaq st", "n n", "american e i", "trust nasdaq s", "nordic stcks", "norhtern s", "norhtern gold", "st st st", "nordic gold 3",
	} {
		for _, q := range windows(text, len(docs)) {
			plain.Search(q, &want)
			quick.Search(q, &got)
			if !reflect.DeepEqual(got.Hits, want.Hits) && len(got.Hits)+len(want.Hits) > 0 {
				t.Fatalf("%+v: hits %v, want %v", q, got.Hits, want.Hits)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%+v: %+v, want %+v", q, got, want)
			}
		}
	}
}

func TestNarrowingByPostingsAndByTermsAgree(t *testing.T) {
	t.Parallel()
	ix := Build(crowd())
	for _, text := range []string{"trust gold", "gold tru", "american a", "nasdaq nordic", "stocks nasdaq", "nordic st", "norhtern gold", "a a"} {
		s := newScratch(ix)
		s.read(text)
		ix.matchWords(s)
		ix.matchLoosely(s)
		w := &s.words[1]
		narrowed := [2][]uint32{}
		for i, narrow := range []func(*scratch, *word){ix.narrowByPostings, ix.narrowByTerms} {
			clear(s.best)
			ix.begin(s, &s.words[0])
			narrow(s, w)
			for _, doc := range s.candidates {
				narrowed[i] = append(narrowed[i], doc, uint32(s.worst[doc]))
				s.worst[doc] = classNone
			}
			s.candidates = s.candidates[:0]
		}
		if !reflect.DeepEqual(narrowed[0], narrowed[1]) || text != "stocks nasdaq" && len(narrowed[0]) == 0 {
			t.Errorf("%q: by postings %v, by terms %v", text, narrowed[0], narrowed[1])
		}
	}
}

func TestACorrectionThatStaysIsNotMadeAnew(t *testing.T) {
	ix := Build(crowd())
	var res Result
	for _, text := range []string{"norhtern", "norhtern gold"} {
		q := Query{Text: text, Limit: 25}
		s := newScratch(ix) // one from the pool may be collected
		if n := testing.AllocsPerRun(20, func() { ix.search(s, q, &res) }); n != 0 || res.Correction == "" {
			t.Errorf("%q: %v allocations for %q", text, n, res.Correction)
		}
	}
	ix.Search(Query{Text: "northern", Limit: 25}, &res)
	if res.Correction != "" {
		t.Errorf("northern is corrected to %q", res.Correction)
	}
}

func TestPagesMakeUpTheWhole(t *testing.T) {
	t.Parallel()
	ix := Build(dirty)
	for _, q := range []Query{{}, {Text: "a"}, {Text: "e", Hidden: true}, {Text: "microsft"}, {Text: "in", Facets: [NumFacets][]FacetValue{{stocks}}}} {
		var whole, page Result
		q.Limit = 1000
		ix.Search(q, &whole)
		for _, size := range []int{1, 3, 7} {
			var got []Hit
			q.Limit = size
			for q.Offset = 0; q.Offset < whole.Total+size; q.Offset += size {
				ix.Search(q, &page)
				got = append(got, page.Hits...)
			}
			if !slices.Equal(got, whole.Hits) {
				t.Errorf("%q in pages of %d: %v, want %v", q.Text, size, got, whole.Hits)
			}
		}
	}
}
