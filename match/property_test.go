package match

import (
	"reflect"
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestRecomputed takes eligibility, score, reliability, contributions and near
// miss from the criteria shown, as a reader of the API would.
func TestRecomputed(t *testing.T) {
	e := engine(t)
	hidden := NewEngine(atlas(t), ruleset(t), today, false)
	nearMisses := 0
	seeded(t, 25, func(t *testing.T, d dice) {
		for i := range 8 {
			for _, c := range []Candidate{d.candidate(i), d.likely(i)} {
				for _, s := range []Subject{d.subject(i), caracol(), vrac()} {
					for _, e := range []*Engine{e, hidden} {
						x := e.Prepare(s).Explain(c)
						recompute(t, x)
						if x.NearMiss != nil {
							nearMisses++
						}
					}
				}
			}
		}
	})
	if nearMisses == 0 {
		t.Error("no near miss ever came up")
	}
}

func recompute(t *testing.T, x Explanation) {
	t.Helper()
	eligibility := domain.EligibilityEligible
	var failing []domain.CriterionCode
	sum, known, weights := 0, 0, 0
	for _, c := range x.Criteria {
		if (c.Status == domain.CriterionUnknown) != (c.Question(domain.French) != nil) {
			t.Errorf("%s is %s, and its question is %v", c.Code, c.Status, c.Question(domain.French))
		}
		if c.Message(domain.French) == "" || c.Message(domain.English) == "" || c.Message(domain.French) == c.Message(domain.English) {
			t.Errorf("%s has no sentence in each language: %s", c.Code, c.Message(domain.French))
		}
		switch {
		case c.Kind == domain.CriterionSoft:
			weights += c.Weight
			if (c.ScoreThousandths != nil) != (c.Status == domain.CriterionPass) {
				t.Errorf("%s is %s with score %v", c.Code, c.Status, c.ScoreThousandths)
			}
			if c.ScoreThousandths != nil {
				sum += c.Weight * *c.ScoreThousandths
				known += c.Weight
			}
		case c.Weight != 0 || c.ScoreThousandths != nil:
			t.Errorf("%s is hard and counts in the score", c.Code)
		case c.Status == domain.CriterionFail:
			eligibility = domain.EligibilityIneligible
			failing = append(failing, c.Code)
		case c.Status == domain.CriterionUnknown && eligibility == domain.EligibilityEligible:
			eligibility = domain.EligibilityUncertain
		}
	}
	score, reliability := 0, 0
	if known > 0 { // half up
		score = (2*sum + known) / (2 * known)
		reliability = (2*1000*known + weights) / (2 * weights)
	}
	if x.Eligibility != eligibility || x.ScoreTenths != score || x.ReliabilityThousandths != reliability {
		t.Errorf("answers %s, %d, %d; the criteria say %s, %d, %d",
			x.Eligibility, x.ScoreTenths, x.ReliabilityThousandths, eligibility, score, reliability)
	}
	for _, c := range x.Criteria {
		if c.ScoreThousandths == nil {
			if c.ContributionHundredths != nil {
				t.Errorf("%s contributes without a score", c.Code)
			}
			continue
		}
		if want := (20*c.Weight**c.ScoreThousandths + known) / (2 * known); *c.ContributionHundredths != want {
			t.Errorf("%s contributes %d, want %d", c.Code, *c.ContributionHundredths, want)
		}
	}
	switch {
	case (len(failing) == 1) != (x.NearMiss != nil):
		t.Errorf("%v fail, and the near miss is %v", failing, x.NearMiss)
	case x.NearMiss != nil && x.NearMiss.Criterion != failing[0]:
		t.Errorf("%s fails, the near miss is %s", failing[0], x.NearMiss.Criterion)
	case x.NearMiss != nil && x.NearMiss.Gap != nil && (*x.NearMiss.Gap <= 0 || x.NearMiss.Unit == nil):
		t.Errorf("the near miss has the gap %v %v", *x.NearMiss.Gap, x.NearMiss.Unit)
	}
}

// TestAssessAgrees: the integers by which pairs are ranked are those explained.
func TestAssessAgrees(t *testing.T) {
	e := engine(t)
	seeded(t, 20, func(t *testing.T, d dice) {
		for i := range 20 {
			q, c := e.Prepare(d.subject(i)), d.candidate(i)
			a, x := q.Assess(c), q.Explain(c)
			if a.Eligibility() != x.Eligibility || a.ScoreTenths != x.ScoreTenths || a.ReliabilityThousandths != x.ReliabilityThousandths {
				t.Errorf("assessed %s %d %d, explained %s %d %d", a.Eligibility(), a.ScoreTenths, a.ReliabilityThousandths,
					x.Eligibility, x.ScoreTenths, x.ReliabilityThousandths)
			}
			for j, f := range a.Findings {
				shown := x.Criteria[j]
				if f.Status.Code() != shown.Status || shown.ScoreThousandths != nil && int(f.Score) != *shown.ScoreThousandths {
					t.Errorf("%s is assessed %v, explained %s", shown.Code, f, shown.Status)
				}
			}
			var r Ranking
			if reused := r.Assess(q, c); reused != a {
				t.Error("a ranking assesses differently")
			}
		}
	})
}

// TestConfidential changes what a viewer without the right may not see, to
// anything and to nothing: no number, value, sentence, source or order of the
// answer may change.
func TestConfidential(t *testing.T) {
	e := NewEngine(atlas(t), ruleset(t), today, false)
	seeded(t, 30, func(t *testing.T, d dice) {
		for i := range 15 {
			s, c := d.subject(i), d.candidate(i)
			if d.chance(50) {
				s, c = pick(d, caracol(), vrac()), d.likely(i)
			}
			before := seen(e.Prepare(s).Explain(c))
			key := e.Prepare(s).Assess(c)
			if s.Need != nil {
				changed := *s.Need
				changed.Budget = pick(d, nil, &domain.HostingBudget{}, &domain.HostingBudget{MonthlyCeiling: domain.Amount(d.IntN(300_000))})
				s.Need = &changed
			}
			if c.Site != nil {
				changed := *c.Site
				changed.Position, changed.LocalAuthority = d.position(), d.localAuthority()
				c.Site = &changed
			}
			if after := seen(e.Prepare(s).Explain(c)); !reflect.DeepEqual(before, after) {
				t.Errorf("the answer depends on what is confidential:\n%v\n%v", before, after)
			}
			if e.Prepare(s).Assess(c) != key {
				t.Error("the assessment depends on what is confidential")
			}
		}
	})
}

// seen is all that an explanation shows.
func seen(x Explanation) []any {
	all := []any{x.Eligibility, x.ScoreTenths, x.ReliabilityThousandths, x.DistanceMetres, x.NearMiss}
	for _, c := range x.Criteria {
		all = append(all, c.Code, c.Status, c.ScoreThousandths, c.ContributionHundredths, c.Wanted, c.Offered, c.Source, c.AsOf)
		for _, l := range []domain.Locale{domain.French, domain.English} {
			all = append(all, c.Message(l), c.Question(l))
			for _, v := range []domain.CriterionValue{c.Wanted, c.Offered} {
				if v != nil {
					all = append(all, v.Display(l))
				}
			}
		}
	}
	return all
}

// TestTheHiddenIsUsed: the same changes do matter to those who may see them, so
// that TestConfidential can fail.
func TestTheHiddenIsUsed(t *testing.T) {
	for name, change := range map[string]func(*Subject, *Candidate){
		"budget":          func(s *Subject, _ *Candidate) { s.Need.Budget.MonthlyCeiling = 1 },
		"position":        func(_ *Subject, c *Candidate) { c.Site.Position.Latitude = 48 },
		"local authority": func(_ *Subject, c *Candidate) { c.Site.LocalAuthority.Support = domain.SupportOpposed },
	} {
		s, c := caracol(), building()
		before := seen(engine(t).Prepare(s).Explain(c))
		change(&s, &c)
		if reflect.DeepEqual(before, seen(engine(t).Prepare(s).Explain(c))) {
			t.Errorf("the %s changes nothing for those who see it", name)
		}
	}
}

// TestRankingIsTheSort compares pages of any size, put end to end, with a plain
// sort of all pairs, for pairs added in any order.
func TestRankingIsTheSort(t *testing.T) {
	e := engine(t)
	seeded(t, 12, func(t *testing.T, d dice) {
		questions := []*Question{e.Prepare(caracol()), e.Prepare(vrac()), e.Prepare(d.subject(1))}
		var candidates []Candidate
		for i := range 60 {
			candidates = append(candidates, pick(d, d.likely(i), d.candidate(i)))
		}
		type pair struct {
			q *Question
			c Candidate
		}
		var pairs []pair
		var want []Key
		counts := map[Status]int{}
		for _, q := range questions {
			for _, c := range candidates {
				pairs = append(pairs, pair{q, c})
				a := q.Assess(c)
				counts[a.Worst]++
				k := Key{Order: a.Order(), Need: q.need.ID}
				if c.Space != nil {
					k.Space = c.Space.ID
				}
				want = append(want, k)
			}
		}
		slices.SortFunc(want, Key.Compare)

		var got []Key
		var after *Key
		size := 5 + d.IntN(60)
		for more := true; more; {
			d.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
			r := NewRanking(size, after)
			for _, p := range pairs {
				r.Consider(p.q, p.c)
			}
			if r.Eligible != counts[Pass] || r.Uncertain != counts[Unknown] || r.Ineligible != counts[Fail] {
				t.Fatalf("counts %d, %d, %d; want %v", r.Eligible, r.Uncertain, r.Ineligible, counts)
			}
			page := r.Page()
			for _, ranked := range page {
				got = append(got, ranked.Key)
			}
			if more = r.HasMore(); more {
				after = &page[len(page)-1].Key
			}
		}
		// Pairs without ids tie: they have one key, which a page can't go past.
		if want, got := slices.Compact(want), slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("pages of %d give %d keys, the sort %d", size, len(got), len(want))
		}
	})
}

// TestOrder: eligibility first, whatever the scores; then score, reliability,
// need, space.
func TestOrder(t *testing.T) {
	order := func(worst Status, score, reliability int) int64 {
		return (&Assessment{Worst: worst, ScoreTenths: score, ReliabilityThousandths: reliability}).Order()
	}
	inOrder := []Key{
		{order(Pass, 1000, 1000), "ned_a", "spc_a"},
		{order(Pass, 1000, 999), "ned_a", "spc_a"},
		{order(Pass, 999, 1000), "ned_a", "spc_a"},
		{order(Pass, 0, 0), "ned_a", "spc_a"},
		{order(Unknown, 1000, 1000), "ned_a", "spc_a"},
		{order(Unknown, 500, 500), "ned_a", "spc_a"},
		{order(Unknown, 500, 500), "ned_a", "spc_b"},
		{order(Unknown, 500, 500), "ned_b", "spc_a"},
		{order(Unknown, 0, 0), "ned_a", "spc_a"},
		{order(Fail, 1000, 1000), "ned_a", "spc_a"},
		{order(Fail, 0, 0), "ned_a", "spc_a"},
	}
	for i, a := range inOrder {
		for j, b := range inOrder {
			if got := a.Compare(b); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%v against %v: %d", a, b, got)
			}
		}
	}
}

// TestHardFailureNeverOutranks spoils one hard condition of the best match there
// is, and leaves a poor one alone.
func TestHardFailureNeverOutranks(t *testing.T) {
	e := engine(t)
	best, poor := building(), building()
	best.Space.Availability.Until = on("2028-01-31")
	poor.Space.ID, poor.Landlord.Priorities, poor.Site.ResidentPublics = "spc_poor", nil, []domain.TargetPublic{}
	poor.Site.LocalAuthority, poor.Site.Position, poor.Site.CommuneCode = nil, nil, "69029" // Bron
	q := e.Prepare(caracol())
	r := NewRanking(2, nil)
	r.Consider(q, best)
	r.Consider(q, poor)
	page := r.Page()
	if page[0].Candidate.Space.ID != "spc_poor" || page[0].Order >= page[1].Order {
		t.Errorf("the ineligible space leads: %v", page)
	}
	if m := page[0].Match(); m.Need.ID != "ned_caracol" || m.Space.ID != "spc_poor" || m.Eligibility != domain.EligibilityEligible {
		t.Errorf("the page's first match is %s", m.Eligibility)
	}
}

// TestEmptyValues: nothing known of anything is an answer, not a panic.
func TestEmptyValues(t *testing.T) {
	for _, confidential := range []bool{false, true} {
		e := NewEngine(atlas(t), ruleset(t), today, confidential)
		for _, s := range []Subject{{}, {Need: new(domain.HostingNeed)}, {Project: new(domain.InnovationProject)}, caracol(), vrac()} {
			for _, c := range []Candidate{{}, {Space: new(domain.VacantSpace)}, {Site: new(domain.LandlordSite)}, {Landlord: new(domain.Landlord)}, building(), room()} {
				recompute(t, e.Prepare(s).Explain(c))
			}
		}
	}
}

// TestEmptyPages: a page of nothing counts all the same.
func TestEmptyPages(t *testing.T) {
	q := engine(t).Prepare(caracol())
	for _, size := range []int{0, -1} {
		r := NewRanking(size, nil)
		r.Consider(q, building())
		if len(r.Page()) != 0 || r.Eligible != 1 || !r.HasMore() {
			t.Errorf("a page of %d: %d, %d, %v", size, len(r.Page()), r.Eligible, r.HasMore())
		}
	}
}
