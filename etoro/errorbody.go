package etoro

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"strings"
)

// errorBody is what eToro told about a refusal.
type errorBody struct{ code, message, requestID string }

// errorWire is the union of the error shapes that eToro's gateways, services,
// sign-in host and RFC 9457 use. One struct does because no two of them
// give the same key different meanings.
type errorWire struct {
	ErrorCode, ErrorMessage text // gateway; the code was seen as a number, too
	Code, Message           text // balances
	Title, Detail           text // RFC 9457
	OAuthText               text `json:"error_description"`
	RequestID               text
	Error                   json.RawMessage // object, or plain text
}

// readErrorBody understands every error body seen, HTML and emptiness included.
// What it cannot read is simply not told.
func readErrorBody(body []byte) errorBody {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return errorBody{}
	}
	if body[0] == '<' {
		return errorBody{message: strings.TrimSpace("html page " + htmlTitle(body))}
	}
	var w errorWire
	if json.Unmarshal(body, &w) != nil {
		return errorBody{message: string(body)} // plain text, as edges send it
	}
	inner, plain := innerError(w.Error)
	e := errorBody{
		code:      cmp.Or(string(w.ErrorCode), string(inner.Code), string(w.Code), string(w.Title)),
		message:   cmp.Or(string(w.ErrorMessage), string(inner.Message), string(w.Message), string(w.Detail)),
		requestID: cmp.Or(string(w.RequestID), string(inner.RequestID)),
	}
	if w.OAuthText != "" {
		e.code, e.message = plain, string(w.OAuthText)
	} else if e.message == "" {
		e.message = plain
	}
	return e
}

// innerError reads the value under "error": an object like the outer one, or text.
func innerError(raw json.RawMessage) (inner errorWire, plain string) {
	if len(raw) == 0 || json.Unmarshal(raw, &inner) == nil {
		return inner, ""
	}
	var t text
	_ = t.UnmarshalJSON(raw) // never fails
	return errorWire{}, string(t)
}

// htmlTitle finds what an edge page calls itself ("Attention Required!").
func htmlTitle(page []byte) string {
	_, rest, ok := bytes.Cut(page, []byte("<title>"))
	if !ok {
		return ""
	}
	title, _, ok := bytes.Cut(rest, []byte("</title>"))
	if !ok {
		return ""
	}
	return html.UnescapeString(string(title))
}
