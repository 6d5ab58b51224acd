package apitest

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/graph"
)

// Schema is the hub's.
var Schema = graph.NewExecutableSchema(graph.Config{}).Schema()

// Selection selects every field of a type that needs no argument, so many
// objects deep; fields of `without` are left out wherever they stand.
func Selection(typeName string, depth int, without ...string) string {
	var b strings.Builder
	selectAll(&b, Schema.Types[typeName], depth, without)
	return b.String()
}

func selectAll(b *strings.Builder, def *ast.Definition, depth int, without []string) {
	b.WriteString("{ __typename ")
	defer b.WriteString("} ")
	if def.IsAbstractType() {
		for _, possible := range Schema.GetPossibleTypes(def) {
			b.WriteString("... on " + possible.Name + " ")
			selectAll(b, possible, depth, without)
		}
		return
	}
fields:
	for _, f := range def.Fields {
		for _, w := range without {
			if f.Name == w {
				continue fields
			}
		}
		for _, a := range f.Arguments {
			if a.Type.NonNull && a.DefaultValue == nil {
				continue fields
			}
		}
		of := Schema.Types[f.Type.Name()]
		if strings.HasPrefix(f.Name, "__") || of.IsCompositeType() && depth == 0 {
			continue
		}
		name := f.Name
		if def.IsCompositeType() { // fields of one name may differ in type between the types of a fragment
			name = f.Name + typeInNames.Replace(f.Type.String()) + ": " + f.Name
		}
		b.WriteString(name + " ")
		if of.IsCompositeType() {
			selectAll(b, of, depth-1, without)
		}
	}
}

// typeInNames makes a type a part of a name.
var typeInNames = strings.NewReplacer("[", "ListOf", "]", "", "!", "X")
