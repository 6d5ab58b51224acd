// Package schema has the GraphQL schema, in the files beside this one, and what is
// made of it for a federation.
package schema

import (
	_ "embed" // the published document
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// Published is what Subgraph makes of the schema, as it is published: a test keeps it
// so, and a change of the schema is compared with it.
//
//go:embed subgraph.graphql
var Published string

// federation is the version that the subgraph is written for, the first with @cost and
// @listSize.
const federation = "https://specs.apollo.dev/federation/v2.9"

// publicTag marks what a public contract has: what is answered without a token.
const publicTag = "public"

// Subgraph is a schema as a graph of a federation: without what gateways bring
// themselves, without Relay's root fields, which belong to the whole, and without
// directives that only this server reads. What is answered without a token is tagged,
// so that a contract can leave out the rest.
func Subgraph(s *ast.Schema) string {
	w := &subgraph{Schema: s, public: publicOf(s)}
	doc := &ast.SchemaDocument{SchemaExtension: []*ast.SchemaDefinition{{
		Directives: ast.DirectiveList{directive("link",
			text("url", federation),
			list("import", "@key", "@shareable", "@authenticated", "@tag", "@cost", "@listSize"))},
	}}}
	for _, name := range slices.Sorted(maps.Keys(s.Types)) {
		def := s.Types[name]
		if def.BuiltIn || strings.HasPrefix(name, "_") || name == "CacheControlScope" {
			continue
		}
		doc.Definitions = append(doc.Definitions, w.definition(def))
	}
	var out strings.Builder
	formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchemaDocument(doc)
	return out.String()
}

type subgraph struct {
	*ast.Schema
	public public
}

func (w *subgraph) definition(def *ast.Definition) *ast.Definition {
	d := *def
	d.Directives = w.directives(def.Directives)
	fields := w.public[def.Name]
	whole := fields != nil
	d.Fields = nil
	for _, f := range def.Fields {
		if strings.HasPrefix(f.Name, "_") || def == w.Query && f.Name == "node" {
			continue
		}
		field := *f
		field.Directives = w.directives(f.Directives)
		field.Arguments = nil
		for _, a := range f.Arguments {
			argument := *a
			argument.Directives = w.directives(a.Directives)
			field.Arguments = append(field.Arguments, &argument)
		}
		whole = whole && fields[f.Name]
		d.Fields = append(d.Fields, &field)
	}
	switch {
	case whole:
		d.Directives = append(d.Directives, tag())
	case fields != nil:
		for _, f := range d.Fields {
			if fields[f.Name] {
				f.Directives = append(f.Directives, tag())
			}
		}
	}
	return &d
}

// directives are those that other graphs understand.
func (w *subgraph) directives(all ast.DirectiveList) (kept ast.DirectiveList) {
	for _, d := range all {
		switch d.Name {
		case "key", "shareable", "authenticated", "deprecated", "specifiedBy":
			kept = append(kept, d)
		case "cost": // IBM's weight is a text, the federation's a number
			weight := d.Arguments.ForName("weight").Value.Raw
			kept = append(kept, directive("cost", &ast.Argument{Name: "weight", Value: &ast.Value{Kind: ast.IntValue, Raw: weight}}))
		case "listSize":
			if sliced := d.Arguments.ForName("slicingArguments"); sliced != nil && strings.Contains(sliced.Value.String(), ".") {
				continue // the federation's has no fields of arguments
			}
			kept = append(kept, d)
		}
	}
	return kept
}

// public are the fields that are answered without a token, by type; of types without
// fields, and inputs, none or all.
type public map[string]map[string]bool

// publicOf follows all fields from the questions and events that aren't
// @authenticated.
func publicOf(s *ast.Schema) public {
	p := make(public)
	p.follow(s, s.Query)
	p.follow(s, s.Subscription)
	return p
}

func (p public) follow(s *ast.Schema, def *ast.Definition) {
	if def == nil || def.BuiltIn || p[def.Name] != nil || isAuthenticated(def.Directives) {
		return
	}
	fields := make(map[string]bool)
	p[def.Name] = fields
	for _, f := range def.Fields {
		of := s.Types[f.Type.Name()]
		if isAuthenticated(f.Directives) || isAuthenticated(of.Directives) {
			continue
		}
		fields[f.Name] = true
		p.follow(s, of)
		for _, a := range f.Arguments {
			p.follow(s, s.Types[a.Type.Name()])
		}
	}
	if def.IsAbstractType() {
		for _, possible := range s.GetPossibleTypes(def) {
			p.follow(s, possible)
		}
	}
	for _, i := range def.Interfaces {
		p.follow(s, s.Types[i])
	}
}

func isAuthenticated(directives ast.DirectiveList) bool {
	return directives.ForName("authenticated") != nil
}

func tag() *ast.Directive { return directive("tag", text("name", publicTag)) }

func directive(name string, arguments ...*ast.Argument) *ast.Directive {
	return &ast.Directive{Name: name, Arguments: arguments}
}

func text(name, value string) *ast.Argument {
	return &ast.Argument{Name: name, Value: &ast.Value{Kind: ast.StringValue, Raw: value}}
}

func list(name string, values ...string) *ast.Argument {
	v := &ast.Value{Kind: ast.ListValue}
	for _, value := range values {
		v.Children = append(v.Children, &ast.ChildValue{Value: &ast.Value{Kind: ast.StringValue, Raw: value}})
	}
	return &ast.Argument{Name: name, Value: v}
}
