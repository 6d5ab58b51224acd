package domain_test

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

// Results are kept in integers and shown in the units of the schema.
func TestMatchResultsAsShown(t *testing.T) {
	r := domain.MatchResult{ScoreTenths: 876, ReliabilityThousandths: 912}
	if r.Score() != 87.6 || r.Reliability() != 0.912 {
		t.Errorf("%v, %v", r.Score(), r.Reliability())
	}
	soft := &domain.MatchCriterion{ScoreThousandths: new(333), ContributionHundredths: new(951)}
	if *soft.Score() != 0.333 || *soft.Contribution() != 9.51 {
		t.Errorf("%v, %v", *soft.Score(), *soft.Contribution())
	}
	hard := &domain.MatchCriterion{}
	if hard.Score() != nil || hard.Contribution() != nil || hard.Question(domain.French) != nil {
		t.Error("a hard criterion has a score, or asks about what is known")
	}
	asks := &domain.MatchCriterion{
		Explain: func(l domain.Locale) string { return l.In("parce que", "because") },
		Ask:     func(l domain.Locale) string { return l.In("combien ?", "how much?") },
	}
	if asks.Message(domain.English) != "because" || *asks.Question(domain.French) != "combien ?" {
		t.Errorf("%s %s", asks.Message(domain.English), *asks.Question(domain.French))
	}
	for metres, want := range map[int]float64{0: 0, 49: 0, 50: 0.1, 3149: 3.1, 3150: 3.2} {
		m, e := domain.SpaceMatch{DistanceMetres: &metres}, domain.SpaceMatchEdge{DistanceMetres: &metres}
		if *m.DistanceKm() != want || *e.DistanceKm() != want {
			t.Errorf("%d m: %v km, %v km, want %v", metres, *m.DistanceKm(), *e.DistanceKm(), want)
		}
	}
	if (&domain.SpaceMatch{}).DistanceKm() != nil {
		t.Error("a distance without a point")
	}
}

func TestRulesetWeight(t *testing.T) {
	r := &domain.Ruleset{Weights: []domain.CriterionWeight{{Criterion: domain.CriterionProximity, Weight: 15}}}
	if r.Weight(domain.CriterionProximity) != 15 || r.Weight(domain.CriterionTerritory) != 0 {
		t.Errorf("%d, %d", r.Weight(domain.CriterionProximity), r.Weight(domain.CriterionTerritory))
	}
}
