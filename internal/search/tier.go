package search

// Tier says why a document matched, best first.
type Tier uint8

// The tiers, in their usual order; popularity may carry a match past a
// neighbouring tier, but never past TierExactSymbol.
const (
	TierNone        Tier = iota // no text was asked for
	TierExactSymbol             // the whole symbol, whatever its punctuation
	TierAlias                   // a whole alias
	TierSymbolBase              // the symbol without its exchange suffix: nesn for NESN.ZU
	TierExactName               // the whole name, with or without its legal form
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
	kindSymbol    kind = iota
	kindAlias          // a whole alias, joined
	kindName           // the whole name, joined
	kindCore           // the name without "The" and legal forms, joined
	kindFirst          // the first word of the name
	kindWord           // a later word of the name
	kindAliasWord      // a word of an alias of several words
	kindKeyword        // only ever confirms a document, never finds one
)

// class is a match's quality: a tier in finer steps. A better class has the
// higher number; 0 is no match.
type class uint8

const (
	classNone class = iota
	classTypoTwoPrefix
	classTypoTwo
	classTypoPrefix
	classTypo
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
	classFirstWord
	classCoreName
	className
	classSymbolBase
	classAlias
	classSymbolJoined
	classSymbol
	numClasses
)

// classes holds each class's tier and its weight in the score. A score is the
// weight plus the document's prior, which is below priorSpan; the two symbol
// classes are out of its reach. So is an alias, among main listings: somebody wrote it down on purpose.
var classes = [numClasses]struct {
	tier   Tier
	weight uint32
}{
	classTypoTwoPrefix: {TierTypo, 200},
	classTypoTwo:       {TierTypo, 350},
	classTypoPrefix:    {TierTypo, 450},
	classTypo:          {TierTypo, 650},
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
	classFirstWord:     {TierNamePrefix, 2300},
	classCoreName:      {TierExactName, 2850},
	className:          {TierExactName, 2900},
	classSymbolBase:    {TierSymbolBase, 3000},
	classAlias:         {TierAlias, 4100},
	classSymbolJoined:  {TierExactSymbol, 10000},
	classSymbol:        {TierExactSymbol, 20000},
}

// The prior of a document: popularity in 0..popularitySpan, and for a main listing more
// than that on top, so that no popularity carries a secondary one past it within a tier.
const (
	popularitySpan = 1000
	mainBonus      = popularitySpan + 1
	priorSpan      = popularitySpan + mainBonus + 1
)

// prefixClass and wholeClass say what a term of a kind is worth when the query
// is its start, or all of it. Symbols are finer: see symbolClass.
var (
	prefixClass = [...]class{
		kindSymbol: classSymbolPrefix, kindAlias: classAliasPrefix, kindName: classNamePrefix, kindCore: classNamePrefix,
		kindFirst: classNamePrefix, kindWord: classWordPrefix, kindAliasWord: classAliasWord, kindKeyword: classNone,
	}
	wholeClass = [...]class{
		kindSymbol: classSymbolJoined, kindAlias: classAlias, kindName: className, kindCore: classCoreName,
		kindFirst: classFirstWord, kindWord: classWord, kindAliasWord: classAliasWord, kindKeyword: classNone,
	}
)

// insideClass is what a term that holds the query inside is worth: names in
// one would be held across words. wordKind is the kinds of term that one of several words may match.
var (
	insideClass = [...]class{kindSymbol: classInside, kindFirst: classInside, kindWord: classInside, kindAliasWord: classInside, kindKeyword: classNone}
	wordKind    = [...]bool{kindSymbol: true, kindAlias: true, kindFirst: true, kindWord: true, kindAliasWord: true, kindKeyword: true}
)

// minJoinedPrefix is how long a query must be to count as the start of a name
// written in one: a shorter one would find "app" in "AP Plastics".
const minJoinedPrefix = 5

// symbolClass is what a query that starts a symbol is worth. base is the
// length of the symbol before its suffix; the query has length letters, head of them
// before its own last word.
func symbolClass(symbolLen, base, length, head int) class {
	switch {
	case length == symbolLen && head == base:
		return classSymbol
	case length == symbolLen:
		return classSymbolJoined
	case length == base:
		return classSymbolBase
	}
	return classSymbolPrefix
}

// minInside is the shortest query that is looked for inside words; nearly every
// document has a given pair of letters somewhere.
const minInside = 3
