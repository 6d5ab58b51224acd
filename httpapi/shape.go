package httpapi

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/lexer"
)

// mostCounted is where counting stops: beyond it the number makes no difference,
// and sums can't overflow.
const mostCounted = 1 << 40

func sum(a, b int64) int64 { return min(a+b, mostCounted) }

func product(a, b int64) int64 {
	if a > 0 && b > mostCounted/a {
		return mostCounted
	}
	return a * b
}

// shape is what can be said of an operation without its variables, and without
// the schema: so it is looked at before the document is validated.
type shape struct {
	depth, aliases, rootFields, directives int64
	// Of an introspection: how deep its lists nest, and its fields.
	introspectionLists, introspectionDepth int64
}

// check answers the first limit that an operation is above.
func (s shape) check(l ClassLimits, of Class) error {
	for _, c := range []struct {
		limit  limit
		most   int
		actual int64
	}{
		{limitDepth, l.Depth, s.depth},
		{limitAliases, l.Aliases, s.aliases},
		{limitRootFields, l.RootFields, s.rootFields},
		{limitDirectives, l.Directives, s.directives},
		{limitIntrospection, l.Introspection, s.introspectionLists},
		{limitDepth, mostIntrospectionDepth, s.introspectionDepth},
	} {
		if err := c.limit.above(int64(c.most), c.actual, of); err != nil {
			return err
		}
	}
	return nil
}

// shapeOf measures each fragment once, however often it is spread.
func shapeOf(operation *ast.OperationDefinition, fragments ast.FragmentDefinitionList) shape {
	m := surveyor{fragments: make(map[string]*ast.FragmentDefinition, len(fragments)), known: make(map[string]*extent)}
	for _, f := range fragments {
		if m.fragments[f.Name] == nil {
			m.fragments[f.Name] = f
		}
	}
	e := m.set(operation.SelectionSet)
	e.directives = sum(e.directives, int64(len(operation.Directives)))
	for _, v := range operation.VariableDefinitions {
		e.directives = sum(e.directives, int64(len(v.Directives)))
	}
	return shape{
		depth: e.depth, aliases: e.aliases, rootFields: e.fields, directives: e.directives,
		introspectionLists: e.schemaLists, introspectionDepth: e.schemaDepth,
	}
}

// extent is that of a selection, its fragments included. Depths are from it down.
type extent struct {
	depth, aliases, directives int64
	// fields that stand in the selection itself.
	fields int64
	// lists that nest below, if it is of an introspection.
	lists int64
	// Of the introspections below: how deep their lists nest, and their fields.
	schemaLists, schemaDepth int64
}

// beside adds what stands in the same selection.
func (e *extent) beside(o extent) {
	e.depth, e.lists = max(e.depth, o.depth), max(e.lists, o.lists)
	e.schemaLists, e.schemaDepth = max(e.schemaLists, o.schemaLists), max(e.schemaDepth, o.schemaDepth)
	e.aliases, e.directives, e.fields = sum(e.aliases, o.aliases), sum(e.directives, o.directives), sum(e.fields, o.fields)
}

// introspectionLists are the fields of the schema's own types that are lists.
var introspectionLists = map[string]bool{
	"types": true, "fields": true, "args": true, "inputFields": true, "enumValues": true,
	"possibleTypes": true, "interfaces": true, "directives": true,
}

type surveyor struct {
	fragments map[string]*ast.FragmentDefinition
	// known are the fragments that were measured, or are being so: one that
	// contains itself is nothing within itself, and isn't valid.
	known map[string]*extent
}

func (m *surveyor) set(set ast.SelectionSet) (e extent) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			e.beside(m.field(s))
		case *ast.InlineFragment:
			inner := m.set(s.SelectionSet)
			inner.directives = sum(inner.directives, int64(len(s.Directives)))
			e.beside(inner)
		case *ast.FragmentSpread:
			spread := m.fragment(s.Name)
			spread.directives = sum(spread.directives, int64(len(s.Directives)))
			e.beside(spread)
		}
	}
	return e
}

func (m *surveyor) fragment(name string) extent {
	if e := m.known[name]; e != nil {
		return *e
	}
	e := new(extent)
	m.known[name] = e
	if f := m.fragments[name]; f != nil {
		*e = m.set(f.SelectionSet)
		e.directives = sum(e.directives, int64(len(f.Directives)))
	}
	return *e
}

func (m *surveyor) field(f *ast.Field) extent {
	e := m.set(f.SelectionSet)
	e.fields = 1
	e.depth++
	e.directives = sum(e.directives, int64(len(f.Directives)))
	if f.Alias != f.Name {
		e.aliases = sum(e.aliases, 1)
	}
	if introspectionLists[f.Name] {
		e.lists++
	}
	if f.Name == "__schema" || f.Name == "__type" { // bounded by itself
		e.schemaLists, e.schemaDepth = e.lists, e.depth
		e.depth = 1
	}
	return e
}

// tokensOf counts the tokens of a document, up to ten times what it may have. It
// stops where the parser would.
func tokensOf(document string, most int) (n int) {
	lex := lexer.New(&ast.Source{Input: document})
	for n <= 10*most {
		token, err := lex.ReadToken()
		if err != nil || token.Kind == lexer.EOF {
			return n
		}
		n++
	}
	return n
}
