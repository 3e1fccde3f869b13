// Package market owns what pages ask of eToro's market data: the catalogue of
// instruments, cleaned and searchable, with the prices and closes that belong to
// its rows, and the knowledge of how old each of them is.
//
// # One catalogue, replaced whole
//
// eToro's answers come in six classes: the instruments, three lookups that name
// types, exchanges and industries, the market snapshot, and the closing prices. Each
// lives in a cache of its own with its own ages. Whenever one of them changes, a new
// [Catalogue] is built from all of them and swapped in; a Catalogue itself never
// changes. Reading it takes no lock and never touches the network, however much is
// typed: only [Market.Run], on its own clock, spends eToro's budget on it. The one
// exception is the very first load, which the visitors who find nothing share.
//
// Only the instruments are needed for a catalogue. Without the lookups names become
// "Exchange 99"; without the snapshot rows have no price and are ordered by id,
// because eToro's older instruments are mostly its better known ones.
//
// An answer that failed, or that has fewer than half the rows of the one before
// ([ErrShrunken]), never replaces a good one. Old instruments are better than none,
// so they are shown however old they are, and marked; old prices are dropped.
//
// # Candles
//
// Candles are read when a visitor asks for them and nobody has lately: one call brings the
// newest thousand bars of an instrument in an interval, from which any count is served. They
// are kept for a day, of a bounded number of instruments, and read anew behind the answer.
//
// The lines beside the rows of a list ([Market.Sparks]) are read behind, one after another, while most of
// the budget is left, and only for what [Market.WantSparks] names.
//
// # Live prices
//
// The board holds the latest price of each instrument that somebody watches or asked for
// lately. A price is state and not an event: a newer one replaces the older one, by eToro's
// time, whoever told it. A [Viewer] finds out that something changed by a token, and then
// takes what changed; nobody waits for a viewer. What several viewers watch is subscribed
// once, and released half a minute after the last of them went.
//
// Prices come from the [Stream]. What it does not tell, because there is none, because it is
// away or refused, or because it has no such instrument, is asked of eToro's rates: together
// with whatever else is wanted within 50 ms, a hundred ids a call, when a visitor waits for it
// or, every ten seconds as far as three quarters of the background's share of the budget
// go, when somebody watches it. eToro fails a whole call because of one retired id. Such
// ids are found by halves and left out for an hour (hunt.go).
//
// # Cleaning
//
// The catalogue is dirty. Texts are tidied (clean.go), rows that are no instruments for
// people are hidden by a named rule each (hidden.go), and listings of the same company
// are grouped behind a main one (listings.go). Nothing is thrown away but rows with
// neither symbol nor name: what is hidden can be asked for.
//
// # Other names
//
// aliases.csv holds other names of instruments: former ones, nicknames of indices, pairs in
// words. It decides three things: what such a name finds; in lines marked "first", that it stands
// before an instrument whose whole symbol it is; and that what it names is well known, which
// helps the ranking where eToro tells no popularity. A team's own list ([ParseAliases],
// Options.Aliases) comes on top and replaces the names that it repeats; it may
// hold any number of names, so being on it makes nothing well known. wellknown.txt holds further symbols of
// what people look for. Pairs and coins get names of their own making (aliases_pairs.go).
//
// # On disk
//
// The last good catalogue is kept in a file and is there again at the next start.
//
// # What it will not do
//
// No HTTP, no pages, no text for people apart from [BadQuery]. It ranks nothing: that is
// internal/search. It retries nothing at once: that is the client's.
package market
