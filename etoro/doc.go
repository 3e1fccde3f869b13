// Package etoro is a client of eToro's public market-data API. It owns what one
// read needs: the URL, the credentials, the request id, the rate budget,
// retries, decoding and typed errors. Each method of [Client] is one route.
//
//	client, err := etoro.New(etoro.Options{APIKey: key, UserKey: userKey, Product: "MyDesk/1.0"})
//	…
//	rates, err := client.Rates(ctx, []etoro.InstrumentID{1001})
//
// # Authentication
//
// [Options] takes the key pair that eToro's site creates, or an OAuth access
// token instead. eToro refuses both at once and answers nothing without, so New refuses
// both cases too. Keys are of type [Secret], which prints [redacted] everywhere; a Client
// keeps them out of reach of %+v, and blots them out of texts that come back
// from eToro. [Client.Me] checks them.
//
// # Requests
//
// Every HTTP attempt carries its own UUID v4 in x-request-id, so that eToro's
// support can find exactly this one, and a browser-like User-Agent that names
// the program in Options.Product: eToro's edge refuses those of tools. Commas of
// lists are sent literally. gzip is asked for and unpacked by net/http. Bodies are read
// whole, up to a limit of their unpacked size: 64 MiB where there is a row for
// every instrument, 4 MiB for quotes, 1 MiB for lookups. An attempt has 15 s, or a minute for
// whole catalogues, and less when the caller's deadline is nearer. Redirects are not followed, because keys would follow
// them; the API has none. The client's own transport uses no proxy; give
// Options.Transport for one.
//
// Decoding is as tolerant as the wire is untidy: numbers and dates in all the forms that
// were seen, either spelling of a key, the last of repeated ones, wrapped lists. What
// cannot be read is unknown; a row without a readable id is left out and counted in
// [Attempt].Skipped, and only when no row is readable is the answer [ErrContract].
//
// # Rate limits
//
// eToro counts reads per key over a rolling minute. A Client never sends more
// than Options.RateLimit in any such minute, retries included: use one Client per key,
// and share the limit out when several programs use it. When the minute is spent a
// call waits, for up to 5 s and never past its deadline, and is otherwise
// refused without being sent, with a [RateLimitError] that is Local and says when to
// come back. Calls under a context of [Background] may spend a third of
// the limit, rounded down but at least one, give way to others, and wait as long as
// their context allows.
//
// The RateLimit headers of answers are heeded, under either of their names. A lower limit or a lower
// count of what is left is believed; a higher one is not, since the configured
// limit is what this program may spend. [Client.Budget] tells the state.
//
// After a 429 nothing is sent, not even by calls that were waiting for a slot, until
// Retry-After has passed: seconds or a date, brought into 1 s … 2 min. Without a
// readable one the pause is random, from 1 s, with a bound that doubles with each 429
// in a row. The call that got the 429 returns at once, and so do the others meanwhile;
// their errors hold the 429 that closed the gate, with its ids.
//
// # Retries
//
// Statuses 500, 502, 503 and 504 and broken connections are tried again, in all at most three times, after
// a random pause below 0.5 s and then 1 s, or what a 503's Retry-After asks. No
// pause begins that would end after the caller's deadline. Retries stay below a tenth
// of the calls, with the exception of one call's retries a minute. After five
// failures in a row a breaker opens: for 5 s calls are refused with a Local
// [TransportError], then one is let through as a probe. No other answer is tried again.
//
// Waits, windows and dates are measured on Options.Clock; the time that an attempt
// may take, and deadlines, on the system's clock, where context has them.
//
// # Errors
//
// Ask for the class with errors.Is; every error has one, except that a call whose own context ended is
// context.Canceled or context.DeadlineExceeded, and only then:
//
//	ErrInvalid       *APIError 4xx, *ParamError (refused before it was sent)
//	ErrUnauthorized  *APIError 401, 403
//	ErrNotFound      *APIError 404, 410
//	ErrRateLimited   *RateLimitError (429, or refused by the gate)
//	ErrUnavailable   *APIError 408, 5xx; *TransportError (no answer, or refused by the breaker)
//	ErrContract      *ContractError (a success not understood); *APIError 3xx
//
// errors.As gives the data: eToro's code and message, ids, RetryAfter, and all
// attempts. [Details] finds the attempts in any of them. The texts are one
// line for logs; what eToro says in them is capped, and is not for the eyes of users.
//
// # Observing
//
// [WithObserver] gets an [Attempt] for each HTTP exchange made under a context: its id,
// status, size and duration, and why another one followed or not.
//
// # What it will not do
//
// It has no cache, no logger and no background work, reads no environment, places
// no orders, and joins no pages: what to ask when, and how old an answer may be, is for
// the caller to decide. It imports nothing of this module.
package etoro
