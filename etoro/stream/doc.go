// Package stream follows live prices over eToro's WebSocket. It owns the
// connections, the login, the subscriptions, the merging of eToro's sparse
// messages into whole rates, and coming back after a break. A [Client] is told
// which instruments are wanted and passes on the rate of each as it changes.
//
//	client, err := stream.New(stream.Options{URL: stream.DefaultURL, APIKey: key, UserKey: userKey})
//	…
//	client.Subscribe(1001, 100000)
//	err = client.Run(ctx, board.Put, board.Changed)
//
// # Connections
//
// There is always one connection, also when nothing is wanted, so that refused
// keys show before the first viewer comes. eToro takes 4,999 topics on one, so
// beyond 4,900 there are more; they close again when fewer do. A connection
// counts as live once eToro has accepted the keys and every topic of it.
//
// A connection is given up when it breaks, when an answer does not come in
// time, when a ping is not answered, or when no message came for 30 s. eToro's
// keep-alive byte is a message; a pong is none, because something in between
// may answer pings for a service that is gone. The next attempt follows after a
// pause with full jitter that grows from 1 s to 60 s and starts over only when
// the connection before it was live for some seconds.
//
// Refused keys are final: nothing is dialled again, see [ErrRefused]. A topic
// that eToro refuses is found by halving the frame it was in and left out for an
// hour; the others are not affected.
//
// # Rates
//
// A [Rate] is the state of one instrument after a message: what the message
// left out is as before, what it told as null is unknown. Most messages tell
// nothing but a date. Those are no news about the price and are not passed on.
//
// # What it will not do
//
// It does not log (State tells), read the environment, keep prices of what
// is no longer wanted, follow redirects or use a proxy. Keys are never part of an
// error and out of reach of %+v.
package stream
