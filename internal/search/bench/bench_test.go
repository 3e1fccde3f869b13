package main

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAShorterCatalogueIsTheBeginningOfALongerOne(t *testing.T) {
	short, long := synthetic(3000), synthetic(9000)
	if !reflect.DeepEqual(short, long[:3000]) {
		t.Error("the rows differ")
	}
	symbols := make(map[string]bool)
	for _, d := range long {
		if symbols[d.Symbol] && !d.Secondary {
			t.Errorf("symbol %s is there twice", d.Symbol)
		}
		symbols[d.Symbol] = true
	}
}

func TestEveryEngineFindsWhatIsMeant(t *testing.T) {
	docs := synthetic(2000)
	for _, c := range competitors {
		e, err := c.build(docs)
		if err != nil {
			t.Fatal(c.name, err)
		}
		other, err := e.clone()
		if err != nil {
			t.Fatal(c.name, err)
		}
		for text, symbol := range map[string]string{"nvidia": "NVDA", "netfl": "NFLX", "nv": "NVDA", "microsft": "MSFT"} {
			if c.name == "scan" && text == "microsft" {
				continue // it knows no misspelling
			}
			for _, e := range []engine{e, other} {
				found, err := e.find(nil, text)
				if err != nil || len(found) > limit || !slices.ContainsFunc(found, func(d int32) bool { return docs[d].Symbol == symbol }) {
					t.Errorf("%s: %q finds %d rows without %s: %v", c.name, text, len(found), symbol, err)
				}
			}
		}
		if err := e.close(); err != nil {
			t.Error(c.name, err)
		}
	}
}

func TestKeystrokesAreTheSameEveryTime(t *testing.T) {
	docs := synthetic(1000)
	if keys := keystrokes(docs); !slices.Equal(keys, keystrokes(docs)) || len(keys) < 1000 {
		t.Errorf("%d keystrokes, which differ", len(keys))
	}
}

func TestTheReportHasEveryEngineAndGoal(t *testing.T) {
	var out bytes.Buffer
	err := bench(&out, options{sizes: "1000", engines: "index,scan,bleve,fts5", budget: 300 * time.Millisecond, keywords: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"synthetic: 1000 rows", "index", "scan", "bleve", "fts5", "p50 at most 1/100 of bleve's", "p99 at most 1/8 of scan's", "300 bytes a row", "any input in 5ms"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestBadSizesAreRefused(t *testing.T) {
	for _, sizes := range []string{"many", "-1", "0"} {
		if err := bench(&bytes.Buffer{}, options{sizes: sizes}); err == nil {
			t.Errorf("%q is taken", sizes)
		}
	}
}
