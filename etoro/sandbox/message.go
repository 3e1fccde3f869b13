package sandbox

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// clientMessage is what a client sends over the WebSocket.
type clientMessage struct {
	ID        string       `json:"id"`
	Operation string       `json:"operation"`
	Data      *messageData `json:"data"`
}

type messageData struct {
	APIKey   string   `json:"apiKey"`
	UserKey  string   `json:"userKey"`
	Topics   []string `json:"topics"`
	Snapshot bool     `json:"snapshot"`
}

// ack answers a client's message.
type ack struct {
	ID           string `json:"id"`
	Success      bool   `json:"success"`
	Operation    string `json:"operation,omitempty"`
	ErrorCode    string `json:"errorCode,omitempty"`
	ErrorMessage string `json:"errorMessage,omitempty"`
}

func (m clientMessage) ok() ack {
	return ack{ID: m.ID, Success: true, Operation: m.Operation}
}

func (m clientMessage) refused(code, message string) ack {
	return ack{ID: m.ID, Operation: m.Operation, ErrorCode: code, ErrorMessage: message}
}

// decodeMessage is lenient about fields it does not know, as eToro is.
func decodeMessage(b []byte) (clientMessage, error) {
	var m clientMessage
	if err := json.Unmarshal(b, &m); err != nil {
		return clientMessage{}, err
	}
	if m.Operation == "" {
		return m, errors.New("operation is missing")
	}
	return m, nil
}

// privateTopic is a topic that every account has; the sandbox never pushes to it.
const privateTopic = "private"

const instrumentTopic = "instrument:"

// topicID is the instrument of a topic, 0 for the private one.
func topicID(topic string) (int, bool) {
	if topic == privateTopic {
		return 0, true
	}
	text, ok := strings.CutPrefix(topic, instrumentTopic)
	id, err := strconv.Atoi(text)
	return id, ok && err == nil && id > 0
}

// push is a frame of prices.
type push struct {
	Messages []pushMessage `json:"messages"`
}

type pushMessage struct {
	Topic   string `json:"topic"`
	Content string `json:"content"` // JSON again, as text
	ID      string `json:"id"`
	Type    string `json:"type"`
}

const (
	snapshotType = "Snapshot"
	rateType     = "Trading.Instrument.Rate"
)

// streamDate has the seven digits of eToro's.
const streamDate = "2006-01-02T15:04:05.0000000Z"

// snapshotContent is the full state of in, all values as text.
func (s *Server) snapshotContent(in *instrument, q quote) map[string]string {
	c := map[string]string{
		"InstrumentID": strconv.Itoa(in.id), "IsMarketOpen": title(q.open), "IsExchangeOpen": title(q.open),
		"IsInstrumentActive": title(!in.flags.delisted), "AllowBuy": title(q.tradable), "AllowSell": title(q.tradable),
		"MaxPositionUnits": "1000000",
	}
	if !q.has() {
		return c
	}
	conversion := decimal(s.toDollars(in))
	lastClose := decimal(s.market.closes(in, q.at).day.price)
	for key, value := range map[string]string{
		"ConversionRateAsk": conversion, "ConversionRateBid": conversion, "OfficialClosingPrice": lastClose,
		"DailyClose": lastClose, "BidDiscounted": decimal(q.bid), "AskDiscounted": decimal(q.ask),
		"UnitMargin": decimal(q.bid), "UnitMarginAsk": decimal(q.ask), "UnitMarginBid": decimal(q.bid),
		"UnitMarginBidDiscounted": decimal(q.bid), "UnitMarginAskDiscounted": decimal(q.ask),
	} {
		c[key] = value
	}
	withSides(c, q, true, true)
	return c
}

// deltaContent is a sparse change. roll, from 0 to below 1, decides which sides
// it holds: in 60 % none but the date, in 17 % both, else one.
func deltaContent(q quote, roll float64) map[string]string {
	c := map[string]string{}
	switch {
	case roll < 0.60:
		withSides(c, q, false, false)
	case roll < 0.77:
		withSides(c, q, true, true)
	case roll < 0.885:
		withSides(c, q, true, false)
	default:
		withSides(c, q, false, true)
	}
	return c
}

func withSides(c map[string]string, q quote, bid, ask bool) {
	c["Date"], c["PriceRateID"] = q.at.Format(streamDate), strconv.FormatInt(q.rateID(), 10)
	if bid {
		c["Bid"], c["LastExecution"] = decimal(q.bid), decimal(q.bid)
	}
	if ask {
		c["Ask"] = decimal(q.ask)
	}
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// title writes a truth value as eToro's platform does.
func title(b bool) string {
	if b {
		return "True"
	}
	return "False"
}
