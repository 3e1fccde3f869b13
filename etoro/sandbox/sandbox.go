package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Keys that the sandbox expects when Options names no others. They open nothing else.
const (
	DefaultAPIKey      = "sandbox-api-key"
	DefaultUserKey     = "sandbox-user-key"
	DefaultAccessToken = "sandbox-access-token"
)

// Options configures a Server. The zero value of a field takes its default.
type Options struct {
	// Addr is where to listen, a free port of 127.0.0.1 when empty.
	Addr string
	// Catalogue replaces the embedded catalogue: an answer of eToro's
	// instruments route or a TSV in the form of catalogue.tsv, gzipped or not.
	// The order of its rows is their popularity. Start reads it to the end.
	Catalogue io.Reader
	// Size is the least number of instruments; made-up companies with ids from
	// 1,000,000 fill up what the catalogue lacks, less popular than all others.
	Size int
	// Seed makes other prices, images, made-up companies and push times.
	Seed uint64

	APIKey, UserKey, AccessToken string

	// RateLimit is how many requests a rolling minute may hold: 60 when 0, and
	// no limit and no RateLimit headers when negative.
	RateLimit int
	// Now is the clock of prices, hours, limits and the call log.
	Now func() time.Time
	// TickInterval is how often each socket considers what to push, 500 ms when 0.
	TickInterval time.Duration
	// PushAll makes each tick push every subscribed instrument that is quoted, with both sides, a bid that
	// differs from the one before, and the time of the push as its date: for measuring.
	PushAll bool
	// Control opens /__sandbox/ for scripting from another process on this machine.
	Control bool
	// Log gets one debug line per request; nil for none.
	Log *slog.Logger
}

func (o *Options) setDefaults() {
	setDefault(&o.Addr, "127.0.0.1:0")
	setDefault(&o.APIKey, DefaultAPIKey)
	setDefault(&o.UserKey, DefaultUserKey)
	setDefault(&o.AccessToken, DefaultAccessToken)
	setDefault(&o.RateLimit, 60)
	setDefault(&o.TickInterval, 500*time.Millisecond)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Server is a running sandbox. It is safe for concurrent use.
type Server struct {
	opts      Options
	catalogue *catalogue
	market    market
	whole     func() answer // the unfiltered instruments route, encoded once
	limit     limiter
	faults    faults
	calls     callLog

	http     *http.Server
	listener net.Listener
	served   chan struct{} // closed when the listener's goroutine has ended
	stop     context.CancelFunc
	stopOnce sync.Once
	stopErr  error
	sockets  sockets
	unused   unusedConns
}

// Start loads the catalogue and serves until Close.
func Start(o Options) (*Server, error) {
	o.setDefaults()
	c, err := load(o)
	if err != nil {
		return nil, err
	}
	s := &Server{opts: o, catalogue: c, market: market{o.Seed}, limit: limiter{limit: o.RateLimit}, served: make(chan struct{})}
	s.whole = sync.OnceValue(s.encodeWhole)
	if s.listener, err = net.Listen("tcp", o.Addr); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.http = &http.Server{
		Handler:           s.Handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         s.unused.track,
		ReadHeaderTimeout: 5 * time.Second,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
	}
	go func() {
		defer close(s.served)
		_ = s.http.Serve(s.listener) // always ErrServerClosed: Close is what ends it
	}()
	return s, nil
}

// Close lets requests in flight finish, drops the sockets, and returns when
// no goroutine of the sandbox is left. Later calls return what the first did.
func (s *Server) Close() error {
	s.stopOnce.Do(func() {
		s.stop() // ends sockets and scripted delays; an ordinary answer waits for nothing
		s.sockets.close()
		s.unused.close()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		s.stopErr = s.http.Shutdown(ctx)
		if errors.Is(s.stopErr, context.DeadlineExceeded) {
			s.stopErr = s.http.Close() // what is left does not read its answer
		}
		<-s.served
	})
	return s.stopErr
}

// URL is the origin that takes the place of https://public-api.etoro.com.
func (s *Server) URL() string { return "http://" + s.host() }

// StreamURL takes the place of wss://ws.etoro.com/ws.
func (s *Server) StreamURL() string { return "ws://" + s.host() + "/ws" }

func (s *Server) host() string {
	addr, ok := s.listener.Addr().(*net.TCPAddr)
	if ok && addr.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", fmt.Sprint(addr.Port))
	}
	return s.listener.Addr().String()
}

// Keys is the key pair that the sandbox accepts.
func (s *Server) Keys() (apiKey, userKey string) { return s.opts.APIKey, s.opts.UserKey }

// Size is the number of instruments.
func (s *Server) Size() int { return len(s.catalogue.rows) }

// Handler answers like the server itself, for use behind another listener or
// without any, as from a RoundTripper in a test with a fake clock.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }
