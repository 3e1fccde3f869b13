package main

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	_ "github.com/mattn/go-sqlite3"

	"instrumentdesk/internal/search"
)

// fts5 is SQLite in memory with the trigram tokenizer. Row ids go by popularity. Trigrams find nothing shorter than
// three letters, so that those are looked up among the words; and what finds nothing is asked again as any of its
// trigrams, which is how they find misspelt words.
type fts5 struct {
	path               string
	db                 *sql.DB
	strict, loose, few *sql.Stmt
}

const fts5Schema = `
	CREATE TABLE word(term TEXT, row INTEGER, PRIMARY KEY(term, row)) WITHOUT ROWID;
	CREATE TABLE doc(row INTEGER PRIMARY KEY, position INTEGER, symbol TEXT);
	CREATE VIRTUAL TABLE text USING fts5(symbol, name, more, tokenize='trigram', detail='full');`

// fts5Ranked puts the symbol first, then its start, then goes by popularity.
const fts5Ranked = ` ORDER BY doc.symbol = ?2 DESC, substr(doc.symbol, 1, length(?2)) = ?2 DESC, doc.row LIMIT 25`

var databases atomic.Int64

func newFTS5(docs []search.Document) (engine, error) {
	e, err := openFTS5(fmt.Sprintf("file:bench%d?mode=memory&cache=shared", databases.Add(1)))
	if err != nil {
		return nil, err
	}
	if _, err := e.db.Exec(fts5Schema); err != nil {
		return nil, err
	}
	if err := e.fill(docs); err != nil {
		return nil, err
	}
	return e, e.prepare()
}

// openFTS5 opens a connection. Databases in shared memory live as long as one of them.
func openFTS5(path string) (*fts5, error) {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("PRAGMA read_uncommitted = 1; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
	return &fts5{path: path, db: db}, err
}

func (e *fts5) fill(docs []search.Document) error {
	tx, err := e.db.Begin()
	if err != nil {
		return err
	}
	var inserts [3]*sql.Stmt
	for i, statement := range []string{"INSERT INTO doc VALUES(?,?,?)", "INSERT INTO text(rowid, symbol, name, more) VALUES(?,?,?,?)", "INSERT OR IGNORE INTO word VALUES(?,?)"} {
		if inserts[i], err = tx.Prepare(statement); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	for row, d := range byPopularity(docs) {
		if err := insertRow(inserts, row, d, &docs[d]); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func insertRow(inserts [3]*sql.Stmt, row int, position int32, d *search.Document) error {
	symbol, name := strings.ToLower(d.Symbol), folded(d.Name+" "+strings.Join(d.Aliases, " "))
	if _, err := inserts[0].Exec(row, position, symbol); err != nil {
		return err
	}
	if _, err := inserts[1].Exec(row, symbol, name, folded(strings.Join(d.Keywords, " "))); err != nil {
		return err
	}
	for _, w := range append(strings.Fields(name), symbol) {
		if _, err := inserts[2].Exec(w, row); err != nil {
			return err
		}
	}
	return nil
}

func (e *fts5) prepare() error {
	const matches = `SELECT doc.position FROM text JOIN doc ON doc.row = text.rowid WHERE text MATCH ?1`
	for statement, into := range map[string]**sql.Stmt{
		matches + fts5Ranked:                     &e.strict,
		matches + ` ORDER BY text.rank LIMIT 25`: &e.loose,
		`SELECT DISTINCT doc.position FROM word JOIN doc ON doc.row = word.row WHERE term >= ?1 AND term < ?1 || char(0x10ffff)` + fts5Ranked: &e.few,
	} {
		prepared, err := e.db.Prepare(statement)
		if err != nil {
			return err
		}
		*into = prepared
	}
	return nil
}

func (e *fts5) find(dst []int32, text string) ([]int32, error) {
	symbol, name := strings.ToLower(text), folded(text)
	if utf8.RuneCountInString(name) < 3 {
		return rows(dst, e.few, name, symbol)
	}
	dst, err := rows(dst, e.strict, everyWord(symbol, name), symbol)
	if err != nil || len(dst) > 0 {
		return dst, err
	}
	return rows(dst, e.loose, anyTrigram(name))
}

// everyWord asks for all words, or for the text as it stands as a symbol. Words too short for
// trigrams are left out.
func everyWord(symbol, name string) string {
	var phrases []string
	for _, w := range strings.Fields(name) {
		if utf8.RuneCountInString(w) >= 3 {
			phrases = append(phrases, quoted(w))
		}
	}
	if len(phrases) == 0 {
		return quoted(name)
	}
	return "(" + strings.Join(phrases, " AND ") + ") OR symbol:" + quoted(symbol)
}

func anyTrigram(name string) string {
	runes := []rune(name)
	var phrases []string
	for i := range len(runes) - 2 {
		phrases = append(phrases, quoted(string(runes[i:i+3])))
	}
	return strings.Join(phrases, " OR ")
}

func quoted(phrase string) string { return `"` + strings.ReplaceAll(phrase, `"`, `""`) + `"` }

func rows(dst []int32, statement *sql.Stmt, args ...any) ([]int32, error) {
	found, err := statement.Query(args...)
	if err != nil {
		return dst, err
	}
	defer found.Close()
	for found.Next() {
		var d int32
		if err := found.Scan(&d); err != nil {
			return dst, err
		}
		dst = append(dst, d)
	}
	return dst, found.Err()
}

func (e *fts5) clone() (engine, error) {
	other, err := openFTS5(e.path)
	if err != nil {
		return nil, err
	}
	return other, other.prepare()
}

func (e *fts5) close() error { return e.db.Close() }

// bytes is the size of the database, which no Go heap shows.
func (e *fts5) bytes() (int64, error) {
	var pages, size int64
	if err := e.db.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		return 0, err
	}
	err := e.db.QueryRow("PRAGMA page_size").Scan(&size)
	return pages * size, err
}
