package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// render draws a component into a buffer and sends it, so that a component that fails half-way
// becomes an error page and not half a page with status 200.
func render(c echo.Context, status int, page templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	// A page that says the deadline passed must still be drawn after it passed.
	if err := page.Render(context.WithoutCancel(c.Request().Context()), buf); err != nil {
		return err
	}
	return c.HTMLBlob(status, buf.Bytes())
}

// draw is what render would send, as bytes that stay.
func draw(c echo.Context, page templ.Component) ([]byte, error) {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := page.Render(context.WithoutCancel(c.Request().Context()), buf); err != nil {
		return nil, err
	}
	return bytes.Clone(buf.Bytes()), nil
}

// tagOf is an ETag. It is weak, because the compressing wrapper may send other bytes for the same content.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// sendTagged sends a body that is the same until the data changes, and 304 to who has it already.
func sendTagged(c echo.Context, contentType string, body []byte) error {
	return sendKnown(c, contentType, body, tagOf(body))
}

// sendKnown is sendTagged for a body whose tag is known.
func sendKnown(c echo.Context, contentType string, body []byte, tag string) error {
	c.Response().Header().Set("ETag", tag)
	if etagMatches(c.Request().Header.Get("If-None-Match"), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, contentType, body)
}

// etagMatches compares weakly, as If-None-Match asks for.
func etagMatches(header, tag string) bool {
	if header == "*" {
		return true
	}
	opaque := strings.TrimPrefix(tag, "W/")
	for candidate := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(candidate), "W/") == opaque {
			return true
		}
	}
	return false
}
