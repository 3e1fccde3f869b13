package handlers

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseList(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw  string
		want listQuery
	}{
		{"", listQuery{Page: 1}},
		{"q=apple", listQuery{Box: "apple", Page: 1}},
		{"q=++two+%09+words+", listQuery{Box: "two words", Page: 1}},
		{"type=stocks&type=ETF&type=stocks&type=", listQuery{Types: []string{"stocks", "etf"}, Page: 1}},
		{"exchange=4&industry=technology", listQuery{Exchanges: []string{"4"}, Industries: []string{"technology"}, Page: 1}},
		{"state=Open&state=tradable&state=open", listQuery{States: []string{"open", "tradable"}, Page: 1}},
		{"sort=-change&page=3&hidden=1", listQuery{Sort: "-change", Page: 3, Hidden: true}},
		{"explain=1", listQuery{Page: 1, Explain: true}},
		{"page=&hidden=0&unknown=x", listQuery{Page: 1}},
		{"q=%3Cscript%3E", listQuery{Box: "<script>", Page: 1}},
	} {
		got, err := parseList(tt.raw)
		if err != nil {
			t.Errorf("parseList(%q): %v", tt.raw, err)
			continue
		}
		if got.href("/") != tt.want.href("/") || got.Page != tt.want.Page || got.Box != tt.want.Box {
			t.Errorf("parseList(%q) = %+v, want %+v", tt.raw, got, tt.want)
		}
	}
}

func TestParseListNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	many := "type=a" + strings.Repeat("&type=", 1)
	for i := range maxFacetValues + 1 {
		many += "&type=t" + strings.Repeat("x", i)
	}
	for _, tt := range []struct{ raw, field, message string }{
		{"q=" + strings.Repeat("a", 65), "q", "longer than 64"},
		{"q=" + strings.Repeat("%C3%A9", 65), "q", "longer than 64"},
		{"q=%ff%fe", "q", "UTF-8"},
		{"q=a%00b", "q", "control"},
		{"q=%zz", "address", "well-formed"},
		{"page=-1", "page", "1 to"},
		{"page=0", "page", "1 to"},
		{"page=%2B2", "page", "1 to"},
		{"page=02", "page", "1 to"},
		{"page=x", "page", `"x" is no number`},
		{"page=99999999999999999999", "page", "1 to"},
		{"page=999999999", "page", "1 to"},
		{"hidden=yes", "hidden", "neither 0 nor 1"},
		{"explain=2", "explain", "neither 0 nor 1"},
		{"type=" + strings.Repeat("a", 65), "type", "no name or number"},
		{"exchange=%00", "exchange", "no name or number"},
		{"state=" + strings.Repeat("a", 65), "state", "no name or number"},
		{many, "type", "At most 50"},
	} {
		_, err := parseList(tt.raw)
		var in *inputError
		if !errors.As(err, &in) {
			t.Errorf("parseList(%.40q) = %v, want an inputError", tt.raw, err)
			continue
		}
		if in.Field != tt.field || !strings.Contains(in.Message, tt.message) {
			t.Errorf("parseList(%.40q) = %q, want field %q and a message with %q", tt.raw, in, tt.field, tt.message)
		}
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"1001": 1001, "1": 1, "2147483647": 2147483647, "0": 0, "-5": 0, "abc": 0, "": 0, "1.5": 0,
		"2147483648": 0, "99999999999999999999": 0, "1001 ": 0, "+1001": 0, "01001": 0, "0x10": 0} {
		got, err := parseID(s)
		if int(got) != want || (err != nil) != (want == 0) {
			t.Errorf("parseID(%q) = %d, %v, want %d", s, got, err, want)
		}
	}
}

func TestOneStateHasOneAddress(t *testing.T) {
	t.Parallel()
	q := listQuery{Box: "b & c", Types: []string{"stocks", "etf"}, Exchanges: []string{"nasdaq"}, States: []string{"open"}, Sort: "-price", Page: 2, Hidden: true, Verbatim: true, Explain: true}
	const want = "/?q=b+%26+c&type=stocks&type=etf&exchange=nasdaq&state=open&sort=-price&page=2&hidden=1&verbatim=1&explain=1"
	if got := q.href("/"); got != want {
		t.Errorf("href = %q, want %q", got, want)
	}
	if got := (listQuery{Page: 1}).href("/"); got != "/" {
		t.Errorf("href of the whole list = %q, want /", got)
	}
	if got := q.unfiltered().href("/"); got != "/?q=b+%26+c&sort=-price" {
		t.Errorf("href without filters = %q", got)
	}
}

func TestToggled(t *testing.T) {
	t.Parallel()
	before := []string{"a", "b"}
	if got := toggled(before, "c"); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("adding gave %v", got)
	}
	if got := toggled(before, "a"); !slices.Equal(got, []string{"b"}) {
		t.Errorf("taking out gave %v", got)
	}
	if !slices.Equal(before, []string{"a", "b"}) {
		t.Errorf("toggled changed its argument to %v", before)
	}
}

func FuzzParseList(f *testing.F) {
	for _, s := range []string{"q=apple&type=stocks&page=2", "q=%ff", "page=-1", ";", "q=" + strings.Repeat("é", 70), "hidden=1&sort=%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := parseList(raw)
		if err != nil {
			var in *inputError
			if !errors.As(err, &in) || !utf8.ValidString(in.Message) {
				t.Fatalf("parseList(%q): %v is no inputError with a valid text", raw, err)
			}
			return
		}
		again, err := parseList(strings.TrimPrefix(strings.TrimPrefix(q.href("/"), "/"), "?"))
		if err != nil || again.href("/") != q.href("/") {
			t.Fatalf("%q: address %q reads back as %q, %v", raw, q.href("/"), again.href("/"), err)
		}
	})
}

func FuzzParseID(f *testing.F) {
	f.Add("1001")
	f.Add("-0")
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := parseID(s); err == nil && id < 1 {
			t.Fatalf("parseID(%q) = %d", s, id)
		}
	})
}

func TestClipKeepsValidText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"short": "short", "exactly-10": "exactly-10", "more than ten": "more than …", "\xff\xfe": "\uFFFD"} {
		if got := clip(in, 10); got != want {
			t.Errorf("clip(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEtagMatches(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		header string
		want   bool
	}{
		{"", false}, {"*", true}, {`W/"abc"`, true}, {`"abc"`, true}, {`"x", W/"abc"`, true}, {`"abcd"`, false}, {"abc", false},
	} {
		if got := etagMatches(tt.header, `W/"abc"`); got != tt.want {
			t.Errorf("etagMatches(%q) = %v, want %v", tt.header, got, tt.want)
		}
	}
}

func TestCSVTextIsNoFormula(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Apple": "Apple", "=1+1": "'=1+1", "+x": "'+x", "-x": "'-x", "@x": "'@x", "\tx": "'\tx", "a=b": "a=b", "": ""} {
		if got := csvText(in); got != want {
			t.Errorf("csvText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCSVNameIsSafeInAHeader(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "instruments.csv", "apple": "instruments-apple.csv", "a\"b\r\nc": "instruments-a-b--c.csv", "///": "instruments.csv", "Nestlé": "instruments-Nestl.csv"} {
		if got := csvName(url.Values{"q": {in}}); got != want {
			t.Errorf("csvName(%q) = %q, want %q", in, got, want)
		}
	}
}
