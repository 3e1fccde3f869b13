package views

import (
	"strings"
	"unicode"

	"github.com/a-h/templ"
)

// liveLink makes a link to another state of the list change the rows in place. Where it leads
// is still its href: without scripts, in another tab, and as the entry in the history.
func liveLink(href string) templ.Attributes {
	fragment := fragmentURL(href)
	if fragment == "" {
		return nil
	}
	return templ.Attributes{"data-hx-get": fragment, "data-hx-push-url": href}
}

// hint is the title attribute, where there is something to say.
func hint(text string) templ.Attributes {
	if text == "" {
		return nil
	}
	return templ.Attributes{"title": text}
}

// slug makes a part of an id out of a text, so that the same thing has the same id after every
// change of the list and keeps the focus.
func slug(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return '-'
	}, text)
}

// fragmentURL is the address of the fragment that a link to the list stands for, "" for a link
// that leads elsewhere. data-hx-get is not sanitised, so that nothing else may get there.
func fragmentURL(href string) string {
	if href == "/" || strings.HasPrefix(href, "/?") {
		return "/search" + strings.TrimPrefix(href, "/")
	}
	return ""
}
