// Command dashboard is Instrument Desk: it finds eToro's instruments in a browser.
//
// It owns flags, environment, wiring and lifetimes, and nothing else: what is asked of eToro is in
// package etoro, what pages show in internal/market, and how they answer in handlers.
//
//	dashboard            serve the pages (the default command)
//	dashboard check      ask eToro with the configured keys and print what works
//	dashboard --help     flags and environment
package main
