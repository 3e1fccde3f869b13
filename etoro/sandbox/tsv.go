package sandbox

import (
	"bufio"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

//go:embed catalogue.tsv
var embeddedCatalogue string

const tsvHeader = "id\tsymbol\tname\ttype\texchange\tindustry\tprice\tflags"

// parseTSV reads a catalogue in the form of catalogue.tsv. An error names the line.
func parseTSV(r io.Reader) ([]instrument, error) {
	var rows []instrument
	lineOf := map[int]int{}
	headed := false
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		if !headed {
			if line != tsvHeader {
				return nil, fmt.Errorf("line %d: the header must be %q", n, tsvHeader)
			}
			headed = true
			continue
		}
		in, err := parseRow(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if first, ok := lineOf[in.id]; ok {
			return nil, fmt.Errorf("line %d: id %d is taken by line %d", n, in.id, first)
		}
		lineOf[in.id] = n
		rows = append(rows, in)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errors.New("no rows")
	}
	return rows, nil
}

// parseRow reads one line. Cells are taken as they are, blanks included.
func parseRow(line string) (in instrument, err error) {
	cells := strings.Split(line, "\t")
	if len(cells) != 8 {
		return in, fmt.Errorf("%d cells instead of 8", len(cells))
	}
	in.symbol, in.name = cells[1], cells[2]
	if strings.TrimSpace(in.symbol) == "" || strings.TrimSpace(in.name) == "" {
		return in, errors.New("symbol and name must not be empty")
	}
	if in.id, err = strconv.Atoi(cells[0]); err != nil || in.id < 1 {
		return in, fmt.Errorf("id %q is not a number from 1", cells[0])
	}
	var ok bool
	if in.typeID, ok = idOf(instrumentTypes, cells[3]); !ok {
		return in, fmt.Errorf("type %q is not one of eToro's", cells[3])
	}
	if in.exchangeID, ok = idOf(exchangeEntries, cells[4]); !ok {
		return in, fmt.Errorf("exchange %q is not one of eToro's", cells[4])
	}
	if in.industryID, ok = idOf(industries, cells[5]); !ok && cells[5] != "" {
		return in, fmt.Errorf("industry %q is not one of eToro's", cells[5])
	}
	if in.flags, err = parseFlags(cells[7]); err != nil {
		return in, err
	}
	in.price, err = parsePrice(cells[6], in.flags.noquote)
	return in, err
}

func parsePrice(cell string, noquote bool) (float64, error) {
	if noquote && cell == "" {
		return 0, nil
	}
	p, err := strconv.ParseFloat(cell, 64)
	if err != nil || math.IsInf(p, 0) || math.IsNaN(p) || p < 0 || p == 0 && !noquote {
		return 0, fmt.Errorf("price %q is not a number above 0", cell)
	}
	return p, nil
}

func parseFlags(cell string) (f flags, err error) {
	if cell == "" {
		return f, nil
	}
	for name := range strings.SplitSeq(cell, ",") {
		switch name {
		case "internal":
			f.internal = true
		case "expires":
			f.expires = true
		case "delisted":
			f.delisted = true
		case "closed":
			f.closed = true
		case "noquote":
			f.noquote = true
		default:
			return f, fmt.Errorf("flag %q is unknown", name)
		}
	}
	return f, nil
}
