package sandbox

import (
	"net/http"
	"sync"
	"time"
)

// Fault is something that goes wrong on purpose. Of the faults that fit a
// request the one scripted first applies. A faulted request does not count
// against the rate limit unless the fault leaves the answer an ordinary one.
type Fault struct {
	// Route is a path, with a part in braces for any ("/api/v1/market-data/instruments/{id}/history/candles/{direction}/{interval}/{count}"),
	// "*" for every REST request, or "stream" for the WebSocket.
	Route string
	Times int // how many requests it applies to; 0 until ClearFaults
	Skip  int // how many fitting requests it lets pass before

	Delay time.Duration // before anything else; not with the clock of Options.Now
	// Drop closes the connection without an answer. A net/http client then asks
	// once more by itself if it had used the connection before.
	Drop bool

	// Status answers with an error in the gateway's shape, and no Retry-After
	// unless Header has one. It is also the status of the bodies below, which
	// come with 200 without it, HTML with 503.
	Status    int
	Body      []byte // this body, as ContentType
	HTML      bool   // a page of the edge
	Malformed bool   // JSON that ends in the middle; on the stream, in each push
	Empty     bool   // no body at all

	ContentType string      // of Body, application/json when empty
	Header      http.Header // added to the answer, ordinary or not

	// CutAfter closes the connection after so many bytes of a body whose
	// declared length is greater; on the stream after so many bytes of pushes.
	CutAfter int
}

// replaces reports whether the fault has an answer of its own. On the stream
// Malformed is not one: it spoils the pushes.
func (f Fault) replaces() bool {
	return f.Status != 0 || f.HTML || f.Empty || f.Body != nil || f.Malformed && f.Route != streamRoute
}

func (f Fault) answer() (answer, bool) {
	status := f.Status
	if status == 0 {
		status = http.StatusOK
	}
	contentType := f.ContentType
	if contentType == "" {
		contentType = jsonType
	}
	switch {
	case !f.replaces():
		return answer{}, false
	case f.Body != nil:
		return newAnswer(status, contentType, f.Body), true
	case f.HTML && f.Status == 0:
		return edgePage(http.StatusServiceUnavailable), true
	case f.HTML:
		return edgePage(status), true
	case f.Malformed:
		return newAnswer(status, contentType, []byte(`{"instrumentDisplayDatas":[{"instrumentID":1001,"instru`)), true
	case f.Empty:
		return newAnswer(status, "", nil), true
	default:
		code, message := gatewayWords(status)
		return gatewayError(status, code, message), true
	}
}

// gatewayWords are what eToro's gateway says with a status.
func gatewayWords(status int) (code, message string) {
	switch status {
	case http.StatusUnauthorized:
		return "Unauthorized", "Unauthorized"
	case http.StatusForbidden:
		return "InsufficientPermissions", "UserToken does not have permission to access"
	case http.StatusNotFound:
		return "RouteNotFound", "Route not found"
	case http.StatusUnprocessableEntity:
		return "RequestIdRequired", "x-request-id must be a UUID"
	case http.StatusTooManyRequests:
		return "TooManyRequests", "Too many requests"
	case http.StatusBadRequest:
		return "ValidationFailed", "Validation failed"
	default:
		return "UnhandledException", "Global Error"
	}
}

// faults is the script, in the order it was given.
type faults struct {
	mu   sync.Mutex
	list []*scripted
}

// scripted is a fault with how many fitting requests it has seen.
type scripted struct {
	Fault
	seen int
}

// Fault adds f to the script.
func (s *Server) Fault(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &scripted{Fault: f})
}

// ClearFaults forgets the whole script. Delays that have begun go on.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// take is the fault for one request, counted as used.
func (fs *faults) take(route, path string) (Fault, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, f := range fs.list {
		if !f.fits(route, path) || f.Times > 0 && f.seen >= f.Skip+f.Times {
			continue
		}
		if f.seen++; f.seen > f.Skip {
			return f.Fault, true
		}
	}
	return Fault{}, false
}

func (f Fault) fits(route, path string) bool {
	if f.Route == "*" || f.Route == route {
		return f.Route == route || route != streamRoute
	}
	_, ok := matchPath(f.Route, path)
	return ok
}
