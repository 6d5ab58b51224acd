package domain

import "iter"

// CoverageScale says into what the country is parted to see where needs stay
// without a place.
type CoverageScale string

const (
	CoverageCountry          CoverageScale = "COUNTRY"
	CoverageRegion           CoverageScale = "REGION"
	CoverageDepartement      CoverageScale = "DEPARTEMENT"
	CoveragePriorityDistrict CoverageScale = "PRIORITY_DISTRICT"
)

// TerritoryCoverageFilter says what to count; empty lists are all.
type TerritoryCoverageFilter struct {
	Codes      []string
	Domains    []InnovationDomain
	SpaceKinds []SpaceKind
}

// TerritoryCoverage is what needs and spaces of a territory have found each other,
// as one viewer may know it.
type TerritoryCoverage struct {
	Scale CoverageScale
	// Code is "" for the country.
	Code, Name    string
	Needs         *CoverageNeeds
	Spaces        *CoverageSpaces
	LandlordNeeds *CoverageLandlordNeeds
	// Behind is what the numbers count.
	Behind CoverageBehind
}

// CoverageBehind are those without an eligible counterpart.
type CoverageBehind struct {
	Needs         iter.Seq[NeedID]
	Spaces        iter.Seq[*VacantSpace]
	LandlordNeeds iter.Seq[LandlordNeedID]
	// Of says of which territory, filter and rules they are, for cursors.
	Of string
}

// CoverageNeeds count needs that look for a place in a territory.
type CoverageNeeds struct {
	TotalCount, UnmetCount, UncertainCount int
	ByDomain, BySpaceKind                  []*CoverageCount
}

// CoverageSpaces count spaces that stand in a territory.
type CoverageSpaces struct {
	TotalCount, IdleCount, UncertainCount int
	BySpaceKind                           []*CoverageCount
}

// CoverageLandlordNeeds count landlords' needs in a territory.
type CoverageLandlordNeeds struct {
	TotalCount, UnansweredCount, UncertainCount int
	ByDomain                                    []*CoverageCount
}

// CoverageCount is how many of a code there are, how many of them have no
// eligible counterpart, and how many of those an uncertain one.
type CoverageCount struct {
	Code                                     string
	Text                                     Bilingual
	TotalCount, WithoutCount, UncertainCount int
}

// Label is the code's label.
func (c *CoverageCount) Label(locale Locale) string { return c.Text.In(locale) }

// TerritoryCoverageConnection is a page of territories, with the whole country.
type TerritoryCoverageConnection struct {
	Connection[*TerritoryCoverage]
	Country *TerritoryCoverage
	Ruleset *Ruleset
}

// TerritoryCoverageEdge is one of a page.
type TerritoryCoverageEdge = Edge[*TerritoryCoverage]
