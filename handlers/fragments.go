package handlers

import (
	"sync"
	"time"

	"instrumentdesk/internal/market"
)

// fragment is a drawn list. Its bytes are shared: nobody may change them.
type fragment struct {
	body []byte
	tag  string
}

const (
	// maxFragments bounds the memory: a fragment of 25 rows is about 25 kB.
	maxFragments = 1024
	// fragmentAge is how far the ages that a fragment tells ("4 min ago") may lag.
	fragmentAge = 10 * time.Second
)

// stamp is what a drawn list depends on besides its query.
type stamp struct {
	version uint64 // of the catalogue
	sparks  uint64 // how many lines were read
	stale   string // the note about refreshes that go wrong
	period  int64
}

func stampOf(s market.State, now time.Time) stamp {
	return stamp{s.Version, s.Sparks, staleNote(s, now), now.UnixNano() / int64(fragmentAge)}
}

// fragments keeps drawn lists, because a team types the same beginnings over and over, and drawing
// takes ten times as long as finding. It holds those of one stamp; the first with another empties it.
type fragments struct {
	mu      sync.Mutex
	stamp   stamp
	byQuery map[string]*fragment
}

// get is nil when the list has to be drawn.
func (k *fragments) get(now stamp, query string) *fragment {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stamp != now {
		return nil
	}
	return k.byQuery[query]
}

func (k *fragments) put(now stamp, query string, f *fragment) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byQuery == nil || k.stamp != now || len(k.byQuery) >= maxFragments {
		k.stamp, k.byQuery = now, make(map[string]*fragment)
	}
	k.byQuery[query] = f
}
