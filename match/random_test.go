package match

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// dice draws worlds: values of every kind, and nothing at all where life has
// nothing.
type dice struct{ *rand.Rand }

// seeded runs a test with seeds of its own, each printed when it fails.
func seeded(t *testing.T, runs int, test func(t *testing.T, d dice)) {
	t.Helper()
	for i := range runs {
		seed := uint64(i)*0x9E3779B97F4A7C15 + 1
		t.Run(fmt.Sprintf("seed %#x", seed), func(t *testing.T) { test(t, dice{rand.New(rand.NewPCG(seed, 11))}) })
	}
}

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

func pick[T any](d dice, from ...T) T { return from[d.IntN(len(from))] }

// maybe is nil one time in four.
func maybe[T any](d dice, v T) *T {
	if d.chance(25) {
		return nil
	}
	return &v
}

// some draws a few values, none, or nil.
func some[T any](d dice, from ...T) []T {
	if d.chance(20) {
		return nil
	}
	list := []T{}
	for _, v := range from {
		if d.chance(40) {
			list = append(list, v)
		}
	}
	return list
}

func all[T ~string](list string) []T {
	l, _ := domain.CodeListNamed(list)
	values := make([]T, len(l.Codes))
	for i, c := range l.Codes {
		values[i] = T(c.Value)
	}
	return values
}

var (
	spaceKinds     = all[domain.SpaceKind]("SpaceKind")
	activities     = all[domain.Activity]("HostingActivity")
	forms          = all[domain.OccupancyForm]("OccupancyForm")
	domains        = all[domain.InnovationDomain]("InnovationDomain")
	targetPublics  = all[domain.TargetPublic]("TargetPublic")
	spaceUtilities = all[domain.SpaceUtility]("SpaceUtility")
	communes       = []domain.InseeCode{lyon, villeurbanne, fortDeFrance, "75056", "69388", "38185", "01004", "99999", ""}
	rules          = []string{"FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=4;BYDAY=WE", "FREQ=MONTHLY;BYDAY=1SA", "FREQ=DAILY", "nonsense"}
)

func (d dice) day() domain.Date { return today.AddDays(d.IntN(1600) - 300) }

func (d dice) surface() domain.SurfaceRange {
	least := float64(10 + d.IntN(300))
	most := least + float64(d.IntN(3)*d.IntN(200))
	return domain.SurfaceRange{MinM2: maybe(d, least), MaxM2: maybe(d, most)}
}

func (d dice) slots(n int) []domain.RecurringSlot {
	var list []domain.RecurringSlot
	for range d.IntN(n + 1) {
		s := slot(pick(d, rules...), fmt.Sprintf("%02d:00", d.IntN(24)), 60*(1+d.IntN(5)))
		if d.chance(20) {
			s.From = maybe(d, d.day())
			s.Until = maybe(d, d.day())
		}
		list = append(list, s)
	}
	return list
}

func (d dice) territory() domain.Territory {
	switch d.IntN(5) {
	case 0:
		return domain.Territory{Scale: domain.TerritoryCommune, Code: string(pick(d, communes...))}
	case 1:
		return domain.Territory{Scale: domain.TerritoryDepartement, Code: pick(d, "69", "38", "972", "ZZ")}
	case 2:
		return domain.Territory{Scale: domain.TerritoryRegion, Code: pick(d, "84", "02", "ZZ")}
	case 3:
		return domain.Territory{Scale: domain.TerritoryCountry}
	}
	return domain.Territory{Scale: domain.TerritoryRadius, Code: string(pick(d, communes...)), RadiusKm: maybe(d, 1+d.IntN(60))}
}

func (d dice) need(id int) *domain.HostingNeed {
	if d.chance(2) {
		return nil
	}
	n := &domain.HostingNeed{ID: domain.NeedID(fmt.Sprintf("ned_%04d", id)), Record: published}
	f := &n.NeedFields
	f.SpaceKinds = some(d, spaceKinds...)
	f.Activity = pick(d, append(activities, "")...)
	f.Surface = d.surface()
	f.Use = domain.UsePattern{Kind: pick(d, domain.UseContinuous, domain.UseContinuous, "")}
	if d.chance(40) {
		f.Use = domain.UsePattern{Kind: domain.UseRecurring, Slots: d.slots(3)}
		f.Use.SlotsNeeded = maybe(d, d.IntN(3))
	}
	f.Start = domain.StartWindow{Earliest: maybe(d, d.day()), Latest: maybe(d, d.day())}
	f.Duration = domain.NeedDuration{MinMonths: d.IntN(40), MaxMonths: maybe(d, d.IntN(120))}
	f.FitOutDays = d.IntN(60)
	for range d.IntN(4) {
		f.Territories = append(f.Territories, d.territory())
	}
	f.WantsPriorityDistrict, f.NeedsStepFreeAccess = d.chance(50), d.chance(30)
	if d.chance(40) {
		f.PublicReception = &domain.PublicReception{ErpTypes: some(d, domain.ErpL, domain.ErpM, domain.ErpW), Headcount: d.IntN(900)}
	}
	f.Utilities = some(d, spaceUtilities...)
	if d.chance(60) {
		f.Budget = &domain.HostingBudget{MonthlyCeiling: domain.Amount(d.IntN(200_000))}
	}
	f.OccupancyForms = some(d, forms...)
	return n
}

func (d dice) project() *domain.InnovationProject {
	if d.chance(5) {
		return nil
	}
	p := &domain.InnovationProject{ID: "prj_test", Record: published}
	p.Domains, p.Publics = some(d, domains...), some(d, targetPublics...)
	for range d.IntN(3) {
		p.Footprint = append(p.Footprint, d.territory())
	}
	if d.chance(70) {
		p.Approvals = []domain.Approval{}
		for _, kind := range some(d, domain.ApprovalIntermediateHousing, domain.ApprovalRentalIntermediation) {
			p.Approvals = append(p.Approvals, domain.Approval{Kind: kind, ValidUntil: maybe(d, d.day())})
		}
	}
	for range d.IntN(4) {
		p.References = append(p.References, domain.PlacementReference{HlmLandlord: d.chance(60)})
	}
	p.Provenance = maybe(d, domain.Provenance{Source: pick(d, "", "fiche"), AsOf: maybe(d, d.day())})
	return p
}

func (d dice) subject(id int) Subject { return Subject{Need: d.need(id), Project: d.project()} }

func (d dice) space(id int) *domain.VacantSpace {
	if d.chance(2) {
		return nil
	}
	s := &domain.VacantSpace{ID: domain.SpaceID(fmt.Sprintf("spc_%05d", id))}
	s.State = pick(d, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationDraft, domain.PublicationWithdrawn, "")
	f := &s.SpaceFields
	f.Kind = pick(d, append(spaceKinds, "")...)
	f.Surface = d.surface()
	f.StepFreeAccess = pick(d, all[domain.AccessLevel]("AccessLevel")...)
	f.Erp = domain.SpaceErp{Category: pick(d, all[domain.ErpCategory]("ErpCategory")...), Types: some(d, domain.ErpL, domain.ErpM)}
	f.Capacity = maybe(d, d.IntN(900))
	f.Utilities, f.MissingUtilities = some(d, spaceUtilities...), some(d, spaceUtilities[:2]...)
	f.ExcludedUses = some(d, activities[:4]...)
	f.VacancyCause = pick(d, all[domain.VacancyCause]("VacancyCause")...)
	f.Availability = domain.SpaceAvailability{From: maybe(d, d.day())}
	if d.chance(30) {
		f.Availability.OpenEnded = true
	} else {
		f.Availability.Until = maybe(d, d.day().AddDays(700))
	}
	if d.chance(15) {
		f.Availability.OpeningSlots = d.slots(3)
	}
	f.OccupancyForms = some(d, forms...)
	if d.chance(80) {
		f.Cost = &domain.Cost{Amount: domain.Amount(d.IntN(100_000)), Basis: pick(d, all[domain.CostBasis]("CostBasis")...),
			VatPercent: maybe(d, 20.0), ChargesIncluded: maybe(d, d.chance(50)), MonthlyCharges: maybe(d, domain.Amount(d.IntN(30_000)))}
		if f.Cost.Basis == domain.CostFree {
			f.Cost.Amount = 0
		}
	}
	f.Shareable = maybe(d, d.chance(60))
	if d.chance(30) {
		for range 1 + d.IntN(2) {
			from := d.day()
			f.Commitments = append(f.Commitments, domain.Commitment{Kind: domain.CommitmentReservation,
				From: maybe(d, from), Until: maybe(d, from.AddDays(d.IntN(500))), Slots: d.slots(2)})
		}
	}
	f.Provenance = maybe(d, domain.Provenance{Source: pick(d, "", "visite"), AsOf: maybe(d, d.day())})
	return s
}

func (d dice) site() *domain.LandlordSite {
	if d.chance(3) {
		return nil
	}
	s := &domain.LandlordSite{ID: "sit_test"}
	s.State = pick(d, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationWithdrawn)
	s.CommuneCode = pick(d, communes...)
	s.Position = d.position()
	s.PriorityDistrict.Standing = pick(d, domain.QpvInside, domain.QpvNear, domain.QpvOutside, domain.QpvUnknown, "")
	s.NpnruInterest = maybe(d, pick(d, all[domain.NpnruInterest]("NpnruInterest")...))
	s.ResidentPublics = some(d, targetPublics...)
	s.LocalAuthority = d.localAuthority()
	s.Provenance = maybe(d, domain.Provenance{Source: "patrimoine"})
	return s
}

func (d dice) position() *domain.Position {
	return maybe(d, domain.Position{Latitude: 45.5 + d.Float64()/2, Longitude: 4.6 + d.Float64()/2,
		Quality: pick(d, all[domain.PositionQuality]("PositionQuality")...)})
}

func (d dice) localAuthority() *domain.LocalAuthority {
	return maybe(d, domain.LocalAuthority{Support: pick(d, all[domain.LocalSupport]("LocalSupport")...), AsOf: maybe(d, d.day()), Source: maybe(d, "courrier")})
}

func (d dice) landlord() *domain.Landlord {
	if d.chance(3) {
		return nil
	}
	l := &domain.Landlord{ID: "lld_test"}
	l.State = pick(d, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationPublished, domain.PublicationDraft)
	l.Priorities = some(d, domains...)
	l.Practices = some(d, all[domain.ProcurementLever]("ProcurementLever")...)
	l.Provenance = maybe(d, domain.Provenance{Source: "entretien"})
	return l
}

func (d dice) candidate(id int) Candidate { return Candidate{d.space(id), d.site(), d.landlord()} }

// likely is a candidate near enough to what caracol and vrac want that all
// three eligibilities come up.
func (d dice) likely(id int) Candidate {
	c := pick(d, building(), room())
	c.Space.ID = domain.SpaceID(fmt.Sprintf("spc_%05d", id))
	c.Space.Surface = m2range(float64(40+d.IntN(400)), 500)
	c.Site.CommuneCode = pick(d, lyon, villeurbanne, "69029", "38185")
	c.Site.Position = d.position()
	c.Site.PriorityDistrict.Standing = pick(d, domain.QpvInside, domain.QpvNear, domain.QpvOutside, domain.QpvUnknown)
	c.Site.LocalAuthority = d.localAuthority()
	c.Landlord.Priorities = some(d, domains...)
	for _, forget := range []func(){
		func() { c.Space.ExcludedUses = nil }, func() { c.Space.Cost = nil }, func() { c.Space.Availability.Until = nil },
		func() { c.Space.VacancyCause = domain.VacancyUnknown }, func() { c.Site.ResidentPublics = nil }, func() { c.Space.Commitments = nil },
	} {
		if d.chance(15) {
			forget()
		}
	}
	return c
}
