package views

import (
	"strings"
	"testing"
)

func TestBarsOfChangesStartInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		trend    string
		size     int
		x, width string
	}{
		{"up", 100, "50%", "50%"},
		{"up", 7, "50%", "3.5%"},
		{"down", 100, "0%", "50%"},
		{"down", 7, "46.5%", "3.5%"},
		{"flat", 0, "50%", "0%"},
		{"up", 250, "50%", "50%"},
		{"down", -3, "50%", "0%"},
	} {
		if x, width := (ChangeModel{Trend: tt.trend, Size: tt.size}).bar(); x != tt.x || width != tt.width {
			t.Errorf("%s of size %d: from %s, %s long, want %s and %s", tt.trend, tt.size, x, width, tt.x, tt.width)
		}
	}
}

func TestTheMarkStaysInTheRange(t *testing.T) {
	t.Parallel()
	for percent, want := range map[float64]string{0: "0.0%", 78.61: "78.6%", 100: "100.0%", 130: "100.0%", -2: "0.0%"} {
		if got := (RangeModel{Percent: percent}).place(); got != want {
			t.Errorf("%v is at %s, want %s", percent, got, want)
		}
	}
}

// Live prices fill cells: each has to be there even while nothing is known, and inside an element
// that names the instrument.
func TestAQuoteHasACellForWhateverMayCome(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]InstrumentModel{"known": sampleInstrument(), "unknown": sampleInstrumentUnknown(), "failed": sampleInstrumentError()} {
		page := render(t, InstrumentPage(m))
		cells := map[string]int{}
		for _, attr := range attrs(t, page, func(_ string, attr map[string]string) bool { return attr["data-cell"] != "" }) {
			cells[attr["data-cell"]]++
		}
		for _, cell := range []string{"price", "ask", "spread", "spread_pct", "change", "at"} {
			if cells[cell] == 0 {
				t.Errorf("%s: no cell for %s", name, cell)
			}
		}
		if !strings.Contains(page, `data-live="1001"`) {
			t.Errorf("%s: nothing names the instrument to live prices", name)
		}
	}
}

func TestAnOldPriceIsMarkedTheWayLivePricesUnmarkIt(t *testing.T) {
	t.Parallel()
	quotes := func(m InstrumentModel) map[string]string {
		return attrs(t, render(t, InstrumentPage(m)), func(_ string, attr map[string]string) bool { return attr["data-testid"] == "quote" })[0]
	}
	if _, old := quotes(sampleInstrumentStale())["data-old"]; !old {
		t.Error("an old price is not marked")
	}
	if _, old := quotes(sampleInstrument())["data-old"]; old {
		t.Error("a fresh price is marked as old")
	}
}

func TestEachCallCanBeCopied(t *testing.T) {
	t.Parallel()
	m := sampleInstrument()
	page := render(t, InstrumentPage(m))
	for _, call := range m.Calls {
		found := attrs(t, page, func(tag string, attr map[string]string) bool {
			return tag == "button" && attr["data-copy"] == call.Command
		})
		if len(found) != 1 {
			t.Errorf("%d buttons copy %q", len(found), call.Name)
		}
	}
	scopes := attrs(t, page, func(_ string, attr map[string]string) bool { _, ok := attr["data-copy-scope"]; return ok })
	sources := attrs(t, page, func(_ string, attr map[string]string) bool { _, ok := attr["data-copy-source"]; return ok })
	if len(scopes) != len(m.Calls) || len(sources) != len(m.Calls) {
		t.Errorf("%d scopes and %d texts to select by hand for %d calls", len(scopes), len(sources), len(m.Calls))
	}
}
