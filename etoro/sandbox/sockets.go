package sandbox

import (
	"context"
	"maps"
	"net"
	"net/http"
	"sync"
)

// sockets are the open sessions, so that Close and DropStreams can end them.
type sockets struct {
	mu     sync.Mutex
	wait   sync.WaitGroup
	open   map[int]context.CancelFunc
	opened int            // since the start; numbers the sessions
	topics map[string]int // how many sessions have subscribed to each
	closed bool
}

// add is false after close. The session must call done with its number.
func (s *sockets) add(cancel context.CancelFunc) (number int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, false
	}
	if s.open == nil {
		s.open = map[int]context.CancelFunc{}
	}
	s.opened++
	s.open[s.opened] = cancel
	s.wait.Add(1)
	return s.opened, true
}

func (s *sockets) done(number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, number)
	s.wait.Done()
}

func (s *sockets) subscribed(topics []string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.topics == nil {
		s.topics = map[string]int{}
	}
	for _, topic := range topics {
		if s.topics[topic] += n; s.topics[topic] == 0 {
			delete(s.topics, topic)
		}
	}
}

// Topics says how many open sockets have subscribed to each topic that one has.
func (s *Server) Topics() map[string]int {
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	return maps.Clone(s.sockets.topics)
}

func (s *sockets) cancelAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, cancel := range s.open {
		cancel()
	}
}

// close ends all sessions, waits for them, and lets no other begin.
func (s *sockets) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancelAll()
	s.wait.Wait()
}

// DropStreams breaks all open sockets without a close message, as eToro does.
func (s *Server) DropStreams() { s.sockets.cancelAll() }

// unusedConns are connections that no request has come on yet. Clients open
// some to spare, and http.Server.Shutdown would wait seconds for their first.
type unusedConns struct {
	mu   sync.Mutex
	open map[net.Conn]bool
}

func (u *unusedConns) track(c net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.open == nil {
		u.open = map[net.Conn]bool{}
	}
	if state == http.StateNew {
		u.open[c] = true
	} else {
		delete(u.open, c)
	}
}

func (u *unusedConns) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for c := range u.open {
		_ = c.Close() // its reader ends with the error
	}
}
