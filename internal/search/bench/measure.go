package main

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"instrumentdesk/internal/search"
)

const (
	rounds       = 3
	throughput   = time.Second // how long searches are counted
	repeatBuilds = 100_000     // up to so many rows, a build is timed several times
)

// run is an engine and what was measured of it.
type run struct {
	competitor
	engine engine
	build  time.Duration
	bytes  int64 // of the index
	took   []time.Duration
	allocs float64 // per search; see countAllocs
	rate   float64 // searches per second, on all cores
}

// start builds an engine and measures that. The heap is compared after collections, so
// that nothing else may run.
func start(c competitor, docs []search.Document) (*run, error) {
	r := &run{competitor: c}
	before := heap()
	for i := range rounds {
		began := time.Now()
		built, err := c.build(docs)
		if err != nil {
			return nil, fmt.Errorf("build %s: %w", c.name, err)
		}
		if took := time.Since(began); i == 0 || took < r.build {
			r.build = took
		}
		if r.engine != nil {
			if err := r.engine.close(); err != nil {
				return nil, fmt.Errorf("close %s: %w", c.name, err)
			}
		}
		r.engine = built
		if len(docs) > repeatBuilds {
			break
		}
	}
	r.bytes = heap() - before
	if outside, ok := r.engine.(interface{ bytes() (int64, error) }); ok {
		n, err := outside.bytes()
		if err != nil {
			return nil, fmt.Errorf("size of %s: %w", c.name, err)
		}
		r.bytes += n
	}
	return r, nil
}

// heap is the bytes in use after a collection. The second one empties what pools keep through the first.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// typeAll sends every keystroke to every engine, in rounds, so that a busy moment of the machine
// hits them alike, and keeps the best time of each. An engine that is slow gets the first of them only, as many
// as it answers in budget.
func typeAll(runs []*run, keys []keystroke, budget time.Duration) error {
	for round := range rounds {
		for _, r := range runs {
			runtime.GC()
			if err := r.round(keys, round == 0, budget/rounds); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) round(keys []keystroke, first bool, budget time.Duration) error {
	hits := make([]int32, 0, 2*limit)
	began := time.Now()
	for i, key := range keys {
		if first && time.Since(began) > budget || !first && i == len(r.took) {
			return nil
		}
		at := time.Now()
		_, err := r.engine.find(hits, key.text)
		took := time.Since(at)
		if err != nil {
			return fmt.Errorf("%s searches %q: %w", r.name, key.text, err)
		}
		if first {
			r.took = append(r.took, took)
		} else {
			r.took[i] = min(r.took[i], took)
		}
	}
	return nil
}

// countAllocs counts the allocations of keystrokes that have been measured, so that everything is warm. The
// index makes a string of each new correction, so that those are counted apart.
func (r *run) countAllocs(keys []keystroke) error {
	hits := make([]int32, 0, 2*limit)
	var plain []string
	for _, key := range keys[:min(len(r.took), 2000)] {
		if _, err := r.engine.find(hits, key.text); err != nil {
			return err
		}
		if ix, ok := r.engine.(*index); !ok || ix.res.Correction == "" {
			plain = append(plain, key.text)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, text := range plain {
		if _, err := r.engine.find(hits, text); err != nil {
			return err
		}
	}
	runtime.ReadMemStats(&after)
	r.allocs = float64(after.Mallocs-before.Mallocs) / float64(len(plain))
	return nil
}

// countRate searches on all cores at once.
func (r *run) countRate(keys []keystroke) error {
	var (
		all   sync.WaitGroup
		found atomic.Int64
		errs  = make([]error, runtime.GOMAXPROCS(0))
	)
	keys = keys[:len(r.took)]
	began := time.Now()
	for worker := range errs {
		all.Go(func() {
			e, err := r.engine.clone()
			hits := make([]int32, 0, 2*limit)
			n := int64(0)
			for i := worker * len(keys) / len(errs); err == nil && time.Since(began) < throughput; i++ {
				_, err = e.find(hits, keys[i%len(keys)].text)
				n++
			}
			found.Add(n)
			errs[worker] = err
		})
	}
	all.Wait()
	r.rate = float64(found.Load()) / time.Since(began).Seconds()
	return errors.Join(errs...)
}

// quantile is the time within which a share of the keystrokes is answered, of those that ok takes.
func (r *run) quantile(keys []keystroke, share float64, ok func(keystroke) bool) time.Duration {
	var took []time.Duration
	for i, d := range r.took {
		if ok(keys[i]) {
			took = append(took, d)
		}
	}
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[min(int(share*float64(len(took))), len(took)-1)]
}

func anyKey(keystroke) bool     { return true }
func shortKey(k keystroke) bool { return k.short() }
func typoKey(k keystroke) bool  { return k.typo }

// worst is the longest that a search of hostile input takes, and which it is.
func worst(e engine, texts []string) (time.Duration, string, error) {
	var longest time.Duration
	var which string
	for _, text := range texts {
		best := time.Hour
		for range rounds {
			began := time.Now()
			if _, err := e.find(nil, text); err != nil {
				return 0, text, err
			}
			best = min(best, time.Since(began))
		}
		if best > longest {
			longest, which = best, text
		}
	}
	return longest, which, nil
}
