package handlers

import (
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

// renderTagged is render for answers that are the same until the data changes: it adds an ETag
// and answers 304 to who has it already.
func renderTagged(c echo.Context, page templ.Component) error {
	buf := templ.GetBuffer()
	defer templ.ReleaseBuffer(buf)
	if err := page.Render(context.WithoutCancel(c.Request().Context()), buf); err != nil {
		return err
	}
	return sendTagged(c, echo.MIMETextHTMLCharsetUTF8, buf.Bytes())
}

func sendTagged(c echo.Context, contentType string, body []byte) error {
	sum := sha256.Sum256(body)
	// Weak, because the compressing wrapper may send other bytes for the same content.
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
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
