package sandbox

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// firstMadeUpID is above every id that eToro has given out.
const firstMadeUpID = 1_000_000

var (
	nameStarts = strings.Fields(`Alder Amber Aspen Atlas Aurora Beacon Birch Boreal Bright Canyon Cedar Cobalt
		Copper Coral Crescent Delta Ember Falcon Fern Fjord Garnet Glacier Granite Harbor Hazel Heron Indigo
		Ivory Juniper Keystone Lagoon Larch Linden Lunar Maple Meadow Meridian Mistral Nimbus North Oak Onyx
		Orchid Osprey Pine Polar Quartz Raven Ridge River Rowan Saffron Sable Sierra Silver Slate Solar Summit
		Tern Thistle Tidal Topaz Umber Vale Verdant Vesper Violet Walnut Willow Zephyr`)
	nameMiddles = []string{"Biologics", "Brands", "Capital", "Chemicals", "Credit", "Devices", "Diagnostics", "Dynamics",
		"Energy", "Foods", "Grid", "Health", "Logistics", "Materials", "Metals", "Motors", "Networks", "Oncology", "Packaging",
		"Power", "Properties", "Robotics", "Semiconductor", "Software", "Systems", "Textiles", "Therapeutics", "Water"}
)

// venue is where made-up companies are listed: how their symbols and names end.
type venue struct {
	exchangeID     int
	suffix         string
	legal          string
	sharesOfTwenty int
}

var venues = []venue{
	{4, "", "Inc", 5}, {5, "", "Corp.", 5}, {7, ".L", "PLC", 2}, {6, ".DE", "AG", 2}, {9, ".PA", "SA", 1},
	{15, ".ST", "AB", 1}, {14, ".OL", "ASA", 1}, {31, ".ASX", "Ltd", 1}, {21, ".HK", "Holdings", 1}, {56, ".T", "Co Ltd", 1},
}

// madeUp invents n companies whose symbols clash with none of rows. The same
// seed gives the same companies, and a longer list begins with the shorter one.
func madeUp(rows []instrument, n int, seed uint64) ([]instrument, error) {
	if n <= 0 {
		return nil, nil
	}
	taken := make(map[string]bool, len(rows)+n)
	for _, in := range rows {
		taken[strings.ToUpper(in.symbol)] = true
	}
	rng := rand.New(rand.NewPCG(seed, firstMadeUpID))
	made := make([]instrument, n)
	for i := range made {
		in := madeUpCompany(rng, firstMadeUpID+i, taken)
		if err := in.encode(seed, []wireImage{}); err != nil {
			return nil, err
		}
		made[i] = in
	}
	return made, nil
}

func madeUpCompany(rng *rand.Rand, id int, taken map[string]bool) instrument {
	v := pickVenue(rng)
	return instrument{
		id:         id,
		symbol:     freeSymbol(rng, v, taken),
		name:       pick(rng, nameStarts) + " " + pick(rng, nameMiddles) + " " + v.legal,
		typeID:     typeStocks,
		exchangeID: v.exchangeID,
		industryID: 1 + rng.IntN(len(industries)),
		price:      inventPrice(rng.Uint64(), id, typeStocks),
	}
}

// freeSymbol draws until a symbol is free; each ten misses make it a letter
// longer, so it ends however many are taken.
func freeSymbol(rng *rand.Rand, v venue, taken map[string]bool) string {
	for miss := 0; ; miss++ {
		symbol := ticker(rng, v, 4+miss/10) + v.suffix
		if !taken[symbol] {
			taken[symbol] = true
			return symbol
		}
	}
}

func ticker(rng *rand.Rand, v venue, length int) string {
	if v.suffix == ".HK" || v.suffix == ".T" {
		return strconv.Itoa(1000 + rng.IntN(9000*length))
	}
	b := make([]byte, length)
	for i := range b {
		b[i] = byte('A' + rng.IntN(26))
	}
	return string(b)
}

func pickVenue(rng *rand.Rand) venue {
	n := rng.IntN(20)
	for _, v := range venues {
		if n -= v.sharesOfTwenty; n < 0 {
			return v
		}
	}
	return venues[0]
}

func pick(rng *rand.Rand, words []string) string { return words[rng.IntN(len(words))] }
