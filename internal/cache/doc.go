// Package cache keeps what was loaded from far away: for how long it counts as
// fresh, for how long it may be shown at all, and what to answer meanwhile.
//
// A value has two ages. Past the soft age it is still answered at once and
// loaded anew behind the answer. Past the hard age it is no longer answered:
// callers wait for a load, but only for so long. One key has one load at a time,
// however many ask; a caller who leaves takes nothing from the others. A load
// that failed is remembered for a while, so that the next callers do not repeat
// it, and its error is handed out as it came: errors.As finds in it what it
// would have found at the source.
//
// The store underneath is github.com/patrickmn/go-cache, which no other package
// imports. Its own cleaner stays off, because it outlives the cache; this package
// sweeps and caps on its own.
//
// The package knows nothing of eToro and nothing of HTTP, writes no log, and
// keeps nothing on disk.
package cache
