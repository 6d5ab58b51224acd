package loaders

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/world"
)

// Invitations, proposals and approaches: the ways in before a hosting request.

// Invitation by id.
func (s *Session) Invitation(id domain.InvitationID) (*domain.HostingInvitation, bool) {
	row, ok := s.World().Invitation(id)
	return worded(s, row, ok)
}

// Proposal by id.
func (s *Session) Proposal(id domain.ProposalID) (*domain.HostingProposal, bool) {
	row, ok := s.World().Proposal(id)
	return worded(s, row, ok)
}

// Approach by id.
func (s *Session) Approach(id domain.ApproachID) (*domain.LandlordApproach, bool) {
	row, ok := s.World().Approach(id)
	return worded(s, row, ok)
}

// worded is a row's document, if this viewer may see it, whose texts may be asked
// for.
func worded[T any](s *Session, row *world.Row[T], ok bool) (*T, bool) {
	doc, ok := seen(s, row, ok)
	if ok {
		s.wantTexts(doc)
	}
	return doc, ok
}

// wordedPage is a page of such documents.
func wordedPage[T any](s *Session, l list[T], p Page) (*domain.Connection[*T], error) {
	out, err := page(s, l, p)
	if err != nil {
		return nil, err
	}
	for _, doc := range out.Nodes {
		s.wantTexts(doc)
	}
	return out, nil
}

// wantTexts notes the texts that a document refers to.
func (s *Session) wantTexts(doc any) {
	if d, ok := doc.(interface{ TextIDs() []domain.TextID }); ok {
		s.texts.want(d.TextIDs()...)
	}
}

// named is what an object names by an id that it may lack; nil for none, or one
// that the viewer may not see.
func named[ID ~string, T any](id *ID, find func(ID) (*T, bool)) *T {
	if id == nil {
		return nil
	}
	v, _ := find(*id)
	return v
}

// NeedOfContact is the project's need that an invitation or a proposal is for;
// nil for none, or one that the viewer may not see.
func (s *Session) NeedOfContact(c *domain.Contact) *domain.HostingNeed {
	return named(c.NeedID, s.Need)
}

// LandlordNeedOfContact is the landlord's need that it is for; nil for none, or
// one that the viewer may not see.
func (s *Session) LandlordNeedOfContact(c *domain.Contact) *domain.LandlordNeed {
	return named(c.LandlordNeedID, s.LandlordNeed)
}

// RequestOfContact is the request that its acceptance began; nil before, and for
// viewers who may not see it.
func (s *Session) RequestOfContact(c *domain.Contact) *domain.HostingRequest {
	return named(c.RequestID, s.Request)
}

// SpacesOfContact are those that it is for, in their order: those that the viewer
// may see.
func (s *Session) SpacesOfContact(c *domain.Contact) []*domain.VacantSpace {
	out := []*domain.VacantSpace{}
	for _, id := range c.Spaces {
		if space, ok := s.Space(id); ok {
			out = append(out, space)
		}
	}
	return out
}

// ProjectsOfApproach are those that it was about, in their order: those that the
// viewer may see.
func (s *Session) ProjectsOfApproach(a *domain.LandlordApproach) []*domain.InnovationProject {
	out := []*domain.InnovationProject{}
	for _, id := range a.Projects {
		if p, ok := s.Project(id); ok {
			out = append(out, p)
		}
	}
	return out
}

// about is what a filter of invitations or proposals asks of whom and what they
// bring together. What the viewer may not see selects nothing: a landlord, say,
// that went out of sight since.
type about struct {
	landlord     *domain.LandlordID
	project      *domain.ProjectID
	need         *domain.NeedID
	landlordNeed *domain.LandlordNeedID
	space        *domain.SpaceID
}

// hidden tells whether the filter names something that the viewer may not see.
func (a about) hidden(s *Session) bool {
	return a.landlord != nil && named(a.landlord, s.Landlord) == nil ||
		a.project != nil && named(a.project, s.Project) == nil ||
		a.need != nil && named(a.need, s.Need) == nil ||
		a.landlordNeed != nil && named(a.landlordNeed, s.LandlordNeed) == nil ||
		a.space != nil && named(a.space, s.Space) == nil
}

func (a about) keeps(c *domain.Contact) bool {
	return (a.landlord == nil || *a.landlord == c.LandlordID) &&
		(a.project == nil || *a.project == c.ProjectID) &&
		(a.need == nil || c.NeedID != nil && *a.need == *c.NeedID) &&
		(a.landlordNeed == nil || c.LandlordNeedID != nil && *a.landlordNeed == *c.LandlordNeedID) &&
		(a.space == nil || slices.Contains(c.Spaces, *a.space))
}

// dueBefore is the filter on the day of what waits for something; nil keeps all.
func dueBefore(before, due *domain.Date) bool { return before == nil || due != nil && *due < *before }

// soonestDue orders by the day of what waits for something, and what waits for
// nothing last.
func soonestDue(due *domain.Date) sortKey {
	if due == nil {
		return sortKey{Numbers: []int64{1}}
	}
	return sortKey{Numbers: []int64{0, int64(*due)}}
}

// Invitations are those that the viewer may see.
func (s *Session) Invitations(f domain.HostingInvitationFilter, order domain.HostingInvitationOrder, p Page) (*domain.HostingInvitationConnection, error) {
	return wordedPage(s, s.invitationList("invitations", f, order), p)
}

// InvitationsOfLandlord are those that a landlord sent.
func (s *Session) InvitationsOfLandlord(id domain.LandlordID, f domain.HostingInvitationFilter, order domain.HostingInvitationOrder, p Page) (*domain.HostingInvitationConnection, error) {
	if err := sameOr(f.LandlordID, id, "landlordId"); err != nil {
		return nil, err
	}
	f.LandlordID = &id
	return wordedPage(s, s.invitationList("invitationsOfLandlord", f, order), p)
}

// InvitationsOfProject are those that a project got.
func (s *Session) InvitationsOfProject(id domain.ProjectID, f domain.HostingInvitationFilter, order domain.HostingInvitationOrder, p Page) (*domain.HostingInvitationConnection, error) {
	if err := sameOr(f.ProjectID, id, "projectId"); err != nil {
		return nil, err
	}
	f.ProjectID = &id
	return wordedPage(s, s.invitationList("invitationsOfProject", f, order), p)
}

func (s *Session) invitationList(name string, f domain.HostingInvitationFilter, order domain.HostingInvitationOrder) list[domain.HostingInvitation] {
	w := s.World()
	of := about{f.LandlordID, f.ProjectID, f.NeedID, f.LandlordNeedID, f.SpaceID}
	nothing := of.hidden(s)
	l := list[domain.HostingInvitation]{
		scope: []any{name, f, order},
		rows:  w.Invitations(),
		id:    func(i *domain.HostingInvitation) string { return string(i.ID) },
		keep: func(i *domain.HostingInvitation) bool {
			return !nothing && anyOf(f.Statuses, i.Status) && of.keeps(&i.Contact) && dueBefore(f.AnswerBefore, i.Due())
		},
		key: func(i *domain.HostingInvitation) sortKey {
			if order == domain.InvitationsByAnswerBy {
				return soonestDue(i.Due())
			}
			return sortKey{Numbers: []int64{-i.UpdatedAt.UnixMilli()}}
		},
		facets: []facet[domain.HostingInvitation]{
			{"status", "HostingInvitationStatus", func(i *domain.HostingInvitation) []string { return texts(i.Status) }},
		},
	}
	switch {
	case f.ProjectID != nil:
		l.rows = w.InvitationsTo(*f.ProjectID)
	case f.LandlordID != nil:
		l.rows = w.InvitationsOf(*f.LandlordID)
	case f.AnswerBefore != nil:
		l.rows = w.InvitationsDue(*f.AnswerBefore)
	}
	return l
}

// Proposals are those that the viewer may see.
func (s *Session) Proposals(f domain.HostingProposalFilter, order domain.HostingProposalOrder, p Page) (*domain.HostingProposalConnection, error) {
	w := s.World()
	of := about{f.LandlordID, f.ProjectID, f.NeedID, f.LandlordNeedID, f.SpaceID}
	nothing := of.hidden(s)
	l := list[domain.HostingProposal]{
		scope: []any{"proposals", f, order},
		rows:  w.Proposals(),
		id:    func(h *domain.HostingProposal) string { return string(h.ID) },
		keep: func(h *domain.HostingProposal) bool {
			return !nothing && anyOf(f.Statuses, h.Status) && anyOf(f.Recipients, h.Recipient) && of.keeps(&h.Contact) && dueBefore(f.AnswerBefore, h.Due())
		},
		key: func(h *domain.HostingProposal) sortKey {
			if order == domain.ProposalsByAnswerBy {
				return soonestDue(h.Due())
			}
			return sortKey{Numbers: []int64{-h.UpdatedAt.UnixMilli()}}
		},
		facets: []facet[domain.HostingProposal]{
			{"status", "HostingProposalStatus", func(h *domain.HostingProposal) []string { return texts(h.Status) }},
			{"recipient", "HostingProposalRecipient", func(h *domain.HostingProposal) []string { return texts(h.Recipient) }},
		},
	}
	switch {
	case f.ProjectID != nil:
		l.rows = w.ProposalsFor(*f.ProjectID)
	case f.LandlordID != nil:
		l.rows = w.ProposalsWith(*f.LandlordID)
	case f.AnswerBefore != nil:
		l.rows = w.ProposalsDue(*f.AnswerBefore)
	}
	return wordedPage(s, l, p)
}

// Approaches are those that the viewer may see: staff all, others none.
func (s *Session) Approaches(f domain.LandlordApproachFilter, order domain.LandlordApproachOrder, p Page) (*domain.LandlordApproachConnection, error) {
	return wordedPage(s, s.approachList("approaches", f, order), p)
}

// ApproachesOfLandlord are those of a landlord.
func (s *Session) ApproachesOfLandlord(id domain.LandlordID, f domain.LandlordApproachFilter, order domain.LandlordApproachOrder, p Page) (*domain.LandlordApproachConnection, error) {
	if err := sameOr(f.LandlordID, id, "landlordId"); err != nil {
		return nil, err
	}
	f.LandlordID = &id
	return wordedPage(s, s.approachList("approachesOfLandlord", f, order), p)
}

func (s *Session) approachList(name string, f domain.LandlordApproachFilter, order domain.LandlordApproachOrder) list[domain.LandlordApproach] {
	w := s.World()
	l := list[domain.LandlordApproach]{
		scope: []any{name, f, order},
		rows:  w.Approaches(),
		id:    func(a *domain.LandlordApproach) string { return string(a.ID) },
		keep: func(a *domain.LandlordApproach) bool {
			return (f.LandlordID == nil || *f.LandlordID == a.LandlordID) &&
				(f.ProjectID == nil || slices.Contains(a.Projects, *f.ProjectID)) &&
				anyOf(f.Channels, a.Channel) && anyOf(f.Outcomes, a.Outcome) &&
				(f.Since == nil || a.On >= *f.Since) && (f.Until == nil || a.On <= *f.Until) &&
				dueBefore(f.NextStepBefore, a.Due()) &&
				(f.Follower == nil || a.Due() != nil && a.NextStep.Follower == *f.Follower)
		},
		key: func(a *domain.LandlordApproach) sortKey {
			if order == domain.ApproachesByNextStep {
				return soonestDue(a.Due())
			}
			return sortKey{Numbers: []int64{-int64(a.On)}}
		},
		facets: []facet[domain.LandlordApproach]{
			{"channel", "LandlordApproachChannel", func(a *domain.LandlordApproach) []string { return texts(a.Channel) }},
			{"outcome", "LandlordApproachOutcome", func(a *domain.LandlordApproach) []string { return texts(a.Outcome) }},
		},
	}
	switch {
	case f.LandlordID != nil:
		l.rows = w.ApproachesOf(*f.LandlordID)
	case f.ProjectID != nil:
		l.rows = w.ApproachesAbout(*f.ProjectID)
	case f.NextStepBefore != nil:
		l.rows = w.ApproachesDue(*f.NextStepBefore)
	}
	return l
}
