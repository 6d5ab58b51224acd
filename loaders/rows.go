package loaders

import (
	"context"

	"github.com/palier-hub/palier/domain"
)

// Single lookups. False is missing or hidden: the two look alike.

// Landlord by id.
func (s *Session) Landlord(id domain.LandlordID) (*domain.Landlord, bool) {
	row, ok := s.World().Landlord(id)
	return seen(s, row, ok)
}

// LandlordBySiren by its SIREN.
func (s *Session) LandlordBySiren(siren domain.Siren) (*domain.Landlord, bool) {
	row, ok := s.World().LandlordBySiren(siren)
	return seen(s, row, ok)
}

// Subsidiaries of a landlord, by id.
func (s *Session) Subsidiaries(id domain.LandlordID) []*domain.Landlord {
	out := []*domain.Landlord{}
	for row := range s.World().Subsidiaries(id) {
		if s.viewer.MaySee(*row.Sight) {
			out = append(out, row.Doc)
		}
	}
	return out
}

// Site by id.
func (s *Session) Site(id domain.SiteID) (*domain.LandlordSite, bool) {
	row, ok := s.World().Site(id)
	return seen(s, row, ok)
}

// Space by id.
func (s *Session) Space(id domain.SpaceID) (*domain.VacantSpace, bool) {
	row, ok := s.World().Space(id)
	return seen(s, row, ok)
}

// SpaceByRef finds a space by a landlord's reference, for those who see
// references.
func (s *Session) SpaceByRef(landlord domain.LandlordID, ref string) (*domain.VacantSpace, bool) {
	row, ok := s.World().SpaceByRef(landlord, ref)
	if !managed(s, row, ok) {
		return nil, false
	}
	return seen(s, row, ok)
}

// Project by id.
func (s *Session) Project(id domain.ProjectID) (*domain.InnovationProject, bool) {
	row, ok := s.World().Project(id)
	return seen(s, row, ok)
}

// ProjectBySlug by its slug or an alias.
func (s *Session) ProjectBySlug(slug string) (*domain.InnovationProject, bool) {
	row, ok := s.World().ProjectBySlug(slug)
	return seen(s, row, ok)
}

// Need by id.
func (s *Session) Need(id domain.NeedID) (*domain.HostingNeed, bool) {
	row, ok := s.World().Need(id)
	return seen(s, row, ok)
}

// LandlordNeed by id.
func (s *Session) LandlordNeed(id domain.LandlordNeedID) (*domain.LandlordNeed, bool) {
	row, ok := s.World().LandlordNeed(id)
	return seen(s, row, ok)
}

// LandlordNeedByRef finds a need by a landlord's reference, for those who see
// references.
func (s *Session) LandlordNeedByRef(landlord domain.LandlordID, ref string) (*domain.LandlordNeed, bool) {
	row, ok := s.World().LandlordNeedByRef(landlord, ref)
	if !managed(s, row, ok) {
		return nil, false
	}
	return seen(s, row, ok)
}

// SitesOfNeed are the sites that a landlord's need names, in the landlord's
// order: those that the viewer may see.
func (s *Session) SitesOfNeed(n *domain.LandlordNeed) []*domain.LandlordSite {
	out := []*domain.LandlordSite{}
	for _, id := range n.Sites {
		if site, ok := s.Site(id); ok {
			out = append(out, site)
		}
	}
	return out
}

// Node by a global id of any kind.
func (s *Session) Node(ctx context.Context, id domain.ID) (domain.Node, error) {
	if id.Kind() == domain.KindPerson {
		p, err := s.Person(ctx, domain.PersonID(id))
		if p == nil {
			return nil, err
		}
		return p, nil
	}
	if n, ok := s.node(id); ok {
		return n, nil
	}
	return nil, nil
}

// node finds what the World or the atlas has.
func (s *Session) node(id domain.ID) (domain.Node, bool) {
	switch id.Kind() {
	case domain.KindLandlord:
		return node(s.Landlord(domain.LandlordID(id)))
	case domain.KindSite:
		return node(s.Site(domain.SiteID(id)))
	case domain.KindSpace:
		return node(s.Space(domain.SpaceID(id)))
	case domain.KindProject:
		return node(s.Project(domain.ProjectID(id)))
	case domain.KindNeed:
		return node(s.Need(domain.NeedID(id)))
	case domain.KindLandlordNeed:
		return node(s.LandlordNeed(domain.LandlordNeedID(id)))
	case domain.KindRequest:
		return node(s.Request(domain.RequestID(id)))
	case domain.KindPlacement:
		return node(s.Placement(domain.PlacementID(id)))
	case domain.KindInvitation:
		return node(s.Invitation(domain.InvitationID(id)))
	case domain.KindProposal:
		return node(s.Proposal(domain.ProposalID(id)))
	case domain.KindApproach:
		return node(s.Approach(domain.ApproachID(id)))
	case domain.KindAccessKey:
		return node(s.AccessKey(domain.AccessKeyID(id)))
	case domain.KindAccountAccess:
		return node(s.AccountAccess(domain.AccountAccessID(id)))
	case domain.KindMailing:
		return node(s.DeadLetter(domain.MailingID(id)))
	case domain.KindMessage:
		return node(s.Message(domain.MessageID(id)))
	case domain.KindCommune:
		return node(s.atlas.Commune(domain.InseeCode(id.Code())))
	case domain.KindDepartement:
		return node(s.atlas.Departement(domain.DepartementCode(id.Code())))
	case domain.KindRegion:
		return node(s.atlas.Region(domain.RegionCode(id.Code())))
	case domain.KindQpv:
		return node(domain.QpvCode(id.Code()).Qpv())
	}
	return nil, false
}

// node keeps a nil pointer out of the interface.
func node[T domain.Node](n T, ok bool) (domain.Node, bool) {
	if !ok {
		return nil, false
	}
	return n, true
}

// The facts of upkeep of a row that the viewer was shown; nil for those whom
// the policy doesn't admit.

func (s *Session) LandlordUpkeep(l *domain.Landlord) *domain.Management {
	if row, ok := s.World().Landlord(l.ID); managed(s, row, ok) {
		return l.Upkeep()
	}
	return nil
}

func (s *Session) SiteUpkeep(site *domain.LandlordSite) *domain.Management {
	if row, ok := s.World().Site(site.ID); managed(s, row, ok) {
		return site.Upkeep()
	}
	return nil
}

func (s *Session) SpaceUpkeep(space *domain.VacantSpace) *domain.Management {
	row, ok := s.World().Space(space.ID)
	if then, past := s.sightThen(space); past && !s.viewer.SeesManagement(then.Ownership) || !managed(s, row, ok) {
		return nil
	}
	return space.Upkeep()
}

func (s *Session) ProjectUpkeep(p *domain.InnovationProject) *domain.Management {
	if row, ok := s.World().Project(p.ID); managed(s, row, ok) {
		return p.Upkeep()
	}
	return nil
}

func (s *Session) NeedUpkeep(n *domain.HostingNeed) *domain.Management {
	if row, ok := s.World().Need(n.ID); managed(s, row, ok) {
		return n.Upkeep()
	}
	return nil
}

func (s *Session) LandlordNeedUpkeep(n *domain.LandlordNeed) *domain.Management {
	if row, ok := s.World().LandlordNeed(n.ID); managed(s, row, ok) {
		return n.Upkeep()
	}
	return nil
}

// SiteDetails are the confidential parts of a site; nil for those whom the
// policy doesn't admit.
func (s *Session) SiteDetails(site *domain.LandlordSite) *domain.SiteDetails {
	if !s.viewer.SeesConfidential() {
		return nil
	}
	return site.Details()
}

// Budget of a need; nil when there is none, and for those whom the policy
// doesn't admit.
func (s *Session) Budget(n *domain.HostingNeed) *domain.HostingBudget {
	if !s.viewer.SeesConfidential() {
		return nil
	}
	return n.Budget
}

// LandlordNeedBudget is what is set aside for a need; nil when nothing is said,
// and for those whom the policy doesn't admit.
func (s *Session) LandlordNeedBudget(n *domain.LandlordNeed) *domain.LandlordNeedBudget {
	if !s.viewer.SeesConfidential() {
		return nil
	}
	return n.Budget
}

// Status of a space today.
func (s *Session) Status(space *domain.VacantSpace) domain.SpaceStatus {
	return space.StatusOn(s.World().Today())
}
