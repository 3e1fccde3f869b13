package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	gocache "github.com/patrickmn/go-cache"
	"golang.org/x/sync/singleflight"
)

// ErrSlow is the answer when there is no value to show and the load took longer
// than a caller waits. The load goes on: ask again.
var ErrSlow = errors.New("cache: still loading")

// ErrClosed is the answer after Close when a load would be needed.
var ErrClosed = errors.New("cache: closed")

// Policy says how long things hold. Soft and Hard must be positive, Soft at most Hard.
type Policy struct {
	Soft    time.Duration // older values are loaded anew behind the answer
	Hard    time.Duration // older values are not answered
	Wait    time.Duration // the longest that a caller of Get waits; 3 s when 0
	Timeout time.Duration // the longest that a load runs; 30 s when 0
	Max     int           // entries kept, the oldest go first; 1000 when 0

	// Remember says how long an error stands for the answer before another load
	// is tried: not at all when 0 or less, an hour at most. Nil remembers each for 2 s.
	Remember func(error) time.Duration
}

const (
	defaultWait     = 3 * time.Second
	defaultTimeout  = 30 * time.Second
	defaultMax      = 1000
	defaultRemember = 2 * time.Second
	maxRemember     = time.Hour
)

func (p Policy) withDefaults() Policy {
	if p.Wait == 0 {
		p.Wait = defaultWait
	}
	if p.Timeout == 0 {
		p.Timeout = defaultTimeout
	}
	if p.Max == 0 {
		p.Max = defaultMax
	}
	if p.Remember == nil {
		p.Remember = func(error) time.Duration { return defaultRemember }
	}
	return p
}

// Entry is a value and how good it is. Values are shared: nobody may change them.
type Entry[V any] struct {
	Value V
	At    time.Time // when the value was loaded; zero when there is none
	Err   error     // why the latest load failed, nil when it did not
	ErrAt time.Time // when it failed
	Stale bool      // older than the soft age
}

// PanicError is a load that panicked.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("cache: load panicked: %v", e.Value) }

// Cache is safe for concurrent use. Keys are told apart by their %#v form, so K
// must not be an interface or hold pointers.
type Cache[K comparable, V any] struct {
	policy Policy
	load   func(context.Context, K) (V, error)
	flight singleflight.Group
	store  store[V]

	life context.Context // ends with Close
	end  context.CancelFunc

	mu      sync.Mutex // guards closed, and loads.Add against Close
	closed  bool
	loading sync.WaitGroup
}

// New makes a cache that fills itself by load. The context that load gets carries
// the values of the caller who began it, but neither his deadline nor his leaving.
func New[K comparable, V any](p Policy, load func(context.Context, K) (V, error)) *Cache[K, V] {
	p = p.withDefaults()
	life, end := context.WithCancel(context.Background())
	return &Cache[K, V]{
		policy: p,
		load:   load,
		// No default expiry and no cleaner: each entry brings its own, and sweep cleans.
		store: store[V]{policy: p, kept: gocache.New(gocache.NoExpiration, 0)},
		life:  life,
		end:   end,
	}
}

// Get answers from memory when it can and waits for a load when it must. The error
// is the load's own, the context's, ErrSlow or ErrClosed, and always means that
// there is no value; a failed refresh of a value that still holds is in Entry.Err.
func (c *Cache[K, V]) Get(ctx context.Context, key K) (Entry[V], error) {
	name := nameOf(key)
	it, now := c.store.get(name), time.Now()
	switch {
	case it.holds(now):
		if it.stale(now, c.policy.Soft) && !now.Before(it.retryAt) {
			c.start(ctx, key, name, it)
		}
		return it.entry(now, c.policy.Soft), nil
	case it != nil && now.Before(it.retryAt):
		return it.entry(now, c.policy.Soft), it.err
	}
	patience := time.NewTimer(c.policy.Wait)
	defer patience.Stop()
	return c.wait(ctx, c.start(ctx, key, name, it), patience.C)
}

// Refresh loads whatever the age, joining a load that is under way, and waits for
// it as long as ctx lives. A remembered error does not stop it. When the load
// fails, the error comes with the older value if that still holds.
func (c *Cache[K, V]) Refresh(ctx context.Context, key K) (Entry[V], error) {
	name := nameOf(key)
	return c.wait(ctx, c.start(ctx, key, name, c.store.get(name)), nil)
}

// Peek answers what is there, without a load. It is false when no value holds;
// the entry may then still tell a remembered error.
func (c *Cache[K, V]) Peek(key K) (Entry[V], bool) {
	it, now := c.store.get(nameOf(key)), time.Now()
	return it.entry(now, c.policy.Soft), it.holds(now)
}

// Put seeds the cache with a value that was loaded at that time, from a snapshot
// for instance. A value past the hard age, or older than what is there, is left out.
func (c *Cache[K, V]) Put(key K, value V, at time.Time) {
	c.store.put(nameOf(key), value, at)
}

// Close ends the loads under way and waits for them. Values stay readable.
func (c *Cache[K, V]) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.end()
	c.loading.Wait()
}

// nameOf is exact where fmt.Sprint is not: it tells "a b" + "c" from "a" + "b c".
func nameOf[K comparable](key K) string { return fmt.Sprintf("%#v", key) }

func (c *Cache[K, V]) wait(ctx context.Context, done <-chan singleflight.Result, patience <-chan time.Time) (Entry[V], error) {
	select {
	case res := <-done:
		it, _ := res.Val.(*item[V])
		return it.entry(time.Now(), c.policy.Soft), res.Err
	case <-patience:
		return Entry[V]{}, ErrSlow
	case <-ctx.Done():
		return Entry[V]{}, ctx.Err()
	}
}
