package etoro

import (
	"net/url"
	"strconv"
	"strings"
)

// query builds a raw query string. Commas stay literal: eToro answers 500 to
// %2C, or ignores the list.
type query []string

func (q *query) set(name, value string) {
	value = strings.ReplaceAll(url.QueryEscape(value), "%2C", ",")
	*q = append(*q, name+"="+value)
}

func (q query) String() string { return strings.Join(q, "&") }

// setList adds a list parameter, unless the list is empty.
func setList[N ~int](q *query, name string, list []N) {
	if len(list) == 0 {
		return
	}
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = strconv.Itoa(int(n))
	}
	q.set(name, strings.Join(texts, ","))
}
