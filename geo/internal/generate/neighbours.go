package main

import "math"

// neighbourhood knows which located communes share a postal code or an EPCI.
type neighbourhood struct {
	byPostalCode, byEpci map[string][]*commune
}

func neighbourhoods(f *france) neighbourhood {
	n := neighbourhood{map[string][]*commune{}, map[string][]*commune{}}
	for _, c := range f.communes {
		if c.at == nil {
			continue
		}
		for _, code := range c.postalCodes {
			n.byPostalCode[code] = append(n.byPostalCode[code], c)
		}
		if c.epci != "" {
			n.byEpci[c.epci] = append(n.byEpci[c.epci], c)
		}
	}
	return n
}

// far is the distance beyond which a neighbour speaks against a position;
// official centroids have one in a hundred neighbours further.
const far = 20_000

// nearest are the distances from a point to the nearest other commune of the
// postal code and of the EPCI; infinite when there is none.
func (n neighbourhood) nearest(c *commune, at point) (byPostalCode, byEpci float64) {
	byPostalCode, byEpci = math.Inf(1), math.Inf(1)
	for _, code := range c.postalCodes {
		byPostalCode = min(byPostalCode, shortest(at, c, n.byPostalCode[code]))
	}
	return byPostalCode, shortest(at, c, n.byEpci[c.epci])
}

func shortest(at point, except *commune, others []*commune) float64 {
	least := math.Inf(1)
	for _, o := range others {
		if o != except {
			least = min(least, at.metresTo(*o.at))
		}
	}
	return least
}

// confirm: a neighbour of either sort is near.
func (n neighbourhood) confirm(c *commune, at point) bool {
	byPostalCode, byEpci := n.nearest(c, at)
	return min(byPostalCode, byEpci) <= far
}

// disbelieve takes back the positions that neighbours of both sorts speak
// against: GeoNames also lists hamlets that bear the name of a commune at the
// other end of the département.
func disbelieve(f *france) {
	about := neighbourhoods(f)
	var wrong []*commune
	for _, c := range f.communes {
		if c.at == nil {
			continue
		}
		byPostalCode, byEpci := about.nearest(c, *c.at)
		known := !math.IsInf(byPostalCode, 1) && !math.IsInf(byEpci, 1)
		if known && byPostalCode > far && byEpci > far {
			wrong = append(wrong, c)
		}
	}
	for _, c := range wrong {
		c.at, c.quality = nil, ""
	}
}
