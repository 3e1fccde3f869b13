package search

import (
	"strings"
	"unicode/utf8"
)

// maxTerm is the longest term in bytes; longer ones are cut, in the index and
// in the query alike.
const maxTerm = 64

// entry is one term of a document.
type entry struct {
	term string
	kind kind
}

// legalForms end company names and are not what anybody types.
var legalForms = map[string]bool{
	"inc": true, "incorporated": true, "corp": true, "corporation": true, "co": true, "company": true, "companies": true, "plc": true,
	"ltd": true, "limited": true, "llc": true, "lp": true, "ag": true, "sa": true, "se": true, "nv": true, "bv": true, "ab": true,
	"asa": true, "oyj": true, "as": true, "spa": true, "kgaa": true, "gmbh": true, "publ": true,
	"group": true, "holding": true, "holdings": true, "cl": true, "class": true, "adr": true, "the": true, "com": true,
	"a": true, "b": true, "c": true, "s": true, "p": true, "n": true, "v": true,
}

// appendEntries appends the terms of a document, without repeating any.
func appendEntries(dst []entry, d *Document) []entry {
	start := len(dst)
	add := func(term string, k kind) {
		if term = cutTerm(term); term == "" {
			return
		}
		e := entry{term, k}
		for _, have := range dst[start:] {
			if have == e {
				return
			}
		}
		dst = append(dst, e)
	}
	add(joined(fold(d.Symbol)), kindSymbol)
	if suffix := d.Symbol[len(symbolHead(d.Symbol)):]; suffix != "" {
		add(joined(fold(suffix)), kindKeyword)
	}
	addName(fold(d.Name), add)
	addAliases(d.Aliases, kindAlias, add)
	addAliases(d.FirstAliases, kindFirstAlias, add)
	for _, keyword := range d.Keywords {
		for _, w := range strings.FieldsFunc(fold(keyword), isGapRune) {
			add(w, kindKeyword)
		}
	}
	return dst
}

func addAliases(aliases []string, k kind, add func(string, kind)) {
	for _, alias := range aliases {
		folded := fold(alias)
		add(joined(folded), k)
		for _, w := range strings.FieldsFunc(folded, isGapRune) {
			add(w, kindAliasWord)
		}
	}
}

// addName adds the terms of a folded name: all of it, its core, its words, and the
// words that punctuation joins, alone and with the word after them (sp500 of
// "S&P 500").
func addName(name string, add func(string, kind)) {
	add(joined(name), kindName)
	addCores(name, add)
	k := kindFirst
	chunks := strings.Split(name, string(gapBlank))
	for i, chunk := range chunks {
		words := strings.Split(chunk, string(gapJoint))
		if len(words) > 1 {
			add(joined(chunk), k)
			if i+1 < len(chunks) {
				add(joined(chunk+chunks[i+1]), k)
			}
		}
		for _, w := range words {
			add(w, k)
			if w != "the" {
				k = kindWord
			}
		}
	}
}

// addCores adds the folded name without "the" before it and without each number of the legal forms after
// it, joined: people write "arm holdings" and "arm" for "ARM Holdings plc".
func addCores(name string, add func(string, kind)) {
	words := strings.FieldsFunc(name, isGapRune)
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
		add(strings.Join(words, ""), kindCore)
	}
	for len(words) > 1 && legalForms[words[len(words)-1]] {
		words = words[:len(words)-1]
		add(strings.Join(words, ""), kindCore)
	}
}

// symbolHead is a symbol before its suffix: NESN of NESN.ZU. Without a suffix
// it is the whole.
func symbolHead(symbol string) string {
	if dot := strings.LastIndexByte(symbol, '.'); dot > 0 && fold(symbol[dot:]) != "" {
		return symbol[:dot]
	}
	return symbol
}

// shapeOf measures a symbol.
func shapeOf(symbol string) shape {
	folded := fold(symbol)
	head := len(joined(folded))
	if gap := strings.LastIndexFunc(folded, isGapRune); gap >= 0 {
		head = len(joined(folded[:gap]))
	}
	return shape{base: uint8(min(len(joined(fold(symbolHead(symbol)))), maxTerm)), head: uint8(min(head, maxTerm))}
}

// joined is folded text without its gaps.
func joined(folded string) string {
	if strings.IndexFunc(folded, isGapRune) < 0 {
		return folded
	}
	b := make([]byte, 0, len(folded))
	for i := range len(folded) {
		if !isGap(folded[i]) {
			b = append(b, folded[i])
		}
	}
	return string(b)
}

// cutTerm cuts a term to maxTerm bytes, between runes.
func cutTerm[T string | []byte](term T) T {
	if len(term) <= maxTerm {
		return term
	}
	end := maxTerm
	for !utf8.RuneStart(term[end]) {
		end--
	}
	return term[:end]
}

func isGapRune(r rune) bool { return r == gapBlank || r == gapJoint }
