package trace

import (
	"context"
	"strings"
	"testing"
)

func TestNewIDsAreWellFormedAndDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := NewID()
		if !WellFormed(id) {
			t.Fatalf("NewID() = %q, which WellFormed refuses", id)
		}
		if seen[id] {
			t.Fatalf("NewID() gave %q twice", id)
		}
		seen[id] = true
	}
}

func TestWellFormed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		id   string
		want bool
	}{
		{"3f0c2a9e-6a1d-4c52-9d0e-5b8f1f6f7a21", true},
		{"ABCDEF12", true},
		{strings.Repeat("a", 64), true},
		{"", false},
		{"short-7", false},
		{strings.Repeat("a", 65), false},
		{"has blank 123", false},
		{"newline\n12345", false},
		{"<script>alert(1)</script>", false},
		{"accentué-123", false},
		{"under_score_12", false},
		{"nul\x00nul-1234", false},
	} {
		if got := WellFormed(tt.id); got != tt.want {
			t.Errorf("WellFormed(%q) = %v, want %v", tt.id, got, tt.want)
		}
	}
}

func TestContextCarriesTheID(t *testing.T) {
	t.Parallel()
	if got := ID(context.Background()); got != "" {
		t.Errorf("ID of a bare context = %q, want none", got)
	}
	ctx := WithID(context.Background(), "outer-id-1")
	inner := WithID(ctx, "inner-id-2")
	if got := ID(ctx); got != "outer-id-1" {
		t.Errorf("ID = %q, want outer-id-1", got)
	}
	if got := ID(inner); got != "inner-id-2" {
		t.Errorf("ID of the inner context = %q, want inner-id-2", got)
	}
}

func FuzzWellFormedIDsAreSafeInAHeader(f *testing.F) {
	f.Add("3f0c2a9e-6a1d-4c52-9d0e-5b8f1f6f7a21")
	f.Add("a\r\nSet-Cookie: x")
	f.Fuzz(func(t *testing.T, id string) {
		if !WellFormed(id) {
			return
		}
		if strings.ContainsAny(id, "\r\n\x00<>\"' ,;") {
			t.Errorf("WellFormed(%q) = true", id)
		}
	})
}
