package domain_test

import (
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// Each quality, best first, is vaguer than the one before, and nine positions
// of ten are within more than half of them are.
func TestPrecision(t *testing.T) {
	qualities, _ := domain.CodeListNamed("PositionQuality")
	var last domain.Position
	for _, c := range qualities.Codes {
		p := domain.Position{Quality: domain.PositionQuality(c.Value)}
		if p.TypicalErrorMetres() <= last.TypicalErrorMetres() || p.MarginMetres() < 2*p.TypicalErrorMetres()*7/10 {
			t.Errorf("%s: %d m, nine of ten within %d m", c.Value, p.TypicalErrorMetres(), p.MarginMetres())
		}
		last = p
	}
}

func TestTerritoryInWords(t *testing.T) {
	for want, territory := range map[string]domain.Territory{
		"COMMUNE 93066":     {Scale: domain.TerritoryCommune, Code: "93066"},
		"RADIUS 93066+10km": circle,
		"RADIUS 93066":      {Scale: domain.TerritoryRadius, Code: "93066"},
		"DEPARTEMENT 93":    {Scale: domain.TerritoryDepartement, Code: "93"},
	} {
		if got := territory.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFilters(t *testing.T) {
	near := domain.Near{Latitude: 45.76, Longitude: 4.84, RadiusKm: 2.5}
	if near.RadiusMetres() != 2500 || near.Centre().Latitude != 45.76 || near.Centre().Longitude != 4.84 {
		t.Errorf("%d m round %+v", near.RadiusMetres(), near.Centre())
	}
	if got := (domain.ProjectNear{Latitude: 45.76, Longitude: 4.84, RadiusKm: 2.5}).Circle(); got != near {
		t.Errorf("%+v", got)
	}
	for _, c := range []struct {
		name  string
		check func(*domain.Problems)
		want  []string
	}{
		{"a circle", func(p *domain.Problems) { near.Validate(p, "near") }, nil},
		{"the least and the widest circle", func(p *domain.Problems) {
			domain.Near{Latitude: 90, Longitude: 180, RadiusKm: 0.1}.Validate(p, "near")
			domain.Near{Latitude: -90, Longitude: -180, RadiusKm: 1000}.Validate(p, "near")
		}, nil},
		{"too small a circle", func(p *domain.Problems) { domain.Near{RadiusKm: 0.099}.Validate(p, "near") }, []string{"near.radiusKm"}},
		{"a circle of nothing", func(p *domain.Problems) { domain.Near{}.Validate(p, "near") }, []string{"near.radiusKm"}},
		{"a circle beyond the country", func(p *domain.Problems) { domain.Near{RadiusKm: 1000.1}.Validate(p, "near") }, []string{"near.radiusKm"}},
		{"a circle beyond the world", func(p *domain.Problems) { domain.Near{Latitude: -91, Longitude: 181, RadiusKm: 1}.Validate(p, "near") },
			[]string{"near.latitude", "near.longitude"}},
		{"territories", func(p *domain.Problems) {
			domain.ValidateTerritories(p, gazetteer{}, []domain.Territory{circle, {Scale: "X"}}, "within")
		},
			[]string{"within.1.scale"}},
		{"101 territories", func(p *domain.Problems) {
			domain.ValidateTerritories(p, gazetteer{}, slices.Repeat([]domain.Territory{{}}, 101), "within")
		}, []string{"within"}},
		{"a commune", func(p *domain.Problems) {
			domain.ValidateCommune(p, gazetteer{}, new(domain.InseeCode("93066")), "presentIn")
		}, nil},
		{"no commune", func(p *domain.Problems) { domain.ValidateCommune(p, gazetteer{}, nil, "presentIn") }, nil},
		{"unknown commune", func(p *domain.Problems) {
			domain.ValidateCommune(p, gazetteer{}, new(domain.InseeCode("93200")), "presentIn")
		}, []string{"presentIn"}},
		{"a search", func(p *domain.Problems) { domain.ValidateSearch(p, new("évry"), "search") }, nil},
		{"no search", func(p *domain.Problems) { domain.ValidateSearch(p, nil, "search") }, nil},
		{"a search for nothing", func(p *domain.Problems) { domain.ValidateSearch(p, new(" "), "search") }, []string{"search"}},
		{"a search of 100 letters", func(p *domain.Problems) {
			domain.ValidateSearch(p, new(string(slices.Repeat([]rune("é"), 100))), "search")
		}, nil},
		{"a search of 101 letters", func(p *domain.Problems) {
			domain.ValidateSearch(p, new(string(slices.Repeat([]rune("é"), 101))), "search")
		}, []string{"search"}},
	} {
		if got := problemsOf(t, struct{}{}, func(_ struct{}, p *domain.Problems) { c.check(p) }); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
