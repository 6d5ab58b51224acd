package hub

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// withoutHistory begin the actions that write no document whose history is told.
var withoutHistory = []string{"landlord.", "landlordNeed.", "site.", "need.", "project.", "person.", "approach.", "invitation.", "proposal.", "calendar.", "receipts.", "settings."}

// Every action that can write a request, a space or a placement has its words.
func TestActionsHaveWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	has := func(action string) {
		found++
		for _, prefix := range withoutHistory {
			if strings.HasPrefix(action, prefix) {
				return
			}
		}
		if !domain.ActionKnown(action) {
			t.Errorf("%s has no words", action)
		}
	}
	look := func(n ast.Node) bool {
		f, ok := n.(*ast.FuncDecl)
		if !ok || f.Name.Name != "Action" || f.Body == nil {
			return true
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok {
				return true
			}
			action, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(action, ".") {
				has(action)
				return true
			}
			for _, verb := range stepVerbs {
				has(action + verb)
			}
			return true
		})
		return true
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, look)
	}
	if found < 50 {
		t.Errorf("%d actions found", found)
	}
	// Those of others that write such documents too.
	for _, action := range []string{"landlord.archive", "site.archive", "invitation.accept", "proposal.accept", "calendar.turn_requests"} {
		if !domain.ActionKnown(action) {
			t.Errorf("%s has no words", action)
		}
	}
}
