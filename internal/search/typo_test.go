package search

import (
	"slices"
	"testing"
)

// distance is the optimal string alignment distance, row by row.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
			default:
				rows[i][j] = rows[i-1][j-1] + 1
			}
			rows[i][j] = min(rows[i][j], rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func TestTyposAreTheTermsWithinTheDistance(t *testing.T) {
	t.Parallel()
	v := &Build(dirty).vocabulary
	for _, tt := range []struct {
		query string
		edits int
		whole class
	}{
		{"appel", 1, classTypo}, {"aple", 1, classTypo}, {"xpple", 1, classTypo}, {"applee", 1, classTypo}, {"gogle", 1, classTypo}, {"bircoin", 1, classTypo},
		{"micorsfot", 2, classTypoTwo}, {"vodaphone", 2, classTypoTwo}, {"brekshier", 2, classTypoTwo}, {"etheruem", 1, classTypo}, {"hospitalty", 1, classTypo},
	} {
		var got, want []string
		for _, e := range appendTypos(nil, v, []byte(tt.query), false) {
			if e.class() == tt.whole && !slices.Contains(got, string(v.term(e.term()))) {
				got = append(got, string(v.term(e.term())))
			}
		}
		for i := range uint32(v.len()) {
			if term := string(v.term(i)); distance(tt.query, term) <= tt.edits && (tt.edits == 1 || term[0] == tt.query[0]) {
				want = append(want, term)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%q: %q, want %q", tt.query, got, want)
		}
	}
}

func TestTyposForgiveTheUnfinishedWord(t *testing.T) {
	t.Parallel()
	v := &Build(dirty).vocabulary
	for query, want := range map[string]string{"mircos": "microsoft", "micorso": "microsoft", "bitocoi": "bitcoin", "hospitl": ""} {
		got := ""
		for _, e := range appendTypos(nil, v, []byte(query), false) {
			if term := string(v.term(e.term())); term == want {
				got = term
			}
		}
		if got != want {
			t.Errorf("%q does not find %q", query, want)
		}
	}
}
