package market

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

func TestParseAliasesTakesGoodLinesAndNamesBadOnes(t *testing.T) {
	t.Parallel()
	text := "\uFEFF# our own names\n" +
		"US0378331005, AAPL\r\n" +
		"\n" +
		"  the fruit  ,  1001  \n" +
		"\"Coca-Cola, the drink\",KO\n" +
		"wti, OIL, first\n" +
		"lonely\n" +
		"a, b, c\n" +
		"a, b, first, d\n" +
		"!!!, AAPL\n" +
		"nothing, \n" +
		"\"open, AAPL\n" +
		strings.Repeat("x", 65) + ", AAPL\n" +
		"last, MSFT"
	got, errs := ParseAliases(strings.NewReader(text))
	want := []Alias{
		{"US0378331005", "AAPL", false}, {"the fruit", "1001", false}, {"Coca-Cola, the drink", "KO", false}, {"wti", "OIL", true}, {"last", "MSFT", false},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("aliases %v, want %v", got, want)
	}
	wantErrs := []string{
		`line 7: 1 fields where two or three belong: alias, symbol or id, first`,
		`line 8: the third field may only be first, not "c"`,
		`line 9: 4 fields where two or three belong: alias, symbol or id, first`,
		`line 10: the alias has no letters`,
		`line 11: the symbol or id is missing`,
		`line 12: the quotes do not match`,
		`line 13: the alias has more than 64 letters`,
	}
	var gotErrs []string
	for _, err := range errs {
		gotErrs = append(gotErrs, err.Error())
	}
	if !slices.Equal(gotErrs, wantErrs) {
		t.Errorf("errors\n%s\nwant\n%s", strings.Join(gotErrs, "\n"), strings.Join(wantErrs, "\n"))
	}
}

func TestParseAliasesKeepsWhatItReadBeforeAnError(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk gone")
	got, errs := ParseAliases(io.MultiReader(strings.NewReader("fruit, AAPL\n"), iotest.ErrReader(broken)))
	if len(got) != 1 || len(errs) != 1 || !errors.Is(errs[0], broken) {
		t.Errorf("%v, %v", got, errs)
	}
}

func FuzzParseAliases(f *testing.F) {
	f.Add("google, GOOG\n#\n\"a,b\", 1, first\n")
	f.Add("\"\n,,,\n\xff, \x00\n")
	f.Fuzz(func(t *testing.T, text string) {
		aliases, errs := ParseAliases(strings.NewReader(text))
		if lines := strings.Count(text, "\n") + 1; len(aliases)+len(errs) > lines {
			t.Errorf("%d aliases and %d errors of %d lines", len(aliases), len(errs), lines)
		}
		for _, a := range aliases {
			if search.Fold(a.Name) == "" || a.Target == "" || a.Name != tidy(a.Name) || a.Target != tidy(a.Target) {
				t.Errorf("%+v is no alias", a)
			}
		}
	})
}

func TestOwnAliasesAreWorthHaving(t *testing.T) {
	t.Parallel()
	aliases := ownAliases()
	if len(aliases) < 400 {
		t.Errorf("only %d", len(aliases))
	}
	seen := make(map[string]bool)
	for _, a := range aliases {
		key := search.Fold(a.Name) + " " + strings.ToUpper(a.Target)
		if seen[key] {
			t.Errorf("%s, %s is there twice", a.Name, a.Target)
		}
		seen[key] = true
		if search.Fold(a.Name) == search.Fold(a.Target) {
			t.Errorf("%s is its own symbol", a.Name)
		}
	}
}

// Nearly every alias leads somewhere in the catalogue that the program brings: the rest
// are the other symbols of the real one.
func TestOwnAliasesLeadSomewhere(t *testing.T) {
	t.Parallel()
	c := embeddedCatalogue(t)
	leads := make(map[string]bool)
	for _, a := range ownAliases() {
		_, ok := c.target(a.Target)
		leads[a.Name] = leads[a.Name] || ok
	}
	lost := 0
	for _, ok := range leads {
		if !ok {
			lost++
		}
	}
	if lost*10 > len(leads) {
		t.Errorf("%d of %d lead nowhere", lost, len(leads))
	}
}

func withAliases(aliases ...Alias) *Catalogue {
	rows := []etoro.Instrument{stock(1001, "AAPL", "Apple"), stock(1002, "GOOG", "Alphabet"), stock(1003, "META", "Meta Platforms"), stock(5, "1002", "A number for a symbol")}
	return build(inputs{rows: dated[[]etoro.Instrument]{rows, time.Unix(1, 0)}, aliases: aliases}, EToro)
}

func TestAliasesFindAndAreNamed(t *testing.T) {
	t.Parallel()
	c := withAliases(Alias{"US0378331005", "aapl", false}, Alias{"the fruit", "1001", false}, Alias{"digits", "1002", false}, Alias{"meta", "AAPL", true})
	for _, tt := range []struct{ query, symbol, alias string }{
		{"google", "GOOG", "google"},
		{"Facebook", "META", "facebook"},
		{"faceb", "META", "facebook"},
		{"facebok", "META", "facebook"},
		{"us0378331005", "AAPL", "US0378331005"},
		{"fruit", "AAPL", "the fruit"},
		{"digits", "1002", "digits"},
		{"apple", "AAPL", ""},
		{"platforms", "META", ""},
		{"aapl", "AAPL", ""},
		{"meta", "AAPL", "meta"},
		{"alphabet", "GOOG", ""},
	} {
		l, err := c.find(Query{Box: tt.query, Limit: 1})
		if err != nil || len(l.Rows) == 0 {
			t.Errorf("%q: %v, %d rows", tt.query, err, len(l.Rows))
			continue
		}
		if r := l.Rows[0]; r.Instrument.Symbol != tt.symbol || r.Alias != tt.alias {
			t.Errorf("%q: %s by alias %q, want %s by %q", tt.query, r.Instrument.Symbol, r.Alias, tt.symbol, tt.alias)
		}
	}
}

func TestTeamsAliasReplacesTheProgramsOwn(t *testing.T) {
	t.Parallel()
	l, err := withAliases(Alias{"Google", "AAPL", false}).find(Query{Box: "google"})
	if got := symbols(l); err != nil || !slices.Equal(got, []string{"AAPL"}) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAliasesThatLeadNowhereAreToldOncePerCatalogue(t *testing.T) {
	t.Parallel()
	var book logBook
	m := newMarket(newFar(sampleRows()...), func(o *Options) {
		o.Log = book.logger()
		o.Aliases = []Alias{{"a", "NONE", false}, {"b", "9", false}, {"fruit", "AAPL", false}, {"c", "C1", false}, {"d", "D1", false}, {"e", "E1", false}, {"f", "F1", false}}
	})
	t.Cleanup(m.close)
	for _, j := range m.schedule.jobs { // each with a rebuild, most of the same rows
		if err := j.refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		m.rebuild()
	}
	text := book.String()
	if n := strings.Count(text, "aliases lead to no instrument"); n != 1 || !strings.Contains(text, "count=6") || !strings.Contains(text, `first="a → NONE; b → 9; c → C1; d → D1; e → E1"`) {
		t.Errorf("told %d times:\n%s", n, text)
	}
	if got := symbols(find(t, m, Query{Box: "fruit"})); !slices.Contains(got, "AAPL") {
		t.Errorf("fruit finds %v", got)
	}
}

func TestWhyIsFilledOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	c := withAliases()
	plain, err := c.find(Query{Box: "google"})
	if err != nil || plain.Rows[0].Why != nil {
		t.Errorf("%v, %v", plain.Rows[0].Why, err)
	}
	why, err := c.find(Query{Box: "google", Explain: true})
	if err != nil || len(why.Rows[0].Why) != 4 || !strings.HasPrefix(why.Rows[0].Why[0], "an alias: ") || !strings.HasPrefix(why.Rows[0].Why[3], "score: ") {
		t.Errorf("%q, %v", why.Rows[0].Why, err)
	}
}
