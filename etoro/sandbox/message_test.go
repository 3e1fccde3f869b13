package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestTopics(t *testing.T) {
	t.Parallel()
	tests := []struct {
		topic string
		id    int
		ok    bool
	}{
		{"instrument:1001", 1001, true}, {"private", 0, true}, {"instrument:0", 0, false}, {"instrument:-5", -5, false},
		{"instrument:x", 0, false}, {"instrument:", 0, false}, {"1001", 1001, false}, {"", 0, false}, {"Instrument:1", 0, false},
	}
	for _, tt := range tests {
		if id, ok := topicID(tt.topic); ok != tt.ok || ok && id != tt.id {
			t.Errorf("%q: %d %v", tt.topic, id, ok)
		}
	}
}

func TestDeltasAreAsSparseAsEToros(t *testing.T) {
	t.Parallel()
	q := market{}.quote(apple(), wednesday)
	rng := rand.New(rand.NewPCG(1, 2))
	count := map[string]int{}
	const n = 20_000
	for range n {
		keys := slices.Sorted(maps.Keys(deltaContent(q, rng.Float64())))
		count[strings.Join(keys, " ")]++
	}
	want := map[string]float64{"Date PriceRateID": 0.60, "Ask Bid Date LastExecution PriceRateID": 0.17,
		"Bid Date LastExecution PriceRateID": 0.115, "Ask Date PriceRateID": 0.115}
	if len(count) != len(want) {
		t.Fatalf("%v", count)
	}
	for keys, share := range want {
		if got := float64(count[keys]) / n; got < share-0.02 || got > share+0.02 {
			t.Errorf("%s: %.3f, want %.3f", keys, got, share)
		}
	}
}

func TestSnapshotOfTheNeverQuotedHasNoPrice(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	in := s.catalogue.byID[5002]
	c := s.snapshotContent(in, s.market.quote(in, wednesday))
	if c["InstrumentID"] != "5002" || c["IsMarketOpen"] != "False" || c["Bid"] != "" || c["Date"] != "" {
		t.Fatalf("%v", c)
	}
}

func FuzzClientMessage(f *testing.F) {
	f.Add([]byte(`{"id":"a","operation":"Subscribe","data":{"topics":["instrument:1","private"],"snapshot":true}}`))
	f.Add([]byte(`{"id":"a","operation":"Authenticate","data":{"apiKey":"a","userKey":"b"}}`))
	f.Add([]byte(`{"id":1}`))
	f.Add([]byte(`{"operation":"Subscribe","data":null}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeMessage(b)
		if err != nil {
			return
		}
		if m.Operation == "" || !json.Valid(b) {
			t.Fatalf("accepted %q", b)
		}
		again, err := decodeMessage([]byte(encode(m)))
		if err != nil || fmt.Sprint(again.ID, again.Operation, again.Data == nil) != fmt.Sprint(m.ID, m.Operation, m.Data == nil) {
			t.Fatalf("%q came back as %+v (%v)", b, again, err)
		}
		if m.Data != nil {
			for _, topic := range m.Data.Topics {
				if id, ok := topicID(topic); ok && id < 0 {
					t.Fatalf("topic %q is %d", topic, id)
				}
			}
		}
	})
}
