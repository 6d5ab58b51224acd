// Package resolvers answers the fields of the schema, one file per schema file:
// each reads its arguments, makes one call of the session and returns. Rules,
// visibility and data live elsewhere.
package resolvers

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/loaders"
)

// Resolver is the root of the resolvers.
type Resolver struct {
	// Sessions opens a session for a context that has none: a fresh one of
	// nobody in particular, that sees what is public.
	Sessions *loaders.Opener
}

var _ graph.ResolverRoot = (*Resolver)(nil)

// session is the operation's.
func (r *Resolver) session(ctx context.Context) *loaders.Session {
	if s, ok := loaders.Get(ctx); ok {
		return s
	}
	return r.Sessions.Open(domain.Anonymous, domain.French)
}

// optional is what a nullable field answers of a lookup.
func optional[T any](v *T, ok bool) (*T, error) {
	if !ok {
		return nil, nil
	}
	return v, nil
}

// byID answers a field that takes the id of one kind: null when there is none
// that the viewer may see, a refusal when the id is of another kind.
func byID[ID ~string, T any](id domain.ID, kind domain.Kind, find func(ID) (*T, bool)) (*T, error) {
	if err := expect(id, kind, "id"); err != nil {
		return nil, err
	}
	return optional(find(ID(id)))
}

// byIDAsOf is byID for an object that can be shown as it was.
func byIDAsOf[ID ~string, T any](ctx context.Context, id domain.ID, kind domain.Kind, as *domain.AsOf, find func(ID) (*T, bool), then func(context.Context, ID, domain.AsOf) (*T, bool, error)) (*T, error) {
	if as == nil {
		return byID(id, kind, find)
	}
	if err := expect(id, kind, "id"); err != nil {
		return nil, err
	}
	was, ok, err := then(ctx, ID(id), *as)
	if !ok {
		return nil, err
	}
	return was, nil
}

// expect refuses an id of another kind than an argument takes.
func expect(id domain.ID, kind domain.Kind, argument string) error {
	if wrong, ok := errors.AsType[*domain.WrongKindError](id.Expect(kind)); ok {
		return wrong.AsRefusal(argument)
	}
	return nil
}

// value is an optional argument, or its zero value.
func value[T any](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}

// page reads the arguments of a connection and what the operation selects of
// it.
func page(ctx context.Context, first int, after *string) loaders.Page {
	p := loaders.Page{First: first, After: after, Ended: ctx.Err}
	of := graphql.GetFieldContext(ctx).Field.Definition.Type.Name()
	for _, f := range graphql.CollectFieldsCtx(ctx, []string{of}) {
		switch f.Name {
		case "totalCount", "eligibleCount", "uncertainCount", "ineligibleCount":
			p.Totals = true
		case "facets":
			p.Facets = true
		}
	}
	return p
}

func matchPage(ctx context.Context, ruleset *string, first int, after *string) loaders.MatchPage {
	return loaders.MatchPage{Page: page(ctx, first, after), Ruleset: ruleset}
}

func changesPage(ctx context.Context, since int, ruleset *string, first int, after *string) loaders.ChangesPage {
	return loaders.ChangesPage{MatchPage: matchPage(ctx, ruleset, first, after), Since: since}
}
