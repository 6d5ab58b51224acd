package loaders

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
)

// supposing is a list of a need's matches, and what it assumes of the need.
type supposing struct {
	*matching
	stored    *domain.HostingNeed
	overrides domain.NeedOverrides
	// assumed is the need that is asked for.
	assumed *domain.HostingNeed
}

// suppose checks what is to be assumed of a need, nil for nothing, and asks for
// the need with it.
func (m *matching) suppose(n *domain.HostingNeed, o *domain.NeedOverrides) (*supposing, error) {
	s := &supposing{matching: m, stored: n, assumed: n}
	if o == nil {
		return s, nil
	}
	problems := &domain.Problems{Root: []string{"whatIf"}}
	o.Validate(problems, n.NeedFields, m.atlas, calendar.Check)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	s.overrides = *o
	s.assumed = s.with(o.Apply(n.NeedFields))
	return s, nil
}

// with is the need with other fields.
func (s *supposing) with(f domain.NeedFields) *domain.HostingNeed {
	need := *s.stored
	need.NeedFields = f
	return &need
}

// ask prepares a need's question. A budget that the viewer assumes is its own to
// see.
func (s *supposing) ask(n *domain.HostingNeed) *match.Question {
	subject := s.subject(n)
	subject.OwnBudget = s.overrides.Gives(domain.AssumedMonthlyCeiling)
	return s.engine.Prepare(subject)
}

// stated are the stored need's fields as far as the viewer may see them.
func (s *supposing) stated() domain.NeedFields {
	f := s.stored.NeedFields
	if s.Budget(s.stored) == nil {
		f.Budget = nil
	}
	return f
}

// over are the overrides by which the stored need becomes another, as far as the
// viewer may see it. A budget that a viewer assumes who may not see the stored
// one is always among them: whether they are the same isn't for it to know.
func (s *supposing) over(f domain.NeedFields) domain.NeedOverrides {
	if s.viewer.SeesConfidential() {
		return domain.Assume(s.stated(), f)
	}
	if s.overrides.Gives(domain.AssumedMonthlyCeiling) {
		return domain.Assume(s.stated(), f, domain.AssumedMonthlyCeiling)
	}
	f.Budget = nil
	return domain.Assume(s.stated(), f)
}

// tell dresses the list's connection with what it assumes.
func (s *supposing) tell(out *domain.SpaceMatchConnection) {
	hidden := domain.MatchAssumptionField("")
	if !s.viewer.SeesConfidential() {
		hidden = domain.AssumedMonthlyCeiling
	}
	out.Assumptions = s.engine.Assumptions(s.stated(), s.assumed.NeedFields, s.over(s.assumed.NeedFields), hidden)
	inForce := s.world.Settings().Ruleset
	if version := s.engine.Ruleset().Version; version != inForce {
		out.Assumptions = append(out.Assumptions, match.RulesAssumed(inForce, version))
	}
	out.Compare, out.Relax = s.compare, s.relax
	for _, m := range out.Nodes {
		m.Need = s.stored // who sees the need as it is, sees it here too
	}
}

// compare counts the list with and without what it assumes.
func (s *supposing) compare(ctx context.Context) (*domain.MatchDifference, error) {
	inForce, err := s.matching.Session.matching(s.filter.SpaceMatchFilter, nil)
	if err != nil {
		return nil, err
	}
	stored, err := inForce.total(ctx, s.filter, inForce.question(s.stored))
	if err != nil {
		return nil, err
	}
	assumed, err := s.total(ctx, s.filter, s.ask(s.assumed))
	if err != nil {
		return nil, err
	}
	return match.Difference(stored, assumed), nil
}

// total counts the matches of a question under a filter.
func (m *matching) total(ctx context.Context, f *match.Filter, q *match.Question) (domain.MatchCounts, error) {
	search := match.NewSearch(m.world.Columns(), m.viewer, f, match.Pages{Count: match.CountEligibility})
	err := search.Rank(ctx, m.wanted([]*match.Question{q})...)
	c := search.Counts()
	return domain.MatchCounts{Eligible: c.Eligible, Uncertain: c.Uncertain, Ineligible: c.Ineligible}, err
}

const (
	// mostRelaxations bounds what is proposed at once.
	mostRelaxations = 12
	// mostMisses bounds the near misses of a criterion from which proposals are
	// made; what a proposal brings is counted over all.
	mostMisses = 200
)

// relax proposes on what the need could give way, and counts what that brings.
func (s *supposing) relax(ctx context.Context, first int) ([]*domain.MatchRelaxation, error) {
	if first < 1 || first > mostRelaxations {
		return nil, domain.InvalidInput{Path: []string{"first"},
			French: "first est compris entre 1 et 12", English: "first is between 1 and 12"}
	}
	asked := s.filter.SpaceMatchFilter
	asked.Eligibility, asked.MinScore, asked.NearMissOnly, asked.FailsOnlyOn, asked.Criteria = nil, nil, false, nil, nil
	all, err := s.matchFilter(asked)
	if err != nil {
		return nil, err
	}
	question := s.ask(s.assumed)
	misses, err := s.misses(ctx, all, question)
	if err != nil {
		return nil, err
	}
	now, err := s.total(ctx, all, question)
	if err != nil {
		return nil, err
	}
	relaxations := []*domain.MatchRelaxation{}
	for _, way := range s.ways(misses, question) {
		then, err := s.total(ctx, all, s.ask(s.with(way.Need)))
		if err != nil {
			return nil, err
		}
		r := s.engine.Relaxation(way, s.assumed.NeedFields, s.over(way.Need), now, then)
		if r.AddsEligible > 0 || r.AddsEligible == 0 && r.AddsUncertain > 0 {
			relaxations = append(relaxations, r)
		}
	}
	slices.SortStableFunc(relaxations, func(a, b *domain.MatchRelaxation) int {
		return cmp.Or(cmp.Compare(b.AddsEligible, a.AddsEligible), cmp.Compare(b.AddsUncertain, a.AddsUncertain))
	})
	return relaxations[:min(first, len(relaxations))], nil
}

// nearMisses are the best of a criterion's, and how many it has in all.
type nearMisses struct {
	on         domain.CriterionCode
	number     int
	candidates []match.Candidate
}

// misses finds the near misses on each criterion on which the need can give way,
// the most frequent first.
func (s *supposing) misses(ctx context.Context, all *match.Filter, q *match.Question) ([]nearMisses, error) {
	search := match.NewSearch(s.world.Columns(), s.viewer, all, match.Pages{Count: match.CountNearMisses})
	if err := search.Rank(ctx, s.wanted([]*match.Question{q})...); err != nil {
		return nil, err
	}
	var found []nearMisses
	counts := search.Counts().NearMisses
	for _, on := range match.Yieldable() {
		if counts[on] == 0 {
			continue
		}
		narrowed := all.SpaceMatchFilter
		narrowed.FailsOnlyOn = []domain.CriterionCode{on}
		filter, err := s.matchFilter(narrowed)
		if err != nil {
			return nil, err
		}
		search := match.NewSearch(s.world.Columns(), s.viewer, filter, match.Pages{Size: mostMisses})
		if err := search.Rank(ctx, q); err != nil {
			return nil, err
		}
		misses := nearMisses{on: on, number: counts[on]}
		page, _ := search.Page()
		for _, r := range page {
			misses.candidates = append(misses.candidates, r.Candidate)
		}
		found = append(found, misses)
	}
	slices.SortStableFunc(found, func(a, b nearMisses) int { return cmp.Compare(b.number, a.number) })
	return found, nil
}

// ways are the proposals worth counting, each once.
func (s *supposing) ways(misses []nearMisses, q *match.Question) (ways []match.GivingWay) {
	for _, m := range misses {
		for _, way := range q.GiveWay(m.on, m.candidates) {
			if len(ways) < mostRelaxations && !slices.ContainsFunc(ways, func(w match.GivingWay) bool { return reflect.DeepEqual(w, way) }) {
				ways = append(ways, way)
			}
		}
	}
	return ways
}
