package views

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
	Price       string // "231.42", "–"
	PriceNote   string // "read 05:30:12 UTC · 4 min old" or why it is unknown
	PriceOld    bool
	Change      string
	Trend       string
	Market      string // "Market open", "Market closed", "" unknown
	MarketTone  Tone
	MarketNote  string      // "eToro's own flag"
	Cells       []QuoteCell // bid, ask, spread, the time of the quote
	Converted   string      // "≈ 231.42 USD", "" when no conversion is known
	QuoteErr    *ErrorModel // inline, when the live price could not be had
	DayRange    *DayRange   // nil when unknown
	Changes     []ChangeModel
	ChangesNote string
	JSON        string // the same for programs
	Closes      []CloseModel
	ClosesNote  string      // their age, or why they are missing
	ClosesErr   *ErrorModel // inline, when they could not be had
	Facts       []Fact
	Listings    []ListingModel
	Permalink   string // "/instruments/1001"
	SymbolLink  string // "/s/AAPL"
	Chart       ChartModel
	Curl        string // the call to eToro's own API, keys as variables
}

// CloseModel is one previous close.
type CloseModel struct{ Period, Price, Date, Change, Trend string }

// QuoteCell is one number beside the price. Key is what live prices find it by: "bid", "ask", "spread", "at".
type QuoteCell struct{ Name, Key, Value, Title string }

// DayRange is the low and the high of the day, and where between them the price is: 0..100.
type DayRange struct {
	Low, High, Day string
	Place          int
}

// ChangeModel is how the price went over a period. Size is the length of its bar, 0..100.
type ChangeModel struct {
	Period, Text, Trend, Title string
	Size                       int
}

// Fact is one line of what is known; Unknown marks what eToro does not say. Copy is the text a copy button yields.
type Fact struct {
	Name, Value, Title, Href, Copy string
	Unknown                        bool
}

// ListingModel is another listing of the same company.
type ListingModel struct{ Symbol, Href, Text, Exchange string }

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
