package market

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/etoro/sandbox"
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
	reciprocal     float64
	keys, typed    int // keystrokes until the target is in the first five
}

func (s *score) add(rank, keys int) {
	s.n++
	if rank > 0 && rank <= 10 {
		s.reciprocal += 1 / float64(rank)
	}
	if rank == 1 {
		s.first++
	}
	if rank > 0 && rank <= 5 {
		s.five++
	}
	s.typed++
	s.keys += keys
}

func (s *score) mrr() float64 { return s.reciprocal / float64(s.n) }

func (s *score) at1() float64 { return float64(s.first) / float64(s.n) }

func (s *score) String() string {
	return fmt.Sprintf("%4d  %.3f  %.3f  %.3f  %5.2f", s.n, s.mrr(), s.at1(), float64(s.five)/float64(s.n), float64(s.keys)/float64(s.typed))
}

// rankOf is where the first right answer stands in the list, from 1; 0 is not in the first ten.
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

// relevance measures the queries and writes the table and the misses to the log. The scores are
// by half, and "all".
func relevance(tb testing.TB, c *Catalogue, queries []labelled) map[string]*score {
	tb.Helper()
	byClass, byHalf := map[string]*score{}, map[string]*score{}
	var classes []string
	var report strings.Builder
	of := func(m map[string]*score, key string) *score {
		if m[key] == nil {
			m[key] = &score{}
		}
		return m[key]
	}
	for _, q := range queries {
		if byClass[q.class] == nil {
			classes = append(classes, q.class)
		}
		rank, first := c.rankOf(tb, q)
		keys := c.keysTo(tb, q)
		for _, s := range []*score{of(byClass, q.class), of(byHalf, q.half), of(byHalf, "all")} {
			s.add(rank, keys)
		}
		if rank != 1 {
			fmt.Fprintf(&report, "  miss %-13s %-4s %-28q at %2d, want %-20s first %s\n", q.class, q.half, q.text, rank, strings.Join(q.want[:min(3, len(q.want))], " "), strings.Join(first, " "))
		}
	}
	fmt.Fprintf(&report, "  %-15s %4s  %-5s  %-5s  %-5s  %s\n", "class", "n", "MRR", "S@1", "S@5", "keys")
	for _, class := range classes {
		fmt.Fprintf(&report, "  %-15s %v\n", class, byClass[class])
	}
	for _, half := range []string{"tune", "hold", "all"} {
		fmt.Fprintf(&report, "  %-15s %v\n", half, of(byHalf, half))
	}
	tb.Logf("\n%s", report.String())
	return byHalf
}

var catalogueFile = flag.String("catalogue", "", "measure TestRelevance on this catalogue, an answer of eToro's instruments route, with the labelled queries for the real one")

// sandboxCatalogue is what the program has once it loaded all from the sandbox.
func sandboxCatalogue(tb testing.TB, o sandbox.Options) *Catalogue {
	tb.Helper()
	far, err := sandbox.Start(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := far.Close(); err != nil {
			tb.Error(err)
		}
	})
	client, err := etoro.New(etoro.Options{BaseURL: far.URL(), APIKey: sandbox.DefaultAPIKey, UserKey: sandbox.DefaultUserKey})
	if err != nil {
		tb.Fatal(err)
	}
	m := New(Options{Client: client, Source: Sandbox})
	defer m.close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, j := range m.schedule.jobs {
		if err := j.refresh(ctx); err != nil {
			tb.Fatal(err)
		}
	}
	return m.rebuild()
}

func TestTuneReal(t *testing.T) {
	mode := cmp.Or(os.Getenv("MODE"), "none")
	rows := realRows(t)
	in := inputs{rows: dated[[]etoro.Instrument]{rows, time.Unix(1, 0)}}
	in.names[0].Value = map[int]string{1: "Forex", 2: "Commodity", 3: "CFD", 4: "Indices", 5: "Stocks", 6: "ETF", 10: "Crypto"}
	in.names[1].Value = map[int]string{}
	pop := map[etoro.InstrumentID]Quote{}
	switch mode {
	case "file":
		for i, r := range rows {
			pop[r.ID] = Quote{Popularity: ptr(float64(len(rows) - i))}
		}
	case "sandbox":
		data, _ := os.ReadFile("../../etoro/sandbox/catalogue.tsv")
		rank := map[string]int{}
		for i, l := range strings.Split(string(data), "\n") {
			if f := strings.Split(l, "\t"); len(f) > 2 {
				rank[f[1]] = i + 1
			}
		}
		for i, r := range rows {
			p := float64(len(rows)-i) / 1e6
			if k := rank[r.Symbol]; k > 0 {
				p = float64(100000 - k)
			}
			pop[r.ID] = Quote{Popularity: ptr(p)}
		}
	}
	in.quotes.Value = pop
	relevance(t, build(in, Live), labelledQueries(t, "queries-real.tsv"))
}

func TestTuneEmbedded(t *testing.T) {
	relevance(t, sandboxCatalogue(t, sandbox.Options{}), labelledQueries(t, "queries-embedded.tsv"))
}
