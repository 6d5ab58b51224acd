package synthetic

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// wish is a sort of need of a landlord, after those that landlords told of.
type wish struct {
	weight   int
	title    string // before the place
	activity domain.Activity
	domains  shares[domain.InnovationDomain]
	publics  shares[domain.TargetPublic]
	timing   shares[domain.NeedTiming]
	// slot is the length of a recurring need's slots in half hours.
	slot span
	// days is how long it lasts, when it ends.
	days span
	// hours a week, and people served.
	hours, people span
	levers        shares[domain.ProcurementLever]
	// monthly is the budget in euros.
	monthly span
}

var wishes = []wish{
	{
		weight: 18, title: "Porter les courses pendant une panne d'ascenseur", activity: domain.ActivityShoppingHelp,
		domains: evenly(domain.DomainInclusion, domain.DomainLivingEnvironment),
		publics: evenly(domain.PublicSeniors, domain.PublicDisabledPeople, domain.PublicHlmTenants),
		timing:  shares[domain.NeedTiming]{{90, domain.TimingRecurring}, {10, domain.TimingOneOff}},
		slot:    span{2, 4}, days: span{14, 60}, hours: span{6, 16}, people: span{10, 80},
		levers: evenly(domain.LeverMicroContract, domain.LeverOneOff, domain.LeverSubsidy), monthly: span{400, 1_600},
	},
	{
		weight: 16, title: "De la médiation en soirée", activity: domain.ActivityMediation,
		domains: evenly(domain.DomainSocialAnimation, domain.DomainLivingEnvironment),
		publics: evenly(domain.PublicYouth, domain.PublicFamilies, domain.PublicHlmTenants),
		timing:  shares[domain.NeedTiming]{{60, domain.TimingRecurring}, {40, domain.TimingLasting}},
		slot:    span{4, 8}, days: span{120, 720}, hours: span{6, 70}, people: span{50, 600},
		levers: evenly(domain.LeverSubsidy, domain.LeverMultiYear, domain.LeverReservedSiae), monthly: span{900, 6_000},
	},
	{
		weight: 16, title: "L'entretien des espaces verts", activity: domain.ActivityGreenSpaces,
		domains: evenly(domain.DomainEmployment, domain.DomainEcologicalTransition),
		publics: evenly(domain.PublicJobSeekers, domain.PublicDisabledPeople),
		timing:  shares[domain.NeedTiming]{{80, domain.TimingLasting}, {20, domain.TimingOneOff}},
		days:    span{30, 1_100}, hours: span{14, 210}, people: span{4, 20},
		levers: evenly(domain.LeverSocialClause, domain.LeverReservedSiae, domain.LeverReservedDisability, domain.LeverLots), monthly: span{1_500, 12_000},
	},
	{
		weight: 12, title: "De la culture au pied des immeubles", activity: domain.ActivityArts,
		domains: evenly(domain.DomainCulture, domain.DomainSocialAnimation, domain.DomainEducation),
		publics: evenly(domain.PublicYouth, domain.PublicFamilies, domain.PublicQpvResidents),
		timing:  shares[domain.NeedTiming]{{50, domain.TimingRecurring}, {25, domain.TimingOneOff}, {25, domain.TimingLasting}},
		slot:    span{3, 6}, days: span{14, 365}, hours: span{2, 20}, people: span{20, 200},
		levers: evenly(domain.LeverSubsidy, domain.LeverMicroContract), monthly: span{300, 3_000},
	},
	{
		weight: 10, title: "Un chantier éducatif dans les halls", activity: domain.ActivityYouthWorksites,
		domains: evenly(domain.DomainEducation, domain.DomainEmployment),
		publics: evenly(domain.PublicYouth, domain.PublicQpvResidents),
		timing:  shares[domain.NeedTiming]{{100, domain.TimingOneOff}},
		days:    span{5, 30}, hours: span{28, 140}, people: span{6, 16},
		levers: evenly(domain.LeverSubsidy, domain.LeverOneOff), monthly: span{3_000, 12_000},
	},
	{
		weight: 10, title: "Des distributions de produits de qualité", activity: domain.ActivityFoodDistribution,
		domains: evenly(domain.DomainSustainableDevelopment, domain.DomainSocialAnimation),
		publics: evenly(domain.PublicFamilies, domain.PublicQpvResidents, domain.PublicStudents),
		timing:  shares[domain.NeedTiming]{{50, domain.TimingRecurring}, {50, domain.TimingLasting}},
		slot:    span{4, 8}, days: span{180, 1_100}, hours: span{3, 20}, people: span{40, 300},
		levers: evenly(domain.LeverSubsidy, domain.LeverReservedEss), monthly: span{200, 1_500},
	},
	{
		weight: 10, title: "Un accompagnement vers l'emploi", activity: domain.ActivityJobSupport,
		domains: evenly(domain.DomainEmployment, domain.DomainGenderEquality, domain.DomainResidentTraining),
		publics: evenly(domain.PublicWomen, domain.PublicJobSeekers, domain.PublicYouth),
		timing:  shares[domain.NeedTiming]{{40, domain.TimingRecurring}, {60, domain.TimingLasting}},
		slot:    span{4, 12}, days: span{120, 720}, hours: span{7, 70}, people: span{10, 80},
		levers: evenly(domain.LeverReservedSiae, domain.LeverReservedEss, domain.LeverSubsidy), monthly: span{1_000, 6_000},
	},
	{
		weight: 8, title: "Une collecte des encombrants", activity: domain.ActivityBulkyWaste,
		domains: evenly(domain.DomainEcologicalTransition, domain.DomainLivingEnvironment),
		publics: evenly(domain.PublicHlmTenants, domain.PublicAll),
		timing:  shares[domain.NeedTiming]{{70, domain.TimingRecurring}, {30, domain.TimingOneOff}},
		slot:    span{4, 8}, days: span{30, 720}, hours: span{4, 35}, people: span{60, 900},
		levers: evenly(domain.LeverReservedEss, domain.LeverReservedSiae, domain.LeverLots), monthly: span{500, 4_000},
	},
}

var wishesByWeight = func() (s shares[int]) {
	for i, w := range wishes {
		s = s.and(w.weight, i)
	}
	return s
}()

// wishVisibilities: what is wanted is to be known, most often.
var wishVisibilities = shares[domain.Visibility]{{74, domain.VisibilityPublic}, {20, domain.VisibilityNetwork}, {6, domain.VisibilityPrivate}}

// newLandlordNeed draws the nth need of a landlord.
func newLandlordNeed(d dice, l *landlord, number, n int) LandlordNeed {
	w := &wishes[wishesByWeight.draw(d)]
	home := draw(d, l.areas)
	f := domain.LandlordNeedFields{
		Title:       fmt.Sprintf("%s, %s (synthétique)", w.title, home.Name),
		Domains:     w.domains.several(d, d.between(1, 2)),
		Activity:    w.activity,
		Timing:      domain.LandlordNeedTiming{Kind: w.timing.draw(d)},
		Visibility:  wishVisibilities.draw(d),
		ExternalRef: new(fmt.Sprintf("B%04d-%02d", number, n)),
	}
	if d.chance(80) {
		f.Publics = w.publics.several(d, d.between(1, 3))
	}
	from := told.AddDays(d.between(10, 240))
	f.Timing.From = known(d, 85, from)
	if f.Timing.Kind != domain.TimingLasting {
		f.Timing.Until = known(d, 85, from.AddDays(w.days.draw(d)))
	}
	if f.Timing.Kind == domain.TimingRecurring && d.chance(75) {
		f.Timing.Slots = recurring(d, w.slot).Slots
	}
	f.Volume.HoursPerWeek = known(d, 70, w.hours.draw(d))
	f.Volume.Beneficiaries = known(d, 65, w.people.draw(d))
	if d.chance(60) {
		f.Levers = w.levers.several(d, d.between(1, 2))
	}
	if d.chance(55) {
		f.Budget = &domain.LandlordNeedBudget{Amount: domain.Amount(100 * w.monthly.draw(d)), Basis: domain.BudgetPerMonth}
		if f.Timing.Kind == domain.TimingOneOff {
			f.Budget.Basis = domain.BudgetTotal
		}
	}
	f.AnswerBy = known(d, 50, from.AddDays(-d.between(1, 9)))
	f.Provenance = provenance(d, 85, "Entretien (synthétique)", "Enquête auprès des agences (synthétique)")
	need := domain.StatedLandlordNeed{LandlordNeedFields: f}
	// Sites up to this one are there for sure, whatever the stock was drawn to be.
	if there := (l.spaces + mostOfSite - 1) / mostOfSite; there > 0 && d.chance(60) {
		for _, i := range evenly(1, (1+there)/2, there).several(d, d.between(1, 2)) {
			if ref := siteRef(number, i); len(need.Sites) == 0 || *need.Sites[0].ExternalRef != ref {
				need.Sites = append(need.Sites, domain.LandlordSiteRef{ExternalRef: &ref})
			}
		}
	}
	if need.Sites == nil || d.chance(20) {
		need.Territories = []domain.Territory{around(d, home)}
	}
	return LandlordNeed{Landlord: *l.fields.Siren, Fields: need, Publish: d.chance(88)}
}
