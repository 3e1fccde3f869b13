package handlers

import (
	"encoding/json"
	"sync"
	"time"

	"instrumentdesk/internal/market"
)

// liveTexts shares what is made of a price between all who watch it: a thousand viewers of one instrument cost
// one formatting and mostly one encoding. It holds the newest price of each instrument that was ever watched, so
// no more than the catalogue has. The zero value is ready.
type liveTexts struct {
	mu     sync.Mutex
	serial uint64
	newest map[market.InstrumentID]*liveText
}

// liveText is one price of one instrument.
type liveText struct {
	live   market.Live
	serial uint64 // from 1, in the order of arrival
	cells  cells

	mu     sync.Mutex
	events []sharedEvent
}

// sharedEvent is the event that leads from an older price of the instrument to this one.
type sharedEvent struct {
	since uint64 // serial of the older one; 0 from nothing
	bytes []byte // empty when no text differs
}

// maxShared bounds the events that one price keeps. Viewers flush at different moments and skip different
// prices, but few.
const maxShared = 8

// of is the text of l: the same one for all who ask for the same price while it is the newest.
func (t *liveTexts) of(l market.Live, now time.Time) *liveText {
	t.mu.Lock()
	defer t.mu.Unlock()
	if newest := t.newest[l.ID]; newest != nil && samePrice(newest.live, l) {
		return newest
	}
	if t.newest == nil {
		t.newest = map[market.InstrumentID]*liveText{}
	}
	t.serial++
	text := &liveText{live: l, serial: t.serial, cells: liveCells(l, now)}
	t.newest[l.ID] = text
	return text
}

func samePrice(a, b market.Live) bool {
	if a.Bid != b.Bid || a.Ask != b.Ask || !a.At.Equal(b.At) {
		return false
	}
	if a.DayChangePct == nil || b.DayChangePct == nil {
		return a.DayChangePct == b.DayChangePct
	}
	return *a.DayChangePct == *b.DayChangePct
}

// event is the event for who was told before last, nil for nobody yet. It is empty when no text differs. Many
// share it: it must not be changed.
func (t *liveText) event(before *liveText) ([]byte, error) {
	var since uint64
	var old cells
	if before != nil {
		since, old = before.serial, before.cells
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range t.events {
		if e.since == since {
			return e.bytes, nil
		}
	}
	shared := sharedEvent{since: since}
	if e, changed := t.cells.since(old, t.live.ID); changed {
		data, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		shared.bytes = appendEvent(nil, "price", data)
	}
	if len(t.events) < maxShared {
		t.events = append(t.events, shared)
	}
	return shared.bytes, nil
}
