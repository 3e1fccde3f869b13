package market

import (
	"testing"

	"instrumentdesk/etoro"
)

func TestHidingRules(t *testing.T) {
	t.Parallel()
	tests := []struct{ symbol, name, want string }{
		{"Drm.557", "Dormant Commodity 557", "dormant placeholder"},
		{"DRM.27", "Dormant CFD 27", "dormant placeholder"},
		{"RBAG.PR", "Dormant 3457", "dormant placeholder"},
		{"Drm.Index22", "FTSE Thailand NTR (USD) Index", "dormant placeholder"},
		{"Drm 207002", "x", "dormant placeholder"},
		{"Drm1", "Drm1", "dormant placeholder"},
		{"DUCO.TEST", "DUCO", "test row"},
		{"Crypto10 - Test", "Crypto10 - Test", "test row"},
		{"ArikTest.Tender", "Test Tender offer", "test row"},
		{"SPYtest", "SPYtest", "test row"},
		{"ZXZZT", "MotiTest", "test row"},
		{"MTN dummy CVR", "MTN DUMMY CVR", "test row"},
		{"X1", "Test -fees per lot", "test row"},
		{"LOCKED FOR CVRR", "LOCKED FOR CVR", "locked row"},
		{"ADCBRI.DH", "Locked for Abu Dhabi Rights", "locked row"},
		{"AKRO.CVR", "AKRO.CVR", "corporate action"},
		{"WBA US CVR", "WBA US merger CVR", "corporate action"},
		{"CVR_ZGNX", "CVR of ZGNX 2$ per share", "corporate action"},
		{"BLUECVR13653", "CVR-BlueBird Bio delisting", "corporate action"},
		{"ZIMMER-CVR", "FNA US merger", "corporate action"},
		{"CVR PLAYA US MERGER", "PLAYA US delisting", "corporate action"},
		{"WOLF ESCROW.CVR", "WOLF Reclass", "corporate action"},
		{"CEPU Escrow asset", "CEPU SPIN OFF", "corporate action"},
		{"EURUSD_conversion", "EURUSD_TradeConversion", "conversion rate"},
		{"SILVER.DRM", "Micro Silver Futures Dormant.", "dormant placeholder"},
		{"SEG.Right", "Right for Seaport", "corporate action"},
		{"DEQB.DE", "Deutsche Euroshop Rights", "corporate action"},
		{"KRWUSD_old", "KRW/USD old", "old row"},
		{"GBPILS_olddd", "GBP/ILS", "old row"},
		{"STJ.L old", "St.James's Place", "old row"},
		{"FOX.OLD", "Twenty-First Century Fox", "old row"},
		{"BHVNold", "Biohaven Ltd old", "old row"},
		{"DDOld", "Du-Pont", "old row"},
		{"SE.delisted", "Spectra Energy", "old row"},

		// False friends: all real, all shown.
		{"CVI.US", "CVR Energy", ""},
		{"CVR", "Chicago Rivet & Machine Co", ""},
		{"CVRR", "CVR Refining", ""},
		{"CVRX", "CVRx Inc", ""},
		{"DRMA", "Dermata Therapeutics", ""},
		{"GOLD", "Gold", ""},
		{"1OZ.GOLD.AUG26", "1-Ounce Gold Aug 26 Future", ""},
		{"Gold.Hedge", "Gold Hedge", ""},
		{"KOLD", "ProShares UltraShort Bloomberg Natural Gas", ""},
		{"COLD", "Americold Realty Trust", ""},
		{"CBRL", "Cracker Barrel Old Country Store Inc.", ""},
		{"ORI", "Old Republic International", ""},
		{"LNTH", "Lantheus Holdings", ""},
		{"BIO.DE", "Biotest AG", ""},
		{"INTT", "inTEST Corporation", ""},
		{"AEHR", "Aehr Test System", ""},
		{"WSR", "Whitestone REIT", ""},
		{"LMT", "Lockheed Martin Corporation", ""},
		{"FL", "Foot Locker Inc", ""},
		{"ICVT", "iShares Convertible Bond ETF", ""},
		{"RMV.L", "Rightmove PLC", ""},
		{"CW", "Curtiss-Wright Corporation", ""},
		{"MNA", "Iq Merger Arbitrage Etf", ""},
		{"IESC", "IES Holdings Inc", ""},
		{"XESC.DE", "Xtrackers Euro Stoxx 50", ""},
	}
	for _, tt := range tests {
		if got := hiddenBy(&etoro.Instrument{ID: 1, Symbol: tt.symbol, DisplayName: tt.name}); got != tt.want {
			t.Errorf("%s (%s): hidden by %q, want %q", tt.symbol, tt.name, got, tt.want)
		}
	}
}

func TestHidingRulesThatNeedNoName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		row  etoro.Instrument
		want string
	}{
		{etoro.Instrument{ID: 0, Symbol: "A", DisplayName: "A"}, "id below 1"},
		{etoro.Instrument{ID: -100000, Symbol: "A", DisplayName: "A"}, "id below 1"},
		{etoro.Instrument{ID: 1, DisplayName: "Nameless"}, "no symbol"},
		{etoro.Instrument{ID: 1, Symbol: "US2000", DisplayName: "Russell 2000", Internal: true}, "internal row"},
		{etoro.Instrument{ID: 1, Symbol: "Drm.1", DisplayName: "Dormant", Internal: true}, "dormant placeholder"},
		{etoro.Instrument{ID: 1, Symbol: "A", DisplayName: "A"}, ""},
	}
	for _, tt := range tests {
		if got := hiddenBy(&tt.row); got != tt.want {
			t.Errorf("%+v: hidden by %q, want %q", tt.row, got, tt.want)
		}
	}
}
