package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the build: go build -ldflags "-X main.version=…".
var version = "dev"

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // a mistake in flags or environment
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is the program. It returns when the command is done or ctx has ended.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	var c cli
	command, done, err := parseArgs(&c, args, getenv, stdout, stderr)
	if done {
		return exitOK
	}
	var cfg config
	if err == nil {
		cfg, err = configure(c, getenv)
	}
	if err != nil {
		fmt.Fprintln(stderr, "dashboard: the configuration cannot be used:")
		for _, e := range split(err) {
			fmt.Fprintln(stderr, "  "+e.Error())
		}
		return exitUsage
	}
	switch command {
	case "check":
		err = check(ctx, cfg, stdout)
	default:
		err = serve(ctx, cfg, stderr)
	}
	if err != nil {
		fmt.Fprintln(stderr, "dashboard: "+err.Error())
		return exitFailed
	}
	return exitOK
}

// parseArgs reads the flags. done means that kong has answered by itself (--help, --version).
func parseArgs(c *cli, args []string, getenv func(string) string, stdout, stderr io.Writer) (command string, done bool, err error) {
	parser, err := kong.New(c,
		kong.Name("dashboard"),
		kong.Description(description),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { done = true }),
		kong.Vars{"version": "dashboard " + version},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Resolvers(settings(getenv)),
		kong.ValueFormatter(helpWithSetting),
	)
	if err != nil {
		return "", false, err
	}
	kctx, err := parser.Parse(args)
	if done {
		return "", true, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("%w (dashboard --help lists the flags)", err)
	}
	return kctx.Command(), false, nil
}

// settings gives each flag that is not on the command line the value of its environment variable.
func settings(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if name := flag.Tag.Get("setting"); name != "" && getenv(name) != "" {
			return getenv(name), nil
		}
		return nil, nil
	})
}

func helpWithSetting(v *kong.Value) string {
	if name := v.Tag.Get("setting"); name != "" {
		return v.Help + " ($" + name + ")"
	}
	return v.Help
}

// split takes joined errors apart, to be told a line each.
func split(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, split(e)...)
	}
	return all
}
