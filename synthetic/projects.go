package synthetic

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// archetype is a sort of project, after those that the partnership began with.
type archetype struct {
	weight   int
	name     string // after "Projet synthétique 0042 : "
	want     string // a need's label, before the place
	activity domain.Activity
	domains  shares[domain.InnovationDomain]
	publics  shares[domain.TargetPublic]
	kinds    shares[domain.SpaceKind]
	// surface least of all in m²; half of the needs have an upper bound, too.
	surface span
	// recurring uses take slots of so many half hours; continuous ones none.
	slot span
	// months at least, and days of fitting out at most.
	months, fitOut span
	// budget in euros a month.
	budget    span
	utilities []domain.SpaceUtility
	// erp is what receiving the public takes, of so many people; nil for none.
	erp       []domain.ErpType
	headcount span
	forms     []domain.OccupancyForm
	approval  domain.ApprovalKind
	// offers are what it can carry out for a landlord.
	offers shares[domain.Activity]
}

var archetypes = []archetype{
	{
		weight: 14, name: "habitat intercalaire", want: "Une maison partagée", activity: domain.ActivityTemporaryHousing,
		offers:  evenly(domain.ActivityTemporaryHousing),
		domains: evenly(domain.DomainInclusion, domain.DomainSocialAnimation),
		publics: evenly(domain.PublicExiles, domain.PublicStudents, domain.PublicJobSeekers, domain.PublicMinimumBenefitRecipients),
		kinds:   shares[domain.SpaceKind]{{50, domain.SpaceKindWholeBuilding}, {30, domain.SpaceKindDisusedHostel}, {40, domain.SpaceKindVacantDwelling}},
		surface: span{60, 600}, months: span{12, 24}, fitOut: span{15, 60}, budget: span{200, 3_000},
		utilities: []domain.SpaceUtility{domain.UtilityWater, domain.UtilityElectricity, domain.UtilityHeating},
		forms:     []domain.OccupancyForm{domain.FormTemporaryResidence, domain.FormPrecariousOccupancy, domain.FormLoanForUse},
		approval:  domain.ApprovalIntermediateHousing,
	},
	{
		weight: 20, name: "groupement d'achat", want: "Des distributions mensuelles", activity: domain.ActivityFoodDistribution,
		offers:  evenly(domain.ActivityFoodDistribution, domain.ActivityShoppingHelp),
		domains: evenly(domain.DomainSustainableDevelopment, domain.DomainSocialAnimation, domain.DomainInclusion),
		publics: evenly(domain.PublicQpvResidents, domain.PublicFamilies, domain.PublicHlmTenants),
		kinds:   shares[domain.SpaceKind]{{60, domain.SpaceKindCollectiveRoom}, {40, domain.SpaceKindGroundFloorPremises}},
		surface: span{30, 70}, slot: span{6, 8}, months: span{6, 24}, budget: span{0, 60},
		utilities: []domain.SpaceUtility{domain.UtilityElectricity, domain.UtilityToilets},
		erp:       []domain.ErpType{domain.ErpL, domain.ErpM}, headcount: span{15, 80},
		forms: []domain.OccupancyForm{domain.FormLoanForUse, domain.FormPrecariousOccupancy},
	},
	{
		weight: 14, name: "ateliers artistiques", want: "Une salle d'ateliers", activity: domain.ActivityArts,
		offers:  evenly(domain.ActivityArts, domain.ActivityChildrenWorkshops, domain.ActivityPerformance),
		domains: evenly(domain.DomainCulture, domain.DomainEducation, domain.DomainSocialAnimation),
		publics: evenly(domain.PublicYouth, domain.PublicFamilies, domain.PublicQpvResidents),
		kinds:   shares[domain.SpaceKind]{{60, domain.SpaceKindCollectiveRoom}, {25, domain.SpaceKindGroundFloorPremises}, {15, domain.SpaceKindCourtyard}},
		surface: span{25, 80}, slot: span{3, 6}, months: span{6, 18}, budget: span{0, 120},
		utilities: []domain.SpaceUtility{domain.UtilityWater, domain.UtilityElectricity},
		erp:       []domain.ErpType{domain.ErpL, domain.ErpR}, headcount: span{10, 30},
	},
	{
		weight: 12, name: "cantine de quartier", want: "Un lieu pour cuisiner ensemble", activity: domain.ActivityCooking,
		offers:  evenly(domain.ActivityCooking, domain.ActivityReception, domain.ActivityHomeVisits),
		domains: evenly(domain.DomainSocialAnimation, domain.DomainSustainableDevelopment, domain.DomainLivingEnvironment),
		publics: evenly(domain.PublicAll, domain.PublicSeniors, domain.PublicHlmTenants),
		kinds:   shares[domain.SpaceKind]{{50, domain.SpaceKindGroundFloorPremises}, {50, domain.SpaceKindCommercialUnit}},
		surface: span{70, 150}, months: span{24, 60}, fitOut: span{30, 120}, budget: span{400, 1_800},
		utilities: []domain.SpaceUtility{domain.UtilityWater, domain.UtilityElectricity, domain.UtilityToilets},
		erp:       []domain.ErpType{domain.ErpN}, headcount: span{20, 50},
		forms: []domain.OccupancyForm{domain.FormShortLease, domain.FormCommercialLease, domain.FormPrecariousOccupancy},
	},
	{
		weight: 14, name: "formation aux métiers", want: "Une salle de formation", activity: domain.ActivityTraining,
		offers:  evenly(domain.ActivityTraining, domain.ActivityDigitalHelp, domain.ActivityYouthWorksites),
		domains: evenly(domain.DomainEmployment, domain.DomainDigital, domain.DomainResidentTraining),
		publics: evenly(domain.PublicJobSeekers, domain.PublicYouth, domain.PublicWomen, domain.PublicQpvResidents),
		kinds:   shares[domain.SpaceKind]{{40, domain.SpaceKindOffice}, {40, domain.SpaceKindCollectiveRoom}, {30, domain.SpaceKindGroundFloorPremises}},
		surface: span{30, 90}, slot: span{6, 14}, months: span{6, 12}, budget: span{0, 400},
		utilities: []domain.SpaceUtility{domain.UtilityElectricity, domain.UtilityHeating, domain.UtilityToilets},
		erp:       []domain.ErpType{domain.ErpR, domain.ErpW}, headcount: span{8, 25},
	},
	{
		weight: 10, name: "accompagnement vers l'emploi", want: "Un bureau pour l'équipe", activity: domain.ActivityOfficeWork,
		offers:  evenly(domain.ActivityJobSupport, domain.ActivityTenantSupport, domain.ActivityMediation),
		domains: evenly(domain.DomainEmployment, domain.DomainGenderEquality, domain.DomainInclusion),
		publics: evenly(domain.PublicWomen, domain.PublicJobSeekers, domain.PublicMinimumBenefitRecipients),
		kinds:   shares[domain.SpaceKind]{{60, domain.SpaceKindOffice}, {30, domain.SpaceKindGroundFloorPremises}, {20, domain.SpaceKindCaretakerLodge}},
		surface: span{15, 60}, months: span{12, 36}, fitOut: span{1, 30}, budget: span{100, 700},
		utilities: []domain.SpaceUtility{domain.UtilityElectricity, domain.UtilityHeating},
	},
	{
		weight: 8, name: "jardins nourriciers", want: "Une parcelle à cultiver", activity: domain.ActivityGardening,
		offers:  evenly(domain.ActivityGardening, domain.ActivityGreenSpaces),
		domains: evenly(domain.DomainEcologicalTransition, domain.DomainLivingEnvironment),
		publics: evenly(domain.PublicHlmTenants, domain.PublicFamilies, domain.PublicAll),
		kinds:   shares[domain.SpaceKind]{{40, domain.SpaceKindLand}, {40, domain.SpaceKindSharedGarden}, {20, domain.SpaceKindRooftop}, {20, domain.SpaceKindCourtyard}},
		surface: span{60, 400}, months: span{24, 60}, fitOut: span{1, 60}, budget: span{0, 80},
		utilities: []domain.SpaceUtility{domain.UtilityWater},
	},
	{
		weight: 8, name: "atelier de réparation", want: "Un atelier", activity: domain.ActivityRepair,
		offers:  evenly(domain.ActivityRepair, domain.ActivityBulkyWaste, domain.ActivityHandyman),
		domains: evenly(domain.DomainEcologicalTransition, domain.DomainEmployment, domain.DomainSocialAnimation),
		publics: evenly(domain.PublicAll, domain.PublicYouth, domain.PublicJobSeekers),
		kinds:   shares[domain.SpaceKind]{{40, domain.SpaceKindGroundFloorPremises}, {30, domain.SpaceKindBikeRoom}, {30, domain.SpaceKindStorage}, {20, domain.SpaceKindGarageBox}},
		surface: span{15, 80}, months: span{12, 36}, fitOut: span{1, 45}, budget: span{0, 400},
		utilities: []domain.SpaceUtility{domain.UtilityElectricity},
	},
}

var archetypesByWeight = func() (s shares[int]) {
	for i, a := range archetypes {
		s = s.and(a.weight, i)
	}
	return s
}()

var stages = shares[domain.ProjectStage]{{40, domain.StageExperimentation}, {40, domain.StageScaling}, {20, domain.StageEstablished}}

// newProject draws a project, with one to four needs.
func newProject(d dice, number int, france country) Project {
	a := &archetypes[archetypesByWeight.draw(d)]
	home := draw(d, france.areas)
	code := string(presentCode(home))
	f := domain.ProjectFields{
		Slug: fmt.Sprintf("projet-synthetique-%04d", number),
		Name: fmt.Sprintf("Projet synthétique %04d : %s", number, a.name),
		Summary: fmt.Sprintf("Projet inventé pour essayer Palier (%s). Il cherche des lieux chez des bailleurs sociaux, d'abord autour de %s.",
			a.name, home.Name),
		Holder:  domain.ProjectHolder{Name: fmt.Sprintf("Association synthétique %04d", number), Siren: known(d, 70, siren(firstHolder+number))},
		Stage:   stages.draw(d),
		Domains: a.domains.several(d, d.between(1, 3)),
		Publics: a.publics.several(d, d.between(1, 3)),
	}
	if d.chance(80) {
		f.Footprint = []domain.Territory{{Scale: domain.TerritoryCommune, Code: code}}
	}
	if d.chance(60) {
		f.Approvals = []domain.Approval{}
		if a.approval != "" && d.chance(70) {
			f.Approvals = append(f.Approvals, domain.Approval{Kind: a.approval, ValidUntil: known(d, 80, told.AddMonths(d.between(6, 60)))})
		}
	}
	if d.chance(70) {
		f.References = make([]domain.PlacementReference, d.below(5))
		for i := range f.References {
			f.References[i] = domain.PlacementReference{Label: fmt.Sprintf("Placement synthétique %d", i+1), HlmLandlord: d.chance(60), Year: known(d, 80, d.between(2018, 2025))}
		}
	}
	f.Provenance = provenance(d, 85, "Fiche du projet (synthétique)")
	p := Project{Fields: f, Needs: make([]Need, shares[int]{{35, 1}, {35, 2}, {20, 3}, {10, 4}}.draw(d))}
	for i := range p.Needs {
		if i > 0 {
			home = draw(d, france.areas)
		}
		p.Needs[i] = Need{Fields: newNeed(d, a, home), Publish: d.chance(90)}
	}
	if d.chance(80) {
		p.Fields.Activities = a.offers.several(d, d.between(1, 3))
	}
	if d.chance(55) {
		p.Fields.Levers = openLevers.several(d, d.between(1, 3))
	}
	if d.chance(50) {
		p.Fields.Capacity = &domain.ProjectCapacity{HoursPerWeek: known(d, 85, d.spread(4, 140)), From: known(d, 60, told.AddDays(d.between(0, 180)))}
	}
	return p
}

// openLevers are the ways of contracting open to a project: as an association,
// an enterprise of the social economy, an inclusion structure.
var openLevers = shares[domain.ProcurementLever]{
	{30, domain.LeverSubsidy}, {25, domain.LeverReservedEss}, {15, domain.LeverReservedSiae}, {12, domain.LeverMicroContract},
	{10, domain.LeverOneOff}, {8, domain.LeverMultiYear}, {6, domain.LeverSocialClause}, {5, domain.LeverReservedDisability},
}

// firstHolder leaves the numbers below it to landlords.
const firstHolder = 70_000

// presentCode is the commune's own, also for an arrondissement.
func presentCode(c *domain.Commune) domain.InseeCode {
	if c.Parent != "" {
		return c.Parent
	}
	return c.Code
}

// newNeed draws a need of an archetype round a commune.
func newNeed(d dice, a *archetype, home *domain.Commune) domain.NeedFields {
	f := domain.NeedFields{
		Label:                 fmt.Sprintf("%s, %s", a.want, home.Name),
		PlacesWanted:          d.spread(1, 8),
		SpaceKinds:            a.kinds.several(d, d.between(1, 3)),
		Activity:              a.activity,
		Use:                   domain.UsePattern{Kind: domain.UseContinuous},
		Territories:           []domain.Territory{around(d, home)},
		WantsPriorityDistrict: d.chance(50),
		NeedsStepFreeAccess:   a.erp != nil && d.chance(75),
		Utilities:             a.utilities,
		OccupancyForms:        a.forms,
		Provenance:            provenance(d, 85, "Fiche du projet (synthétique)"),
	}
	least := a.surface.draw(d)
	f.Surface.MinM2 = new(float64(least))
	f.Surface.MaxM2 = known(d, 50, float64(least*d.between(2, 5)))
	earliest := told.AddDays(d.between(20, 200))
	f.Start = domain.StartWindow{Earliest: known(d, 90, earliest), Latest: known(d, 75, earliest.AddDays(d.between(60, 300)))}
	f.Duration.MinMonths = a.months.draw(d)
	f.Duration.MaxMonths = known(d, 60, f.Duration.MinMonths*d.between(1, 3))
	f.FitOutDays = a.fitOut.draw(d)
	if a.slot != (span{}) {
		f.Use = recurring(d, a.slot)
	}
	if a.erp != nil {
		f.PublicReception = &domain.PublicReception{ErpTypes: a.erp, Headcount: a.headcount.draw(d)}
	}
	if d.chance(85) {
		f.Budget = &domain.HostingBudget{MonthlyCeiling: domain.Amount(100 * a.budget.draw(d))}
	}
	return f
}

// recurring draws a use of some days, of which one may do.
func recurring(d dice, halfHours span) domain.UsePattern {
	rule := pick(d, "FREQ=WEEKLY;INTERVAL=4;BYDAY=", "FREQ=WEEKLY;INTERVAL=2;BYDAY=", "FREQ=WEEKLY;BYDAY=")
	use := domain.UsePattern{Kind: domain.UseRecurring}
	length := halfHours.draw(d)
	for _, day := range evenly(weekdays...).several(d, d.between(1, 3)) {
		start := d.between(18, 40-length) * 30 // to end by 20:00
		use.Slots = append(use.Slots, domain.RecurringSlot{Rule: rule + day, Start: domain.TimeOfDay(start), DurationMinutes: length * 30})
	}
	use.SlotsNeeded = known(d, 70, 1)
	return use
}

// around draws a territory that holds a commune.
func around(d dice, c *domain.Commune) domain.Territory {
	scale := shares[domain.TerritoryScale]{
		{48, domain.TerritoryRadius}, {26, domain.TerritoryDepartement}, {16, domain.TerritoryRegion}, {8, domain.TerritoryCommune}, {2, domain.TerritoryCountry},
	}.draw(d)
	t := domain.Territory{Scale: scale}
	switch scale {
	case domain.TerritoryRadius:
		t.Code, t.RadiusKm = string(presentCode(c)), new(d.between(2, 8)*5)
	case domain.TerritoryDepartement:
		t.Code = string(c.Departement)
	case domain.TerritoryRegion:
		t.Code = string(c.Region)
	case domain.TerritoryCommune:
		t.Code = string(presentCode(c))
	}
	return t
}
