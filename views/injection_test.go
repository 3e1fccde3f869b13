package views

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"instrumentdesk/static"
)

const attack = `<script>alert("'&`

// poison fills every text of a model with an attack, and makes every list and pointer hold something.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(attack)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(2)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		poison(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			poison(v.Field(i))
		}
	}
}

func poisoned[M any](variants ...func(*M)) []M {
	var all []M
	for _, change := range append(variants, func(*M) {}) {
		var m M
		poison(reflect.ValueOf(&m).Elem())
		change(&m)
		all = append(all, m)
	}
	return all
}

func TestNoTextOfAModelBecomesMarkup(t *testing.T) {
	t.Parallel()
	pages := map[string]templ.Component{}
	add := func(name string, i int, c templ.Component) { pages[name+strconv.Itoa(i)] = c }
	for i, m := range poisoned(
		func(m *ListModel) { m.Empty = nil },
		func(m *ListModel) {
			m.Empty = nil
			m.Facets[0].More, m.Columns[0].Href, m.Rows[0].PriceTitle = 0, "", ""
			m.Pager.Pages[0].Gap, m.Pager.Pages[1].Gap, m.Pager.Pages[1].Current = false, false, false
		},
	) {
		add("ListPage", i, ListPage(m))
		add("ListFragment", i, ListFragment(m))
	}
	for i, m := range poisoned(func(m *InstrumentModel) { m.Facts[0].Unknown, m.Facts[0].Href, m.Crumbs[0].Href = false, "", "" }) {
		add("InstrumentPage", i, InstrumentPage(m))
	}
	for i, m := range poisoned(func(m *ChartModel) { m.Error = nil }) {
		add("Chart", i, Chart(m))
	}
	for i, m := range poisoned(func(m *CompareModel) { m.Chart.Plot, m.Groups[0].Rows[0].Cells[0].Cell = nil, "" }, func(m *CompareModel) {
		m.Groups[0].Rows[0].Cells[0].Trend, m.Groups[0].Rows[0].Cells[0].Cell = "", ""
	}) {
		add("ComparePage", i, ComparePage(m))
	}
	for i, m := range poisoned[ErrorModel]() {
		add("ErrorPage", i, ErrorPage(m))
		add("ErrorFragment", i, ErrorFragment(m))
	}
	for name, c := range pages {
		page := render(t, c)
		if n := strings.Count(page, "alert("); n < 5 {
			t.Errorf("%s shows the texts of its model %d times: the test does not reach it", name, n)
		}
		elements(t, name, page, func(tag string, attr map[string]string) {
			if tag == "script" && !strings.HasPrefix(attr["src"], static.Prefix) {
				t.Errorf("%s: a text became a script", name)
			}
			for key, value := range attr {
				if strings.Contains(key, "alert") || strings.ContainsAny(key, `<"'&`) {
					t.Errorf("%s: a text became the attribute %q of <%s>", name, key, tag)
				}
				if strings.HasPrefix(key, "data-hx-") && strings.Contains(value, "alert") {
					t.Errorf("%s: %s holds a text that is no address of ours: %q", name, key, value)
				}
			}
		})
	}
}

func TestNoTextOfAModelBecomesAScriptAddress(t *testing.T) {
	t.Parallel()
	m := sampleList()
	m.Rows[0].Href, m.Chips[0].RemoveHref, m.CSV, m.Pager.Next = "javascript:alert(1)", "javascript:alert(2)", "javascript:alert(3)", "javascript:alert(4)"
	m.Page.Path = "javascript:alert(5)"
	elements(t, "list", render(t, ListPage(m)), func(tag string, attr map[string]string) {
		for key, value := range attr {
			if strings.HasPrefix(strings.ToLower(value), "javascript:") {
				t.Errorf("<%s %s=%q>", tag, key, value)
			}
		}
	})
}
