package search

// Tier says why a document matched, best first.
type Tier uint8

// The tiers, in their usual order; popularity may carry a match past a
// neighbouring tier, but never past TierExactSymbol. Document.FirstAliases alone pass that.
const (
	TierNone        Tier = iota // no text was asked for
	TierExactSymbol             // the whole symbol, whatever its punctuation
	TierAlias                   // a whole alias
	TierExactName               // the whole name, with or without its legal form
	TierSymbolBase              // the symbol without its exchange suffix: nesn for NESN.ZU
	TierSymbolPrefix
	TierNamePrefix // the start of a word of the name or of an alias
	TierWords      // all words, in any order
	TierID         // the id
	TierInside     // inside a word
	TierTypo       // with a letter or two wrong
)

// kind is where in a document a term stands.
type kind uint8

const (
	kindSymbol     kind = iota
	kindAlias           // a whole alias, joined
	kindFirstAlias      // the same of an alias that stands before another's symbol
	kindName            // the whole name, joined
	kindCore            // the name without "The" and legal forms, joined
	kindFirst           // the first word of the name
	kindWord            // a later word of the name
	kindAliasWord       // a word of an alias
	kindKeyword         // only ever confirms a document, never finds one; no posting has it
)

// class is a match's quality: a tier in finer steps. A better class has the
// higher number; 0 is no match.
type class uint8

const (
	classNone class = iota
	classTypoTwoPrefix
	classTypoTwo
	classTypoPrefix
	classSymbolTail
	classNameTail
	classTypo
	classTypoName
	classWordsInside
	classInside
	classID
	classAliasWord
	classWordPrefix
	classWordsPrefix
	classAliasPrefix
	classWords
	classWord
	classNamePrefix
	classSymbolPrefix
	classNameStart
	classFirstWord
	classSymbolBase
	classCoreName
	className
	classAlias
	classSymbolJoined
	classSymbol
	classFirstAlias
	numClasses
)

// classes holds each class's tier and its weight in the score. A score is the
// weight plus the document's prior, which is below priorSpan; the two symbol
// classes are out of its reach. So is an alias: somebody wrote it down on purpose.
// Above the symbols stand only the aliases that are meant to.
var classes = [numClasses]struct {
	tier   Tier
	weight uint32
}{
	classTypoTwoPrefix: {TierTypo, 50},
	classTypoTwo:       {TierTypo, 150},
	classTypoPrefix:    {TierTypo, 200},
	classSymbolTail:    {TierSymbolPrefix, 500},
	classNameTail:      {TierNamePrefix, 520},
	classTypo:          {TierTypo, 550},
	classTypoName:      {TierTypo, 675},
	classWordsInside:   {TierInside, 680},
	classInside:        {TierInside, 700},
	classID:            {TierID, 1290},
	classAliasWord:     {TierNamePrefix, 1300},
	classWordPrefix:    {TierNamePrefix, 1400},
	classWordsPrefix:   {TierWords, 1500},
	classAliasPrefix:   {TierNamePrefix, 1700},
	classWords:         {TierWords, 1800},
	classWord:          {TierNamePrefix, 1810},
	classNamePrefix:    {TierNamePrefix, 1890},
	classSymbolPrefix:  {TierSymbolPrefix, 1900},
	classNameStart:     {TierNamePrefix, 2100},
	classFirstWord:     {TierNamePrefix, 2150},
	classSymbolBase:    {TierSymbolBase, 2250},
	classCoreName:      {TierExactName, 2850},
	className:          {TierExactName, 2900},
	classAlias:         {TierAlias, 5100},
	classSymbolJoined:  {TierExactSymbol, 10000},
	classSymbol:        {TierExactSymbol, 20000},
	classFirstAlias:    {TierAlias, 30000},
}

// The prior of a document: popularity in 0..popularitySpan, and for a main listing more
// than that on top, so that no popularity carries a secondary one past it within a tier.
const (
	popularitySpan = 1000
	knownPrior     = 600 // the least that a well-known document has of it; about the 40th of 10,000
	mainBonus      = popularitySpan + 1
	priorSpan      = popularitySpan + mainBonus + 1
)

// prefixClass and wholeClass say what a term of a kind is worth when the query
// is its start, or all of it. Symbols are finer: see symbolClass.
var (
	prefixClass = [...]class{
		kindSymbol: classSymbolPrefix, kindAlias: classAliasPrefix, kindFirstAlias: classAliasPrefix, kindName: classNamePrefix, kindCore: classNamePrefix,
		kindFirst: classNamePrefix, kindWord: classWordPrefix, kindAliasWord: classAliasWord, kindKeyword: classNone,
	}
	wholeClass = [...]class{
		kindSymbol: classSymbolJoined, kindAlias: classAlias, kindFirstAlias: classFirstAlias, kindName: className, kindCore: classCoreName,
		kindFirst: classFirstWord, kindWord: classWord, kindAliasWord: classAliasWord, kindKeyword: classNone,
	}
)

// insideClass is what a term that holds the query inside is worth: names in
// one would be held across words. wordKind is the kinds of term that one of several words may match.
var (
	insideClass = [...]class{kindSymbol: classInside, kindFirst: classInside, kindWord: classInside, kindAliasWord: classInside, kindKeyword: classNone}
	wordKind    = [...]bool{kindSymbol: true, kindAlias: true, kindFirstAlias: true, kindFirst: true, kindWord: true, kindAliasWord: true, kindKeyword: true}
)

// namedClass is the best that a query is worth of which a legal form was taken: it is a
// name, so that "byd co" is BYD Co rather than the symbol BYD, and the name in full is better.
func namedClass(c class) class {
	switch c {
	case classSymbol, classSymbolJoined, classSymbolBase:
		return classSymbolPrefix
	case className:
		return classFirstWord
	}
	return c
}

// typoClass is what a term that stands somewhere as kind is worth when a misspelling of it,
// worth c as a word, was typed.
func typoClass(c class, k kind) class {
	switch k {
	case kindName, kindCore, kindAlias, kindFirstAlias:
		if c == classTypo {
			return classTypoName
		}
	case kindAliasWord:
		if c == classTypoPrefix || c == classTypoTwoPrefix {
			return classNone // aliases have many words that say little
		}
	}
	if !wordKind[k] {
		return classNone
	}
	return c
}

// minJoinedPrefix is how long a query must be to count as the start of a name
// written in one: a shorter one would find "app" in "AP Plastics".
const minJoinedPrefix = 5

// nameStartClass is what a query of some letters and words is worth as the start of a name written in
// one. Several words in the order of the name are more than the same words anywhere. A single word that is
// not the start of the first one goes on into the next without the gap, and means another word more often:
// "bitcoinn" is bitcoin with a letter too many rather than Bitcoin / New Zealand Dollar.
func nameStartClass(letters, words int) class {
	switch {
	case letters < minJoinedPrefix:
		return classNone
	case words > 1:
		return classNameStart
	}
	return classNameTail
}

// symbolClass is what a query that starts a symbol is worth. shape is the symbol's; the
// query has length letters, head of them before its own last word. A query is the
// symbol as it is spelled when both have their last gap, if any, at the same place: "brk.b" and
// "brk b" are BRK.B, and "usdpen" is USDPEN rather than USD/PEN.
func symbolClass(symbolLen int, of shape, length, head int) class {
	switch {
	case length == symbolLen && head == int(of.head):
		return classSymbol
	case length == symbolLen:
		return classSymbolJoined
	}
	return symbolStartClass(of, length, head)
}

// symbolStartClass is symbolClass of a query that is shorter than the symbol. Who goes on into the suffix
// without the gap before it means another word more often: "goldd" is gold with a letter too many rather
// than GOLD.DEC26.
func symbolStartClass(of shape, length, head int) class {
	base := int(of.base)
	switch {
	case length == base:
		return classSymbolBase
	case length > base && head != base:
		return classSymbolTail
	}
	return classSymbolPrefix
}

// minInside is the shortest query that is looked for inside words; nearly every
// document has a given pair of letters somewhere.
const minInside = 3
