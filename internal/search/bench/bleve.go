package main

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/simple"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"instrumentdesk/internal/search"
)

// bleveEngine is bleve in memory, with the boosts that a product would set: the whole symbol before its start, before whole words,
// before their starts, before misspelt ones.
type bleveEngine struct{ index bleve.Index }

func newBleve(docs []search.Document) (engine, error) {
	index, err := bleve.NewMemOnly(bleveMapping())
	if err != nil {
		return nil, err
	}
	batch := index.NewBatch()
	for _, d := range byPopularity(docs) {
		row := map[string]any{
			"symbol": strings.ToLower(docs[d].Symbol),
			"name":   folded(docs[d].Name + " " + strings.Join(docs[d].Aliases, " ")),
			"more":   folded(strings.Join(docs[d].Keywords, " ")),
		}
		if err := batch.Index(strconv.Itoa(int(d)), row); err != nil {
			return nil, fmt.Errorf("index row %d: %w", d, err)
		}
		if batch.Size() == 5000 {
			if err := index.Batch(batch); err != nil {
				return nil, err
			}
			batch.Reset()
		}
	}
	return &bleveEngine{index}, index.Batch(batch)
}

func bleveMapping() mapping.IndexMapping {
	field := func(analyzer string) *mapping.FieldMapping {
		f := bleve.NewTextFieldMapping()
		f.Analyzer, f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = analyzer, false, false, false, false
		return f
	}
	row := bleve.NewDocumentStaticMapping()
	row.AddFieldMappingsAt("symbol", field("keyword"))
	row.AddFieldMappingsAt("name", field("simple"))
	row.AddFieldMappingsAt("more", field("simple"))
	m := bleve.NewIndexMapping()
	m.DefaultMapping = row
	return m
}

func (e *bleveEngine) find(dst []int32, text string) ([]int32, error) {
	words := strings.Fields(folded(text))
	if len(words) == 0 {
		return dst, nil
	}
	every := bleve.NewConjunctionQuery()
	for _, w := range words {
		every.AddQuery(bleveWord(w))
	}
	symbol := strings.ToLower(text)
	q := bleve.NewDisjunctionQuery(every, boosted(bleve.NewTermQuery(symbol), "symbol", 20), boosted(bleve.NewPrefixQuery(symbol), "symbol", 6))
	found, err := e.index.Search(bleve.NewSearchRequestOptions(q, limit, 0, false))
	if err != nil {
		return dst, err
	}
	for _, hit := range found.Hits {
		d, err := strconv.Atoi(hit.ID)
		if err != nil {
			return dst, err
		}
		dst = append(dst, int32(d))
	}
	return dst, nil
}

// bleveWord is a word as it stands, the start of one, or one with a letter or two wrong,
// from as many letters on as in the product's engine.
func bleveWord(w string) query.Query {
	q := bleve.NewDisjunctionQuery(
		boosted(bleve.NewMatchQuery(w), "name", 4), boosted(bleve.NewPrefixQuery(w), "name", 2), boosted(bleve.NewPrefixQuery(w), "symbol", 3), boosted(bleve.NewPrefixQuery(w), "more", 0.5))
	if letters := utf8.RuneCountInString(w); letters >= 4 {
		fuzzy := bleve.NewFuzzyQuery(w)
		fuzzy.SetFuzziness(1)
		fuzzy.SetPrefix(1)
		if letters >= 8 {
			fuzzy.SetFuzziness(2)
		}
		q.AddQuery(boosted(fuzzy, "name", 0.5))
	}
	return q
}

type fieldQuery interface {
	query.Query
	SetField(string)
	SetBoost(float64)
}

func boosted(q fieldQuery, field string, boost float64) query.Query {
	q.SetField(field)
	q.SetBoost(boost)
	return q
}

func (e *bleveEngine) clone() (engine, error) { return e, nil } // it is safe for concurrent use
func (e *bleveEngine) close() error           { return e.index.Close() }
