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
	e := Explanation{MatchResult: needBySpace.explain(q.Engine, p)}
	if p.place.distanceKnown {
		e.DistanceMetres = &p.place.distance
	}
	return e
}

// show fills in what is shown of a criterion; known is the sum of the weights
// of the known ones.
func (c *criterion[P]) show(p *P, f Finding, known, weight int, m *domain.MatchCriterion) {
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
