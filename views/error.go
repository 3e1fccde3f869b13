package views

// ErrorModel is an error page, and, without Page, an inline error.
type ErrorModel struct {
	Page       Page
	Status     int
	Kicker     string // "503 · eToro is limiting us"
	Title      string // "eToro asked us to slow down"
	Text       string // what happened and what the person can do
	RetryAfter int    // seconds until trying again makes sense; 0 for no countdown
	RetryHref  string // what "Try again" opens; "" offers none
	Actions    []Link // "Back to the list"
	Facts      []Fact // request ids, operation, upstream status, time, attempts
	Support    string // one text block for a ticket; holds no keys
	KeepsOld   bool   // inline: the rows below are from the search before
}

// reloads says whether the page may load itself when the countdown ends: only where the server
// named the moment, and only for a state that passes without anybody's doing.
func (m ErrorModel) reloads() bool {
	return m.Status >= 500 && m.RetryAfter > 0
}
