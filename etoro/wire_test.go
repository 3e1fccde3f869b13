package etoro

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"
)

func TestScalarsAreReadInEveryFormAndNeverFail(t *testing.T) {
	t.Parallel()
	type wire struct {
		N number
		I integer
		F flag
		T text
		M moment
	}
	at := func(h, m, s, ns int) moment { return moment(time.Date(2026, 1, 5, h, m, s, ns, time.UTC)) }
	for in, want := range map[string]wire{
		`null`:                           {},
		`{}`:                             {},
		`[]`:                             {},
		`[35.0]`:                         {},
		`""`:                             {},
		`35`:                             {N: number{35, true}, I: integer{35, true}, T: "35"},
		`35.0`:                           {N: number{35, true}, I: integer{35, true}, T: "35.0"},
		`35.5`:                           {N: number{35.5, true}, T: "35.5"},
		`1e3`:                            {N: number{1000, true}, I: integer{1000, true}, T: "1e3"},
		`-0.80`:                          {N: number{-0.8, true}, T: "-0.80"},
		`9223372036854775807`:            {N: number{math.MaxInt64, true}, I: integer{math.MaxInt64, true}, T: "9223372036854775807"},
		`9223372036854775808`:            {N: number{1 << 63, true}, T: "9223372036854775808"},
		`1e999`:                          {T: "1e999"},
		`" 12.50 "`:                      {N: number{12.5, true}, T: " 12.50 "},
		`"NaN"`:                          {T: "NaN"},
		`"-Inf"`:                         {T: "-Inf"},
		`true`:                           {F: flag{true, true}, T: "true"},
		`"False"`:                        {F: flag{false, true}, T: "False"},
		`1`:                              {N: number{1, true}, I: integer{1, true}, F: flag{true, true}, T: "1"},
		`"0"`:                            {N: number{0, true}, I: integer{0, true}, F: flag{false, true}, T: "0"},
		`"\u00e9\n\"x"`:                  {T: "é\n\"x"},
		`"2026-01-05T15:04:05Z"`:         {T: "2026-01-05T15:04:05Z", M: at(15, 4, 5, 0)},
		`"2026-01-05 15:04:05Z"`:         {T: "2026-01-05 15:04:05Z", M: at(15, 4, 5, 0)},
		`"2026-01-05T15:04:05.1234567Z"`: {T: "2026-01-05T15:04:05.1234567Z", M: at(15, 4, 5, 123456700)},
		`"2026-01-05T17:04:05.5+02:00"`:  {T: "2026-01-05T17:04:05.5+02:00", M: at(15, 4, 5, 500000000)},
		`"2026-01-05 17:04:05 +0200"`:    {T: "2026-01-05 17:04:05 +0200", M: at(15, 4, 5, 0)},
		`"2026-01-05T15:04:05.678"`:      {T: "2026-01-05T15:04:05.678", M: at(15, 4, 5, 678000000)},
		`"2026-01-05T15:04"`:             {T: "2026-01-05T15:04", M: at(15, 4, 0, 0)},
		`"2026-01-05"`:                   {T: "2026-01-05", M: at(0, 0, 0, 0)},
		`"0001-01-01 00:00:00Z"`:         {T: "0001-01-01 00:00:00Z"},
		`"2026-13-45T00:00:00Z"`:         {T: "2026-13-45T00:00:00Z"},
	} {
		// A value before shows that what cannot be read replaces it.
		old := wire{number{7, true}, integer{7, true}, flag{true, true}, "old", at(1, 1, 1, 1)}
		got := old
		for _, v := range []json.Unmarshaler{&got.N, &got.I, &got.F, &got.T, &got.M} {
			if err := json.Unmarshal([]byte(in), v); err != nil {
				t.Errorf("%s into %T: %v", in, v, err)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", in, got, want)
		}
	}
}

func TestListsAreFoundInEveryWrapping(t *testing.T) {
	t.Parallel()
	const key, second = "instrumentDisplayDatas", "instruments"
	for in, want := range map[string]string{
		`[1]`:                            `[1]`,
		`{"instrumentDisplayDatas":[1]}`: `[1]`,
		`{"INSTRUMENTDISPLAYDATAS":[1]}`: `[1]`,
		`{"instruments":[1]}`:            `[1]`,
		`{"instrumentDisplayDatas":null,"instruments":[1]}`: `[1]`,
		`{"instruments":[2],"instrumentDisplayDatas":[1]}`:  `[1]`,
		`{"instruments":[2],"instruments":[1]}`:             `[1]`,
		`{"data":{"instruments":[1]}}`:                      `[1]`,
		`{"data":[1]}`:                                      `[1]`,
		`{"data":{"instruments":[2]},"instruments":[1]}`:    `[1]`,
		`{"instruments":null}`:                              `null`,
		`{"data":{"instruments":null}}`:                     `null`,
		`{}`:                                                "",
		`{"data":null}`:                                     "",
		`{"data":{"data":{"instruments":[1]}}}`:             "",
		`{"data":7}`:                                        "",
		`{"instruments":[1]`:                                "",
	} {
		got, err := findList([]byte(in), []string{key, second})
		if string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%s: %s, %v, want %q", in, got, err, want)
		}
	}
}

func TestOneBadRowCostsOnlyItself(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct {
		ids     []int
		skipped int
		fails   bool
	}{
		`null`: {ids: []int{}},
		`[]`:   {ids: []int{}},
		`[{"exchangeID":1},{"exchangeID":null},{"exchangeID":"2"},7,[],{"exchangeID":3,"exchangeDescription":{}}]`: {ids: []int{1, 2, 3}, skipped: 3},
		`[{},null]`:                           {skipped: 2, fails: true},
		`{"exchangeID":1}`:                    {fails: true},
		`"text"`:                              {fails: true},
		`[{"exchangeID":1,"exchangeID":2.0}]`: {ids: []int{2}},
		`[{"exchangeId":1,"exchangeID":2}]`:   {ids: []int{2}},
	} {
		got, skipped, err := list[Exchange, exchangeWire]([]byte(`{"exchangeInfo":`+in+`}`), "exchangeInfo")
		var ids []int
		if got != nil {
			ids = []int{}
		}
		for _, e := range got {
			ids = append(ids, e.ID)
		}
		if !reflect.DeepEqual(ids, want.ids) || skipped != want.skipped || (err != nil) != want.fails {
			t.Errorf("%s: %v %d %v, want %+v", in, ids, skipped, err, want)
		}
	}
}

func TestCommasStayLiteralAndTheRestIsEscaped(t *testing.T) {
	t.Parallel()
	var q query
	setList(&q, "ids", []int{1, -2, 3})
	setList(&q, "none", []InstrumentID{})
	q.set("fields", "a,b&c=d e")
	if got := q.String(); got != "ids=1,-2,3&fields=a,b%26c%3Dd+e" {
		t.Error(got)
	}
}
