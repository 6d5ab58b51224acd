package resolvers

import (
	"context"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/loaders"
)

func stockCommand(input graph.LandlordStockUpsertInput) hub.UpsertStock {
	c := hub.UpsertStock{
		LandlordID: input.LandlordID.Value(), Publish: input.Publish,
		AllOrNothing: input.AllOrNothing, WithdrawOthers: input.WithdrawOthers,
	}
	for _, site := range input.Sites.Value() {
		c.Sites = append(c.Sites, *site)
	}
	for _, space := range input.Spaces.Value() {
		c.Spaces = append(c.Spaces, hub.StockSpace{SiteRef: space.SiteRef, Space: *space.Space})
	}
	return c
}

// stockPayload keeps a push and says what became of each item.
func stockPayload(ctx context.Context, r *Resolver, c hub.UpsertStock, key *string) (*graph.LandlordStockUpsertPayload, error) {
	s := r.session(ctx)
	outcome, err := s.Do(ctx, c, key)
	p := &graph.LandlordStockUpsertPayload{Items: []*graph.LandlordStockItem{}, UserErrors: []graph.PalierUserError{}}
	if err != nil {
		refusals := domain.AsRefusals(err)
		if refusals == nil {
			return nil, err
		}
		p.UserErrors = userErrors(s, refusals)
		return p, nil
	}
	p.Commit = commitNumber(outcome)
	for _, item := range outcome.Items {
		p.Items = append(p.Items, stockItem(s, item))
		*counter(p, item.Outcome)++
	}
	return p, nil
}

func stockItem(s *loaders.Session, item hub.ItemOutcome) *graph.LandlordStockItem {
	out := &graph.LandlordStockItem{ExternalRef: item.Reference, Outcome: upsertOutcome(item.Outcome), UserErrors: userErrors(s, item.Refusals)}
	switch item.Kind {
	case domain.KindSite:
		out.Site, _ = s.Site(domain.SiteID(item.Object))
	case domain.KindSpace:
		out.Space, _ = s.Space(domain.SpaceID(item.Object))
	}
	return out
}

// counter is the payload's count of an outcome; refused items have none.
func counter(p *graph.LandlordStockUpsertPayload, o hub.UpsertOutcome) *int {
	switch o {
	case hub.Created:
		return &p.CreatedCount
	case hub.Changed:
		return &p.ChangedCount
	case hub.Unchanged:
		return &p.UnchangedCount
	case hub.Withdrawn:
		return &p.WithdrawnCount
	}
	return &p.RefusedCount
}
