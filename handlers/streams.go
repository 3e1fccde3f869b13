package handlers

import (
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// How many streams may be open. A browser holds one, however many tabs it has.
const (
	maxStreams        = 5000
	maxStreamsAddress = 20
	streamsRetry      = 30 * time.Second
)

// streams counts the open streams. The zero value is ready.
type streams struct {
	mu        sync.Mutex
	open      int
	byAddress map[string]int
}

// busyError is a stream that would be one too many.
type busyError struct{ Text string }

func (e *busyError) Error() string { return "stream refused: " + e.Text }

// enter counts a stream of an address until leave is called. This machine's own programs count in all, but
// not for themselves, as with the pace of requests.
func (s *streams) enter(addr netip.Addr) (leave func(), err error) {
	key := ""
	if addr.IsValid() && !addr.IsLoopback() {
		key = household(addr)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.open >= maxStreams:
		return nil, &busyError{fmt.Sprintf("All %d streams are taken. Prices can still be asked for at /prices.", maxStreams)}
	case key != "" && s.byAddress[key] >= maxStreamsAddress:
		return nil, &busyError{fmt.Sprintf("%d streams are open from this address already. Close some, or ask for prices at /prices.", maxStreamsAddress)}
	}
	s.add(key, 1)
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.add(key, -1)
	}), nil
}

func (s *streams) add(key string, n int) {
	s.open += n
	if key == "" {
		return
	}
	if s.byAddress == nil {
		s.byAddress = map[string]int{}
	}
	if s.byAddress[key] += n; s.byAddress[key] == 0 {
		delete(s.byAddress, key)
	}
}
