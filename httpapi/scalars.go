package httpapi

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/palier-hub/palier/domain"
)

// scalars read the values of scalar types, whose forms validation doesn't know. The
// executor reads each as it comes to its field, when fields before may have been
// done: so all are read before any.
var scalars = map[string]func(any) error{
	"ID":        func(v any) error { return new(domain.ID).UnmarshalGQL(v) },
	"Date":      func(v any) error { return new(domain.Date).UnmarshalGQL(v) },
	"TimeOfDay": func(v any) error { return new(domain.TimeOfDay).UnmarshalGQL(v) },
	"Decimal":   func(v any) error { return new(domain.Amount).UnmarshalGQL(v) },
	"Siren":     func(v any) error { return new(domain.Siren).UnmarshalGQL(v) },
	"Siret":     func(v any) error { return new(domain.Siret).UnmarshalGQL(v) },
	"InseeCode": func(v any) error { return new(domain.InseeCode).UnmarshalGQL(v) },
	"DateTime": func(v any) error {
		if _, err := graphql.UnmarshalTime(v); err != nil {
			return unreadable(v, "n'est pas un instant : écrivez-le selon la RFC 3339, par exemple 2026-09-01T10:00:00Z", "isn't a time: write it by RFC 3339, such as 2026-09-01T10:00:00Z")
		}
		return nil
	},
	"Int": func(v any) error {
		if _, is := v.(string); is {
			return unreadable(v, "est un texte : écrivez un nombre entier, sans guillemets", "is a string: write a whole number, without quotes")
		}
		return nil
	},
	"String": isText,
	"Url":    isText,
}

func isText(v any) error {
	if _, is := v.(string); !is {
		return unreadable(v, "n'est pas un texte : écrivez-le entre guillemets", "isn't a string: write it between quotes")
	}
	return nil
}

func unreadable(given any, french, english string) error {
	quoted := strconv.Quote(clip(fmt.Sprint(given)))
	return domain.Unreadable{French: quoted + " " + french, English: quoted + " " + english}
}

// read reads the scalars of an argument. A variable is read where it is first used.
func (in *inspector) read(v *ast.Value, way []string) {
	switch v.Kind {
	case ast.NullValue:
	case ast.Variable:
		if value, set := in.variables[v.Raw]; set && !in.readAlready[v.Raw] && v.VariableDefinition != nil {
			in.readAlready[v.Raw] = true
			in.readValue(value, v.VariableDefinition.Type, way)
		}
	case ast.ListValue, ast.ObjectValue:
		for i, child := range v.Children {
			if len(way) <= deepest {
				in.read(child.Value, append(way[:len(way):len(way)], step(child.Name, i)))
			}
		}
	default:
		if v.Definition == nil {
			return
		}
		if value, err := v.Value(nil); err == nil {
			in.readScalar(value, v.Definition.Name, way)
		}
	}
}

// readValue reads the scalars of a variable's value.
func (in *inspector) readValue(value any, of *ast.Type, way []string) {
	if len(way) > deepest {
		return
	}
	if list, is := value.([]any); is && of.Elem != nil {
		for i, item := range list {
			in.readValue(item, of.Elem, append(way[:len(way):len(way)], strconv.Itoa(i)))
		}
		return
	}
	def := in.schema.Types[of.Name()]
	switch v := value.(type) {
	case nil:
	case map[string]any:
		if def == nil || def.Kind != ast.InputObject {
			return // of a scalar that takes anything
		}
		for _, f := range def.Fields { // in the schema's order, so that the first error is always the same
			if field, set := v[f.Name]; set {
				in.readValue(field, f.Type, append(way[:len(way):len(way)], f.Name))
			}
		}
	default:
		in.readScalar(value, of.Name(), way)
	}
}

func (in *inspector) readScalar(value any, of string, way []string) {
	read := scalars[of]
	if read == nil || in.unread != nil {
		return
	}
	err := read(value)
	if wrong, is := errors.AsType[domain.Unreadable](err); is {
		in.unread = &domain.InvalidInput{Path: way, French: wrong.French, English: wrong.English}
	}
}
