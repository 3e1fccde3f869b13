package main

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestAStopEndsOpenStreams: a stop that had to cut a stream off would be a failure of the program.
func TestAStopEndsOpenStreams(t *testing.T) {
	t.Parallel()
	p := start(t, map[string]string{})
	p.ready()
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}).Get(p.url + "/live?ids=1001")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if code := p.exit(); code != exitOK {
		t.Errorf("exit code %d:\n%s", code, p.log)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(body), "event: feed\n") || !strings.Contains(string(body), "event: bye\n") {
		t.Errorf("the stream was %q, %v", body, err)
	}
	ended := ""
	for _, line := range p.logLines() {
		if line["route"] == "/live" {
			ended, _ = line["ended"].(string)
		}
	}
	if ended != "stop" {
		t.Errorf("the log says that the stream ended with %q", ended)
	}
}
