package search

import (
	"math"
	"slices"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The facet values of the little catalogue.
const (
	stocks, etfs, coins, pairs, indices, commodities = 1, 2, 3, 4, 5, 6
	nasdaq, nyse, zurich, paris, xetra, london       = 1, 2, 3, 4, 5, 6
	tech, food, finance                              = 1, 2, 3
)

// dirty is a small catalogue with the dirt of a real one.
var dirty = []Document{
	{ID: 1001, Symbol: "AAPL", Name: "Apple", Facets: [3]uint16{stocks, nasdaq, tech}, Popularity: 100, Keywords: []string{"Nasdaq", "stocks"}},
	{ID: 1101, Symbol: "AAPL.RTH", Name: "Apple", Facets: [3]uint16{stocks, nasdaq, tech}, Popularity: 120, Secondary: true},
	{ID: 1102, Symbol: "AAPL.EUR", Name: "Apple  Inc ", Facets: [3]uint16{stocks, xetra, tech}, Popularity: 5, Secondary: true},
	{ID: 1002, Symbol: "APLE", Name: "Apple Hospitality REIT Inc", Facets: [3]uint16{stocks, nyse, 0}, Popularity: 8},
	{ID: 1003, Symbol: "MSFT", Name: "Microsoft", Facets: [3]uint16{stocks, nasdaq, tech}, Popularity: 95, Keywords: []string{"Nasdaq"}},
	{ID: 1004, Symbol: "GOOG", Name: "Alphabet", Aliases: []string{"Google"}, Facets: [3]uint16{stocks, nasdaq, tech}, Popularity: 90},
	{ID: 1005, Symbol: "META", Name: "Meta Platforms Inc", Aliases: []string{"Facebook"}, Facets: [3]uint16{stocks, nasdaq, tech}, Popularity: 85},
	{ID: 1006, Symbol: "BRK.B", Name: "Berkshire Hathaway Inc", Facets: [3]uint16{stocks, nyse, finance}, Popularity: 60},
	{ID: 1007, Symbol: "MCD", Name: "McDonald's", Facets: [3]uint16{stocks, nyse, food}, Popularity: 50},
	{ID: 1008, Symbol: "OR.PA", Name: "L'Oréal SA", Facets: [3]uint16{stocks, paris, 0}, Popularity: 40},
	{ID: 1009, Symbol: "NESN.ZU", Name: "Nestlé SA", Facets: [3]uint16{stocks, zurich, food}, Popularity: 45},
	{ID: 1010, Symbol: "KO", Name: "Coca-Cola", Facets: [3]uint16{stocks, nyse, food}, Popularity: 55},
	{ID: 1011, Symbol: "CCEP", Name: "Coca-Cola Europacific Partners plc", Facets: [3]uint16{stocks, london, food}, Popularity: 12},
	{ID: 1012, Symbol: "JPM", Name: "JPMorgan Chase & Co", Facets: [3]uint16{stocks, nyse, finance}, Popularity: 52},
	{ID: 1013, Symbol: "T", Name: "AT&T Inc", Facets: [3]uint16{stocks, nyse, 0}, Popularity: 30},
	{ID: 1014, Symbol: "V", Name: "Visa", Facets: [3]uint16{stocks, nyse, finance}, Popularity: 49},
	{ID: 1015, Symbol: "NOW", Name: "ServiceNow Inc", Facets: [3]uint16{stocks, nyse, tech}, Popularity: 28},
	{ID: 1016, Symbol: "NFLX", Name: "Netflix, Inc.", Facets: [3]uint16{stocks, nasdaq, tech}, Popularity: 70},
	{ID: 1017, Symbol: "TEF.MC", Name: "Telefónica SA", Popularity: 9},
	{ID: 1018, Symbol: "AMBU.CO", Name: "Ambu A/S", Popularity: 3},
	{ID: 1019, Symbol: "MAERSK.CO", Name: "A.P. Møller-Mærsk A/S", Popularity: 11},
	{ID: 1020, Symbol: "BMW.DE", Name: "BMW — Bayerische Motoren Werke AG", Facets: [3]uint16{stocks, xetra, 0}, Popularity: 25},
	{ID: 1021, Symbol: "VOD.L", Name: " Vodafone Group PLC", Facets: [3]uint16{stocks, london, 0}, Popularity: 20},
	{ID: 1022, Symbol: "AZN.L", Name: "AstraZeneca PLC", Facets: [3]uint16{stocks, london, 0}, Popularity: 22},
	{ID: 1023, Symbol: "ATL", Name: "Atlas Holdings", Popularity: 1},
	{ID: 1024, Symbol: "AT.L", Name: "Ashtead Technology", Facets: [3]uint16{stocks, london, 0}, Popularity: 2},
	{ID: 1025, Symbol: "MA", Name: "Mastercard", Facets: [3]uint16{stocks, nyse, finance}, Popularity: 48},
	{ID: 1026, Symbol: "C", Name: "Citigroup Inc", Facets: [3]uint16{stocks, nyse, finance}, Popularity: 33},
	{ID: 1027, Symbol: "AI", Name: "C3.ai Inc", Facets: [3]uint16{stocks, nyse, tech}, Popularity: 18},
	{ID: 1028, Symbol: "AP.L", Name: "AP Plastics", Facets: [3]uint16{stocks, london, 0}, Popularity: 1},
	{ID: 1029, Symbol: "700.HK", Name: "腾讯控股 Tencent", Popularity: 21},
	{ID: 100000, Symbol: "BTC", Name: "Bitcoin", Facets: [3]uint16{coins, 0, 0}, Popularity: 110},
	{ID: 100001, Symbol: "ETH", Name: "Ethereum", Facets: [3]uint16{coins, 0, 0}, Popularity: 105},
	{ID: 100002, Symbol: "XRP", Name: "XRP", Aliases: []string{"Ripple"}, Facets: [3]uint16{coins, 0, 0}, Popularity: 80},
	{ID: 100003, Symbol: "ETC", Name: "Ethereum Classic", Facets: [3]uint16{coins, 0, 0}, Popularity: 15},
	{ID: 1030, Symbol: "ADE.DE", Name: "Bitcoin Group SE", Facets: [3]uint16{stocks, xetra, finance}, Popularity: 4},
	{ID: 1, Symbol: "EURUSD", Name: "EUR/USD", Aliases: []string{"euro dollar"}, Facets: [3]uint16{pairs, 0, 0}, Popularity: 65},
	{ID: 2, Symbol: "GBPUSD", Name: "GBP/USD", Aliases: []string{"cable"}, Facets: [3]uint16{pairs, 0, 0}, Popularity: 58},
	{ID: 27, Symbol: "SPX500", Name: "SPX500 Index", Aliases: []string{"S&P 500", "S&P"}, Facets: [3]uint16{indices, 0, 0}, Popularity: 92},
	{ID: 28, Symbol: "NSDQ100", Name: "NASDAQ100 Index", Aliases: []string{"nasdaq 100", "nasdaq"}, Facets: [3]uint16{indices, 0, 0}, Popularity: 91},
	{ID: 29, Symbol: "DJ30", Name: "DJ30 Index", Aliases: []string{"dow jones", "dow"}, Facets: [3]uint16{indices, 0, 0}, Popularity: 75},
	{ID: 30, Symbol: "UK100", Name: "UK100 Index", Aliases: []string{"ftse", "FTSE 100"}, Facets: [3]uint16{indices, 0, 0}, Popularity: 45},
	{ID: 32, Symbol: "GER40", Name: "GER40 Index", Aliases: []string{"dax"}, Facets: [3]uint16{indices, 0, 0}, Popularity: 72},
	{ID: 17, Symbol: "OIL", Name: "Oil", Aliases: []string{"wti", "crude oil"}, Facets: [3]uint16{commodities, 0, 0}, Popularity: 74},
	{ID: 18, Symbol: "GOLD", Name: "Gold", Facets: [3]uint16{commodities, 0, 0}, Popularity: 78},
	{ID: 1031, Symbol: "B", Name: "Barrick Gold Corp", Facets: [3]uint16{stocks, nyse, 0}, Popularity: 19},
	{ID: 318, Symbol: "OIL.JUN26", Name: "Oil Future June 26", Facets: [3]uint16{commodities, 0, 0}, Popularity: 2, Secondary: true},
	{ID: 3000, Symbol: "SPY", Name: "SPDR S&P 500 ETF", Facets: [3]uint16{etfs, nyse, 0}, Popularity: 82},
	{ID: 3001, Symbol: "VUSA.L", Name: "Vanguard S&P 500 UCITS ETF", Facets: [3]uint16{etfs, london, 0}, Popularity: 31},
	{ID: 3002, Symbol: "EXS1.DE", Name: "iShares Core DAX UCITS ETF", Facets: [3]uint16{etfs, xetra, 0}, Popularity: 14},
	{ID: 3003, Symbol: "SWDA.L", Name: "iShares Core MSCI World UCITS ETF USD (Acc)", Facets: [3]uint16{etfs, london, 0}, Popularity: 32},
	{ID: 3004, Symbol: "TEST1", Name: "Test Microsoft do not trade", Hidden: true, Facets: [3]uint16{stocks, nasdaq, 0}},
	{ID: 3005, Symbol: "D1", Name: "Dormant Apple Hospitality", Hidden: true, Facets: [3]uint16{stocks, 0, 0}, Popularity: math.NaN()},
	{ID: 3006, Symbol: "XYZ_old", Name: "Xyz Corp_old", Hidden: true, Facets: [3]uint16{stocks, nyse, 0}},
	{ID: -7, Symbol: "", Name: "", Hidden: true},
	{ID: 3007, Symbol: "STRAßE.DE", Name: "Groß & Łódź İstanbul Œuvre", Popularity: 1},
	{ID: 3008, Symbol: "CORP", Name: "CorporaciÃ³n Vieja", Popularity: 1},
	{ID: 3008, Symbol: "TWIN", Name: "Two rows of one id", Popularity: 1},
}

// find is the symbols of the first hits of a query.
func find(t *testing.T, ix *Index, q Query) []string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	var res Result
	ix.Search(q, &res)
	return symbols(res.Hits)
}

func symbols(hits []Hit) []string {
	var got []string
	for _, h := range hits {
		got = append(got, dirty[h.Doc].Symbol)
	}
	return got
}

// inventory is the queries that tests of every query go through.
func inventory() []string {
	queries := []string{
		"a", "ap", "app", "appl", "apple", "apple inc", "inc apple", "apple nasdaq", "nasdaq apple", "nasdaq stocks", "aplpe", "appel", "micorsoft",
		"mircos", "microsft corp", "zzzz", "zzzz apple", "ing", "dex", "usd eur", "coca colla", "s&p", "s p 500", "oil june", "é", "ß", "腾讯", "腾",
		"etf s&p 500", "ishares cor msc", "telefonca", "vodk", "vodafnoe", "berkshire b", "b", "brk", "corp", "!!!", "-", "the", "inc", "100", "mm", "1001", "3008", "27", "99999999999999999999",
	}
	for _, d := range dirty {
		queries = append(queries, d.Symbol, d.Name)
		queries = append(queries, d.Aliases...)
		for _, w := range []string{d.Symbol, d.Name} {
			if r := []rune(w); len(r) > 4 {
				queries = append(queries, string(r[:3]), string(r[1:]), string(slices.Concat(r[:2], r[3:])))
			}
		}
	}
	return queries
}
