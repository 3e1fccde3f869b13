package etoro

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a key or token. However it is printed, logged or marshalled it
// reads [redacted], or [unset] when it is empty; string(s) is the way to the
// text. Do not make it the key of a map: encoding/json writes those as they are.
type Secret string

// String returns [redacted] or [unset].
func (s Secret) String() string {
	if s == "" {
		return "[unset]"
	}
	return "[redacted]"
}

// GoString hides the text from %#v of whatever holds s.
func (s Secret) GoString() string { return s.String() }

// Format writes String for every verb, so that %x and %q hide it too.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides the text from log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the text from encoders of text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON hides the text from encoding/json.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }
