package loaders

import (
	"context"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// RequestsFollowed says which hosting requests are followed: those to a landlord or
// those of a project; for staff, all when neither is given.
type RequestsFollowed struct {
	Landlord *domain.LandlordID
	Project  *domain.ProjectID
}

// FollowRequest tells what happens to a hosting request after a position, or from
// now on, until the context ends or the viewer may see the request no more.
func (s *Session) FollowRequest(ctx context.Context, id domain.RequestID, after *string) (<-chan *domain.EntityChange, error) {
	over := func(w *world.World) error {
		row, ok := w.Request(id)
		return gone(s, row, ok, "id", domain.KindRequest, domain.ID(id))
	}
	if err := over(s.hub.World()); err != nil {
		return nil, err
	}
	return s.follow(ctx, followed{
		keeps: func(c world.Change) bool { return c.Kind == domain.ChangeOfRequest && c.ID == domain.ID(id) },
		over:  over,
	}, after)
}

// FollowRequests tells what happens to the hosting requests of a list after a
// position, or from now on, until the context ends or the viewer may see the
// landlord or the project no more.
func (s *Session) FollowRequests(ctx context.Context, of RequestsFollowed, after *string) (<-chan *domain.EntityChange, error) {
	if err := s.checkFollowed(of); err != nil {
		return nil, err
	}
	f := followed{keeps: func(c world.Change) bool { return c.Kind == domain.ChangeOfRequest }}
	switch {
	case of.Landlord != nil:
		id := *of.Landlord
		f.among = func(named domain.Ownership) bool { return named.Landlord == id }
		f.over = func(w *world.World) error {
			row, ok := w.Landlord(id)
			return gone(s, row, ok, "landlordId", domain.KindLandlord, domain.ID(id))
		}
	case of.Project != nil:
		id := *of.Project
		f.among = func(named domain.Ownership) bool { return named.Project == id }
		f.over = func(w *world.World) error {
			row, ok := w.Project(id)
			return gone(s, row, ok, "projectId", domain.KindProject, domain.ID(id))
		}
	}
	if f.over != nil {
		if err := f.over(s.hub.World()); err != nil {
			return nil, err
		}
	}
	return s.follow(ctx, f, after)
}

func (s *Session) checkFollowed(of RequestsFollowed) error {
	switch both, neither := of.Landlord != nil && of.Project != nil, of.Landlord == nil && of.Project == nil; {
	case both, neither && !s.viewer.IsStaff():
		return domain.InvalidInput{Path: []string{"landlordId"},
			French:  "donnez un bailleur ou un projet, l'un des deux ; l'équipe de la fondation peut n'en donner aucun",
			English: "give a landlord or a project, one of the two; the foundation's staff may give neither"}
	}
	return nil
}

// gone is the refusal of what is followed, once the viewer doesn't see it.
func gone[T any](s *Session, row *world.Row[T], ok bool, argument string, kind domain.Kind, id domain.ID) error {
	if _, visible := seen(s, row, ok); visible {
		return nil
	}
	return domain.NotFound{Path: []string{argument}, Type: kind.TypeName(), What: string(id)}
}

// StepOfChange is the step of a hosting request that a change comes from; nil for
// none, and when the viewer may not see the request now.
func (s *Session) StepOfChange(c *domain.EntityChange) *domain.RequestStep {
	r, ok := s.Request(domain.RequestID(c.ID))
	if !ok {
		return nil
	}
	return stepIn(r.Log, c.Commit)
}

// stepIn is the step that a commit added to a log; nil for none.
func stepIn(log []domain.RequestStep, commit int) *domain.RequestStep {
	for i := len(log) - 1; i >= 0; i-- {
		if log[i].CommitNumber() == commit {
			return &log[i]
		}
	}
	return nil
}
