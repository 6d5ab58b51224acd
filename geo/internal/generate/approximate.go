package main

// approximate places the communes that GeoNames doesn't name at the mean of
// those it does: of their postal code, else of their EPCI, else of their
// arrondissement, else of their département. A mean of places too far apart
// says nothing and is left out.
func approximate(f *france) {
	byPostalCode, byEpci := map[string][]point{}, map[string][]point{}
	byEpciPart := map[string][]point{} // of an EPCI that reaches into several arrondissements
	byArrondissement, byDepartement := map[string][]point{}, map[string][]point{}
	for _, c := range f.communes {
		if c.at == nil || c.parent != "" {
			continue
		}
		for _, code := range c.postalCodes {
			byPostalCode[code] = append(byPostalCode[code], *c.at)
		}
		if c.epci != "" {
			byEpci[c.epci] = append(byEpci[c.epci], *c.at)
			byEpciPart[c.epci+c.arrondissement] = append(byEpciPart[c.epci+c.arrondissement], *c.at)
		}
		if c.arrondissement != "" {
			byArrondissement[c.arrondissement] = append(byArrondissement[c.arrondissement], *c.at)
		}
		byDepartement[c.departement] = append(byDepartement[c.departement], *c.at)
	}

	for _, c := range f.communes {
		if c.at != nil || tooWide(c.departement) {
			continue
		}
		var sharing []point
		for _, code := range c.postalCodes {
			sharing = append(sharing, byPostalCode[code]...)
		}
		for _, try := range []struct {
			quality string
			points  []point
			within  float64
		}{
			{postalCode, sharing, 30_000},
			{epci, byEpciPart[c.epci+c.arrondissement], 60_000},
			{epci, byEpci[c.epci], 60_000},
			{departement, byArrondissement[c.arrondissement], 100_000},
			{departement, byDepartement[c.departement], 100_000},
		} {
			if at := mean(try.points, try.within); at != nil {
				c.at, c.quality = at, try.quality
				break
			}
		}
	}
}

// tooWide: the communes of the Guyane are as large as départements, and the
// islands of the overseas collectivities (975 and what follows, except Mayotte)
// may lie a thousand kilometres apart, so that no mean says where one is.
func tooWide(departement string) bool {
	return departement == "973" || departement >= "975" && departement != "976"
}

// mean is the middle of some points, all of which lie within so many metres of
// it; nil otherwise. None lie across the antimeridian.
func mean(points []point, within float64) *point {
	if len(points) == 0 {
		return nil
	}
	var sum point
	for _, p := range points {
		sum.latitude += p.latitude
		sum.longitude += p.longitude
	}
	middle := point{sum.latitude / len(points), sum.longitude / len(points)}
	for _, p := range points {
		if middle.metresTo(p) > within {
			return nil
		}
	}
	return &middle
}
