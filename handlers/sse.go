package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// appendEvent appends one server-sent event to b. Each line of data becomes a field of its own, whatever
// breaks the line, so that no text ends the event or begins another one. name is a word of ours.
func appendEvent(b []byte, name string, data []byte) []byte {
	b = append(b, "event: "...)
	b = append(b, name...)
	for more := true; more; {
		var line []byte
		line, data, more = cutLine(data)
		b = append(b, "\ndata: "...)
		b = append(b, line...)
	}
	return append(b, "\n\n"...)
}

// cutLine is bytes.Cut at the first of the three line ends that readers of event streams know.
func cutLine(s []byte) (line, rest []byte, found bool) {
	i := bytes.IndexAny(s, "\r\n")
	if i < 0 {
		return s, nil, false
	}
	end := i + 1
	if s[i] == '\r' && end < len(s) && s[end] == '\n' {
		end++
	}
	return s[:i], s[end:], true
}

// appendRetry tells the reader how long to wait before it connects again after a loss.
func appendRetry(b []byte, wait time.Duration) []byte {
	b = append(b, "retry: "...)
	b = strconv.AppendInt(b, wait.Milliseconds(), 10)
	return append(b, "\n\n"...)
}

// heartbeat is a comment: it keeps proxies from closing a quiet stream, and finds out who left.
const heartbeat = ": still here\n\n"

// writeTimeout is how long one write to a reader may take. Whoever takes longer is cut off.
const writeTimeout = 5 * time.Second

// eventWriter sends events as they come.
type eventWriter struct {
	response *echo.Response
	control  *http.ResponseController
}

// startEvents takes a response out of the server's own time limits and makes it an event stream.
func startEvents(c echo.Context) (eventWriter, error) {
	// Not through echo's response: its Flush keeps the error to itself.
	w := eventWriter{c.Response(), http.NewResponseController(c.Response().Writer)}
	// The limit for reading a request would pass in the middle of the answer, and end the request's context.
	if err := w.control.SetReadDeadline(time.Time{}); err != nil {
		return w, fmt.Errorf("event stream: %w", err)
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set(echo.HeaderCacheControl, "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx keeps answers back otherwise
	return w, nil
}

// How a write can end that is no fault of ours.
var (
	errReaderSlow = errors.New("event stream: the reader does not keep up")
	errReaderLeft = errors.New("event stream: the reader left")
)

// send writes b and waits until it is on its way. Its errors are errReaderSlow and errReaderLeft.
func (w eventWriter) send(b []byte) error {
	err := w.control.SetWriteDeadline(time.Now().Add(writeTimeout))
	if err == nil {
		_, err = w.response.Write(b)
	}
	if err == nil {
		err = w.control.Flush()
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errReaderSlow
	}
	return fmt.Errorf("%w: %w", errReaderLeft, err)
}
