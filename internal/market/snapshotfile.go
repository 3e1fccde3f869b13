package market

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

const (
	snapshotVersion = 1
	// About ten times what eToro's whole catalogue needs. Beyond it the file is not ours.
	maxSnapshotFile = 16 << 20
	maxSnapshotText = 64 << 20
)

// snapshotFile is the last good catalogue on disk. There is one per source and origin,
// so that what a sandbox told is never taken for eToro's.
type snapshotFile struct {
	path   string
	source Source
	origin string
}

func newSnapshotFile(dir string, source Source, origin string) *snapshotFile {
	name := fmt.Sprintf("catalogue-v%d-%s", snapshotVersion, source)
	if source == Sandbox {
		origin = ""
	}
	if origin != "" {
		sum := sha256.Sum256([]byte(origin))
		name += "-" + hex.EncodeToString(sum[:4])
	}
	return &snapshotFile{path: filepath.Join(dir, name+".json.gz"), source: source, origin: origin}
}

// envelope is the file, gzipped. SHA256 is that of Data.
type envelope struct {
	Version int
	Source  Source
	Origin  string
	SHA256  string
	Data    json.RawMessage
}

// write replaces the file whole: whoever reads sees the old one or the new one.
func (f *snapshotFile) write(in inputs) (err error) {
	data, err := f.encode(in)
	if err != nil {
		return err
	}
	dir := filepath.Dir(f.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	aside, err := os.CreateTemp(dir, filepath.Base(f.path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(aside.Name())
		}
	}()
	_, err = aside.Write(data)
	if err = errors.Join(err, aside.Sync(), aside.Close()); err != nil {
		return err
	}
	if err := os.Rename(aside.Name(), f.path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a rename last through a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// read returns fs.ErrNotExist when there is no snapshot yet.
func (f *snapshotFile) read() (inputs, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return inputs{}, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSnapshotFile+1))
	if err != nil {
		return inputs{}, err
	}
	return f.decode(data)
}

// setAside keeps a file that cannot be used for whoever wants to know why.
func (f *snapshotFile) setAside() error { return os.Rename(f.path, f.path+".bad") }

func (f *snapshotFile) encode(in inputs) ([]byte, error) {
	data, err := json.Marshal(toSaved(in))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	err = json.NewEncoder(zip).Encode(envelope{snapshotVersion, f.source, f.origin, hex.EncodeToString(sum[:]), data})
	if err = errors.Join(err, zip.Close()); err != nil { // Close writes the end: the bytes are complete behind it
		return nil, err
	}
	return out.Bytes(), nil
}

func (f *snapshotFile) decode(data []byte) (inputs, error) {
	if len(data) > maxSnapshotFile {
		return inputs{}, fmt.Errorf("longer than %d bytes", maxSnapshotFile)
	}
	text, err := unzip(data)
	if err != nil {
		return inputs{}, err
	}
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil {
		return inputs{}, err
	}
	sum := sha256.Sum256(e.Data)
	switch {
	case e.Version != snapshotVersion:
		return inputs{}, fmt.Errorf("version %d, not %d", e.Version, snapshotVersion)
	case e.Source != f.source || e.Origin != f.origin:
		return inputs{}, fmt.Errorf("of %s %q, not %s %q", e.Source, e.Origin, f.source, f.origin)
	case e.SHA256 != hex.EncodeToString(sum[:]):
		return inputs{}, errors.New("checksum does not match")
	}
	var saved savedData
	if err := json.Unmarshal(e.Data, &saved); err != nil {
		return inputs{}, err
	}
	return fromSaved(saved)
}

// unzip stops early at a file that would unpack to far more than a catalogue.
func unzip(data []byte) ([]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(zip, maxSnapshotText+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxSnapshotText {
		return nil, fmt.Errorf("longer than %d bytes unpacked", maxSnapshotText)
	}
	return text, nil
}

// save keeps the current catalogue for the next start.
func (m *Market) save(ctx context.Context) {
	c := m.current.Load()
	if m.file == nil || c == nil {
		return
	}
	if err := m.file.write(c.in); err != nil {
		m.log.LogAttrs(ctx, slog.LevelWarn, "snapshot not written", slog.String("path", m.file.path), slog.Any("err", err))
	}
}

// restore starts from the snapshot. One that cannot be used stops nothing.
func (m *Market) restore() {
	in, err := m.file.read()
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		err = fmt.Errorf("snapshot %s: %w", m.file.path, err)
		m.log.Warn("snapshot set aside", slog.Any("err", errors.Join(err, m.file.setAside())))
		return
	}
	m.diskAt = in.rows.At
	m.rows.Put(whole{}, in.rows.Value, in.rows.At)
	for facet, names := range in.names {
		m.names.Put(facet, names.Value, names.At)
	}
	m.quotes.Put(whole{}, in.quotes.Value, in.quotes.At)
	m.closes.Put(whole{}, in.closes.Value, in.closes.At)
	c := build(m.gather(in), Snapshot)
	m.current.Store(c)
	m.warnOfAliases(c)
	close(m.arrived)
}
