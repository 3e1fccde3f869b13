package market

import (
	"regexp"
	"strings"

	"instrumentdesk/etoro"
)

// hidingRules name what is no instrument for people, although eToro lists it. The
// first that applies is told. Each is written so narrowly that it spares the names
// that merely look alike: Biotest AG, Lockheed, CVR Energy, Cracker Barrel Old Country.
var hidingRules = []struct {
	name  string
	hides func(r *etoro.Instrument) bool
}{
	{"id below 1", idBelowOne},
	{"no symbol", noSymbol},
	{"dormant placeholder", dormant},
	{"test row", testRow},
	{"locked row", locked},
	{"corporate action", corporateAction},
	{"old row", oldRow},
	{"conversion rate", conversion},
	{"internal row", internalRow}, // last: the others say more
}

// hiddenBy is the name of the rule that hides the row, "" when none does. The texts
// of r are tidied already.
func hiddenBy(r *etoro.Instrument) string {
	for _, rule := range hidingRules {
		if rule.hides(r) {
			return rule.name
		}
	}
	return ""
}

func idBelowOne(r *etoro.Instrument) bool { return r.ID < 1 }

func noSymbol(r *etoro.Instrument) bool { return r.Symbol == "" }

func internalRow(r *etoro.Instrument) bool { return r.Internal }

// Drm is eToro's "dormant". DRM and DRMA may be tickers, so capitals need the dot
// and the digit that follow in a placeholder.
var dormantSymbol = regexp.MustCompile(`^(Drm[. 0-9]|DRM\.[0-9])|\.DRM$`)

// "Dormant Stock 12", "Micro Silver Futures Dormant."
var dormantName = regexp.MustCompile(`(?i)\bdormant\b`)

func dormant(r *etoro.Instrument) bool {
	return dormantName.MatchString(r.DisplayName) || dormantSymbol.MatchString(r.Symbol)
}

var (
	// SPYtest, DUCO.TEST, "Crypto10 - Test", ArikTest.Tender, "MTN dummy CVR".
	testSymbol = regexp.MustCompile(`[A-Z]test$|[a-z]Test\b|[.\- ](?i:test)$|\b(?i:dummy)\b`)
	// Nasdaq's and NYSE's test tickers: ZVZZT, ZXZZT …
	testTicker = regexp.MustCompile(`^Z[A-Z]ZZT$`)
	// "Test - fees per lot"; a company might well be called Test Research.
	testName = regexp.MustCompile(`^(?i:test) ?-`)
)

func testRow(r *etoro.Instrument) bool {
	return testSymbol.MatchString(r.Symbol) || testTicker.MatchString(r.Symbol) || testName.MatchString(r.DisplayName)
}

func locked(r *etoro.Instrument) bool {
	return hasPrefixFold(r.DisplayName, "locked for ") || hasPrefixFold(r.Symbol, "locked for ")
}

var (
	// Contingent value rights, escrows and the like as a part of the symbol: AKRO.CVR,
	// "WBA US CVR", CVR_ZGNX, CVR13646, SEG.Right. CVR alone is a
	// ticker (Chicago Rivet), as are CVRR and CVRX.
	actionSymbol = regexp.MustCompile(`(?i)[.\-_ ](CVR|escrow|rights?|tender)\b|\bescrow[.\-_ ]|\bCVR[\-_ ]|CVR[0-9]{4,}`)
	// "Deutsche Euroshop Rights", "Rights APRN 7/10/21".
	actionName = regexp.MustCompile(`^Rights |\bRights?$`)
)

func corporateAction(r *etoro.Instrument) bool {
	return actionSymbol.MatchString(r.Symbol) || actionName.MatchString(r.DisplayName)
}

// EURUSD_conversion: what eToro itself converts by.
func conversion(r *etoro.Instrument) bool { return strings.HasSuffix(r.Symbol, "_conversion") }

// KRWUSD_old, GBPILS_olddd, FOX.OLD, "STJ.L old", SE.delisted; and run together with
// a change of case, BHVNold and DDOld, but neither KOLD nor COLD.
var oldSymbol = regexp.MustCompile(`(?i:[._\- ](old+|delisted))$|[A-Z](old|Old)$`)

func oldRow(r *etoro.Instrument) bool { return oldSymbol.MatchString(r.Symbol) }

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
