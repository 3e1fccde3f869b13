package market

import (
	"maps"
	"slices"
	"testing"
	"time"

	"instrumentdesk/etoro"
)

// catalogueOf builds a catalogue without prices.
func catalogueOf(rows ...etoro.Instrument) *Catalogue {
	return build(inputs{rows: dated[[]etoro.Instrument]{rows, time.Unix(1, 0)}}, EToro)
}

func of(r etoro.Instrument, change func(*etoro.Instrument)) etoro.Instrument {
	change(&r)
	return r
}

func coin(r *etoro.Instrument)   { r.TypeID = 10 }
func future(r *etoro.Instrument) { r.Expires = true }

func TestListingsOfACompanyShareAMainOne(t *testing.T) {
	t.Parallel()
	type mains map[string]etoro.InstrumentID
	tests := []struct {
		name string
		rows []etoro.Instrument
		want mains
	}{
		{"twins stand behind the plain one, whatever their ids",
			[]etoro.Instrument{stock(1, "AAPL.EUR", "Apple"), stock(2, "AAPL.RTH", "Apple"), stock(3, "AAPL", "Apple"), stock(4, "AAPL.24-7", "Apple"), stock(5, "AAPL.EXT", "Apple")},
			mains{"AAPL.EUR": 3, "AAPL.RTH": 3, "AAPL": 3, "AAPL.24-7": 3, "AAPL.EXT": 3}},
		{"venues of one name are together, the older first",
			[]etoro.Instrument{stock(9, "CRH.IR", "CRH plc"), stock(5, "CRH.L", "CRH Plc"), stock(7, "CRH", "CRH  plc")},
			mains{"CRH.IR": 5, "CRH.L": 5, "CRH": 5}},
		{"a ticker that a coin has joins nothing",
			[]etoro.Instrument{of(stock(1, "AMP", "Amp"), coin), stock(2, "AMP.US", "Ameriprise Financial Inc"), stock(3, "AMP.RTH", "Ameriprise Financial Inc")},
			mains{"AMP": 1, "AMP.US": 2, "AMP.RTH": 2}},
		{"one name of two types is two things",
			[]etoro.Instrument{of(stock(1, "GOLD", "Gold"), coin), stock(2, "GOLD.US", "Gold")},
			mains{"GOLD": 1, "GOLD.US": 2}},
		{"a twin may shorten the name",
			[]etoro.Instrument{stock(1, "TEL", "TE Connectivity Ltd"), stock(2, "TEL.RTH", "TE Connectivity")},
			mains{"TEL": 1, "TEL.RTH": 1}},
		{"a reused ticker of another company stays apart",
			[]etoro.Instrument{stock(1, "PX", "Praxair Inc"), stock(2, "PX.US", "P10 Inc")},
			mains{"PX": 1, "PX.US": 2}},
		{"legal forms tell companies apart",
			[]etoro.Instrument{stock(1, "A", "Delta Inc"), stock(2, "B", "Delta AG")},
			mains{"A": 1, "B": 2}},
		{"a hidden row is never the main one of a shown one",
			[]etoro.Instrument{stock(1, "MRK.DE_old", "Merck KGaA"), stock(2, "MRK.DE", "Merck KGaA")},
			mains{"MRK.DE_old": 2, "MRK.DE": 2}},
	}
	for _, tt := range tests {
		got := mains{}
		for _, r := range catalogueOf(tt.rows...).rows {
			got[r.Symbol] = r.MainListing
		}
		if !maps.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestPopularityChoosesAmongEqualListings(t *testing.T) {
	t.Parallel()
	in := inputs{
		rows: dated[[]etoro.Instrument]{[]etoro.Instrument{stock(1, "CRH.L", "CRH"), stock(2, "CRH", "CRH"), stock(3, "CRH.RTH", "CRH")}, time.Unix(1, 0)},
		quotes: dated[map[etoro.InstrumentID]Quote]{map[etoro.InstrumentID]Quote{
			1: {Popularity: ptr(5.0)}, 2: {Popularity: ptr(50.0)}, 3: {Popularity: ptr(500.0)},
		}, time.Unix(1, 0)},
	}
	for _, r := range build(in, EToro).rows {
		if r.MainListing != 2 {
			t.Errorf("%s: main %d, want 2", r.Symbol, r.MainListing)
		}
	}
}

func TestSecondaryRowsAreTwinsAndFutures(t *testing.T) {
	t.Parallel()
	c := catalogueOf(
		stock(1, "AAPL", "Apple"), stock(2, "AAPL.RTH", "Apple"), stock(3, "BSX.RTH", "Boston Scientific"),
		stock(4, "OIL.JUN26", "Oil Jun 26"), of(stock(5, "COTTON", "Cotton"), future), stock(6, "SI.US", "Siemens"),
		stock(7, "BTC.Fut", "Bitcoin Future CME"), stock(8, "VIX.SEP", "VIX Sep 23 Future"), stock(9, "OIL.MICRO", "Micro WTI"), stock(10, "BTC.SPOT2", "Spot Quoted Bitcoin"),
		stock(11, "Gold.Hedge", "Gold Hedge"), stock(12, "MAR.L", "Marshall"), stock(13, "NOV", "NOV Inc"), stock(14, "SPOT", "Spotify"), stock(15, "BMW.DE", "BMW"))
	want := map[string]bool{
		"AAPL.RTH": true, "OIL.JUN26": true, "COTTON": true, "BTC.Fut": true, "VIX.SEP": true, "OIL.MICRO": true, "BTC.SPOT2": true, "Gold.Hedge": true,
	}
	for i := range c.rows {
		if got := isSecondary(&c.rows[i]); got != want[c.rows[i].Symbol] {
			t.Errorf("%s: secondary %v", c.rows[i].Symbol, got)
		}
	}
}

func TestWithoutPopularityTheEarlierOfAKindStandsFirst(t *testing.T) {
	t.Parallel()
	rows := []etoro.Instrument{
		stock(1001, "ONE", "Omega One"), stock(1002, "TWO", "Omega Two"), stock(1003, "THREE", "Omega Three"),
		of(stock(1004, "FUND", "Omega Fund"), func(r *etoro.Instrument) { r.TypeID = typeETF }),
		of(stock(100000, "COIN", "Omega Coin"), coin),
	}
	l, err := catalogueOf(rows...).find(Query{Box: "omega"})
	want := []string{"COIN", "ONE", "TWO", "THREE", "FUND"} // the first coin is level with the first stock
	if got := symbols(l); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestSuffix(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"AAPL": "", "VOD.L": "L", "SAP.de": "DE", "AAPL.24-7": "24-7", "1OZ.GOLD.AUG25": "AUG25",
		".l": "", "A.": "", "STJ.L old": "", "YCSH .DE": "DE", "BRK.B": "B",
	}
	for symbol, want := range tests {
		if got := suffixOf(symbol); got != want {
			t.Errorf("%s: %q, want %q", symbol, got, want)
		}
	}
}
