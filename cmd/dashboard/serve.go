package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/sandbox"
	"instrumentdesk/etoro/stream"
	"instrumentdesk/handlers"
	"instrumentdesk/internal/market"
)

// serve runs the pages until ctx ends; then requests under way are finished.
func serve(ctx context.Context, cfg config, stderr io.Writer) error {
	log := newLogger(cfg, stderr)
	for _, err := range cfg.AliasErrors {
		log.Warn("alias left out", "err", err)
	}
	source := market.EToro
	if cfg.Sandbox {
		far, err := sandbox.Start(sandbox.Options{})
		if err != nil {
			return fmt.Errorf("sandbox: %w", err)
		}
		defer far.Close()
		source, cfg.Etoro = market.Sandbox, sandboxOptions(far, cfg.Etoro.RateLimit)
		cfg.StreamURL = far.StreamURL()
		log.Warn("no keys are set: serving a simulated eToro with made-up prices", "sandbox", far.URL())
	}
	client, err := etoro.New(withProduct(cfg.Etoro))
	if err != nil {
		return err
	}
	defer client.Close()
	live, err := liveStream(cfg, log)
	if err != nil {
		return err
	}
	m := market.New(market.Options{
		Client: client, Stream: live, Source: source, Origin: client.BaseURL(), TTL: cfg.CatalogueTTL, StateDir: cfg.StateDir, Aliases: cfg.Aliases, Log: log,
	})
	group, gctx := errgroup.WithContext(ctx)
	site, err := handlers.New(handlers.Options{
		Market: m, Log: log, EtoroURL: etoroURL(cfg, client), Build: version, TrustedProxies: cfg.TrustedProxies,
		Stopping: gctx.Done(), // streams end at once, so that they hold no stop up; pages are finished
	})
	if err != nil {
		return err
	}
	listener, err := listen(ctx, cfg.Addr)
	if err != nil {
		return err
	}
	log.Info("listening", "addr", listener.Addr().String(), "url", "http://"+listener.Addr().String()+"/", "build", version)
	group.Go(func() error { return ignoreCancel(m.Run(gctx)) })
	group.Go(func() error { return serveHTTP(gctx, newServer(site, log), listener) })
	err = group.Wait()
	log.Info("stopped")
	return err
}

// liveStream is the stream of live prices, nil when they are off.
func liveStream(cfg config, log *slog.Logger) (market.Stream, error) {
	if cfg.StreamOff != "" {
		log.Info("live prices are off: prices are asked for instead", "reason", cfg.StreamOff)
		return nil, nil
	}
	return stream.New(stream.Options{URL: cfg.StreamURL, APIKey: cfg.Etoro.APIKey, UserKey: cfg.Etoro.UserKey})
}

func sandboxOptions(far *sandbox.Server, limit int) etoro.Options {
	api, user := far.Keys()
	return etoro.Options{BaseURL: far.URL(), APIKey: etoro.Secret(api), UserKey: etoro.Secret(user), RateLimit: limit}
}

// etoroURL is what pages tell people to ask: never the sandbox inside this program.
func etoroURL(cfg config, client *etoro.Client) string {
	if cfg.Sandbox {
		return etoro.DefaultBaseURL
	}
	return client.BaseURL()
}

// withProduct names this program to eToro.
func withProduct(o etoro.Options) etoro.Options {
	o.Product = "InstrumentDesk/" + version
	return o
}

func listen(ctx context.Context, addr string) (*net.TCPListener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return nil, errors.Join(fmt.Errorf("%s is no TCP address", addr), l.Close())
	}
	return tcp, nil
}

func newServer(site http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func newLogger(cfg config, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == "text" || cfg.LogFormat == "" && isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
