package loaders

import (
	"context"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// A history shows a version to those who may see the object now and could have seen
// it then, being who they are now. What they couldn't is left out of lists, counts
// and differences as if it had never been: a version is compared with the one before
// it that the viewer may see.

// RequestHistory are the versions of a hosting request, newest first.
func (s *Session) RequestHistory(ctx context.Context, r *domain.HostingRequest, f domain.VersionFilter, p Page) (*domain.ObjectVersionConnection, error) {
	row, ok := s.World().Request(r.ID)
	h := historyOf(s, domain.KindRequest, r.ID, row, ok)
	if ok {
		h.log = row.Doc.Log
	}
	out, err := h.page(ctx, f, p)
	if err == nil && p.Facets {
		out.Facets = []*domain.Facet{h.actions(f)}
	}
	return out, err
}

// SpaceHistory are the versions of a space, newest first.
func (s *Session) SpaceHistory(ctx context.Context, space *domain.VacantSpace, f domain.VersionFilter, p Page) (*domain.ObjectVersionConnection, error) {
	row, ok := s.World().Space(space.ID)
	return historyOf(s, domain.KindSpace, space.ID, row, ok).page(ctx, f, p)
}

// PlacementHistory are the versions of a placement, newest first.
func (s *Session) PlacementHistory(ctx context.Context, placement *domain.Placement, f domain.VersionFilter, p Page) (*domain.ObjectVersionConnection, error) {
	row, ok := s.World().Placement(placement.ID)
	h := historyOf(s, domain.KindPlacement, placement.ID, row, ok)
	if request, ok := s.Request(placement.RequestID); ok {
		h.log = request.Log
	}
	return h.page(ctx, f, p)
}

// history is that of one object, for one viewer.
type history[T any] struct {
	*Session
	kind domain.Kind
	id   domain.ID
	// versions are those that the viewer may see, newest first.
	versions []seenVersion
	// log are the steps of the hosting request that the versions come from; nil for
	// none, and for those who may not see it.
	log []domain.RequestStep
}

// seenVersion is a version that the viewer may see.
type seenVersion struct {
	commit uint64
	// upkeep: the viewer sees the facts of upkeep, and could have seen them then.
	upkeep bool
}

func historyOf[ID ~string, T any](s *Session, kind domain.Kind, id ID, row *world.Row[T], ok bool) *history[T] {
	h := &history[T]{Session: s, kind: kind, id: domain.ID(id)}
	if _, now := seen(s, row, ok); !now {
		return h
	}
	for v := range row.Versions() {
		could := func(may func(domain.Sight) bool) bool {
			return slices.ContainsFunc(v.Sights, func(then *domain.Sight) bool { return may(*then) })
		}
		if could(s.viewer.MaySee) {
			h.versions = append(h.versions, seenVersion{v.Commit, managed(s, row, ok) &&
				could(func(then domain.Sight) bool { return s.viewer.SeesManagement(then.Ownership) })})
		}
	}
	return h
}

func (h *history[T]) page(ctx context.Context, f domain.VersionFilter, p Page) (*domain.ObjectVersionConnection, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	scope, err := h.scopeOf("history", h.id, f)
	if err != nil {
		return nil, err
	}
	after, err := h.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	total, best := 0, newBest[*domain.ObjectVersion](p.First+1, after)
	for _, v := range h.versions {
		if keepsVersion(f, v.commit) {
			total++
			best.offer(sortKey{Numbers: []int64{-int64(v.commit)}, IDs: []string{string(h.id)}}, &domain.ObjectVersion{Commit: int(v.commit), Changes: []*domain.FieldChange{}})
		}
	}
	out := connection(h.Session, scope, best, p, func(*domain.ObjectVersionEdge) {})
	out.TotalCount, out.Facets = total, []*domain.Facet{}
	for _, v := range out.Nodes {
		if err := h.tell(ctx, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func keepsVersion(f domain.VersionFilter, commit uint64) bool {
	return (f.FromCommit == nil || int(commit) >= *f.FromCommit) && (f.UntilCommit == nil || int(commit) <= *f.UntilCommit)
}

// tell completes a version from the ledger: it and the one before are read.
func (h *history[T]) tell(ctx context.Context, v *domain.ObjectVersion) error {
	i := slices.IndexFunc(h.versions, func(of seenVersion) bool { return int(of.commit) == v.Commit })
	is, err := stored[T](ctx, h.Session, h.kind, h.id, h.versions[i].commit)
	if err != nil {
		return err
	}
	v.At = is.commit.At()
	v.Step = h.stepOf(v.Commit)
	if actor := is.commit.Actor(); h.viewer.IsStaff() && actor != "" {
		v.Actor = &actor
	}
	if h.versions[i].upkeep {
		v.Action, v.ActionText = new(is.commit.Action()), new(domain.ActionText(is.commit.Action()))
		if v.Step != nil && h.kind == domain.KindRequest {
			v.ActionText = &domain.Bilingual{French: v.Step.ActionLabel(domain.French), English: v.Step.ActionLabel(domain.English)}
		}
	}
	if i+1 == len(h.versions) {
		return nil
	}
	was, err := stored[T](ctx, h.Session, h.kind, h.id, h.versions[i+1].commit)
	if err != nil {
		return err
	}
	v.Changes = append(v.Changes, domain.Differences(was.doc, is.doc, h.versions[i].upkeep && h.versions[i+1].upkeep, names{h.Session})...)
	return nil
}

// stepOf is the step that a commit added to the log; nil for none.
func (h *history[T]) stepOf(commit int) *domain.RequestStep {
	step := stepIn(h.log, commit)
	if step != nil {
		h.texts.want(step.Words)
	}
	return step
}

// actions counts what was done, by the log.
func (h *history[T]) actions(f domain.VersionFilter) *domain.Facet {
	counts := make(map[string]int)
	for _, v := range h.versions {
		if step := h.stepOf(int(v.commit)); step != nil && keepsVersion(f, v.commit) {
			counts[string(step.Action)]++
		}
	}
	return codeFacet("action", "HostingRequestAction", counts)
}

// names are those of what the viewer may see now.
type names struct{ *Session }

func (n names) Name(id domain.ID, locale domain.Locale) (string, bool) {
	switch node, _ := n.node(id); of := node.(type) {
	case *domain.Landlord:
		return of.Name, true
	case *domain.LandlordSite:
		return of.Name, true
	case *domain.VacantSpace:
		return of.Label, true
	case *domain.InnovationProject:
		return of.Name, true
	case *domain.HostingNeed:
		return of.Label, true
	case *domain.LandlordNeed:
		return of.Title, true
	case *domain.HostingRequest:
		return string(of.ID), true
	case *domain.Commune:
		return of.Name, true
	}
	return "", false
}

func (n names) TerritoryName(t domain.Territory, locale domain.Locale) string {
	return n.atlas.TerritoryName(t, locale)
}
