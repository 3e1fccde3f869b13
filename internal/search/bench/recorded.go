package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"instrumentdesk/internal/search"
)

// recorded reads a catalogue as eToro sends it, gzipped. The names of types, exchanges
// and industries, which become keywords, come from the lists beside it, where they are.
func recorded(path string) ([]search.Document, error) {
	var list struct {
		Rows []struct {
			ID       int    `json:"instrumentID"`
			Name     string `json:"instrumentDisplayName"`
			Symbol   string `json:"symbolFull"`
			Type     int    `json:"instrumentTypeID"`
			Exchange int    `json:"exchangeID"`
			Industry int    `json:"stocksIndustryID"`
			Internal bool   `json:"isInternalInstrument"`
		} `json:"instrumentDisplayDatas"`
	}
	if err := readJSON(path, &list); err != nil {
		return nil, err
	}
	names, err := recordedNames(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	docs := make([]search.Document, len(list.Rows))
	for i, r := range list.Rows {
		docs[i] = search.Document{
			ID: r.ID, Symbol: r.Symbol, Name: r.Name, Hidden: r.Internal,
			Facets:     [search.NumFacets]search.FacetValue{search.FacetType: uint16(r.Type), search.FacetExchange: uint16(r.Exchange), search.FacetIndustry: uint16(r.Industry)},
			Keywords:   strings.Fields(names.types[r.Type] + " " + names.exchanges[r.Exchange] + " " + names.industries[r.Industry]),
			Popularity: float64(len(list.Rows) - i), // the oldest are the best known
			Secondary:  slices.Contains([]string{".RTH", ".EUR", ".EXT", ".24-7"}, filepath.Ext(r.Symbol)),
		}
	}
	return docs, nil
}

// lookups is what the facets' ids mean.
type lookups struct{ types, exchanges, industries map[int]string }

func recordedNames(dir string) (lookups, error) {
	var types struct {
		List []struct {
			ID   int    `json:"instrumentTypeID"`
			Name string `json:"instrumentTypeDescription"`
		} `json:"instrumentTypes"`
	}
	var exchanges struct {
		List []struct {
			ID   int    `json:"exchangeID"`
			Name string `json:"exchangeDescription"`
		} `json:"exchangeInfo"`
	}
	var industries struct {
		List []struct {
			ID   int    `json:"industryID"`
			Name string `json:"industryName"`
		} `json:"stocksIndustries"`
	}
	names := lookups{make(map[int]string), make(map[int]string), make(map[int]string)}
	for name, into := range map[string]any{"instrument-types.json": &types, "exchanges.json": &exchanges, "stocks-industries.json": &industries} {
		if err := readJSON(filepath.Join(dir, name), into); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return names, err
		}
	}
	for _, t := range types.List {
		names.types[t.ID] = t.Name
	}
	for _, e := range exchanges.List {
		names.exchanges[e.ID] = e.Name
	}
	for _, i := range industries.List {
		names.industries[i.ID] = i.Name
	}
	return names, nil
}

// readJSON reads a file, unzipped when its name says so.
func readJSON(path string, into any) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	if filepath.Ext(path) == ".gz" {
		unzipped, err := gzip.NewReader(file)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		decoder = json.NewDecoder(unzipped)
	}
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}
