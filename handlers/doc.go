// Package handlers is HTTP in and out: it parses a request, asks the market, builds the
// model of a page and renders it. It is the only importer of echo.
//
// Each handler is parse, ask, model, render and returns an error; errors.go is the one place
// where an error becomes a status, a page, a problem document or an inline notice, and the one
// place that knows eToro's error types. middleware.go writes the one log line of a request.
//
// It asks eToro nothing itself, keeps no state between requests, and holds no HTML.
package handlers
