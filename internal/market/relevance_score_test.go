package market

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// labelled is a query and the symbols of which any is the right answer.
type labelled struct {
	class, half, text string
	want              []string
}

// labelledQueries reads a file beside the index: tab-separated class, half, query, symbols.
func labelledQueries(tb testing.TB, name string) []labelled {
	tb.Helper()
	file, err := os.Open(filepath.Join("..", "search", "testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	var queries []labelled
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		f := strings.Split(lines.Text(), "\t")
		if len(f) < 4 {
			tb.Fatalf("%s: %q has no answer", name, lines.Text())
		}
		queries = append(queries, labelled{f[0], f[1], f[2], f[3:]})
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return queries
}

// score is what a set of queries came to.
type score struct {
	n, first, five int
	reciprocal     float64 // of the ranks, within ten
	keys           int     // keystrokes until a right answer is in the first five
}

func (s *score) add(rank, keys int) {
	s.n++
	s.keys += keys
	if rank == 0 {
		return
	}
	s.reciprocal += 1 / float64(rank)
	if rank == 1 {
		s.first++
	}
	if rank <= 5 {
		s.five++
	}
}

func (s *score) of(sum float64) float64 { return sum / float64(s.n) }

func (s *score) mrr() float64 { return s.of(s.reciprocal) }

func (s *score) success() float64 { return s.of(float64(s.first)) }

func (s *score) String() string {
	return fmt.Sprintf("%4d  %.3f  %.3f  %.3f  %5.2f", s.n, s.mrr(), s.success(), s.of(float64(s.five)), s.of(float64(s.keys)))
}

// rankOf is where the first right answer stands in the list, from 1, 0 when it is not in
// the first ten; and the first three of the list.
func (c *Catalogue) rankOf(tb testing.TB, q labelled) (rank int, first []string) {
	tb.Helper()
	l, err := c.find(Query{Box: q.text, Limit: 10})
	if err != nil {
		tb.Fatal(err)
	}
	for i, r := range l.Rows {
		if i < 3 {
			first = append(first, r.Instrument.Symbol)
		}
		if rank == 0 && slices.Contains(q.want, r.Instrument.Symbol) {
			rank = i + 1
		}
	}
	return rank, first
}

// keysTo is how many letters of the query have to be typed until a right answer is
// among the first five; one more than there are when it never is.
func (c *Catalogue) keysTo(tb testing.TB, q labelled) int {
	tb.Helper()
	letters := []rune(q.text)
	for n := range letters {
		q.text = string(letters[:n+1])
		if rank, _ := c.rankOf(tb, q); rank > 0 && rank <= 5 {
			return n + 1
		}
	}
	return len(letters) + 1
}

// scores are by name, in the order of their first use.
type scores struct {
	names  []string
	byName map[string]*score
}

func (s *scores) of(name string) *score {
	if s.byName == nil {
		s.byName = make(map[string]*score)
	}
	if s.byName[name] == nil {
		s.byName[name] = &score{}
		s.names = append(s.names, name)
	}
	return s.byName[name]
}

// relevance measures the queries, logs the misses and the table by class and by half, and
// returns the score of all.
func (c *Catalogue) relevance(tb testing.TB, queries []labelled) *score {
	tb.Helper()
	var classes, halves scores
	var report strings.Builder
	for _, q := range queries {
		rank, first := c.rankOf(tb, q)
		keys := 0
		if testing.Verbose() { // many searches, for a number that is only shown
			keys = c.keysTo(tb, q)
		}
		for _, s := range []*score{classes.of(q.class), halves.of(q.half), halves.of("all")} {
			s.add(rank, keys)
		}
		if rank != 1 {
			fmt.Fprintf(&report, "  %-14s %-4s  %-28q at %2d, want %s, first %s\n", q.class, q.half, q.text, rank, some(q.want), some(first))
		}
	}
	fmt.Fprintf(&report, "  %-14s %4s  %-5s  %-5s  %-5s  %s\n", "class", "n", "MRR", "S@1", "S@5", "keys")
	for _, all := range []scores{classes, halves} {
		for _, name := range all.names {
			fmt.Fprintf(&report, "  %-14s %v\n", name, all.byName[name])
		}
	}
	tb.Logf("misses and scores\n%s", report.String())
	return halves.of("all")
}

func some(symbols []string) string {
	return strings.Join(symbols[:min(3, len(symbols))], " ")
}
