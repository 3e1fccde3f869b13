package market

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"instrumentdesk/etoro"
)

func in(dir string) func(*Options) { return func(o *Options) { o.StateDir = dir } }

// written is the file that a full market leaves in dir.
func written(t *testing.T, dir string, change ...func(*Options)) string {
	t.Helper()
	rows := sampleRows()
	rows[0].Images = []etoro.Image{{URI: imageOrigin + "a.svg", BackgroundColor: "#111", TextColor: "#222"}}
	f := newFar(rows...)
	m := newMarket(f, append(change, in(dir))...)
	defer m.close()
	loadAll(t, m)
	m.save(t.Context())
	return m.file.path
}

func down(f *far) {
	for _, op := range []string{opRows, opQuotes, opCloses, "Exchanges", "InstrumentTypes", "StocksIndustries"} {
		f.fail(op, &etoro.APIError{Op: op, Status: 503})
	}
}

func TestRestartWhileEToroIsDownAnswersFromTheSnapshot(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	written(t, dir)
	f := newFar()
	down(f)
	m := newMarket(f, in(dir))
	defer m.close()
	l := find(t, m, Query{Box: "aapl", Limit: 1})
	if l.State.Age != AgeSnapshot || l.State.Source != Snapshot || l.State.Count != 6 || l.State.AsOf.IsZero() {
		t.Errorf("state %+v", l.State)
	}
	row := l.Rows[0]
	if *row.Quote.Price != 100 || row.Quote.At.IsZero() || row.Close.Official != 90 || row.Instrument.Exchange.Name != "Nasdaq" || row.Instrument.Image.TextColor != "#222" {
		t.Errorf("got %+v %+v", row, row.Instrument)
	}
	if f.total() != 0 {
		t.Errorf("calls: %v", f.calls)
	}
}

func TestSnapshotIsRefreshedBehindAndWrittenAgain(t *testing.T) {
	dir := t.TempDir()
	file := newSnapshotFile(dir, EToro, "")
	old := time.Date(1999, 12, 31, 23, 50, 0, 0, time.UTC) // ten minutes before the bubble's midnight
	if err := file.write(inputs{rows: dated[[]etoro.Instrument]{sampleRows(), old}}); err != nil {
		t.Fatal(err)
	}
	f := newFar(append(sampleRows(), stock(5000, "NEW", "Newcomer"))...)
	running(t, f, func(t *testing.T, m *Market) {
		if s := m.State(); s.Source != EToro || s.Age != AgeFresh || s.Count != 7 {
			t.Errorf("state %+v", s)
		}
		if !f.inBackground(opRows) {
			t.Error("nobody waits for it, so it must give way")
		}
		if saved, err := file.read(); err != nil || len(saved.rows.Value) != 8 || len(saved.closes.Value) == 0 {
			t.Errorf("not written anew: %v", err)
		}
	}, in(dir))
}

func TestSnapshotOfAnyAgeIsBetterThanNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := newSnapshotFile(dir, EToro, "")
	at := time.Now().Add(-90 * 24 * time.Hour)
	err := file.write(inputs{
		rows:   dated[[]etoro.Instrument]{sampleRows(), at},
		quotes: dated[map[etoro.InstrumentID]Quote]{map[etoro.InstrumentID]Quote{1001: {Price: ptr(1.0)}}, at},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := newMarket(newFar(), in(dir))
	defer m.close()
	l := find(t, m, Query{Box: "aapl", Limit: 1})
	if l.State.Age != AgeSnapshot || !l.State.AsOf.Equal(at) || l.Rows[0].Quote.Price != nil {
		t.Errorf("got %+v %+v", l.State, l.Rows[0])
	}
}

func TestFileRoundTripKeepsEverything(t *testing.T) {
	t.Parallel()
	c := loaded(t, newFar(sampleRows()...)).current.Load()
	file := newSnapshotFile(t.TempDir(), EToro, "http://127.0.0.1:1")
	if err := file.write(c.in); err != nil {
		t.Fatal(err)
	}
	got, err := file.read()
	if err != nil {
		t.Fatal(err)
	}
	if !got.same(c.in) || !reflect.DeepEqual(got.rows.Value, c.in.rows.Value) ||
		!maps.Equal(got.names[1].Value, c.in.names[1].Value) || !maps.Equal(got.closes.Value, c.in.closes.Value) ||
		len(got.quotes.Value) != len(c.in.quotes.Value) {
		t.Errorf("got %+v\nwant %+v", got, c.in)
	}
}

func TestFileIsPrivateAndLeavesNothingBeside(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "deep", "state")
	path := written(t, dir)
	for name, want := range map[string]fs.FileMode{dir: 0o700 | fs.ModeDir, path: 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestSourcesAndOriginsHaveTheirOwnFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sandbox := written(t, dir, func(o *Options) { o.Source, o.Origin = Sandbox, "http://127.0.0.1:1" })
	written(t, dir, func(o *Options) { o.Origin = "http://one" })
	for _, change := range []func(*Options){
		func(*Options) {},
		func(o *Options) { o.Origin = "http://two" },
	} {
		m := newMarket(newFar(), change, in(dir))
		if m.current.Load() != nil {
			t.Errorf("%s took another's snapshot", m.file.path)
		}
		m.close()
	}
	m := newMarket(newFar(), in(dir), func(o *Options) { o.Source, o.Origin = Sandbox, "http://127.0.0.1:2" })
	defer m.close()
	if m.file.path != sandbox || m.current.Load() == nil {
		t.Errorf("on another port the sandbox does not find its snapshot: %s", m.file.path)
	}
}

// repack changes the envelope of a snapshot file.
func repack(t testing.TB, data []byte, change func(*envelope)) []byte {
	t.Helper()
	text, err := unzip(data)
	if err != nil {
		t.Fatal(err)
	}
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	change(&e)
	return zipped(t, e)
}

func zipped(t testing.TB, v any) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bomb is a small file that unpacks to more than is allowed.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(make([]byte, maxSnapshotText+1))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestUnusableFilesAreSetAsideAndStopNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(t *testing.T, good []byte) []byte
		says   string
	}{
		{"empty", func(*testing.T, []byte) []byte { return nil }, "EOF"},
		{"torn", func(_ *testing.T, good []byte) []byte { return good[:len(good)/2] }, "unexpected EOF"},
		{"no gzip", func(*testing.T, []byte) []byte { return []byte("hello, world") }, "invalid header"},
		{"no JSON", func(t *testing.T, _ []byte) []byte { return zipped(t, "x") }, "cannot unmarshal"},
		{"of a later version", func(t *testing.T, good []byte) []byte {
			return repack(t, good, func(e *envelope) { e.Version = 2 })
		}, "version 2"},
		{"of the sandbox", func(t *testing.T, good []byte) []byte {
			return repack(t, good, func(e *envelope) { e.Source = Sandbox })
		}, "of sandbox"},
		{"changed", func(t *testing.T, good []byte) []byte {
			return repack(t, good, func(e *envelope) { e.Data = bytes.Replace(e.Data, []byte("Apple"), []byte("Appel"), 1) })
		}, "checksum"},
		{"a bomb", func(t *testing.T, _ []byte) []byte { return bomb(t) }, "unpacked"},
		{"too long", func(*testing.T, []byte) []byte { return make([]byte, maxSnapshotFile+1) }, "longer than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := written(t, dir)
			good, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, tt.change(t, good), 0o600); err != nil {
				t.Fatal(err)
			}
			book := &logBook{}
			m := newMarket(newFar(sampleRows()...), in(dir), func(o *Options) { o.Log = book.logger() })
			defer m.close()
			if _, err := os.Stat(path + ".bad"); err != nil {
				t.Error(err)
			}
			if log := book.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, tt.says) {
				t.Errorf("log:\n%s", log)
			}
			if l := find(t, m, Query{}); l.State.Source != EToro || l.Total != 6 {
				t.Errorf("state %+v", l.State)
			}
		})
	}
}

func TestSnapshotWithoutUsableRowsIsRefused(t *testing.T) {
	t.Parallel()
	file := newSnapshotFile(t.TempDir(), EToro, "")
	for i, rows := range [][]etoro.Instrument{nil, make([]etoro.Instrument, 3)} {
		if err := file.write(inputs{rows: dated[[]etoro.Instrument]{rows, time.Now()}}); err != nil {
			t.Fatal(err)
		}
		if _, err := file.read(); err == nil {
			t.Errorf("%d: no error", i)
		}
	}
}

func TestSnapshotFromTheFutureCountsAsOfNow(t *testing.T) {
	t.Parallel()
	file := newSnapshotFile(t.TempDir(), EToro, "")
	if err := file.write(inputs{rows: dated[[]etoro.Instrument]{sampleRows(), time.Now().Add(100 * time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	got, err := file.read()
	if err != nil || got.rows.At.After(time.Now()) {
		t.Errorf("%v, %v", got.rows.At, err)
	}
}

func TestASnapshotThatCannotBeWrittenIsOneLogLine(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	book := &logBook{}
	f := newFar(sampleRows()...)
	running(t, f, func(t *testing.T, m *Market) {
		if m.State().Age != AgeFresh {
			t.Errorf("state %+v", m.State())
		}
		if !strings.Contains(book.String(), "snapshot not written") {
			t.Errorf("log:\n%s", book)
		}
	}, func(o *Options) { o.StateDir, o.Log = filepath.Join(dir, "sub"), book.logger() })
}

func FuzzSnapshotFile(f *testing.F) {
	file := newSnapshotFile("unused", EToro, "")
	good, err := file.encode(inputs{rows: dated[[]etoro.Instrument]{sampleRows(), time.Unix(1_700_000_000, 0)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte(nil))
	f.Add(repack(f, good, func(e *envelope) { e.Data = json.RawMessage(`{"Rows":[{}]}`) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := file.decode(data)
		if err != nil {
			return
		}
		if c := build(got, Snapshot); len(c.rows) == 0 || c.AsOf().IsZero() {
			t.Errorf("accepted without rows: %+v", got)
		}
	})
}

// FuzzSnapshotData fuzzes behind the checksum, which keeps the other target out.
func FuzzSnapshotData(f *testing.F) {
	good, err := json.Marshal(toSaved(inputs{rows: dated[[]etoro.Instrument]{sampleRows(), time.Unix(1_700_000_000, 0)}}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"RowsAt":"2026-01-01T00:00:00Z","Rows":[{"ID":-1,"Symbol":".","Type":-5,"Image":{}}],"Names":[{"Value":{"1":"1"}},{},{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var saved savedData
		if json.Unmarshal(data, &saved) != nil {
			return
		}
		got, err := fromSaved(saved)
		if err != nil {
			return
		}
		if _, err := build(got, Snapshot).find(Query{Box: "a", Hidden: true}); err != nil {
			t.Error(err)
		}
		_ = fmt.Sprint(got)
	})
}
