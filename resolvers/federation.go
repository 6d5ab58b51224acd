package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/schema"
)

var _ graph.Federation = (*Resolver)(nil)

// Entities finds objects by their keys. What is wrong with a representation is told
// at its place, and the others are answered.
func (r *Resolver) Entities(ctx context.Context, representations []any) []domain.Node {
	s := r.session(ctx)
	found := make([]domain.Node, len(representations))
	for i, representation := range representations {
		var err error
		if found[i], err = s.Entity(i, representation); err != nil {
			graphql.AddError(graphql.WithPathContext(ctx, graphql.NewPathWithIndex(i)), err)
		}
	}
	return found
}

// Subgraph is the schema as a graph of a federation.
func (r *Resolver) Subgraph() string { return schema.Published }
