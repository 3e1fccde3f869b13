package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "write pictures of the pages into this directory")

// TestScreenshots makes the pictures of the README; it is a tool more than a test.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("writes files: ask for it with -screenshots DIR")
	}
	if err := os.MkdirAll(*screenshots, 0o755); err != nil {
		t.Fatal(err)
	}
	pictured := []string{"list", "list-search", "list-notice", "instrument", "compare", "error"}
	eachScene(t, func(t *testing.T, name string, b *tab) {
		if !slices.Contains(pictured, name) {
			t.Skip("not in the README")
		}
		for _, width := range widths {
			for _, theme := range themes {
				b.look(width, theme)
				eval[chromedp.Void](b, `scrollTo(0, 0)`)
				file := filepath.Join(*screenshots, fmt.Sprintf("%s-%s-%d.png", name, theme, width))
				if err := os.WriteFile(file, act(b, "screenshot", chromedp.CaptureScreenshot()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
