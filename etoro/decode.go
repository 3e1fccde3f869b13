package etoro

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// row is the wire form of a T.
type row[T any] interface {
	// value is the row in our terms; ok is false when it is unreadable: without an id, say.
	value() (v T, ok bool)
}

// lenient is a row of a list that must survive its worst row. Rows that are not
// even objects leave the zero W, which has no value.
type lenient[W any] struct{ w W }

func (l *lenient[W]) UnmarshalJSON(b []byte) error {
	l.w = *new(W) // decoding a repeated list reuses its elements
	if len(b) > 0 && b[0] == '{' && json.Unmarshal(b, &l.w) != nil {
		l.w = *new(W)
	}
	return nil
}

// values returns the readable rows, and how many are not. It fails when all are not.
func values[T any, W row[T]](rows []lenient[W]) (list []T, skipped int, err error) {
	list = make([]T, 0, len(rows))
	for i := range rows {
		if v, ok := rows[i].w.value(); ok {
			list = append(list, v)
		}
	}
	skipped = len(rows) - len(list)
	if skipped > 0 && len(list) == 0 {
		return nil, skipped, fmt.Errorf("none of %d rows is readable", skipped)
	}
	return list, skipped, nil
}

// list decodes the rows of the list that findList finds.
func list[T any, W row[T]](body []byte, keys ...string) ([]T, int, error) {
	raw, err := findList(body, keys)
	if err != nil {
		return nil, 0, err
	}
	var rows []lenient[W]
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, 0, err
	}
	return values[T](rows)
}

// fetchList makes the call k, whose answer is a list under one of keys. The
// result is never nil when the error is.
func fetchList[T any, W row[T]](ctx context.Context, c *Client, k call, keys ...string) (result []T, err error) {
	k.decode = func(body []byte) (skipped int, err error) {
		result, skipped, err = list[T, W](body, keys...)
		return skipped, err
	}
	if err := c.fetch(ctx, k); err != nil {
		return nil, err
	}
	return result, nil
}

// findList returns the list in body: body itself, or what it has under one of keys,
// whatever their case, or the same one level down under "data". Guides of eToro show the
// wrapped forms. A list that is null is empty.
func findList(body []byte, keys []string) (json.RawMessage, error) {
	raw := json.RawMessage(bytes.TrimSpace(body))
	for range 2 {
		if raw[0] == '[' {
			return raw, nil
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal(raw, &object); err != nil {
			return nil, err
		}
		if found := lookUp(object, keys); found != nil {
			return found, nil
		}
		if raw = lookUp(object, []string{"data"}); raw == nil {
			break
		}
	}
	return nil, fmt.Errorf("no list %s in it", strings.Join(keys, " or "))
}

// lookUp returns the first value under one of keys, as written or in another
// case. A value that is null stands back behind any other.
func lookUp(object map[string]json.RawMessage, keys []string) (found json.RawMessage) {
	names := slices.Sorted(maps.Keys(object))
	for _, key := range keys {
		for _, name := range names {
			if !strings.EqualFold(name, key) {
				continue
			}
			if v := object[name]; string(v) != "null" {
				return v
			}
			found = object[name]
		}
	}
	return found
}

// looksLikeJSON names what an answer is instead of JSON, so that the error says
// more than where the parser stumbled.
func looksLikeJSON(body []byte) error {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) == 0:
		return errors.New("empty")
	case body[0] == '<':
		return errors.New("html instead of json")
	case body[0] != '{' && body[0] != '[':
		return errors.New("neither an object nor a list")
	}
	return nil
}
