package loaders

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// ChangeFilter says which changes of objects are told.
type ChangeFilter struct {
	// Kinds of object; all when empty.
	Kinds []domain.ChangeKind
}

// keeps is for whatever follows changes: a subscription to something else is
// another such function.
func (f ChangeFilter) keeps(c world.Change) bool {
	return len(f.Kinds) == 0 || slices.Contains(f.Kinds, c.Kind)
}

// Changes are those after a position that this viewer may know of, oldest first;
// without a position none, and the present one.
func (s *Session) Changes(f ChangeFilter, first int, after *string) (*domain.EntityChangePage, error) {
	if err := (Page{First: first}).validate(); err != nil {
		return nil, err
	}
	w := s.World()
	page := &domain.EntityChangePage{Nodes: []*domain.EntityChange{}}
	at := world.Place{Commit: w.Commit()}
	if after != nil {
		from, resync, err := s.place(w, *after)
		if err != nil {
			return nil, err
		}
		if page.ResyncReason = resync; resync == nil {
			page.Nodes, at, page.HasMore = s.changesAfter(w, from, followed{keeps: f.keeps}, first)
		}
	}
	page.EndPosition = s.positionOf(w.LedgerID(), at)
	return page, nil
}

// changesAfter reads the changes after a place that the World remembers. It
// answers up to where they are told, which is as far as the World goes unless
// there are more.
func (s *Session) changesAfter(w *world.World, from world.Place, f followed, most int) (told []*domain.EntityChange, end world.Place, more bool) {
	told = []*domain.EntityChange{}
	changes, _ := w.ChangesAfter(from)
	for c := range changes {
		if !f.keeps(c) {
			continue
		}
		effect, known := effectFor(s.viewer, c, f.among)
		if !known {
			continue
		}
		if len(told) == most {
			return told, end, true
		}
		end = c.Place
		told = append(told, s.tellChange(w, c, effect))
	}
	return told, world.Place{Commit: w.Commit()}, false
}

// effectFor is what a change was for a viewer who follows a list; false when the
// viewer may not know of it. What was and is seen, and wasn't written, is as it was.
// A request that doesn't name the side whose list it is isn't among it; nil is the
// list of all.
func effectFor(v domain.Viewer, c world.Change, among func(domain.Ownership) bool) (domain.ChangeEffect, bool) {
	before := c.Before != nil && v.MaySee(*c.Before) && (among == nil || among(c.Was))
	after := c.After != nil && v.MaySee(*c.After) && (among == nil || among(c.Is))
	switch {
	case after && !before:
		return domain.EffectAppeared, true
	case before && !after:
		return domain.EffectGone, true
	case before && c.Written:
		return domain.EffectChanged, true
	}
	return "", false
}

func (s *Session) tellChange(w *world.World, c world.Change, effect domain.ChangeEffect) *domain.EntityChange {
	out := &domain.EntityChange{
		Position: s.positionOf(w.LedgerID(), c.Place),
		Kind:     c.Kind, ID: c.ID, Effect: effect,
		At: c.At, Commit: int(c.Commit),
	}
	seen := c.After
	if effect == domain.EffectGone {
		seen = c.Before
	}
	if s.viewer.SeesManagement(seen.Ownership) {
		out.Action = &c.Action
	}
	return out
}
