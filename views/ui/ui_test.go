package ui

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOnlyKnownTonesAndTrendsReachTheClass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		part templ.Component
		want string
	}{
		{"good pill", Pill("Live", "", "good"), `class="Pill Pill--good"`},
		{"plain pill", Pill("Live", "", ""), `class="Pill"`},
		{"odd pill", Pill("Live", "", "x y"), `class="Pill"`},
		{"warning badge", Badge("old", "warn"), `class="Badge Badge--warn"`},
		{"rise", Change("+1 %", "up"), `class="Change Change--up"`},
		{"fall", Change("−1 %", "down"), `class="Change Change--down"`},
		{"no change", Change("0.00 %", "flat"), `class="Change"`},
		{"odd change", Change("–", `" onclick=`), `class="Change"`},
	} {
		if got := render(t, c.part); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s lacks %s", c.name, got, c.want)
		}
	}
}

func TestPillWithAToneHasADot(t *testing.T) {
	t.Parallel()
	if got := render(t, Pill("Live", "", "good")); !strings.Contains(got, "Pill-dot") {
		t.Errorf("no dot in %s", got)
	}
	if got := render(t, Pill("Live", "", "")); strings.Contains(got, "Pill-dot") {
		t.Errorf("a dot that means nothing in %s", got)
	}
}

func TestPillSaysItsTitleAloud(t *testing.T) {
	t.Parallel()
	if got := render(t, Pill("5 left", "5 calls are left", "")); !strings.Contains(got, `<span class="sr-only">5 calls are left</span>`) {
		t.Errorf("only a pointer finds the title of %s", got)
	}
	if got := render(t, Pill("5 left", "5 left", "")); strings.Contains(got, "sr-only") {
		t.Errorf("%s says the same twice", got)
	}
}

func TestCopyButtonsAreNamedAndNeedScripts(t *testing.T) {
	t.Parallel()
	got := render(t, CopyButton("1001 <&>", "the id"))
	for _, want := range []string{`data-copy="1001 &lt;&amp;&gt;"`, `aria-label="Copy the id"`, "scripts-only"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if got := render(t, CopyLink("/?q=a&b", "Button")); !strings.Contains(got, `data-copy-address="/?q=a&amp;b"`) {
		t.Errorf("%s does not carry its path", got)
	}
}

func TestIconsSayNothing(t *testing.T) {
	t.Parallel()
	for name, icon := range map[string]templ.Component{
		"search": SearchIcon(), "copy": CopyIcon(), "theme": ThemeIcon(), "notice": NoticeIcon(),
		"sort": SortIcon("descending"), "chevron": ChevronIcon(),
	} {
		if got := render(t, icon); !strings.Contains(got, `aria-hidden="true"`) {
			t.Errorf("the %s icon is read aloud: %s", name, got)
		}
	}
}
