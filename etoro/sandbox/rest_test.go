package sandbox

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

type instrumentsBody struct {
	InstrumentDisplayDatas []map[string]json.RawMessage `json:"instrumentDisplayDatas"`
}

// ids are the values of a key in rows, sorted.
func ids(t *testing.T, rows []map[string]json.RawMessage, key string) []int {
	t.Helper()
	var list []int
	for _, row := range rows {
		list = append(list, decode[int](t, row[key]))
	}
	slices.Sort(list)
	return list
}

func TestInstrumentsFilters(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	all := []int{1, 18, 1001, 2013, 3000, 5000, 5001, 5002, 5003, 5004, 8754, 14254, 100000}
	tests := []struct {
		name, query string
		want        []int
	}{
		{"none", "", all},
		{"an empty list is none", "?instrumentIds=", all},
		{"ids, unknown ones left out", "?instrumentIds=1001,77,1", []int{1, 1001}},
		{"only unknown ids", "?instrumentIds=77", nil},
		{"exchange", "?exchangeIds=4,7", []int{1001, 2013, 5003}},
		{"industry", "?stocksIndustryIds=4", []int{2013}},
		{"type", "?instrumentTypeIds=1,10", []int{1, 100000}},
		{"filters add up", "?instrumentTypeIds=5&exchangeIds=7", []int{2013}},
		{"of a repeated parameter the last counts", "?instrumentIds=1&instrumentIds=18", []int{18}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := getJSON[instrumentsBody](t, s, instrumentsPath+tt.query)
			if have := ids(t, got.InstrumentDisplayDatas, "instrumentID"); !slices.Equal(have, tt.want) {
				t.Fatalf("ids %v, want %v", have, tt.want)
			}
		})
	}
	wantError(t, get(t, s, instrumentsPath+"?instrumentIds=1,x"), 400, "ValidationFailed")
}

func TestInstrumentRowsAreSpelledAsByEToro(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	got := getJSON[instrumentsBody](t, s, instrumentsPath)
	rows := map[int]map[string]json.RawMessage{}
	for _, row := range got.InstrumentDisplayDatas {
		rows[decode[int](t, row["instrumentID"])] = row
	}
	tests := []struct {
		id        int
		key, want string // want "" for absent
	}{
		{1001, "instrumentDisplayName", `"Apple"`},
		{1001, "symbolFull", `"AAPL"`},
		{1001, "instrumentTypeID", "5"},
		{1001, "exchangeID", "4"},
		{1001, "stocksIndustryID", "8"},
		{1001, "priceSource", `"Sandbox (made-up prices)"`},
		{1001, "hasExpirationDate", "false"},
		{1001, "instrumentTypeSubCategoryID", ""},
		{100000, "stocksIndustryID", ""},
		{100000, "instrumentTypeSubCategoryID", "1001"},
		{1, "stocksIndustryID", "0"},
		{18, "stocksIndustryID", "0"},
		{3000, "stocksIndustryID", "null"},
		{5001, "instrumentDisplayName", `" Halted Inc "`},
		{5003, "isInternalInstrument", "true"},
		{5004, "hasExpirationDate", "true"},
	}
	for _, tt := range tests {
		if have := string(rows[tt.id][tt.key]); have != tt.want {
			t.Errorf("%d %s: %q, want %q", tt.id, tt.key, have, tt.want)
		}
	}
}

func TestImagesAreAsMixedAsEToros(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	var orders []string
	for _, id := range []string{"1001", "2013", "18", "3000"} {
		got := getJSON[instrumentsBody](t, s, instrumentsPath+"?instrumentIds="+id)
		text := string(got.InstrumentDisplayDatas[0]["images"])
		if !strings.Contains(text, `"width":35.0,"height":35.0`) || !strings.Contains(text, `"uri":"/medium/`) {
			t.Fatalf("%s: %s", id, text)
		}
		var order []string
		for _, image := range decode[[]map[string]any](t, []byte(text)) {
			_, sized := image["width"]
			_, coloured := image["backgroundColor"]
			if sized == coloured {
				t.Errorf("%s: size and colours in %v", id, image)
			}
			order = append(order, string(encode(image["width"])))
		}
		orders = append(orders, strings.Join(order, " "))
	}
	slices.Sort(orders)
	if orders = slices.Compact(orders); len(orders) < 2 {
		t.Errorf("all images come in the order %v", orders)
	}
}

func TestInstrumentsDoNotComeByPopularity(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Size: 200})
	got := getJSON[instrumentsBody](t, s, instrumentsPath)
	ranks := make([]int, len(got.InstrumentDisplayDatas))
	for i, row := range got.InstrumentDisplayDatas {
		ranks[i] = s.catalogue.byID[decode[int](t, row["instrumentID"])].rank
	}
	if len(ranks) != 200 || slices.IsSorted(ranks) {
		t.Fatalf("%d rows, sorted by popularity: %v", len(ranks), slices.IsSorted(ranks))
	}
}

func TestGzipOnlyWhenAccepted(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	for _, path := range []string{instrumentsPath, instrumentsPath + "?instrumentTypeIds=5"} {
		plain := get(t, s, path) // Go's transport asks for gzip and unpacks it
		r := newRequest(t, s, path)
		r.Header.Set("Accept-Encoding", "gzip")
		zipped := do(t, r)
		if zipped.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: not zipped", path)
		}
		z, err := gzip.NewReader(strings.NewReader(string(zipped.body)))
		if err != nil {
			t.Fatal(err)
		}
		unzipped, err := io.ReadAll(z)
		if err != nil || string(unzipped) != string(plain.body) {
			t.Fatalf("%s: %v, %d bytes instead of %d", path, err, len(unzipped), len(plain.body))
		}
		r = newRequest(t, s, path)
		r.Header.Set("Accept-Encoding", "identity")
		if got := do(t, r); got.Header.Get("Content-Encoding") != "" || string(got.body) != string(plain.body) {
			t.Fatalf("%s: zipped unasked", path)
		}
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	tests := []struct{ path, key, want string }{
		{"exchanges?exchangeIds=15,45", "exchangeInfo",
			`[{"exchangeDescription":"Stockholm  Stock Exchange","exchangeID":15},{"exchangeDescription":"Shenzen Stock Exchange","exchangeID":45}]`},
		{"instrument-types?instrumentTypeIds=10", "instrumentTypes", `[{"instrumentTypeDescription":"Crypto","instrumentTypeID":10}]`},
		{"stocks-industries?stocksIndustryIds=8,99", "stocksIndustries", `[{"industryID":8,"industryName":"Technology"}]`},
	}
	for _, tt := range tests {
		got := getJSON[map[string]json.RawMessage](t, s, "/api/v1/market-data/"+tt.path)
		if len(got) != 1 || string(got[tt.key]) != tt.want {
			t.Errorf("%s: %s", tt.path, got[tt.key])
		}
	}
	for path, want := range map[string]int{"exchanges": 51, "instrument-types": 10, "stocks-industries": 9} {
		for key, rows := range getJSON[map[string][]any](t, s, "/api/v1/market-data/"+path) {
			if len(rows) != want {
				t.Errorf("%s has %d %s", path, len(rows), key)
			}
		}
		param := map[string]string{"exchanges": "exchangeIds", "instrument-types": "instrumentTypeIds", "stocks-industries": "stocksIndustryIds"}[path]
		wantError(t, get(t, s, "/api/v1/market-data/"+path+"?"+param+"=a"), 400, "ValidationFailed")
	}
}

func TestMeNamesTheScopes(t *testing.T) {
	t.Parallel()
	got := getJSON[map[string]any](t, start(t, Options{}), "/api/v1/me")
	scopes, _ := got["scopes"].([]any)
	if got["username"] != "sandbox" || !slices.Contains(scopes, "etoro-public:market-data:read") {
		t.Fatalf("%v", got)
	}
}

func TestHandlerAnswersWithoutAListener(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	r := newRequest(t, s, "/api/v1/me")
	rec := httptest.NewRecorder()
	s.Handler().ServeHTTP(rec, r)
	if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "sandbox") {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
}
