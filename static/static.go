package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// Prefix is where Handler expects its files: "/static/css/app.3f2a9c1d.css".
const Prefix = "/static/"

//go:embed css/*.css js/*.js icons/*.svg all:dist
var embedded embed.FS

// The embedded files are fixed at build time, so that they are hashed and compressed once.
var assets = mustLoad(embedded)

// asset is one file in the forms it is sent in.
type asset struct {
	url         string
	contentType string
	plain       []byte
	gzipped     []byte // nil when compression gains nothing
	tag         string // the hash; the ETags are made of it
}

// set finds assets by the name they have here and by the address they are served under.
type set struct {
	byName, byURL map[string]*asset
}

// URL returns the address of a file of this folder: "css/app.css" is
// "/static/css/app.3f2a9c1d.css". A file that is not there gets an address that answers 404.
func URL(name string) string { return assets.url(name) }

// Has says whether the program was built with the file.
func Has(name string) bool { return assets.byName[name] != nil }

// Handler serves the files under Prefix; it answers 404 for every name that URL did not make.
func Handler() http.Handler { return assets }

func (s *set) url(name string) string {
	if a := s.byName[name]; a != nil {
		return a.url
	}
	return Prefix + name
}

func (s *set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this file can only be read", http.StatusMethodNotAllowed)
		return
	}
	a := s.byURL[r.URL.Path]
	if a == nil {
		// A page of an older program may ask for a file that this one lacks: nobody may keep that answer.
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "no such file", http.StatusNotFound)
		return
	}
	a.serve(w, r)
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	body, tag := a.plain, a.tag
	if a.gzipped != nil {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Values("Accept-Encoding")) {
			// Strong tags name bytes, so the two forms need two.
			body, tag = a.gzipped, a.tag+"-gzip"
			h.Set("Content-Encoding", "gzip")
			h.Set("Content-Length", strconv.Itoa(len(body)))
		}
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reads Accept-Encoding: gzip or *, unless its weight is zero.
func acceptsGzip(headers []string) bool {
	accepted := false
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		_, q, weighted := strings.Cut(weight, "=")
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		allowed := !weighted || err == nil && n > 0
		if coding == "gzip" {
			return allowed
		}
		accepted = allowed
	}
	return accepted
}

func mustLoad(files fs.FS) *set {
	s, err := load(files)
	if err != nil {
		panic(err) // the embedded files are part of the program: only a wrong build gets here
	}
	return s
}

func load(files fs.FS) (*set, error) {
	s := &set{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		a, err := newAsset(name, body)
		if err != nil {
			return fmt.Errorf("static %s: %w", name, err)
		}
		s.byName[name], s.byURL[a.url] = a, a
		return nil
	})
	return s, err
}

func newAsset(name string, body []byte) (*asset, error) {
	ext := path.Ext(name)
	sum := sha256.Sum256(body)
	tag := hex.EncodeToString(sum[:4])
	a := &asset{
		url:         Prefix + strings.TrimSuffix(name, ext) + "." + tag + ext,
		contentType: contentType(ext),
		plain:       body,
		tag:         tag,
	}
	gzipped, err := compress(body)
	if err != nil {
		return nil, err
	}
	if len(gzipped) < len(body) {
		a.gzipped = gzipped
	}
	return a, nil
}

// contentType does not ask the machine's own table for what we ship: it differs between machines.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

func compress(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
