package loaders

import (
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// LandlordNeedProjects are the projects that could meet a landlord's need, among
// those that the viewer may see.
func (s *Session) LandlordNeedProjects(n *domain.LandlordNeed, f domain.ProjectMatchFilter, p MatchPage) (*domain.ProjectMatchConnection, error) {
	return s.projectMatches(n.ID, f, p, func(r *projectRanking) {
		q := r.question(n)
		for row := range world.Visible(s.World().Projects(), s.viewer) {
			if row.Doc.State != domain.PublicationArchived {
				r.compare(q, n, s.projectCandidate(row.Doc))
			}
		}
	})
}

// ProjectLandlordNeeds are the landlords' needs that a project could meet, among
// those that the viewer may see.
func (s *Session) ProjectLandlordNeeds(project *domain.InnovationProject, f domain.ProjectMatchFilter, p MatchPage) (*domain.ProjectMatchConnection, error) {
	return s.projectMatches(project.ID, f, p, func(r *projectRanking) {
		c := s.projectCandidate(project)
		for row := range world.Visible(s.World().LandlordNeeds(), s.viewer) {
			if row.Doc.State != domain.PublicationArchived {
				r.compare(r.question(row.Doc), row.Doc, c)
			}
		}
	})
}

// projectPair is a landlord's need and a project to be compared.
type projectPair struct {
	need    *domain.LandlordNeed
	project *domain.InnovationProject
}

// projectRanking is one ranking of project matches under way.
type projectRanking struct {
	*ranking[projectPair, *domain.ProjectMatch]
	filter domain.ProjectMatchFilter
}

// projectMatches of a landlord's need or a project.
func (s *Session) projectMatches(of any, f domain.ProjectMatchFilter, p MatchPage, walk func(*projectRanking)) (*domain.ProjectMatchConnection, error) {
	return rank(s, matchList[projectPair, *domain.ProjectMatch]{
		kind:   domain.RulesetProject,
		scope:  []any{of, f},
		filter: matchFilter{f.Eligibility, f.MinScore, f.NearMissOnly},
		facets: []facet[projectPair]{
			{"project.stage", "ProjectStage", func(p *projectPair) []string { return texts(p.project.Stage) }},
			{"project.domains", "InnovationDomain", func(p *projectPair) []string { return texts(p.project.Domains...) }},
			{"need.activity", "HostingActivity", func(p *projectPair) []string { return texts(p.need.Activity) }},
		},
		walk: func(r *ranking[projectPair, *domain.ProjectMatch]) { walk(&projectRanking{r, f}) },
	}, p)
}

// question is a landlord's need with its landlord, which is never less visible,
// and those of its sites that the viewer may see.
func (r *projectRanking) question(n *domain.LandlordNeed) *match.ProjectQuestion {
	subject := match.ProjectSubject{Need: n, Sites: r.SitesOfNeed(n)}
	if row, ok := r.World().Landlord(n.LandlordID); ok {
		subject.Landlord = row.Doc
	}
	return r.engine.PrepareProjects(subject)
}

// projectCandidate is a project with its published needs that the viewer may see.
func (s *Session) projectCandidate(project *domain.InnovationProject) match.ProjectCandidate {
	c := match.ProjectCandidate{Project: project}
	for row := range world.Visible(s.World().NeedsOf(project.ID), s.viewer) {
		if row.Doc.State == domain.PublicationPublished {
			c.Needs = append(c.Needs, row.Doc)
		}
	}
	return c
}

// compare ranks a pair that the filter keeps.
func (r *projectRanking) compare(q *match.ProjectQuestion, n *domain.LandlordNeed, c match.ProjectCandidate) {
	f, project := r.filter, c.Project
	if !anyIn(f.Domains, project.Domains) || !anyOf(f.Stages, project.Stage) ||
		!anyOf(f.Activities, n.Activity) || f.LandlordID != nil && n.LandlordID != *f.LandlordID {
		return
	}
	r.consider(&projectPair{n, project}, []string{string(n.ID), string(project.ID)}, q.Assess(c), func() *domain.ProjectMatch {
		x := q.Explain(c)
		return &domain.ProjectMatch{Need: n, Project: project, MatchResult: x.MatchResult, DistanceMetres: x.DistanceMetres}
	})
}
