package market

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"time"

	"instrumentdesk/etoro"
)

func TestAQuoteLeavesOutWhatCannotBe(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 5, 30, 0, 0, time.UTC)
	told := newQuote(&etoro.SnapshotRow{
		CurrentRate: ptr(12.5), DailyPriceChange: ptr(1.0), WeeklyPriceChange: ptr(-2.0), MonthlyPriceChange: ptr(-100.0),
		OneYearPriceChange: ptr(12_500.0), PopularityUniques7Day: ptr(0.0), ExchangeOpen: ptr(false),
	}, at)
	want := Quote{
		Price: ptr(12.5), DayChangePct: ptr(1.0), WeekChangePct: ptr(-2.0), MonthChangePct: ptr(-100.0), YearChangePct: ptr(12_500.0),
		Popularity: ptr(0.0), Open: ptr(false), At: at,
	}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("%+v, want %+v", told, want)
	}
	none := newQuote(&etoro.SnapshotRow{
		CurrentRate: ptr(0.0), DailyPriceChange: ptr(-100.1), WeeklyPriceChange: ptr(math.NaN()), MonthlyPriceChange: ptr(math.Inf(1)),
		OneYearPriceChange: ptr(-1e9), PopularityUniques7Day: ptr(-1.0),
	}, at)
	if !reflect.DeepEqual(none, Quote{At: at}) {
		t.Errorf("%+v, want nothing known", none)
	}
}

// A snapshot file of a program that knew fewer changes is still read, and theirs are unknown.
func TestQuotesOutliveThePassageThroughAFile(t *testing.T) {
	t.Parallel()
	q := Quote{Price: ptr(12.5), WeekChangePct: ptr(-2.0), MonthChangePct: ptr(3.0), YearChangePct: ptr(40.0), Open: ptr(true)}
	text, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	for written, want := range map[string]Quote{string(text): q, `{"Price":12.5}`: {Price: ptr(12.5)}} {
		var read Quote
		if err := json.Unmarshal([]byte(written), &read); err != nil || !reflect.DeepEqual(read, want) {
			t.Errorf("%s became %+v, %v", written, read, err)
		}
	}
}
