package geo

import (
	"iter"
	"math"

	"github.com/palier-hub/palier/domain"
)

// Meet tells whether two territories share ground: Inside when they do.
//
//   - Communes, départements, régions and the country meet when one lies in the
//     other, an arrondissement in its commune.
//   - A circle meets what holds its centre, and what a commune of lies in it by
//     Within: so it is undecided where the positions don't tell.
//   - Two circles meet when their centres are no further apart than the radii
//     together, as surely as the positions are known.
//
// Unknown codes and scales are undecided, as in Within. It is the same either
// way round.
func (a *Atlas) Meet(t, u domain.Territory) Containment {
	if scaleOrder(t.Scale) > scaleOrder(u.Scale) {
		t, u = u, t
	}
	if t.Scale == domain.TerritoryCommune {
		w := a.Within(domain.InseeCode(t.Code), nil, u)
		if w.Containment == Undecided && u.Scale == domain.TerritoryCommune {
			return a.Within(domain.InseeCode(u.Code), nil, t).Containment // u may be t's arrondissement
		}
		return w.Containment
	}
	if t.Scale == domain.TerritoryRadius {
		return a.circleMeets(t, u)
	}
	return a.areasMeet(t, u)
}

// scaleOrder is from the smallest scale to the widest; unknown ones come last.
func scaleOrder(s domain.TerritoryScale) int {
	switch s {
	case domain.TerritoryCommune:
		return 0
	case domain.TerritoryRadius:
		return 1
	case domain.TerritoryDepartement:
		return 2
	case domain.TerritoryRegion:
		return 3
	case domain.TerritoryCountry:
		return 4
	}
	return 5
}

// areasMeet of départements, régions and the country, the smaller first.
func (a *Atlas) areasMeet(t, u domain.Territory) Containment {
	if !a.knows(t) || !a.knows(u) {
		return Undecided
	}
	switch {
	case u.Scale == domain.TerritoryCountry:
		return Inside
	case t.Scale == u.Scale:
		return decide(true, t.Code == u.Code)
	}
	d, _ := a.Departement(domain.DepartementCode(t.Code))
	return decide(true, d.Region == domain.RegionCode(u.Code))
}

func (a *Atlas) knows(t domain.Territory) (ok bool) {
	switch t.Scale {
	case domain.TerritoryDepartement:
		_, ok = a.Departement(domain.DepartementCode(t.Code))
	case domain.TerritoryRegion:
		_, ok = a.Region(domain.RegionCode(t.Code))
	case domain.TerritoryCountry:
		return true
	}
	return ok
}

// circleMeets what is as wide or wider.
func (a *Atlas) circleMeets(circle, u domain.Territory) Containment {
	centre, ok := a.Commune(domain.InseeCode(circle.Code))
	if !ok || circle.RadiusKm == nil {
		return Undecided
	}
	if u.Scale == domain.TerritoryRadius {
		other, ok := a.Commune(domain.InseeCode(u.Code))
		if !ok || u.RadiusKm == nil {
			return Undecided
		}
		return round(centre, nil, other, *circle.RadiusKm+*u.RadiusKm).Containment
	}
	if !a.knows(u) {
		return Undecided
	}
	if w := a.Within(centre.Code, nil, u); w.Containment == Inside {
		return Inside
	}
	met := Outside
	for c := range a.communesIn(u) {
		if centre.Position != nil && c.Position != nil && metresApart(c.Position, centre.Position) > 1_000**circle.RadiusKm+widestMargins {
			continue
		}
		switch round(c, nil, centre, *circle.RadiusKm).Containment {
		case Inside:
			return Inside
		case Undecided:
			met = Undecided
		}
	}
	return met
}

// widestMargins is more than two positions are ever unsure of together.
const widestMargins = 100_000

// metresApart is how far two positions lie apart from south to north: never
// more than their distance, and soon computed.
func metresApart(a, b *domain.Position) int {
	return int(math.Abs(a.Latitude-b.Latitude) * 111_000) // a degree is 111.2 km
}

// communesIn a département or a région.
func (a *Atlas) communesIn(t domain.Territory) iter.Seq[*domain.Commune] {
	if t.Scale == domain.TerritoryDepartement {
		return a.CommunesOf(domain.DepartementCode(t.Code))
	}
	return func(yield func(*domain.Commune) bool) {
		for d := range a.Departements() {
			if d.Region != domain.RegionCode(t.Code) {
				continue
			}
			for c := range a.CommunesOf(d.Code) {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// GapMetres is how far a place is from a territory that it isn't in: from the
// edge of a circle, from the centre of a commune. Zero when there is no measure:
// the wider scales have no edge here.
func (a *Atlas) GapMetres(at *domain.Position, t domain.Territory) int {
	if at == nil || t.Scale != domain.TerritoryCommune && t.Scale != domain.TerritoryRadius {
		return 0
	}
	c, ok := a.Commune(domain.InseeCode(t.Code))
	if !ok || c.Position == nil {
		return 0
	}
	away := DistanceMetres(*at, *c.Position)
	if t.RadiusKm != nil {
		away -= 1_000 * *t.RadiusKm
	}
	return max(0, away)
}
