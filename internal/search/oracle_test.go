package search

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// classOf is the class of a document by looking at all its terms, which is
// what the index has to agree with; misspellings are typoClassOf's. named says that the query had a
// legal form at its end.
func classOf(d *Document, q Query, named bool) class {
	words := strings.FieldsFunc(string(appendFold(nil, q.Text, maxQueryRunes)), isGapRune)
	whole := cutTerm(strings.Join(words, ""))
	head := len(strings.Join(words[:max(len(words)-1, 0)], ""))
	if len(words) < 2 {
		head = len(whole)
	}
	entries := appendEntries(nil, d)
	best := classNone
	if whole == "" {
		return classNone
	}
	for _, e := range entries {
		c := wholeOrPrefix(e, whole, head, len(words), shapeOf(d.Symbol), q.Exact)
		if named {
			c = namedClass(c)
		}
		best = max(best, c)
	}
	switch {
	case q.Exact:
		return best
	case len(words) > 1:
		return max(best, allWords(entries, words))
	}
	if id, err := strconv.Atoi(whole); err == nil && id == d.ID {
		best = max(best, classID)
	}
	for _, e := range entries {
		if len(whole) >= minInside && len(e.term) > 1 && strings.Contains(e.term[1:], whole) {
			best = max(best, insideClass[e.kind])
		}
	}
	return best
}

func wholeOrPrefix(e entry, whole string, head, words int, of shape, exact bool) class {
	switch {
	case !strings.HasPrefix(e.term, whole):
		return classNone
	case e.kind == kindSymbol:
		if c := symbolClass(len(e.term), of, len(whole), head); !exact || c >= classSymbolJoined {
			return c
		}
		return classNone
	case exact:
		return classNone
	case e.term == whole:
		return wholeClass[e.kind]
	case e.kind == kindName || e.kind == kindCore:
		return nameStartClass(len(whole), words)
	}
	return prefixClass[e.kind]
}

func allWords(entries []entry, words []string) class {
	worst, real := classWords, false
	for i, w := range words {
		c := classNone
		alone := len(w) == 1 && i+1 < len(words)
		for _, e := range entries {
			if wordKind[e.kind] && strings.HasPrefix(e.term, w) && (!alone || e.term == w) {
				real = real || e.kind != kindKeyword
				c = max(c, classWordsPrefix)
				if e.term == w {
					c = classWords
				}
			}
		}
		worst = min(worst, c)
	}
	if !real {
		return classNone
	}
	return worst
}

// misspelt is what a term is worth to a word so many edits from it. Its last
// letter has to be right where the term goes on after it.
func misspelt(term, word string, edits int) class {
	whole, prefix := classTypo, classTypoPrefix
	if edits == 2 {
		whole, prefix = classTypoTwo, classTypoTwoPrefix
		if term[0] != word[0] {
			return classNone
		}
	}
	if distance(word, term) <= edits {
		return whole
	}
	n := len(word)
	for m := 1; m < len(term); m++ {
		swapped := m > 1 && word[n-1] == term[m-2] && word[n-2] == term[m-1] && word[n-1] != word[n-2]
		if word[n-1] == term[m-1] && distance(word[:n-1], term[:m-1]) <= edits || swapped && distance(word[:n-2], term[:m-2]) < edits {
			return prefix
		}
	}
	return classNone
}

// typoClassOf is the class of a document for a word that is misspelt.
func typoClassOf(d *Document, word string, edits int) class {
	best := classNone
	for _, e := range appendEntries(nil, d) {
		short := e.kind == kindSymbol && shapeOf(d.Symbol).base < oneTypoFrom
		if e.kind != kindKeyword && !short {
			best = max(best, typoClass(misspelt(e.term, word, edits), e.kind))
		}
	}
	return best
}

// withoutEnding is the text without the legal forms at its end.
func withoutEnding(text string) string {
	words := strings.FieldsFunc(fold(text), isGapRune)
	n := len(words)
	for n > 1 && endings[words[n-1]] {
		n--
	}
	return strings.Join(words[:n], " ")
}

// classesOf is the class of each document, with typos where they are due.
func classesOf(docs []Document, q Query) []class {
	got := make([]class, len(docs))
	if q.Text == "" {
		return got
	}
	for i := range docs {
		got[i] = classOf(&docs[i], q, false)
	}
	if short := withoutEnding(q.Text); len(short) < len(fold(q.Text)) {
		q.Text = short
		for i := range docs {
			got[i] = max(got[i], classOf(&docs[i], q, true))
		}
	}
	word := fold(q.Text)
	if slices.Max(got) > classInside || strings.ContainsFunc(word, isGapRune) || q.Exact {
		return got
	}
	edits := 0
	switch n := len([]rune(word)); {
	case n < oneTypoFrom:
		return got
	case n < twoTyposFrom || near(docs, word):
		edits = 1
	default:
		edits = 2
	}
	for i := range docs {
		got[i] = max(got[i], typoClassOf(&docs[i], word, edits))
	}
	return got
}

// near reports whether any term at all is one edit away.
func near(docs []Document, word string) bool {
	for i := range docs {
		if slices.ContainsFunc(appendEntries(nil, &docs[i]), func(e entry) bool { return misspelt(e.term, word, 1) != classNone }) {
			return true
		}
	}
	return false
}

// bruteSearch is Search by going through all documents.
func bruteSearch(docs []Document, ix *Index, q Query, found []class) Result {
	var res Result
	counts := [NumFacets]map[FacetValue]int{}
	for f, values := range q.Facets {
		counts[f] = map[FacetValue]int{}
		for _, v := range values {
			counts[f][v] = 0
		}
	}
	var matches []int
	for i, c := range found {
		d := &docs[i]
		shown, all := q.Hidden || !d.Hidden, passes(d, q, -1) && d.Flags&q.Flags == q.Flags
		switch {
		case q.Text != "" && c == classNone:
			continue
		case shown && all:
			matches = append(matches, i)
		case all:
			res.Hidden++
		}
		if !shown {
			continue
		}
		res.Unfiltered++
		for f, v := range d.Facets {
			if v != 0 && passes(d, q, f) && d.Flags&q.Flags == q.Flags {
				counts[f][v]++
			}
		}
		for i, flag := range []Flags{FlagOpen, FlagTradable} {
			if with := q.Flags | flag; passes(d, q, -1) && d.Flags&with == with {
				res.Flags[i]++
			}
		}
	}
	res.Total = len(matches)
	res.Hits = bruteHits(docs, ix, q, found, matches)
	for f, byValue := range counts {
		for _, v := range slices.Sorted(maps.Keys(byValue)) {
			res.Facets[f] = append(res.Facets[f], Count{v, byValue[v]})
		}
		slices.SortStableFunc(res.Facets[f], func(a, b Count) int { return b.N - a.N })
	}
	return res
}

// passes reports whether a document is let through by all facets but one.
func passes(d *Document, q Query, except int) bool {
	for f, values := range q.Facets {
		if f != except && len(values) > 0 && !slices.Contains(values, d.Facets[f]) {
			return false
		}
	}
	return true
}

// bruteHits sorts the matches and cuts the window out.
func bruteHits(docs []Document, ix *Index, q Query, found []class, matches []int) []Hit {
	score := make([]uint32, len(docs))
	for d, pos := range ix.position {
		score[pos] = classes[found[pos]].weight + uint32(ix.facts[d].prior)
	}
	slices.SortFunc(matches, func(a, b int) int {
		x, y, byText := &docs[a], &docs[b], 0
		if q.Text != "" {
			byText = cmp.Or(cmp.Compare(score[b], score[a]), secondary(x)-secondary(y))
		}
		return cmp.Or(byText, cmp.Compare(popularity(y), popularity(x)), cmp.Compare(x.Symbol, y.Symbol), a-b)
	})
	var hits []Hit
	for _, i := range matches[min(q.Offset, len(matches)):min(q.Offset+q.Limit, len(matches))] {
		hits = append(hits, Hit{int32(i), classes[found[i]].tier})
	}
	return hits
}

func TestSearchAgreesWithLookingAtEveryDocument(t *testing.T) {
	t.Parallel()
	docs := slices.Clone(dirty)
	for i := range docs {
		docs[i].Flags = Flags(i * 5 % 4)
	}
	ix := Build(docs)
	filters := []Query{
		{},
		{Facets: [NumFacets][]FacetValue{FacetType: {stocks}}},
		{Facets: [NumFacets][]FacetValue{FacetType: {stocks, coins}, FacetExchange: {nasdaq, xetra, 99}}},
		{Facets: [NumFacets][]FacetValue{FacetExchange: {nyse}, FacetIndustry: {tech, finance}}},
		{Facets: [NumFacets][]FacetValue{FacetIndustry: {food}}},
		{Flags: FlagOpen},
		{Flags: FlagOpen | FlagTradable},
		{Flags: FlagTradable, Facets: [NumFacets][]FacetValue{FacetType: {stocks}, FacetExchange: {nyse, nasdaq}}},
	}
	var res Result
	for _, text := range append(inventory(), "") {
		found := classesOf(docs, Query{Text: text})
		if strings.ContainsFunc(fold(text), isGapRune) && slices.Max(found) == classNone {
			continue // several words, some inside or misspelt: the oracle does not go that far
		}
		for _, q := range filters {
			for _, hidden := range []bool{false, true} {
				q.Text, q.Hidden, q.Limit = text, hidden, 100
				want := bruteSearch(docs, ix, q, found)
				ix.Search(q, &res)
				if !slices.Equal(res.Hits, want.Hits) {
					t.Fatalf("%q %v %b: hits %v, want %v", text, q.Facets, q.Flags, symbols(res.Hits), symbols(want.Hits))
				}
				if res.Total != want.Total || res.Hidden != want.Hidden || res.Unfiltered != want.Unfiltered || res.Flags != want.Flags {
					t.Errorf("%q %v %b: %d, %d hidden, %d unfiltered, flags %v, want %d, %d, %d, %v", text, q.Facets, q.Flags,
						res.Total, res.Hidden, res.Unfiltered, res.Flags, want.Total, want.Hidden, want.Unfiltered, want.Flags)
				}
				for f := range want.Facets {
					if !slices.Equal(res.Facets[f], want.Facets[f]) {
						t.Errorf("%q %v %b: facet %d is %v, want %v", text, q.Facets, q.Flags, f, res.Facets[f], want.Facets[f])
					}
				}
			}
		}
	}
}
