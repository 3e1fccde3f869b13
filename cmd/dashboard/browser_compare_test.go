package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

const barText = `document.querySelector("[data-testid=compare-bar] [role=status]").textContent`

// tick clicks the box of a row.
func (b *tab) tick(row int) {
	b.t.Helper()
	b.click("[data-testid=row]:nth-child(" + strconv.Itoa(row) + ") input[name=ids]")
}

// compares waits for the comparison of ids, in that order.
func (b *tab) compares(ids ...string) {
	b.t.Helper()
	b.until("the comparison of "+strings.Join(ids, ", "), `document.querySelector("[data-testid=compare]")?.dataset.compareShown === `+quoted(strings.Join(ids, ",")))
}

func TestBoxesLeadToTheComparison(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := sharedProgram(t)
			b := openTab(t, p.url)
			if !scripts {
				withoutScripts(b)
			}
			b.visit("/")
			rows := b.rows()
			b.tick(2)
			b.tick(4)
			if eval[string](b, `location.pathname`) != "/" {
				t.Error("a tick opens the row")
			}
			b.click("[data-testid=compare-bar] button[type=submit]")
			b.compares(rows[1], rows[3])
			if lines := eval[int](b, `document.querySelectorAll("[data-testid=plot] polyline").length`); lines != 2 {
				t.Errorf("%d lines are drawn", lines)
			}
			b.click("[data-testid=compare-table] thead th:nth-child(2) a[href^='/compare']")
			b.compares(rows[3])
		})
	}
}

func TestTheChoiceOutlivesPagesAndSearches(t *testing.T) {
	t.Parallel()
	p, b := desk(t, "/")
	if eval[bool](b, `document.querySelector("[data-testid=compare-bar]").checkVisibility()`) {
		t.Error("the bar is there before anything is chosen")
	}
	first := b.rows()[0]
	b.tick(1)
	b.until("one is counted", barText+` === "1 chosen"`)
	b.click("#page-next")
	b.shows(p, "?page=2")
	second := b.rows()[2]
	b.tick(3)
	b.until("two are counted", barText+` === "2 chosen"`)
	b.search("bitcoin")
	b.until("the search has an answer", `location.search.includes("q=bitcoin")`)
	b.quiet()
	if got := eval[string](b, barText); got != "2 chosen" {
		t.Errorf("after a search the bar says %q", got)
	}
	b.visit("/")
	if !eval[bool](b, `document.querySelector(".CompareBox[value='`+first+`']").checked`) {
		t.Error("the box is not ticked any more")
	}
	b.click("[data-testid=compare-bar] button[type=submit]")
	b.compares(first, second)
	b.click("[data-testid=compare-table] thead th:nth-child(2) a[href^='/compare']")
	b.compares(second)
	b.visit("/")
	b.until("what was removed is not chosen any more", barText+` === "1 chosen"`)
	b.click("[data-compare-clear]")
	b.until("the bar is gone", `!document.querySelector("[data-testid=compare-bar]").checkVisibility()`)
}

func TestThePageOfAnInstrumentAddsItToTheChoice(t *testing.T) {
	t.Parallel()
	_, b := desk(t, "/")
	rows := b.rows()
	b.tick(5)
	b.visit("/instruments/" + rows[0])
	b.click("[data-compare-add]")
	b.compares(rows[4], rows[0])
}

func TestNoMoreThanSixAreChosen(t *testing.T) {
	t.Parallel()
	_, b := desk(t, "/")
	rows := b.rows()
	for row := range 7 {
		b.tick(row + 1)
	}
	if got := eval[string](b, barText); got != "6 chosen, no more than 6" {
		t.Errorf("the bar says %q", got)
	}
	if n := eval[int](b, `document.querySelectorAll(".CompareBox:checked").length`); n != 6 {
		t.Errorf("%d boxes are ticked", n)
	}
	b.tick(2)
	b.tick(7)
	b.click("[data-testid=compare-bar] button[type=submit]")
	b.compares(rows[0], rows[2], rows[3], rows[4], rows[5], rows[6])
}

func TestArrowsLeadOnFromABox(t *testing.T) {
	t.Parallel()
	_, b := desk(t, "/")
	b.tick(3)
	b.keys(kb.ArrowDown)
	if !eval[bool](b, `document.activeElement === document.querySelectorAll("[data-row] .Row-link")[3]`) {
		t.Errorf("the arrow leads to %s", eval[string](b, `document.activeElement.outerHTML.slice(0, 100)`))
	}
	b.keys(kb.ArrowUp + kb.ArrowUp + "/")
	if b.focused() != "q" {
		t.Errorf("/ leads to %q", b.focused())
	}
}

func TestTheListHasNoLinesOnAPhone(t *testing.T) {
	t.Parallel()
	_, b := desk(t, "/")
	for width, want := range map[int64]bool{360: false, 767: false, 768: true, 1280: true} {
		b.look(width, "light")
		if got := eval[bool](b, `document.querySelector("td.Table-spark").checkVisibility() && document.querySelector("th.Table-spark").checkVisibility()`); got != want {
			t.Errorf("at %d px the column is there: %v", width, got)
		}
	}
}
