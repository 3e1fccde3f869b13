package search

import (
	"cmp"
	"slices"
)

// FacetValue is a small number of the caller's choice; 0 is "none" and is
// never counted.
type FacetValue = uint16

// The facets, in the order of Document.Facets.
const (
	FacetType = iota
	FacetExchange
	FacetIndustry
	NumFacets
)

// Flags is a set of what either holds of a document or does not.
type Flags uint8

// The flags, in the order of Result.Flags.
const (
	FlagOpen     Flags = 1 << iota // its market is open
	FlagTradable                   // it can be bought and sold
	NumFlags     = iota
)

// Document is one instrument as the index sees it.
type Document struct {
	ID      int
	Symbol  string
	Name    string
	Aliases []string
	// FirstAliases are further aliases, which stand before even the exact symbol of another:
	// oil for "wti", although a small company has that symbol.
	FirstAliases []string
	Keywords     []string // words that may stand beside others in a query, as "nasdaq" in "apple nasdaq"
	Facets       [NumFacets]FacetValue
	Flags        Flags
	Popularity   float64 // higher is more popular; 0 is unknown
	Known        bool    // well known by what else the caller knows: at least fairly popular, where text matches
	Secondary    bool    // a twin or dated listing: loses ties against a main listing
	Hidden       bool    // left out unless Query.Hidden
}

// Query is what is looked for. The zero Query matches every document that is not hidden.
type Query struct {
	Text          string                  // what is left of the box once the operators are taken out
	Exact         bool                    // Text must be the whole symbol ("=AAPL")
	ID            int                     // "id:1001"; 0 is none
	Facets        [NumFacets][]FacetValue // several values of a facet widen, several facets narrow
	Flags         Flags                   // all of them must hold
	Verbatim      bool                    // take no word for misspelt
	Hidden        bool                    // take hidden documents for others
	Order         []int32                 // rank of each document for an order other than relevance; nil is relevance
	Descending    bool                    // of Order
	Offset, Limit int                     // the window of hits; below 0 is 0
}

// Hit is one match.
type Hit struct {
	Doc  int32 // position in Build's documents
	Tier Tier
}

// Count is how many matches a facet value has.
type Count struct {
	Value FacetValue
	N     int
}

// Result is reused between searches: Search resets it.
type Result struct {
	Hits   []Hit // the window Offset..Offset+Limit
	Total  int   // matches in all
	Hidden int   // further matches left out because they are hidden
	// Unfiltered is the matches the text has without the facets and flags.
	Unfiltered int
	// Facets counts per value, each facet leaving out its own filter; most
	// first, then by value. A selected value is there even with N = 0.
	Facets [NumFacets][]Count
	// Flags is how many matches are left with each flag among those asked for.
	Flags [NumFlags]int
	// Correction is the text that the typo tier answered for instead, else "".
	Correction string
	// The last correction: the next keystrokes mostly have the same.
	corrected string
}

// Search fills res with what the query finds. It allocates nothing once res
// and the index's pool have grown to the size of such queries, except for a new correction.
func (ix *Index) Search(q Query, res *Result) {
	s := ix.pool.Get().(*scratch)
	ix.search(s, q, res)
	ix.pool.Put(s)
}

// search leaves s as it was, but for grown memory.
func (ix *Index) search(s *scratch, q Query, res *Result) {
	res.reset()
	if len(trimBlank(q.Text)) > 0 {
		s.read(q.Text)
		if !ix.answerReady(s, &q, res) {
			ix.answerText(s, &q, res)
		}
	} else {
		ix.answerWithoutText(s, &q, res)
	}
	s.reset()
}

func (r *Result) reset() {
	*r = Result{Hits: r.Hits[:0], Facets: r.Facets, corrected: r.corrected}
	for f := range r.Facets {
		r.Facets[f] = r.Facets[f][:0]
	}
}

// correct sets the correction, for which it allocates only if it is another than the last.
func (r *Result) correct(text []byte) {
	if r.corrected != string(text) {
		r.corrected = string(text)
	}
	r.Correction = r.corrected
}

// withID is the rows of the identity table that have the id.
func (ix *Index) withID(id int) []identity {
	lo, _ := slices.BinarySearchFunc(ix.ids, id, func(e identity, id int) int { return cmp.Compare(e.id, id) })
	hi := lo
	for hi < len(ix.ids) && ix.ids[hi].id == id {
		hi++
	}
	return ix.ids[lo:hi]
}

// keep drops the marked documents that ok refuses.
func (s *scratch) keep(ok func(doc uint32) bool) {
	kept := s.docs[:0]
	for _, d := range s.docs {
		if ok(d) {
			kept = append(kept, d)
		} else {
			s.best[d] = classNone
		}
	}
	s.docs = kept
}

// answerText answers the query in s.
func (ix *Index) answerText(s *scratch, q *Query, res *Result) {
	ix.find(s, q)
	if q.ID != 0 {
		s.keep(func(doc uint32) bool { return slices.Contains(ix.withID(q.ID), identity{q.ID, doc}) })
	}
	ix.answer(s, q, s.docs, res)
}

// answer counts and ranks the documents that match.
func (ix *Index) answer(s *scratch, q *Query, docs []uint32, res *Result) {
	s.tally.add(ix.facts, docs)
	s.tally.count(&ix.facets, q, s.tally.seen, s.tally.matches, res)
	ix.window(s, q, docs, res)
	if classes[s.top].tier == TierTypo && len(docs) > 0 {
		if best := ix.best(s, q, docs); classes[s.best[best]].tier == TierTypo {
			res.correct(ix.correction(s, best))
		}
	}
}

// answerWithoutText answers with all documents, or those of an id, by
// popularity.
func (ix *Index) answerWithoutText(s *scratch, q *Query, res *Result) {
	if q.ID != 0 {
		for _, e := range ix.withID(q.ID) {
			s.docs = append(s.docs, e.doc)
		}
		ix.answer(s, q, s.docs, res)
		return
	}
	s.tally.count(&ix.facets, q, ix.facets.every, ix.facets.total, res)
	if q.Order != nil {
		ix.window(s, q, ix.popular, res)
		return
	}
	skip, left := max(q.Offset, 0), max(q.Limit, 0)
	for _, d := range ix.popular {
		switch {
		case left == 0:
			return
		case !s.tally.passed[ix.facts[d].combo]:
		case skip > 0:
			skip--
		default:
			res.Hits = append(res.Hits, Hit{Doc: ix.position[d]})
			left--
		}
	}
}
