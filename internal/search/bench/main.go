// Command bench measures search against a linear scan, bleve and SQLite FTS5, on the same rows and the same
// queries typed key by key. It is a module of its own, so that the product depends on none of them; run it by make bench-search.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"instrumentdesk/internal/search"
)

type options struct {
	sizes     string
	catalogue string
	engines   string
	budget    time.Duration
	keywords  bool
}

func main() {
	var o options
	flag.StringVar(&o.sizes, "sizes", "15000,100000,1000000", "rows of the synthetic catalogues, by commas")
	flag.StringVar(&o.catalogue, "catalogue", "", "a recorded catalogue, instruments.json.gz, to measure too")
	flag.StringVar(&o.engines, "engines", "index,scan,bleve,fts5", "which engines, by commas")
	flag.DurationVar(&o.budget, "budget", 10*time.Second, "how long the keystrokes of one engine may take for one catalogue; a slow one gets a sample of them")
	flag.BoolVar(&o.keywords, "keywords", true, "let types, exchanges and industries be searched too, as the product does")
	flag.Parse()
	if err := bench(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(w io.Writer, o options) error {
	fmt.Fprintf(w, "%s, %d cores\n%s\nbest of %d rounds for each keystroke, %d rows a search; a slow engine gets as many of the keystrokes as take %v, three times that at a million rows\n",
		runtime.Version(), runtime.GOMAXPROCS(0), versions(), rounds, limit, o.budget)
	if o.catalogue != "" {
		docs, err := recorded(o.catalogue)
		if err != nil {
			return err
		}
		if err := measure(w, "recorded", docs, o); err != nil {
			return err
		}
	}
	for size := range strings.SplitSeq(o.sizes, ",") {
		if size == "" {
			continue
		}
		n, err := strconv.Atoi(size)
		if err != nil || n <= len(known) {
			return fmt.Errorf("sizes: %q is no number above %d", size, len(known))
		}
		if err := measure(w, "synthetic", synthetic(n), o); err != nil {
			return err
		}
	}
	return nil
}

// versions is what the other engines are.
func versions() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "versions unknown"
	}
	var found []string
	for _, m := range info.Deps {
		if strings.Contains(m.Path, "bleve/v2") || strings.Contains(m.Path, "go-sqlite3") {
			found = append(found, m.Path+" "+m.Version)
		}
	}
	return strings.Join(found, ", ")
}

// measure measures the engines on one catalogue.
func measure(w io.Writer, title string, docs []search.Document, o options) (err error) {
	if !o.keywords {
		for i := range docs {
			docs[i].Keywords = nil
		}
	}
	r := report{title: title, rows: len(docs), keys: keystrokes(docs)}
	defer func() {
		for _, run := range r.runs {
			err = errors.Join(err, run.engine.close())
		}
	}()
	for _, c := range competitors {
		if len(docs) > c.rows || !slices.Contains(strings.Split(o.engines, ","), c.name) {
			continue
		}
		run, err := start(c, docs)
		if err != nil {
			return err
		}
		r.runs = append(r.runs, run)
	}
	budget := o.budget
	if len(docs) >= largeRows {
		budget *= 3 // else the slow engines answer too few for a p99
	}
	if err := typeAll(r.runs, r.keys, budget); err != nil {
		return err
	}
	for _, run := range r.runs {
		if err := errors.Join(run.countAllocs(r.keys), run.countRate(r.keys)); err != nil {
			return fmt.Errorf("%s: %w", run.name, err)
		}
	}
	if r.worst, r.worstText, err = worst(r.runs[0].engine, hostile(docs)); err != nil {
		return err
	}
	return r.print(w)
}
