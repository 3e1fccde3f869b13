package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// How long a stop may take. First no new connection is taken, once those that wait are. For drainTime
// the others are answered as before, but each answer closes its connection, so that clients leave
// by themselves and none meets a closed one. What is still under way then has stopTime, which is
// more than a page may wait for eToro.
const (
	lastCall  = 500 * time.Millisecond
	quiet     = 20 * time.Millisecond // no new connection for so long: none waits
	drainTime = time.Second
	stopTime  = 3 * time.Second
)

// lastCallListener closes only when no connection waits to be accepted: the kernel has greeted those
// already, and closing would cut them off with their requests sent.
type lastCallListener struct {
	*net.TCPListener
	over atomic.Pointer[time.Time] // when to close at the latest; nil while open
}

// stop makes Accept return net.ErrClosed soon.
func (l *lastCallListener) stop() error {
	over := time.Now().Add(lastCall)
	l.over.Store(&over)
	return l.SetDeadline(time.Now().Add(quiet)) // wakes the Accept under way
}

// Accept is net.Listener's.
func (l *lastCallListener) Accept() (net.Conn, error) {
	if over := l.over.Load(); over != nil {
		if time.Now().After(*over) {
			return nil, errors.Join(net.ErrClosed, l.Close())
		}
		if err := l.SetDeadline(time.Now().Add(quiet)); err != nil {
			return nil, err
		}
	}
	conn, err := l.TCPListener.Accept()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, errors.Join(net.ErrClosed, l.Close())
	}
	return conn, err
}

// drain knows what is under way, and that the end is near.
type drain struct {
	stopping atomic.Bool
	underWay atomic.Int64
}

func (d *drain) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.underWay.Add(1)
		defer d.underWay.Add(-1)
		if d.stopping.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// serveHTTP serves until ctx ends, then stops without cutting a request off.
func serveHTTP(ctx context.Context, srv *http.Server, tcp *net.TCPListener) error {
	var d drain
	srv.Handler = d.wrap(srv.Handler)
	l := &lastCallListener{TCPListener: tcp}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	err := l.stop()
	<-failed // the listener is closed; the connections that are there are served on
	d.stopping.Store(true)
	<-time.After(drainTime)
	return errors.Join(err, shutdown(context.WithoutCancel(ctx), srv, &d))
}

// shutdown waits for what is under way. A connection that has sent no whole request by now, such as the ones that
// browsers open in advance, is not waited for: Shutdown alone would give it five seconds.
func shutdown(ctx context.Context, srv *http.Server, d *drain) error {
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- srv.Shutdown(ctx) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for idle := 0; ; {
		select {
		case err := <-done:
			if err == nil {
				return nil
			}
			return errors.Join(fmt.Errorf("stop: %d requests did not end: %w", d.underWay.Load(), err), srv.Close())
		case <-tick.C:
			// Several looks in a row: an answer may still be on its way out of its connection's buffer.
			if idle++; d.underWay.Load() > 0 {
				idle = 0
			}
			if idle >= 5 {
				err := srv.Close()
				<-done
				return err
			}
		}
	}
}
