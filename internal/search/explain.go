package search

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Explanation says why a document stands where it stands. Its parts add up to Score; the
// list is sorted by Score, then by Secondary, popularity and symbol.
type Explanation struct {
	Tier       Tier
	Reason     string      // the tier in finer steps: "the start of a word of the name"
	Weight     int         // what the reason is worth
	Popularity int         // 0 for unknown to 1000 for the most popular, by rank
	Main       int         // what a main listing has over a secondary one
	Secondary  bool        // a twin or dated listing
	Score      int         // Weight + Popularity + Main
	Words      []WordMatch // where single words decided: one for each word of the query
}

// WordMatch is a word of a query and the term of the document that it found.
type WordMatch struct {
	Word, Term string
	Field      string // "symbol", "name", "alias" or "keyword"
	Edits      int    // letters that differ
}

// reasons are what the classes say.
var reasons = [numClasses]string{
	classNone:          "no match",
	classTypoTwoPrefix: "the start of a word, with two letters wrong",
	classTypoTwo:       "a word, with two letters wrong",
	classTypoPrefix:    "the start of a word, with a letter wrong",
	classSymbolTail:    "the start of the symbol, into its suffix",
	classNameTail:      "the start of the name, on into its next word",
	classTypo:          "a word, with a letter wrong",
	classTypoName:      "the whole name or an alias, with a letter wrong",
	classWordsInside:   "all words, some inside others",
	classInside:        "inside a word",
	classID:            "the id",
	classAliasWord:     "a word of an alias",
	classWordPrefix:    "the start of a word of the name",
	classWordsPrefix:   "the starts of all words",
	classAliasPrefix:   "the start of an alias",
	classWords:         "all words",
	classWord:          "a word of the name",
	classNamePrefix:    "the start of the name",
	classSymbolPrefix:  "the start of the symbol",
	classNameStart:     "the name begins with all words",
	classFirstWord:     "the first word of the name",
	classSymbolBase:    "the symbol before its suffix",
	classCoreName:      "the whole name but for its legal form",
	className:          "the whole name",
	classAlias:         "an alias",
	classSymbolJoined:  "the whole symbol but for its punctuation",
	classSymbol:        "the whole symbol",
	classFirstAlias:    "an alias that goes before symbols",
}

// wordEdits is how many letters of a word are wrong where the class says so.
var wordEdits = [numClasses]int{classTypo: 1, classTypoName: 1, classTypoPrefix: 1, classTypoTwo: 2, classTypoTwoPrefix: 2}

var fields = [...]string{
	kindSymbol: "symbol", kindAlias: "alias", kindFirstAlias: "alias", kindName: "name", kindCore: "name",
	kindFirst: "name", kindWord: "name", kindAliasWord: "alias", kindKeyword: "keyword",
}

// Explain searches again, for one document. Without a text, or for a document that q does
// not find, Tier is TierNone and Weight 0.
func (ix *Index) Explain(q Query, doc int32) Explanation {
	s := ix.pool.Get().(*scratch)
	defer func() {
		s.reset()
		ix.pool.Put(s)
	}()
	if len(trimBlank(q.Text)) > 0 {
		ix.match(s, &q)
	}
	d := uint32(slices.Index(ix.position, doc))
	found, prior := s.best[d], int(ix.facts[d].prior)
	e := Explanation{
		Tier:      classes[found].tier,
		Reason:    reasons[found],
		Weight:    int(classes[found].weight),
		Secondary: prior < mainBonus,
	}
	if !e.Secondary {
		e.Main = mainBonus
	}
	e.Popularity = prior - e.Main
	e.Score = e.Weight + prior
	if byWords(found) {
		e.Words = ix.wordMatches(s, d)
	}
	return e
}

// byWords reports whether the class was found by the words of the query one by one.
func byWords(c class) bool {
	switch classes[c].tier {
	case TierWords, TierInside, TierTypo:
		return true
	}
	return false
}

func (ix *Index) wordMatches(s *scratch, doc uint32) []WordMatch {
	var matches []WordMatch
	terms := ix.termsOf(doc)
	for i := range s.words {
		m := s.words[i].matched(terms)
		if m.class == classNone {
			m = ix.holding(s.words[i].text, terms)
		}
		if m.class == classNone {
			continue
		}
		matches = append(matches, WordMatch{
			Word:  string(s.words[i].text),
			Term:  string(ix.vocabulary.term(m.term)),
			Field: ix.fieldOf(m.term, doc),
			Edits: wordEdits[m.class],
		})
	}
	return matches
}

// holding is the term that has a word inside. The search itself forgets these for the
// misspellings that it looks for next.
func (ix *Index) holding(text []byte, terms []uint32) matched {
	for _, t := range terms {
		if t &^= keywordOnly; bytes.Contains(ix.vocabulary.term(t), text) {
			return matched{class: classInside, term: t}
		}
	}
	return matched{}
}

// fieldOf is where in a document a term of it stands.
func (ix *Index) fieldOf(term, doc uint32) string {
	for _, p := range ix.postings(span{term, term + 1}) {
		if p.doc() == doc {
			return fields[p.kind()]
		}
	}
	return fields[kindKeyword]
}

// Lines is the explanation for people, the reason first and the sum last.
func (e Explanation) Lines() []string {
	reason := e.Reason
	for _, w := range e.Words {
		reason += fmt.Sprintf("; %s → %s (%s", w.Word, w.Term, w.Field)
		if w.Edits > 0 {
			reason += fmt.Sprintf(", %d wrong", w.Edits)
		}
		reason += ")"
	}
	listing := "main listing"
	if e.Secondary {
		listing = "secondary listing"
	}
	return []string{
		fmt.Sprintf("%s: %d", reason, e.Weight),
		fmt.Sprintf("popularity: +%d of %d", e.Popularity, popularitySpan),
		fmt.Sprintf("%s: +%d", listing, e.Main),
		fmt.Sprintf("score: %d", e.Score),
	}
}

// MatchedAlias is the alias that text means: the one that it is, else the first that it
// is a part of; "" when there is none.
func MatchedAlias(aliases []string, text string) string {
	whole := joined(fold(text))
	if whole == "" {
		return ""
	}
	for _, a := range aliases {
		if joined(fold(a)) == whole {
			return a
		}
	}
	for _, a := range aliases {
		if strings.HasPrefix(joined(fold(a)), whole) {
			return a
		}
	}
	for _, a := range aliases {
		if len(Highlight(a, text)) > 0 {
			return a
		}
	}
	return ""
}
