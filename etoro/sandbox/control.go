package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const controlPrefix = "/__sandbox/"

// control serves the script over HTTP, to this machine only. What it is asked
// is not a call to eToro and is not recorded as one.
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	if !fromLoopback(r.RemoteAddr) {
		http.NotFound(w, r)
		return
	}
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, controlPrefix) {
	case "POST faults":
		f, err := decodeFault(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.Fault(f)
		w.WriteHeader(http.StatusNoContent)
	case "DELETE faults":
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	case "DELETE streams":
		s.DropStreams()
		w.WriteHeader(http.StatusNoContent)
	case "GET calls":
		jsonAnswer(s.Calls()).send(w, r, 0)
	default:
		http.NotFound(w, r)
	}
}

func fromLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && net.ParseIP(host).IsLoopback()
}

// faultJSON is Fault as another process writes it.
type faultJSON struct {
	Route       string            `json:"route"`
	Times       int               `json:"times"`
	Skip        int               `json:"skip"`
	Delay       string            `json:"delay"` // "1.5s"
	Drop        bool              `json:"drop"`
	Status      int               `json:"status"`
	Body        *string           `json:"body"`
	HTML        bool              `json:"html"`
	Malformed   bool              `json:"malformed"`
	Empty       bool              `json:"empty"`
	ContentType string            `json:"content_type"`
	Header      map[string]string `json:"header"`
	CutAfter    int               `json:"cut_after"`
}

// decodeFault refuses what it does not know: a misspelled script would
// otherwise be a test that passes for the wrong reason.
func decodeFault(r io.Reader) (Fault, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Fault{}, fmt.Errorf("fault: %w", err)
	}
	var j faultJSON
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&j); err != nil {
		return Fault{}, fmt.Errorf("fault: %w", err)
	}
	if j.Route == "" {
		return Fault{}, errors.New("fault: route is missing")
	}
	if j.Status != 0 && (j.Status < 200 || j.Status > 599) || j.Times < 0 || j.Skip < 0 || j.CutAfter < 0 {
		return Fault{}, errors.New("fault: a number is out of range")
	}
	f := Fault{Route: j.Route, Times: j.Times, Skip: j.Skip, Drop: j.Drop, Status: j.Status, HTML: j.HTML,
		Malformed: j.Malformed, Empty: j.Empty, ContentType: j.ContentType, CutAfter: j.CutAfter, Header: http.Header{}}
	if j.Body != nil {
		f.Body = []byte(*j.Body)
	}
	for name, value := range j.Header {
		f.Header.Set(name, value)
	}
	if j.Delay != "" {
		if f.Delay, err = time.ParseDuration(j.Delay); err != nil {
			return Fault{}, fmt.Errorf("fault: delay: %w", err)
		}
	}
	return f, nil
}
