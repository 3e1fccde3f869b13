package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"instrumentdesk/etoro/sandbox"
)

// instrumentsRoute is where the whole catalogue comes from.
const instrumentsRoute = "/api/v1/market-data/instruments"

// realCatalogue starts an eToro that serves the recorded catalogue.
func realCatalogue(t *testing.T) (*sandbox.Server, map[string]string, string) {
	t.Helper()
	f, err := os.Open(sharedData(t, "instruments.json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return far(t, sandbox.Options{Catalogue: f})
}

type exported struct {
	Total, Hidden int
	Items         []struct {
		ID           int
		Symbol, Name string
	}
}

func (p *program) export(query string) exported {
	p.t.Helper()
	var e exported
	if err := json.Unmarshal([]byte(p.get("/instruments.json"+query).body), &e); err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	return e
}

func TestFirstVisitorsOfTheRealCatalogueShareOneLoad(t *testing.T) {
	t.Parallel()
	eToro, env, flag := realCatalogue(t)
	p := start(t, env, flag)
	var visitors sync.WaitGroup
	for range 500 {
		visitors.Go(func() {
			if r, err := p.try("/"); err != nil || r.status != 200 && r.status != 503 {
				t.Errorf("a first visitor got %d, %v", r.status, err)
			}
		})
	}
	visitors.Wait()
	p.complete()
	if n := eToro.CallCount(instrumentsRoute); n != 1 {
		t.Errorf("500 first visitors cost %d loads of the catalogue, want 1", n)
	}
}

var rowID = regexp.MustCompile(`data-id="(\d+)"`)

func TestEveryRowOfTheRealCatalogueIsReached(t *testing.T) {
	t.Parallel()
	eToro, env, flag := realCatalogue(t)
	p := start(t, env, flag)
	p.complete()
	all := p.export("")
	if all.Total+all.Hidden != 12743 || len(all.Items) != all.Total {
		t.Fatalf("%d shown and %d hidden of 12,743, %d exported", all.Total, all.Hidden, len(all.Items))
	}
	reached := map[string]bool{}
	for page := 1; page <= (all.Total+24)/25; page++ {
		r := p.get(fmt.Sprintf("/?page=%d", page))
		if r.status != 200 {
			t.Fatalf("page %d answers %d", page, r.status)
		}
		for _, m := range rowID.FindAllStringSubmatch(r.body, -1) {
			reached[m[1]] = true
		}
	}
	if len(reached) != all.Total {
		t.Errorf("paging reaches %d of %d rows", len(reached), all.Total)
	}
	before := len(eToro.Calls())
	step := 1
	if testing.Short() {
		step = 25
	}
	for i := 0; i < len(all.Items); i += step {
		item := all.Items[i]
		if found := p.export("?limit=1&q=" + url.QueryEscape("="+item.Symbol)); len(found.Items) == 0 || !strings.EqualFold(found.Items[0].Symbol, item.Symbol) {
			t.Errorf("searching for =%s finds %v", item.Symbol, first(found.Items))
		}
	}
	for _, name := range []string{"apple", "bitcoin", "nestle", "microsoft", "gold", "eurusd"} {
		for n := 1; n <= len(name); n++ {
			if r := p.get("/search?q=" + name[:n]); r.status != 200 {
				t.Errorf("/search?q=%s answers %d", name[:n], r.status)
			}
		}
	}
	// The clock of the refresh goes on meanwhile; what searches may add is nothing.
	for _, c := range eToro.Calls()[before:] {
		if c.Path == instrumentsRoute {
			t.Errorf("searching made a call to %s", c.Path)
		}
	}
}

func TestAThousandSearchesCostEToroNothing(t *testing.T) {
	t.Parallel()
	eToro, env, flag := realCatalogue(t)
	p := start(t, env, flag)
	p.complete()
	eventually(t, "prices and closing prices are read too", func() bool {
		return strings.Contains(p.get("/instruments/1001").body, "Previous day")
	})
	before := len(eToro.Calls())
	for i := range 1000 {
		if r := p.get(fmt.Sprintf("/search?q=a%d", i%37)); r.status != 200 {
			t.Fatalf("search %d answers %d", i, r.status)
		}
	}
	if n := len(eToro.Calls()) - before; n != 0 {
		t.Errorf("1,000 searches made %d calls to eToro", n)
	}
}
