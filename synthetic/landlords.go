package synthetic

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// landlord is a landlord, and what its stock is drawn by.
type landlord struct {
	fields domain.LandlordFields
	group  domain.Siren
	// areas are where its sites are, also when its territories aren't known.
	areas []*area
	// weight is its part of the country's stock, spaces how many that makes.
	weight, spaces int
}

// Of almost 600 organisations of the USH a third are public offices, a third
// companies, a quarter cooperatives; nearly all dwellings belong to the first
// two. The rest stand in for their kinds.
var landlordKinds = shares[domain.LandlordKind]{
	{31, domain.LandlordKindOph},
	{29, domain.LandlordKindEsh},
	{22, domain.LandlordKindCoopHlm},
	{6, domain.LandlordKindSem},
	{5, domain.LandlordKindSacicap},
	{3, domain.LandlordKindMoi},
	{2, domain.LandlordKindHlmFoundation},
	{1, domain.LandlordKindSac},
	{1, domain.LandlordKindOther},
}

// headKinds are those of a group's head.
var headKinds = shares[domain.LandlordKind]{
	{50, domain.LandlordKindSac},
	{35, domain.LandlordKindEsh},
	{15, domain.LandlordKindOther},
}

// reach is how far a landlord works.
type reach int

const (
	reachLocal        reach = iota // an agglomeration
	reachDepartement               // a département
	reachDepartements              // some départements of a région
	reachRegion
	reachCountry
)

// trait is what goes with a landlord's kind.
type trait struct {
	// size weighs the stock against that of other kinds.
	size int
	// grouped is how many in a hundred belong to a group.
	grouped int
	reach   shares[reach]
}

var traits = map[domain.LandlordKind]trait{
	domain.LandlordKindOph:           {100, 10, shares[reach]{{70, reachDepartement}, {30, reachLocal}}},
	domain.LandlordKindEsh:           {120, 50, shares[reach]{{45, reachDepartements}, {35, reachRegion}, {15, reachDepartement}, {5, reachCountry}}},
	domain.LandlordKindCoopHlm:       {8, 30, shares[reach]{{70, reachDepartement}, {30, reachDepartements}}},
	domain.LandlordKindSem:           {50, 10, shares[reach]{{60, reachLocal}, {40, reachDepartement}}},
	domain.LandlordKindSacicap:       {1, 0, shares[reach]{{80, reachDepartement}, {20, reachDepartements}}},
	domain.LandlordKindMoi:           {3, 10, shares[reach]{{100, reachDepartement}}},
	domain.LandlordKindHlmFoundation: {10, 0, shares[reach]{{50, reachRegion}, {50, reachCountry}}},
	domain.LandlordKindSac:           {5, 0, shares[reach]{{100, reachRegion}}},
	domain.LandlordKindOther:         {15, 10, shares[reach]{{50, reachDepartement}, {50, reachRegion}}},
}

var landlordPriorities = shares[domain.InnovationDomain]{
	{20, domain.DomainSocialAnimation}, {20, domain.DomainLivingEnvironment}, {15, domain.DomainInclusion},
	{14, domain.DomainEmployment}, {12, domain.DomainEcologicalTransition}, {10, domain.DomainEducation},
	{9, domain.DomainCulture}, {8, domain.DomainSustainableDevelopment}, {7, domain.DomainDigital},
	{6, domain.DomainResidentTraining}, {5, domain.DomainGenderEquality},
}

var landlordPublics = shares[domain.TargetPublic]{
	{20, domain.PublicHlmTenants}, {18, domain.PublicFamilies}, {18, domain.PublicSeniors}, {16, domain.PublicYouth},
	{14, domain.PublicQpvResidents}, {10, domain.PublicJobSeekers}, {8, domain.PublicWomen}, {6, domain.PublicStudents},
	{6, domain.PublicDisabledPeople}, {4, domain.PublicPeopleInEmergency}, {4, domain.PublicExiles}, {3, domain.PublicAll},
}

var landlordPractices = shares[domain.ProcurementLever]{
	{30, domain.LeverSocialClause}, {20, domain.LeverLots}, {12, domain.LeverSubsidy}, {10, domain.LeverReservedSiae},
	{8, domain.LeverReservedDisability}, {6, domain.LeverSpecificContract}, {6, domain.LeverMultiYear},
	{5, domain.LeverOneOff}, {4, domain.LeverReservedEss}, {4, domain.LeverMicroContract},
}

// firstSiren leaves the numbers below it to the sample.
const firstSiren = 50_000

// perDwelling is the weight that a dwelling of a landlord adds to it.
const perDwelling = 35

// newLandlords draws landlords. One in twenty heads a group.
func newLandlords(seed uint64, count int, france country) []landlord {
	list := make([]landlord, count)
	heads := max(count/20, 1)
	for i := range list {
		d := newDice(seed, "landlord", i)
		number := siren(firstSiren + i)
		f := domain.LandlordFields{Name: fmt.Sprintf("Bailleur synthétique %04d", i+1), Siren: &number}
		l := &list[i]
		if i < heads {
			f.Name = fmt.Sprintf("Groupe synthétique %04d", i+1)
			f.Kind = headKinds.draw(d)
		} else {
			f.Kind = landlordKinds.draw(d)
			if d.chance(traits[f.Kind].grouped) {
				l.group = *list[d.below(heads)].fields.Siren
			}
		}
		kind := traits[f.Kind]
		f.Territories, l.areas = territories(d, kind.reach.draw(d), france)
		// A heavy tail, one in a hundred weighing thirty times as much as most,
		// that ends at a dwelling for 25 inhabitants.
		l.weight = min(kind.size*(1_000_000/(d.below(1_000)+20)), populationOf(l.areas)/25*perDwelling)
		if d.chance(8) {
			f.Territories = nil
		}
		if d.chance(90) {
			f.Dwellings = &domain.Figure{Value: max(l.weight/perDwelling/10*10, 10), AsOf: new(domain.NewDate(2026, 1, 1)), Source: "Rapport d'activité (synthétique)"}
		}
		if d.chance(85) {
			f.Priorities = landlordPriorities.several(d, d.between(2, 5))
		}
		if d.chance(75) {
			f.Publics = landlordPublics.several(d, d.between(1, 5))
		}
		if d.chance(70) {
			f.Practices = landlordPractices.several(d, d.below(6))
		}
		f.GuardingCostMonthly = known(d, 20, domain.Amount(100*50*d.between(16, 120)))
		f.Website = known(d, 60, fmt.Sprintf("https://bailleur-%04d.example", i+1))
		f.Provenance = provenance(d, 85, "Annuaire (synthétique)", "Entretien (synthétique)")
		l.fields = f
	}
	return list
}

// territories draws where a landlord works, as it says it and as its sites are
// drawn.
func territories(d dice, far reach, france country) ([]domain.Territory, []*area) {
	home := france.county(d)
	switch far {
	case reachLocal:
		if whole, ok := home.agglomeration(d); ok {
			return communesOf(whole), []*area{whole}
		}
	case reachDepartements:
		region := france.region(home)
		some := region[:1]
		for _, c := range region[1:] {
			if len(some) < 5 && d.chance(50) {
				some = append(some[:len(some):len(some)], c)
			}
		}
		var named []domain.Territory
		for _, c := range some {
			named = append(named, domain.Territory{Scale: domain.TerritoryDepartement, Code: string(c.Code)})
		}
		return named, areasOf(some)
	case reachRegion:
		return []domain.Territory{{Scale: domain.TerritoryRegion, Code: string(home.Region)}}, areasOf(france.region(home))
	case reachCountry:
		return []domain.Territory{{Scale: domain.TerritoryCountry}}, france.areas
	}
	return []domain.Territory{{Scale: domain.TerritoryDepartement, Code: string(home.Code)}}, []*area{home.area}
}

func populationOf(areas []*area) (sum int) {
	for _, a := range areas {
		sum += a.population()
	}
	return sum
}

func areasOf(list []county) (areas []*area) {
	for _, c := range list {
		areas = append(areas, c.area)
	}
	return areas
}

// communesOf names the communes of an area, arrondissements by their commune.
func communesOf(a *area) (named []domain.Territory) {
	for _, c := range a.communes {
		code := c.Code
		if c.Parent != "" {
			code = c.Parent
		}
		t := domain.Territory{Scale: domain.TerritoryCommune, Code: string(code)}
		if !slices.Contains(named, t) {
			named = append(named, t)
		}
	}
	return named
}
