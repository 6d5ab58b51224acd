package resolvers

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/graph"
)

// overrides are what an input assumes of a need: the fields that are there, null
// ones too. Nil when there is no input.
func overrides(in *graph.HostingNeedWhatIfInput) *domain.NeedOverrides {
	if in == nil {
		return nil
	}
	o := new(domain.NeedOverrides)
	assume(o, domain.AssumedSpaceKinds, &o.SpaceKinds, in.SpaceKinds)
	assume(o, domain.AssumedMinSurface, &o.MinSurfaceM2, in.MinSurfaceM2)
	assume(o, domain.AssumedMaxSurface, &o.MaxSurfaceM2, in.MaxSurfaceM2)
	assumeAll(o, domain.AssumedTerritories, &o.Territories, in.Territories)
	o.RadiusKm = in.RadiusKm.Value()
	assume(o, domain.AssumedEarliestStart, &o.EarliestStart, in.EarliestStart)
	assume(o, domain.AssumedLatestStart, &o.LatestStart, in.LatestStart)
	assume(o, domain.AssumedMinMonths, &o.MinMonths, in.MinMonths)
	assume(o, domain.AssumedMaxMonths, &o.MaxMonths, in.MaxMonths)
	assume(o, domain.AssumedFitOutDays, &o.FitOutDays, in.FitOutDays)
	assumeAll(o, domain.AssumedSlots, &o.Slots, in.Slots)
	assume(o, domain.AssumedSlotsNeeded, &o.SlotsNeeded, in.SlotsNeeded)
	assume(o, domain.AssumedPublicHeadcount, &o.PublicHeadcount, in.PublicHeadcount)
	assume(o, domain.AssumedStepFreeAccess, &o.NeedsStepFreeAccess, in.NeedsStepFreeAccess)
	assume(o, domain.AssumedUtilities, &o.Utilities, in.Utilities)
	assume(o, domain.AssumedMonthlyCeiling, &o.MonthlyCeiling, in.MonthlyCeiling)
	assume(o, domain.AssumedOccupancyForms, &o.OccupancyForms, in.OccupancyForms)
	assume(o, domain.AssumedPriorityDistrict, &o.WantsPriorityDistrict, in.WantsPriorityDistrict)
	return o
}

func assume[T any](o *domain.NeedOverrides, field domain.MatchAssumptionField, to *T, from graphql.Omittable[T]) {
	if value, given := from.ValueOK(); given {
		o.Given = append(o.Given, field)
		*to = value
	}
}

func assumeAll[T any](o *domain.NeedOverrides, field domain.MatchAssumptionField, to *[]T, from graphql.Omittable[[]*T]) {
	if values, given := from.ValueOK(); given {
		o.Given = append(o.Given, field)
		for _, v := range values {
			*to = append(*to, *v)
		}
	}
}
