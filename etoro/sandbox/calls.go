package sandbox

import (
	"slices"
	"sync"
	"time"
)

// Call is one request that the sandbox got, WebSocket handshakes included. It
// is recorded before the answer is sent. Keys are not part of it.
type Call struct {
	Time      time.Time `json:"time"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	RawQuery  string    `json:"raw_query"`
	Route     string    `json:"route"`      // the pattern of the path, "stream", or "" for an unknown path
	RequestID string    `json:"request_id"` // as sent in x-request-id
	Status    int       `json:"status"`     // as answered; 0 when the connection was dropped
	Faulted   bool      `json:"faulted"`    // a scripted fault applied
}

// keptCalls bounds the memory of a long run; counts go on beyond it.
const keptCalls = 10_000

type callLog struct {
	mu     sync.Mutex
	calls  []Call
	counts map[string]int // by route
}

func (l *callLog) add(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[string]int{}
	}
	l.counts[c.Route]++
	if len(l.calls) == 2*keptCalls {
		l.calls = slices.Delete(l.calls, 0, keptCalls)
	}
	l.calls = append(l.calls, c)
}

// Calls are the last calls, at least 10,000 of them, oldest first; never nil.
func (s *Server) Calls() []Call {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	return append([]Call{}, s.calls.calls...)
}

// CallCount is how often a route was asked since the start: its pattern as in
// Fault.Route, "stream", or "*" for all REST requests, unknown paths included.
func (s *Server) CallCount(route string) int {
	s.calls.mu.Lock()
	defer s.calls.mu.Unlock()
	if route != "*" {
		return s.calls.counts[route]
	}
	n := 0
	for name, count := range s.calls.counts {
		if name != streamRoute {
			n += count
		}
	}
	return n
}
