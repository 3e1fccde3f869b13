package views

// Page is what every page needs around its content.
type Page struct {
	Title     string // "Apple · AAPL"; the product's name is added
	Path      string // canonical path with query, for links back and rel=canonical
	Query     string // text in the search box
	Banner    string // "Sandbox data: made-up prices. Set ETORO_API_KEY …"; "" for none
	Stale     string // one sentence about old data, with its age and the ids when a refresh failed; "" for none
	Pills     []Pill // the state at the right of the header
	Build     string // version for the footer
	RequestID string // of this request; in the footer, small
	NoIndex   bool
}

// Pill is one small state in the header.
type Pill struct {
	Text  string // "Catalogue 12,214 · 4 min old"
	Title string // the same at length, for hover and screen readers
	Tone  Tone
}

// Tone is what a colour may mean.
type Tone string

const (
	Neutral Tone = ""
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
)

// Link is a text that leads somewhere.
type Link struct{ Text, Href, Title string }

// Part is a piece of a text; Mark says that the search matched it.
type Part struct {
	Text string
	Mark bool
}
