package views

import "strconv"

// InstrumentModel is the page of one instrument.
type InstrumentModel struct {
	Page        Page
	ID          string
	Symbol      string
	Name        string
	Monogram    string
	Colour      int
	Crumbs      []Link
	Subtitle    string // "Stocks · Nasdaq · Technology · id 1001"
	HiddenBy    string // "" or why it is hidden in the list
	Quote       QuoteModel
	Chart       ChartModel
	Changes     []ChangeModel // none when no period is known
	ChangesNote string        // where they are from, or why some are missing
	Closes      []CloseModel
	ClosesNote  string      // their age, or why they are missing
	ClosesErr   *ErrorModel // inline, when they could not be had
	Facts       []Fact
	Listings    []ListingModel
	CompareHref string // this one beside its other listings; "" without any
	Permalink   string // "/instruments/1001"
	SymbolLink  string // "/s/AAPL"
	JSON        string // "/instruments/1001.json"
	Calls       []CallModel
}

// QuoteModel is the latest price. Texts that are not known are Unknown, so that a price that
// comes later finds its cell.
type QuoteModel struct {
	Price      string // the bid, which is the price that is shown everywhere
	Ask        string
	Unit       string // "GBX" where it can be inferred, "" else
	UnitTitle  string // from what
	Spread     string // "0.06"
	SpreadPct  string // "0.03 %"
	Change     string
	Trend      string
	Since      string // "since 228.72, the previous close"; "" unknown
	Market     string // "Market open", "Market closed", "Delisted", "" unknown
	MarketTone Tone
	MarketNote string // "eToro's own flag"
	Time       Moment
	Source     string // "pushed by eToro"
	Old        bool
	Note       string      // why there is no price, or none that is newer
	Err        *ErrorModel // inline, when it could not be had
	Dollars    *DollarsModel
	Range      *RangeModel
}

// Moment is a time to read, and the same for programs. The zero Moment is unknown.
type Moment struct {
	Text string // "05:30:12 UTC"
	ISO  string // "2026-11-24T05:30:12Z"
	Age  string // "4 s old"
}

// DollarsModel is a quote converted to US dollars. The plain rates are for the script that
// converts what comes later; without them there is nothing to convert.
type DollarsModel struct {
	Bid, Ask         string
	Rate             string // "at eToro's rate of 0.0131"
	BidRate, AskRate string // "0.0131"
}

// RangeModel is the low and the high of a day, and the place of the price between them. The
// plain numbers are for the script that moves the mark.
type RangeModel struct {
	Name                string // "Range of 2026-11-24"
	Low, High           string
	Percent             float64 // 0 is the low, 100 the high
	PlainLow, PlainHigh string
}

// place is where the mark stands, as an attribute of SVG.
func (r RangeModel) place() string {
	return strconv.FormatFloat(min(max(r.Percent, 0), 100), 'f', 1, 64) + "%"
}

// ChangeModel is how the price went over a period.
type ChangeModel struct {
	Period string // "1 week"
	Text   string // "−0.64 %"
	Trend  string
	Title  string // who says so, and since when
	Size   int    // of its bar, 0 to 100 of the largest
	Live   bool   // live prices change it
}

// bar is where the bar of a change begins and how long it is, from the middle to the left or to
// the right.
func (c ChangeModel) bar() (x, width string) {
	half := float64(min(max(c.Size, 0), 100)) / 2
	start := 50.0
	if c.Trend == "down" {
		start -= half
	}
	percent := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) + "%" }
	return percent(start), percent(half)
}

// CloseModel is one previous close.
type CloseModel struct{ Period, Price, Date, Change, Trend string }

// Fact is one line of what is known; Unknown marks what eToro does not say. Copy is the text a copy button yields.
type Fact struct {
	Name, Value, Title, Href, Copy string
	Unknown                        bool
	Number                         bool // Value is one
}

// ListingModel is another listing of the same company.
type ListingModel struct{ Symbol, Href, Text, Exchange string }

// CallModel is a call of eToro's own API: what it brings, and the command with the keys as variables.
type CallModel struct{ Name, Command string }

// known are the facts that eToro states.
func (m InstrumentModel) known() []Fact {
	var known []Fact
	for _, f := range m.Facts {
		if !f.Unknown {
			known = append(known, f)
		}
	}
	return known
}

// unknown are the facts that eToro does not state.
func (m InstrumentModel) unknown() []Fact {
	var unknown []Fact
	for _, f := range m.Facts {
		if f.Unknown {
			unknown = append(unknown, f)
		}
	}
	return unknown
}
