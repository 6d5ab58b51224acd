package synthetic

import (
	"cmp"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// area is communes, each drawn as often as it is populous. Paris, Lyon and
// Marseille stand in it by arrondissement.
type area struct {
	communes []*domain.Commune
	// until[i] is the population of the first i+1 communes.
	until []int
}

// unstated is the population of a commune that the source has none for.
const unstated = 500

func (a *area) add(c *domain.Commune) {
	a.communes, a.until = append(a.communes, c), append(a.until, a.population()+inhabitants(c))
}

func (a *area) population() int {
	if len(a.until) == 0 {
		return 0
	}
	return a.until[len(a.until)-1]
}

// draw draws a commune of some areas; together they have inhabitants.
func draw(d dice, areas []*area) *domain.Commune {
	at := d.below(populationOf(areas))
	for _, a := range areas {
		if at < a.population() {
			// The first commune that reaches beyond the inhabitant drawn.
			i, _ := slices.BinarySearch(a.until, at+1)
			return a.communes[i]
		}
		at -= a.population()
	}
	return areas[0].communes[0]
}

// county is a département with its communes.
type county struct {
	*domain.Departement
	area *area
}

// country is the 101 départements: the overseas collectivities have no HLM
// landlords.
type country struct {
	counties []county
	areas    []*area
}

func newCountry(atlas *geo.Atlas) country {
	var f country
	for d := range atlas.Departements() {
		if len(d.Region) != len("11") {
			continue
		}
		a := new(area)
		for c := range atlas.CommunesOf(d.Code) {
			parts := slices.Collect(atlas.ArrondissementsOf(c.Code))
			if len(parts) == 0 {
				parts = append(parts, c)
			}
			for _, part := range parts {
				a.add(part)
			}
		}
		f.counties = append(f.counties, county{d, a})
		f.areas = append(f.areas, a)
	}
	return f
}

// county is that of a commune drawn from the whole country.
func (f country) county(d dice) county {
	home := draw(d, f.areas).Departement
	i := slices.IndexFunc(f.counties, func(c county) bool { return c.Code == home })
	return f.counties[i]
}

// region are the départements of a région, the given one first.
func (f country) region(home county) []county {
	list := []county{home}
	for _, c := range f.counties {
		if c.Region == home.Region && c.Code != home.Code {
			list = append(list, c)
		}
	}
	return list
}

// mostOfAgglomeration bounds the communes that a local landlord names.
const mostOfAgglomeration = 15

// agglomeration are the most populous communes of one intercommunal body; false
// when the commune drawn belongs to none.
func (c county) agglomeration(d dice) (*area, bool) {
	centre := draw(d, []*area{c.area})
	if centre.EpciCode == "" {
		return nil, false
	}
	whole := new(area)
	var members []*domain.Commune
	for _, commune := range c.area.communes {
		if commune.EpciCode == centre.EpciCode {
			members = append(members, commune)
		}
	}
	slices.SortFunc(members, func(x, y *domain.Commune) int {
		return cmp.Or(cmp.Compare(inhabitants(y), inhabitants(x)), cmp.Compare(x.Code, y.Code))
	})
	for _, commune := range members[:min(len(members), mostOfAgglomeration)] {
		whole.add(commune)
	}
	return whole, true
}

func inhabitants(c *domain.Commune) int {
	if c.Population == nil {
		return unstated
	}
	return *c.Population
}
