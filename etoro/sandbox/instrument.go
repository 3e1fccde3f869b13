package sandbox

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// instrument is one row of the catalogue.
type instrument struct {
	id           int
	symbol, name string
	typeID       int
	exchangeID   int
	industryID   int     // 0 for none
	price        float64 // what its prices wander around; 0 only with noquote
	flags        flags
	rank         int             // 0 is the most popular
	walk         int             // whose noise its price follows: its main listing's id, mostly its own
	wire         json.RawMessage // its row of the instruments route
}

// flags are the states a row can be in.
type flags struct {
	internal bool // eToro's own, not for users
	expires  bool // a dated future
	delisted bool // prices end at a day in the past
	closed   bool // not tradable, whatever the hour
	noquote  bool // never had a price
}

// catalogue is an immutable set of instruments, most popular first.
type catalogue struct {
	rows []instrument
	byID map[int]*instrument
}

func newCatalogue(rows []instrument) *catalogue {
	c := &catalogue{rows: rows, byID: make(map[int]*instrument, len(rows))}
	bySymbol := make(map[string]*instrument, len(rows))
	for i := range rows {
		rows[i].rank, rows[i].walk = i, rows[i].id
		c.byID[rows[i].id] = &rows[i]
		bySymbol[rows[i].symbol] = &rows[i]
	}
	for i := range rows {
		rows[i].follow(bySymbol)
	}
	return c
}

// follow makes a second line of the same share cost what the main one costs.
func (in *instrument) follow(bySymbol map[string]*instrument) {
	base, twin, ok := strings.Cut(in.symbol, ".")
	main := bySymbol[base]
	if !ok || main == nil || main.typeID != in.typeID {
		return
	}
	switch twin {
	case "RTH", "24-7", "EXT":
		in.walk, in.price = main.id, main.price
	case "EUR":
		in.walk = main.id // at a price of its own currency
	}
}

// priceSource labels the rows that the sandbox itself wrote.
const priceSource = "Sandbox (made-up prices)"

// wireInstrument is eToro's row, spelled as it sends it.
type wireInstrument struct {
	InstrumentID                int             `json:"instrumentID"`
	InstrumentDisplayName       string          `json:"instrumentDisplayName"`
	InstrumentTypeID            int             `json:"instrumentTypeID"`
	ExchangeID                  int             `json:"exchangeID"`
	Images                      []wireImage     `json:"images"`
	SymbolFull                  string          `json:"symbolFull"`
	StocksIndustryID            json.RawMessage `json:"stocksIndustryID,omitempty"`
	InstrumentTypeSubCategoryID int             `json:"instrumentTypeSubCategoryID,omitempty"`
	PriceSource                 string          `json:"priceSource"`
	HasExpirationDate           bool            `json:"hasExpirationDate"`
	IsInternalInstrument        bool            `json:"isInternalInstrument"`
}

type wireImage struct {
	InstrumentID    int     `json:"instrumentID"`
	Width           oneZero `json:"width,omitempty"`
	Height          oneZero `json:"height,omitempty"`
	URI             string  `json:"uri"`
	BackgroundColor string  `json:"backgroundColor,omitempty"`
	TextColor       string  `json:"textColor,omitempty"`
}

// oneZero is a whole number that eToro writes with a decimal: 35.0.
type oneZero float64

func (z oneZero) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(z), 'f', 1, 64), nil
}

// encode fills in.wire. The order of the images is random, as eToro's is, but
// the same for the same seed.
func (in *instrument) encode(seed uint64, images []wireImage) error {
	rng := rand.New(rand.NewPCG(seed, uint64(in.id)))
	rng.Shuffle(len(images), func(i, j int) { images[i], images[j] = images[j], images[i] })
	w := wireInstrument{
		InstrumentID: in.id, InstrumentDisplayName: in.name, InstrumentTypeID: in.typeID,
		ExchangeID: in.exchangeID, Images: images, SymbolFull: in.symbol, StocksIndustryID: in.wireIndustry(),
		PriceSource: priceSource, HasExpirationDate: in.flags.expires, IsInternalInstrument: in.flags.internal,
	}
	if in.typeID == typeCrypto {
		w.InstrumentTypeSubCategoryID = 1001
	}
	b, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("instrument %d: %w", in.id, err)
	}
	in.wire = b
	return nil
}

// wireIndustry is absent for coins, 0 for what has no industry by nature, and
// null for a company whose industry is not known.
func (in *instrument) wireIndustry() json.RawMessage {
	switch {
	case in.typeID == typeCrypto:
		return nil
	case in.industryID == 0 && (in.typeID == typeStocks || in.typeID == typeETF):
		return json.RawMessage("null")
	default:
		return json.RawMessage(strconv.Itoa(in.industryID))
	}
}

// logos are the images of a well-known instrument: raster ones with a size, one
// old relative path, one vector image with colours and no size.
func (in *instrument) logos(seed uint64) []wireImage {
	const host = "https://etoro-cdn.etorostatic.com/market-avatars/"
	dir := strings.ToLower(strings.TrimSpace(in.symbol))
	if strings.ContainsAny(dir, " /%?#") {
		dir = strconv.Itoa(in.id)
	}
	images := make([]wireImage, 0, 7)
	for _, side := range []int{35, 50, 80, 90, 150} {
		images = append(images, wireImage{InstrumentID: in.id, Width: oneZero(side), Height: oneZero(side),
			URI: fmt.Sprintf("%s%s/%dx%d.png", host, dir, side, side)})
	}
	background := fmt.Sprintf("%06X", mix(seed^uint64(in.id))&0xFFFFFF)
	return append(images,
		wireImage{InstrumentID: in.id, Width: 80, Height: 80, URI: "/medium/" + strconv.Itoa(in.id) + ".png"},
		wireImage{InstrumentID: in.id, BackgroundColor: "#" + background, TextColor: "#F7F7F7",
			URI: fmt.Sprintf("%s%d/%d_%s_F7F7F7.svg", host, in.id, in.id, background)})
}

// currency is what the instrument is priced in.
func (in *instrument) currency() string {
	if strings.HasSuffix(in.symbol, ".EUR") {
		return "EUR"
	}
	if in.typeID == typeForex && len(in.symbol) >= 6 {
		if quoted := in.symbol[3:6]; dollars[quoted] > 0 {
			return quoted
		}
	}
	return exchangeByID[in.exchangeID].currency
}
