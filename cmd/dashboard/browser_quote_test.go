package main

import "testing"

// What follows from a live price has to follow it: the dollars, the mark in the range of the day, the age.
func TestTheQuoteKeepsInStepWithItsPrice(t *testing.T) {
	t.Parallel()
	p := sharedProgram(t)
	b := openTab(t, p.url)
	b.visit("/s/BP.L")
	b.until("the scripts are there", `document.querySelector("[data-live-mark]:not([hidden])")`)
	// Pence far above the range of the day, from ten minutes ago. What is read with it no other price can change.
	got := eval[map[string]string](b, `{
		const id = Number(document.querySelector("[data-quote]").dataset.live);
		document.dispatchEvent(new CustomEvent("stream:prices", { detail: { prices: [{
			id, price: "1,000,000.00", bid: "1,000,000.00", ask: "1,000,100.00", raw: 1000000,
			at: new Date(Date.now() - 600000).toISOString(), at_text: "05:30:12 UTC",
		}] } }));
		const text = (name) => document.querySelector("[data-" + name + "]").textContent;
		({
			bid: text("dollars-bid"), ask: text("dollars-ask"), high: text("range-high"), age: text("age"),
			mark: document.querySelector("[data-range-place]").getAttribute("cx"),
			price: document.querySelector("[data-testid=price]").textContent,
		}) }`)
	for what, want := range map[string]string{
		"price": "1,000,000.00", "bid": "13,100.00", "ask": "13,101.31", "high": "1,000,000.00", "mark": "100.0%", "age": "10 min old",
	} {
		if got[what] != want {
			t.Errorf("%s is %q, want %q", what, got[what], want)
		}
	}
}
