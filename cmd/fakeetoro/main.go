// Command fakeetoro runs the simulated eToro alone, to develop and to load-test
// against. It prints one line with the addresses and keys that a client needs;
// the keys open nothing but this sandbox. Faults can be scripted over HTTP on
// the same port, from this machine: see package sandbox.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"instrumentdesk/etoro/sandbox"
)

type flags struct {
	Addr      string           `default:"127.0.0.1:8090" help:"Address to listen on; port 0 takes a free one."`
	Catalogue string           `type:"path" placeholder:"FILE" help:"Catalogue to serve instead of the embedded one: eToro's JSON or a TSV, gzipped or not."`
	Size      int              `help:"Pad the catalogue with made-up companies to this many instruments."`
	Seed      uint64           `help:"Seed of prices, images and made-up companies."`
	RateLimit int              `default:"60" help:"Requests per rolling minute; --rate-limit=-1 for no limit."`
	APIKey    string           `name:"api-key" default:"${api_key}" help:"API key to accept."`
	UserKey   string           `default:"${user_key}" help:"User key to accept."`
	Verbose   bool             `short:"v" help:"Log each call."`
	Version   kong.VersionFlag `help:"Print the version and leave."`
}

func main() {
	ctx, stop := notify()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// notify makes a context that ends when the program is asked to stop.
func notify() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// run serves until ctx ends and returns the exit code: 2 for flags that make no sense.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f, left := flags{}, -1 // left is the code with which --help or --version want to leave
	parser, err := kong.New(&f, kong.Name("fakeetoro"), kong.Description("A simulated eToro over HTTP and WebSocket."),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { left = max(left, code) }),
		kong.Vars{"api_key": sandbox.DefaultAPIKey, "user_key": sandbox.DefaultUserKey, "version": version()})
	if err == nil {
		_, err = parser.Parse(args)
	}
	switch {
	case left >= 0:
		return left
	case err != nil:
		fmt.Fprintln(stderr, "fakeetoro:", err)
		return 2
	}
	if err = serve(ctx, f, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "fakeetoro:", err)
		return 1
	}
	return 0
}

func serve(ctx context.Context, f flags, stdout, stderr io.Writer) error {
	o := sandbox.Options{Addr: f.Addr, Size: f.Size, Seed: f.Seed, APIKey: f.APIKey, UserKey: f.UserKey, RateLimit: f.RateLimit, Control: true}
	if f.Verbose {
		o.Log = slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if f.Catalogue != "" {
		file, err := os.Open(f.Catalogue)
		if err != nil {
			return err
		}
		defer file.Close() // only read
		o.Catalogue = file
	}
	s, err := sandbox.Start(o)
	if err != nil {
		return err
	}
	apiKey, userKey := s.Keys()
	fmt.Fprintf(stdout, "serving %d instruments: ETORO_BASE_URL=%s ETORO_STREAM_URL=%s ETORO_API_KEY=%s ETORO_USER_KEY=%s\n",
		s.Size(), s.URL(), s.StreamURL(), apiKey, userKey)
	<-ctx.Done()
	return s.Close()
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
