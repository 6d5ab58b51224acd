package geo

import "github.com/palier-hub/palier/domain"

// Containment says whether a place lies in a territory.
type Containment uint8

const (
	// Undecided is the zero value: what is known of the place doesn't tell.
	Undecided Containment = iota
	Inside
	Outside
)

func (c Containment) String() string { return [...]string{"undecided", "inside", "outside"}[c] }

// Whereabouts is how a place lies to a territory.
type Whereabouts struct {
	Containment Containment
	// DistanceMetres is the distance to the centre of a RADIUS territory; nil
	// for the other scales, and when one of the two has no position.
	DistanceMetres *int
	// MarginMetres is how far the distance may be off, by the margins of the
	// two positions; 0 without a distance.
	MarginMetres int
}

// Within tells whether a place lies in a territory. The place is in a commune
// (or an arrondissement, or by a former code the commune of today) and, where
// more is known, at a position; at is nil where it isn't, and the commune's own
// position stands in for it.
//
//   - COMMUNE: an arrondissement lies in its commune. A place of which only the
//     commune is known is undecided against one of its arrondissements. Former
//     codes stand for the whole commune of today.
//   - DEPARTEMENT, REGION: by the commune's. COUNTRY: every commune of the list,
//     overseas included.
//   - RADIUS: by the distance to the centre commune's position, and undecided
//     when the edge is nearer than the positions are sure. A place known no
//     better than by its commune lies inside every circle round that commune.
//
// Unknown codes and scales are undecided: refusing them is for
// domain.Territory's validation.
func (a *Atlas) Within(place domain.InseeCode, at *domain.Position, t domain.Territory) Whereabouts {
	commune, ok := a.Commune(place)
	if !ok {
		return Whereabouts{}
	}
	return a.CommuneWithin(commune, at, t)
}

// CommuneWithin is Within for a commune of this atlas that is looked up already.
func (a *Atlas) CommuneWithin(commune *domain.Commune, at *domain.Position, t domain.Territory) Whereabouts {
	switch t.Scale {
	case domain.TerritoryCommune:
		territory, ok := a.Commune(domain.InseeCode(t.Code))
		if !ok {
			return Whereabouts{}
		}
		return Whereabouts{Containment: nested(commune, territory)}
	case domain.TerritoryDepartement:
		code := domain.DepartementCode(t.Code)
		_, known := a.Departement(code)
		return Whereabouts{Containment: decide(known, commune.Departement == code)}
	case domain.TerritoryRegion:
		code := domain.RegionCode(t.Code)
		_, known := a.Region(code)
		return Whereabouts{Containment: decide(known, commune.Region == code)}
	case domain.TerritoryCountry:
		return Whereabouts{Containment: Inside}
	case domain.TerritoryRadius:
		centre, ok := a.Commune(domain.InseeCode(t.Code))
		if !ok || t.RadiusKm == nil {
			return Whereabouts{}
		}
		return round(commune, at, centre, *t.RadiusKm)
	}
	return Whereabouts{}
}

func nested(commune, territory *domain.Commune) Containment {
	switch {
	case commune.Code == territory.Code, commune.Parent == territory.Code:
		return Inside
	case territory.Parent == commune.Code:
		return Undecided // in Paris, Lyon or Marseille, the arrondissement unknown
	}
	return Outside
}

func decide(known, inside bool) Containment {
	switch {
	case !known:
		return Undecided
	case inside:
		return Inside
	}
	return Outside
}

func round(commune *domain.Commune, at *domain.Position, centre *domain.Commune, radiusKm int) Whereabouts {
	if commune.Code == centre.Code && (at == nil || at.Quality != domain.PositionAddress) {
		return Whereabouts{Containment: Inside, DistanceMetres: new(int)}
	}
	if at == nil {
		at = commune.Position
	}
	if at == nil || centre.Position == nil {
		return Whereabouts{}
	}
	distance := DistanceMetres(*at, *centre.Position)
	margin := at.MarginMetres() + centre.Position.MarginMetres()
	w := Whereabouts{DistanceMetres: &distance, MarginMetres: margin}
	switch radius := radiusKm * 1_000; {
	case distance+margin <= radius:
		w.Containment = Inside
	case distance-margin > radius:
		w.Containment = Outside
	}
	return w
}
