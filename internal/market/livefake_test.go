package market

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/stream"
)

const opRates = "Rates"

// quotes is how far answers Rates: an id has the price of its own number, unless said otherwise.
type quotes struct {
	mu      sync.Mutex
	told    map[InstrumentID]etoro.Rate
	missing map[InstrumentID]bool
	dead    map[InstrumentID]int // the status that a call with it gets
	asked   []askedRates
}

// askedRates is one call.
type askedRates struct {
	at         time.Time
	ids        []InstrumentID
	background bool
}

func (q *quotes) answer(ctx context.Context, err error, ids []InstrumentID) ([]etoro.Rate, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asked = append(q.asked, askedRates{time.Now(), slices.Sorted(slices.Values(ids)), isBackground(ctx)})
	if err != nil {
		return nil, err
	}
	var rates []etoro.Rate
	for _, id := range ids {
		if status := q.dead[id]; status != 0 {
			return nil, &etoro.APIError{Op: opRates, Status: status}
		}
		rate, told := q.told[id]
		if !told {
			rate = etoro.Rate{Bid: float64(id), Ask: float64(id) + 1, Date: time.Now()}
		}
		if rate.ID = id; !q.missing[id] {
			rates = append(rates, rate)
		}
	}
	return rates, nil
}

// calls are those since the last time.
func (q *quotes) calls() []askedRates {
	q.mu.Lock()
	defer q.mu.Unlock()
	calls := q.asked
	q.asked = nil
	return calls
}

func (q *quotes) tell(r etoro.Rate) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.told == nil {
		q.told = map[InstrumentID]etoro.Rate{}
	}
	q.told[r.ID] = r
}

func (q *quotes) lack(ids ...InstrumentID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.missing = map[InstrumentID]bool{}
	for _, id := range ids {
		q.missing[id] = true
	}
}

func (q *quotes) bury(status int, ids ...InstrumentID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.dead = map[InstrumentID]int{}
	for _, id := range ids {
		q.dead[id] = status
	}
}

// wire is a stream that says what it is told to, and counts what it is asked.
type wire struct {
	mu           sync.Mutex
	put          func([]stream.Rate)
	changed      func(stream.State)
	state        stream.State
	subscribed   map[InstrumentID]int
	unsubscribed map[InstrumentID]int
	orders       int        // Subscribe calls
	fail         chan error // ends Run
}

func newWire() *wire {
	return &wire{subscribed: map[InstrumentID]int{}, unsubscribed: map[InstrumentID]int{}}
}

func (w *wire) Run(ctx context.Context, put func([]stream.Rate), changed func(stream.State)) error {
	w.mu.Lock()
	w.put, w.changed, w.fail = put, changed, make(chan error, 1) // here, to be of the test's bubble
	w.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil
	case err := <-w.fail:
		return err
	}
}

func (w *wire) Subscribe(ids ...InstrumentID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.orders++
	for _, id := range ids {
		w.subscribed[id]++
	}
}

func (w *wire) Unsubscribe(ids ...InstrumentID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		w.unsubscribed[id]++
	}
}

func (w *wire) State() stream.State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

// turn makes the stream go into a phase.
func (w *wire) turn(phase stream.Phase, err error) {
	s := stream.State{Phase: phase, Since: time.Now(), Err: err, Topics: len(w.subscribed), Connections: 1}
	w.mu.Lock()
	w.state = s
	w.mu.Unlock()
	w.changed(s)
}

// push tells a price of now.
func (w *wire) push(bid float64, ids ...InstrumentID) {
	var rates []stream.Rate
	for _, id := range ids {
		rates = append(rates, stream.Rate{ID: id, Bid: bid, Ask: bid + 1, At: time.Now()})
	}
	w.put(rates)
}

// counts are how often each of ids was subscribed and released, when that is the same for all.
func (w *wire) counts(ids []InstrumentID) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := map[string]bool{}
	for _, id := range ids {
		found[fmt.Sprintf("%d subscribed, %d released", w.subscribed[id], w.unsubscribed[id])] = true
	}
	return fmt.Sprint(slices.Sorted(maps.Keys(found)))
}

// manyRows are instruments with the ids from 1 to n.
func manyRows(n int) []etoro.Instrument {
	rows := make([]etoro.Instrument, n)
	for i := range rows {
		rows[i] = stock(i+1, fmt.Sprintf("S%d", i+1), fmt.Sprintf("Stock %d", i+1))
	}
	return rows
}

// ids are those from first to last.
func ids(first, last int) []InstrumentID {
	var list []InstrumentID
	for id := first; id <= last; id++ {
		list = append(list, InstrumentID(id))
	}
	return list
}

// onWire runs a market on fake time whose stream is live.
func onWire(t *testing.T, rows int, do func(t *testing.T, m *Market, f *far, w *wire)) {
	t.Helper()
	f, w := newFar(manyRows(rows)...), newWire()
	running(t, f, func(t *testing.T, m *Market) {
		w.turn(stream.Live, nil)
		do(t, m, f, w)
	}, func(o *Options) { o.Stream = w })
}

// onRates runs a market on fake time that has no stream.
func onRates(t *testing.T, rows int, do func(t *testing.T, m *Market, f *far)) {
	t.Helper()
	f := newFar(manyRows(rows)...)
	running(t, f, func(t *testing.T, m *Market) { do(t, m, f) })
}

// take is what a viewer finds, which is nothing unless he was told of it.
func take(v *Viewer) (map[InstrumentID]Live, Feed) {
	synctest.Wait()
	select {
	case <-v.Changed():
	default:
		return nil, Feed{}
	}
	changed, feed := v.Take()
	byID := map[InstrumentID]Live{}
	for _, l := range changed {
		byID[l.ID] = l
	}
	return byID, feed
}

func price(t *testing.T, m *Market, id InstrumentID) Live {
	t.Helper()
	l, err := m.Price(t.Context(), id)
	if err != nil {
		t.Fatalf("price of %d: %v", id, err)
	}
	return l
}
