package main

import (
	"strings"
	"testing"

	"instrumentdesk/etoro/sandbox"
)

func TestCheckPrintsWhatWorksWithItsRequestIDs(t *testing.T) {
	t.Parallel()
	eToro, env, flag := far(t, sandbox.Options{})
	code, stdout, stderr := runOnce(t, env, flag, "check")
	if code != exitOK {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	calls := eToro.Calls()
	if len(calls) != len(probes) {
		t.Errorf("%d calls for %d checks", len(calls), len(probes))
	}
	for _, c := range calls {
		if !strings.Contains(stdout, c.RequestID) {
			t.Errorf("the id of the call to %s is not printed:\n%s", c.Path, stdout)
		}
	}
	for _, want := range []string{"signed in", "candles", "9 of 60 requests"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not printed:\n%s", want, stdout)
		}
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault sandbox.Fault
		want  string
	}{
		{sandbox.Fault{Route: "*", Status: 401}, "refuses the keys"},
		{sandbox.Fault{Route: "*", Status: 404}, "ETORO_BASE_URL"},
		{sandbox.Fault{Route: "*", Status: 429}, "budget is spent"},
		{sandbox.Fault{Route: "*", Drop: true}, "did not answer"},
	} {
		eToro, env, flag := far(t, sandbox.Options{})
		eToro.Fault(tt.fault)
		code, stdout, stderr := runOnce(t, env, flag, "check")
		wantNoCanary(t, "check", stdout+stderr)
		if code != exitFailed || !strings.Contains(stdout, tt.want) || !strings.Contains(stderr, "checks failed") {
			t.Errorf("%+v: exit code %d and\n%s%swant %q", tt.fault, code, stdout, stderr, tt.want)
		}
	}
}

func TestCheckWithoutKeysSaysThatItAsksTheSandbox(t *testing.T) {
	t.Parallel()
	code, stdout, _ := runOnce(t, nil, "check")
	if code != exitOK || !strings.Contains(stdout, "simulated eToro") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
}
