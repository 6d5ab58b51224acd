package geo

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestMeet(t *testing.T) {
	a := atlas(t)
	commune := func(code string) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryCommune, Code: code}
	}
	departement := func(code string) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryDepartement, Code: code}
	}
	region := func(code string) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryRegion, Code: code}
	}
	circle := func(code string, km int) domain.Territory {
		return domain.Territory{Scale: domain.TerritoryRadius, Code: code, RadiusKm: &km}
	}
	france := domain.Territory{Scale: domain.TerritoryCountry}
	for _, tc := range []struct {
		name string
		t, u domain.Territory
		want Containment
	}{
		{"the same commune", commune("69123"), commune("69123"), Inside},
		{"neighbours", commune("69123"), commune("69266"), Outside},
		{"an arrondissement and its commune", commune("69388"), commune("69123"), Inside},
		{"two arrondissements", commune("69388"), commune("69381"), Outside},
		{"a commune in its département", commune("69266"), departement("69"), Inside},
		{"a commune in another", commune("69266"), departement("38"), Outside},
		{"a commune in its région", commune("69266"), region("84"), Inside},
		{"a commune in a circle", commune("69266"), circle("69123", 20), Inside},
		{"a commune far from it", commune("38185"), circle("69123", 20), Outside},
		{"a commune in the country", commune("97209"), france, Inside},
		{"the same département", departement("69"), departement("69"), Inside},
		{"neighbouring départements", departement("69"), departement("38"), Outside},
		{"a département in its région", departement("38"), region("84"), Inside},
		{"a département beside it", departement("38"), region("93"), Outside},
		{"two codes that look alike", departement("11"), region("11"), Outside}, // Aude, Île-de-France
		{"two régions", region("84"), region("11"), Outside},
		{"a région in the country", region("84"), france, Inside},
		{"a circle and the département of its centre", circle("69123", 1), departement("69"), Inside},
		{"a circle that reaches the next", circle("69123", 30), departement("38"), Inside},
		{"a circle far from it", circle("69123", 30), departement("75"), Outside},
		{"a circle that reaches the next région", circle("69123", 100), region("27"), Inside},
		{"a circle that doesn't", circle("69123", 20), region("93"), Outside},
		{"a circle in the country", circle("69123", 20), france, Inside},
		{"circles that overlap", circle("69123", 60), circle("38185", 60), Inside}, // some 95 km apart
		{"circles that don't", circle("69123", 20), circle("38185", 20), Outside},
		{"circles round one commune", circle("69123", 1), circle("69123", 1), Inside},
		{"circles whose edges touch, as far as is known", circle("69123", 45), circle("38185", 50), Undecided},
		{"an unknown commune", commune("99999"), departement("69"), Undecided},
		{"an unknown département", departement("ZZ"), france, Undecided},
		{"an unknown centre", circle("99999", 5), france, Undecided},
		{"a circle without a radius", domain.Territory{Scale: domain.TerritoryRadius, Code: "69123"}, france, Undecided},
		{"no scale", domain.Territory{}, domain.Territory{}, Undecided},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := a.Meet(tc.t, tc.u); got != tc.want {
				t.Errorf("%v, want %v", got, tc.want)
			}
			if got := a.Meet(tc.u, tc.t); got != tc.want {
				t.Errorf("the other way round %v, want %v", got, tc.want)
			}
		})
	}
}

// TestMeetAgreesWithWithin: a commune that lies in two territories is ground
// that they share.
func TestMeetAgreesWithWithin(t *testing.T) {
	a := atlas(t)
	km := 40
	territories := []domain.Territory{
		{Scale: domain.TerritoryCommune, Code: "69123"}, {Scale: domain.TerritoryCommune, Code: "69388"},
		{Scale: domain.TerritoryDepartement, Code: "69"}, {Scale: domain.TerritoryDepartement, Code: "01"},
		{Scale: domain.TerritoryRegion, Code: "84"}, {Scale: domain.TerritoryRegion, Code: "27"},
		{Scale: domain.TerritoryRadius, Code: "69123", RadiusKm: &km}, {Scale: domain.TerritoryRadius, Code: "71270", RadiusKm: &km},
		{Scale: domain.TerritoryCountry},
	}
	shared := 0
	for _, x := range territories {
		for _, y := range territories {
			met := a.Meet(x, y)
			for c := range a.Communes() {
				if a.Within(c.Code, nil, x).Containment == Inside && a.Within(c.Code, nil, y).Containment == Inside {
					shared++
					if met == Outside {
						t.Fatalf("%s lies in %v and in %v, which don't meet", c.Name, x, y)
					}
				}
			}
		}
	}
	if shared == 0 {
		t.Error("no ground is shared: the test compares nothing")
	}
}

func TestGapMetres(t *testing.T) {
	a := atlas(t)
	lyon, _ := a.Commune("69123")
	grenoble, _ := a.Commune("38185")
	away := DistanceMetres(*lyon.Position, *grenoble.Position)
	km := 20
	for _, tc := range []struct {
		name string
		at   *domain.Position
		t    domain.Territory
		want int
	}{
		{"from a commune", grenoble.Position, domain.Territory{Scale: domain.TerritoryCommune, Code: "69123"}, away},
		{"from a circle's edge", grenoble.Position, domain.Territory{Scale: domain.TerritoryRadius, Code: "69123", RadiusKm: &km}, away - 20_000},
		{"inside a circle", lyon.Position, domain.Territory{Scale: domain.TerritoryRadius, Code: "69123", RadiusKm: &km}, 0},
		{"from a département", grenoble.Position, domain.Territory{Scale: domain.TerritoryDepartement, Code: "69"}, 0},
		{"from nowhere known", nil, domain.Territory{Scale: domain.TerritoryCommune, Code: "69123"}, 0},
		{"from an unknown commune", lyon.Position, domain.Territory{Scale: domain.TerritoryCommune, Code: "99999"}, 0},
	} {
		if got := a.GapMetres(tc.at, tc.t); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func BenchmarkMeet(b *testing.B) {
	a := atlas(b)
	km := 20
	circle := domain.Territory{Scale: domain.TerritoryRadius, Code: "69123", RadiusKm: &km}
	for _, u := range []domain.Territory{{Scale: domain.TerritoryDepartement, Code: "42"}, {Scale: domain.TerritoryRegion, Code: "93"}} {
		b.Run(u.String(), func(b *testing.B) {
			for b.Loop() {
				a.Meet(circle, u)
			}
		})
	}
}
