package cache

import (
	"cmp"
	"slices"
	"sync"
	"time"

	gocache "github.com/patrickmn/go-cache"
)

// item is what is known under one key: a value, an error, or both. It is never
// changed once stored. Methods work on a nil item, which knows nothing.
type item[V any] struct {
	value   V
	at      time.Time // zero: no value
	deadAt  time.Time // the value's hard age is reached
	err     error     // of the latest load
	errAt   time.Time
	retryAt time.Time // before this the error stands
	version uint64    // counts what was stored, so that newer is not a matter of clocks
}

func (it *item[V]) holds(now time.Time) bool {
	return it != nil && !it.at.IsZero() && now.Before(it.deadAt)
}

func (it *item[V]) stale(now time.Time, soft time.Duration) bool {
	return now.Sub(it.at) >= soft
}

func (it *item[V]) newerThan(other *item[V]) bool {
	return it != nil && (other == nil || it.version > other.version)
}

func (it *item[V]) failure() error {
	if it == nil {
		return nil
	}
	return it.err
}

func (it *item[V]) entry(now time.Time, soft time.Duration) Entry[V] {
	if it == nil {
		return Entry[V]{}
	}
	e := Entry[V]{Err: it.err, ErrAt: it.errAt}
	if it.holds(now) {
		e.Value, e.At, e.Stale = it.value, it.at, it.stale(now, soft)
	}
	return e
}

// store is the only user of go-cache. Its expiry is when neither the value nor the
// error says anything any more.
type store[V any] struct {
	policy Policy
	kept   *gocache.Cache

	mu      sync.Mutex // serialises writers; guards version and sweptAt
	version uint64
	sweptAt time.Time
}

// get returns nil when nothing is known.
func (s *store[V]) get(name string) *item[V] {
	found, _ := s.kept.Get(name)
	it, _ := found.(*item[V])
	return it
}

func (s *store[V]) set(name string, value V) *item[V] {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	return s.keep(name, &item[V]{value: value, at: now, deadAt: now.Add(s.policy.Hard)}, now)
}

// fail keeps err beside the value that is there, if any.
func (s *store[V]) fail(name string, err error) *item[V] {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	next := &item[V]{err: err, errAt: now, retryAt: now.Add(min(s.policy.Remember(err), maxRemember))}
	if old := s.get(name); old.holds(now) {
		next.value, next.at, next.deadAt = old.value, old.at, old.deadAt
	}
	return s.keep(name, next, now)
}

func (s *store[V]) put(name string, value V, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if at.After(now) {
		at = now // a clock that went back must not make a value live longer
	}
	if old := s.get(name); old.holds(now) && !at.After(old.at) {
		return
	}
	if it := (&item[V]{value: value, at: at, deadAt: at.Add(s.policy.Hard)}); it.holds(now) {
		s.keep(name, it, now)
	}
}

// keep stores it for as long as it says something. To go-cache a duration below
// zero means for ever and zero its default, so neither may reach it.
func (s *store[V]) keep(name string, it *item[V], now time.Time) *item[V] {
	s.version++
	it.version = s.version
	until := it.deadAt
	if it.retryAt.After(until) {
		until = it.retryAt
	}
	life := until.Sub(now)
	if life <= 0 {
		s.kept.Delete(name)
		return it
	}
	s.kept.Set(name, it, life)
	s.sweep(now)
	return it
}

const sweepEvery = time.Minute

// sweep drops what expired, once a minute or when there is too much, and then the
// oldest tenth if there still is.
func (s *store[V]) sweep(now time.Time) {
	full := s.kept.ItemCount() > s.policy.Max
	if !full && now.Sub(s.sweptAt) < sweepEvery {
		return
	}
	s.sweptAt = now
	s.kept.DeleteExpired()
	if s.kept.ItemCount() > s.policy.Max {
		s.dropOldest(s.kept.ItemCount() - s.policy.Max + s.policy.Max/10)
	}
}

func (s *store[V]) dropOldest(n int) {
	type aged struct {
		name    string
		version uint64
	}
	var all []aged
	for name, kept := range s.kept.Items() {
		if it, ok := kept.Object.(*item[V]); ok {
			all = append(all, aged{name, it.version})
		}
	}
	slices.SortFunc(all, func(a, b aged) int { return cmp.Compare(a.version, b.version) })
	for _, old := range all[:min(n, len(all))] {
		s.kept.Delete(old.name)
	}
}
