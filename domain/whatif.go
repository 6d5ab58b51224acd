package domain

import (
	"context"
	"reflect"
	"slices"
	"strings"
)

// MatchAssumptionField is a code of what can be assumed of a need, each named as
// its field in a NeedOverrides; and the rules by which its matches are made.
type MatchAssumptionField string

const (
	AssumedSpaceKinds       MatchAssumptionField = "SPACE_KINDS"
	AssumedMinSurface       MatchAssumptionField = "MIN_SURFACE_M2"
	AssumedMaxSurface       MatchAssumptionField = "MAX_SURFACE_M2"
	AssumedTerritories      MatchAssumptionField = "TERRITORIES"
	AssumedEarliestStart    MatchAssumptionField = "EARLIEST_START"
	AssumedLatestStart      MatchAssumptionField = "LATEST_START"
	AssumedMinMonths        MatchAssumptionField = "MIN_MONTHS"
	AssumedMaxMonths        MatchAssumptionField = "MAX_MONTHS"
	AssumedFitOutDays       MatchAssumptionField = "FIT_OUT_DAYS"
	AssumedSlots            MatchAssumptionField = "SLOTS"
	AssumedSlotsNeeded      MatchAssumptionField = "SLOTS_NEEDED"
	AssumedPublicHeadcount  MatchAssumptionField = "PUBLIC_HEADCOUNT"
	AssumedStepFreeAccess   MatchAssumptionField = "NEEDS_STEP_FREE_ACCESS"
	AssumedUtilities        MatchAssumptionField = "UTILITIES"
	AssumedMonthlyCeiling   MatchAssumptionField = "MONTHLY_CEILING"
	AssumedOccupancyForms   MatchAssumptionField = "OCCUPANCY_FORMS"
	AssumedPriorityDistrict MatchAssumptionField = "WANTS_PRIORITY_DISTRICT"
	AssumedRuleset          MatchAssumptionField = "RULESET"
)

var assumptionFieldList = newCodeList("MatchAssumptionField",
	Code{Value: string(AssumedSpaceKinds), French: "types de local acceptés", English: "kinds of space accepted"},
	Code{Value: string(AssumedMinSurface), French: "surface minimale", English: "minimum surface"},
	Code{Value: string(AssumedMaxSurface), French: "surface maximale", English: "maximum surface"},
	Code{Value: string(AssumedTerritories), French: "territoires", English: "territories"},
	Code{Value: string(AssumedEarliestStart), French: "début au plus tôt", English: "earliest start"},
	Code{Value: string(AssumedLatestStart), French: "début au plus tard", English: "latest start"},
	Code{Value: string(AssumedMinMonths), French: "durée minimale", English: "minimum duration"},
	Code{Value: string(AssumedMaxMonths), French: "durée maximale", English: "maximum duration"},
	Code{Value: string(AssumedFitOutDays), French: "aménagement", English: "fitting out"},
	Code{Value: string(AssumedSlots), French: "créneaux souhaités", English: "slots wanted"},
	Code{Value: string(AssumedSlotsNeeded), French: "créneaux nécessaires", English: "slots needed"},
	Code{Value: string(AssumedPublicHeadcount), French: "public accueilli", English: "public received"},
	Code{Value: string(AssumedStepFreeAccess), French: "accessibilité nécessaire", English: "step-free access needed"},
	Code{Value: string(AssumedUtilities), French: "équipements nécessaires", English: "utilities needed"},
	Code{Value: string(AssumedMonthlyCeiling), French: "budget", English: "budget"},
	Code{Value: string(AssumedOccupancyForms), French: "formes juridiques acceptées", English: "legal forms accepted"},
	Code{Value: string(AssumedPriorityDistrict), French: "quartier prioritaire souhaité", English: "priority district wanted"},
	Code{Value: string(AssumedRuleset), French: "règles", English: "rules"},
)

// Label is the code's label in a language.
func (c MatchAssumptionField) Label(locale Locale) string {
	return assumptionFieldList.label(string(c), locale)
}

// NeedOverrides are what is assumed of a need in place of what it states, for
// one question. A field counts only if it is among those given: nil is then what
// an absent value means in a need (no bound, no budget, any form).
type NeedOverrides struct {
	Given []MatchAssumptionField

	SpaceKinds            []SpaceKind
	MinSurfaceM2          *float64
	MaxSurfaceM2          *float64
	Territories           []Territory
	EarliestStart         *Date
	LatestStart           *Date
	MinMonths             *int
	MaxMonths             *int
	FitOutDays            *int
	Slots                 []RecurringSlot
	SlotsNeeded           *int
	PublicHeadcount       *int
	NeedsStepFreeAccess   *bool
	Utilities             []SpaceUtility
	MonthlyCeiling        *Amount
	OccupancyForms        []OccupancyForm
	WantsPriorityDistrict *bool

	// RadiusKm is that of every circle and round every commune of the territories,
	// those assumed if they are; nil leaves them. Overrides that were worked out
	// say it in Territories.
	RadiusKm *int
}

// Gives tells whether a field is assumed.
func (o NeedOverrides) Gives(f MatchAssumptionField) bool { return slices.Contains(o.Given, f) }

// assumable is a field of a need that can be assumed.
type assumable struct {
	field MatchAssumptionField
	// name is the field's in the input, inNeed where a need's Validate names it.
	name, inNeed string
	// pair is the field whose bound it shares, so that either may be what is wrong.
	pair MatchAssumptionField
	// put sets it in a need, take reads it from one; same compares two needs in it.
	put  func(*NeedFields, *NeedOverrides)
	take func(*NeedOverrides, *NeedFields)
	same func(a, b *NeedFields) bool
}

var assumables = [...]assumable{
	{AssumedSpaceKinds, "spaceKinds", "spaceKinds", "",
		func(f *NeedFields, o *NeedOverrides) { f.SpaceKinds = o.SpaceKinds },
		func(o *NeedOverrides, f *NeedFields) { o.SpaceKinds = f.SpaceKinds },
		func(a, b *NeedFields) bool { return sameCodes(a.SpaceKinds, b.SpaceKinds) }},
	{AssumedMinSurface, "minSurfaceM2", "surface.minM2", AssumedMaxSurface,
		func(f *NeedFields, o *NeedOverrides) { f.Surface.MinM2 = o.MinSurfaceM2 },
		func(o *NeedOverrides, f *NeedFields) { o.MinSurfaceM2 = f.Surface.MinM2 },
		func(a, b *NeedFields) bool { return sameValue(a.Surface.MinM2, b.Surface.MinM2) }},
	{AssumedMaxSurface, "maxSurfaceM2", "surface.maxM2", AssumedMinSurface,
		func(f *NeedFields, o *NeedOverrides) { f.Surface.MaxM2 = o.MaxSurfaceM2 },
		func(o *NeedOverrides, f *NeedFields) { o.MaxSurfaceM2 = f.Surface.MaxM2 },
		func(a, b *NeedFields) bool { return sameValue(a.Surface.MaxM2, b.Surface.MaxM2) }},
	{AssumedTerritories, "territories", "territories", "",
		func(f *NeedFields, o *NeedOverrides) { f.Territories = o.Territories },
		func(o *NeedOverrides, f *NeedFields) { o.Territories = f.Territories },
		func(a, b *NeedFields) bool { return sameList(a.Territories, b.Territories) }},
	{AssumedEarliestStart, "earliestStart", "start.earliest", AssumedLatestStart,
		func(f *NeedFields, o *NeedOverrides) { f.Start.Earliest = o.EarliestStart },
		func(o *NeedOverrides, f *NeedFields) { o.EarliestStart = f.Start.Earliest },
		func(a, b *NeedFields) bool { return sameValue(a.Start.Earliest, b.Start.Earliest) }},
	{AssumedLatestStart, "latestStart", "start.latest", AssumedEarliestStart,
		func(f *NeedFields, o *NeedOverrides) { f.Start.Latest = o.LatestStart },
		func(o *NeedOverrides, f *NeedFields) { o.LatestStart = f.Start.Latest },
		func(a, b *NeedFields) bool { return sameValue(a.Start.Latest, b.Start.Latest) }},
	{AssumedMinMonths, "minMonths", "duration.minMonths", AssumedMaxMonths,
		func(f *NeedFields, o *NeedOverrides) { f.Duration.MinMonths = orZero(o.MinMonths) },
		func(o *NeedOverrides, f *NeedFields) { o.MinMonths = &f.Duration.MinMonths },
		func(a, b *NeedFields) bool { return a.Duration.MinMonths == b.Duration.MinMonths }},
	{AssumedMaxMonths, "maxMonths", "duration.maxMonths", AssumedMinMonths,
		func(f *NeedFields, o *NeedOverrides) { f.Duration.MaxMonths = o.MaxMonths },
		func(o *NeedOverrides, f *NeedFields) { o.MaxMonths = f.Duration.MaxMonths },
		func(a, b *NeedFields) bool { return sameValue(a.Duration.MaxMonths, b.Duration.MaxMonths) }},
	{AssumedFitOutDays, "fitOutDays", "fitOutDays", "",
		func(f *NeedFields, o *NeedOverrides) { f.FitOutDays = orZero(o.FitOutDays) },
		func(o *NeedOverrides, f *NeedFields) { o.FitOutDays = &f.FitOutDays },
		func(a, b *NeedFields) bool { return a.FitOutDays == b.FitOutDays }},
	{AssumedSlots, "slots", "use.slots", AssumedSlotsNeeded,
		func(f *NeedFields, o *NeedOverrides) { f.Use.Slots = o.Slots },
		func(o *NeedOverrides, f *NeedFields) { o.Slots = f.Use.Slots },
		func(a, b *NeedFields) bool { return sameList(a.Use.Slots, b.Use.Slots) }},
	{AssumedSlotsNeeded, "slotsNeeded", "use.slotsNeeded", AssumedSlots,
		func(f *NeedFields, o *NeedOverrides) { f.Use.SlotsNeeded = o.SlotsNeeded },
		func(o *NeedOverrides, f *NeedFields) { o.SlotsNeeded = f.Use.SlotsNeeded },
		func(a, b *NeedFields) bool { // of the same slots, all may be said or left out
			return sameValue(a.Use.SlotsNeeded, b.Use.SlotsNeeded) || sameList(a.Use.Slots, b.Use.Slots) && a.Use.Needed() == b.Use.Needed()
		}},
	{AssumedPublicHeadcount, "publicHeadcount", "publicReception.headcount", "",
		func(f *NeedFields, o *NeedOverrides) {
			var r PublicReception
			if f.PublicReception != nil {
				r = *f.PublicReception
			}
			if f.PublicReception = nil; o.PublicHeadcount != nil {
				r.Headcount = *o.PublicHeadcount
				f.PublicReception = &r
			}
		},
		func(o *NeedOverrides, f *NeedFields) { o.PublicHeadcount = f.headcount() },
		func(a, b *NeedFields) bool { return sameValue(a.headcount(), b.headcount()) }},
	{AssumedStepFreeAccess, "needsStepFreeAccess", "needsStepFreeAccess", "",
		func(f *NeedFields, o *NeedOverrides) { f.NeedsStepFreeAccess = orZero(o.NeedsStepFreeAccess) },
		func(o *NeedOverrides, f *NeedFields) { o.NeedsStepFreeAccess = &f.NeedsStepFreeAccess },
		func(a, b *NeedFields) bool { return a.NeedsStepFreeAccess == b.NeedsStepFreeAccess }},
	{AssumedUtilities, "utilities", "utilities", "",
		func(f *NeedFields, o *NeedOverrides) { f.Utilities = o.Utilities },
		func(o *NeedOverrides, f *NeedFields) { o.Utilities = f.Utilities },
		func(a, b *NeedFields) bool { return sameCodes(a.Utilities, b.Utilities) }},
	{AssumedMonthlyCeiling, "monthlyCeiling", "budget.monthlyCeiling", "",
		func(f *NeedFields, o *NeedOverrides) {
			if f.Budget = nil; o.MonthlyCeiling != nil {
				f.Budget = &HostingBudget{MonthlyCeiling: *o.MonthlyCeiling}
			}
		},
		func(o *NeedOverrides, f *NeedFields) { o.MonthlyCeiling = f.ceiling() },
		func(a, b *NeedFields) bool { return sameValue(a.ceiling(), b.ceiling()) }},
	{AssumedOccupancyForms, "occupancyForms", "occupancyForms", "",
		func(f *NeedFields, o *NeedOverrides) { f.OccupancyForms = o.OccupancyForms },
		func(o *NeedOverrides, f *NeedFields) { o.OccupancyForms = f.OccupancyForms },
		func(a, b *NeedFields) bool { return sameCodes(a.OccupancyForms, b.OccupancyForms) }},
	{AssumedPriorityDistrict, "wantsPriorityDistrict", "wantsPriorityDistrict", "",
		func(f *NeedFields, o *NeedOverrides) { f.WantsPriorityDistrict = orZero(o.WantsPriorityDistrict) },
		func(o *NeedOverrides, f *NeedFields) { o.WantsPriorityDistrict = &f.WantsPriorityDistrict },
		func(a, b *NeedFields) bool { return a.WantsPriorityDistrict == b.WantsPriorityDistrict }},
}

func (f *NeedFields) headcount() *int {
	if f.PublicReception == nil {
		return nil
	}
	return &f.PublicReception.Headcount
}

func (f *NeedFields) ceiling() *Amount {
	if f.Budget == nil {
		return nil
	}
	return &f.Budget.MonthlyCeiling
}

func orZero[T any](v *T) (zero T) {
	if v == nil {
		return zero
	}
	return *v
}

func sameValue[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// sameList takes an absent list and an empty one for the same.
func sameList[T any](a, b []T) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

// sameCodes compares lists whose order says nothing.
func sameCodes[T ~string](a, b []T) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Apply is a need's fields with what is assumed in their place; the fields given
// are left as they are.
func (o NeedOverrides) Apply(f NeedFields) NeedFields {
	for i := range assumables {
		if o.Gives(assumables[i].field) {
			assumables[i].put(&f, &o)
		}
	}
	if o.RadiusKm != nil {
		f.Territories = slices.Clone(f.Territories)
		for i, t := range f.Territories {
			if t.Scale == TerritoryCommune || t.Scale == TerritoryRadius {
				f.Territories[i] = Territory{Scale: TerritoryRadius, Code: t.Code, RadiusKm: o.RadiusKm}
			}
		}
	}
	return f
}

// Assume is what has to be assumed of a need to have another one's fields: those
// in which they differ, and those that are asked for however they are. Applied
// to the need, it gives the other's assumable fields.
func Assume(stored, assumed NeedFields, always ...MatchAssumptionField) (o NeedOverrides) {
	for i := range assumables {
		if a := &assumables[i]; !a.same(&stored, &assumed) || slices.Contains(always, a.field) {
			o.Given = append(o.Given, a.field)
			a.take(&o, &assumed)
		}
	}
	return o
}

// Validate collects what is wrong with the overrides of a need, by the rules of
// stored needs. What is wrong with the need itself isn't theirs to say.
func (o NeedOverrides) Validate(p *Problems, stored NeedFields, g Gazetteer, check RuleChecker) {
	assumed := o.Apply(stored)
	if o.RadiusKm != nil {
		ok := *o.RadiusKm > 0 && *o.RadiusKm <= mostRadiusKm
		p.Require(ok, "un rayon entre 1 et 1000 km est nécessaire", "a radius between 1 and 1000 km is needed", "radiusKm")
		round := func(t Territory) bool { return t.Scale == TerritoryRadius }
		p.Require(slices.ContainsFunc(assumed.Territories, round),
			"ce besoin n'a ni commune ni cercle autour desquels chercher : donnez des territoires (territories)",
			"this need has no commune or circle to look around: give territories", "radiusKm")
		if !ok { // said once, not of every circle
			o.RadiusKm = nil
			assumed = o.Apply(stored)
		}
	}
	var all Problems
	assumed.Validate(&all, g, check)
	for _, refusal := range all.list {
		wrong, ok := refusal.(InvalidInput)
		if !ok {
			continue
		}
		if path := o.pathOf(wrong.Path); path != nil {
			p.Add(path, wrong.French, wrong.English)
		}
	}
}

// pathOf is where the overrides hold what a need's Validate names; nil when they
// don't.
func (o NeedOverrides) pathOf(inNeed []string) []any {
	whole := strings.Join(inNeed, ".") + "."
	for i := range assumables {
		a := &assumables[i]
		rest, ok := strings.CutPrefix(whole, a.inNeed+".")
		if !ok {
			continue
		}
		if o.Gives(a.field) {
			path := []any{a.name}
			for part := range strings.SplitSeq(strings.TrimSuffix(rest, "."), ".") {
				if part != "" {
					path = append(path, part)
				}
			}
			return path
		}
		for j := range assumables {
			if assumables[j].field == a.pair && o.Gives(a.pair) {
				return []any{assumables[j].name}
			}
		}
	}
	return nil
}

// MatchAssumption says what is assumed of a need that it doesn't state.
type MatchAssumption struct {
	Field MatchAssumptionField
	// Stored is what the need states, Assumed what is assumed in its place; nil
	// when nothing is, and where the viewer may not see it.
	Stored, Assumed CriterionValue
	Text            Bilingual
}

// FieldLabel is the label of the field.
func (a *MatchAssumption) FieldLabel(locale Locale) string { return a.Field.Label(locale) }

// Message is the assumption in a sentence.
func (a *MatchAssumption) Message(locale Locale) string { return a.Text.In(locale) }

// MatchCounts are the matches of a list by eligibility.
type MatchCounts struct {
	Eligible, Uncertain, Ineligible int
}

// Total counts all of them.
func (c *MatchCounts) Total() int { return c.Eligible + c.Uncertain + c.Ineligible }

// MatchDifference is what the assumptions change in a list of matches.
type MatchDifference struct {
	// Stored are the counts of the need as it is stored, by the rules in force.
	Stored, Assumed *MatchCounts
	Text            Bilingual
}

// Message is the difference in a sentence.
func (d *MatchDifference) Message(locale Locale) string { return d.Text.In(locale) }

// MatchRelaxation is what giving way on one condition would bring to a need.
type MatchRelaxation struct {
	Field MatchAssumptionField
	// Asked is what the need asks, with what is already assumed of it; Proposed
	// what it would ask. Nil when it asks nothing.
	Asked, Proposed CriterionValue
	// WhatIf is all that is then assumed of the stored need.
	WhatIf NeedOverrides
	// Counts are those that the need would have, AddsEligible and AddsUncertain how
	// many more than now.
	Counts                      *MatchCounts
	AddsEligible, AddsUncertain int
	Text                        Bilingual
}

// FieldLabel is the label of the field.
func (r *MatchRelaxation) FieldLabel(locale Locale) string { return r.Field.Label(locale) }

// Message is the proposal and what it brings, in a sentence.
func (r *MatchRelaxation) Message(locale Locale) string { return r.Text.In(locale) }

// WhatIf is what a list of a need's matches tells of assumptions. What is worked
// out on demand is nil in other lists.
type WhatIf struct {
	// Assumptions are the list's own, over what the need states.
	Assumptions []*MatchAssumption
	// Compare and Relax answer Difference and Relaxations. Their errors are
	// refusals and the context's.
	Compare func(context.Context) (*MatchDifference, error)
	Relax   func(ctx context.Context, first int) ([]*MatchRelaxation, error)
}

// Difference from the need as it is stored; nil when nothing is assumed.
func (w *WhatIf) Difference(ctx context.Context) (*MatchDifference, error) {
	if w.Compare == nil || len(w.Assumptions) == 0 {
		return nil, nil
	}
	return w.Compare(ctx)
}

// Relaxations are what giving way would bring, most first.
func (w *WhatIf) Relaxations(ctx context.Context, first int) ([]*MatchRelaxation, error) {
	if w.Relax == nil {
		return []*MatchRelaxation{}, nil
	}
	return w.Relax(ctx, first)
}
