package httpapi

import (
	"fmt"

	"github.com/99designs/gqlgen/graphql"

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
			return domain.CannotRead(fmt.Sprint(v), "n'est pas un instant : écrivez-le selon la RFC 3339, par exemple 2026-09-01T10:00:00Z", "isn't a time: write it by RFC 3339, such as 2026-09-01T10:00:00Z")
		}
		return nil
	},
	"Int": func(v any) error {
		if _, is := v.(string); is {
			return domain.CannotRead(fmt.Sprint(v), "est un texte : écrivez un nombre entier, sans guillemets", "is a string: write a whole number, without quotes")
		}
		return nil
	},
	"String": isText,
	"Url":    isText,
}

func isText(v any) error {
	if _, is := v.(string); !is {
		return domain.CannotRead(fmt.Sprint(v), "n'est pas un texte : écrivez-le entre guillemets", "isn't a string: write it between quotes")
	}
	return nil
}
