package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// NewWithStatic is New with one more route, which sends body and nothing else: what the pages are measured against.
func NewWithStatic(o Options, path string, body []byte) (http.Handler, error) {
	e := newEcho(o)
	e.GET(path, func(c echo.Context) error { return c.Blob(http.StatusOK, echo.MIMETextHTMLCharsetUTF8, body) })
	return compressed(e)
}
