package market

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

// Alias is another name of an instrument: a former one, an everyday one, an ISIN.
type Alias struct {
	Name   string
	Target string // symbol, in any case, or id
	First  bool   // stands before even an instrument whose whole symbol is Name
}

//go:embed aliases.csv
var ownAliasFile []byte

// ownAliases is the list that the program brings. Not every catalogue holds all of its
// targets.
var ownAliases = sync.OnceValue(func() []Alias {
	aliases, errs := ParseAliases(bytes.NewReader(ownAliasFile))
	if len(errs) > 0 {
		panic(fmt.Sprintf("market: aliases.csv: %v", errors.Join(errs...)))
	}
	return aliases
})

// places are further words for the exchanges that eToro names by a code or without their city.
var places = map[string]string{
	"LSE": "London", "LSE_AIM": "London", "LSE AIM Auction": "London", "LSE Auction": "London",
	"FRA": "Frankfurt Xetra Germany", "Xetra ETFs": "Frankfurt Germany", "SIX": "Zurich Swiss Switzerland",
	"Borsa Italiana": "Milan", "Sydney": "ASX Australia", "Tadawul": "Saudi", "TYO": "Tokyo",
	"Digital Currency": "Crypto Coin",
}

//go:embed wellknown.txt
var wellKnownFile string

// wellKnown are the symbols of what people look for. Not every catalogue holds all of them.
var wellKnown = sync.OnceValue(func() []string {
	var symbols []string
	for line := range strings.Lines(wellKnownFile) {
		if !strings.HasPrefix(line, "#") {
			symbols = append(symbols, strings.Fields(line)...)
		}
	}
	return symbols
})

const maxAliasRunes = 64 // as much as a query may have

// ParseAliases reads lines of "alias, symbol or id" or "alias, symbol or id, first", with
// quotes where a comma belongs to the alias. Empty lines and those that begin with # are
// skipped. Lines that are wrong are left out, each with an error that names its number;
// only an error of r itself ends the reading.
func ParseAliases(r io.Reader) ([]Alias, []error) {
	text, err := io.ReadAll(r)
	var errs []error
	if err != nil {
		errs = append(errs, fmt.Errorf("read aliases: %w", err))
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF")) // spreadsheets write one
	var aliases []Alias
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = tidy(line)
		if line == "" || line[0] == '#' {
			continue
		}
		alias, err := parseAlias(line)
		if err != nil {
			errs = append(errs, fmt.Errorf("line %d: %w", number, err))
			continue
		}
		aliases = append(aliases, alias)
	}
	return aliases, errs
}

func parseAlias(line string) (Alias, error) {
	row := csv.NewReader(strings.NewReader(line))
	row.TrimLeadingSpace = true
	fields, err := row.Read()
	if err != nil {
		return Alias{}, errors.New("the quotes do not match")
	}
	for i := range fields {
		fields[i] = tidy(fields[i])
	}
	if len(fields) < 2 || len(fields) > 3 {
		return Alias{}, fmt.Errorf("%d fields where two or three belong: alias, symbol or id, first", len(fields))
	}
	a := Alias{Name: fields[0], Target: fields[1], First: len(fields) == 3}
	switch {
	case search.Fold(a.Name) == "":
		return Alias{}, errors.New("the alias has no letters")
	case len([]rune(a.Name)) > maxAliasRunes:
		return Alias{}, fmt.Errorf("the alias has more than %d letters", maxAliasRunes)
	case a.Target == "":
		return Alias{}, errors.New("the symbol or id is missing")
	case a.First && fields[2] != "first":
		return Alias{}, fmt.Errorf("the third field may only be first, not %q", fields[2])
	}
	return a, nil
}

// names are the aliases of a row. It is known when one of the program's own lists has it: these
// are lists of what people look for.
type names struct {
	all, plain, first []string
	known             bool
}

// newNames gives the rows their aliases. A name in the team's list means only what it means
// there, and no longer what it means in the program's own. Unknown are those of the team's
// that lead nowhere.
func (c *Catalogue) newNames(team []Alias) (byRow map[int32]*names, unknown []Alias) {
	byRow = make(map[int32]*names)
	taken := make(map[string]bool, len(team))
	for _, a := range team {
		taken[search.Fold(a.Name)] = true
	}
	own := slices.DeleteFunc(slices.Clone(ownAliases()), func(a Alias) bool { return taken[search.Fold(a.Name)] })
	for _, a := range own {
		c.name(byRow, a, true)
		taken[search.Fold(a.Name)] = true
	}
	for _, symbol := range wellKnown() {
		if row, ok := c.bySymbol[strings.ToUpper(symbol)]; ok {
			namesOf(byRow, row).known = true
		}
	}
	c.namePairs(byRow, taken)
	for _, a := range team {
		if !c.name(byRow, a, false) {
			unknown = append(unknown, a)
		}
	}
	return byRow, unknown
}

func (c *Catalogue) name(byRow map[int32]*names, a Alias, known bool) bool {
	row, ok := c.target(a.Target)
	if !ok {
		return false
	}
	n := namesOf(byRow, row)
	n.known = n.known || known
	n.all = append(n.all, a.Name)
	if a.First {
		n.first = append(n.first, a.Name)
	} else {
		n.plain = append(n.plain, a.Name)
	}
	return true
}

func namesOf(byRow map[int32]*names, row int32) *names {
	n := byRow[row]
	if n == nil {
		n = &names{}
		byRow[row] = n
	}
	return n
}

// target finds a row by symbol, or else by id: some symbols are numbers.
func (c *Catalogue) target(text string) (int32, bool) {
	if row, ok := c.bySymbol[strings.ToUpper(text)]; ok {
		return row, true
	}
	id, err := strconv.Atoi(text)
	if err != nil {
		return 0, false
	}
	row, ok := c.byID[etoro.InstrumentID(id)]
	return row, ok
}

const namedUnknown = 5

// warnOfAliases tells once for each list of rows which aliases lead nowhere.
func (m *Market) warnOfAliases(c *Catalogue) {
	if len(c.unknown) == 0 {
		return
	}
	var some []string
	for _, a := range c.unknown[:min(namedUnknown, len(c.unknown))] {
		some = append(some, a.Name+" → "+a.Target)
	}
	m.log.Warn("aliases lead to no instrument", "count", len(c.unknown), "first", strings.Join(some, "; "))
}
