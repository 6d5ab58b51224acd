package main

import "math"

// neighbourhood knows which located communes share a postal code, an EPCI or a
// département.
type neighbourhood struct {
	byPostalCode, byEpci, byDepartement map[string][]*commune
}

func neighbourhoods(f *france) neighbourhood {
	n := neighbourhood{map[string][]*commune{}, map[string][]*commune{}, map[string][]*commune{}}
	for _, c := range f.communes {
		if c.at == nil || c.parent != "" {
			continue
		}
		for _, code := range c.postalCodes {
			n.byPostalCode[code] = append(n.byPostalCode[code], c)
		}
		if c.epci != "" {
			n.byEpci[c.epci] = append(n.byEpci[c.epci], c)
		}
		n.byDepartement[c.departement] = append(n.byDepartement[c.departement], c)
	}
	return n
}

// relative is the distance from a point to the nearest other commune of the
// same postal code or EPCI; infinite when none is located.
func (n neighbourhood) relative(c *commune, at point) float64 {
	least := nearest(at, n.byEpci[c.epci], func(o *commune) bool { return o != c })
	for _, code := range c.postalCodes {
		least = min(least, nearest(at, n.byPostalCode[code], func(o *commune) bool { return o != c }))
	}
	return least
}

// stranger is the distance to the nearest commune of another EPCI of the
// département; infinite when none is located.
func (n neighbourhood) stranger(c *commune, at point) float64 {
	return nearest(at, n.byDepartement[c.departement], func(o *commune) bool { return o.epci != c.epci })
}

func nearest(at point, others []*commune, counts func(*commune) bool) float64 {
	least := math.Inf(1)
	for _, o := range others {
		if counts(o) {
			least = min(least, at.metresTo(*o.at))
		}
	}
	return least
}

// disbelieve takes back the positions that lie among strangers, far from all
// relatives: GeoNames also lists hamlets that bear the name of a commune at the
// other end of the département. Held against official centroids, five of the
// seven positions that these bounds reject are wrong.
func disbelieve(f *france) {
	about := neighbourhoods(f)
	var wrong []*commune
	for _, c := range f.communes {
		if c.at == nil || c.epci == "" {
			continue
		}
		relative := about.relative(c, *c.at)
		if relative > 20_000 && !math.IsInf(relative, 1) && about.stranger(c, *c.at) < relative/3 {
			wrong = append(wrong, c)
		}
	}
	for _, c := range wrong {
		c.at, c.quality = nil, ""
	}
}
