package httpapi

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
)

// inputs are what an operation brings, in its document and its variables.
type inputs struct {
	// items is the longest array, representations the longest of those that a
	// gateway asks for.
	items, representations int64
	// oneOf is the way to an object of which exactly one field is due, and hasn't;
	// nil without one.
	oneOf     []string
	oneOfType string
	// unread is the first scalar that couldn't be read; nil without one.
	unread *domain.InvalidInput
}

// entitiesField is what a gateway asks for the objects that it knows of elsewhere,
// by its one argument.
const (
	entitiesField           = "_entities"
	representationsArgument = "representations"
)

// inputsOf looks at each value once: at variables as such, not where they are used.
func inputsOf(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) inputs {
	in := inspector{schema: schema, variables: variables, seen: make(map[string]bool), readAlready: make(map[string]bool)}
	for _, v := range operation.VariableDefinitions {
		if value, set := variables[v.Variable]; set {
			in.variable(value, v.Type, []string{v.Variable})
		}
	}
	in.set(operation.SelectionSet)
	return in.inputs
}

type inspector struct {
	inputs
	schema    *ast.Schema
	variables map[string]any
	seen      map[string]bool
	// readAlready are the variables whose scalars were read.
	readAlready map[string]bool
}

func (in *inspector) set(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			for _, a := range s.Arguments {
				in.literal(a.Value, []string{a.Name})
				in.read(a.Value, []string{a.Name})
				if s.Name == entitiesField && a.Name == representationsArgument {
					in.representations = max(in.representations, in.lengthOf(a.Value))
				}
			}
			in.set(s.SelectionSet)
		case *ast.InlineFragment:
			in.set(s.SelectionSet)
		case *ast.FragmentSpread:
			if !in.seen[s.Name] {
				in.seen[s.Name] = true
				in.set(s.Definition.SelectionSet)
			}
		}
	}
}

func (in *inspector) lengthOf(v *ast.Value) int64 {
	if v.Kind == ast.Variable {
		list, _ := in.variables[v.Raw].([]any)
		return int64(len(list))
	}
	return int64(len(v.Children))
}

// literal looks at a value of the document. A variable in it was looked at.
func (in *inspector) literal(v *ast.Value, way []string) {
	if len(way) > deepest {
		return
	}
	if v.Kind == ast.ListValue {
		in.items = max(in.items, int64(len(v.Children)))
	}
	if v.Kind == ast.ObjectValue && isOneOf(v.Definition) {
		set := 0
		for _, child := range v.Children {
			if child.Value.Kind == ast.NullValue || child.Value.Kind == ast.Variable && in.variables[child.Value.Raw] == nil {
				continue
			}
			set++
		}
		in.due(set == 1 && len(v.Children) == 1, v.Definition, way)
	}
	for i, child := range v.Children {
		if child.Value.Kind == ast.ListValue || child.Value.Kind == ast.ObjectValue {
			in.literal(child.Value, append(way[:len(way):len(way)], step(child.Name, i)))
		}
	}
}

func step(name string, i int) string {
	if name == "" {
		return fmt.Sprint(i)
	}
	return name
}

// deepest is how deep values are looked at: no input nests so far, so that what
// lies below is of a scalar that takes anything.
const deepest = 50

// variable looks at a value that has been read as its type.
func (in *inspector) variable(value any, of *ast.Type, way []string) {
	if len(way) > deepest {
		return
	}
	switch v := value.(type) {
	case []any:
		in.items = max(in.items, int64(len(v)))
		elem := of
		if of != nil {
			elem = of.Elem
		}
		for i, item := range v {
			if compound(item) {
				in.variable(item, elem, append(way[:len(way):len(way)], fmt.Sprint(i)))
			}
		}
	case map[string]any:
		var def *ast.Definition
		for of != nil && of.Elem != nil { // one stands for a list of one
			of = of.Elem
		}
		if of != nil {
			def = in.schema.Types[of.NamedType]
		}
		if isOneOf(def) {
			set := 0
			for _, field := range v {
				if field != nil {
					set++
				}
			}
			in.due(set == 1 && len(v) == 1, def, way)
		}
		for name, field := range v {
			if !compound(field) {
				continue
			}
			var type_ *ast.Type
			if def != nil {
				if f := def.Fields.ForName(name); f != nil {
					type_ = f.Type
				}
			}
			in.variable(field, type_, append(way[:len(way):len(way)], name))
		}
	}
}

func compound(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

func isOneOf(def *ast.Definition) bool {
	return def != nil && def.Kind == ast.InputObject && def.Directives.ForName("oneOf") != nil
}

func (in *inspector) due(ok bool, def *ast.Definition, way []string) {
	if !ok && in.oneOf == nil {
		in.oneOf, in.oneOfType = way, def.Name
	}
}
