// Package static owns what the browser loads beside the pages: style, scripts and icons,
// embedded in the program and served under names that carry a hash of their content.
//
// A hashed name never changes its content, so browsers and proxies may keep it for ever, and a
// page always gets the files it was built with. Under any other name there is nothing.
//
// It knows no page and imports nothing of this module. dist/ is filled from the npm lock file
// when the program is built; Has says whether that happened, since a program built without it
// must still serve every page.
package static
