package synthetic

import (
	"fmt"
	"math"

	"github.com/palier-hub/palier/domain"
)

// spacesOfSite: most residences have a few vacant spaces, some a whole street.
var spacesOfSite = shares[span]{
	{28, span{1, 1}}, {22, span{2, 2}}, {15, span{3, 3}}, {10, span{4, 4}}, {8, span{5, 6}}, {10, span{7, 12}}, {5, span{13, 24}}, {2, span{25, mostOfSite}},
}

// mostOfSite are the most spaces of a site.
const mostOfSite = 60

// siteRef is the landlord's own reference of its nth site.
func siteRef(landlord, n int) string { return fmt.Sprintf("S%04d-%06d", landlord, n) }

// fate is what is planned for a site: it decides why its spaces are empty and
// until when.
type fate struct {
	works domain.WorksKind // "" for none
	// from is nil when it isn't known.
	from *domain.Date
}

var plannedWorks = shares[domain.WorksKind]{
	{66, ""}, {20, domain.WorksRehabilitation}, {14, domain.WorksDemolition},
}

var workLabels = map[domain.WorksKind]string{
	domain.WorksRehabilitation: "Réhabilitation énergétique",
	domain.WorksDemolition:     "Démolition dans le cadre du projet de renouvellement",
}

var plants = []string{
	"des Acacias", "des Alisiers", "des Aubépines", "des Bleuets", "des Bouleaux", "des Bruyères", "des Capucines", "des Cèdres",
	"des Cerisiers", "des Charmes", "des Châtaigniers", "des Chênes", "des Coquelicots", "des Cyprès", "des Églantines", "des Érables",
	"des Frênes", "des Genêts", "des Glycines", "des Hêtres", "des Iris", "des Jonquilles", "des Lilas", "des Marronniers",
	"des Mésanges", "des Mimosas", "des Noisetiers", "des Ormes", "des Peupliers", "des Platanes", "des Saules", "des Tilleuls",
}

var streets = []string{"rue", "allée", "avenue", "impasse", "chemin", "place"}

// residents are drawn beside the tenants, who are everywhere.
var residents = shares[domain.TargetPublic]{
	{50, domain.PublicFamilies}, {45, domain.PublicSeniors}, {35, domain.PublicYouth}, {30, domain.PublicJobSeekers},
	{25, domain.PublicMinimumBenefitRecipients}, {25, domain.PublicWorkingPeople}, {15, domain.PublicWomen},
	{12, domain.PublicStudents}, {12, domain.PublicDisabledPeople}, {6, domain.PublicExiles}, {3, domain.PublicPeopleInEmergency},
}

// A commune of so many inhabitants is a town: that is where priority districts
// are.
const town = 10_000

var (
	townStandings = shares[domain.QpvStanding]{
		{34, domain.QpvInside}, {12, domain.QpvNear}, {34, domain.QpvOutside}, {20, domain.QpvUnknown},
	}
	villageStandings = shares[domain.QpvStanding]{
		{2, domain.QpvInside}, {2, domain.QpvNear}, {78, domain.QpvOutside}, {18, domain.QpvUnknown},
	}
	insideInterest  = shares[domain.NpnruInterest]{{25, domain.NpnruNational}, {20, domain.NpnruRegional}, {55, domain.NpnruNone}}
	outsideInterest = shares[domain.NpnruInterest]{{1, domain.NpnruNational}, {3, domain.NpnruRegional}, {96, domain.NpnruNone}}
	// A site bounds the visibility of its spaces, so few are narrow.
	visibilities = shares[domain.Visibility]{{84, domain.VisibilityPublic}, {14, domain.VisibilityNetwork}, {2, domain.VisibilityPrivate}}
	// Communes are real, so none is said to be opposed.
	supports = shares[domain.LocalSupport]{{60, domain.SupportSupportive}, {30, domain.SupportNeutral}, {10, domain.SupportReserved}}
)

// newSite draws the nth site of a landlord with its spaces.
func newSite(d dice, l *landlord, number, n, spaces int) Site {
	commune := draw(d, l.areas)
	plant := pick(d, plants...)
	ref := siteRef(number, n)
	f := domain.SiteFields{
		Name:        fmt.Sprintf("Résidence %s %04d-%06d (synthétique)", plant, number, n),
		Street:      known(d, 85, fmt.Sprintf("%d %s %s", d.between(1, 180), pick(d, streets...), plant)),
		CommuneCode: commune.Code,
		Position:    position(d, commune),
		Visibility:  visibilities.draw(d),
		ExternalRef: &ref,
	}
	standings := villageStandings
	if inhabitants(commune) >= town {
		standings = townStandings
	}
	f.PriorityDistrict.Standing = standings.draw(d)
	interest := outsideInterest
	if f.PriorityDistrict.Standing == domain.QpvInside {
		interest = insideInterest
	}
	f.NpnruInterest = known(d, 75, interest.draw(d))
	if d.chance(65) {
		f.Dwellings = &domain.Figure{Value: d.spread(6, 600), AsOf: new(domain.NewDate(2026, 1, 1)), Source: "Fiche patrimoine (synthétique)"}
	}
	if d.chance(75) {
		f.ResidentPublics = append(residents.several(d, d.between(1, 4)), domain.PublicHlmTenants)
		if f.PriorityDistrict.Standing == domain.QpvInside {
			f.ResidentPublics = append(f.ResidentPublics, domain.PublicQpvResidents)
		}
	}
	planned := fate{works: plannedWorks.draw(d)}
	if planned.works != "" {
		planned.from = known(d, 80, told.AddDays(d.between(150, 1_800)))
		f.Works = []domain.Works{{Kind: planned.works, Label: new(workLabels[planned.works]), From: planned.from}}
	}
	if d.chance(65) {
		f.TenantsAssociation = &domain.TenantsAssociation{Exists: d.chance(70)}
		if f.TenantsAssociation.Exists {
			f.TenantsAssociation.Name = known(d, 60, "Amicale des locataires "+plant+" (synthétique)")
		}
	}
	if d.chance(30) {
		f.LocalAuthority = &domain.LocalAuthority{Support: supports.draw(d), AsOf: known(d, 90, told.AddDays(-d.below(540))), Source: new("Échange avec le service habitat (synthétique)")}
	}
	f.Provenance = provenance(d, 85, "Extraction du logiciel de gestion (synthétique)", "Fiche patrimoine (synthétique)", "Visite de l'agence (synthétique)")
	site := Site{Landlord: *l.fields.Siren, Fields: f, Spaces: make([]Space, spaces)}
	for i := range site.Spaces {
		site.Spaces[i] = newSpace(d, planned, fmt.Sprintf("%s-%02d", ref, i+1), i+1)
	}
	return site
}

// position draws an address in or near the commune, in millionths of a degree
// round the commune's own position; nil when unknown.
func position(d dice, c *domain.Commune) *domain.Position {
	if c.Position == nil || !d.chance(70) {
		return nil
	}
	most := 6_000 // some 600 metres
	if inhabitants(c) >= town {
		most = 18_000
	}
	near := func(degrees float64, most int) float64 {
		// Two draws, so that the middle is likelier than the edge.
		off := d.between(-most, most) + d.between(-most, most)
		return float64(int(math.Round(degrees*1e6))+off) / 1e6
	}
	return &domain.Position{
		Latitude:  near(c.Position.Latitude, most/2),
		Longitude: near(c.Position.Longitude, most*7/10), // a degree is shorter from west to east
		Quality:   domain.PositionAddress,
	}
}
