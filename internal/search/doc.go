// Package search finds instruments in memory while a person types.
//
// It owns the folding of text, the matching, the ranking, the facet counts
// and the highlighting, for one list of documents that does not change:
// a changed catalogue is a new [Build]. It knows nothing of where documents
// come from, of eToro's API or of HTTP, and it keeps no copy of the documents:
// answers are positions in the list that Build was given.
//
// # Folding
//
// Index, query and highlighting read text the same way: case, accents and
// compatibility forms are gone, ß is ss and ø is o, apostrophes vanish, every
// other punctuation and blank only separates words. Words that punctuation
// joins are also known as one, so Coca-Cola is found as "coca cola" and as
// "cocacola", BRK.B as "brkb", "brk b" and "brk/b".
//
// # The index
//
// One sorted vocabulary holds the symbols, words, aliases and joined names of
// all documents. A prefix is a contiguous range of it, and so is a contiguous
// range of the postings, which name a document and where in it the term
// stands. Inside-word matches are a range of the sorted word suffixes, and
// typing mistakes are found by walking the vocabulary as the trie that a sorted
// list is, sharing the rows of the edit distance.
//
// A search marks each matching document with its best [Tier] in pooled
// scratch memory, counts matches by combination of facet values, and keeps the
// best Offset+Limit. Nothing is allocated once the pools are warm.
//
// Totals and facets count every match, so that what costs is width: the first
// letters of a query. The answers to the words that find most are therefore
// made at build, and in large catalogues the words of a letter or two that
// many documents have are bit sets, which a query of several words is narrowed by.
//
// # Ranking
//
// An exact symbol is always first; as it is spelled before the same with other punctuation. Only
// the aliases in Document.FirstAliases stand before it, each because somebody decided so: wti
// is the oil before it is the small company of that symbol. After these the reason of the match and
// the popularity are added up, so that a much better known name may pass a slightly better
// match: avg is Broadcom (AVGO) before the small AVG.L. A main listing has more than all popularity on top, so that within one reason it stands
// before a secondary one; then popularity decides, then the symbol. [Index.Explain] takes the
// sum of a document apart.
//
// Popularity counts by the logarithm of its rank. A document that the caller knows to be well
// known has at least the weight of about the fortieth of ten thousand, which only
// matters where popularity is unknown or poor.
//
// A legal form at the end of a query ("apple inc") is also left out, as is a filler ("the",
// "price") when nothing has it; then letters may be wrong, and at last blanks. One letter may be wrong from
// four on, or three beside other words, and two from seven on if one is not enough. Who goes on into the next
// word without the gap ("bitcoinn" of Bitcoin / New Zealand Dollar, "goldd" of GOLD.DEC26) is taken for misspelling
// too, if that finds something better known.
package search
