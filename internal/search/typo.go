package search

import "unicode/utf8"

// From how many letters on a word may have one wrong, and two.
const (
	oneTypoFrom  = 4
	twoTyposFrom = 7
)

// typos walks the vocabulary as the trie that a sorted list is, and collects
// the terms that are the query, or start with it, but for a few edits: a letter
// missing, too many, wrong, or swapped with its neighbour. It counts bytes, so that
// in scripts of several bytes a letter most wrong letters are two edits.
type typos struct {
	v     *vocabulary
	query []byte
	found []extra
	// What a term that is the query, and one that starts with it, is worth.
	whole, prefix class
}

// appendTypos appends the terms that a misspelt word may mean: one edit away,
// or, when there are none, two edits away from the same first letter. Beside other words a
// shorter one may be misspelt too, if it is then all of a term.
func appendTypos(dst []extra, v *vocabulary, word []byte, beside bool) []extra {
	letters := utf8.RuneCount(word)
	t := typos{v: v, query: word, found: dst, whole: classTypo, prefix: classTypoPrefix}
	switch {
	case letters >= oneTypoFrom:
	case letters == oneTypoFrom-1 && beside:
		t.prefix = classNone
	default:
		return dst
	}
	t.walk(v.all(), 0, 0, 1, false)
	if len(t.found) == len(dst) && letters >= twoTyposFrom {
		t.whole, t.prefix = classTypoTwo, classTypoTwoPrefix
		t.walk(v.prefixed(word[:1]), 1, 1, 2, false)
	}
	return t.found
}

// walk goes on from the terms in, which agree in depth bytes, at byte i of the
// query with edits left. ragged says that the query's last letter is edited: such a
// term has to end there, else every other ending would do.
func (t *typos) walk(in span, depth, i, edits int, ragged bool) {
	if in.empty() {
		return
	}
	if i == len(t.query) {
		t.accept(in, depth, ragged)
		return
	}
	if edits == 0 {
		rest := t.query[i:]
		t.accept(t.v.within(in, depth, rest), depth+len(rest), ragged)
		return
	}
	last := i+1 == len(t.query)
	t.walk(in, depth, i+1, edits-1, ragged || last) // a letter too many
	if !last && t.query[i] != t.query[i+1] {
		swapped := [2]byte{t.query[i+1], t.query[i]}
		t.walk(t.v.within(in, depth, swapped[:]), depth+2, i+2, edits-1, ragged)
	}
	for !in.empty() {
		term := t.v.term(in.lo)
		if len(term) == depth {
			in.lo++
			continue
		}
		next := t.v.within(in, depth, term[depth:depth+1])
		if term[depth] == t.query[i] {
			t.walk(next, depth+1, i+1, edits, ragged)
		} else {
			t.walk(next, depth+1, i+1, edits-1, ragged || last) // a wrong letter
			t.walk(next, depth+1, i, edits-1, ragged)           // a letter missing
		}
		in.lo = next.hi
	}
}

// accept takes the terms in, which agree in the depth bytes that the query
// stands for.
func (t *typos) accept(in span, depth int, ragged bool) {
	for ; !in.empty(); in.lo++ {
		switch {
		case len(t.v.term(in.lo)) == depth:
			t.found = append(t.found, newExtra(in.lo, t.whole))
		case ragged || t.prefix == classNone:
			return // the shortest term comes first
		default:
			t.found = append(t.found, newExtra(in.lo, t.prefix))
		}
	}
}
