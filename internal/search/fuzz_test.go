package search

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func addTexts(f *testing.F) {
	f.Helper()
	for _, s := range append(inventory(), "", "\x00", "\xff\xfe", "ﬃ½ẞ", strings.Repeat("é-", 100), `exchange:"borsa`, "=", "type:a,b", "is:open") {
		f.Add(s)
	}
}

func FuzzFold(f *testing.F) {
	addTexts(f)
	f.Fuzz(func(t *testing.T, s string) {
		got := fold(s)
		if !utf8.ValidString(got) {
			t.Errorf("fold(%q) = %q is not UTF-8", s, got)
		}
		if again := fold(got); again != got {
			t.Errorf("fold(%q) = %q folds again to %q", s, got, again)
		}
		if upper := fold(strings.ToUpper(s)); utf8.ValidString(s) && isASCII(s) && upper != got {
			t.Errorf("fold of upper case: %q, want %q", upper, got)
		}
		slug := Slug(s)
		if slug == "" && s != "" || strings.Trim(slug, "-") != slug || strings.Contains(slug, "--") || !isASCII(slug) || Slug(slug) != slug {
			t.Errorf("Slug(%q) = %q", s, slug)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func FuzzParse(f *testing.F) {
	addTexts(f)
	f.Fuzz(func(t *testing.T, s string) {
		p := Parse(s)
		if p.Exact && p.Text == "" {
			t.Errorf("Parse(%q): exactly nothing", s)
		}
		for _, slug := range slices.Concat(p.Types, p.Exchanges, p.Industries, p.States) {
			if slug == "" || Slug(slug) != slug {
				t.Errorf("Parse(%q): %q is no slug", s, slug)
			}
		}
		if again := Parse(p.Text); !p.Exact && !again.Exact && again.Text != p.Text {
			t.Errorf("Parse(%q): text %q parses to %+v", s, p.Text, again)
		}
	})
}

func FuzzHighlight(f *testing.F) {
	f.Add("Nestlé SA", "nestle")
	f.Add("\xffGroß", "s")
	f.Add("e\u0301\u0301-\u0301a", "ea")
	f.Fuzz(func(t *testing.T, text, query string) {
		end := 0
		for _, s := range Highlight(text, query) {
			if s.Start < end || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("Highlight(%q, %q): span %v after %d", text, query, s, end)
			}
			for _, at := range []int{s.Start, s.End} {
				if !boundary(text, at) {
					t.Errorf("Highlight(%q, %q): %d is inside a rune", text, query, at)
				}
			}
			end = s.End
		}
	})
}

// boundary reports whether reading text rune by rune comes by at.
func boundary(text string, at int) bool {
	for i := 0; i < at; {
		_, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if i > at {
			return false
		}
	}
	return true
}

func FuzzSearch(f *testing.F) {
	addTexts(f)
	ix := Build(dirty)
	f.Fuzz(func(t *testing.T, s string) {
		p := Parse(s)
		q := Query{Text: p.Text, Exact: p.Exact, ID: p.ID, Limit: 1000}
		var first, again Result
		ix.Search(q, &first)
		if first.Total != len(first.Hits) || first.Total > len(dirty) || first.Total != first.Unfiltered {
			t.Errorf("%q: %d of %d hits", s, len(first.Hits), first.Total)
		}
		seen := map[int32]bool{}
		for _, h := range first.Hits {
			if seen[h.Doc] {
				t.Errorf("%q: document %d twice", s, h.Doc)
			}
			seen[h.Doc] = true
		}
		ix.Search(q, &again)
		if !reflect.DeepEqual(first, again) {
			t.Errorf("%q: %+v, then %+v", s, first, again)
		}
	})
}
