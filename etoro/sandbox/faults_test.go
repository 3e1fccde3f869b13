package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		fault       Fault
		status      int
		contentType string
		body        string // a part of it
	}{
		{"status", Fault{Status: 503}, 503, jsonType, `"errorCode":"UnhandledException"`},
		{"status with eToro's words", Fault{Status: 403}, 403, jsonType, `"errorCode":"InsufficientPermissions"`},
		{"body", Fault{Status: 400, Body: []byte("no"), ContentType: "text/plain"}, 400, "text/plain", "no"},
		{"body with nothing else", Fault{Body: []byte("{}")}, 200, jsonType, "{}"},
		{"HTML", Fault{HTML: true}, 503, "text/html; charset=UTF-8", "<h1>Service Unavailable</h1>"},
		{"HTML with a status", Fault{HTML: true, Status: 200}, 200, "text/html; charset=UTF-8", "<h1>OK</h1>"},
		{"malformed", Fault{Malformed: true}, 200, jsonType, `{"instrumentDisplayDatas":[{`},
		{"empty", Fault{Empty: true, Status: 429}, 429, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, Options{})
			tt.fault.Route = instrumentsPath
			s.Fault(tt.fault)
			got := get(t, s, instrumentsPath)
			if got.err != nil || got.StatusCode != tt.status || got.Header.Get("Content-Type") != tt.contentType || !strings.Contains(string(got.body), tt.body) {
				t.Fatalf("%v %d %q %s", got.err, got.StatusCode, got.Header.Get("Content-Type"), got.body)
			}
			if tt.fault.Malformed && json.Valid(got.body) {
				t.Error("the malformed body is valid")
			}
			if tt.fault.Empty && len(got.body) > 0 {
				t.Error("the empty body is not")
			}
			if other := get(t, s, "/api/v1/me"); other.StatusCode != 200 {
				t.Errorf("another route answered %d", other.StatusCode)
			}
			if calls := s.Calls(); !calls[0].Faulted || calls[0].Status != tt.status || calls[1].Faulted {
				t.Errorf("%+v", calls)
			}
		})
	}
}

func TestFaultSkipsAndEnds(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	s.Fault(Fault{Route: "*", Skip: 1, Times: 2, Status: 500})
	s.Fault(Fault{Route: "*", Times: 1, Status: 418})
	for i, want := range []int{418, 500, 500, 200, 200} {
		if got := get(t, s, "/api/v1/me"); got.StatusCode != want {
			t.Fatalf("call %d: %d, want %d", i, got.StatusCode, want)
		}
	}
	s.Fault(Fault{Route: "*", Status: 502})
	for range 3 {
		if got := get(t, s, "/nowhere"); got.StatusCode != 502 {
			t.Fatalf("status %d", got.StatusCode)
		}
	}
	s.ClearFaults()
	if got := get(t, s, "/api/v1/me"); got.StatusCode != 200 {
		t.Fatalf("status %d after clearing", got.StatusCode)
	}
}

func TestFaultRoutes(t *testing.T) {
	t.Parallel()
	const candles = "/api/v1/market-data/instruments/{id}/history/candles/{direction}/{interval}/{count}"
	const path = "/api/v1/market-data/instruments/1/history/candles/asc/OneDay/3"
	tests := []struct {
		fault, route, path string
		want               bool
	}{
		{"*", candles, path, true},
		{"*", "", "/nowhere", true},
		{"*", "stream", "/ws", false},
		{"stream", "stream", "/ws", true},
		{candles, candles, path, true},
		{path, candles, path, true},
		{strings.Replace(candles, "{id}", "1", 1), candles, path, true},
		{strings.Replace(candles, "{id}", "2", 1), candles, path, false},
		{instrumentsPath, candles, path, false},
	}
	for _, tt := range tests {
		if got := (Fault{Route: tt.fault}).fits(tt.route, tt.path); got != tt.want {
			t.Errorf("%s on %s: %v", tt.fault, tt.path, got)
		}
	}
}

func TestFaultHeaderOnAnOrdinaryAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, Options{RateLimit: 9})
	s.Fault(Fault{Route: "*", Header: http.Header{"RateLimit-Remaining": {"1"}, "retry-after": {"7"}}})
	got := get(t, s, "/api/v1/me")
	if h := got.Header; got.StatusCode != 200 || h.Get("RateLimit-Remaining") != "1" || h.Get("Retry-After") != "7" || h.Get("RateLimit-Limit") != "9" {
		t.Fatalf("%d %v", got.StatusCode, h)
	}
}

func TestScriptedAnswersCostNoBudget(t *testing.T) {
	t.Parallel()
	s := start(t, Options{RateLimit: 1})
	s.Fault(Fault{Route: "*", Times: 3, Status: 500})
	for _, want := range []int{500, 500, 500, 200, 429} {
		if got := get(t, s, "/api/v1/me"); got.StatusCode != want {
			t.Fatalf("status %d, want %d", got.StatusCode, want)
		}
	}
}

func TestCutBodyPromisesMoreThanItSends(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"identity", "gzip"} {
		for _, cutAfter := range []int{10, 1 << 30} {
			s := start(t, Options{})
			s.Fault(Fault{Route: "*", CutAfter: cutAfter})
			r := newRequest(t, s, instrumentsPath)
			r.Header.Set("Accept-Encoding", encoding)
			got := do(t, r)
			if !errors.Is(got.err, io.ErrUnexpectedEOF) || got.StatusCode != 200 || int64(len(got.body)) >= got.ContentLength {
				t.Fatalf("%s: %v, %d of %d bytes", encoding, got.err, len(got.body), got.ContentLength)
			}
			if cutAfter == 10 && len(got.body) != 10 {
				t.Fatalf("%d bytes", len(got.body))
			}
		}
	}
}

func TestDroppedConnectionHasNoAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	s.Fault(Fault{Route: "*", Drop: true})
	if got, err := try(t, newRequest(t, s, "/api/v1/me")); err == nil {
		t.Fatalf("answered %d", got.StatusCode)
	}
	if calls := s.Calls(); len(calls) != 1 || calls[0].Status != 0 || !calls[0].Faulted {
		t.Fatalf("%+v", calls)
	}
}

func TestDelayPassesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Now: time.Now})
	s.Fault(Fault{Route: "*", Delay: time.Hour, Status: 503})
	r := newRequest(t, s, "/api/v1/me")
	synctest.Test(t, func(t *testing.T) {
		began, rec := time.Now(), httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, r.WithContext(t.Context()))
		if rec.Code != 503 || time.Since(began) != time.Hour {
			t.Fatalf("%d after %s", rec.Code, time.Since(began))
		}
	})
}

func TestCloseEndsADelay(t *testing.T) {
	t.Parallel()
	s := start(t, Options{})
	s.Fault(Fault{Route: "*", Delay: time.Hour})
	failed, r := make(chan error), newRequest(t, s, "/api/v1/me")
	go func() {
		_, err := try(t, r)
		failed <- err
	}()
	for s.faultsSeen() == 0 { // until the request has met its fault
		runtime.Gosched()
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil {
		t.Fatal("the delayed request was answered")
	}
}

func (s *Server) faultsSeen() int {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return s.faults.list[0].seen
}

func control(t *testing.T, s *Server, method, path, body string) reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/__sandbox/"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return do(t, r)
}

func TestControlScriptsFaults(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Control: true})
	script := `{"route":"/api/v1/me","times":1,"status":429,"header":{"Retry-After":"5"},"delay":"1ms"}`
	if got := control(t, s, "POST", "faults", script); got.StatusCode != http.StatusNoContent {
		t.Fatalf("%d %s", got.StatusCode, got.body)
	}
	got := get(t, s, "/api/v1/me")
	wantError(t, got, 429, "TooManyRequests")
	if got.Header.Get("Retry-After") != "5" {
		t.Fatalf("%v", got.Header)
	}
	if again := get(t, s, "/api/v1/me"); again.StatusCode != 200 {
		t.Fatalf("status %d", again.StatusCode)
	}
	control(t, s, "POST", "faults", `{"route":"*","body":"","status":500}`)
	if got := get(t, s, "/api/v1/me"); got.StatusCode != 500 || len(got.body) != 0 {
		t.Fatalf("%d %q", got.StatusCode, got.body)
	}
	control(t, s, "DELETE", "faults", "")
	if got := get(t, s, "/api/v1/me"); got.StatusCode != 200 {
		t.Fatalf("status %d after clearing", got.StatusCode)
	}
	calls := decode[[]Call](t, control(t, s, "GET", "calls", "").body)
	if len(calls) != 4 || calls[0].Status != 429 || !calls[0].Faulted || calls[3].Status != 200 {
		t.Fatalf("%+v", calls)
	}
}

func TestControlRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, Options{Control: true})
	for _, script := range []string{"", "[]", "{}", `{"route":"*","sttus":500}`, `{"route":"*","delay":"soon"}`,
		`{"route":"*","status":99}`, `{"route":"*","times":-1}`} {
		if got := control(t, s, "POST", "faults", script); got.StatusCode != 400 || !bytes.HasPrefix(got.body, []byte("fault: ")) {
			t.Errorf("%s: %d %s", script, got.StatusCode, got.body)
		}
	}
	if got := control(t, s, "GET", "nothing", ""); got.StatusCode != 404 {
		t.Errorf("status %d", got.StatusCode)
	}
}

func TestControlIsForThisMachineAndOnRequest(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]int{"127.0.0.1:9": 200, "[::1]:9": 200, "192.0.2.1:9": 404, "": 404, "junk": 404} {
		r := httptest.NewRequest("GET", "/__sandbox/calls", nil)
		r.RemoteAddr = addr
		rec := httptest.NewRecorder()
		start(t, Options{Control: true}).Handler().ServeHTTP(rec, r)
		if rec.Code != want {
			t.Errorf("%q: %d, want %d", addr, rec.Code, want)
		}
	}
	closed := start(t, Options{})
	if got := get(t, closed, "/__sandbox/calls"); got.StatusCode != 404 || closed.CallCount("*") != 1 {
		t.Errorf("without Control: %d, %d calls", got.StatusCode, closed.CallCount("*"))
	}
}
