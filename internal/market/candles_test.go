package market

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"instrumentdesk/etoro"
)

const opCandles = "Candles"

// Candles answers one bar that tells which instrument and interval were asked.
func (f *far) Candles(ctx context.Context, p etoro.CandlesParams) ([]etoro.Candle, error) {
	if err := f.ask(ctx, opCandles); err != nil {
		return nil, err
	}
	if p.Count != MaxCandles || !p.Ascending {
		return nil, fmt.Errorf("asked for %+v", p)
	}
	price := float64(p.ID) + float64(len(p.Interval))/100
	return []etoro.Candle{bar("2026-11-24", price, price, price, price)}, nil
}

// bar is a daily bar, or one that begins at another time of a day.
func bar(from string, open, high, low, closing float64) Candle {
	t, err := time.Parse(time.DateOnly, from)
	if err != nil {
		t, err = time.Parse(time.RFC3339, from)
	}
	if err != nil {
		panic(err)
	}
	return Candle{From: t, Open: open, High: high, Low: low, Close: closing}
}

func candles(t *testing.T, m *Market, id InstrumentID, iv Interval) Candles {
	t.Helper()
	c, err := m.Candles(t.Context(), id, iv)
	if err != nil {
		t.Fatalf("Candles(%d, %s): %v", id, iv, err)
	}
	return c
}

// withCandles runs f on fake time with a market that has its catalogue.
func withCandles(t *testing.T, f func(t *testing.T, far *far, m *Market)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		far := newFar(sampleRows()...)
		m := newMarket(far)
		defer m.close()
		loadAll(t, m)
		f(t, far, m)
	})
}

func TestCandlesAreOneCallForEachInstrumentAndInterval(t *testing.T) {
	withCandles(t, func(t *testing.T, far *far, m *Market) {
		for range 3 {
			for _, id := range []InstrumentID{1001, 1002} {
				for _, iv := range Intervals() {
					c := candles(t, m, id, iv)
					if want := float64(id) + float64(len(iv))/100; len(c.Bars) != 1 || c.Bars[0].Close != want || c.Interval != iv || c.Err != nil || !c.At.Equal(time.Now()) {
						t.Errorf("%d %s: %+v", id, iv, c)
					}
				}
			}
		}
		if n := far.count(opCandles); n != 18 || far.inBackground(opCandles) {
			t.Errorf("%d calls, the last in the background: %v; want 18 for visitors who wait", n, far.inBackground(opCandles))
		}
	})
}

func TestCandlesAgeByTheirInterval(t *testing.T) {
	for _, tt := range []struct {
		iv   Interval
		soft time.Duration
	}{{etoro.OneMinute, time.Minute}, {etoro.FourHours, time.Minute}, {etoro.OneDay, 10 * time.Minute}, {etoro.OneWeek, 10 * time.Minute}} {
		t.Run(string(tt.iv), func(t *testing.T) {
			withCandles(t, func(t *testing.T, far *far, m *Market) {
				read := time.Now()
				if c := candles(t, m, 1001, tt.iv); !c.FreshUntil().Equal(read.Add(tt.soft)) {
					t.Errorf("fresh for %v, want %v", c.FreshUntil().Sub(read), tt.soft)
				}
				time.Sleep(tt.soft - 1)
				candles(t, m, 1001, tt.iv)
				synctest.Wait()
				if n := far.count(opCandles); n != 1 {
					t.Errorf("%d calls while they are fresh, want 1", n)
				}
				time.Sleep(time.Nanosecond)
				if c := candles(t, m, 1001, tt.iv); !c.At.Equal(read) {
					t.Error("the visitor waited for the refresh")
				}
				synctest.Wait()
				if n := far.count(opCandles); n != 2 || !far.inBackground(opCandles) {
					t.Errorf("%d calls, in the background: %v; want a second one that gives way", n, far.inBackground(opCandles))
				}
				time.Sleep(24 * time.Hour)
				if c := candles(t, m, 1001, tt.iv); !c.At.Equal(time.Now()) || far.inBackground(opCandles) {
					t.Error("candles of a day ago are not read anew before the answer")
				}
			})
		})
	}
}

func TestCandlesThatCannotBeRefreshedComeWithTheReason(t *testing.T) {
	withCandles(t, func(t *testing.T, far *far, m *Market) {
		before := candles(t, m, 1001, etoro.OneDay)
		broken := &etoro.APIError{Op: opCandles, Status: 503}
		far.fail(opCandles, broken)
		time.Sleep(dailySoft)
		candles(t, m, 1001, etoro.OneDay)
		synctest.Wait()
		after := candles(t, m, 1001, etoro.OneDay)
		if !errors.Is(after.Err, broken) || !after.At.Equal(before.At) || !slices.Equal(after.Bars, before.Bars) {
			t.Errorf("%+v, want the bars of before with the error", after)
		}
	})
}

func TestCandlesThatAreNotThereAreAnError(t *testing.T) {
	broken := &etoro.APIError{Op: opCandles, Status: 503}
	for _, tt := range []struct {
		name string
		id   InstrumentID
		iv   Interval
		fail error
		slow time.Duration
		want error
		call int
	}{
		{"unknown instrument", 77, etoro.OneDay, nil, 0, ErrUnknown, 0},
		{"eToro fails", 1001, etoro.OneDay, broken, 0, broken, 1},
		{"eToro is slow", 1001, etoro.OneDay, nil, 10 * time.Second, context.DeadlineExceeded, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			withCandles(t, func(t *testing.T, far *far, m *Market) {
				far.fail(opCandles, tt.fail)
				far.delay[opCandles] = tt.slow
				c, err := m.Candles(t.Context(), tt.id, tt.iv)
				if !errors.Is(err, tt.want) || c.Bars != nil || far.count(opCandles) != tt.call {
					t.Errorf("%+v, %v after %d calls; want %v after %d", c, err, far.count(opCandles), tt.want, tt.call)
				}
			})
		})
	}
}

func TestAnIntervalThatEToroLacksIsNotAsked(t *testing.T) {
	withCandles(t, func(t *testing.T, far *far, m *Market) {
		_, err := m.Candles(t.Context(), 1001, "OneYear")
		var bad *BadQuery
		if !errors.As(err, &bad) || bad.Field != "interval" || far.count(opCandles) != 0 {
			t.Errorf("%v after %d calls", err, far.count(opCandles))
		}
	})
}

func TestASlowReadGoesOnForTheNextVisitor(t *testing.T) {
	withCandles(t, func(t *testing.T, far *far, m *Market) {
		far.delay[opCandles] = 5 * time.Second
		if _, err := m.Candles(t.Context(), 1001, etoro.OneHour); err == nil {
			t.Fatal("no error after a wait of three seconds")
		}
		time.Sleep(3 * time.Second)
		if c := candles(t, m, 1001, etoro.OneHour); len(c.Bars) != 1 || far.count(opCandles) != 1 {
			t.Errorf("%+v after %d calls", c, far.count(opCandles))
		}
	})
}

func TestOnlySoManySetsOfCandlesAreKept(t *testing.T) {
	t.Parallel()
	var rows []etoro.Instrument
	for id := range 2 * maxCandleSets {
		rows = append(rows, stock(id+1, fmt.Sprintf("S%d", id), "Some"))
	}
	far := newFar(rows...)
	m := loaded(t, far)
	for _, r := range rows {
		candles(t, m, r.ID, etoro.OneDay)
	}
	asked := far.count(opCandles)
	candles(t, m, rows[0].ID, etoro.OneDay)
	if far.count(opCandles) != asked+1 {
		t.Error("the oldest are kept for ever")
	}
	candles(t, m, rows[len(rows)-1].ID, etoro.OneDay)
	if far.count(opCandles) != asked+1 {
		t.Error("the newest are not kept")
	}
}

func TestCandlesAreCleaned(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	volume := func(v float64) Candle {
		b := bar("2026-01-05", 10, 12, 9, 11)
		b.Volume = &v
		return b
	}
	good := bar("2026-01-05", 10, 12, 9, 11)
	for _, tt := range []struct {
		name      string
		got, want []Candle
	}{
		{"none", nil, nil},
		{"a good one", []Candle{good}, []Candle{good}},
		{"no time", []Candle{{Open: 1, High: 1, Low: 1, Close: 1}}, nil},
		{"the year 1", []Candle{bar("0001-01-01", 1, 1, 1, 1)}, nil},
		{"high below low", []Candle{bar("2026-01-05", 10, 9, 12, 11)}, nil},
		{"no number", []Candle{bar("2026-01-05", nan, 12, 9, 11), bar("2026-01-06", 10, nan, 9, 11), bar("2026-01-07", 10, 12, nan, 11), bar("2026-01-08", 10, 12, 9, nan)}, nil},
		{"infinite", []Candle{bar("2026-01-05", 10, inf, 9, 11)}, nil},
		{"zero and below", []Candle{bar("2026-01-05", 0, 0, 0, 0), bar("2026-01-06", 10, 12, -1, 11)}, nil},
		{"tiny", []Candle{bar("2026-01-05", 5e-06, 6e-06, 4e-06, 5e-06)}, []Candle{bar("2026-01-05", 5e-06, 6e-06, 4e-06, 5e-06)}},
		{"close above high, open below low", []Candle{bar("2026-01-05", 8, 12, 9, 13)}, []Candle{bar("2026-01-05", 8, 13, 8, 13)}},
		{"unsorted", []Candle{bar("2026-01-07", 3, 3, 3, 3), bar("2026-01-05", 1, 1, 1, 1), bar("2026-01-06", 2, 2, 2, 2)},
			[]Candle{bar("2026-01-05", 1, 1, 1, 1), bar("2026-01-06", 2, 2, 2, 2), bar("2026-01-07", 3, 3, 3, 3)}},
		{"the same time twice", []Candle{bar("2026-01-05", 1, 1, 1, 1), bar("2026-01-06", 2, 2, 2, 2), bar("2026-01-05", 3, 3, 3, 3)},
			[]Candle{bar("2026-01-05", 3, 3, 3, 3), bar("2026-01-06", 2, 2, 2, 2)}},
		{"the same second twice", []Candle{bar("2026-01-05T10:00:00.1Z", 1, 1, 1, 1), bar("2026-01-05T10:00:00.9Z", 2, 2, 2, 2)},
			[]Candle{bar("2026-01-05T10:00:00Z", 2, 2, 2, 2)}},
		{"volume that is none", []Candle{volume(nan), volume(inf), volume(-1)}, []Candle{good}},
	} {
		got := cleanCandles(tt.got)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if got := cleanCandles([]Candle{volume(0)}); len(got) != 1 || got[0].Volume == nil || *got[0].Volume != 0 {
		t.Errorf("a volume of zero became %v", got)
	}
}

func TestOfTooManyCandlesTheNewestStay(t *testing.T) {
	t.Parallel()
	var bars []Candle
	for i := range MaxCandles + 5 {
		b := bar("2026-01-05", 1, 1, 1, 1)
		b.From = b.From.Add(time.Duration(-i) * time.Hour)
		bars = append(bars, b)
	}
	got := cleanCandles(bars)
	if len(got) != MaxCandles || !got[len(got)-1].From.Equal(bars[0].From) {
		t.Errorf("%d bars that end at %v", len(got), got[len(got)-1].From)
	}
}

func TestNewestGivesAnyCount(t *testing.T) {
	t.Parallel()
	c := Candles{Bars: []Candle{bar("2026-01-05", 1, 1, 1, 1), bar("2026-01-06", 2, 2, 2, 2)}}
	for n, want := range map[int]int{-1: 0, 0: 0, 1: 1, 2: 2, 3: 2} {
		got := c.Newest(n)
		if len(got) != want || want == 1 && got[0].Close != 2 {
			t.Errorf("Newest(%d) = %v", n, got)
		}
	}
}

func TestTheDayIsTheNewestDailyBar(t *testing.T) {
	t.Parallel()
	bars := []Candle{bar("2026-01-05", 1, 2, 1, 1), bar("2026-01-06", 3, 4, 2, 3)}
	if b, ok := (Candles{Bars: bars, Interval: etoro.OneDay}).Day(); !ok || b.Low != 2 || b.High != 4 {
		t.Errorf("%v %v", b, ok)
	}
	if _, ok := (Candles{Bars: bars, Interval: etoro.OneHour}).Day(); ok {
		t.Error("an hour is taken for a day")
	}
	if _, ok := (Candles{Interval: etoro.OneDay}).Day(); ok {
		t.Error("no bars have a day")
	}
}

// weekdays are daily bars without weekends until a day. The close of each is its day of the year.
func weekdays(first, last string) Candles {
	c := Candles{Interval: etoro.OneDay}
	for at, end := bar(first, 1, 1, 1, 1).From, bar(last, 1, 1, 1, 1).From; !at.After(end); at = at.AddDate(0, 0, 1) {
		if d := at.Weekday(); d != time.Saturday && d != time.Sunday {
			price := float64(at.YearDay())
			c.Bars = append(c.Bars, Candle{From: at, Open: price, High: price, Low: price, Close: price})
		}
	}
	return c
}

func TestChangesLookBackInTheCalendar(t *testing.T) {
	t.Parallel()
	halfHourLate := weekdays("2026-03-02", "2026-03-31") // as where clocks change on a Sunday
	for i := range halfHourLate.Bars[:20] {
		halfHourLate.Bars[i].From = halfHourLate.Bars[i].From.Add(time.Hour)
	}
	for _, tt := range []struct {
		name string
		c    Candles
		want [6]string // the day that each is measured from, "" for unknown
	}{
		{"a Tuesday", weekdays("2025-01-01", "2026-11-24"),
			[6]string{"2026-11-23", "2026-11-17", "2026-10-23", "2026-08-24", "2026-05-22", "2025-11-24"}},
		{"a Monday goes back to Friday", weekdays("2026-11-01", "2026-11-23"), [6]string{"2026-11-20", "2026-11-16", "", "", "", ""}},
		{"the 31st", weekdays("2025-01-01", "2026-03-31"), [6]string{"2026-03-30", "2026-03-24", "2026-02-27", "2025-12-31", "2025-09-30", "2025-03-31"}},
		{"a change of clocks", halfHourLate, [6]string{"2026-03-30", "2026-03-24", "", "", "", ""}},
		{"one bar", weekdays("2026-11-24", "2026-11-24"), [6]string{}},
		{"no bars", Candles{Interval: etoro.OneDay}, [6]string{}},
		{"no daily bars", Candles{Interval: etoro.OneHour, Bars: weekdays("2025-01-01", "2026-11-24").Bars}, [6]string{}},
	} {
		for i, ch := range tt.c.Changes(0) {
			since := ""
			if ch.Pct != nil {
				since = ch.Since.Format(time.DateOnly)
				newest := tt.c.Bars[len(tt.c.Bars)-1].Close
				if want := (newest/ch.Price - 1) * 100; *ch.Pct != want {
					t.Errorf("%s: %s is %v %%, want %v", tt.name, ch.Period, *ch.Pct, want)
				}
			}
			if since != tt.want[i] || ch.Period != periods[i].name || (ch.Pct == nil) != (ch.Price == 0) {
				t.Errorf("%s: %s is measured from %q, want %q", tt.name, ch.Period, since, tt.want[i])
			}
		}
	}
}

func TestChangesTakeALivePrice(t *testing.T) {
	t.Parallel()
	c := Candles{Interval: etoro.OneDay, Bars: []Candle{bar("2026-01-05", 1, 1, 1, 5e-06), bar("2026-01-06", 1, 1, 1, 6e-06)}}
	for price, want := range map[float64]float64{0: 20, 5e-06: 0, 2.5e-06: -50, math.NaN(): 20, math.Inf(1): 20, -1: 20} {
		if got := c.Changes(price)[0]; got.Pct == nil || math.Abs(*got.Pct-want) > 1e-9 || got.Price != 5e-06 {
			t.Errorf("at %v the day is %+v, want %v %%", price, got, want)
		}
	}
}

func TestMonthsGoBackInTheCalendar(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		from, want string
		months     int
	}{{"2026-11-24", "2026-10-24", 1}, {"2026-03-31", "2026-02-28", 1}, {"2028-02-29", "2027-02-28", 12}, {"2026-05-31", "2025-11-30", 6}} {
		from, err := time.Parse(time.DateOnly, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := MonthsBefore(from, tt.months).Format(time.DateOnly); got != tt.want {
			t.Errorf("%d months before %s is %s, want %s", tt.months, tt.from, got, tt.want)
		}
	}
}
