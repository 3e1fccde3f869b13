package handlers

import (
	"strings"
	"testing"
	"time"
)

// event is what a reader makes of an event stream's lines.
type event struct{ name, data, retry string }

// readEvents reads a stream by the rules of the HTML standard, and drops what no blank line ends.
func readEvents(stream string) []event {
	var events []event
	var now event
	var data []string
	stream = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream)
	lines := strings.Split(stream, "\n")
	for _, line := range lines[:len(lines)-1] {
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "":
			now.data = strings.Join(data, "\n")
			if now != (event{}) || data != nil {
				events = append(events, now)
			}
			now, data = event{}, nil
		case field == "event":
			now.name = value
		case field == "data":
			data = append(data, value)
		case field == "retry":
			now.retry = value
		}
	}
	return events
}

func TestAnEventHoldsItsLinesInFieldsOfTheirOwn(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"":                      "event: price\ndata: \n\n",
		`{"id":1}`:              "event: price\ndata: {\"id\":1}\n\n",
		"a\nb":                  "event: price\ndata: a\ndata: b\n\n",
		"a\rb":                  "event: price\ndata: a\ndata: b\n\n",
		"a\r\nb":                "event: price\ndata: a\ndata: b\n\n",
		"a\n\rb":                "event: price\ndata: a\ndata: \ndata: b\n\n",
		"a\n":                   "event: price\ndata: a\ndata: \n\n",
		"\n\nevent: bye\n\n":    "event: price\ndata: \ndata: \ndata: event: bye\ndata: \ndata: \n\n",
		" led by a blank":       "event: price\ndata:  led by a blank\n\n",
		": no comment":          "event: price\ndata: : no comment\n\n",
		"\u2028 is no line end": "event: price\ndata: \u2028 is no line end\n\n",
	} {
		if got := string(appendEvent(nil, "price", []byte(data))); got != want {
			t.Errorf("%q is sent as %q, want %q", data, got, want)
		}
	}
}

func TestRetryIsInMilliseconds(t *testing.T) {
	t.Parallel()
	if got, want := string(appendRetry([]byte("x"), 1500*time.Millisecond)), "xretry: 1500\n\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzEventsAreReadAsTheyWereSent(f *testing.F) {
	for _, data := range []string{"", "a", "a\nb", "\r", "\r\n", "\n\r", "\n\ndata: x\n\nevent: bye", ":", " a", "data", "\x00\xff", "\ufeffx"} {
		f.Add(data, "second")
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		b := appendEvent(nil, "price", []byte(first))
		b = appendEvent(b, "feed", []byte(second))
		lines := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		want := []event{{name: "price", data: lines.Replace(first)}, {name: "feed", data: lines.Replace(second)}}
		got := readEvents(string(b))
		if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%q is read as %q, want %q", b, got, want)
		}
	})
}
