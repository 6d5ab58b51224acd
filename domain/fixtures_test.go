package domain_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// gazetteer knows Saint-Denis, its département and its région.
type gazetteer struct{}

func (gazetteer) Commune(c domain.InseeCode) (*domain.Commune, bool) {
	return &domain.Commune{Code: c, Name: "Saint-Denis"}, c == "93066"
}

func (gazetteer) Departement(c domain.DepartementCode) (*domain.Departement, bool) {
	return &domain.Departement{Code: c}, c == "93"
}

func (gazetteer) Region(c domain.RegionCode) (*domain.Region, bool) {
	return &domain.Region{Code: c}, c == "11"
}

// checkRule stands for calendar.Check.
func checkRule(s domain.RecurringSlot) error {
	if !strings.HasPrefix(s.Rule, "FREQ=") || len(s.Rule) > 200 {
		return errors.New("FREQ is missing")
	}
	return nil
}

func day(t testing.TB, s string) domain.Date {
	t.Helper()
	d, err := domain.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The least that can be entered.

func leastLandlord() domain.LandlordFields {
	return domain.LandlordFields{Name: "Office", Kind: domain.LandlordKindOph}
}

func leastSite() domain.SiteFields {
	return domain.SiteFields{Name: "Les Tilleuls", CommuneCode: "93066",
		PriorityDistrict: domain.PriorityDistrict{Standing: domain.QpvUnknown}, Visibility: domain.VisibilityPublic}
}

func leastSpace() domain.SpaceFields {
	return domain.SpaceFields{Label: "LCR", Kind: domain.SpaceKindCollectiveRoom,
		StepFreeAccess: domain.AccessUnknown, Erp: domain.SpaceErp{Category: domain.CategoryUnknown},
		VacancyCause: domain.VacancyUnknown, Visibility: domain.VisibilityPublic}
}

func leastProject() domain.ProjectFields {
	return domain.ProjectFields{Slug: "vrac", Name: "VRAC", Summary: "Achats groupés.",
		Holder: domain.ProjectHolder{Name: "VRAC France"}, Stage: domain.StageScaling,
		Domains: []domain.InnovationDomain{domain.DomainInclusion}, Publics: []domain.TargetPublic{domain.PublicAll}}
}

func leastNeed() domain.NeedFields {
	return domain.NeedFields{Label: "Un local", PlacesWanted: 1, SpaceKinds: []domain.SpaceKind{domain.SpaceKindOffice},
		Activity: domain.ActivityOfficeWork, Use: domain.UsePattern{Kind: domain.UseContinuous},
		Duration: domain.NeedDuration{MinMonths: 1}, Territories: []domain.Territory{{Scale: domain.TerritoryCountry}}}
}

func leastLandlordNeed() domain.LandlordNeedFields {
	return domain.LandlordNeedFields{Title: "De la culture", Domains: []domain.InnovationDomain{domain.DomainCulture},
		Activity: domain.ActivityArts, Territories: []domain.Territory{{Scale: domain.TerritoryCountry}},
		Timing: domain.LandlordNeedTiming{Kind: domain.TimingLasting}, Visibility: domain.VisibilityPublic}
}

// Everything that can be entered: no pointer is nil, no list is empty.

var (
	circle     = domain.Territory{Scale: domain.TerritoryRadius, Code: "93066", RadiusKm: new(10)}
	provenance = domain.Provenance{Source: "déclaration", AsOf: new(domain.NewDate(2026, 9, 1))}
	figure     = domain.Figure{Value: 64_000, AsOf: new(domain.NewDate(2023, 10, 1)), Source: "rapport annuel"}
	image      = domain.Image{URL: "https://www.exemple.fr/image.png", AlternativeText: "La façade"}
	evening    = domain.RecurringSlot{Rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", From: new(domain.NewDate(2026, 9, 1)),
		Until: new(domain.NewDate(2027, 6, 30)), Start: 17 * 60, DurationMinutes: 180}
)

func fullLandlord() domain.LandlordFields {
	return domain.LandlordFields{
		Name: "Office", Kind: domain.LandlordKindOph, GroupID: new(domain.LandlordID("lld_group")),
		Siren: new(domain.Siren("732829320")), Federation: new("Fédération des OPH"),
		Dwellings: new(figure), Employees: new(figure),
		Territories: []domain.Territory{circle},
		Priorities:  []domain.InnovationDomain{domain.DomainCulture},
		Publics:     []domain.TargetPublic{domain.PublicSeniors},
		Practices:   []domain.ProcurementLever{domain.LeverLots},
		Partners: []domain.Partner{{Name: "Régie de quartier", Activity: new("entretien"),
			Levers: []domain.ProcurementLever{domain.LeverSocialClause}}},
		GuardingCostMonthly: new(domain.Amount(1_200_00)),
		Website:             new("https://www.exemple.fr"), Logo: new(image), Provenance: new(provenance),
	}
}

func fullSite() domain.SiteFields {
	return domain.SiteFields{
		Name: "Les Tilleuls", Street: new("1 rue des Tilleuls"), CommuneCode: "93066",
		Position:         &domain.Position{Latitude: 48.93, Longitude: 2.36, Quality: domain.PositionAddress},
		PriorityDistrict: domain.PriorityDistrict{Standing: domain.QpvInside, Code: new(domain.QpvCode("QN09301M"))},
		NpnruInterest:    new(domain.NpnruNational), Dwellings: new(figure),
		ResidentPublics: []domain.TargetPublic{domain.PublicFamilies},
		Works: []domain.Works{{Kind: domain.WorksDemolition, Label: new("bâtiment B"),
			From: new(domain.NewDate(2028, 1, 1)), Until: new(domain.NewDate(2028, 12, 31))}},
		TenantsAssociation: &domain.TenantsAssociation{Exists: true, Name: new("Amicale"), Consultation: new("Une réunion par an.")},
		LocalAuthority:     &domain.LocalAuthority{Support: domain.SupportSupportive, AsOf: new(domain.NewDate(2026, 9, 1)), Source: new("mairie")},
		Visibility:         domain.VisibilityNetwork, ExternalRef: new("SPH-001"),
		Identifiers: []domain.Identifier{{Scheme: "RNB", Value: "AB12CD34EF56"}}, Provenance: new(provenance),
	}
}

func fullSpace() domain.SpaceFields {
	return domain.SpaceFields{
		Label: "LCR", Kind: domain.SpaceKindCollectiveRoom, Surface: domain.SurfaceRange{MinM2: new(60.0), MaxM2: new(80.5)},
		Floor: new(0), StepFreeAccess: domain.AccessCompliant,
		Erp:      domain.SpaceErp{Category: domain.Category5, Types: []domain.ErpType{domain.ErpL}},
		Capacity: new(50), Utilities: []domain.SpaceUtility{domain.UtilityWater}, MissingUtilities: []domain.SpaceUtility{domain.UtilityGas},
		ExcludedUses: []domain.Activity{domain.ActivityCooking},
		WorksNeeded:  &domain.SpaceWorks{Description: "Peinture.", EstimatedCost: new(domain.Amount(5_000_00)), Days: new(20)},
		VacancyCause: domain.VacancyUnlet,
		Availability: domain.SpaceAvailability{From: new(domain.NewDate(2026, 9, 1)), Until: new(domain.NewDate(2029, 8, 31)),
			OpeningSlots: []domain.RecurringSlot{evening}},
		OccupancyForms: []domain.OccupancyForm{domain.FormLoanForUse},
		Cost: &domain.Cost{Amount: 300_00, Currency: domain.CurrencyEur, Basis: domain.CostPerMonth, VatPercent: new(20.0),
			ChargesIncluded: new(false), MonthlyCharges: new(domain.Amount(50_00))},
		Shareable: new(true),
		Commitments: []domain.Commitment{{Kind: domain.CommitmentOwnUse, From: new(domain.NewDate(2026, 9, 1)),
			Until: new(domain.NewDate(2027, 6, 30)), Slots: []domain.RecurringSlot{evening}}},
		Visibility: domain.VisibilityPublic, ExternalRef: new("SPH-001-LCR"), Provenance: new(provenance),
	}
}

func fullProject() domain.ProjectFields {
	return domain.ProjectFields{
		Slug: "vrac", Aliases: []string{"vrac-france"}, Name: "VRAC", Summary: "Achats groupés.\nDans dix-huit agglomérations.",
		Website: new("https://www.exemple.fr"), Image: new(image), ContactURL: new("https://www.exemple.fr/contact"),
		Holder: domain.ProjectHolder{Name: "VRAC France", Siren: new(domain.Siren("732829320")),
			Siret: new(domain.Siret("73282932000074")), Rna: new("W691085512")},
		Awards: []domain.Award{{Programme: "La France s'engage", Year: new(2017)}}, Stage: domain.StageScaling,
		Domains: []domain.InnovationDomain{domain.DomainInclusion}, Publics: []domain.TargetPublic{domain.PublicAll},
		Tags: []string{"alimentation"}, Footprint: []domain.Territory{circle},
		Approvals: []domain.Approval{{Kind: domain.ApprovalEsus, ValidUntil: new(domain.NewDate(2028, 1, 1))}},
		References: []domain.PlacementReference{{Label: "Distribution mensuelle", LandlordName: new("Office"), HlmLandlord: true,
			Year: new(2022), Place: new("Vaulx-en-Velin")}},
		Activities: []domain.Activity{domain.ActivityFoodDistribution}, Levers: []domain.ProcurementLever{domain.LeverReservedEss},
		Capacity:   &domain.ProjectCapacity{HoursPerWeek: new(35), From: new(domain.NewDate(2026, 9, 1))},
		Provenance: new(provenance),
	}
}

func fullNeed() domain.NeedFields {
	return domain.NeedFields{
		Label: "Un soir par quinzaine", Description: new("Pour une distribution."), PlacesWanted: 2,
		SpaceKinds: []domain.SpaceKind{domain.SpaceKindCollectiveRoom}, Activity: domain.ActivityFoodDistribution,
		Surface:  domain.SurfaceRange{MinM2: new(40.0), MaxM2: new(120.0)},
		Use:      domain.UsePattern{Kind: domain.UseRecurring, Slots: []domain.RecurringSlot{evening}, SlotsNeeded: new(1)},
		Start:    domain.StartWindow{Earliest: new(domain.NewDate(2026, 9, 1)), Latest: new(domain.NewDate(2027, 1, 1))},
		Duration: domain.NeedDuration{MinMonths: 12, MaxMonths: new(24)}, FitOutDays: 10,
		Territories: []domain.Territory{circle}, WantsPriorityDistrict: true,
		PublicReception:     &domain.PublicReception{ErpTypes: []domain.ErpType{domain.ErpL}, Headcount: 30},
		NeedsStepFreeAccess: true, Utilities: []domain.SpaceUtility{domain.UtilityWater},
		Budget:         &domain.HostingBudget{MonthlyCeiling: 100_00},
		OccupancyForms: []domain.OccupancyForm{domain.FormLoanForUse}, Provenance: new(provenance),
	}
}

func fullLandlordNeed() domain.LandlordNeedFields {
	return domain.LandlordNeedFields{
		Title: "Porter les courses", Description: new("L'ascenseur est en panne pour un mois."),
		Domains: []domain.InnovationDomain{domain.DomainInclusion}, Publics: []domain.TargetPublic{domain.PublicSeniors},
		Activity: domain.ActivityShoppingHelp, Sites: []domain.SiteID{"sit_1"}, Territories: []domain.Territory{circle},
		Timing: domain.LandlordNeedTiming{Kind: domain.TimingRecurring, From: new(domain.NewDate(2026, 9, 1)),
			Until: new(domain.NewDate(2026, 9, 30)), Slots: []domain.RecurringSlot{evening}},
		Volume: domain.LandlordNeedVolume{HoursPerWeek: new(10), Beneficiaries: new(40)},
		Levers: []domain.ProcurementLever{domain.LeverMicroContract},
		Budget: &domain.LandlordNeedBudget{Amount: 900_00, Basis: domain.BudgetTotal}, AnswerBy: new(domain.NewDate(2026, 8, 25)),
		Visibility: domain.VisibilityNetwork, ExternalRef: new("BES-01"), Provenance: new(provenance),
	}
}

// The validations, all of one shape.

func checkLandlord(f domain.LandlordFields, p *domain.Problems) { f.Validate(p, gazetteer{}) }
func checkSite(f domain.SiteFields, p *domain.Problems)         { f.Validate(p, gazetteer{}) }
func checkSpace(f domain.SpaceFields, p *domain.Problems)       { f.Validate(p, checkRule) }
func checkProject(f domain.ProjectFields, p *domain.Problems)   { f.Validate(p, gazetteer{}) }
func checkLandlordNeed(f domain.LandlordNeedFields, p *domain.Problems) {
	f.Validate(p, gazetteer{}, checkRule)
}
func checkNeed(f domain.NeedFields, p *domain.Problems) { f.Validate(p, gazetteer{}, checkRule) }
