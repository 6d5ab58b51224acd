package geo

import (
	"fmt"
	"strings"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/fold"
)

// TerritoryName is what people call a territory, without a preposition:
// "Seine-Saint-Denis", "Lyon", "20 km autour de Lyon". A code that the atlas
// lacks reads as it was written.
func (a *Atlas) TerritoryName(t domain.Territory, locale domain.Locale) string {
	switch t.Scale {
	case domain.TerritoryCountry:
		return locale.In("France entière", "the whole of France")
	case domain.TerritoryCommune, domain.TerritoryRadius:
		c, ok := a.Commune(domain.InseeCode(t.Code))
		switch {
		case !ok || t.Scale == domain.TerritoryRadius && t.RadiusKm == nil:
			return t.String()
		case t.Scale == domain.TerritoryCommune:
			return c.Name
		}
		return locale.In(
			fmt.Sprintf("%d km autour %s", *t.RadiusKm, of(c.Name)),
			fmt.Sprintf("%d km around %s", *t.RadiusKm, c.Name))
	case domain.TerritoryDepartement:
		if d, ok := a.Departement(domain.DepartementCode(t.Code)); ok {
			return d.Name
		}
	case domain.TerritoryRegion:
		if r, ok := a.Region(domain.RegionCode(t.Code)); ok {
			return r.Name
		}
	}
	return t.String()
}

// of puts "de" before a commune's name and contracts what French contracts:
// "du Havre", "des Lilas", "d'Ivry"; before an h, mute in some names and not in
// others, it stays "de".
func of(name string) string {
	if rest, ok := strings.CutPrefix(name, "Le "); ok {
		return "du " + rest
	}
	if rest, ok := strings.CutPrefix(name, "Les "); ok {
		return "des " + rest
	}
	folded := fold.Plain(name)
	const vowels = "aeiou"
	switch {
	case strings.HasPrefix(name, "La "), strings.HasPrefix(name, "L'"), folded == "":
		return "de " + name
	case strings.ContainsAny(folded[:1], vowels),
		folded[0] == 'y' && (len(folded) == 1 || !strings.ContainsAny(folded[1:2], vowels)): // d'Yvetot, de Yutz
		return "d'" + name
	}
	return "de " + name
}
