package market

import (
	"strings"

	"instrumentdesk/internal/search"
)

// currencies are what people call them, by code.
var currencies = map[string]string{
	"EUR": "euro", "USD": "dollar", "GBP": "pound", "JPY": "yen", "CHF": "franc", "AUD": "aussie", "CAD": "loonie", "NZD": "kiwi",
	"SEK": "krona", "NOK": "krone", "DKK": "danish krone", "PLN": "zloty", "CZK": "czech koruna", "HUF": "forint", "RON": "leu", "TRY": "lira",
	"RUB": "ruble", "ZAR": "rand", "ILS": "shekel", "MXN": "peso", "BRL": "real", "CLP": "chilean peso", "COP": "colombian peso",
	"CNH": "yuan", "HKD": "hong kong dollar", "SGD": "singapore dollar", "INR": "rupee", "KRW": "won", "THB": "baht", "TWD": "taiwan dollar",
	"IDR": "rupiah", "MYR": "ringgit", "PHP": "philippine peso", "AED": "dirham", "SAR": "riyal",
}

// namePairs gives pairs further names, but for those that a list has: to pairs of currencies the other way
// round, where that is no pair of its own, as people write USD/EUR as well, and in words, euro dollar; and to
// coins, which eToro lists by themselves, their price in dollars, LTC/USD.
func (c *Catalogue) namePairs(byRow map[int32]*names, taken map[string]bool) {
	for i := range c.rows {
		row := &c.rows[i]
		if row.HiddenBy != "" {
			continue
		}
		for _, name := range c.pairNames(row) {
			if !taken[search.Fold(name)] {
				n := namesOf(byRow, int32(i))
				n.all, n.plain = append(n.all, name), append(n.plain, name)
			}
		}
	}
}

func (c *Catalogue) pairNames(row *Instrument) []string {
	base, quote, isPair := strings.Cut(row.Name, "/")
	switch {
	case row.Type.ID == typeForex && isPair && row.Symbol == base+quote:
		var pair []string
		if !c.lists(quote + base) {
			pair = append(pair, quote+"/"+base)
		}
		if a, b := currencies[base], currencies[quote]; a != "" && b != "" {
			pair = append(pair, a+" "+b)
		}
		return pair
	case row.Type.ID == typeCrypto && !isPair && row.Suffix == "" && !c.lists(row.Symbol+"USD"):
		return []string{row.Symbol + "/USD"}
	}
	return nil
}

func (c *Catalogue) lists(symbol string) bool {
	_, ok := c.bySymbol[strings.ToUpper(symbol)]
	return ok
}
