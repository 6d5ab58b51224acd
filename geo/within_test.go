package geo

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func territory(scale domain.TerritoryScale, code string) domain.Territory {
	return domain.Territory{Scale: scale, Code: code}
}

func circle(code string, km int) domain.Territory {
	return domain.Territory{Scale: domain.TerritoryRadius, Code: code, RadiusKm: &km}
}

func TestWithinNestedTerritories(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		name      string
		place     domain.InseeCode
		territory domain.Territory
		want      Containment
	}{
		{"a commune in itself", "93066", territory(domain.TerritoryCommune, "93066"), Inside},
		{"a commune in another", "93066", territory(domain.TerritoryCommune, "93001"), Outside},
		{"an arrondissement in itself", "75111", territory(domain.TerritoryCommune, "75111"), Inside},
		{"an arrondissement in its commune", "75111", territory(domain.TerritoryCommune, "75056"), Inside},
		{"an arrondissement in another", "75111", territory(domain.TerritoryCommune, "75112"), Outside},
		{"an arrondissement in another city", "75111", territory(domain.TerritoryCommune, "69123"), Outside},
		{"somewhere in Paris, in one arrondissement", "75056", territory(domain.TerritoryCommune, "75111"), Undecided},
		{"somewhere in Lyon, in an arrondissement of Paris", "69123", territory(domain.TerritoryCommune, "75111"), Outside},
		{"a merged commune in the present one", "93059", territory(domain.TerritoryCommune, "93066"), Inside},
		{"the present commune in a merged one", "93066", territory(domain.TerritoryCommune, "93059"), Inside},
		{"in its département", "93066", territory(domain.TerritoryDepartement, "93"), Inside},
		{"an arrondissement in its département", "13201", territory(domain.TerritoryDepartement, "13"), Inside},
		{"in another département", "93066", territory(domain.TerritoryDepartement, "75"), Outside},
		{"Ajaccio in Haute-Corse", "2A004", territory(domain.TerritoryDepartement, "2B"), Outside},
		{"département 11 isn't région 11", "93066", territory(domain.TerritoryDepartement, "11"), Outside},
		{"in its région", "93066", territory(domain.TerritoryRegion, "11"), Inside},
		{"an arrondissement in its région", "69383", territory(domain.TerritoryRegion, "84"), Inside},
		{"both départements of Corsica in its région", "2B033", territory(domain.TerritoryRegion, "94"), Inside},
		{"in another région", "93066", territory(domain.TerritoryRegion, "84"), Outside},
		{"in the country", "93066", territory(domain.TerritoryCountry, ""), Inside},
		{"overseas in the country", "98818", territory(domain.TerritoryCountry, ""), Inside},
		{"unknown place", "00000", territory(domain.TerritoryCountry, ""), Undecided},
		{"unknown commune", "93066", territory(domain.TerritoryCommune, "93200"), Undecided},
		{"unknown département", "93066", territory(domain.TerritoryDepartement, "20"), Undecided},
		{"unknown région", "93066", territory(domain.TerritoryRegion, "12"), Undecided},
		{"unknown centre", "93066", circle("00000", 10), Undecided},
		{"unknown scale", "93066", territory("CANTON", "93066"), Undecided},
		{"no radius", "93066", territory(domain.TerritoryRadius, "93066"), Undecided},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := a.Within(c.place, nil, c.territory)
			if got.Containment != c.want || got.DistanceMetres != nil || got.MarginMetres != 0 {
				t.Errorf("%+v, want %v and no distance", got, c.want)
			}
		})
	}
}

// Lyon and Villeurbanne are 3.1 km apart in the gazetteer, with a margin of
// 2.3 km each; an address has one of 200 m, an official centroid of 2.5 km, the
// mean of a postal code of 10.5 km.
func TestWithinACircle(t *testing.T) {
	a := atlas(t)
	lyon, _ := a.Commune("69123")
	north := func(metres float64, quality domain.PositionQuality) *domain.Position {
		const metresPerDegree = 111_195.08
		return &domain.Position{Latitude: lyon.Position.Latitude + metres/metresPerDegree, Longitude: lyon.Position.Longitude, Quality: quality}
	}
	metres := func(m int) *int { return &m }
	for _, c := range []struct {
		name     string
		place    domain.InseeCode
		at       *domain.Position
		km       int
		want     Containment
		distance *int
		margin   int
	}{
		{"well inside", "69266", north(15_000, domain.PositionAddress), 20, Inside, metres(15_000), 2_500},
		{"well outside", "69266", north(25_000, domain.PositionAddress), 20, Outside, metres(25_000), 2_500},
		{"inside by more than the margin", "69266", north(17_490, domain.PositionAddress), 20, Inside, metres(17_490), 2_500},
		{"inside by less", "69266", north(17_510, domain.PositionAddress), 20, Undecided, metres(17_510), 2_500},
		{"outside by less than the margin", "69266", north(22_490, domain.PositionAddress), 20, Undecided, metres(22_490), 2_500},
		{"outside by more", "69266", north(22_510, domain.PositionAddress), 20, Outside, metres(22_510), 2_500},
		{"an official centroid stands for its whole commune", "69266", north(15_100, domain.PositionCommune), 20, Inside, metres(15_100), 4_800},
		{"and is undecided sooner than an address", "69266", north(15_300, domain.PositionCommune), 20, Undecided, metres(15_300), 4_800},
		{"a vague position is undecided for longer", "69266", north(8_000, domain.PositionPostalCode), 20, Undecided, metres(8_000), 12_800},
		{"the commune's position stands in", "69266", nil, 20, Inside, metres(3_089), 4_600},
		{"and decides less the nearer the edge is", "69266", nil, 5, Undecided, metres(3_089), 4_600},
		{"the centre's own commune, no position", "69123", nil, 1, Inside, metres(0), 0},
		{"the centre's own commune, known as such", "69123", lyon.Position, 1, Inside, metres(0), 0},
		{"the centre's own commune, by an address", "69123", north(4_000, domain.PositionAddress), 1, Outside, metres(4_000), 2_500},
		{"no position at all", "98413", nil, 1_000, Undecided, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := a.Within(c.place, c.at, circle("69123", c.km))
			if got.Containment != c.want || got.MarginMetres != c.margin ||
				(got.DistanceMetres == nil) != (c.distance == nil) || c.distance != nil && *got.DistanceMetres != *c.distance {
				t.Errorf("%v at %v ± %d, want %v at %v ± %d", got.Containment, value(got.DistanceMetres), got.MarginMetres, c.want, value(c.distance), c.margin)
			}
		})
	}
	if got := a.Within("69123", nil, circle("98413", 10)); got.Containment != Undecided {
		t.Errorf("round a centre without position: %v", got.Containment)
	}
}

func value(p *int) any {
	if p == nil {
		return "no distance"
	}
	return *p
}

// The distances are checked against the spherical law of cosines.
func TestDistanceMetres(t *testing.T) {
	at := func(latitude, longitude float64) domain.Position {
		return domain.Position{Latitude: latitude, Longitude: longitude}
	}
	for _, c := range []struct {
		name string
		a, b domain.Position
		want int
	}{
		{"one point", at(48.8566, 2.3522), at(48.8566, 2.3522), 0},
		{"a degree of latitude", at(45, 5), at(46, 5), 111_195},
		{"a degree of longitude at 60° is half of one", at(60, 5), at(60, 6), 55_597},
		{"Paris to Lyon", at(48.8566, 2.3522), at(45.7640, 4.8357), 391_499},
		{"Paris to Saint-Denis (La Réunion)", at(48.8566, 2.3522), at(-20.8789, 55.4481), 9_364_581},
		{"over the date line", at(-13.28, -179.9), at(-13.28, 179.9), 21_644},
	} {
		if got := DistanceMetres(c.a, c.b); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
		if there, back := DistanceMetres(c.a, c.b), DistanceMetres(c.b, c.a); there != back {
			t.Errorf("%s: %d there, %d back", c.name, there, back)
		}
	}
}
