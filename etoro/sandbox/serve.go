package sandbox

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// streamRoute names the WebSocket in faults and calls.
const streamRoute = "stream"

// route is one path that eToro answers.
type route struct {
	pattern string
	answer  func(*Server, request) answer
}

// request is what a route needs of an HTTP request that passed the gate.
type request struct {
	vars  map[string]string // the parts of the path in braces
	query url.Values
}

var routes = []route{
	{"/api/v1/market-data/instruments", (*Server).instruments},
	{"/api/v1/market-data/instruments/rates", (*Server).rates},
	{"/api/v1/market-data/instruments/history/closing-price", (*Server).closingPrices},
	{"/api/v1/market-data/instruments/{id}/history/candles/{direction}/{interval}/{count}", (*Server).candles},
	{"/api/v1/market-data/search", (*Server).search},
	{"/api/v1/market-data/exchanges", (*Server).exchanges},
	{"/api/v1/market-data/instrument-types", (*Server).instrumentTypes},
	{"/api/v1/market-data/stocks-industries", (*Server).stocksIndustries},
	{"/api/v1/me", (*Server).me},
	{"/ws", nil}, // not answered with a body: see serve
}

// findRoute is the route of a path; its pattern is "" when there is none.
func findRoute(path string) (route, map[string]string) {
	for _, rt := range routes {
		if vars, ok := matchPath(rt.pattern, path); ok {
			if rt.answer == nil {
				rt.pattern = streamRoute
			}
			return rt, vars
		}
	}
	return route{}, nil
}

// matchPath compares part by part; a part of the pattern in braces matches any.
func matchPath(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	vars := map[string]string{}
	for i, part := range want {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			vars[strings.TrimSuffix(name, "}")] = got[i]
		} else if part != got[i] {
			return nil, false
		}
	}
	return vars, true
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if s.opts.Control && strings.HasPrefix(r.URL.Path, controlPrefix) {
		s.control(w, r)
		return
	}
	rt, vars := findRoute(r.URL.Path)
	f, faulted := s.faults.take(rt.pattern, r.URL.Path)
	c := Call{
		Time: s.opts.Now(), Method: r.Method, Path: r.URL.Path, RawQuery: r.URL.RawQuery,
		Route: rt.pattern, RequestID: r.Header.Get("x-request-id"), Faulted: faulted,
	}
	record := func(status int) {
		c.Status = status
		s.calls.add(c)
		s.opts.Log.Debug("call", "method", c.Method, "path", c.Path, "status", status, "upstream_request_id", c.RequestID)
	}
	if !pause(r.Context(), f.Delay) || f.Drop {
		record(0)
		panic(http.ErrAbortHandler) // net/http then closes the connection without an answer
	}
	if rt.pattern == streamRoute && !f.replaces() {
		record(http.StatusSwitchingProtocols)
		s.stream(w, r, f)
		return
	}
	a := s.answer(r, rt, vars, f)
	record(a.status)
	a.send(w, r, f.CutAfter)
}

// answer is the fault's, where it has one of its own, else the ordinary one.
func (s *Server) answer(r *http.Request, rt route, vars map[string]string, f Fault) answer {
	a, ok := f.answer()
	if !ok {
		a = s.ordinary(r, rt, vars)
	}
	for name, values := range f.Header {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	return a
}

func (s *Server) ordinary(r *http.Request, rt route, vars map[string]string) answer {
	if refusal, refused := s.refuse(r, rt); refused {
		return refusal
	}
	a, left := answer{}, s.limit.take(s.opts.Now())
	switch {
	case left.spent:
		a = tooManyRequests(left)
	case strings.Contains(strings.ToUpper(r.URL.RawQuery), "%2C"):
		a = gatewayError(http.StatusInternalServerError, "UnhandledException", "Global Error")
	default:
		a = rt.answer(s, request{vars, lastOnly(r.URL.Query())})
	}
	left.describe(a.header)
	return a
}

// lastOnly keeps the last of a repeated parameter, as eToro does.
func lastOnly(q url.Values) url.Values {
	for name, values := range q {
		q[name] = values[len(values)-1:]
	}
	return q
}

// pause waits and reports whether ctx lasted.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
