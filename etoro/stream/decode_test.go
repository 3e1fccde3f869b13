package stream

import (
	"cmp"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

// one is a frame with one message, whose content is text as it stands in JSON.
func one(topic, kind, content string) string {
	return `{"messages":[{"topic":"` + topic + `","type":"` + kind + `","id":"1","content":` + content + `}]}`
}

func TestFramesAreReadAsFarAsTheyCanBe(t *testing.T) {
	t.Parallel()
	bid := `"{\"Bid\":\"1.5\"}"`
	tests := []struct {
		name, text string
		updates    int
		ack        *ack
		malformed  bool
	}{
		{"a rate", one("instrument:7", typeRate, bid), 1, nil, false},
		{"a snapshot", one("instrument:7", typeSnapshot, bid), 1, nil, false},
		{"content that is not wrapped in text", one("instrument:7", typeRate, `{"Bid":1.5}`), 1, nil, false},
		{"all messages of the array", `{"messages":[` + msg("instrument:7", bid) + `,` + msg("instrument:8", bid) + `,` + msg("instrument:7", bid) + `]}`, 3, nil, false},
		{"an empty array", `{"messages":[]}`, 0, nil, false},
		{"a private message", one("private", "Trading.Order", `"{}"`), 0, nil, false},
		{"a type that is not known", one("instrument:7", "Trading.Instrument.News", `"x"`), 0, nil, false},
		{"a success", `{"id":"a","success":true,"operation":"Subscribe"}`, 0, &ack{id: "a", success: true}, false},
		{"a refusal", `{"id":"a","success":false,"errorCode":"InvalidKey","errorMessage":"no"}`, 0, &ack{id: "a", code: "InvalidKey", message: "no"}, false},
		{"an answer with null and text", `{"id":null,"success":"False","errorCode":5}`, 0, &ack{code: "5"}, false},
		{"a bad message between good ones", `{"messages":[` + msg("instrument:7", bid) + `,7,` + msg("instrument:8", `"{"`) + `,` + msg("instrument:9", bid) + `]}`, 2, nil, true},
		{"cut JSON", `{"messages":[{"topic":"instrument:7"`, 0, nil, true},
		{"nothing", ``, 0, nil, true},
		{"null", `null`, 0, nil, true},
		{"an array", `[]`, 0, nil, true},
		{"an object of something else", `{"hello":1}`, 0, nil, true},
		{"messages that are no array", `{"messages":{}}`, 0, nil, true},
		{"no topic", `{"messages":[{}]}`, 0, nil, true},
		{"an instrument that is no number", one("instrument:x", typeRate, bid), 0, nil, true},
		{"an instrument below 1", one("instrument:0", typeRate, bid), 0, nil, true},
		{"an instrument beyond all numbers", one("instrument:99999999999999999999", typeRate, bid), 0, nil, true},
		{"content that is cut", one("instrument:7", typeRate, `"{\"Bid\":"`), 0, nil, true},
		{"content that is no object", one("instrument:7", typeRate, `"[]"`), 0, nil, true},
		{"content that is null", one("instrument:7", typeRate, `null`), 0, nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := decode([]byte(tt.text))
			if len(got.updates) != tt.updates || got.malformed != tt.malformed || !reflect.DeepEqual(got.ack, tt.ack) {
				t.Errorf("%d updates, malformed %v, ack %+v", len(got.updates), got.malformed, got.ack)
			}
			for _, u := range got.updates {
				if u.Bid.v != 1.5 || u.whole != (tt.name == "a snapshot") {
					t.Errorf("%+v", u)
				}
			}
		})
	}
}

func msg(topic, content string) string {
	return `{"topic":"` + topic + `","type":"` + typeRate + `","content":` + content + `}`
}

var (
	tenOClock = time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	later     = time.Date(2026, 6, 1, 10, 0, 1, 234567800, time.UTC)
)

const laterDate = `"Date":"2026-06-01T10:00:01.2345678Z"`

// known is what a rate holds before each case of the table below.
func known() Rate {
	return Rate{
		ID: 7, Bid: 100, Ask: 101, LastExecution: 100, ConversionRateBid: 1, ConversionRateAsk: 1,
		DailyClose: 99, OfficialClosingPrice: 98, MarketOpen: new(true), ExchangeOpen: new(false), At: tenOClock,
	}
}

func TestMessagesAreMergedIntoWhatIsKnown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, content string
		whole         bool
		want          func(*Rate) // nil: no news
	}{
		{"one side as text", `{"Bid":"102.5",` + laterDate + `}`, false, func(r *Rate) { r.Bid, r.At = 102.5, later }},
		{"one side as a number", `{"Ask":103,` + laterDate + `}`, false, func(r *Rate) { r.Ask, r.At = 103, later }},
		{"a very small price", `{"Bid":"5E-06"}`, false, func(r *Rate) { r.Bid = 5e-06 }},
		{"a date alone", `{` + laterDate + `,"PriceRateID":"1"}`, false, nil},
		{"nothing", `{}`, false, nil},
		{"the same price later", `{"Bid":"100",` + laterDate + `}`, false, func(r *Rate) { r.At = later }},
		{"the same price at the same time", `{"Bid":"100","Date":"2026-06-01T10:00:00Z"}`, false, nil},
		{"a price without a date", `{"Bid":"102"}`, false, func(r *Rate) { r.Bid = 102 }},
		{"a price with a date that cannot be read", `{"Bid":"102","Date":"soon"}`, false, func(r *Rate) { r.Bid = 102 }},
		{"a price with the date of none", `{"Bid":"102","Date":"0001-01-01T00:00:00Z"}`, false, func(r *Rate) { r.Bid = 102 }},
		{"a date with a blank and no zone", `{"Bid":"100","Date":"2026-06-01 10:00:01.2345678"}`, false, func(r *Rate) { r.At = later }},
		{"a date of another zone", `{"Bid":"100","Date":"2026-06-01T12:00:01.2345678+02:00"}`, false, func(r *Rate) { r.At = later }},
		{"null is unknown", `{"Bid":null,"IsMarketOpen":null,` + laterDate + `}`, false, func(r *Rate) { r.Bid, r.MarketOpen = 0, nil }},
		{"zero is no price", `{"Bid":"0","Ask":0,` + laterDate + `}`, false, func(r *Rate) { r.Bid, r.Ask = 0, 0 }},
		{"below zero is no price", `{"Bid":"-1",` + laterDate + `}`, false, func(r *Rate) { r.Bid = 0 }},
		{"NaN is no price", `{"Bid":"NaN",` + laterDate + `}`, false, func(r *Rate) { r.Bid = 0 }},
		{"Inf is no price", `{"Bid":"Inf","Ask":"1e999",` + laterDate + `}`, false, func(r *Rate) { r.Bid, r.Ask = 0, 0 }},
		{"a list is no price", `{"Bid":[1],` + laterDate + `}`, false, func(r *Rate) { r.Bid = 0 }},
		{"no price beside a price", `{"Bid":"0","Ask":"103",` + laterDate + `}`, false, func(r *Rate) { r.Bid, r.Ask, r.At = 0, 103, later }},
		{"flags as text", `{"IsMarketOpen":"False","IsExchangeOpen":"True"}`, false, func(r *Rate) { r.MarketOpen, r.ExchangeOpen = new(false), new(true) }},
		{"flags as bools", `{"IsMarketOpen":false,"IsExchangeOpen":true}`, false, func(r *Rate) { r.MarketOpen, r.ExchangeOpen = new(false), new(true) }},
		{"flags that are as they were", `{"IsMarketOpen":"True","IsExchangeOpen":0}`, false, nil},
		{"a flag that is neither", `{"IsExchangeOpen":"perhaps"}`, false, func(r *Rate) { r.ExchangeOpen = nil }},
		{"the other numbers", `{"LastExecution":"1","ConversionRateBid":"2","ConversionRateAsk":"3","DailyClose":"4","OfficialClosingPrice":"5"}`, false, func(r *Rate) {
			r.LastExecution, r.ConversionRateBid, r.ConversionRateAsk, r.DailyClose, r.OfficialClosingPrice = 1, 2, 3, 4, 5
		}},
		{"closes are not prices of now", `{"DailyClose":"4",` + laterDate + `}`, false, func(r *Rate) { r.DailyClose = 4 }},
		{"numbers of other things", `{"UnitMarginBid":"1","BidDiscounted":"2","MaxPositionUnits":"3"}`, false, nil},
		{"a whole state replaces", `{"Bid":"90",` + laterDate + `}`, true, func(r *Rate) { *r = Rate{ID: 7, Bid: 90, At: later} }},
		{"a whole state without a price", `{"IsMarketOpen":"False",` + laterDate + `}`, true, func(r *Rate) { *r = Rate{ID: 7, MarketOpen: new(false)} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := update{id: 7, whole: tt.whole}
			if err := json.Unmarshal([]byte(tt.content), &u.content); err != nil {
				t.Fatal(err)
			}
			got, want := known(), known()
			if tt.want != nil {
				tt.want(&want)
			}
			if news := got.merge(u); news != (tt.want != nil) || !reflect.DeepEqual(got, want) {
				t.Errorf("news %v\n%+v, want\n%+v", news, got, want)
			}
		})
	}
}

func TestFlagsThatWerePutNeverChange(t *testing.T) {
	t.Parallel()
	r := known()
	before := r
	r.merge(update{content: content{IsMarketOpen: flag{told: true, v: new(false)}}})
	if !*before.MarketOpen || *r.MarketOpen {
		t.Errorf("%v and %v", *before.MarketOpen, *r.MarketOpen)
	}
}

// recordedFrames are real ones, kept outside of the repository.
func recordedFrames(t testing.TB) (frames []json.RawMessage) {
	t.Helper()
	dir := cmp.Or(os.Getenv("SHARED_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	b, err := os.ReadFile(filepath.Join(dir, "recorded", "ws-frames-2026-06-01.json"))
	if err != nil {
		t.Skipf("no recordings here: %v", err)
	}
	var file struct{ Frames []json.RawMessage }
	if err := json.Unmarshal(b, &file); err != nil || len(file.Frames) == 0 {
		t.Fatalf("%d frames, %v", len(file.Frames), err)
	}
	return file.Frames
}

func TestRecordedFramesAreUnderstood(t *testing.T) {
	t.Parallel()
	r, news := Rate{ID: 100000}, 0
	for _, text := range recordedFrames(t) {
		f := decode(text)
		if f.malformed || len(f.updates) != 1 || f.updates[0].id != 100000 {
			t.Fatalf("%s: %+v", text, f)
		}
		if r.merge(f.updates[0]) {
			news++
		}
	}
	want := Rate{ID: 100000, Bid: 71055.7, Ask: 71055.71, LastExecution: 71055.7, OfficialClosingPrice: 70846.64,
		At: time.Date(2026, 6, 1, 22, 21, 13, 843483100, time.UTC)}
	if news != 2 || !reflect.DeepEqual(r, want) {
		t.Errorf("%d times news, %+v", news, r)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		one("instrument:100000", typeSnapshot, `"{\"InstrumentID\":\"100000\",\"Ask\":\"71051.84\",\"Bid\":71051.83,\"IsMarketOpen\":\"True\",\"Date\":\"2026-06-01T22:21:12.6164362Z\"}"`),
		one("instrument:7", typeRate, `"{\"Date\":\"2026-06-01T22:21:15.8858135Z\",\"PriceRateID\":\"144286592399\"}"`),
		one("instrument:7", typeRate, `{"Bid":null,"Ask":-1,"LastExecution":"Inf","DailyClose":1e999}`),
		one("private", "x", `"\ud800"`),
		`{"id":"a","success":false,"operation":"Subscribe","errorCode":"SubscribeFailed","errorMessage":"Too many"}`,
		`{"messages":[null,1,{}],"success":0}`, `{"messages":null}`, `[]`, `"`, ``,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got := decode(b)
		if !json.Valid(b) && (!got.malformed || got.ack != nil || got.updates != nil) {
			t.Errorf("broken JSON gave %+v", got)
		}
		r := known()
		for _, u := range got.updates {
			if u.id < 1 {
				t.Errorf("id %d", u.id)
			}
			r.merge(u)
			for _, v := range []float64{r.Bid, r.Ask, r.LastExecution, r.ConversionRateBid, r.ConversionRateAsk, r.DailyClose, r.OfficialClosingPrice} {
				if v < 0 || math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%s: price %v", b, v)
				}
			}
			if !r.At.IsZero() && (r.At.Year() < 2 || r.At.Location() != time.UTC) {
				t.Errorf("date %v", r.At)
			}
			if r.merge(update{id: u.id, content: u.content}) {
				t.Errorf("%s: the same again is news", b)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text := []byte(one("instrument:100000", typeRate, `"{\"Ask\":\"71055.71\",\"Bid\":\"71055.7\",\"LastExecution\":\"71055.7\",\"Date\":\"2026-06-01T22:21:13.8434831Z\",\"PriceRateID\":\"144286591897\"}"`))
	r := known()
	b.ReportAllocs()
	for b.Loop() {
		for _, u := range decode(text).updates {
			r.merge(u)
		}
	}
}
