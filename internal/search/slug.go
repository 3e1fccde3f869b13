package search

import (
	"hash/fnv"
	"strconv"
	"unicode/utf8"
)

// Slug folds a name to its form in the URL: "Borsa Italiana" is
// "borsa-italiana". It is lower-case ASCII letters, digits and single dashes.
// Letters that have no ASCII form are written as u and their number in hex; a
// name without any letter becomes x and a hash, so that only "" is "".
func Slug(name string) string {
	folded := fold(name)
	if folded == "" && name != "" {
		h := fnv.New32a()
		h.Write([]byte(name))
		return "x" + strconv.FormatUint(uint64(h.Sum32()), 16)
	}
	slug := make([]byte, 0, len(folded))
	for _, r := range folded {
		switch {
		case r == gapBlank:
			slug = append(slug, '-')
		case r < utf8.RuneSelf:
			slug = append(slug, byte(r))
		default:
			slug = append(slug, 'u')
			slug = strconv.AppendInt(slug, int64(r), 16)
		}
	}
	return string(slug)
}
