package sandbox

// entry is one row of a lookup of eToro's.
type entry struct {
	id   int
	name string
}

// Instrument types that the sandbox treats differently.
const (
	typeForex     = 1
	typeCommodity = 2
	typeIndices   = 4
	typeStocks    = 5
	typeETF       = 6
	typeCrypto    = 10
)

var instrumentTypes = []entry{
	{typeForex, "Forex"}, {typeCommodity, "Commodity"}, {3, "CFD"}, {typeIndices, "Indices"},
	{typeStocks, "Stocks"}, {typeETF, "ETF"}, {7, "Bonds"}, {8, "TrustFunds"}, {9, "Options"},
	{typeCrypto, "Crypto"},
}

var industries = []entry{
	{1, "Basic Materials"}, {2, "Conglomerates"}, {3, "Consumer Goods"}, {4, "Financial"},
	{5, "Healthcare"}, {6, "Industrial Goods"}, {7, "Services"}, {8, "Technology"}, {9, "Utilities"},
}

// exchange is a venue with what the sandbox needs to know of it.
type exchange struct {
	entry
	currency string // of its prices; GBX is a hundredth of GBP
	hours    hours
}

// exchanges has eToro's names letter by letter, double blank and misspelling included.
var exchanges = []exchange{
	{entry{1, "FX"}, "USD", aroundTheWeek},
	{entry{2, "Commodity"}, "USD", aroundTheWeek},
	{entry{3, "CFD"}, "USD", aroundTheWeek},
	{entry{4, "Nasdaq"}, "USD", newYork},
	{entry{5, "NYSE"}, "USD", newYork},
	{entry{6, "FRA"}, "EUR", europe},
	{entry{7, "LSE"}, "GBX", europe},
	{entry{8, "Digital Currency"}, "USD", always},
	{entry{9, "Euronext Paris"}, "EUR", europe},
	{entry{10, "Bolsa De Madrid"}, "EUR", europe},
	{entry{11, "Borsa Italiana"}, "EUR", europe},
	{entry{12, "SIX"}, "CHF", europe},
	{entry{13, "TYO"}, "JPY", weekdays(0, 0, 6, 30)},
	{entry{14, "Oslo Stock Exchange"}, "NOK", weekdays(8, 0, 15, 20)},
	{entry{15, "Stockholm  Stock Exchange"}, "SEK", europe},
	{entry{16, "Copenhagen Stock Exchange"}, "DKK", weekdays(8, 0, 16, 0)},
	{entry{17, "Helsinki Stock Exchange"}, "EUR", europe},
	{entry{18, "Toronto Stock Exchange"}, "CAD", newYork},
	{entry{19, "OTC Markets Stock Exchange"}, "USD", newYork},
	{entry{20, "Chicago Board Options Exchange"}, "USD", newYork},
	{entry{21, "Hong Kong Exchanges"}, "HKD", weekdays(1, 30, 8, 0)},
	{entry{22, "Euronext Lisbon"}, "EUR", europe},
	{entry{23, "Euronext Brussels"}, "EUR", europe},
	{entry{24, "Tadawul"}, "SAR", sundayToThursday(7, 0, 12, 0)},
	{entry{30, "Euronext Amsterdam"}, "EUR", europe},
	{entry{31, "Sydney"}, "AUD", weekdays(0, 0, 6, 0)},
	{entry{32, "Vienna"}, "EUR", europe},
	{entry{33, "Regular Trading Hours - RTH"}, "USD", newYork},
	{entry{34, "Dublin EN"}, "EUR", europe},
	{entry{35, "Prague SE"}, "CZK", weekdays(8, 0, 15, 20)},
	{entry{36, "Warsaw"}, "PLN", weekdays(8, 0, 16, 0)},
	{entry{37, "Budapest"}, "HUF", weekdays(8, 0, 16, 0)},
	{entry{38, "Xetra ETFs"}, "EUR", europe},
	{entry{39, "Dubai Financial Market"}, "AED", weekdays(6, 0, 11, 0)},
	{entry{40, "CME"}, "USD", aroundTheWeek},
	{entry{41, "Abu Dhabi"}, "AED", weekdays(6, 0, 11, 0)},
	{entry{42, "LSE_AIM"}, "GBX", europe},
	{entry{43, "LSE AIM Auction"}, "GBX", europe},
	{entry{44, "LSE Auction"}, "GBX", europe},
	{entry{45, "Shenzen Stock Exchange"}, "CNY", weekdays(1, 30, 7, 0)},
	{entry{46, "Shanghai Stock Exchange"}, "CNY", weekdays(1, 30, 7, 0)},
	{entry{47, "National Stock Exchange of India"}, "INR", weekdays(3, 45, 10, 0)},
	{entry{48, "TSX Venture Exchange"}, "CAD", newYork},
	{entry{49, "Singapore Exchange"}, "SGD", weekdays(1, 0, 9, 0)},
	{entry{50, "Nasdaq Iceland"}, "ISK", weekdays(9, 30, 15, 30)},
	{entry{51, "Nasdaq Tallinn"}, "EUR", weekdays(8, 0, 14, 0)},
	{entry{52, "Nasdaq Vilnius"}, "EUR", weekdays(8, 0, 14, 0)},
	{entry{53, "Nasdaq Riga"}, "EUR", weekdays(8, 0, 14, 0)},
	{entry{54, "Korea Exchange"}, "KRW", weekdays(0, 0, 6, 30)},
	{entry{55, "Taiwan Stock Exchange"}, "TWD", weekdays(1, 0, 5, 30)},
	{entry{56, "Tokyo Stock Exchange"}, "JPY", weekdays(0, 0, 6, 30)},
}

// dollars is what one unit of a currency is worth in USD, roughly.
var dollars = map[string]float64{
	"USD": 1, "EUR": 1.12, "GBP": 1.31, "GBX": 0.0131, "CHF": 1.2, "SEK": 0.1, "NOK": 0.097, "DKK": 0.15,
	"PLN": 0.26, "CZK": 0.045, "HUF": 0.0028, "HKD": 0.128, "JPY": 0.0067, "AUD": 0.65, "NZD": 0.59,
	"CAD": 0.72, "SAR": 0.267, "AED": 0.272, "INR": 0.0115, "SGD": 0.77, "ISK": 0.0079, "KRW": 0.00071,
	"TWD": 0.032, "CNY": 0.139, "CNH": 0.139, "ZAR": 0.056, "MXN": 0.054, "TRY": 0.025, "ILS": 0.28, "THB": 0.03,
}

var exchangeByID = func() map[int]exchange {
	m := make(map[int]exchange, len(exchanges))
	for _, e := range exchanges {
		m[e.id] = e
	}
	return m
}()

// exchangeEntries are the exchanges as a lookup.
var exchangeEntries = func() []entry {
	list := make([]entry, len(exchanges))
	for i, e := range exchanges {
		list[i] = e.entry
	}
	return list
}()

// idOf is the id of the entry called name, exactly spelled.
func idOf(list []entry, name string) (int, bool) {
	for _, e := range list {
		if e.name == name {
			return e.id, true
		}
	}
	return 0, false
}

// nameOf is the name of an id, "" when unknown.
func nameOf(list []entry, id int) string {
	for _, e := range list {
		if e.id == id {
			return e.name
		}
	}
	return ""
}
