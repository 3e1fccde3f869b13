// Package ui owns the primitives that pages are put together from: icons, pills, monograms,
// buttons, changes with their arrow.
//
// It knows no page and no model: everything comes as a parameter. It imports nothing but templ.
package ui
