package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"instrumentdesk/etoro/sandbox"
)

// TestKeysComeOutNowhere drives a program with keys that can be recognised through every kind of failure,
// with the most talkative log, and looks for them in all that comes out: program.try and start search
// answers, headers and logs.
func TestKeysComeOutNowhere(t *testing.T) {
	t.Parallel()
	far1, env, flag := far(t, sandbox.Options{})
	dir := t.TempDir()
	env["DASHBOARD_STATE_DIR"] = dir
	echo := "<html>you sent " + canary + "-api and " + canary + "-user</html>"
	faults := []sandbox.Fault{
		{Status: 401}, {Status: 403, HTML: true}, {Status: 422}, {Status: 500}, {Status: 503, Body: []byte(echo), ContentType: "text/html"},
		{Status: 400, Body: []byte(fmt.Sprintf(`{"errorCode":%q,"errorMessage":%q}`, canary+"-api", canary+"-user"))},
		{Status: 302, Header: http.Header{"Location": {"http://127.0.0.1:1/" + canary + "-api"}}},
		{Status: 429, Header: http.Header{"Retry-After": {"1"}}}, {Drop: true}, {Malformed: true}, {Body: []byte(echo)},
	}
	for _, f := range faults {
		far1.ClearFaults()
		f.Route = "*"
		far1.Fault(f)
		p := start(t, env, flag, "--log-level=debug")
		for _, path := range []string{"/", "/search?q=a", "/instruments/1001", "/instruments.json", "/instruments.csv", "/readyz"} {
			p.get(path)
			p.get(path, "HX-Request", "true")
			p.get(path, "Accept", "application/json")
		}
		p.exit()
		_, stdout, stderr := runOnce(t, env, flag, "check", "--log-level=debug")
		wantNoCanary(t, fmt.Sprintf("check with %+v", f.Status), stdout+stderr)
	}
	far1.ClearFaults()
	p := start(t, env, flag, "--log-level=debug")
	p.ready()
	p.get("/instruments/1001")
	p.exit()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		wantNoCanary(t, path, string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
