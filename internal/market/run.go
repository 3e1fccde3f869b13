package market

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/cache"
	"instrumentdesk/internal/search"
)

// The operations, named as the client's methods are.
const (
	opRows   = "Instruments"
	opQuotes = "Snapshot"
	opCloses = "ClosingPrices"
)

var opNames = [search.NumFacets]string{
	search.FacetType:     "InstrumentTypes",
	search.FacetExchange: "Exchanges",
	search.FacetIndustry: "StocksIndustries",
}

const (
	firstRetry        = 5 * time.Second
	lastRetry         = 5 * time.Minute
	unauthorizedRetry = time.Minute // keys are mended by people
)

// job keeps one class of data young.
type job struct {
	op      string
	soft    time.Duration
	peek    func() peeked
	refresh func(context.Context) error

	// Guarded by schedule.mu.
	next  time.Time
	fails int
	err   error // of the latest try, kept longer than the cache keeps it
	errAt time.Time
}

// peeked is a cache's entry without its value.
type peeked struct {
	at    time.Time
	err   error
	errAt time.Time
}

// schedule is the jobs and when each is due.
type schedule struct {
	mu   sync.Mutex
	jobs []*job // the rows' first
}

func newJob[K comparable, V any](op string, soft time.Duration, c *cache.Cache[K, V], key K) *job {
	return &job{
		op:   op,
		soft: soft,
		peek: func() peeked {
			e, _ := c.Peek(key)
			return peeked{e.At, e.Err, e.ErrAt}
		},
		refresh: func(ctx context.Context) error {
			_, err := c.Refresh(ctx, key)
			return err
		},
	}
}

func (m *Market) jobs() []*job {
	jobs := []*job{newJob(opRows, m.ttl, m.rows, whole{})}
	for facet, op := range opNames {
		jobs = append(jobs, newJob(op, namesSoft, m.names, facet))
	}
	return append(jobs,
		newJob(opQuotes, quotesSoft, m.quotes, whole{}),
		newJob(opCloses, closesSoft, m.closes, whole{}))
}

// Run keeps the catalogue young until ctx ends, and then returns nil: each class of
// data on its own age, one call after another. Beside that it runs the stream and what
// watched prices need. What fails is logged, one line each, and tried
// again later. When Run has returned, no load is under way and none begins. It is
// called once.
func (m *Market) Run(ctx context.Context) error {
	defer m.close()
	var live sync.WaitGroup
	defer live.Wait()
	live.Go(func() { m.board.run(ctx) })
	live.Go(func() { m.sparks.run(ctx) })
	if m.board.stream != nil {
		live.Go(func() { m.board.follow(ctx) })
	}
	for {
		if _, at := m.nextJob(); !m.sleep(ctx, time.Until(at)) {
			return nil
		}
		if j, at := m.nextJob(); !at.After(time.Now()) {
			m.do(ctx, j)
		}
	}
}

// nextJob is the one that is due first. Until there is a catalogue that is the
// rows', whatever else is due: they are what visitors wait for, and what shows
// whether eToro answers at all.
func (m *Market) nextJob() (*job, time.Time) {
	m.schedule.mu.Lock()
	defer m.schedule.mu.Unlock()
	first := m.schedule.jobs[0]
	if m.current.Load() != nil {
		for _, j := range m.schedule.jobs[1:] {
			if j.next.Before(first.next) {
				first = j
			}
		}
	}
	return first, first.next
}

// sleep waits for d, or until the first catalogue is there, which makes more jobs
// due. It is false when ctx ended.
func (m *Market) sleep(ctx context.Context, d time.Duration) bool {
	arrived := m.arrived
	if m.current.Load() != nil {
		arrived = nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-arrived:
	case <-timer.C:
	}
	return ctx.Err() == nil
}

// do refreshes what j keeps, unless that is young already.
func (m *Market) do(ctx context.Context, j *job) {
	known := j.peek()
	at, err := known.at, known.err
	due := at.Add(j.soft - rand.N(j.soft/10+1)) // a little early, so that it does not turn stale first
	switch {
	case !at.IsZero() && !at.Equal(m.diskAt) && due.After(time.Now()):
		m.rebuild() // with what somebody else loaded
		m.settle(j, due)
		return
	case err != nil && j.fails == 0 && time.Since(known.errAt) < firstRetry:
		// A visitor's load just failed: that counts as this try.
	default:
		err = j.refresh(m.priority(ctx))
	}
	if ctx.Err() != nil {
		return
	}
	m.rebuild()
	if err != nil {
		m.report(ctx, j, err)
		return
	}
	m.settle(j, time.Now().Add(j.soft-rand.N(j.soft/10+1)))
	m.save(ctx)
}

// priority makes calls give way to those that somebody waits for. The first load is
// one of those.
func (m *Market) priority(ctx context.Context) context.Context {
	if m.current.Load() == nil {
		return ctx
	}
	return etoro.Background(ctx)
}

func (m *Market) settle(j *job, next time.Time) {
	m.schedule.mu.Lock()
	defer m.schedule.mu.Unlock()
	j.next, j.fails, j.err, j.errAt = next, 0, nil, time.Time{}
}

// report puts off the next try and logs the failure.
func (m *Market) report(ctx context.Context, j *job, err error) {
	m.schedule.mu.Lock()
	now := time.Now()
	j.fails++
	j.err, j.errAt = err, now
	next := now.Add(retryDelay(err, j.fails))
	j.next = next
	m.schedule.mu.Unlock()

	m.log.LogAttrs(ctx, failureLevel(err), "refresh failed",
		slog.String("op", j.op),
		slog.String("upstream_request_id", strings.Join(upstreamIDs(err), ",")),
		slog.Time("next_try", next),
		slog.Any("err", err))
}

// failureLevel: keys and contracts are mended by people, the rest mends itself.
func failureLevel(err error) slog.Level {
	if errors.Is(err, etoro.ErrUnauthorized) || errors.Is(err, etoro.ErrContract) {
		return slog.LevelError
	}
	return slog.LevelWarn
}

// retryDelay doubles from 5 s to 5 min, less up to a fifth so that many do not come
// at once, and is never shorter than eToro asked for.
func retryDelay(err error, fails int) time.Duration {
	if errors.Is(err, etoro.ErrUnauthorized) {
		return unauthorizedRetry
	}
	delay := lastRetry
	if shift := fails - 1; shift < 6 { // 5 s × 2⁶ is past 5 min
		delay = firstRetry << shift
	}
	delay -= rand.N(delay / 5)
	return max(delay, retryAfter(err))
}
