package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// answer is a whole HTTP response, so that a fault can change any part of it.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	gzipped []byte // body gzipped, where that is at hand
}

func newAnswer(status int, contentType string, body []byte) answer {
	h := http.Header{}
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	return answer{status: status, header: h, body: body}
}

const jsonType = "application/json; charset=utf-8"

// jsonAnswer is a 200. v is one of this package's wire types, which all encode.
func jsonAnswer(v any) answer { return jsonStatus(http.StatusOK, v) }

func jsonStatus(status int, v any) answer {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("sandbox: encode %T: %v", v, err))
	}
	return newAnswer(status, jsonType, b)
}

// gatewayError is an error in the shape of eToro's gateway.
func gatewayError(status int, code, message string) answer {
	return jsonStatus(status, struct {
		ErrorCode    string `json:"errorCode"`
		ErrorMessage string `json:"errorMessage"`
	}{code, message})
}

func badRequest(format string, args ...any) answer {
	return gatewayError(http.StatusBadRequest, "ValidationFailed", fmt.Sprintf(format, args...))
}

// edgePage is an HTML page in the manner of the network in front of eToro.
func edgePage(status int) answer {
	title := "Attention Required!"
	if status != http.StatusForbidden {
		title = http.StatusText(status)
	}
	page := fmt.Sprintf(`<!DOCTYPE html>
<html lang="en-US">
<head><title>%[1]s | Edge</title><meta charset="UTF-8" /></head>
<body><h1>%[1]s</h1><p>Error %[2]d. The sandbox's edge refused this request or could not pass it on.</p></body>
</html>
`, title, status)
	return newAnswer(status, "text/html; charset=UTF-8", []byte(page))
}

// gzipFloor is the size below which compressing costs more than it saves.
const gzipFloor = 512

// send writes a. With cutAfter above 0 it promises more than it sends, and
// closes the connection after that many bytes of the body.
func (a answer) send(w http.ResponseWriter, r *http.Request, cutAfter int) {
	body := a.body
	if len(body) >= gzipFloor && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = a.gzippedBody()
		a.header.Set("Content-Encoding", "gzip")
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if cutAfter > 0 {
		cut := body[:min(cutAfter, len(body))]
		w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
		w.WriteHeader(a.status)
		_, _ = w.Write(cut)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the client may have left
}

func (a answer) gzippedBody() []byte {
	if a.gzipped != nil {
		return a.gzipped
	}
	return gzipped(a.body, gzip.BestSpeed)
}

// gzipped cannot fail: it writes to memory at a level that exists.
func gzipped(b []byte, level int) []byte {
	var buf bytes.Buffer
	z, _ := gzip.NewWriterLevel(&buf, level)
	_, _ = z.Write(b)
	_ = z.Close()
	return buf.Bytes()
}
