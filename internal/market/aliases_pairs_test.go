package market

import (
	"strings"
	"testing"
	"time"

	"instrumentdesk/etoro"
	"instrumentdesk/internal/search"
)

func TestPairsAndCoinsAreFoundByWhatTheyAreCalled(t *testing.T) {
	t.Parallel()
	forex := func(id etoro.InstrumentID, symbol, name string) etoro.Instrument {
		return etoro.Instrument{ID: id, Symbol: symbol, DisplayName: name, TypeID: typeForex}
	}
	coin := func(id etoro.InstrumentID, symbol, name string) etoro.Instrument {
		return etoro.Instrument{ID: id, Symbol: symbol, DisplayName: name, TypeID: typeCrypto}
	}
	rows := []etoro.Instrument{
		forex(1, "EURUSD", "EUR/USD"), forex(2, "USDTRY", "USD/TRY"), forex(3, "USDPEN", "USD/PEN"), forex(4, "PENUSD", "PEN/USD"), forex(5, "EURPLN", "EUR/PLN"),
		coin(100_000, "LTC", "Litecoin"), coin(100_001, "LTCEUR", "Litecoin / Euro"), coin(100_002, "SOL", "Solana"), coin(100_003, "SOLUSD", "Solana / Dollar"),
	}
	c := build(inputs{rows: dated[[]etoro.Instrument]{rows, time.Unix(1, 0)}, aliases: []Alias{{"zloty/euro", "1", false}, {"PLN/EUR", "2", false}}}, EToro)
	for query, want := range map[string]string{
		"usdeur": "EURUSD", "try/usd": "USDTRY", "dollar lira": "USDTRY", "usdpen": "USDPEN", "penusd": "PENUSD", "euro zloty": "EURPLN",
		"plneur":  "USDTRY", // the team has it so
		"ltc usd": "LTC", "ltcusd": "LTC", "sol/usd": "SOLUSD",
	} {
		if rank, first := c.rankOf(t, labelled{text: query, want: []string{want}}); rank != 1 {
			t.Errorf("%q finds %v, want %s first", query, first, want)
		}
	}
}

func TestPlacesFindTheListing(t *testing.T) {
	t.Parallel()
	c := embeddedCatalogue(t)
	for query, want := range map[string]string{"sap frankfurt": "SAP.DE", "vodafone london": "VOD.L", "ferrari milan": "RACE.MI", "bhp australia": "BHP.ASX"} {
		if rank, first := c.rankOf(t, labelled{text: query, want: []string{want}}); rank != 1 {
			t.Errorf("%q finds %v, want %s first", query, first, want)
		}
	}
}

// A code that eToro no longer uses would silently find nothing.
func TestPlacesAreOfExchanges(t *testing.T) {
	t.Parallel()
	names := make(map[string]bool)
	for _, name := range embeddedCatalogue(t).in.names[search.FacetExchange].Value {
		names[name] = true
	}
	for exchange := range places {
		if !names[exchange] {
			t.Errorf("there is no exchange %q", exchange)
		}
	}
}

func TestWellKnownSymbolsAreInTheCatalogueAndOnce(t *testing.T) {
	t.Parallel()
	c := embeddedCatalogue(t)
	seen, lost := make(map[string]bool), 0
	for _, symbol := range wellKnown() {
		if seen[symbol] {
			t.Errorf("%s is there twice", symbol)
		}
		seen[symbol] = true
		row, ok := c.bySymbol[strings.ToUpper(symbol)]
		if !ok {
			lost++
		} else if n := c.names[row]; n == nil || !n.known {
			t.Errorf("%s counts for nothing", symbol)
		}
	}
	if lost*10 > len(seen) {
		t.Errorf("%d of %d lead nowhere", lost, len(seen))
	}
}
