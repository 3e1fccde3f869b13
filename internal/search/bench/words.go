package main

const (
	kindStock = iota
	kindETF
	kindCoin
	kindIndex
	kindPair
	kindCommodity
)

var kinds = [...]string{kindStock: "Stocks", kindETF: "ETF", kindCoin: "Crypto", kindIndex: "Indices", kindPair: "Currencies", kindCommodity: "Commodities"}

// venue is where something is listed, and how its symbols and names end there.
type venue struct {
	name, suffix string
	forms        []string
}

// venues stand by size: the first have the most listings.
var venues = []venue{
	{"Nasdaq", "", []string{"Inc", "Inc", "Corp", "Holdings Inc", "Group", ""}},
	{"NYSE", "", []string{"Inc", "Corp", "Co", "Trust", "& Co", ""}},
	{"LSE", ".L", []string{"PLC", "PLC", "Group PLC", "Trust PLC", "Ltd"}},
	{"Frankfurt", ".DE", []string{"AG", "SE", "SE & Co KGaA", "GmbH", "AG"}},
	{"Hong Kong Exchanges", ".HK", []string{"Ltd", "Holdings Ltd", "Group Ltd"}},
	{"Euronext Paris", ".PA", []string{"SA", "SE", "SA", ""}},
	{"Tokyo Stock Exchange", ".T", []string{"Co Ltd", "Corp", "Holdings"}},
	{"Borsa Italiana", ".MI", []string{"SpA", "SpA", "NV"}},
	{"Euronext Amsterdam", ".NV", []string{"NV", "BV", "NV"}},
	{"Bolsa De Madrid", ".MC", []string{"SA", "SA", ""}},
	{"SIX", ".ZU", []string{"AG", "SA", "Holding AG"}},
	{"Stockholm", ".ST", []string{"AB", "AB (publ)", "AB"}},
	{"Oslo", ".OL", []string{"ASA", "ASA", "AS"}},
	{"Copenhagen", ".CO", []string{"A/S", "A/S"}},
	{"Helsinki", ".HE", []string{"Oyj", "Oyj Abp"}},
	{"Sydney", ".ASX", []string{"Ltd", "Group Ltd"}},
}

// venueNames is those of the venues and of what is listed nowhere.
func venueNames() []string {
	names := make([]string, 0, len(venues)+1)
	for _, v := range venues {
		names = append(names, v.name)
	}
	return append(names, "Digital Currency")
}

var industries = []string{
	"Basic Materials", "Conglomerates", "Consumer Goods", "Financial", "Healthcare", "Industrial Goods", "Services", "Technology", "Utilities",
}

var syllables = []string{
	"al", "an", "ar", "as", "ba", "bel", "ber", "bo", "bri", "ca", "car", "cel", "cho", "clo", "co", "cor", "da", "del", "den", "di", "do", "dra", "el", "en", "er",
	"fa", "fen", "fi", "flo", "fo", "ga", "gen", "gla", "go", "gra", "ha", "hel", "hi", "ho", "im", "in", "ir", "ja", "jo", "ka", "ke", "kin", "la", "lan", "le", "li",
	"lo", "lu", "ma", "mar", "me", "mi", "mo", "mu", "na", "nel", "ni", "no", "nor", "o", "or", "pa", "per", "pi", "po", "pra", "qui", "ra", "ren", "ri", "ro", "ru", "sa",
	"sel", "shi", "si", "so", "sta", "su", "ta", "tel", "ter", "thi", "ti", "to", "tra", "tri", "u", "ul", "va", "ven", "vi", "vo", "wa", "wel", "wi", "xe", "ya", "yo", "za", "zen",
}

var commonWords = []string{
	"American", "United", "First", "National", "Global", "General", "Pacific", "Atlantic", "Royal", "New", "Great", "Northern", "Southern", "Western", "Eastern",
	"Advanced", "Applied", "China", "Japan", "Nordic", "Swiss", "Deutsche", "Banco", "Grupo", "The", "International", "Universal", "Premier", "Green", "Blue",
}

var trades = []string{
	"Energy", "Pharma", "Pharmaceuticals", "Therapeutics", "Technologies", "Technology", "Systems", "Software", "Semiconductor", "Bank", "Bancorp", "Financial", "Capital",
	"Insurance", "Realty", "Properties", "REIT", "Resources", "Mining", "Gold", "Lithium", "Oil & Gas", "Petroleum", "Solar", "Power", "Water", "Utilities", "Motors", "Automotive",
	"Airlines", "Shipping", "Logistics", "Foods", "Beverages", "Brands", "Retail", "Stores", "Media", "Entertainment", "Games", "Communications", "Telecom", "Networks",
	"Health", "Medical", "Biosciences", "Biotech", "Diagnostics", "Chemicals", "Materials", "Steel", "Industries", "Industrial", "Engineering", "Aerospace", "Defense",
	"Electronics", "Robotics", "Construction", "Homes", "Hotels", "Education", "Services", "Partners", "Acquisition", "Ventures", "Investment",
}

var issuers = []string{"iShares", "Vanguard", "SPDR", "Invesco", "Xtrackers", "Amundi", "WisdomTree", "VanEck", "Global X", "First Trust", "ProShares", "Lyxor", "Franklin", "JPMorgan"}

var indices = []string{
	"Core MSCI World", "MSCI Emerging Markets", "S&P 500", "S&P 500 Equal Weight", "NASDAQ-100", "FTSE All-World", "FTSE 100", "STOXX Europe 600", "Russell 2000", "MSCI Japan",
	"Dow Jones Industrial Average", "US Treasury Bond 7-10yr", "Corporate Bond", "High Dividend Yield", "MSCI USA ESG Screened", "Physical Gold", "Clean", "Artificial Intelligence", "MSCI Europe",
}

// knownRow is an instrument that people ask for by many names.
type knownRow struct {
	symbol, name string
	kind         int
	aliases      []string
}

var known = []knownRow{
	{"AAPL", "Apple", kindStock, nil}, {"MSFT", "Microsoft", kindStock, nil}, {"NVDA", "NVIDIA Corporation", kindStock, nil}, {"TSLA", "Tesla Motors, Inc.", kindStock, nil},
	{"GOOG", "Alphabet", kindStock, []string{"Google"}}, {"META", "Meta Platforms Inc", kindStock, []string{"Facebook"}}, {"AMZN", "Amazon.com Inc", kindStock, nil},
	{"BTC", "Bitcoin", kindCoin, nil}, {"ETH", "Ethereum", kindCoin, nil}, {"XRP", "XRP", kindCoin, []string{"Ripple"}}, {"EURUSD", "EUR/USD", kindPair, []string{"euro dollar"}},
	{"GBPUSD", "GBP/USD", kindPair, []string{"cable"}}, {"SPX500", "SPX500 Index", kindIndex, []string{"S&P 500"}}, {"NSDQ100", "NASDAQ100 Index", kindIndex, []string{"nasdaq 100"}},
	{"DJ30", "DJ30 Index", kindIndex, []string{"dow jones"}}, {"GER40", "GER40 Index", kindIndex, []string{"dax"}}, {"UK100", "UK100 Index", kindIndex, []string{"ftse"}},
	{"OIL", "Oil", kindCommodity, []string{"wti", "crude oil"}}, {"GOLD", "Gold", kindCommodity, nil}, {"BRK.B", "Berkshire Hathaway Inc", kindStock, nil}, {"MCD", "McDonald's", kindStock, nil},
	{"OR.PA", "L'Oréal SA", kindStock, nil}, {"NESN.ZU", "Nestlé SA", kindStock, nil}, {"KO", "Coca-Cola", kindStock, []string{"coke"}}, {"PEP", "PepsiCo", kindStock, nil},
	{"JPM", "JPMorgan Chase & Co", kindStock, nil}, {"V", "Visa", kindStock, nil}, {"MA", "Mastercard", kindStock, nil}, {"T", "AT&T Inc", kindStock, nil}, {"DIS", "Walt Disney", kindStock, nil},
	{"NFLX", "Netflix, Inc.", kindStock, nil}, {"BABA", "Alibaba-ADR", kindStock, nil}, {"NOW", "ServiceNow Inc", kindStock, nil}, {"AMD", "Advanced Micro Devices Inc", kindStock, nil},
	{"PFE", "Pfizer", kindStock, nil}, {"VOD.L", "Vodafone Group PLC", kindStock, nil}, {"BMW.DE", "BMW Bayerische Motoren Werke AG", kindStock, nil}, {"HM-B.ST", "H&M Hennes & Mauritz AB", kindStock, nil},
	{"AZN.L", "AstraZeneca PLC", kindStock, nil}, {"SPY", "SPDR S&P 500 ETF", kindETF, nil},
}
