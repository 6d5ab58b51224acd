package match

import (
	"github.com/palier-hub/palier/domain"
)

// Explanation is a match with its reasons.
type Explanation struct {
	domain.MatchResult
	// DistanceMetres is from the nearest centre to the space; nil when there
	// is no centre or no position.
	DistanceMetres *int
}

// Explain answers the question for one candidate with values and sentences,
// from the findings of Assess. Sentences are made when they are read: until
// then the explanation holds on to the pair.
func (q *Question) Explain(c Candidate) Explanation {
	p := new(pair)
	p.set(q, c)
	a := p.assess()
	e := Explanation{MatchResult: domain.MatchResult{
		Eligibility:            a.Eligibility(),
		ScoreTenths:            a.ScoreTenths,
		ReliabilityThousandths: a.ReliabilityThousandths,
		Criteria:               make([]*domain.MatchCriterion, criterionCount),
		Ruleset:                q.ruleset,
	}}
	if p.place.distanceKnown {
		e.DistanceMetres = &p.place.distance
	}
	known := 0
	for i := hardCount; i < criterionCount; i++ {
		if a.Findings[i].Status == Pass {
			known += q.weights[i]
		}
	}
	shown := make([]domain.MatchCriterion, criterionCount)
	for i := range criteria {
		criteria[i].show(p, a.Findings[i], known, q.weights[i], &shown[i])
		e.Criteria[i] = &shown[i]
	}
	if code, gap, unit, ok := a.NearMiss(); ok {
		failing := e.Criteria[a.failing]
		e.NearMiss = &domain.NearMiss{Criterion: code, Gap: gap, Text: domain.Bilingual{
			French: failing.Explain(domain.French), English: failing.Explain(domain.English)}}
		if gap != nil {
			e.NearMiss.Unit = &unit
		}
	}
	return e
}

// show fills in what is shown of a criterion; known is the sum of the weights
// of the known ones.
func (c *criterion) show(p *pair, f Finding, known, weight int, m *domain.MatchCriterion) {
	m.Code, m.Kind, m.Status, m.Weight = c.code, c.kind, f.Status.Code(), weight
	if c.kind == domain.CriterionSoft && f.Status == Pass {
		score, contribution := int(f.Score), 0
		if known > 0 { // 100 points in hundredths are 10 times the thousandths of 1
			contribution = halfUp(10*weight*score, known)
		}
		m.ScoreThousandths, m.ContributionHundredths = &score, &contribution
	}
	m.Wanted, m.Offered = c.values(p, f)
	if m.Offered != nil {
		m.Source, m.AsOf = c.origin(p)
	}
	m.Explain = func(l domain.Locale) string { return typeset(c.say(p, f, l), l) }
	if f.Status == Unknown {
		m.Ask = func(l domain.Locale) string { return typeset(c.ask(p, f, l), l) }
	}
}
