package geo

import (
	"iter"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// Atlas is one edition of the official geography. It never changes, so any
// number of goroutines may read it; what it returns is shared and must not be
// changed either.
//
// A code is looked up as the official list has it: "2A004", not "2a004".
type Atlas struct {
	version      string
	regions      []domain.Region
	departements []domain.Departement
	// communes are in the order of their codes, arrondissements among them, so
	// that a département is one run.
	communes []domain.Commune

	// byCode leads from present and former codes to communes.
	byCode        map[domain.InseeCode]int32
	byDepartement map[domain.DepartementCode]run
	byRegion      map[domain.RegionCode]int32
	index         searchIndex
}

// run is a département's own place and that of its communes, first to last.
type run struct{ departement, first, end int32 }

var _ domain.Gazetteer = (*Atlas)(nil)

// Version names the edition, for example "cog2026-1". It changes whenever an
// answer may: also with imported centroids.
func (a *Atlas) Version() string { return a.version }

// Commune finds a commune or an arrondissement municipal by its present code,
// and by a former code the present commune that took it in.
func (a *Atlas) Commune(code domain.InseeCode) (*domain.Commune, bool) {
	i, ok := a.byCode[code]
	if !ok {
		return nil, false
	}
	return &a.communes[i], true
}

// Ordinal numbers the communes and arrondissements from 0,
// by the codes that Commune takes: for tables that are read by the million.
func (a *Atlas) Ordinal(code domain.InseeCode) (int32, bool) {
	i, ok := a.byCode[code]
	return i, ok
}

// Numbered are the communes and arrondissements in the order of their ordinals.
func (a *Atlas) Numbered() []domain.Commune { return a.communes }

// Departement finds a département, or an overseas collectivity by the three
// digits that stand for one.
func (a *Atlas) Departement(code domain.DepartementCode) (*domain.Departement, bool) {
	run, ok := a.byDepartement[code]
	if !ok {
		return nil, false
	}
	return &a.departements[run.departement], true
}

// Region finds a région, or an overseas collectivity by the code it has in
// place of one.
func (a *Atlas) Region(code domain.RegionCode) (*domain.Region, bool) {
	i, ok := a.byRegion[code]
	if !ok {
		return nil, false
	}
	return &a.regions[i], true
}

// Regions are in the order of their codes; those of two digits are the 18
// régions, those of three the overseas collectivities.
func (a *Atlas) Regions() iter.Seq[*domain.Region] { return pointers(a.regions) }

// Departements are in the order of their codes; the 101 départements are those
// whose région is one of the 18.
func (a *Atlas) Departements() iter.Seq[*domain.Departement] { return pointers(a.departements) }

// Communes are in the order of their codes, without arrondissements.
func (a *Atlas) Communes() iter.Seq[*domain.Commune] { return withoutArrondissements(a.communes) }

// CommunesOf are the communes of a département in the order of their codes,
// without arrondissements; none when the code is unknown.
func (a *Atlas) CommunesOf(code domain.DepartementCode) iter.Seq[*domain.Commune] {
	run := a.byDepartement[code]
	return withoutArrondissements(a.communes[run.first:run.end])
}

// ArrondissementsOf are the arrondissements municipaux of Paris, Lyon or
// Marseille in their order; none for any other commune.
func (a *Atlas) ArrondissementsOf(code domain.InseeCode) iter.Seq[*domain.Commune] {
	return func(yield func(*domain.Commune) bool) {
		commune, ok := a.Commune(code)
		if !ok {
			return
		}
		run := a.byDepartement[commune.Departement]
		for c := range pointers(a.communes[run.first:run.end]) {
			if c.Parent == commune.Code && !yield(c) {
				return
			}
		}
	}
}

func withoutArrondissements(communes []domain.Commune) iter.Seq[*domain.Commune] {
	return func(yield func(*domain.Commune) bool) {
		for c := range pointers(communes) {
			if c.Parent == "" && !yield(c) {
				return
			}
		}
	}
}

func pointers[T any](list []T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// arrange builds the lookups once the lists are complete.
func (a *Atlas) arrange() {
	slices.SortFunc(a.communes, func(x, y domain.Commune) int { return strings.Compare(string(x.Code), string(y.Code)) })
	a.byRegion = make(map[domain.RegionCode]int32, len(a.regions))
	for i, r := range a.regions {
		a.byRegion[r.Code] = int32(i)
	}
	a.byDepartement = make(map[domain.DepartementCode]run, len(a.departements))
	for i, d := range a.departements {
		a.byDepartement[d.Code] = run{departement: int32(i)}
	}
	a.byCode = make(map[domain.InseeCode]int32, 40_000)
	for i := range a.communes {
		c := &a.communes[i]
		for _, former := range c.FormerCodes {
			a.byCode[former] = int32(i)
		}
		r := a.byDepartement[c.Departement]
		if r.end == 0 {
			r.first = int32(i)
		}
		r.end = int32(i) + 1
		a.byDepartement[c.Departement] = r
	}
	for i := range a.communes { // present codes win over former ones
		a.byCode[a.communes[i].Code] = int32(i)
	}
	a.index = newSearchIndex(a.communes)
}
