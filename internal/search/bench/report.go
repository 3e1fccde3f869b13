package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// report is the numbers of one catalogue.
type report struct {
	title     string
	rows      int
	keys      []keystroke
	runs      []*run
	worst     time.Duration // of hostile input
	worstText string
}

func (r *report) print(w io.Writer) error {
	fmt.Fprintf(w, "\n%s: %d rows, %d keystrokes\n", r.title, r.rows, len(r.keys))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "engine\tmedian\tp99\t1-2 letters p99\ttypo median\ttypo p99\tsearches/s\tallocs\tbuild\tbytes/row\tsample\t")
	for _, run := range r.runs {
		fmt.Fprintf(t, "%s\t%v\t%v\t%v\t%v\t%v\t%.0f\t%.2f\t%v\t%d\t%s\t\n", run.name,
			short(run.quantile(r.keys, 0.5, anyKey)), short(run.quantile(r.keys, 0.99, anyKey)), short(run.quantile(r.keys, 0.99, shortKey)),
			short(run.quantile(r.keys, 0.5, typoKey)), short(run.quantile(r.keys, 0.99, typoKey)),
			run.rate, run.allocs, short(run.build), run.bytes/int64(r.rows), sample(len(run.took), len(r.keys)))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range competitors {
		if r.rows > c.rows {
			fmt.Fprintf(w, "%s is left out: it is not built for more than %d rows\n", c.name, c.rows)
		}
	}
	return r.printGoals(w)
}

func sample(n, of int) string {
	if n == of {
		return "all"
	}
	return fmt.Sprintf("first %d", n)
}

// short is a duration in three digits.
func short(d time.Duration) time.Duration {
	for unit := time.Nanosecond; ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit)
		}
	}
}

// goal is how many times faster than another engine the index has to be.
type goal struct {
	against string
	share   float64
	times   float64
}

// The goals for a catalogue of today's size, and for one of a million rows.
var (
	smallGoals = []goal{{"bleve", 0.5, 100}, {"fts5", 0.5, 20}, {"scan", 0.5, 100}, {"bleve", 0.99, 100}, {"fts5", 0.99, 30}, {"scan", 0.99, 8}}
	largeGoals = []goal{{"scan", 0.5, 500}, {"scan", 0.99, 20}}
)

const (
	smallRows, largeRows = 20_000, 1_000_000
	maxBytesPerRow       = 300
	maxHostile           = 5 * time.Millisecond
)

// printGoals says what is reached; catalogues between the two sizes have no goals.
func (r *report) printGoals(w io.Writer) error {
	goals, maxBuild := smallGoals, 150*time.Millisecond
	switch {
	case r.rows >= largeRows:
		goals, maxBuild = largeGoals, 10*time.Second
	case r.rows > smallRows:
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(ok bool, goal, got string) { fmt.Fprintf(t, "  %s\t%s\t%s\n", verdict(ok), goal, got) }
	index := r.run("index")
	for _, g := range goals {
		other := r.run(g.against)
		if other == nil {
			continue
		}
		ours, theirs := index.quantile(r.keys, g.share, anyKey), other.quantile(r.keys, g.share, anyKey)
		ratio := float64(theirs) / float64(ours)
		line(ratio >= g.times, fmt.Sprintf("p%.0f at most 1/%.0f of %s's", 100*g.share, g.times, g.against), fmt.Sprintf("1/%.0f", ratio))
	}
	line(index.allocs == 0, "no allocations but corrections", fmt.Sprintf("%.3f per search", index.allocs))
	line(index.build < maxBuild, fmt.Sprintf("built in %v", maxBuild), short(index.build).String())
	line(index.bytes <= maxBytesPerRow*int64(r.rows), fmt.Sprintf("%d bytes a row", maxBytesPerRow), fmt.Sprint(index.bytes/int64(r.rows)))
	if r.rows <= smallRows {
		line(r.worst < maxHostile, fmt.Sprintf("any input in %v", maxHostile), fmt.Sprintf("%v for %.40q", short(r.worst), r.worstText))
	}
	return t.Flush()
}

func (r *report) run(name string) *run {
	for _, run := range r.runs {
		if run.name == name {
			return run
		}
	}
	return nil
}

func verdict(ok bool) string {
	return strings.ToUpper(map[bool]string{true: "pass", false: "fail"}[ok])
}
