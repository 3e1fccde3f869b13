package main

import (
	"cmp"
	"slices"
	"strings"

	"instrumentdesk/internal/search"
)

// limit is how many rows every engine returns.
const limit = 25

// engine is one way to answer. find returns positions in the documents it was built from, best first,
// in dst's memory where it can. It is for one goroutine; clone makes another for the same data.
type engine interface {
	find(dst []int32, text string) ([]int32, error)
	clone() (engine, error)
	close() error
}

// competitor is an engine and how to build it. rows is the most that it is built for: above, building alone
// takes too long.
type competitor struct {
	name    string
	version string
	rows    int
	build   func(docs []search.Document) (engine, error)
}

var competitors = []competitor{
	{"index", "internal/search", 1 << 30, newIndex},
	{"scan", "strings.Contains", 1 << 30, newScan},
	{"bleve", "bleve", 100_000, newBleve},
	{"fts5", "SQLite", 1 << 30, newFTS5},
}

// index is the product's engine, asked as the list asks it: with facet counts and totals.
type index struct {
	ix  *search.Index
	res search.Result
}

func newIndex(docs []search.Document) (engine, error) { return &index{ix: search.Build(docs)}, nil }

func (e *index) find(dst []int32, text string) ([]int32, error) {
	e.ix.Search(search.Query{Text: text, Limit: limit}, &e.res)
	for _, h := range e.res.Hits {
		dst = append(dst, h.Doc)
	}
	return dst, nil
}

func (e *index) clone() (engine, error) { return &index{ix: e.ix}, nil }
func (e *index) close() error           { return nil }

// scan looks at every row, at the same fields as the other engines: symbol, name, and the rest in one. They are lower-cased beforehand and its rows sorted by
// popularity, so that the first 25 are the best 25; it goes on to count the matches, as the page says how many there are.
type scan struct {
	rows  []scanRow
	total int
}

type scanRow struct {
	symbol, name, more string
	doc                int32
}

func newScan(docs []search.Document) (engine, error) {
	rows := make([]scanRow, 0, len(docs))
	for _, i := range byPopularity(docs) {
		d := &docs[i]
		more := slices.Concat(d.Aliases, d.Keywords)
		rows = append(rows, scanRow{strings.ToLower(d.Symbol), strings.ToLower(d.Name), strings.ToLower(strings.Join(more, " ")), i})
	}
	return &scan{rows: rows}, nil
}

func (e *scan) find(dst []int32, text string) ([]int32, error) {
	text = strings.ToLower(text)
	e.total = 0
	for i := range e.rows {
		r := &e.rows[i]
		if strings.Contains(r.symbol, text) || strings.Contains(r.name, text) || r.more != "" && strings.Contains(r.more, text) {
			if e.total < limit {
				dst = append(dst, r.doc)
			}
			e.total++
		}
	}
	return dst, nil
}

func (e *scan) clone() (engine, error) { return &scan{rows: e.rows}, nil }
func (e *scan) close() error           { return nil }

// byPopularity is the positions of the documents that are shown, most popular first.
func byPopularity(docs []search.Document) []int32 {
	order := make([]int32, 0, len(docs))
	for i := range docs {
		if !docs[i].Hidden {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(docs[b].Popularity, docs[a].Popularity), cmp.Compare(a, b))
	})
	return order
}

// folded is text for the engines that fold only case themselves.
func folded(text string) string { return strings.Join(strings.Split(search.Slug(text), "-"), " ") }
