package loaders

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
)

// Request by id.
func (s *Session) Request(id domain.RequestID) (*domain.HostingRequest, bool) {
	row, ok := s.World().Request(id)
	r, ok := seen(s, row, ok)
	if ok {
		s.wantRequest(r)
	}
	return r, ok
}

// NeedOfRequest is the project's need that a request is for; nil for none, or one
// that the viewer may not see.
func (s *Session) NeedOfRequest(r *domain.HostingRequest) *domain.HostingNeed {
	if r.NeedID == nil {
		return nil
	}
	n, _ := s.Need(*r.NeedID)
	return n
}

// LandlordNeedOfRequest is the landlord's need that a request is for; nil for none,
// or one that the viewer may not see.
func (s *Session) LandlordNeedOfRequest(r *domain.HostingRequest) *domain.LandlordNeed {
	if r.LandlordNeedID == nil {
		return nil
	}
	n, _ := s.LandlordNeed(*r.LandlordNeedID)
	return n
}

// LandlordOfRequest is whom a request is to; nil while any landlord would do.
func (s *Session) LandlordOfRequest(r *domain.HostingRequest) *domain.Landlord {
	if r.LandlordID == nil {
		return nil
	}
	l, _ := s.Landlord(*r.LandlordID)
	return l
}

// WantedSpaces are those that a request names, in its order: those that the viewer
// may see.
func (s *Session) WantedSpaces(r *domain.HostingRequest) []*domain.VacantSpace {
	out := []*domain.VacantSpace{}
	for _, id := range r.Spaces {
		if space, ok := s.Space(id); ok {
			out = append(out, space)
		}
	}
	return out
}

// ChosenSpace is the one that the landlord settled on; nil before.
func (s *Session) ChosenSpace(r *domain.HostingRequest) *domain.VacantSpace {
	id, chosen := r.Chosen()
	if !chosen {
		return nil
	}
	space, _ := s.Space(id)
	return space
}

// GuardingCostAvoided is what the landlord saved until today; nil when it states no
// guarding cost, and for those whom its upkeep isn't for.
func (s *Session) GuardingCostAvoided(r *domain.HostingRequest) *domain.Amount {
	if r.LandlordID == nil {
		return nil
	}
	row, ok := s.World().Landlord(*r.LandlordID)
	if !managed(s, row, ok) || row.Doc.GuardingCostMonthly == nil {
		return nil
	}
	if _, chosen := r.Chosen(); !chosen {
		return nil
	}
	amount := r.GuardingCostAvoided(*row.Doc.GuardingCostMonthly, s.World().Today())
	return &amount
}

// AllowedTransitions are what the viewer can do with a request now, and what
// stands in the way: nothing with one as it was.
func (s *Session) AllowedTransitions(r *domain.HostingRequest) []*domain.AllowedTransition {
	out := []*domain.AllowedTransition{}
	party, acts := r.PartyOf(s.viewer)
	if _, past := s.sightThen(r); past || !acts {
		return out
	}
	w := s.World()
	for _, t := range r.Allowed(party) {
		if s.hub.Quotas.Room(r, t, party) != nil {
			continue
		}
		out = append(out, &domain.AllowedTransition{RequestTransition: t, Leads: t.Target(r),
			BlockedBy: hub.Blockers(w, s.atlas, r, t.Action).Lacking})
	}
	return out
}

// Requests are those that the viewer may see.
func (s *Session) Requests(f domain.HostingRequestFilter, order domain.HostingRequestOrder, p Page) (*domain.HostingRequestConnection, error) {
	return s.requestPage(s.requestList("requests", f, order), p)
}

// RequestsOfProject are a project's.
func (s *Session) RequestsOfProject(id domain.ProjectID, f domain.HostingRequestFilter, order domain.HostingRequestOrder, p Page) (*domain.HostingRequestConnection, error) {
	if err := sameOr(f.ProjectID, id, "projectId"); err != nil {
		return nil, err
	}
	f.ProjectID = &id
	return s.requestPage(s.requestList("requestsOfProject", f, order), p)
}

// RequestsToLandlord are those to a landlord.
func (s *Session) RequestsToLandlord(id domain.LandlordID, f domain.HostingRequestFilter, order domain.HostingRequestOrder, p Page) (*domain.HostingRequestConnection, error) {
	if err := sameOr(f.LandlordID, id, "landlordId"); err != nil {
		return nil, err
	}
	f.LandlordID = &id
	return s.requestPage(s.requestList("requestsToLandlord", f, order), p)
}

// RequestsForSpace are those that want a space, chose it or have it.
func (s *Session) RequestsForSpace(id domain.SpaceID, f domain.HostingRequestFilter, order domain.HostingRequestOrder, p Page) (*domain.HostingRequestConnection, error) {
	if err := sameOr(f.SpaceID, id, "spaceId"); err != nil {
		return nil, err
	}
	f.SpaceID = &id
	return s.requestPage(s.requestList("requestsForSpace", f, order), p)
}

// requestPage is a page of requests, whose texts may be asked for.
func (s *Session) requestPage(l list[domain.HostingRequest], p Page) (*domain.HostingRequestConnection, error) {
	out, err := page(s, l, p)
	if err != nil {
		return nil, err
	}
	for _, r := range out.Nodes {
		s.wantRequest(r)
	}
	return out, nil
}

// wantRequest notes what a request may be asked for.
func (s *Session) wantRequest(r *domain.HostingRequest) {
	s.texts.want(r.TextIDs()...)
	s.people.want(r.PersonIDs()...)
	s.contacts.want(r.Contacts.All()...)
	s.talks.of(r.ID)
}

// sameOr refuses a filter that names another object than the field's own.
func sameOr[ID ~string](asked *ID, own ID, field string) error {
	if asked == nil || *asked == own {
		return nil
	}
	return domain.InvalidInput{Path: []string{"filter", field},
		French:  "cette liste est déjà celle d'un autre objet : retirez ce filtre",
		English: "this list is another object's already: leave this filter out"}
}

func (s *Session) requestList(name string, f domain.HostingRequestFilter, order domain.HostingRequestOrder) list[domain.HostingRequest] {
	w := s.World()
	nothing := about{landlord: f.LandlordID, project: f.ProjectID, need: f.NeedID, space: f.SpaceID}.hidden(s)
	l := list[domain.HostingRequest]{
		scope: []any{name, f, order},
		rows:  w.Requests(),
		id:    func(r *domain.HostingRequest) string { return string(r.ID) },
		keep: func(r *domain.HostingRequest) bool {
			return !nothing && anyOf(f.Statuses, r.Status) && anyOf(f.Origins, r.Origin) &&
				(f.ProjectID == nil || *f.ProjectID == r.ProjectID) &&
				(f.LandlordID == nil || r.LandlordID != nil && *f.LandlordID == *r.LandlordID) &&
				(f.NeedID == nil || r.NeedID != nil && *f.NeedID == *r.NeedID) &&
				(f.SpaceID == nil || slices.Contains(r.Concerns(), *f.SpaceID)) &&
				(f.DueBefore == nil || r.DueOn != nil && *r.DueOn < *f.DueBefore) &&
				(f.WaitingForMe == nil || *f.WaitingForMe == s.waits(r))
		},
		key: func(r *domain.HostingRequest) sortKey {
			if order == domain.RequestsByDue {
				if r.DueOn == nil {
					return sortKey{Numbers: []int64{1}}
				}
				return sortKey{Numbers: []int64{0, int64(*r.DueOn)}}
			}
			return sortKey{Numbers: []int64{-r.UpdatedAt.UnixMilli()}}
		},
		facets: []facet[domain.HostingRequest]{
			{"status", "HostingRequestStatus", func(r *domain.HostingRequest) []string { return texts(r.Status) }},
			{"origin", "HostingRequestOrigin", func(r *domain.HostingRequest) []string { return texts(r.Origin) }},
			{"wish", "HostingRequestWish", func(r *domain.HostingRequest) []string { return texts(r.Wish) }},
		},
	}
	switch {
	case f.SpaceID != nil:
		l.rows = w.RequestsFor(*f.SpaceID)
	case f.NeedID != nil:
		l.rows = w.RequestsOfNeed(*f.NeedID)
	case f.ProjectID != nil:
		l.rows = w.RequestsOf(*f.ProjectID)
	case f.LandlordID != nil:
		l.rows = w.RequestsTo(*f.LandlordID)
	}
	return l
}

// waits tells whether the next step of a request is the viewer's: one that moves
// it on, and that nothing blocks.
func (s *Session) waits(r *domain.HostingRequest) bool {
	return slices.ContainsFunc(s.AllowedTransitions(r), func(t *domain.AllowedTransition) bool {
		switch t.Action {
		case domain.ActionHold, domain.ActionReject, domain.ActionWithdraw, domain.ActionCancel, domain.ActionEnd, domain.ActionCorrect,
			domain.ActionReopen, domain.ActionAgreeToPublish, domain.ActionRecordIndicators, domain.ActionScale:
			return false
		case domain.ActionProposeConvention:
			return r.Proposed == nil
		case domain.ActionConsent:
			return r.Proposed != nil && r.Proposed.ConsentedOn == nil
		}
		return t.Ready()
	})
}
