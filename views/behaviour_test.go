package views

import (
	"strings"
	"testing"
)

// attrs returns the attributes of the elements that match says yes to.
func attrs(t *testing.T, page string, match func(tag string, attr map[string]string) bool) []map[string]string {
	t.Helper()
	var found []map[string]string
	elements(t, "page", page, func(tag string, attr map[string]string) {
		if match(tag, attr) {
			found = append(found, attr)
		}
	})
	return found
}

func byID(id string) func(string, map[string]string) bool {
	return func(_ string, attr map[string]string) bool { return attr["id"] == id }
}

func TestSearchAsksWithoutWaitingForOlderAnswers(t *testing.T) {
	t.Parallel()
	form := attrs(t, render(t, ListPage(sampleList())), byID("search-form"))
	if len(form) != 1 {
		t.Fatalf("%d search forms, want one", len(form))
	}
	for key, want := range map[string]string{
		"action": "/", "method": "get", "role": "search", "data-hx-get": "/search",
		"data-hx-trigger": "input changed delay:120ms from:#q, submit",
		"data-hx-target":  "#results", "data-hx-sync": "this:replace", "data-hx-indicator": "#loading",
	} {
		if got := form[0][key]; got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
}

func TestFiltersFollowTheSearchThroughTheRows(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{"page": render(t, ListPage(sampleList())), "fragment": render(t, ListFragment(sampleFragment()))} {
		hidden := attrs(t, page, func(tag string, attr map[string]string) bool { return tag == "input" && attr["type"] == "hidden" })
		if len(hidden) != 2 {
			t.Fatalf("%s: %d hidden inputs, want 2", name, len(hidden))
		}
		for _, h := range hidden {
			if h["form"] != "search-form" {
				t.Errorf("%s: %s is not part of the search form", name, h["name"])
			}
		}
	}
}

func TestFragmentClearsTheNoticeAndAnnouncesTheCount(t *testing.T) {
	t.Parallel()
	page := render(t, ListFragment(sampleFragment()))
	for _, want := range []string{
		`<title>app · Instrument Desk</title>`,
		`<div id="notice" data-hx-swap-oob="innerHTML"></div>`,
		`<div id="announce" data-hx-swap-oob="innerHTML">131 instruments</div>`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the fragment lacks %s", want)
		}
	}
	if strings.Contains(page, "<html") || len(attrs(t, page, byID("q"))) != 0 || len(attrs(t, page, byID("results"))) != 0 {
		t.Error("the fragment holds what stands around #results")
	}
}

func TestLinksThatChangeTheListWorkBothWays(t *testing.T) {
	t.Parallel()
	links := attrs(t, render(t, ListPage(sampleList())), func(tag string, attr map[string]string) bool {
		return tag == "a" && attr["data-hx-get"] != ""
	})
	if len(links) < 10 {
		t.Fatalf("%d links change the list in place, want filters, headings, chips and pages", len(links))
	}
	for _, l := range links {
		id, href := l["id"], l["href"]
		if !strings.HasPrefix(id, "facet-") && !strings.HasPrefix(id, "sort-") && !strings.HasPrefix(id, "page-") {
			t.Errorf("link to %s has the id %q", href, id)
		}
		if want := "/search" + strings.TrimPrefix(href, "/"); l["data-hx-get"] != want || l["data-hx-push-url"] != href {
			t.Errorf("%s asks %q and pushes %q for %q", id, l["data-hx-get"], l["data-hx-push-url"], href)
		}
	}
}

func TestOldDataIsSaidOnce(t *testing.T) {
	t.Parallel()
	page := render(t, ListPage(sampleListStale()))
	if n := strings.Count(page, `data-testid="stale"`); n != 1 {
		t.Errorf("the age is said %d times, want once", n)
	}
	results := strings.Index(page, `id="results"`)
	if stale := strings.Index(page, `data-testid="stale"`); stale < results {
		t.Error("the note stands outside #results, where no fragment renews it")
	}
}

func TestFacetShowsTheRestBehindADisclosure(t *testing.T) {
	t.Parallel()
	options := make([]FacetOption, 5)
	for more, want := range map[int]int{-1: 0, 0: 0, 2: 2, 5: 5, 9: 5} {
		g := FacetModel{Options: options, More: more}
		if len(g.rest()) != want || len(g.first()) != 5-want {
			t.Errorf("More %d: %d shown and %d behind, want %d behind", more, len(g.first()), len(g.rest()), want)
		}
	}
}

func TestOnlyAPassingStateReloadsItself(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, after      int
		counts, reloadsOwn bool
	}{
		{503, 7, true, true},
		{503, 0, false, false},
		{429, 12, true, false},
		{500, 0, false, false},
		{504, 3, true, true},
		{502, 10, true, true},
	} {
		retry := attrs(t, render(t, ErrorPage(sampleError(c.status, c.after))), func(_ string, attr map[string]string) bool {
			return attr["data-testid"] == "retry"
		})
		if len(retry) != 1 {
			t.Fatalf("%d: %d ways to try again, want one", c.status, len(retry))
		}
		_, counts := retry[0]["data-countdown"]
		_, reloads := retry[0]["data-reloads"]
		if counts != c.counts || reloads != c.reloadsOwn {
			t.Errorf("%d after %d s: counts down %v, reloads %v", c.status, c.after, counts, reloads)
		}
	}
}

func TestErrorsOfferNothingThatIsNotThere(t *testing.T) {
	t.Parallel()
	page := render(t, ErrorPage(ErrorModel{Page: Page{}, Status: 404, Title: "Not found"}))
	for _, part := range []string{"Error-actions", "error-facts", "copy-support", "data-countdown"} {
		if strings.Contains(page, part) {
			t.Errorf("a bare error has %s", part)
		}
	}
}

func TestInlineErrorMarksTheRowsAsOld(t *testing.T) {
	t.Parallel()
	const sentence = "The rows below are from the search before."
	old, fresh := sampleInlineError(), sampleInlineError()
	fresh.KeepsOld = false
	if page := render(t, ErrorFragment(old)); !strings.Contains(page, "data-keeps-old") || !strings.Contains(page, sentence) {
		t.Error("nothing says that the rows are old")
	}
	if page := render(t, ErrorFragment(fresh)); strings.Contains(page, "data-keeps-old") || strings.Contains(page, sentence) {
		t.Error("an error without rows below it speaks of rows")
	}
}

func TestUnknownFactsStandApart(t *testing.T) {
	t.Parallel()
	m := sampleInstrument()
	if n := len(m.known()); n != 4 {
		t.Errorf("%d known facts, want 4", n)
	}
	if u := m.unknown(); len(u) != 1 || u[0].Name != "Currency" {
		t.Errorf("unknown facts %v, want the currency", u)
	}
	m.Facts = m.Facts[:4]
	if strings.Contains(render(t, InstrumentPage(m)), "What eToro does not say") {
		t.Error("a heading over nothing")
	}
}

func TestPagesWorkWithoutHtmx(t *testing.T) {
	t.Parallel()
	with, without := render(t, scripts(true)), render(t, scripts(false))
	if !strings.Contains(with, "htmx") || !strings.Contains(with, `&#34;allowEval&#34;:false`) {
		t.Errorf("htmx or its configuration is missing: %s", with)
	}
	if strings.Contains(without, "htmx") {
		t.Errorf("a program without htmx names it: %s", without)
	}
}
