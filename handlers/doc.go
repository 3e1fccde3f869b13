// Package handlers is HTTP in and out: it parses a request, asks the market, builds the
// model of a page and renders it. It is the only importer of echo.
//
// Each handler is parse, ask, model, render and returns an error; errors.go is the one place
// where an error becomes a status, a page, a problem document or an inline notice, and the one
// place that knows eToro's error types. middleware.go writes the one log line of a request.
//
// live.go streams prices: one goroutine for each reader, which takes what changed from its viewer at the market
// and writes it in one piece (sse.go), at its own pace. Readers share what a price looks like (livetexts.go).
//
// It asks eToro nothing itself, holds no HTML, and keeps nothing between requests but the count of its streams
// and texts that can be made anew.
package handlers
