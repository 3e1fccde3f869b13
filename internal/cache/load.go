package cache

import (
	"context"
	"runtime/debug"

	"golang.org/x/sync/singleflight"
)

// start begins a load of key, or joins the one under way. seen is what the caller
// found: when something newer was stored between his look and this load, that is
// the answer, or a herd of callers would end in a second load.
func (c *Cache[K, V]) start(ctx context.Context, key K, name string, seen *item[V]) <-chan singleflight.Result {
	return c.flight.DoChan(name, func() (any, error) {
		if !c.begin() {
			return nil, ErrClosed
		}
		defer c.loading.Done()
		if it := c.store.get(name); it.newerThan(seen) {
			return it, it.failure()
		}
		value, err := c.run(ctx, key)
		if err != nil {
			return c.store.fail(name, err), err
		}
		return c.store.set(name, value), nil
	})
}

// begin counts a load in, unless the cache is closed.
func (c *Cache[K, V]) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.loading.Add(1)
	return true
}

// run loads under a context of its own: one caller's leaving must not fail the
// others, and a load that hangs must not hold the key for ever. A panic becomes an
// error here, because inside singleflight it would end the program.
func (c *Cache[K, V]) run(ctx context.Context, key K) (value V, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.policy.Timeout)
	defer cancel()
	defer context.AfterFunc(c.life, cancel)()
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return c.load(ctx, key)
}
