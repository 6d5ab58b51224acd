// Package synthetic invents a national data set of any size from a seed, to
// try and to measure a hub with: landlords with their needs, sites with their
// spaces, projects with their needs. The communes are real; everything else is invented and
// says so. Shares and orders of magnitude are plausible, not statistics.
package synthetic

import (
	"fmt"
	"iter"
	"math"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// told is the day on which the set's story is told, as the sample's: from the
// same seed the same set comes on any day.
var told = domain.NewDate(2026, 11, 22)

// Set is a data set that is made as it is read: it takes the same memory
// whatever its size, and each reading gives the same. Any goroutine may read.
type Set struct {
	seed   uint64
	spaces int
	france country
	// landlords in their order, the heads of groups first.
	landlords []landlord
	projects  int
}

// Landlord is an invented landlord.
type Landlord struct {
	Fields domain.LandlordFields
	// Group is the SIREN of the landlord that it belongs to; "" for none. That
	// landlord comes before it.
	Group domain.Siren
}

// Site is a site of an invented landlord, with its spaces.
type Site struct {
	// Landlord is the SIREN of whose it is.
	Landlord domain.Siren
	Fields   domain.SiteFields
	Spaces   []Space
}

// Space is a space of a site; a draft unless Publish.
type Space struct {
	Fields  domain.SpaceFields
	Publish bool
}

// Project is an invented project with its needs.
type Project struct {
	Fields domain.ProjectFields
	Needs  []Need
}

// Need is a need of a project; a draft unless Publish.
type Need struct {
	Fields  domain.NeedFields
	Publish bool
}

// LandlordNeed is a need of an invented landlord; a draft unless Publish.
type LandlordNeed struct {
	// Landlord is the SIREN of whose it is.
	Landlord domain.Siren
	// Fields name the landlord's sites by their references.
	Fields  domain.StatedLandlordNeed
	Publish bool
}

// MostSpaces bounds a set, far above what the country may ever have.
const MostSpaces = 50_000_000

// Generate makes the set of a seed with so many spaces, from 1 to MostSpaces.
// It answers an error for any other number.
func Generate(seed uint64, spaces int, atlas *geo.Atlas) (*Set, error) {
	if spaces < 1 || spaces > MostSpaces {
		return nil, fmt.Errorf("a set of %d spaces: from 1 to %d are possible", spaces, MostSpaces)
	}
	s := &Set{seed: seed, spaces: spaces, france: newCountry(atlas), projects: min(max(spaces/2_000, 5), 300)}
	s.landlords = newLandlords(seed, landlordsFor(spaces), s.france)
	share(spaces, s.landlords)
	return s, nil
}

// landlordsFor is how many landlords hold so many spaces: some 600, the
// network's number, from a million on, and fewer by the square root below it,
// so that a small set has landlords of some size too.
func landlordsFor(spaces int) int {
	return min(max(int(math.Sqrt(float64(spaces)))*6/10, 3), 600)
}

// share gives each landlord its spaces by its weight; together they have all.
func share(spaces int, landlords []landlord) {
	total := uint64(0)
	for _, l := range landlords {
		total += uint64(l.weight)
	}
	given, reached := 0, uint64(0)
	for i := range landlords {
		reached += uint64(landlords[i].weight)
		next := int(uint64(spaces) * reached / total)
		landlords[i].spaces, given = next-given, next
	}
}

// Spaces is how many spaces the set has.
func (s *Set) Spaces() int { return s.spaces }

// Landlords are the landlords, each after the head of its group.
func (s *Set) Landlords() iter.Seq[Landlord] {
	return func(yield func(Landlord) bool) {
		for _, l := range s.landlords {
			if !yield(Landlord{Fields: l.fields, Group: l.group}) {
				return
			}
		}
	}
}

// Sites are the landlords' sites with their spaces, landlord by landlord.
func (s *Set) Sites() iter.Seq[Site] {
	return func(yield func(Site) bool) {
		for number := range s.landlords {
			l := &s.landlords[number]
			d := newDice(s.seed, "stock", number)
			for n, left := 1, l.spaces; left > 0; n++ {
				site := newSite(d, l, number+1, n, min(spacesOfSite.draw(d).draw(d), left))
				if left -= len(site.Spaces); !yield(site) {
					return
				}
			}
		}
	}
}

// LandlordNeeds are what the landlords look for, landlord by landlord: one to
// four needs each.
func (s *Set) LandlordNeeds() iter.Seq[LandlordNeed] {
	return func(yield func(LandlordNeed) bool) {
		for number := range s.landlords {
			d := newDice(s.seed, "wanted", number)
			for n := range d.between(1, 4) {
				if !yield(newLandlordNeed(d, &s.landlords[number], number+1, n+1)) {
					return
				}
			}
		}
	}
}

// Projects are the projects with their needs.
func (s *Set) Projects() iter.Seq[Project] {
	return func(yield func(Project) bool) {
		for number := range s.projects {
			if !yield(newProject(newDice(s.seed, "project", number), number+1, s.france)) {
				return
			}
		}
	}
}

// siren is an invented number: none that begins with 000 is attributed.
func siren(number int) domain.Siren {
	eight := fmt.Sprintf("%08d", number)
	sum := 0
	for i, c := range []byte(eight) { // Luhn: each second digit from the right of the nine counts twice
		n := int(c - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return domain.Siren(fmt.Sprintf("%s%d", eight, (10-sum%10)%10))
}

// span is between two numbers, both included.
type span struct{ least, most int }

func (s span) draw(d dice) int { return d.between(s.least, s.most) }

// source is where an invented value comes from; percent of them are known.
func provenance(d dice, percent int, sources ...string) *domain.Provenance {
	if !d.chance(percent) {
		return nil
	}
	return &domain.Provenance{Source: pick(d, sources...), AsOf: known(d, 90, told.AddDays(-d.below(540)))}
}
