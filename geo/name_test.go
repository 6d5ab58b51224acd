package geo

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestTerritoryName(t *testing.T) {
	a := atlas(t)
	for _, c := range []struct {
		territory       domain.Territory
		french, english string
	}{
		{territory(domain.TerritoryCommune, "69123"), "Lyon", "Lyon"},
		{territory(domain.TerritoryCommune, "69383"), "Lyon 3e Arrondissement", "Lyon 3e Arrondissement"},
		{territory(domain.TerritoryCommune, "93059"), "Saint-Denis", "Saint-Denis"}, // merged
		{territory(domain.TerritoryDepartement, "93"), "Seine-Saint-Denis", "Seine-Saint-Denis"},
		{territory(domain.TerritoryRegion, "93"), "Provence-Alpes-Côte d'Azur", "Provence-Alpes-Côte d'Azur"},
		{territory(domain.TerritoryCountry, ""), "France entière", "the whole of France"},
		{circle("69123", 20), "20 km autour de Lyon", "20 km around Lyon"},
		{circle("76351", 5), "5 km autour du Havre", "5 km around Le Havre"},
		{circle("93045", 5), "5 km autour des Lilas", "5 km around Les Lilas"},
		{circle("17300", 5), "5 km autour de La Rochelle", "5 km around La Rochelle"},
		{circle("94038", 5), "5 km autour de L'Haÿ-les-Roses", "5 km around L'Haÿ-les-Roses"},
		{circle("74010", 5), "5 km autour d'Annecy", "5 km around Annecy"},
		{circle("93031", 5), "5 km autour d'Épinay-sur-Seine", "5 km around Épinay-sur-Seine"},
		{circle("76758", 5), "5 km autour d'Yvetot", "5 km around Yvetot"},
		{circle("57757", 5), "5 km autour de Yutz", "5 km around Yutz"},
		{circle("80829", 5), "5 km autour d'Y", "5 km around Y"},
		{circle("83069", 5), "5 km autour de Hyères", "5 km around Hyères"},
		// What the atlas lacks reads as it was written.
		{territory(domain.TerritoryCommune, "00000"), "COMMUNE 00000", "COMMUNE 00000"},
		{territory(domain.TerritoryDepartement, "20"), "DEPARTEMENT 20", "DEPARTEMENT 20"},
		{territory(domain.TerritoryRegion, "20"), "REGION 20", "REGION 20"},
		{territory(domain.TerritoryRadius, "69123"), "RADIUS 69123", "RADIUS 69123"},
		{circle("00000", 5), "RADIUS 00000+5km", "RADIUS 00000+5km"},
	} {
		if got := a.TerritoryName(c.territory, domain.French); got != c.french {
			t.Errorf("%v: %q, want %q", c.territory, got, c.french)
		}
		if got := a.TerritoryName(c.territory, domain.English); got != c.english {
			t.Errorf("%v: %q, want %q", c.territory, got, c.english)
		}
	}
}
