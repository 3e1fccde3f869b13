// Package sandbox is a simulated eToro: it answers eToro's market-data routes
// and its WebSocket over real HTTP on a loopback port, as strictly as the real
// one, from a catalogue of its own. The dashboard falls back to it when no keys
// are set, cmd/fakeetoro runs it alone, and tests run against it.
//
// It owns the wire shapes of eToro as a server sends them, an embedded
// catalogue, made-up prices and scripted faults. It imports nothing of this
// module, so that a mistake in the client's reading of the API cannot hide
// behind the same mistake here. It never talks to the network itself, keeps
// nothing on disk, and has no trading, no accounts and no history but the
// prices it can compute.
//
// # Strictness
//
// A request is checked in this order:
//
//   - a User-Agent of a tool (or none) gets the edge's HTML 403;
//   - an unknown path 404 RouteNotFound, another method than GET 405;
//   - no UUID in x-request-id 422 RequestIdRequired;
//   - key pair and bearer token together 422, neither or wrong ones 401;
//   - more than Options.RateLimit requests in a rolling minute 429;
//   - an encoded comma (%2C) anywhere in the query 500, as eToro's rates route
//     does; some of eToro's other routes ignore such a list silently, which
//     would hide the mistake;
//   - whatever the route itself demands.
//
// # Prices
//
// A price is a pure function of the seed, the instrument and the time (see
// market). Nothing is stored, and rates, candles, search, closing prices and the
// stream agree at every instant. They are made up: priceSource says so on each
// embedded or made-up row. Prices move around the clock, also when the exchange
// is reported as closed.
//
// # Faults
//
// Server.Fault scripts what goes wrong: a status, a delay, a cut body, a dropped
// connection, HTML, malformed JSON, for one route, n times. With Options.Control
// another process scripts the same over HTTP, from loopback only:
//
//	POST   /__sandbox/faults   {"route":"*","times":2,"status":503,"delay":"1s"}
//	DELETE /__sandbox/faults   forgets all of them
//	GET    /__sandbox/calls    what was asked, oldest first
//	DELETE /__sandbox/streams  drops all open sockets
//
// The JSON fields of a fault are those of Fault in snake case; header is an
// object of strings.
//
// # Catalogue
//
// catalogue.tsv has the columns id, symbol, name, type, exchange, industry,
// price and flags, tab-separated, most popular first. Cells are never trimmed:
// a blank around a symbol is there on purpose, because eToro's own has some.
package sandbox
