package etoro

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"time"
)

// malformedError says what is wrong with a body that did arrive.
type malformedError string

func (e malformedError) Error() string { return string(e) }

// cause names why no answer came. Only when the caller's own context ended is
// that context's error to be found in it: neither an attempt's own timeout nor
// one inside net/http may look like the caller's deadline.
func cause(caller, attempt context.Context, timeout time.Duration, err error) error {
	if callerErr := caller.Err(); callerErr != nil {
		return callerErr
	}
	if attempt.Err() != nil {
		return fmt.Errorf("nothing complete within %s", timeout)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // the rest of it is the URL
	}
	if callerEnded(err) {
		return errors.New(err.Error())
	}
	return err
}

// readAll reads a whole body of at most limit bytes, counted unpacked. Broken
// compression and excess are malformed; any other error is the connection's.
// It is read whole before it is decoded, because a connection that broke is
// worth another attempt and a document that is broken is not.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	body, err := readAtMost(r, limit+1)
	if isBadGzip(err) {
		return body, malformedError("broken gzip")
	}
	if err == nil && int64(len(body)) > limit {
		return body[:limit], malformedError(fmt.Sprintf("longer than %d bytes", limit))
	}
	return body, err
}

func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	_, err := buf.ReadFrom(io.LimitReader(r, limit))
	return buf.Bytes(), err
}

func isBadGzip(err error) bool {
	_, corrupt := errors.AsType[flate.CorruptInputError](err)
	return corrupt || errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum)
}
