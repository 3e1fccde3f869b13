package etoro

import "time"

// InstrumentID is eToro's number for an instrument. It never changes, so it is
// safe as a primary key. Ids below 1 are not instruments.
type InstrumentID int

// Instrument is one row of eToro's catalogue as GET /market-data/instruments
// tells it. Texts are as sent: they may carry surrounding blanks.
type Instrument struct {
	ID          InstrumentID
	DisplayName string
	Symbol      string // eToro's symbolFull; may hold blanks, dots, lower case
	TypeID      int
	ExchangeID  int
	IndustryID  int    // 0 where eToro sends null, 0 or nothing
	PriceSource string // free text; "" when not told
	Expires     bool   // a dated future
	Internal    bool   // eToro's own: not for users
	Images      []Image
}

// Image is one logo of an instrument. The list order is random: choose by Width.
type Image struct {
	URI             string  // usually absolute https; old ones are relative paths
	Width, Height   float64 // pixels; 0 on the vector image
	BackgroundColor string  // "#RRGGBB" on the vector image, else ""
	TextColor       string
}

// Exchange is a venue, or what eToro treats as one.
type Exchange struct {
	ID          int
	Description string // may hold double blanks
}

// InstrumentType is a class of instruments: Stocks, ETF, Crypto.
type InstrumentType struct {
	ID          int
	Description string
}

// StocksIndustry is what a company does, in nine classes.
type StocksIndustry struct {
	ID   int
	Name string
}

// Close is the last price of a period. The zero Close means that eToro has none
// (it sends price -1 and the year 0001).
type Close struct {
	Price float64
	Date  time.Time
}

// ClosingPrice holds the closes of the previous day, week and month.
type ClosingPrice struct {
	ID                     InstrumentID
	Official               float64 // 0 when eToro has none
	Daily, Weekly, Monthly Close
}

// Rate is a quote. Bid or Ask is 0 when eToro has none.
type Rate struct {
	ID                      InstrumentID
	Bid, Ask, LastExecution float64
	ConversionRateBid       float64 // instrument currency to USD
	ConversionRateAsk       float64
	Date                    time.Time // zero when not told
	PriceRateID             int64
}

// Candle is one bar, bid side, not adjusted for splits or dividends.
type Candle struct {
	From                   time.Time
	Open, High, Low, Close float64
	Volume                 *float64 // nil where eToro sends null (currencies, coins)
}

// SnapshotRow is one item of the search route. Pointers are nil when the
// projection left the field out or eToro sent null.
type SnapshotRow struct {
	ID                                        InstrumentID
	Symbol, DisplayName                       string
	CurrentRate                               *float64
	DailyPriceChange                          *float64 // percent
	WeeklyPriceChange                         *float64
	MonthlyPriceChange                        *float64
	OneYearPriceChange                        *float64
	PopularityUniques7Day                     *float64
	CurrentlyTradable, ExchangeOpen, Delisted *bool
}

// SnapshotPage is one page of the search route.
type SnapshotPage struct {
	Page, PageSize, TotalItems int
	Received                   int // rows as sent, with those that Items leaves out
	Items                      []SnapshotRow
}

// Account is what the key check tells, without the personal data: only what
// proves which key this is and what it may do.
type Account struct {
	Username string
	Scopes   []string
}
