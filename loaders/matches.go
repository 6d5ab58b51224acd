package loaders

import (
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// Rulesets are all the versions of the matching rules, newest first.
func (s *Session) Rulesets() []*domain.Ruleset {
	all := slices.Clone(match.Rulesets())
	slices.Reverse(all)
	return all
}

// MatchPage says which part of a list of matches is asked for, and by which
// version of the rules (nil: the one in force).
type MatchPage struct {
	Page
	Ruleset *string
}

// NeedMatches are the spaces that fit a need, among those that the viewer may
// see.
func (s *Session) NeedMatches(n *domain.HostingNeed, f domain.SpaceMatchFilter, p MatchPage) (*domain.SpaceMatchConnection, error) {
	return s.matches("need "+string(n.ID), f, p, func(r *matching) {
		r.spaces(r.question(n))
	})
}

// ProjectMatches are the need–space pairs over all the needs of a project,
// among those that the viewer may see.
func (s *Session) ProjectMatches(project *domain.InnovationProject, f domain.SpaceMatchFilter, p MatchPage) (*domain.SpaceMatchConnection, error) {
	return s.matches("project "+string(project.ID), f, p, func(r *matching) {
		var questions []question
		for row := range world.Visible(r.world.NeedsOf(project.ID), s.viewer) {
			if row.Doc.State != domain.PublicationArchived {
				questions = append(questions, r.question(row.Doc))
			}
		}
		r.spaces(questions...)
	})
}

// SpaceMatches are the published needs that a space fits, among those that the
// viewer may see.
func (s *Session) SpaceMatches(space *domain.VacantSpace, f domain.SpaceMatchFilter, p MatchPage) (*domain.SpaceMatchConnection, error) {
	return s.matches("space "+string(space.ID), f, p, func(r *matching) {
		c, ok := r.candidate(space)
		if !ok {
			return
		}
		for row := range world.Visible(r.world.Needs(), s.viewer) {
			if row.Sight.Class == domain.VisibilityPublic {
				r.consider(r.question(row.Doc), c)
			}
		}
	})
}

// matching is one ranking under way.
type matching struct {
	*Session
	world   *world.World
	engine  *match.Engine
	ranking *match.Ranking
	filter  domain.SpaceMatchFilter
	// kinds counts the spaces' kinds; nil when facets aren't asked for.
	kinds map[string]int
}

// matches validates, ranks the pairs that a walk considers, and explains the
// page only.
func (s *Session) matches(of string, f domain.SpaceMatchFilter, p MatchPage, walk func(*matching)) (*domain.SpaceMatchConnection, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateTerritories(problems, s.atlas, f.Within, "within")
	domain.ValidateMinScore(problems, f.MinScore, "minScore")
	if err := problems.Err(); err != nil {
		return nil, err
	}
	w := s.World()
	rules, err := rulesetOf(w, domain.RulesetSpace, p.Ruleset)
	if err != nil {
		return nil, err
	}
	scope, err := s.scopeOf("matches", of, f, rules.Version)
	if err != nil {
		return nil, err
	}
	after, err := s.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	r := &matching{
		Session: s, world: w, filter: f,
		engine:  match.NewEngine(s.atlas, rules, w.Today(), s.viewer.SeesConfidential()),
		ranking: match.NewRanking(p.First, matchKey(after)),
	}
	if p.Facets {
		r.kinds = make(map[string]int)
	}
	walk(r)
	return r.connection(scope, p), nil
}

func (r *matching) connection(scope string, p MatchPage) *domain.SpaceMatchConnection {
	out := &domain.SpaceMatchConnection{
		EligibleCount: r.ranking.Eligible, UncertainCount: r.ranking.Uncertain, IneligibleCount: r.ranking.Ineligible,
		Ruleset: r.engine.Ruleset(),
	}
	info := &domain.PageInfo{HasNextPage: r.ranking.HasMore(), HasPreviousPage: p.After != nil}
	out.PageInfo = info
	out.TotalCount = out.EligibleCount + out.UncertainCount + out.IneligibleCount
	out.Nodes, out.Edges = []*domain.SpaceMatch{}, []*domain.SpaceMatchEdge{}
	for _, ranked := range r.ranking.Page() {
		m := ranked.Match()
		key := sortKey{Numbers: []int64{ranked.Order}, IDs: []string{string(ranked.Need), string(ranked.Space)}}
		out.Nodes = append(out.Nodes, m)
		out.Edges = append(out.Edges, &domain.SpaceMatchEdge{Cursor: r.cursor(scope, key), Node: m})
	}
	if n := len(out.Edges); n > 0 {
		info.StartCursor, info.EndCursor = &out.Edges[0].Cursor, &out.Edges[n-1].Cursor
	}
	if r.kinds != nil {
		out.Facets = []*domain.Facet{
			facetOf("eligibility", "MatchEligibility", counted(map[domain.Eligibility]int{
				domain.EligibilityEligible: out.EligibleCount, domain.EligibilityUncertain: out.UncertainCount,
				domain.EligibilityIneligible: out.IneligibleCount})),
			facetOf("space.kind", "SpaceKind", r.kinds),
		}
	}
	return out
}

// counted leaves out what doesn't occur.
func counted[C ~string](counts map[C]int) map[string]int {
	out := make(map[string]int)
	for code, n := range counts {
		if n > 0 {
			out[string(code)] = n
		}
	}
	return out
}

// rulesetOf is the asked version of the rules of a kind of match, or the one in
// force.
func rulesetOf(w *world.World, kind domain.RulesetKind, version *string) (*domain.Ruleset, error) {
	name := w.Settings().Ruleset
	if version != nil {
		name = *version
	}
	if rules, ok := match.RulesetNamed(kind, name); ok {
		return rules, nil
	}
	return nil, domain.InvalidInput{Path: []string{"ruleset"},
		French:  "aucun jeu de règles n'a cette version : rulesets donne celles qui existent",
		English: "no ruleset has this version: rulesets lists those that exist"}
}

func matchKey(k *sortKey) *match.Key {
	if k == nil || len(k.Numbers) != 1 || len(k.IDs) != 2 {
		return nil
	}
	return &match.Key{Order: k.Numbers[0], Need: domain.NeedID(k.IDs[0]), Space: domain.SpaceID(k.IDs[1])}
}

// question is a need made ready to be compared.
type question struct {
	*match.Question
	need *domain.HostingNeed
}

func (r *matching) question(n *domain.HostingNeed) question {
	subject := match.Subject{Need: n}
	if row, ok := r.world.Project(n.ProjectID); ok {
		subject.Project = row.Doc
	}
	return question{r.engine.Prepare(subject), n}
}

// candidate is a space with its site and landlord: a visible space's parents
// are never less visible.
func (r *matching) candidate(space *domain.VacantSpace) (match.Candidate, bool) {
	site, ok := r.world.Site(space.SiteID)
	if !ok {
		return match.Candidate{}, false
	}
	c := match.Candidate{Space: space, Site: site.Doc}
	if l, ok := r.world.Landlord(site.Doc.LandlordID); ok {
		c.Landlord = l.Doc
	}
	return c, true
}

// spaces puts the questions to every visible space.
func (r *matching) spaces(questions ...question) {
	for row := range world.Visible(r.world.Spaces(), r.viewer) {
		if row.Doc.State == domain.PublicationArchived {
			continue
		}
		c, ok := r.candidate(row.Doc)
		if !ok {
			continue
		}
		for _, q := range questions {
			r.consider(q, c)
		}
	}
}

// consider ranks a pair that the filter keeps.
func (r *matching) consider(q question, c match.Candidate) {
	f := r.filter
	if !anyOf(f.SpaceKinds, c.Space.Kind) || f.LandlordID != nil && c.Site.LandlordID != *f.LandlordID ||
		f.ProjectID != nil && q.need.ProjectID != *f.ProjectID || !r.within(c.Site, f.Within) {
		return
	}
	a := r.ranking.Assess(q.Question, c)
	if !anyOf(f.Eligibility, a.Eligibility()) || f.MinScore != nil && float64(a.ScoreTenths)/10 < *f.MinScore {
		return
	}
	if f.NearMissOnly && !a.NearMiss() {
		return
	}
	r.ranking.Add(q.Question, c, &a)
	if r.kinds != nil {
		r.kinds[string(c.Space.Kind)]++
	}
}
