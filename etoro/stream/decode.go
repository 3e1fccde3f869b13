package stream

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"instrumentdesk/etoro"
)

// frame is one text message of eToro: an answer, or news of topics.
type frame struct {
	ack       *ack
	updates   []update
	malformed bool // some of it was not understood
}

// ack is eToro's answer to one message of ours.
type ack struct {
	id            string
	success       bool
	code, message string
}

// update is news of one instrument.
type update struct {
	id    etoro.InstrumentID
	whole bool // replaces what was known, instead of adding to it
	content
}

// content is what one message tells of an instrument. What it does not mention
// is not told. Values are text or plain JSON.
type content struct {
	Bid, Ask, LastExecution              price
	ConversionRateBid, ConversionRateAsk price
	DailyClose, OfficialClosingPrice     price
	IsMarketOpen, IsExchangeOpen         flag
	Date                                 moment
}

// wireFrame has the fields of both kinds of frames.
type wireFrame struct {
	Messages []wireMessage

	ID                      text
	Success                 flag
	ErrorCode, ErrorMessage text
}

type wireMessage struct {
	Topic, Type text
	Content     text // JSON again
}

// The types of messages that tell of prices.
const (
	typeSnapshot = "Snapshot"
	typeRate     = "Trading.Instrument.Rate"
)

// decode reads what it can of a text message. It never fails: what is wrong
// costs no more than itself.
func decode(b []byte) frame {
	var w wireFrame
	var f frame
	if err := json.Unmarshal(b, &w); err != nil {
		f.malformed = true // after a value of the wrong kind, the rest has been read
	}
	if w.Success.v != nil {
		f.ack = &ack{string(w.ID), w.Success.is(true), string(w.ErrorCode), string(w.ErrorMessage)}
	} else if w.Messages == nil {
		f.malformed = true
	}
	for _, m := range w.Messages {
		switch u, known, err := m.update(); {
		case err != nil:
			f.malformed = true
		case known:
			f.updates = append(f.updates, u)
		}
	}
	return f
}

// update reads m; known is false when it is about something else than an
// instrument's prices.
func (m wireMessage) update() (u update, known bool, err error) {
	name, ok := strings.CutPrefix(string(m.Topic), topicPrefix)
	switch {
	case m.Topic == "":
		return u, false, errors.New("no topic")
	case !ok || m.Type != typeSnapshot && m.Type != typeRate:
		return u, false, nil
	}
	id, err := strconv.Atoi(name)
	if err != nil || id < 1 {
		return u, false, errors.New("not an instrument's topic")
	}
	inner := bytes.TrimSpace([]byte(m.Content))
	if len(inner) == 0 || inner[0] != '{' {
		return u, false, errors.New("no content")
	}
	u = update{id: etoro.InstrumentID(id), whole: m.Type == typeSnapshot}
	return u, true, json.Unmarshal(inner, &u.content)
}
