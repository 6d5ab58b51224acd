package graph

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// Federation is the part of the resolvers that answers gateways. The generated code
// takes the two fields for those of its own plugin, which isn't used: see
// docs/decisions/0026-federation.md.
type Federation interface {
	// Entities finds objects by their keys, in the order of the representations; nil
	// for what isn't there.
	Entities(ctx context.Context, representations []any) []domain.Node
	// Subgraph is the schema as a graph of a federation.
	Subgraph() string
}

func (ec *executionContext) __resolve_entities(ctx context.Context, representations []any) []domain.Node {
	return ec.Resolvers.(Federation).Entities(ctx, representations)
}

func (ec *executionContext) __resolve__service(context.Context) (Service, error) {
	return Service{Sdl: ec.Resolvers.(Federation).Subgraph()}, nil
}
