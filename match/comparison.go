package match

import "github.com/palier-hub/palier/domain"

// comparison is a kind of match: the criteria by which a pair P is compared, the
// first of them hard.
type comparison[P any] struct {
	criteria []criterion[P]
	hard     int
}

// needBySpace answers which spaces fit a need, and which needs a space.
var needBySpace = comparison[pair]{criteria[:], hardCount}

// Criterion names a criterion of a kind of match.
type Criterion struct {
	Code domain.CriterionCode
	Kind domain.CriterionKind
}

// Criteria of a kind of match, in the order of findings and explanations, the
// hard ones first; nil for a kind that isn't known.
func Criteria(kind domain.RulesetKind) []Criterion {
	switch kind {
	case domain.RulesetSpace:
		return needBySpace.list()
	case domain.RulesetLandlord:
		return needByLandlord.list()
	case domain.RulesetProject:
		return needByProject.list()
	}
	return nil
}

func (k *comparison[P]) list() []Criterion {
	all := make([]Criterion, len(k.criteria))
	for i := range k.criteria {
		all[i] = Criterion{k.criteria[i].code, k.criteria[i].kind}
	}
	return all
}

// assess a pair by the engine's weights. It allocates nothing of its own.
func (k *comparison[P]) assess(e *Engine, p *P) (a Assessment) {
	failures := 0
	for i := range k.criteria[:k.hard] {
		f := k.criteria[i].assess(p)
		a.Findings[i] = f
		a.Worst = max(a.Worst, f.Status)
		if f.Status == Fail {
			failures++
			a.failing = int8(i)
		}
	}
	if failures != 1 {
		a.failing = -1
	}
	sum, known := 0, 0
	for i := k.hard; i < len(k.criteria); i++ {
		f := k.criteria[i].assess(p)
		a.Findings[i] = f
		if f.Status == Pass {
			sum += e.weights[i] * int(f.Score)
			known += e.weights[i]
		}
	}
	if known > 0 { // in tenths of 100 points, which are thousandths of 1
		a.ScoreTenths = halfUp(sum, known)
	}
	if e.weight > 0 {
		a.ReliabilityThousandths = halfUp(1000*known, e.weight)
	}
	return a
}

// explain a pair with values and sentences, from the findings of assess.
// Sentences are made when they are read: until then the result holds on to the
// pair.
func (k *comparison[P]) explain(e *Engine, p *P) domain.MatchResult {
	a := k.assess(e, p)
	r := domain.MatchResult{
		Eligibility:            a.Eligibility(),
		ScoreTenths:            a.ScoreTenths,
		ReliabilityThousandths: a.ReliabilityThousandths,
		Criteria:               make([]*domain.MatchCriterion, len(k.criteria)),
		Ruleset:                e.ruleset,
	}
	known := 0
	for i := k.hard; i < len(k.criteria); i++ {
		if a.Findings[i].Status == Pass {
			known += e.weights[i]
		}
	}
	shown := make([]domain.MatchCriterion, len(k.criteria))
	for i := range k.criteria {
		k.criteria[i].show(p, a.Findings[i], known, e.weights[i], &shown[i])
		r.Criteria[i] = &shown[i]
	}
	if a.NearMiss() {
		r.NearMiss = k.criteria[a.failing].missedBy(a.Findings[a.failing], r.Criteria[a.failing])
	}
	return r
}

// missedBy is the near miss of the only hard criterion that fails; its gap is
// nil when the failure has no measure.
func (c *criterion[P]) missedBy(f Finding, shown *domain.MatchCriterion) *domain.NearMiss {
	m := &domain.NearMiss{Criterion: c.code, Text: domain.Bilingual{
		French: shown.Explain(domain.French), English: shown.Explain(domain.English)}}
	if f.gap > 0 {
		gap, unit := float64(f.gap)/c.gapsPerUnit, c.unitOf(f)
		m.Gap, m.Unit = &gap, &unit
	}
	return m
}
