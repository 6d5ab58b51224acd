package loaders

import (
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// NeedLandlords are the landlords to call for a need, among those that the viewer
// may see: it takes no space to answer.
func (s *Session) NeedLandlords(n *domain.HostingNeed, f domain.LandlordMatchFilter, p MatchPage) (*domain.LandlordMatchConnection, error) {
	return rank(s, matchList[domain.Landlord, *domain.LandlordMatch]{
		kind:   domain.RulesetLandlord,
		scope:  []any{n.ID, f},
		filter: matchFilter{f.Eligibility, f.MinScore, f.NearMissOnly},
		facets: []facet[domain.Landlord]{
			{"landlord.kind", "LandlordKind", func(l *domain.Landlord) []string { return texts(l.Kind) }},
		},
		walk: func(r *ranking[domain.Landlord, *domain.LandlordMatch]) {
			q := r.engine.PrepareLandlords(s.subject(n))
			for row := range world.Visible(s.World().Landlords(), s.viewer) {
				l := row.Doc
				if l.State == domain.PublicationArchived || !anyOf(f.LandlordKinds, l.Kind) {
					continue
				}
				c := s.landlordCandidate(n, l)
				r.consider(l, []string{string(n.ID), string(l.ID)}, q.Assess(c), func() *domain.LandlordMatch {
					x := q.Explain(c)
					return &domain.LandlordMatch{Need: n, Landlord: l, MatchResult: x.MatchResult, DistanceMetres: x.DistanceMetres}
				})
			}
		},
	}, p)
}

// subject is a need with its project, which is never less visible.
func (s *Session) subject(n *domain.HostingNeed) match.Subject {
	subject := match.Subject{Need: n}
	if row, ok := s.World().Project(n.ProjectID); ok {
		subject.Project = row.Doc
	}
	return subject
}

// landlordCandidate is a landlord with the sites that the viewer may see, and how
// many of its published spaces the need could ask for: of a kind that it accepts,
// in its territories.
func (s *Session) landlordCandidate(n *domain.HostingNeed, l *domain.Landlord) match.LandlordCandidate {
	c := match.LandlordCandidate{Landlord: l}
	known, suitable := false, 0
	for row := range world.Visible(s.World().SitesOf(l.ID), s.viewer) {
		site := row.Doc
		c.Sites = append(c.Sites, site)
		inside := s.within(site, n.Territories)
		if known && !inside {
			continue
		}
		for row := range world.Visible(s.World().SpacesOf(site.ID), s.viewer) {
			if row.Doc.State != domain.PublicationPublished {
				continue
			}
			known = true
			if !inside {
				break // one is enough to know of
			}
			if anyOf(n.SpaceKinds, row.Doc.Kind) {
				suitable++
			}
		}
	}
	if known {
		c.Spaces = &suitable
	}
	return c
}
