package loaders

import (
	"context"
	"slices"
	"sort"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// RequestAsOf is a hosting request as it stood at an instant; false when it wasn't
// there, or when the viewer may not see it now or couldn't have then.
func (s *Session) RequestAsOf(ctx context.Context, id domain.RequestID, as domain.AsOf) (*domain.HostingRequest, bool, error) {
	r, ok, err := asOf(ctx, s, domain.KindRequest, id, s.World().Request, as)
	if ok {
		s.texts.want(r.TextIDs()...)
	}
	return r, ok, err
}

// SpaceAsOf is a space as its landlord had declared it at an instant, as
// RequestAsOf.
func (s *Session) SpaceAsOf(ctx context.Context, id domain.SpaceID, as domain.AsOf) (*domain.VacantSpace, bool, error) {
	return asOf(ctx, s, domain.KindSpace, id, s.World().Space, as)
}

// PlacementAsOf is a placement as it stood at an instant, as RequestAsOf.
func (s *Session) PlacementAsOf(ctx context.Context, id domain.PlacementID, as domain.AsOf) (*domain.Placement, bool, error) {
	return asOf(ctx, s, domain.KindPlacement, id, s.World().Placement, as)
}

func asOf[ID ~string, T any](ctx context.Context, s *Session, kind domain.Kind, id ID, find func(ID) (*world.Row[T], bool), as domain.AsOf) (*T, bool, error) {
	if err := s.checkAsOf(as); err != nil {
		return nil, false, err
	}
	row, ok := find(id)
	if _, now := seen(s, row, ok); !now {
		return nil, false, nil
	}
	then, ok, err := s.stood(ctx, slices.Collect(row.Standings()), as)
	if !ok || err != nil || !s.viewer.MaySee(*then.Sight) {
		return nil, false, err
	}
	was, err := stored[T](ctx, s, kind, domain.ID(id), then.Written)
	if err != nil {
		return nil, false, err
	}
	s.past.sights.Store(was.doc, then.Sight)
	return was.doc, true, nil
}

// checkAsOf refuses what isn't one instant that has come.
func (s *Session) checkAsOf(as domain.AsOf) error {
	w := s.World()
	given := 0
	for _, is := range []bool{as.Commit != nil, as.At != nil, as.On != nil} {
		if is {
			given++
		}
	}
	if given != 1 {
		return domain.InvalidInput{Path: []string{"asOf"},
			French:  "donnez un commit, un instant ou un jour : un seul des trois",
			English: "give a commit, an instant or a day: one of the three"}
	}
	var p domain.Problems
	if n := as.Commit; n != nil {
		p.Require(*n >= 0 && uint64(*n) <= w.Commit(), "ce commit n'existe pas encore : demandez le plus récent au plus", "there is no such commit yet: ask for the newest at most", "asOf", "commit")
	}
	if at := as.At; at != nil {
		p.Require(domain.DateOf(at.In(statisticsClock())) <= w.Today(), "cet instant n'est pas encore venu : demandez jusqu'à aujourd'hui", "this instant hasn't come yet: ask until today", "asOf", "at")
	}
	if day := as.On; day != nil {
		p.Require(*day <= w.Today(), "ce jour n'est pas encore venu : demandez jusqu'à aujourd'hui", "this day hasn't come yet: ask until today", "asOf", "on")
	}
	return p.Err()
}

// stood finds how a row stood at an instant, among all that it did, the present
// first; false when it wasn't there yet. Where a time is asked, as many commits are
// read as it takes to halve the list until one is left.
func (s *Session) stood(ctx context.Context, all []world.Standing, as domain.AsOf) (world.Standing, bool, error) {
	var failed error
	had := func(by world.Standing) bool { return by.Commit <= uint64(*as.Commit) }
	if as.Commit == nil {
		end := timeAfter(as)
		had = func(by world.Standing) bool {
			c, err := s.readCommit(ctx, by.Commit)
			if err != nil {
				failed = err
			}
			return err == nil && c.At().Before(end)
		}
	}
	i := sort.Search(len(all), func(i int) bool { return failed == nil && had(all[i]) })
	if failed != nil || i == len(all) {
		return world.Standing{}, false, failed
	}
	return all[i], true, nil
}

// timeAfter is the first instant that isn't asked for any more: commits have whole
// milliseconds.
func timeAfter(as domain.AsOf) time.Time {
	if as.At != nil {
		return as.At.Add(time.Nanosecond)
	}
	year, month, day := as.On.Time().Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, statisticsClock())
}

// sightThen is the sight under which a document stood that is shown as of an
// instant; false for one of the present.
func (s *Session) sightThen(doc any) (domain.Sight, bool) {
	then, ok := s.past.sights.Load(doc)
	if !ok {
		return domain.Sight{}, false
	}
	return *then.(*domain.Sight), true
}
