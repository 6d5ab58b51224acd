package loaders

import (
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
)

// ranking collects a page of matches M of pairs P that are few enough to be
// assessed one by one: needs with landlords, landlords' needs with projects.
// Only the page is explained.
type ranking[P any, M domain.ExplainedMatch] struct {
	*Session
	engine *match.Engine
	filter matchFilter
	best   *best[func() M]
	counts [3]int // by eligibility, as a match.Status
	facets []*counter[P]
}

// matchFilter is what the filters of matches have in common.
type matchFilter struct {
	eligibility  []domain.Eligibility
	minScore     *float64
	nearMissOnly bool
}

func (f matchFilter) keeps(a *match.Assessment) bool {
	return anyOf(f.eligibility, a.Eligibility()) &&
		(f.minScore == nil || float64(a.ScoreTenths)/10 >= *f.minScore) &&
		(!f.nearMissOnly || a.NearMiss())
}

// matchList describes a list of matches to page through.
type matchList[P any, M domain.ExplainedMatch] struct {
	kind domain.RulesetKind
	// scope is what makes it this list, for its cursors.
	scope  []any
	filter matchFilter
	// facets besides the eligibility.
	facets []facet[P]
	// walk considers every pair.
	walk func(*ranking[P, M])
}

// rank validates, ranks the pairs that the walk considers, and explains the page
// only.
func rank[P any, M domain.ExplainedMatch](s *Session, l matchList[P, M], p MatchPage) (*domain.MatchConnection[M], error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	problems := &domain.Problems{Root: []string{"filter"}}
	domain.ValidateMinScore(problems, l.filter.minScore, "minScore")
	if err := problems.Err(); err != nil {
		return nil, err
	}
	w := s.World()
	rules, err := rulesetOf(w, l.kind, p.Ruleset)
	if err != nil {
		return nil, err
	}
	scope, err := s.scopeOf("matches", l.kind, l.scope, rules.Version)
	if err != nil {
		return nil, err
	}
	after, err := s.after(p.After, scope)
	if err != nil {
		return nil, err
	}
	r := &ranking[P, M]{
		Session: s, filter: l.filter,
		engine: match.NewEngine(s.atlas, rules, w.Today(), s.viewer.SeesConfidential()),
		best:   newBest[func() M](p.First+1, after),
		facets: newCounters(l.facets, p.Facets),
	}
	l.walk(r)
	return r.connection(scope, p), nil
}

// consider ranks an assessed pair that the filter keeps; its ids break ties.
func (r *ranking[P, M]) consider(pair *P, ids []string, a match.Assessment, explain func() M) {
	if !r.filter.keeps(&a) {
		return
	}
	r.counts[a.Worst]++
	for _, c := range r.facets {
		c.add(pair)
	}
	r.best.offer(sortKey{Numbers: []int64{a.Order()}, IDs: ids}, explain)
}

func (r *ranking[P, M]) connection(scope string, p MatchPage) *domain.MatchConnection[M] {
	page := connection(r.Session, scope, r.best, p.Page, func(*domain.Edge[func() M]) {})
	out := &domain.MatchConnection[M]{
		EligibleCount: r.counts[match.Pass], UncertainCount: r.counts[match.Unknown], IneligibleCount: r.counts[match.Fail],
		Ruleset: r.engine.Ruleset(),
	}
	out.PageInfo = page.PageInfo
	out.TotalCount = out.EligibleCount + out.UncertainCount + out.IneligibleCount
	out.Nodes, out.Edges = make([]M, len(page.Nodes)), make([]*domain.Edge[M], len(page.Nodes))
	for i, explain := range page.Nodes {
		out.Nodes[i] = explain()
		out.Edges[i] = &domain.Edge[M]{Cursor: page.Edges[i].Cursor, Node: out.Nodes[i]}
	}
	if p.Facets {
		out.Facets = append(out.Facets, eligibilityFacet(out.EligibleCount, out.UncertainCount, out.IneligibleCount))
		for _, c := range r.facets {
			out.Facets = append(out.Facets, c.result())
		}
	}
	return out
}

func eligibilityFacet(eligible, uncertain, ineligible int) *domain.Facet {
	return codeFacet("eligibility", "MatchEligibility", counted(map[domain.Eligibility]int{
		domain.EligibilityEligible: eligible, domain.EligibilityUncertain: uncertain, domain.EligibilityIneligible: ineligible}))
}
