package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"

	"instrumentdesk/internal/market"
	"instrumentdesk/static"
)

// Market is what the pages ask. None of its methods calls eToro once a catalogue is there.
type Market interface {
	Find(ctx context.Context, q market.Query) (market.Listing, error)
	Instrument(ctx context.Context, id market.InstrumentID) (market.Detail, error)
	BySymbol(ctx context.Context, symbol string) (*market.Instrument, error)
	State() market.State
}

// Options are the parts that the handlers are made of. Market and Log are needed.
type Options struct {
	Market         Market
	Log            *slog.Logger
	EtoroURL       string         // the origin of eToro's API, for the curl lines that pages show
	Build          string         // the version that pages and support texts name
	TrustedProxies []netip.Prefix // peers whose X-Forwarded-For and X-Request-Id are believed
	Now            func() time.Time
}

// Handlers answers the requests of browsers.
type Handlers struct {
	market   Market
	log      *slog.Logger
	build    string
	etoroURL string
	trusted  []netip.Prefix
	now      func() time.Time
}

// requestTimeout bounds a request as a whole; the market itself makes nobody wait over 3 s.
const requestTimeout = 8 * time.Second

// New returns the handler of the whole site.
func New(o Options) (http.Handler, error) {
	h := &Handlers{market: o.Market, log: o.Log, build: o.Build, etoroURL: o.EtoroURL, trusted: o.TrustedProxies, now: o.Now}
	if h.now == nil {
		h.now = time.Now
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = func(err error, c echo.Context) { h.answer(c, err) }
	// The order matters: everything below the id can name it, the log line sees what recover
	// made of a panic, and the headers stand on error pages as well.
	e.Use(h.identify, h.access, h.headers, h.recover, h.limit(), h.deadline)
	h.routes(e)
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes([]string{
		"text/html", "text/csv", "text/plain", "application/json", "application/problem+json", "application/opensearchdescription+xml",
	}))
	if err != nil {
		return nil, err
	}
	return compress(e), nil
}

func (h *Handlers) routes(e *echo.Echo) {
	get := func(path string, f echo.HandlerFunc) {
		e.Match([]string{http.MethodGet, http.MethodHead}, path, f)
	}
	get("/", h.list)
	get("/search", h.search)
	get("/instruments/:id", h.instrument)
	get("/instruments.json", h.listJSON)
	get("/instruments.csv", h.listCSV)
	get("/s/*", h.symbol)
	get("/healthz", h.healthz)
	get("/readyz", h.readyz)
	get("/favicon.ico", redirectTo(static.URL("icons/favicon.svg")))
	get("/robots.txt", robots)
	get("/static/*", echo.WrapHandler(static.Handler()))
}

func redirectTo(href string) echo.HandlerFunc {
	return func(c echo.Context) error { return c.Redirect(http.StatusFound, href) }
}

// robots keeps crawlers out: the portal is a team's own.
func robots(c echo.Context) error {
	return c.String(http.StatusOK, "User-agent: *\nDisallow: /\n")
}
