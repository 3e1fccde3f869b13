// Package trace owns the request id: the name under which one answer to a browser is
// found again, on the page, in the header and in the log.
//
// It makes ids, decides which ids of others are fit to be adopted, and carries the id
// through a context. It is not the id that eToro gets: each call to eToro carries its own
// (see package etoro). It does no logging and knows nothing of HTTP.
package trace
