package match

import (
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

var loadAtlas = sync.OnceValues(geo.Load)

func atlas(t testing.TB) *geo.Atlas {
	t.Helper()
	a, err := loadAtlas()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// today in these tests.
var today = date("2026-11-15")

func ruleset(t testing.TB) *domain.Ruleset {
	t.Helper()
	r, ok := RulesetNamed(domain.RulesetSpace, "2026-11")
	if !ok {
		t.Fatal("no ruleset 2026-11")
	}
	return r
}

func engine(t testing.TB) *Engine { return NewEngine(atlas(t), ruleset(t), today, true) }

func date(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func ref[T any](v T) *T { return &v }

func on(s string) *domain.Date { return ref(date(s)) }

var published = domain.Record{Version: 1, State: domain.PublicationPublished}

func m2range(least, most float64) domain.SurfaceRange {
	return domain.SurfaceRange{MinM2: &least, MaxM2: &most}
}

func slot(rule, start string, minutes int) domain.RecurringSlot {
	t, err := domain.ParseTimeOfDay(start)
	if err != nil {
		panic(err)
	}
	return domain.RecurringSlot{Rule: rule, Start: t, DurationMinutes: minutes}
}

// Lyon, Villeurbanne (about 3.5 km away) and Fort-de-France.
const (
	lyon         domain.InseeCode = "69123"
	villeurbanne domain.InseeCode = "69266"
	fortDeFrance domain.InseeCode = "97209"
)

// caracol looks for whole buildings, dwellings or disused hostels for 18 months
// before demolition, under a temporary-residence agreement.
func caracol() Subject {
	return Subject{
		Need: &domain.HostingNeed{
			ID: "ned_caracol", ProjectID: "prj_caracol", Record: published,
			NeedFields: domain.NeedFields{
				Label: "Immeuble à habiter avant démolition", PlacesWanted: 2,
				SpaceKinds:     []domain.SpaceKind{domain.SpaceKindWholeBuilding, domain.SpaceKindVacantDwelling, domain.SpaceKindDisusedHostel},
				Activity:       domain.ActivityTemporaryHousing,
				Surface:        domain.SurfaceRange{MinM2: ref(200.0)},
				Use:            domain.UsePattern{Kind: domain.UseContinuous},
				Start:          domain.StartWindow{Earliest: on("2027-01-01"), Latest: on("2027-06-30")},
				Duration:       domain.NeedDuration{MinMonths: 18, MaxMonths: ref(36)},
				FitOutDays:     30,
				Territories:    []domain.Territory{{Scale: domain.TerritoryRadius, Code: string(lyon), RadiusKm: ref(20)}},
				Utilities:      []domain.SpaceUtility{domain.UtilityWater, domain.UtilityElectricity},
				Budget:         &domain.HostingBudget{MonthlyCeiling: 150_000},
				OccupancyForms: []domain.OccupancyForm{domain.FormTemporaryResidence, domain.FormPrecariousOccupancy},
			},
		},
		Project: &domain.InnovationProject{
			ID: "prj_caracol", Record: published,
			ProjectFields: domain.ProjectFields{
				Slug: "caracol", Name: "Caracol", Stage: domain.StageScaling,
				Domains:   []domain.InnovationDomain{domain.DomainInclusion, domain.DomainLivingEnvironment},
				Publics:   []domain.TargetPublic{domain.PublicExiles, domain.PublicStudents, domain.PublicJobSeekers},
				Approvals: []domain.Approval{{Kind: domain.ApprovalIntermediateHousing, ValidUntil: on("2029-12-31")}},
				References: []domain.PlacementReference{
					{Label: "Immeuble avant démolition", HlmLandlord: true}, {Label: "Ancien foyer", HlmLandlord: true}},
				Provenance: &domain.Provenance{Source: "Fiche du projet", AsOf: on("2026-10-01")},
			},
		},
	}
}

// building is a whole building before demolition that suits caracol.
func building() Candidate {
	return Candidate{
		Space: &domain.VacantSpace{
			ID: "spc_building", SiteID: "sit_villeurbanne", Record: published,
			SpaceFields: domain.SpaceFields{
				Label: "Bâtiment C", Kind: domain.SpaceKindWholeBuilding, Surface: m2range(280, 280),
				StepFreeAccess: domain.AccessPartial, Erp: domain.SpaceErp{Category: domain.CategoryNotErp},
				Utilities:      []domain.SpaceUtility{domain.UtilityWater, domain.UtilityElectricity, domain.UtilityHeating},
				ExcludedUses:   []domain.Activity{},
				VacancyCause:   domain.VacancyPreDemolition,
				Availability:   domain.SpaceAvailability{From: on("2026-12-01"), Until: on("2029-01-31")},
				OccupancyForms: []domain.OccupancyForm{domain.FormTemporaryResidence},
				Cost:           &domain.Cost{Amount: 80_000, Currency: domain.CurrencyEur, Basis: domain.CostPerMonth},
				Visibility:     domain.VisibilityPublic,
				Provenance:     &domain.Provenance{Source: "Visite", AsOf: on("2026-11-02")},
			},
		},
		Site: &domain.LandlordSite{
			ID: "sit_villeurbanne", LandlordID: "lld_test", Record: published,
			SiteFields: domain.SiteFields{
				Name: "Les Tilleuls", CommuneCode: villeurbanne,
				Position:         &domain.Position{Latitude: 45.7719, Longitude: 4.8902, Quality: domain.PositionAddress},
				PriorityDistrict: domain.PriorityDistrict{Standing: domain.QpvNear},
				NpnruInterest:    ref(domain.NpnruNational),
				ResidentPublics:  []domain.TargetPublic{domain.PublicFamilies, domain.PublicStudents, domain.PublicJobSeekers},
				LocalAuthority:   &domain.LocalAuthority{Support: domain.SupportSupportive, AsOf: on("2026-09-01"), Source: ref("Courrier du maire")},
				Visibility:       domain.VisibilityPublic,
				Provenance:       &domain.Provenance{Source: "Patrimoine 2026", AsOf: on("2026-01-01")},
			},
		},
		Landlord: landlord(),
	}
}

func landlord() *domain.Landlord {
	return &domain.Landlord{
		ID: "lld_test", Record: published,
		LandlordFields: domain.LandlordFields{
			Name: "Habitat du Confluent", Kind: domain.LandlordKindOph,
			Priorities: []domain.InnovationDomain{domain.DomainInclusion, domain.DomainSocialAnimation, domain.DomainLivingEnvironment},
			Practices:  []domain.ProcurementLever{domain.LeverSocialClause, domain.LeverLots},
			Provenance: &domain.Provenance{Source: "Entretien", AsOf: on("2026-06-15")},
		},
	}
}

// vrac looks for a room one evening every four weeks, any of three, in a
// priority district.
func vrac() Subject {
	return Subject{
		Need: &domain.HostingNeed{
			ID: "ned_vrac", ProjectID: "prj_vrac", Record: published,
			NeedFields: domain.NeedFields{
				Label: "Distribution mensuelle", PlacesWanted: 1,
				SpaceKinds: []domain.SpaceKind{domain.SpaceKindCollectiveRoom, domain.SpaceKindGroundFloorPremises},
				Activity:   domain.ActivityFoodDistribution,
				Surface:    m2range(40, 120),
				Use: domain.UsePattern{Kind: domain.UseRecurring, SlotsNeeded: ref(1), Slots: []domain.RecurringSlot{
					slot("FREQ=WEEKLY;INTERVAL=4;BYDAY=TU", "17:00", 180),
					slot("FREQ=WEEKLY;INTERVAL=4;BYDAY=WE", "17:00", 180),
					slot("FREQ=WEEKLY;INTERVAL=4;BYDAY=TH", "17:00", 180)}},
				Start:                 domain.StartWindow{Earliest: on("2027-01-04")},
				Duration:              domain.NeedDuration{MinMonths: 12},
				Territories:           []domain.Territory{{Scale: domain.TerritoryCommune, Code: string(lyon)}, {Scale: domain.TerritoryCommune, Code: string(villeurbanne)}},
				WantsPriorityDistrict: true,
				PublicReception:       &domain.PublicReception{ErpTypes: []domain.ErpType{domain.ErpL, domain.ErpM}, Headcount: 40},
				NeedsStepFreeAccess:   true,
				Utilities:             []domain.SpaceUtility{domain.UtilityElectricity},
				Budget:                &domain.HostingBudget{MonthlyCeiling: 10_000},
			},
		},
		Project: &domain.InnovationProject{
			ID: "prj_vrac", Record: published,
			ProjectFields: domain.ProjectFields{
				Slug: "vrac", Name: "VRAC", Stage: domain.StageEstablished,
				Domains:    []domain.InnovationDomain{domain.DomainSocialAnimation, domain.DomainEcologicalTransition},
				Publics:    []domain.TargetPublic{domain.PublicQpvResidents, domain.PublicHlmTenants},
				Approvals:  []domain.Approval{},
				References: []domain.PlacementReference{{Label: "Salle à Lyon 8e", HlmLandlord: true}},
			},
		},
	}
}

// room is a residents' room shared with another association on Tuesdays.
func room() Candidate {
	c := Candidate{
		Space: &domain.VacantSpace{
			ID: "spc_room", SiteID: "sit_room", Record: published,
			SpaceFields: domain.SpaceFields{
				Label: "Salle commune", Kind: domain.SpaceKindCollectiveRoom, Surface: m2range(60, 60),
				StepFreeAccess: domain.AccessCompliant,
				Erp:            domain.SpaceErp{Category: domain.Category5, Types: []domain.ErpType{domain.ErpL}},
				Capacity:       ref(49),
				Utilities:      []domain.SpaceUtility{domain.UtilityElectricity, domain.UtilityWater},
				ExcludedUses:   []domain.Activity{domain.ActivityPerformance},
				VacancyCause:   domain.VacancyStructural,
				Availability:   domain.SpaceAvailability{From: on("2026-01-01"), OpenEnded: true},
				OccupancyForms: []domain.OccupancyForm{domain.FormLoanForUse},
				Cost:           &domain.Cost{Currency: domain.CurrencyEur, Basis: domain.CostFree},
				Shareable:      ref(true),
				Commitments: []domain.Commitment{{Kind: domain.CommitmentConvention, From: on("2026-09-01"), Until: on("2027-12-31"),
					Slots: []domain.RecurringSlot{slot("FREQ=WEEKLY;BYDAY=TU", "18:00", 120)}}},
				Visibility: domain.VisibilityPublic,
			},
		},
		Site: &domain.LandlordSite{
			ID: "sit_room", LandlordID: "lld_test", Record: published,
			SiteFields: domain.SiteFields{
				Name: "Mermoz", CommuneCode: lyon,
				PriorityDistrict: domain.PriorityDistrict{Standing: domain.QpvInside},
				ResidentPublics:  []domain.TargetPublic{domain.PublicFamilies, domain.PublicSeniors},
				Visibility:       domain.VisibilityPublic,
			},
		},
		Landlord: landlord(),
	}
	return c
}
