package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// ints reads a comma list. It is nil when the parameter is missing or empty.
func (r request) ints(name string) ([]int, error) {
	text := r.query.Get(name)
	if text == "" {
		return nil, nil
	}
	var list []int
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseInt(part, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a number", name, part)
		}
		list = append(list, int(n))
	}
	return list, nil
}

// filter is a list parameter of the instruments route and what it looks at.
type filter struct {
	param string
	value func(*instrument) int
}

var instrumentFilters = []filter{
	{"instrumentIds", func(in *instrument) int { return in.id }},
	{"exchangeIds", func(in *instrument) int { return in.exchangeID }},
	{"stocksIndustryIds", func(in *instrument) int { return in.industryID }},
	{"instrumentTypeIds", func(in *instrument) int { return in.typeID }},
}

func (s *Server) instruments(r request) answer {
	wanted := make([]map[int]bool, len(instrumentFilters))
	filtered := false
	for i, f := range instrumentFilters {
		list, err := r.ints(f.param)
		if err != nil {
			return badRequest("%v", err)
		}
		wanted[i] = set(list)
		filtered = filtered || list != nil
	}
	if !filtered {
		a := s.whole()
		a.header = a.header.Clone() // the rest is shared and never written to
		return a
	}
	return s.instrumentsAnswer(func(in *instrument) bool {
		for i, f := range instrumentFilters {
			if wanted[i] != nil && !wanted[i][f.value(in)] {
				return false
			}
		}
		return true
	})
}

func set(list []int) map[int]bool {
	if list == nil {
		return nil
	}
	m := make(map[int]bool, len(list))
	for _, n := range list {
		m[n] = true
	}
	return m
}

func (s *Server) encodeWhole() answer {
	a := s.instrumentsAnswer(func(*instrument) bool { return true })
	a.gzipped = gzipped(a.body, gzip.DefaultCompression)
	return a
}

// instrumentsAnswer joins the rows that keep wants. They come unsorted, as from
// eToro, in an order that says nothing about popularity.
func (s *Server) instrumentsAnswer(keep func(*instrument) bool) answer {
	var rows [][]byte
	for i := range s.catalogue.rows {
		if in := &s.catalogue.rows[i]; keep(in) {
			rows = append(rows, in.wire)
		}
	}
	rng := rand.New(rand.NewPCG(s.opts.Seed, 1))
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	body := slices.Concat([]byte(`{"instrumentDisplayDatas":[`), bytes.Join(rows, []byte(",")), []byte("]}"))
	return newAnswer(http.StatusOK, jsonType, body)
}

func (s *Server) exchanges(r request) answer {
	return lookup(r, "exchangeIds", exchangeEntries, "exchangeInfo", "exchangeID", "exchangeDescription")
}

func (s *Server) instrumentTypes(r request) answer {
	return lookup(r, "instrumentTypeIds", instrumentTypes, "instrumentTypes", "instrumentTypeID", "instrumentTypeDescription")
}

func (s *Server) stocksIndustries(r request) answer {
	return lookup(r, "stocksIndustryIds", industries, "stocksIndustries", "industryID", "industryName")
}

// lookup answers the entries that param asks for, all without it.
func lookup(r request, param string, entries []entry, key, idKey, nameKey string) answer {
	ids, err := r.ints(param)
	if err != nil {
		return badRequest("%v", err)
	}
	rows := []map[string]any{}
	for _, e := range entries {
		if ids == nil || slices.Contains(ids, e.id) {
			rows = append(rows, map[string]any{idKey: e.id, nameKey: e.name})
		}
	}
	return jsonAnswer(map[string]any{key: rows})
}

// me is an invented account in the real one's shape.
func (s *Server) me(request) answer {
	return jsonAnswer(json.RawMessage(`{"gcid":90000001,"realCid":90000002,"demoCid":90000003,"username":"sandbox",` +
		`"firstName":"Sand","middleName":null,"lastName":"Box","playerLevel":"Bronze","gender":"Unknown","language":"en-gb",` +
		`"dateOfBirth":"1990-01-01T00:00:00Z","avatarUrl":null,"scopes":["etoro-public:market-data:read","etoro-public:demo:read"]}`))
}
