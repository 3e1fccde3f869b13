package market

import (
	"time"

	"instrumentdesk/etoro"
)

// The values of State.Age.
const (
	AgeFresh    = "fresh"    // younger than the TTL
	AgeStale    = "stale"    // older: refreshes fail, or one is under way
	AgeSnapshot = "snapshot" // from disk, and not refreshed since
	AgeLoading  = "loading"  // no catalogue yet
)

// State is how old and how good what is shown is.
type State struct {
	Source  Source
	Count   int // shown rows
	Hidden  int
	AsOf    time.Time // zero while loading
	Version uint64    // of the catalogue: grows whenever what Find answers from changes; 0 while loading
	Sparks  uint64    // grows with each line that Sparks has more
	Age     string    // fresh, stale, snapshot, loading
	Err     error     // why the last refresh failed, nil when it did not
	ErrAt   time.Time
	NextTry time.Time // zero before Run
	Budget  etoro.Budget
	Parts   []Part // of which the first is the instruments, told above
}

// Part is how good one class of data is.
type Part struct {
	Op      string    // the client's method: "Snapshot"
	At      time.Time // when it was loaded; zero when there is none
	Err     error     // why the last refresh failed, nil when it did not
	ErrAt   time.Time
	NextTry time.Time // zero before Run
}

// State costs no call.
func (m *Market) State() State { return m.stateOf(m.current.Load()) }

// stateOf tells the state with c, which may be nil, as what is shown.
func (m *Market) stateOf(c *Catalogue) State {
	s := State{Source: m.source, Age: AgeLoading, Budget: m.client.Budget(), Sparks: m.sparks.version.Load()}
	for _, j := range m.schedule.jobs {
		s.Parts = append(s.Parts, m.part(j))
	}
	rows := s.Parts[0]
	s.Err, s.ErrAt, s.NextTry = rows.Err, rows.ErrAt, rows.NextTry
	if c == nil {
		return s
	}
	s.Source, s.Count, s.Hidden, s.AsOf, s.Version = c.Source(), c.Len(), c.Hidden(), c.AsOf(), c.version
	switch {
	case s.Source == Snapshot:
		s.Age = AgeSnapshot
	case time.Since(s.AsOf) < m.ttl:
		s.Age = AgeFresh
	default:
		s.Age = AgeStale
	}
	return s
}

func (m *Market) partOf(op string) Part {
	for _, j := range m.schedule.jobs {
		if j.op == op {
			return m.part(j)
		}
	}
	return Part{}
}

// part prefers what the cache knows. Past the hard age that is nothing, and the latest
// try tells.
func (m *Market) part(j *job) Part {
	known := j.peek()
	m.schedule.mu.Lock()
	defer m.schedule.mu.Unlock()
	if known.at.IsZero() && known.err == nil {
		known.err, known.errAt = j.err, j.errAt
	}
	return Part{Op: j.op, At: known.at, Err: known.err, ErrAt: known.errAt, NextTry: j.next}
}
