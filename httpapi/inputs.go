package httpapi

import (
	"errors"
	"strconv"

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

// inputsOf looks at each value once: at a variable where it is first used.
func inputsOf(schema *ast.Schema, operation *ast.OperationDefinition, variables map[string]any) inputs {
	in := inspector{schema: schema, operation: operation, variables: variables, spread: make(map[string]bool), used: make(map[string]bool)}
	in.set(operation.SelectionSet)
	return in.inputs
}

type inspector struct {
	inputs
	schema    *ast.Schema
	operation *ast.OperationDefinition
	variables map[string]any
	// spread are the fragments, and used the variables, that were looked at.
	spread, used map[string]bool
}

func (in *inspector) set(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			for _, a := range s.Arguments {
				in.literal(a.Value, []string{a.Name})
				if s.Name == entitiesField && a.Name == representationsArgument {
					in.representations = max(in.representations, in.lengthOf(a.Value))
				}
			}
			in.set(s.SelectionSet)
		case *ast.InlineFragment:
			in.set(s.SelectionSet)
		case *ast.FragmentSpread:
			if !in.spread[s.Name] {
				in.spread[s.Name] = true
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

// deepest is how deep values are looked at: no input nests so far, so that what
// lies below is of a scalar that takes anything.
const deepest = 50

// below is a way, one step further.
func below(way []string, step string) []string { return append(way[:len(way):len(way)], step) }

// literal looks at a value of the document.
func (in *inspector) literal(v *ast.Value, way []string) {
	if len(way) > deepest {
		return
	}
	switch v.Kind {
	case ast.NullValue:
	case ast.Variable:
		value, set := in.variables[v.Raw]
		if of := in.operation.VariableDefinitions.ForName(v.Raw); set && of != nil && !in.used[v.Raw] {
			in.used[v.Raw] = true
			in.variable(value, of.Type, way)
		}
	case ast.ListValue:
		in.items = max(in.items, int64(len(v.Children)))
		for i, item := range v.Children {
			in.literal(item.Value, below(way, strconv.Itoa(i)))
		}
	case ast.ObjectValue:
		if isOneOf(v.Definition) {
			set := 0
			for _, field := range v.Children {
				if field.Value.Kind != ast.NullValue && (field.Value.Kind != ast.Variable || in.variables[field.Value.Raw] != nil) {
					set++
				}
			}
			in.due(set == 1 && len(v.Children) == 1, v.Definition, way)
		}
		for _, field := range v.Children {
			in.literal(field.Value, below(way, field.Name))
		}
	default:
		if value, err := v.Value(nil); err == nil && v.Definition != nil {
			in.scalar(value, v.Definition.Name, way)
		}
	}
}

// variable looks at a value that has been read as its type; nil for within a scalar
// that takes anything.
func (in *inspector) variable(value any, of *ast.Type, way []string) {
	if len(way) > deepest {
		return
	}
	switch v := value.(type) {
	case nil:
	case []any:
		in.items = max(in.items, int64(len(v)))
		item := of
		if of != nil {
			item = of.Elem
		}
		for i, each := range v {
			in.variable(each, item, below(way, strconv.Itoa(i)))
		}
	case map[string]any:
		var def *ast.Definition
		if of != nil { // one stands for a list of one
			def = in.schema.Types[of.Name()]
		}
		if def == nil || def.Kind != ast.InputObject {
			for name, field := range v {
				in.variable(field, nil, below(way, name))
			}
			return
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
		for _, f := range def.Fields { // in the schema's order, so that the first error is always the same
			in.variable(v[f.Name], f.Type, below(way, f.Name))
		}
	default:
		if of != nil {
			in.scalar(value, of.Name(), way)
		}
	}
}

// scalar reads a value of a scalar type.
func (in *inspector) scalar(value any, of string, way []string) {
	read := scalars[of]
	if read == nil || in.unread != nil {
		return
	}
	if wrong, is := errors.AsType[domain.Unreadable](read(value)); is {
		in.unread = &domain.InvalidInput{Path: way, French: wrong.French, English: wrong.English}
	}
}

func isOneOf(def *ast.Definition) bool {
	return def != nil && def.Kind == ast.InputObject && def.Directives.ForName("oneOf") != nil
}

func (in *inspector) due(ok bool, def *ast.Definition, way []string) {
	if !ok && in.oneOf == nil {
		in.oneOf, in.oneOfType = way, def.Name
	}
}
