// Package views owns how the desk looks: the models that pages are made of, the components that
// draw them, and the formatting of numbers, times and texts for them.
//
// Text in a model is final and links are final: a component chooses no words that depend on
// data, never calls what can fail, and never reads a clock. Models carry no HTML; everything in
// them is escaped. Links of a model are built by the server, never taken from a request, since
// data-hx-get is not sanitised the way href is.
//
// It knows nothing of eToro, of the market, or of HTTP. Components are drawn with
// "go tool templ generate"; the generated files are committed.
//
// # What scripts may hold on to
//
// Classes style and nothing else. Scripts use ids and data- attributes, tests use data-testid.
// The ids #q, #search-form, #results, #notice, #announce and #loading are agreed with the
// handlers' fragments and with static/js. A link that changes the list has an id that starts
// with "facet-", "sort-" or "page-": htmx finds the focus again by it, and sends it as
// HX-Trigger, by which the server tells a step worth a history entry from a keystroke. The parts
// of the chart have data-chart- attributes, which static/js/chart.js fills anew; what has to do with the choice
// of instruments to compare has data-compare- attributes, for static/js/compare.js. An element with
// data-live has the cells of one instrument, by data-cell; static/js/live.js fills them. Text with
// numbers that static/js/numbers.js may write in the way of the reader's language is in elements
// with data-number. What static/js/quote.js reckons from a live price has data-quote, data-range
// and data-dollars attributes.
package views
