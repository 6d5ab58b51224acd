package loaders

import (
	"math"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// position is the best position of a site that the viewer may see: its own, or
// its commune's. Nil when neither is known.
func (s *Session) position(site *domain.LandlordSite) *domain.Position {
	if site.Position != nil && s.viewer.SeesConfidential() {
		return site.Position
	}
	if c, ok := s.atlas.Commune(site.CommuneCode); ok {
		return c.Position
	}
	return nil
}

// within tells whether a site stands in any of the territories; true when there
// is none.
func (s *Session) within(site *domain.LandlordSite, ts []domain.Territory) bool {
	var at *domain.Position
	if s.viewer.SeesConfidential() {
		at = site.Position
	}
	return len(ts) == 0 || slices.ContainsFunc(ts, func(t domain.Territory) bool {
		return s.atlas.Within(site.CommuneCode, at, t).Containment == geo.Inside
	})
}

// insider is within for many sites, by one goroutine: what hangs on the commune alone
// is worked out once for each.
func (s *Session) insider(ts []domain.Territory) func(*domain.LandlordSite) bool {
	known := make(map[domain.InseeCode]bool)
	return func(site *domain.LandlordSite) bool {
		if len(ts) == 0 || site.Position != nil && s.viewer.SeesConfidential() {
			return s.within(site, ts)
		}
		inside, is := known[site.CommuneCode]
		if !is {
			inside = s.within(site, ts)
			known[site.CommuneCode] = inside
		}
		return inside
	}
}

// distance of a site from a point, in metres; nil without a position.
func (s *Session) distance(site *domain.LandlordSite, from domain.Position) *int {
	at := s.position(site)
	if at == nil {
		return nil
	}
	d := geo.DistanceMetres(*at, from)
	return &d
}

// covers tells whether any of the territories holds the commune.
func (s *Session) covers(ts []domain.Territory, commune domain.InseeCode) bool {
	return slices.ContainsFunc(ts, func(t domain.Territory) bool {
		return s.atlas.Within(commune, nil, t).Containment == geo.Inside
	})
}

// nearestFirst orders by distance; what has none comes last.
func nearestFirst(distance *int) sortKey {
	if distance == nil {
		return sortKey{Numbers: []int64{math.MaxInt64}}
	}
	return sortKey{Numbers: []int64{int64(*distance)}}
}

// vicinity measures how far territories are from a point.
type vicinity struct {
	session *Session
	centre  domain.Position
	// commune is the one nearest to the point: what lies in a wider territory
	// is no distance away.
	commune domain.InseeCode
}

func (s *Session) vicinity(centre domain.Position) vicinity {
	v := vicinity{session: s, centre: centre}
	nearest := math.MaxInt
	for c := range s.atlas.Communes() {
		if c.Position == nil {
			continue
		}
		if d := geo.DistanceMetres(*c.Position, centre); d < nearest {
			nearest, v.commune = d, c.Code
		}
	}
	return v
}

// distance to the nearest of the territories, in metres: to a commune's
// position, to a circle's edge, none to a wider territory that holds the point.
// Nil when none of them can be measured.
func (v vicinity) distance(ts []domain.Territory) *int {
	var nearest *int
	for _, t := range ts {
		var d int
		switch t.Scale {
		case domain.TerritoryCommune, domain.TerritoryRadius:
			c, ok := v.session.atlas.Commune(domain.InseeCode(t.Code))
			if !ok || c.Position == nil {
				continue
			}
			d = geo.DistanceMetres(*c.Position, v.centre)
			if t.RadiusKm != nil {
				d = max(0, d-*t.RadiusKm*1000)
			}
		default:
			if v.session.atlas.Within(v.commune, nil, t).Containment != geo.Inside {
				continue
			}
		}
		if nearest == nil || d < *nearest {
			nearest = &d
		}
	}
	return nearest
}

// Commune by its present or former code.
func (s *Session) Commune(code domain.InseeCode) (*domain.Commune, bool) {
	return s.atlas.Commune(code)
}

// Departement by its code.
func (s *Session) Departement(code domain.DepartementCode) (*domain.Departement, bool) {
	return s.atlas.Departement(code)
}

// Region by its code.
func (s *Session) Region(code domain.RegionCode) (*domain.Region, bool) { return s.atlas.Region(code) }

// Communes by name or postal code, best first.
func (s *Session) Communes(search string, first int) ([]*domain.Commune, error) {
	if err := (Page{First: first}).validate(); err != nil {
		return nil, err
	}
	var p domain.Problems
	domain.ValidateSearch(&p, &search, "search")
	if err := p.Err(); err != nil {
		return nil, err
	}
	return append([]*domain.Commune{}, s.atlas.Search(search, first)...), nil
}

// TerritoryName is a territory's name as people say it.
func (s *Session) TerritoryName(t domain.Territory) string { return s.atlas.TerritoryName(t, s.locale) }
