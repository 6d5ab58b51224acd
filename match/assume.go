package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/palier-hub/palier/domain"
)

// Assumptions say what is assumed of a need in place of what it states, in the
// order of the fields. hidden is a field whose stored value the viewer may not
// see; "" for none.
func (e *Engine) Assumptions(stored, assumed domain.NeedFields, o domain.NeedOverrides, hidden domain.MatchAssumptionField) []*domain.MatchAssumption {
	all := make([]*domain.MatchAssumption, 0, len(o.Given))
	for _, field := range o.Given {
		a := &domain.MatchAssumption{Field: field, Assumed: e.asked(field, assumed)}
		if field == hidden {
			a.Text = bilingual(func(l domain.Locale) string {
				return fmt.Sprintf("%s%s%s.", heading(field, l), colon(l), orNone(a.Assumed, l))
			})
		} else {
			a.Stored = e.asked(field, stored)
			a.Text = bilingual(func(l domain.Locale) string { return change(field, a.Stored, a.Assumed, l) + "." })
		}
		all = append(all, a)
	}
	return all
}

// RulesAssumed is the assumption of another version of the rules.
func RulesAssumed(inForce, assumed string) *domain.MatchAssumption {
	a := &domain.MatchAssumption{Field: domain.AssumedRuleset, Stored: codes("Ruleset", inForce), Assumed: codes("Ruleset", assumed)}
	a.Text = bilingual(func(l domain.Locale) string { return change(a.Field, a.Stored, a.Assumed, l) + "." })
	return a
}

// asked is the value that a need states in a field; nil for none.
func (e *Engine) asked(field domain.MatchAssumptionField, f domain.NeedFields) domain.CriterionValue {
	number := func(n *float64, u domain.Unit) domain.CriterionValue {
		if n == nil {
			return nil
		}
		return exactly(*n, u)
	}
	whole := func(n *int, u domain.Unit) domain.CriterionValue {
		if n == nil {
			return nil
		}
		return exactly(float64(*n), u)
	}
	switch field {
	case domain.AssumedSpaceKinds:
		return codes("SpaceKind", f.SpaceKinds...)
	case domain.AssumedMinSurface:
		return number(f.Surface.MinM2, domain.UnitM2)
	case domain.AssumedMaxSurface:
		return number(f.Surface.MaxM2, domain.UnitM2)
	case domain.AssumedTerritories:
		if len(f.Territories) == 0 {
			return nil
		}
		v := domain.TerritoryValue{}
		for _, t := range f.Territories {
			v.Names = append(v.Names, e.territoryName(t))
		}
		return v
	case domain.AssumedEarliestStart:
		if f.Start.Earliest != nil {
			return domain.PeriodValue{From: f.Start.Earliest}
		}
	case domain.AssumedLatestStart:
		if f.Start.Latest != nil {
			return domain.PeriodValue{Until: f.Start.Latest}
		}
	case domain.AssumedMinMonths:
		return whole(&f.Duration.MinMonths, domain.UnitMonths)
	case domain.AssumedMaxMonths:
		return whole(f.Duration.MaxMonths, domain.UnitMonths)
	case domain.AssumedFitOutDays:
		return whole(&f.FitOutDays, domain.UnitDays)
	case domain.AssumedSlots:
		if len(f.Use.Slots) > 0 {
			return domain.SlotsValue{Slots: f.Use.Slots}
		}
	case domain.AssumedSlotsNeeded:
		if f.Use.Kind == domain.UseRecurring {
			n := f.Use.Needed()
			return domain.SlotsValue{Count: &n}
		}
	case domain.AssumedPublicHeadcount:
		if r := f.PublicReception; r != nil {
			return whole(&r.Headcount, domain.UnitPeople)
		}
	case domain.AssumedStepFreeAccess:
		return domain.FlagValue{Value: f.NeedsStepFreeAccess}
	case domain.AssumedUtilities:
		return codes("SpaceUtility", f.Utilities...)
	case domain.AssumedMonthlyCeiling:
		if f.Budget != nil {
			return exactly(euros(f.Budget.MonthlyCeiling), domain.UnitEurosPerMonth)
		}
	case domain.AssumedOccupancyForms:
		return codes("OccupancyForm", f.OccupancyForms...)
	case domain.AssumedPriorityDistrict:
		return domain.FlagValue{Value: f.WantsPriorityDistrict}
	}
	return nil
}

// bilingual writes a sentence in both languages.
func bilingual(say func(domain.Locale) string) domain.Bilingual {
	return domain.Bilingual{French: typeset(say(domain.French), domain.French), English: typeset(say(domain.English), domain.English)}
}

// change writes "Surface minimale : 55 m² au lieu de 60 m²".
func change(field domain.MatchAssumptionField, from, to domain.CriterionValue, l domain.Locale) string {
	if was, ok := from.(domain.CodesValue); ok && field != domain.AssumedRuleset {
		if is, ok := to.(domain.CodesValue); ok {
			return heading(field, l) + colon(l) + codesChanged(was, is, l)
		}
	}
	instead := l.In(" au lieu de ", " instead of ")
	switch from := from.(type) {
	case domain.PeriodValue:
		instead = l.In(" au lieu du ", " instead of ")
	case domain.CodesValue, domain.TerritoryValue:
		if field == domain.AssumedRuleset {
			break
		}
		instead = l.In(", au lieu de : ", ", instead of: ")
	case domain.SlotsValue:
		if len(from.Slots) > 0 {
			instead = l.In(", au lieu de : ", ", instead of: ")
		}
	}
	return heading(field, l) + colon(l) + orNone(to, l) + instead + orNone(from, l)
}

// codesChanged writes "bureau en plus, sans jardin partagé ni box".
func codesChanged(from, to domain.CodesValue, l domain.Locale) string {
	only := func(of, not domain.CodesValue) []string {
		of.Codes = slices.DeleteFunc(slices.Clone(of.Codes), func(c string) bool { return slices.Contains(not.Codes, c) })
		return of.Labels(l)
	}
	var parts []string
	if more := only(to, from); len(more) > 0 {
		parts = append(parts, enumerate(more, l)+l.In(" en plus", " too"))
	}
	if fewer := only(from, to); len(fewer) > 0 {
		parts = append(parts, l.In("sans ", "without ")+strings.Join(fewer, l.In(" ni ", " or ")))
	}
	return strings.Join(parts, ", ")
}

func colon(l domain.Locale) string { return l.In(" : ", ": ") }

// heading is a field's label as it begins a sentence.
func heading(field domain.MatchAssumptionField, l domain.Locale) string {
	label := field.Label(l)
	first, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToUpper(first)) + label[size:]
}

func orNone(v domain.CriterionValue, l domain.Locale) string {
	if v == nil {
		return l.In("rien de précis", "nothing in particular")
	}
	if day, ok := dayOf(v); ok {
		return day.Long(l)
	}
	return v.Display(l)
}

// dayOf is the day that a value is of, when it is of one.
func dayOf(v domain.CriterionValue) (domain.Date, bool) {
	if p, ok := v.(domain.PeriodValue); ok {
		for _, day := range [...]*domain.Date{p.From, p.Until} {
			if day != nil {
				return *day, true
			}
		}
	}
	return 0, false
}

// Difference tells what assumptions change in the counts of a list.
func Difference(stored, assumed domain.MatchCounts) *domain.MatchDifference {
	return &domain.MatchDifference{Stored: &stored, Assumed: &assumed, Text: bilingual(func(l domain.Locale) string {
		return fmt.Sprintf(l.In("Avec ces hypothèses, %s au lieu de %s.", "With these assumptions, %s instead of %s."), tell(assumed, l), tell(stored, l))
	})}
}

var (
	oneEligible, manyEligible   = domain.Bilingual{French: "local éligible", English: "eligible space"}, domain.Bilingual{French: "locaux éligibles", English: "eligible spaces"}
	oneUncertain, manyUncertain = domain.Bilingual{French: "à vérifier", English: "to be checked"}, domain.Bilingual{French: "à vérifier", English: "to be checked"}
)

// tell writes "14 locaux éligibles et 3 à vérifier".
func tell(c domain.MatchCounts, l domain.Locale) string {
	return count(c.Eligible, oneEligible, manyEligible, l) + l.In(" et ", " and ") + count(c.Uncertain, oneUncertain, manyUncertain, l)
}

// Relaxation tells what giving way in a field brings to a need whose matches are
// counted by now, and would be by then.
func (e *Engine) Relaxation(w GivingWay, asked domain.NeedFields, whatIf domain.NeedOverrides, now, then domain.MatchCounts) *domain.MatchRelaxation {
	r := &domain.MatchRelaxation{
		Field: w.Field, Asked: e.asked(w.Field, asked), Proposed: e.asked(w.Field, w.Need), WhatIf: whatIf, Counts: &then,
		AddsEligible: then.Eligible - now.Eligible, AddsUncertain: then.Uncertain - now.Uncertain,
	}
	r.Text = bilingual(func(l domain.Locale) string {
		var brings []string
		if n := r.AddsEligible; n != 0 {
			brings = append(brings, more(n, oneEligible, manyEligible, l))
		}
		if n := r.AddsUncertain; n != 0 {
			brings = append(brings, more(n, oneUncertain, manyUncertain, l))
		}
		return change(r.Field, r.Asked, r.Proposed, l) + l.In(", soit ", ": ") + strings.Join(brings, l.In(" et ", " and ")) + "."
	})
	return r
}

// more writes "14 locaux éligibles de plus", "14 more eligible spaces".
func more(n int, one, many domain.Bilingual, l domain.Locale) string {
	which := l.In(" de plus", "more ")
	if n < 0 {
		n, which = -n, l.In(" de moins", "fewer ")
	}
	if l != domain.English {
		return count(n, one, many, l) + which
	}
	one.English, many.English = which+one.English, which+many.English
	return count(n, one, many, l)
}

// without is a list without one of its values.
func without[T comparable](list []T, value T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return v == value })
}
