package match

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestRulesets loads every embedded ruleset, which checks it, and their order; a
// version has one of each kind, since it is adopted as a whole.
func TestRulesets(t *testing.T) {
	all := Rulesets()
	if len(all) == 0 {
		t.Fatal("no ruleset")
	}
	if !slices.IsSortedFunc(all, func(a, b *domain.Ruleset) int { return int(a.ValidFrom - b.ValidFrom) }) {
		t.Error("the rulesets aren't oldest first")
	}
	of := make(map[string][]domain.RulesetKind)
	for _, r := range all {
		of[r.Version] = append(of[r.Version], r.Kind)
		found, ok := RulesetNamed(r.Kind, r.Version)
		if !ok || found != r {
			t.Errorf("%s %s isn't found by its version", r.Kind, r.Version)
		}
		for _, f := range r.Forms {
			if f.MinMonths != nil && f.MaxMonths != nil && *f.MinMonths > *f.MaxMonths {
				t.Errorf("%s, %s: the least duration is above the most", r.Version, f.Form)
			}
		}
	}
	for version, kinds := range of {
		slices.Sort(kinds)
		if want := slices.Sorted(slices.Values(rulesetKinds)); !slices.Equal(kinds, want) {
			t.Errorf("version %s has the kinds %v, want %v", version, kinds, want)
		}
	}
	if _, ok := RulesetNamed(domain.RulesetSpace, "1789-07"); ok {
		t.Error("a ruleset that nobody made is found")
	}
}

var rulesetKinds = all[domain.RulesetKind]("RulesetKind")

// TestWeights are those of the domain's description.
func TestWeights(t *testing.T) {
	want := []int{20, 15, 15, 10, 10, 8, 8, 6, 4, 4} // in the order of the criteria; 100 in all
	for i, c := range Criteria(domain.RulesetSpace)[hardCount:] {
		if got := ruleset(t).Weight(c.Code); got != want[i] {
			t.Errorf("%s weighs %d, want %d", c.Code, got, want[i])
		}
	}
}

// TestCriteria: every code has a rule in some kind of match, once in each, the
// hard ones first.
func TestCriteria(t *testing.T) {
	list, _ := domain.CodeListNamed("MatchCriterionCode")
	ruled := make(map[domain.CriterionCode]bool)
	for _, kind := range rulesetKinds {
		codes := make(map[domain.CriterionCode]bool)
		soft := false
		for _, c := range Criteria(kind) {
			if codes[c.Code] {
				t.Errorf("%s has %s twice", kind, c.Code)
			}
			if soft && c.Kind == domain.CriterionHard {
				t.Errorf("%s: %s is hard and stands among the soft ones", kind, c.Code)
			}
			codes[c.Code], ruled[c.Code] = true, true
			soft = c.Kind == domain.CriterionSoft
		}
		if len(codes) == 0 || len(codes) > criterionCount {
			t.Errorf("%s has %d criteria", kind, len(codes))
		}
	}
	for _, c := range list.Codes {
		if !ruled[domain.CriterionCode(c.Value)] {
			t.Errorf("%s has no rule", c.Value)
		}
	}
	wellFormed(t, &needBySpace)
	wellFormed(t, &needByLandlord)
	wellFormed(t, &needByProject)
}

// wellFormed: a comparison's first criteria are its hard ones, with a scale for
// their gaps.
func wellFormed[P any](t *testing.T, k *comparison[P]) {
	t.Helper()
	for i := range k.criteria {
		if c := &k.criteria[i]; (c.kind == domain.CriterionHard) != (i < k.hard) || c.kind == domain.CriterionHard && c.gapsPerUnit == 0 {
			t.Errorf("%s stands in the wrong place, or its gap has no scale", c.code)
		}
	}
}

// TestParseRulesetRefuses spoils the embedded ruleset in one place at a time.
func TestParseRulesetRefuses(t *testing.T) {
	text, err := rulesetFiles.ReadFile("rulesets/2026-11/space.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRuleset(text); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, old, new, want string }{
		{"an unknown field", `"version"`, `"colour": "red", "version"`, "colour"},
		{"a kind that isn't", `"SPACE"`, `"PLANET"`, "PLANET"},
		{"no version", `"2026-11"`, `""`, "version"},
		{"a weight of a hard criterion", `{"criterion": "PUBLICS"`, `{"criterion": "SURFACE"`, "SURFACE"},
		{"a weight of nothing known", `{"criterion": "PUBLICS"`, `{"criterion": "CHARM"`, "PUBLICS"},
		{"a weight given twice", `{"criterion": "PUBLICS"`, `{"criterion": "PROXIMITY"`, "PROXIMITY"},
		{"a negative weight", `"weight": 20`, `"weight": -20`, "LANDLORD_PRIORITIES"},
		{"an unknown parameter", `"spareFullMonths"`, `"spareMonths"`, "spareMonths"},
		{"a parameter of 0", `"value": 12,`, `"value": 0,`, "spareFullMonths"},
		{"no reason", `"fr": "Une collectivité neutre n'aide ni ne gêne."`, `"fr": ""`, "supportNeutralShare"},
		{"no article", `"C. com. L145-5-1"`, `""`, "PRECARIOUS_OCCUPANCY"},
		{"a form without a rule", `{"form": "UNDETERMINED"`, `{"form": "PARTNERSHIP_ONLY"`, "UNDETERMINED"},
		{"a form that nobody knows", `{"form": "SHORT_LEASE"`, `{"form": "HANDSHAKE"`, "SHORT_LEASE"},
		{"a date that is none", `"2014-06-20"`, `"2014-06-31"`, "not a date"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			spoilt := bytes.Replace(text, []byte(tc.old), []byte(tc.new), 1)
			if bytes.Equal(spoilt, text) {
				t.Fatalf("the ruleset doesn't hold %s", tc.old)
			}
			if _, err := ParseRuleset(spoilt); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one that names %s", err, tc.want)
			}
		})
	}
	if _, err := ParseRuleset(append(slices.Clone(text), "{}"...)); err == nil {
		t.Error("two rulesets in one file are taken")
	}
}
