package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testUUID = "6f9619ff-8b86-4011-b42d-00c04fc964ff"

// wednesday is when New York and Frankfurt trade and Sydney does not.
var wednesday = time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)

func fixed(t time.Time) func() time.Time { return func() time.Time { return t } }

// small has one row of each kind.
const small = tsvHeader + `
1001	AAPL	Apple	Stocks	Nasdaq	Technology	232	
100000	BTC	Bitcoin	Crypto	Digital Currency		68000	
1	EURUSD	EUR/USD	Forex	FX		1.0842	
# a comment between rows
18	GOLD	Gold	Commodity	Commodity		2650	
2013	BARC.L	Barclays	Stocks	LSE	Financial	240	
8754	AAPL.RTH	Apple	Stocks	Regular Trading Hours - RTH	Technology	232	
14254	AAPL.EUR	Apple	Stocks	FRA	Technology	214	
3000	SPY	SPDR S&P 500	ETF	NYSE		590	
5000	TWTR	Twitter	Stocks	NYSE	Technology	54	delisted
5001	HALT	 Halted Inc 	Stocks	NYSE	Services	3	closed
5002	Drm.1	Dormant 1	Stocks	NYSE			noquote
5003	TPL	Template	Stocks	Nasdaq		10	internal
5004	GOLD.JAN27	Gold Jan 27	Commodity	Commodity		2700	expires
`

// start runs a sandbox over the small catalogue without a limit, unless o says else.
func start(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Catalogue == nil {
		o.Catalogue = strings.NewReader(small)
	}
	if o.RateLimit == 0 {
		o.RateLimit = -1
	}
	if o.Now == nil {
		o.Now = fixed(wednesday)
	}
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// reply is a response read to its end, as far as it went.
type reply struct {
	*http.Response
	body []byte
	err  error // of the body
}

// newRequest is one that the gate lets through.
func newRequest(t *testing.T, s *Server, path string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (compatible; test)")
	r.Header.Set("x-request-id", testUUID)
	r.Header.Set("x-api-key", DefaultAPIKey)
	r.Header.Set("x-user-key", DefaultUserKey)
	return r
}

func try(t *testing.T, r *http.Request) (reply, error) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return reply{resp, b, err}, nil
}

func do(t *testing.T, r *http.Request) reply {
	t.Helper()
	got, err := try(t, r)
	if err != nil {
		t.Fatalf("%s: %v", r.URL, err)
	}
	return got
}

func get(t *testing.T, s *Server, path string) reply {
	t.Helper()
	return do(t, newRequest(t, s, path))
}

// getJSON decodes strictly: a field that the test's type does not know is a mistake.
func getJSON[T any](t *testing.T, s *Server, path string) T {
	t.Helper()
	got := get(t, s, path)
	if got.StatusCode != http.StatusOK || got.err != nil {
		t.Fatalf("%s: %d %v %s", path, got.StatusCode, got.err, got.body)
	}
	return decode[T](t, got.body)
}

func decode[T any](t *testing.T, b []byte) (v T) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return v
}

type gatewayBody struct{ ErrorCode, ErrorMessage string }

func wantError(t *testing.T, got reply, status int, code string) {
	t.Helper()
	if got.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", got.StatusCode, status, got.body)
	}
	body := decode[gatewayBody](t, got.body)
	if body.ErrorCode != code || body.ErrorMessage == "" {
		t.Fatalf("body %+v, want code %s", body, code)
	}
}
