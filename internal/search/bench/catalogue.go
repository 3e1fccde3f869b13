package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"instrumentdesk/internal/search"
)

// A maker writes the synthetic catalogue. It is the same in every run, and a
// shorter one is the beginning of a longer one.
type maker struct {
	rng   *rand.Rand
	taken map[string]bool // symbols
	docs  []search.Document
}

// popularRows are the best known ones whatever the size: rows after them only enter
// the less popular part.
const popularRows = 5000

// synthetic makes a catalogue of n rows.
func synthetic(n int) []search.Document {
	m := maker{rng: rand.New(rand.NewPCG(1, 2)), taken: make(map[string]bool, n), docs: make([]search.Document, 0, n)}
	for _, k := range known {
		m.taken[k.symbol] = true
		m.add(k.symbol, k.name, kinds[k.kind], venues[0], m.rng.IntN(len(industries)))
		m.docs[len(m.docs)-1].Aliases = k.aliases
	}
	for len(m.docs) < n {
		switch p := m.rng.IntN(100); {
		case p < 74:
			m.company()
		case p < 94:
			m.etf()
		default:
			m.coin()
		}
	}
	return m.docs[:n]
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// company makes a company, and for some a second listing of it, the twin.
func (m *maker) company() {
	var words []string
	if m.rng.IntN(5) == 0 {
		words = append(words, pick(m.rng, commonWords))
	}
	words = append(words, m.pseudoWord())
	if m.rng.IntN(3) > 0 {
		words = append(words, pick(m.rng, trades))
	}
	at := venues[min(m.rng.IntN(len(venues)), m.rng.IntN(len(venues)))]
	if form := pick(m.rng, at.forms); form != "" {
		words = append(words, form)
	}
	name, industry := strings.Join(words, " "), m.rng.IntN(len(industries))
	symbol := m.symbol(words, at.suffix)
	m.add(symbol, name, kinds[kindStock], at, industry)
	if m.rng.IntN(20) == 0 {
		m.add(strings.TrimSuffix(symbol, at.suffix)+pick(m.rng, []string{".RTH", ".EUR", ".24-7"}), name, kinds[kindStock], venues[0], industry)
		m.docs[len(m.docs)-1].Secondary = true
	}
}

func (m *maker) etf() {
	words := []string{pick(m.rng, issuers), pick(m.rng, indices)}
	if m.rng.IntN(2) == 0 {
		words = append(words, pick(m.rng, trades))
	}
	words = append(words, pick(m.rng, []string{"ETF", "UCITS ETF", "UCITS ETF USD (Acc)", "UCITS ETF EUR (Dist)"}))
	at := pick(m.rng, venues)
	m.add(m.symbol(words, at.suffix), strings.Join(words, " "), kinds[kindETF], at, -1)
}

func (m *maker) coin() {
	name := m.pseudoWord() + pick(m.rng, []string{"", "", "coin", " Protocol", " Network", " Token"})
	m.add(m.symbol([]string{name}, ""), name, kinds[kindCoin], venue{name: "Digital Currency"}, -1)
}

func (m *maker) pseudoWord() string {
	var b strings.Builder
	for range 2 + m.rng.IntN(2) {
		b.WriteString(pick(m.rng, syllables))
	}
	if m.rng.IntN(3) == 0 {
		b.WriteString(pick(m.rng, []string{"a", "ex", "is", "on", "tec", "é"}))
	}
	word := b.String()
	return strings.ToUpper(word[:1]) + word[1:]
}

// symbol is made of the letters of a name, or of any when it is taken.
func (m *maker) symbol(words []string, suffix string) string {
	var from []byte
	for _, c := range []byte(strings.ToUpper(strings.Join(words, ""))) {
		if 'A' <= c && c <= 'Z' {
			from = append(from, c)
		}
	}
	base := from[:min(len(from), 3+m.rng.IntN(2))]
	for m.taken[string(base)+suffix] {
		letters := make([]byte, 3+m.rng.IntN(3))
		for i := range letters {
			letters[i] = 'A' + byte(m.rng.IntN(26))
		}
		base = letters
	}
	m.taken[string(base)+suffix] = true
	return string(base) + suffix
}

// add appends a row; industry -1 is none.
func (m *maker) add(symbol, name, kind string, at venue, industry int) {
	row := len(m.docs)
	d := search.Document{ID: 1000 + row, Symbol: symbol, Name: name, Popularity: m.rng.Float64() * popularRows}
	if row < popularRows {
		d.Popularity = float64(2*popularRows - row)
	}
	words := kind + " " + at.name
	d.Facets[search.FacetType] = position(kinds[:], kind)
	d.Facets[search.FacetExchange] = position(venueNames(), at.name)
	if industry >= 0 {
		words += " " + industries[industry]
		d.Facets[search.FacetIndustry] = search.FacetValue(industry + 1)
	}
	d.Keywords = strings.Fields(words)
	d.Hidden = m.rng.IntN(50) == 0 && row >= len(known)
	m.docs = append(m.docs, d)
}

// position is where a name stands in a list, from 1.
func position(list []string, name string) search.FacetValue {
	for i, have := range list {
		if have == name {
			return search.FacetValue(i + 1)
		}
	}
	panic(fmt.Sprintf("%q is not in %q", name, list))
}
