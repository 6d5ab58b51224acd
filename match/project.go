package match

import "github.com/palier-hub/palier/domain"

// needByProject answers which projects could meet a landlord's need, and which
// needs a project could meet.
var needByProject = comparison[projectPair]{projectCriteria[:], 6}

var projectCriteria = [...]criterion[projectPair]{
	projectActivity, projectTerritory, projectTiming, projectLever, projectCapacity, projectOpen,

	sharedDomains, projectPublics, projectProximity, capacityMargin,
	references((*projectPair).assessReferences), sharedPast((*projectPair).assessPast), projectStage,
}

// ProjectSubject is a landlord's need with what the viewer sees around it. A nil
// landlord leaves what it would say unknown.
type ProjectSubject struct {
	Need     *domain.LandlordNeed
	Landlord *domain.Landlord
	// Sites are those of the need that the viewer may see. Those that aren't
	// published don't count.
	Sites []*domain.LandlordSite
}

// ProjectCandidate is a project with those of its published hosting needs that
// the viewer may see: they say where else it would go, and what it does there.
type ProjectCandidate struct {
	Project *domain.InnovationProject
	Needs   []*domain.HostingNeed
}

// ProjectQuestion is a landlord's need made ready to be compared with many
// projects. It never changes, so any number of goroutines may use it.
type ProjectQuestion struct {
	*Engine
	need          *domain.LandlordNeed
	landlord      *domain.Landlord
	landlordKnown bool
	// places are where the sites lie.
	places []place
	// centres are the places, and the communes and circles of the need.
	centres []centre
}

var noLandlordNeed domain.LandlordNeed

// PrepareProjects works out once what doesn't depend on the project. The engine's
// ruleset is of the kind PROJECT.
func (e *Engine) PrepareProjects(s ProjectSubject) *ProjectQuestion {
	q := &ProjectQuestion{Engine: e, need: s.Need, landlord: s.Landlord, landlordKnown: s.Landlord != nil}
	if q.need == nil {
		q.need = &noLandlordNeed
	}
	if q.landlord == nil {
		q.landlord = &noLandlord
	}
	sites := publishedSites(s.Sites)
	q.places = make([]place, len(sites))
	for i, site := range sites {
		at := &q.places[i]
		e.locate(at, site, nil)
		if at.commune != nil {
			q.centres = append(q.centres, centre{at.commune, at.at})
		}
	}
	q.centres = append(q.centres, e.centresOf(q.need.Territories)...)
	return q
}

// Assess answers the question for one project in integers.
func (q *ProjectQuestion) Assess(c ProjectCandidate) Assessment {
	var p projectPair
	p.set(q, c)
	return needByProject.assess(q.Engine, &p)
}

// Explain answers the question for one project with values and sentences. The
// distance is from the nearest place of the project's footprint that can be
// measured.
func (q *ProjectQuestion) Explain(c ProjectCandidate) Explanation {
	p := new(projectPair)
	p.set(q, c)
	return Explanation{MatchResult: needByProject.explain(q.Engine, p), DistanceMetres: p.near.distanceShown()}
}

// projectPair is one landlord's need put to one project, with what several
// criteria share. The project is never nil: an absent one is empty, and
// everything about it unknown.
type projectPair struct {
	*ProjectQuestion
	project      *domain.InnovationProject
	projectKnown bool
	needs        []*domain.HostingNeed
	// seeks are the territories of its hosting needs.
	seeks []domain.Territory

	footprint ground
	sought    ground // when the footprint doesn't meet
	near      nearness
}

var noProject domain.InnovationProject

func (p *projectPair) parties() parties          { return parties{&p.rules, p.project, p.landlord} }
func (p *projectPair) assessReferences() Finding { return p.parties().assessReferences() }
func (p *projectPair) assessPast() Finding       { return p.parties().assessPast() }

func (p *projectPair) set(q *ProjectQuestion, c ProjectCandidate) {
	*p = projectPair{ProjectQuestion: q, project: c.Project, projectKnown: c.Project != nil, needs: c.Needs}
	if p.project == nil {
		p.project = &noProject
	}
	for _, n := range p.needs {
		p.seeks = append(p.seeks, n.Territories...)
	}
	p.footprint = p.groundOf(p.places, p.need.Territories, p.project.Footprint)
	p.sought = p.groundOf(p.places, p.need.Territories, p.seeks)
	p.near = p.nearestOf(nil, p.centres, p.project.Footprint)
}
