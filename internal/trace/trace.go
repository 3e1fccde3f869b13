package trace

import (
	"context"

	"github.com/google/uuid"
)

// NewID returns a fresh request id, a UUID v4.
func NewID() string { return uuid.NewString() }

// The length of an adopted id: long enough to be unique, short enough for a log line.
const (
	minID = 8
	maxID = 64
)

// WellFormed reports whether an id that somebody else made may be adopted: 8 to 64
// letters, digits and dashes, so that it can stand in a header, a log and a page as it is.
func WellFormed(id string) bool {
	if len(id) < minID || len(id) > maxID {
		return false
	}
	for _, c := range []byte(id) {
		if !isIDByte(c) {
			return false
		}
	}
	return true
}

func isIDByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-'
}

type idKey struct{}

// WithID returns a context that carries the request id.
func WithID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, idKey{}, id)
}

// ID returns the request id that ctx carries, "" when it carries none.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(idKey{}).(string)
	return id
}
