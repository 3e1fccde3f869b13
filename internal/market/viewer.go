package market

import (
	"math/bits"
	"slices"
	"time"
)

// MaxWatch is how many instruments one viewer may watch.
const MaxWatch = 100

// Viewer is somebody who watches the prices of a few instruments, and the state of the feed.
// One goroutine at a time may use it.
type Viewer struct {
	board   *board
	changed chan struct{} // has a token exactly while there is something to take

	// Guarded by board.mu.
	items    []*item
	dirty    [2]uint64 // a bit for each of items
	news     bool      // of the feed
	finished bool
}

// watcher is a viewer and the bit of his that stands for the item.
type watcher struct {
	viewer *Viewer
	slot   uint8
}

// Watch begins to watch. Ids that the catalogue does not hold, repeated ones and those beyond
// MaxWatch are ignored; as long as there is no catalogue all are believed. The first Take
// gives the prices that are known already, and the feed. The viewer has to be closed.
func (m *Market) Watch(ids []InstrumentID) *Viewer {
	return m.board.watch(m.listed(ids))
}

// listed are the ids that the catalogue holds, each once, MaxWatch of them at most.
func (m *Market) listed(ids []InstrumentID) []InstrumentID {
	c := m.current.Load()
	var found []InstrumentID
	for _, id := range ids {
		listed := id > 0
		if c != nil {
			_, listed = c.byID[id]
		}
		if listed && len(found) < MaxWatch && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	return found
}

func (b *board) watch(ids []InstrumentID) *Viewer {
	v := &Viewer{board: b, changed: make(chan struct{}, 1), items: make([]*item, len(ids))}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.viewers[v] = struct{}{}
	for i, id := range ids {
		it := b.item(id, now)
		if len(it.watchers) == 0 {
			it.since = now
			signal(b.kick)
		}
		it.watchers = append(it.watchers, watcher{v, uint8(i)})
		v.items[i] = it
		if _, ok := b.shown(it, now); ok {
			v.mark(uint8(i))
		}
	}
	v.tellFeed()
	return v
}

// mark notes that the price in slot changed. Nobody waits for the viewer: he finds out when
// he looks. The board's mu is held.
func (v *Viewer) mark(slot uint8) {
	v.dirty[slot/64] |= 1 << (slot % 64)
	signal(v.changed)
}

func (v *Viewer) tellFeed() {
	v.news = true
	signal(v.changed)
}

// Changed has a token as long as Take has something to give.
func (v *Viewer) Changed() <-chan struct{} { return v.changed }

// Take returns the latest price of each instrument whose price changed since the last Take,
// in the order in which they are watched, and how the feed stands. Of the feed, Topics and
// Connections are left 0: Market.Feed counts them.
func (v *Viewer) Take() (changed []Live, feed Feed) {
	v.board.mu.Lock()
	defer v.board.mu.Unlock()
	select {
	case <-v.changed:
	default:
	}
	if n := bits.OnesCount64(v.dirty[0]) + bits.OnesCount64(v.dirty[1]); n > 0 {
		changed = make([]Live, 0, n)
	}
	for word, set := range v.dirty {
		for ; set != 0; set &= set - 1 {
			changed = append(changed, v.items[word*64+bits.TrailingZeros64(set)].live)
		}
	}
	v.dirty, v.news = [2]uint64{}, false
	feed = v.board.feed
	feed.Viewers = len(v.board.viewers)
	return changed, feed
}

// Close ends the watching; later ones change nothing. An instrument that nobody watches any
// more stays subscribed for a while, so that a page that is opened again costs nothing.
func (v *Viewer) Close() {
	b := v.board
	b.mu.Lock()
	defer b.mu.Unlock()
	if v.finished {
		return
	}
	v.finished = true
	delete(b.viewers, v)
	now := time.Now()
	for _, it := range v.items {
		it.touched = now
		i := slices.IndexFunc(it.watchers, func(w watcher) bool { return w.viewer == v })
		last := len(it.watchers) - 1
		it.watchers[i] = it.watchers[last]
		it.watchers[last] = watcher{}
		it.watchers = it.watchers[:last]
		if last == 0 {
			it.watchers, it.left = nil, now
			signal(b.kick)
		}
	}
}
