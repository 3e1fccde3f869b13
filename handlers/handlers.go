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

// Market is what the pages ask. Once a catalogue is there only Candles and prices may make a visitor wait for
// eToro: for those that nobody asked for lately.
type Market interface {
	Find(ctx context.Context, q market.Query) (market.Listing, error)
	Instrument(ctx context.Context, id market.InstrumentID) (market.Detail, error)
	BySymbol(ctx context.Context, symbol string) (*market.Instrument, error)
	Candles(ctx context.Context, id market.InstrumentID, iv market.Interval) (market.Candles, error)
	State() market.State
	Price(ctx context.Context, id market.InstrumentID) (market.Live, error)
	Sparks(ids []market.InstrumentID) map[market.InstrumentID][]float64
	WantSparks(ids []market.InstrumentID)
	Watch(ids []market.InstrumentID) *market.Viewer
	Prices(ctx context.Context, ids []market.InstrumentID) (map[market.InstrumentID]market.Live, error)
	Feed() market.Feed
}

// Options are the parts that the handlers are made of. Market and Log are needed.
type Options struct {
	Market         Market
	Log            *slog.Logger
	EtoroURL       string          // the origin of eToro's API, for the curl lines that pages show
	Build          string          // the version that pages and support texts name
	TrustedProxies []netip.Prefix  // peers whose X-Forwarded-For and X-Request-Id are believed
	Stopping       <-chan struct{} // closed when the program is to stop: streams end then; nil never is
	Now            func() time.Time
}

// Handlers answers the requests of browsers.
type Handlers struct {
	market   Market
	log      *slog.Logger
	build    string
	etoroURL string
	trusted  []netip.Prefix
	stopping <-chan struct{}
	now      func() time.Time
	streams  streams
	texts    liveTexts

	fragments fragments
}

// requestTimeout bounds a request as a whole; the market itself makes nobody wait over 3 s.
const requestTimeout = 8 * time.Second

// New returns the handler of the whole site.
func New(o Options) (http.Handler, error) {
	return compressed(newEcho(o))
}

func newEcho(o Options) *echo.Echo {
	h := &Handlers{market: o.Market, log: o.Log, build: o.Build, etoroURL: o.EtoroURL, trusted: o.TrustedProxies, stopping: o.Stopping, now: o.Now}
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
	return e
}

func compressed(site http.Handler) (http.Handler, error) {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.ContentTypes([]string{
		"text/html", "text/csv", "text/plain", "application/json", "application/problem+json", "application/opensearchdescription+xml",
	}))
	if err != nil {
		return nil, err
	}
	smaller := compress(site)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == livePath {
			site.ServeHTTP(w, r) // a stream is not compressed, and has to hear of the errors of its writes
			return
		}
		smaller(w, r)
	}), nil
}

func (h *Handlers) routes(e *echo.Echo) {
	get := func(path string, f echo.HandlerFunc) {
		e.Match([]string{http.MethodGet, http.MethodHead}, path, f)
	}
	get("/", h.list)
	get("/search", h.search)
	get("/instruments/:id", h.instrument)
	get("/instruments/:id/candles", h.candles)
	get("/instruments.json", h.listJSON)
	get("/instruments.csv", h.listCSV)
	get("/s/*", h.symbol)
	get(comparePath, h.compare)
	e.GET(livePath, h.live) // a HEAD would have to wait for the end of the stream
	get("/prices", h.prices)
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
