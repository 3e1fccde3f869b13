package sandbox

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// load makes the catalogue that o asks for.
func load(o Options) (*catalogue, error) {
	rows, err := readRows(o)
	if err != nil {
		return nil, fmt.Errorf("sandbox: catalogue: %w", err)
	}
	if err := encodeRows(rows, o.Seed); err != nil {
		return nil, fmt.Errorf("sandbox: catalogue: %w", err)
	}
	padding, err := madeUp(rows, o.Size-len(rows), o.Seed)
	if err != nil {
		return nil, fmt.Errorf("sandbox: padding: %w", err)
	}
	return newCatalogue(append(rows, padding...)), nil
}

func readRows(o Options) ([]instrument, error) {
	if o.Catalogue == nil {
		return parseTSV(strings.NewReader(embeddedCatalogue))
	}
	r, err := unzip(o.Catalogue)
	if err != nil {
		return nil, err
	}
	// A shorter input makes Peek return less and an error, which the parsers then meet.
	if start, _ := r.Peek(64); bytes.HasPrefix(bytes.TrimSpace(start), []byte("{")) {
		return parseJSON(r, o.Seed)
	}
	return parseTSV(r)
}

// encodeRows gives a wire form to the rows that did not bring their own.
func encodeRows(rows []instrument, seed uint64) error {
	for i := range rows {
		if rows[i].wire != nil {
			continue
		}
		if err := rows[i].encode(seed, rows[i].logos(seed)); err != nil {
			return err
		}
	}
	return nil
}

// unzip goes by the first bytes: a name says nothing about a stream.
func unzip(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReader(r)
	if magic, err := b.Peek(2); err != nil || !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return bufio.NewReader(z), nil
}

// parseJSON reads an answer of eToro's instruments route. Its rows are served
// on unchanged; their prices are made up from the seed and the id.
func parseJSON(r io.Reader, seed uint64) ([]instrument, error) {
	var doc struct {
		Rows []json.RawMessage `json:"instrumentDisplayDatas"`
	}
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		return nil, err
	}
	if len(doc.Rows) == 0 {
		return nil, errors.New("no rows under instrumentDisplayDatas")
	}
	rows := make([]instrument, 0, len(doc.Rows))
	indexOf := map[int]int{}
	for i, raw := range doc.Rows {
		in, err := parseJSONRow(raw, seed)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		if first, ok := indexOf[in.id]; ok {
			return nil, fmt.Errorf("row %d: id %d is taken by row %d", i, in.id, first)
		}
		indexOf[in.id] = i
		rows = append(rows, in)
	}
	return rows, nil
}

func parseJSONRow(raw json.RawMessage, seed uint64) (instrument, error) {
	var row struct {
		ID         int    `json:"instrumentID"`
		Name       string `json:"instrumentDisplayName"`
		TypeID     int    `json:"instrumentTypeID"`
		ExchangeID int    `json:"exchangeID"`
		IndustryID int    `json:"stocksIndustryID"`
		Symbol     string `json:"symbolFull"`
		Expires    bool   `json:"hasExpirationDate"`
		Internal   bool   `json:"isInternalInstrument"`
	}
	if err := json.Unmarshal(raw, &row); err != nil {
		return instrument{}, err
	}
	if row.ID == 0 {
		return instrument{}, errors.New("no instrumentID")
	}
	in := instrument{
		id: row.ID, symbol: row.Symbol, name: row.Name, typeID: row.TypeID, exchangeID: row.ExchangeID,
		industryID: row.IndustryID, wire: raw, price: inventPrice(seed, row.ID, row.TypeID),
	}
	// eToro's rows carry no state; placeholders are known by their spelling.
	dormant := strings.Contains(row.Name, "ormant") || strings.HasPrefix(row.Symbol, "Drm")
	in.flags = flags{internal: row.Internal, expires: row.Expires, noquote: dormant}
	return in, nil
}

// inventPrice picks a price of the size that is usual for the type.
func inventPrice(seed uint64, id, typeID int) float64 {
	low, high := 2.0, 500.0
	switch typeID {
	case typeForex:
		low, high = 0.6, 1.6
	case typeCommodity:
		low, high = 5, 3000
	case typeIndices:
		low, high = 1000, 40000
	case typeETF:
		low, high = 10, 300
	case typeCrypto:
		low, high = 0.001, 500
	}
	return low * math.Exp(unit(mix(seed^mix(uint64(id))))*math.Log(high/low))
}
