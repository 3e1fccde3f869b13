package handlers_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"instrumentdesk/etoro/sandbox"
)

// upstreamFaults are the ways in which eToro can fail the first load, and what a page makes of each.
var upstreamFaults = []struct {
	name       string
	fault      sandbox.Fault
	status     int
	retryAfter string
	level      string
	text       string
}{
	{"400", sandbox.Fault{Status: 400}, 500, "", "ERROR", "We asked eToro something it refuses"},
	{"401", sandbox.Fault{Status: 401}, 502, "", "ERROR", "eToro does not accept our keys"},
	{"403", sandbox.Fault{Status: 403}, 502, "", "ERROR", "eToro does not accept our keys"},
	{"403 of the edge", sandbox.Fault{Status: 403, HTML: true}, 502, "", "ERROR", "eToro does not accept our keys"},
	{"404", sandbox.Fault{Status: 404}, 502, "", "ERROR", "eToro does not know what we asked for"},
	{"422", sandbox.Fault{Status: 422}, 500, "", "ERROR", "We asked eToro something it refuses"},
	{"429 with Retry-After", sandbox.Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}}, 503, "7", "WARN", "eToro asked us to slow down"},
	{"500", sandbox.Fault{Status: 500}, 502, "10", "WARN", "eToro answered with an error"},
	{"502", sandbox.Fault{Status: 502, HTML: true}, 502, "10", "WARN", "eToro answered with an error"},
	{"503", sandbox.Fault{Status: 503}, 503, "10", "WARN", "eToro is closed for the moment"},
	{"504", sandbox.Fault{Status: 504}, 504, "5", "WARN", "eToro did not answer in time"},
	{"dropped", sandbox.Fault{Drop: true}, 502, "10", "WARN", "eToro cannot be reached"},
	{"HTML with 200", sandbox.Fault{Status: 200, HTML: true}, 502, "", "ERROR", "could not be read"},
	{"malformed", sandbox.Fault{Malformed: true}, 502, "", "ERROR", "could not be read"},
	{"empty", sandbox.Fault{Empty: true}, 502, "", "ERROR", "could not be read"},
}

func TestEachUpstreamFailureHasItsPageWithBothIDs(t *testing.T) {
	t.Parallel()
	for _, tt := range upstreamFaults {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			tt.fault.Route = "*"
			s.eToro.Fault(tt.fault)
			r := s.settled("/")
			if r.status != tt.status || !sameWait(r.header.Get("Retry-After"), tt.retryAfter) {
				t.Errorf("status %d, Retry-After %q, want %d, %q", r.status, r.header.Get("Retry-After"), tt.status, tt.retryAfter)
			}
			r.has(t, tt.text, "Copy for support")
			ours := r.header.Get("X-Request-Id")
			theirs := strings.Split(r.header.Get("X-Upstream-Request-Id"), ", ")
			if received := callIDs(s.eToro); !strings.Contains(strings.Join(received, " "), strings.Join(theirs, " ")) {
				t.Errorf("X-Upstream-Request-Id is %q, eToro received %q", theirs, received)
			}
			for _, id := range append(theirs, ours) {
				// Once as a fact and once in the block for support.
				if n := strings.Count(r.body, "<dd><span>"+id+"</span>"); n != 1 {
					t.Errorf("the id %s stands in %d facts, want 1", id, n)
				}
				if !strings.Contains(r.body, " "+id+"\n") {
					t.Errorf("the id %s is not in the block for support", id)
				}
			}
			s.wantLine(ours, tt.level, tt.status, theirs)
		})
	}
}

// settled asks until the load has failed: on a slow machine its retries may outlast a visitor's wait.
func (s *site) settled(path string, header ...string) reply {
	s.t.Helper()
	for {
		if r := s.get(path, header...); !strings.Contains(r.body, "The catalogue is still loading") {
			return r
		}
	}
}

// sameWait compares waits, where a second may have passed since eToro told one.
func sameWait(got, want string) bool {
	if want == "" || got == "" {
		return got == want
	}
	g, err := strconv.Atoi(got)
	w, _ := strconv.Atoi(want)
	return err == nil && (g == w || g == w-1)
}

func callIDs(e *sandbox.Server) []string {
	var ids []string
	for _, c := range e.Calls() {
		ids = append(ids, c.RequestID)
	}
	return ids
}

// wantLine checks the one log line of a failed request.
func (s *site) wantLine(ours, level string, status int, theirs []string) {
	s.t.Helper()
	lines := s.lines(ours)
	if len(lines) != 1 {
		s.t.Fatalf("request %s has %d log lines, want 1:\n%s", ours, len(lines), s.log)
	}
	l := lines[0]
	if l["level"] != level || l["status"] != float64(status) || l["upstream_request_id"] != strings.Join(theirs, ",") || l["op"] != "Instruments" || l["err"] == nil {
		s.t.Errorf("the log line is %v, want level %s, status %d, op Instruments and the ids %v", l, level, status, theirs)
	}
}

func TestAnErrorThatComesBackThroughTheCacheKeepsItsIDs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.eToro.Fault(sandbox.Fault{Route: "*", Status: 429, Header: http.Header{"Retry-After": {"60"}}})
	one := s.get("/")
	two := s.get("/instruments/1001")
	three := s.get("/instruments.json")
	theirs := callIDs(s.eToro)
	if len(theirs) != 1 {
		t.Fatalf("%d calls reached eToro, want 1", len(theirs))
	}
	for _, r := range []reply{one, two, three} {
		if r.status != 503 || r.header.Get("X-Upstream-Request-Id") != theirs[0] {
			t.Errorf("status %d with eToro's id %q, want 503 and %q", r.status, r.header.Get("X-Upstream-Request-Id"), theirs[0])
		}
		r.has(t, theirs[0], r.header.Get("X-Request-Id"))
		s.wantLine(r.header.Get("X-Request-Id"), "WARN", 503, theirs)
	}
	if one.header.Get("X-Request-Id") == two.header.Get("X-Request-Id") {
		t.Error("two requests share our request id")
	}
}

func TestProblemDocuments(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.eToro.Fault(sandbox.Fault{Route: "*", Status: 503})
	for _, tt := range []struct {
		path   string
		header []string
	}{
		{"/instruments.json?q=apple", nil},
		{"/instruments.csv", nil},
		{"/instruments/1001", []string{"Accept", "application/json"}},
	} {
		r := s.settled(tt.path, tt.header...)
		if got := r.header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: content type %q", tt.path, got)
		}
		var p struct {
			Title, Detail, Instance, Operation string
			Status                             int
			UpstreamStatus                     int      `json:"upstream_status"`
			RequestID                          string   `json:"request_id"`
			UpstreamRequestID                  string   `json:"upstream_request_id"`
			UpstreamRequestIDs                 []string `json:"upstream_request_ids"`
			RetryAfter                         int      `json:"retry_after"`
		}
		if err := json.Unmarshal([]byte(r.body), &p); err != nil {
			t.Fatalf("%s: %v in %s", tt.path, err, r.body)
		}
		theirs := callIDs(s.eToro)
		if p.Status != 503 || p.RequestID != r.header.Get("X-Request-Id") || p.Operation != "Instruments" || p.UpstreamStatus != 503 ||
			p.RetryAfter != 10 || len(p.UpstreamRequestIDs) == 0 || p.UpstreamRequestID != p.UpstreamRequestIDs[len(p.UpstreamRequestIDs)-1] {
			t.Errorf("%s: %+v", tt.path, p)
		}
		for _, id := range p.UpstreamRequestIDs {
			if !strings.Contains(strings.Join(theirs, " "), id) {
				t.Errorf("%s names %s, which eToro never received", tt.path, id)
			}
		}
	}
}

func TestAnInlineErrorLeavesTheOldRowsInPlace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.eToro.Fault(sandbox.Fault{Route: "*", Status: 500})
	r := s.settled("/search?q=apple", "HX-Request", "true")
	if r.status != 502 || r.header.Get("HX-Retarget") != "#notice" || r.header.Get("HX-Reswap") != "innerHTML" {
		t.Errorf("status %d, retarget %q, reswap %q", r.status, r.header.Get("HX-Retarget"), r.header.Get("HX-Reswap"))
	}
	theirs := strings.Split(r.header.Get("X-Upstream-Request-Id"), ", ")
	r.has(t, "The rows below are from the search before", r.header.Get("X-Request-Id"), theirs[0], `href="/?q=apple"`)
	r.lacks(t, "<html", "<body")
	s.wantLine(r.header.Get("X-Request-Id"), "WARN", 502, theirs)
}

func TestBadInputIsToldInASentence(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, tt := range []struct {
		path   string
		status int
		text   string
	}{
		{"/?page=-1", 400, "is no number from 1"},
		{"/?page=999999999", 400, "is no number from 1"},
		{"/?page=99999", 404, "The list has no page 99999"},
		{"/?q=" + strings.Repeat("x", 10_000), 400, "longer than 64 characters"},
		{"/?q=%ff%fe", 400, "not valid UTF-8"},
		{"/?q=a%00b", 400, "control characters"},
		{"/?q=%3Cscript%3Ealert(1)%3C/script%3E", 200, "&lt;script&gt;"},
		{"/?q=%", 400, "not a well-formed query"},
		{"/?type=spaceships", 400, "type"},
		{"/?exchange=999999", 400, "exchange"},
		{"/?industry=%3Cb%3E", 400, "industry"},
		{"/?sort=sideways", 400, "sort"},
		{"/?hidden=maybe", 400, "neither 0 nor 1"},
		{"/instruments/abc", 400, "is no instrument id"},
		{"/instruments/0", 400, "is no instrument id"},
		{"/instruments/-7", 400, "is no instrument id"},
		{"/instruments/99999999999999999999", 400, "is no instrument id"},
		{"/instruments/2147483647", 404, "No instrument has the id 2147483647"},
		{"/instruments/%00", 400, "is no instrument id"},
		{"/instruments/%3Cscript%3E", 400, "&lt;script&gt;"},
		{"/instruments.json?limit=0", 400, "is no number from 1"},
		{"/s/", 400, "needs a symbol"},
		{"/s/NOSUCHSYMBOL", 404, "No instrument has the symbol"},
		{"/s/%3Cscript%3E", 404, "&lt;script&gt;"},
		{"/s/%ff", 400, "needs a symbol"},
		{"/nowhere", 404, "There is no such page"},
		{"/instruments/1001/extra", 404, "There is no such page"},
		{"/search?page=0", 400, "is no number from 1"},
	} {
		r := s.get(tt.path)
		if r.status != tt.status {
			t.Errorf("%.60s answers %d, want %d", tt.path, r.status, tt.status)
		}
		if !strings.Contains(r.body, tt.text) && !strings.Contains(r.body, strings.ReplaceAll(tt.text, `&lt;`, `\u003c`)) {
			t.Errorf("%.60s does not say %q:\n%.2000s", tt.path, tt.text, r.body)
		}
		if strings.Contains(r.body, "<script>") {
			t.Errorf("%.60s gives a script back unescaped", tt.path)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		if r := s.do(method, "/"); r.status != 405 || r.header.Get("Allow") == "" {
			t.Errorf("%s answers %d, Allow %q", method, r.status, r.header.Get("Allow"))
		}
	}
}

func TestARefreshThatWentWrongIsNamedOnTheAnswersItLeavesOld(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.eToro.Fault(sandbox.Fault{Route: "/api/v1/market-data/search", Status: 500})
	s.eToro.Fault(sandbox.Fault{Route: "/api/v1/market-data/instruments/history/closing-price", Status: 403})
	s.run()
	r := s.get("/")
	for !strings.Contains(r.body, "prices could not be read yet") || !strings.Contains(r.body, "list of closing prices could not be read yet") {
		r = s.get("/") // the refreshes come behind the first page
	}
	if r.status != 200 {
		t.Errorf("the list answers %d", r.status)
	}
	ids := strings.Split(r.header.Get("X-Upstream-Request-Id"), ", ")
	received := strings.Join(callIDs(s.eToro), " ")
	for _, id := range ids {
		if id == "" || !strings.Contains(received, id) {
			t.Errorf("the header names %q, which eToro never received", id)
		}
		r.has(t, id)
	}
	lines := s.lines(r.header.Get("X-Request-Id"))
	if len(lines) != 1 || lines[0]["degraded"] != "Snapshot,ClosingPrices" || lines[0]["upstream_request_id"] != strings.Join(ids, ",") {
		t.Errorf("the log has %v, want Snapshot and ClosingPrices degraded and the ids %v", lines, ids)
	}
	s.get("/readyz").has(t, `"degraded"`, "Snapshot · answered 500", "ClosingPrices · answered 403")
	page := s.get("/instruments/1001")
	if page.status != 200 || page.header.Get("X-Upstream-Request-Id") == "" {
		t.Errorf("the instrument answers %d with eToro's id %q", page.status, page.header.Get("X-Upstream-Request-Id"))
	}
}

func TestAnEmptyCatalogueIsRefusedWithItsIDs(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"instrumentDisplayDatas":[]}`, `{"instrumentDisplayDatas":null}`, `{"instrumentDisplayDatas":[{"instrumentID":0}]}`} {
		s := newSite(t)
		s.eToro.Fault(sandbox.Fault{Route: "*", Body: []byte(body)})
		r := s.settled("/")
		if r.status != 502 || r.header.Get("X-Upstream-Request-Id") == "" {
			t.Errorf("%s: status %d, eToro's id %q", body, r.status, r.header.Get("X-Upstream-Request-Id"))
		}
		r.has(t, callIDs(s.eToro)[0], "Instruments · answered 200")
		s.wantLine(r.header.Get("X-Request-Id"), "ERROR", 502, callIDs(s.eToro))
	}
}
