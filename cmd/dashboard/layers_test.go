package main

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "instrumentdesk"

// arrows says, for each package, which packages of this module it may import. A package that is
// missing here may not exist.
var arrows = map[string][]string{
	"cmd/dashboard":   {"etoro", "etoro/sandbox", "etoro/stream", "handlers", "internal/market"},
	"cmd/fakeetoro":   {"etoro/sandbox"},
	"etoro":           {},
	"etoro/sandbox":   {},
	"etoro/stream":    {"etoro"},
	"handlers":        {"etoro", "internal/market", "internal/search", "internal/trace", "static", "views"},
	"internal/cache":  {},
	"internal/market": {"etoro", "etoro/stream", "internal/cache", "internal/search"},
	"internal/search": {},
	"internal/trace":  {},
	"static":          {},
	"views":           {"static", "views/ui"},
	"views/ui":        {},
}

// owners says which packages alone may import a library.
var owners = map[string][]string{
	"github.com/labstack/echo":      {"handlers"},
	"github.com/patrickmn/go-cache": {"internal/cache"},
	"github.com/a-h/templ":          {"handlers", "views", "views/ui"},
	"github.com/coder/websocket":    {"etoro/sandbox", "etoro/stream"},
	"github.com/alecthomas/kong":    {"cmd/dashboard", "cmd/fakeetoro"},
	"net/http":                      {"cmd/dashboard", "cmd/fakeetoro", "etoro", "etoro/sandbox", "etoro/stream", "handlers", "static"},
	"log/slog":                      {"cmd/dashboard", "cmd/fakeetoro", "etoro", "etoro/sandbox", "handlers", "internal/market"},
}

type listedPackage struct {
	ImportPath, Dir  string
	Imports, GoFiles []string
}

// listPackages asks the go command, so that build constraints and embedding count as they do in a build.
func listPackages(t *testing.T) map[string]listedPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := map[string]listedPackage{}
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p listedPackage
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages[strings.TrimPrefix(p.ImportPath, module+"/")] = p
	}
}

func TestImportsFollowTheArrows(t *testing.T) {
	t.Parallel()
	for name, p := range listPackages(t) {
		allowed, known := arrows[name]
		if !known {
			t.Errorf("package %s is in no arrow: say what it may import and why it exists", name)
			continue
		}
		for _, path := range p.Imports {
			if to, ours := strings.CutPrefix(path, module+"/"); ours && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s, which no arrow allows", name, to)
			}
			for library, users := range owners {
				if (path == library || strings.HasPrefix(path, library+"/")) && !slices.Contains(users, name) {
					t.Errorf("%s imports %s, which belongs to %s", name, path, strings.Join(users, ", "))
				}
			}
		}
	}
}

// TestOnlyOneFileOfHandlersKnowsTheClient holds eToro's error types to the place where errors
// become pages.
func TestOnlyOneFileOfHandlersKnowsTheClient(t *testing.T) {
	t.Parallel()
	p := listPackages(t)["handlers"]
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if path == module+"/etoro" && name != "errors.go" {
				t.Errorf("handlers/%s imports the client; only errors.go may", name)
			}
		}
	}
}

// TestTopLevelHoldsWhatWasAgreed keeps the root of the repository small.
func TestTopLevelHoldsWhatWasAgreed(t *testing.T) {
	t.Parallel()
	root := filepath.Dir(filepath.Dir(listPackages(t)["cmd/dashboard"].Dir))
	entries, err := filepath.Glob(filepath.Join(root, "*"))
	if err != nil {
		t.Fatal(err)
	}
	agreed := []string{"Makefile", "README.md", "cmd", "etoro", "go.mod", "go.sum", "handlers", "internal", "static", "views", "bin"}
	for _, e := range entries {
		name := filepath.Base(e)
		if !strings.HasPrefix(name, ".") && !slices.Contains(agreed, name) {
			t.Errorf("%s is at the top level; nothing but %s is", name, strings.Join(agreed, ", "))
		}
	}
}

var localLink = regexp.MustCompile(`\]\(([^):]+)\)`)

func TestTheREADMELinksToWhatIsThere(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	links := localLink.FindAllStringSubmatch(string(readme), -1)
	if len(links) == 0 {
		t.Error("the README shows no picture")
	}
	for _, m := range links {
		if _, err := os.Stat(filepath.Join("..", "..", m[1])); err != nil {
			t.Errorf("the README links to %s: %v", m[1], err)
		}
	}
}
