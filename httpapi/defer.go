package httpapi

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// answerAtOnce takes @defer out of a valid document: a server may answer what could
// come later with the rest, and does here, since the executor would leave it out of an
// answer that has no second part (docs/decisions/0027-defer.md).
func answerAtOnce(doc *ast.QueryDocument) {
	isDefer := func(d *ast.Directive) bool { return d.Name == "defer" }
	var within func(set ast.SelectionSet)
	within = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				within(s.SelectionSet)
			case *ast.InlineFragment:
				s.Directives = slices.DeleteFunc(s.Directives, isDefer)
				within(s.SelectionSet)
			case *ast.FragmentSpread:
				s.Directives = slices.DeleteFunc(s.Directives, isDefer)
			}
		}
	}
	for _, operation := range doc.Operations {
		within(operation.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		within(fragment.SelectionSet)
	}
}
