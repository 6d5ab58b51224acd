package match

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestWorstIsThatOfTheAssessment: whenever it would do.
func TestWorstIsThatOfTheAssessment(t *testing.T) {
	var seen [3]int
	seeded(t, 600, func(t *testing.T, d dice) {
		e := NewEngine(atlas(t), engineOf(t, domain.RulesetProject, true).Ruleset(), today, d.chance(50))
		q := e.PrepareProjects(pick(d, d.projectSubject(), shopping()))
		c := pick(d, d.projectCandidate(), neighbours())
		want := q.Assess(c).Worst
		seen[want]++
		for _, do := range []Status{Pass, Unknown, Fail} {
			if got := q.Worst(c, do); got != want && (want <= do || got <= do) {
				t.Errorf("%v, when %v would do; want %v", got, do, want)
			}
		}
	})
	if seen[Pass] == 0 || seen[Unknown] == 0 || seen[Fail] == 0 {
		t.Errorf("a case never came up: %v", seen)
	}
}
