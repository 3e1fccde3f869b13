package search

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"  Apple  Inc. ", "apple inc"},
		{"Nestlé", "nestle"},
		{"NESTLE\u0301", "nestle"},
		{"Straße ẞ", "strasse ss"},
		{"Møller–Mærsk", "moller-maersk"},
		{"Łódź ıİ", "lodz ii"},
		{"ﬁnance Ａ１", "finance a1"},
		{"Coca-Cola", "coca-cola"},
		{"Coca - Cola", "coca cola"},
		{"McDonald's McDonald’s", "mcdonalds mcdonalds"},
		{"AT&T, S&P/500", "at-t s-p-500"},
		{"Disney+™", "disney"},
		{"腾讯控股", "腾讯控股"},
		{"a\x00b\xffc\u200bd", "a b-cd"},
		{"½ €", "12"},
		{"...", ""},
	} {
		if got := fold(tt.text); got != tt.want {
			t.Errorf("fold(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestQueriesAreCutAt64Letters(t *testing.T) {
	t.Parallel()
	if got := string(appendFold(nil, strings.Repeat("é ", 5000), maxQueryRunes)); utf8.RuneCountInString(got) != 2*maxQueryRunes-1 {
		t.Errorf("%d runes", utf8.RuneCountInString(got))
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, want string }{
		{"", ""},
		{"Borsa Italiana", "borsa-italiana"},
		{"Stockholm  Stock Exchange", "stockholm-stock-exchange"},
		{" Basic Materials & Co.", "basic-materials-co"},
		{"Bolsa de México", "bolsa-de-mexico"},
		{"L'Oréal", "loreal"},
		{"東京", "u6771u4eac"},
		{"***", "xe22c13cd"},
	} {
		got := Slug(tt.name)
		if got != tt.want {
			t.Errorf("Slug(%q) = %q, want %q", tt.name, got, tt.want)
		}
		if again := Slug(got); again != got {
			t.Errorf("Slug(%q) = %q", got, again)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		box  string
		want Parsed
	}{
		{"", Parsed{}},
		{"  apple \t inc ", Parsed{Text: "apple inc"}},
		{"type:etf world", Parsed{Text: "world", Types: []string{"etf"}}},
		{"world TYPE:ETF", Parsed{Text: "world", Types: []string{"etf"}}},
		{`exchange:"Borsa Italiana" enel`, Parsed{Text: "enel", Exchanges: []string{"borsa-italiana"}}},
		{`exchange:nasdaq,"borsa italiana",nyse exchange:Nasdaq,xetra`, Parsed{Exchanges: []string{"nasdaq", "borsa-italiana", "nyse", "xetra"}}},
		{"industry:tech,,", Parsed{Industries: []string{"tech"}}},
		{"is:open gold IS:Tradable,open", Parsed{Text: "gold", States: []string{"open", "tradable"}}},
		{"is: is it is:", Parsed{Text: "is it"}},
		{"type: etf", Parsed{Text: "etf"}},
		{"type:", Parsed{}},
		{`type:"open end`, Parsed{Types: []string{"open-end"}}},
		{`type:"a"b`, Parsed{Text: "b", Types: []string{"a"}}},
		{"id:1001", Parsed{ID: 1001}},
		{"id:1 id:-2", Parsed{ID: -2}},
		{"id:abc id:0", Parsed{Text: "id:abc id:0"}},
		{"id:99999999999999999999", Parsed{Text: "id:99999999999999999999"}},
		{"foo:bar", Parsed{Text: "foo:bar"}},
		{"mytype:etf :x", Parsed{Text: "mytype:etf :x"}},
		{"=AAPL", Parsed{Text: "AAPL", Exact: true}},
		{"= brk b type:stocks", Parsed{Text: "brk b", Exact: true, Types: []string{"stocks"}}},
		{"type:stocks =brk.b", Parsed{Text: "brk.b", Exact: true, Types: []string{"stocks"}}},
		{"a=b", Parsed{Text: "a=b"}},
		{"=", Parsed{}},
		{"a\x00b", Parsed{Text: "a b"}},
	} {
		if got := Parse(tt.box); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Parse(%q) = %+v, want %+v", tt.box, got, tt.want)
		}
	}
}

// marked puts brackets around the spans of a text.
func marked(text string, spans []Span) string {
	var b strings.Builder
	end := 0
	for _, s := range spans {
		b.WriteString(text[end:s.Start] + "[" + text[s.Start:s.End] + "]")
		end = s.End
	}
	return b.String() + text[end:]
}

func TestHighlight(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, query, want string }{
		{"Nestlé SA", "nestle", "[Nestlé] SA"},
		{"Nestle\u0301 SA", "nestlé", "[Nestle\u0301] SA"},
		{"BRK.B", "brkb", "[BRK.B]"},
		{"BRK.B", "brk b", "[BRK.B]"},
		{"BRK.B", "brk", "[BRK].B"},
		{"McDonald's Corp", "mcdonalds", "[McDonald's] Corp"},
		{"L'Oréal", "loreal", "[L'Oréal]"},
		{"Coca-Cola Europacific", "cocacola", "[Coca-Cola] Europacific"},
		{"Coca-Cola Europacific", "euro coca", "[Coca]-Cola [Euro]pacific"},
		{"EUR/USD", "eurusd", "[EUR/USD]"},
		{"EUR/USD", "usd eur", "[EUR]/[USD]"},
		{"Netflix", "flix", "Net[flix]"},
		{"Netflix", "li", "Netflix"},
		{"Apple Apple", "app", "[App]le [App]le"},
		{"Pineapple Apple", "app", "Pineapple [App]le"},
		{"AP Plastics", "app", "AP Plastics"},
		{"JP Morgan", "jpmorg", "[JP Morg]an"},
		{"Groß", "gross", "[Groß]"},
		{"Groß", "gros", "[Groß]"},
		{"腾讯控股 Tencent", "腾讯", "[腾讯]控股 Tencent"},
		{"\xffApple\xff", "apple", "\xff[Apple]\xff"},
		{"Apple", "", "Apple"},
		{"", "apple", ""},
		{"Apple", "zzz", "Apple"},
		{"<b>", "b", "<[b]>"},
	} {
		if got := marked(tt.text, Highlight(tt.text, tt.query)); got != tt.want {
			t.Errorf("Highlight(%q, %q) marks %q, want %q", tt.text, tt.query, got, tt.want)
		}
	}
}
