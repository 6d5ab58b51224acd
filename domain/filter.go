package domain

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Filters say which rows of a list are wanted: all the conditions given must
// hold, of the values in a list any. The session applies them (loaders), after
// visibility.

// Near is a circle on the map.
type Near struct {
	Latitude, Longitude, RadiusKm float64
}

// Centre of the circle; its precision doesn't matter.
func (n Near) Centre() Position {
	return Position{Latitude: n.Latitude, Longitude: n.Longitude, Quality: PositionAddress}
}

// RadiusMetres of the circle.
func (n Near) RadiusMetres() int { return int(n.RadiusKm * 1000) }

// Validate collects what is wrong with the circle.
func (n Near) Validate(p *Problems, path ...any) {
	n.Centre().validate(p, path...)
	p.require(n.RadiusKm >= 0.1 && n.RadiusKm <= mostRadiusKm, path, "radiusKm",
		"un rayon entre 0,1 et 1000 km est nécessaire", "a radius between 0.1 and 1000 km is needed")
}

// ProjectNear is a circle in which projects run or look for a place.
type ProjectNear struct {
	Latitude, Longitude, RadiusKm float64
	Of                            []ProjectPlace
}

// Circle is the circle alone.
func (n ProjectNear) Circle() Near { return Near{n.Latitude, n.Longitude, n.RadiusKm} }

// ProjectPlace says which places of a project are meant.
type ProjectPlace string

const (
	PlacePresent ProjectPlace = "PRESENT"
	PlaceSeeking ProjectPlace = "SEEKING"
)

// LandlordFilter selects landlords.
type LandlordFilter struct {
	Search     *string
	Kinds      []LandlordKind
	GroupID    *LandlordID
	PresentIn  *InseeCode
	Priorities []InnovationDomain
	States     []Publication
}

// LandlordSiteFilter selects sites.
type LandlordSiteFilter struct {
	Search           *string
	LandlordID       *LandlordID
	Within           []Territory
	Near             *Near
	PriorityDistrict []QpvStanding
	NpnruInterests   []NpnruInterest
	States           []Publication
}

// VacantSpaceFilter selects spaces.
type VacantSpaceFilter struct {
	Search           *string
	LandlordID       *LandlordID
	SiteID           *SiteID
	Kinds            []SpaceKind
	Statuses         []SpaceStatus
	VacancyCauses    []VacancyCause
	StepFreeAccess   []AccessLevel
	OccupancyForms   []OccupancyForm
	Within           []Territory
	Near             *Near
	PriorityDistrict []QpvStanding
	MinSurfaceM2     *float64
	MaxSurfaceM2     *float64
	AvailableOn      *Date
	Shareable        *bool
	States           []Publication
}

// InnovationProjectFilter selects projects.
type InnovationProjectFilter struct {
	Search    *string
	Domains   []InnovationDomain
	Publics   []TargetPublic
	Stages    []ProjectStage
	PresentIn *InseeCode
	Near      *ProjectNear
	States    []Publication
}

// HostingNeedFilter selects needs.
type HostingNeedFilter struct {
	Search     *string
	ProjectID  *ProjectID
	SpaceKinds []SpaceKind
	Activities []Activity
	UseKinds   []UseKind
	SeekingIn  *InseeCode
	States     []Publication
}

// LandlordNeedFilter selects landlords' needs.
type LandlordNeedFilter struct {
	Search     *string
	LandlordID *LandlordID
	Domains    []InnovationDomain
	Publics    []TargetPublic
	Activities []Activity
	Timings    []NeedTiming
	Levers     []ProcurementLever
	NeededIn   *InseeCode
	// AnswerableOn: an answer is still useful on this day.
	AnswerableOn *Date
	States       []Publication
}

// SpaceMatchFilter selects matches.
type SpaceMatchFilter struct {
	Eligibility  []Eligibility
	SpaceKinds   []SpaceKind
	LandlordID   *LandlordID
	ProjectID    *ProjectID
	Within       []Territory
	MinScore     *float64
	NearMissOnly bool
}

// LandlordMatchFilter selects matches of a need with landlords.
type LandlordMatchFilter struct {
	Eligibility   []Eligibility
	LandlordKinds []LandlordKind
	MinScore      *float64
	NearMissOnly  bool
}

// ProjectMatchFilter selects matches of landlords' needs with projects.
type ProjectMatchFilter struct {
	Eligibility []Eligibility
	// Domains and Stages are the project's, Activities and LandlordID the
	// need's.
	Domains      []InnovationDomain
	Stages       []ProjectStage
	Activities   []Activity
	LandlordID   *LandlordID
	MinScore     *float64
	NearMissOnly bool
}

// ValidateMinScore requires a score.
func ValidateMinScore(p *Problems, score *float64, path ...any) {
	p.Require(score == nil || *score >= 0 && *score <= 100,
		"un score est compris entre 0 et 100", "a score is between 0 and 100", path...)
}

// The orders of the lists.
type (
	LandlordOrder          string
	LandlordSiteOrder      string
	VacantSpaceOrder       string
	InnovationProjectOrder string
	HostingNeedOrder       string
	LandlordNeedOrder      string
)

const (
	LandlordsByName      LandlordOrder = "NAME"
	LandlordsByDwellings LandlordOrder = "DWELLINGS"
	LandlordsByUpdate    LandlordOrder = "UPDATED"

	SitesByName     LandlordSiteOrder = "NAME"
	SitesByUpdate   LandlordSiteOrder = "UPDATED"
	SitesByDistance LandlordSiteOrder = "DISTANCE"

	SpacesByUpdate    VacantSpaceOrder = "UPDATED"
	SpacesBySurface   VacantSpaceOrder = "SURFACE"
	SpacesByAvailable VacantSpaceOrder = "AVAILABLE_FROM"
	SpacesByDistance  VacantSpaceOrder = "DISTANCE"

	ProjectsByName     InnovationProjectOrder = "NAME"
	ProjectsByUpdate   InnovationProjectOrder = "UPDATED"
	ProjectsByDistance InnovationProjectOrder = "DISTANCE"

	NeedsByUpdate HostingNeedOrder = "UPDATED"
	NeedsByStart  HostingNeedOrder = "EARLIEST_START"

	LandlordNeedsByUpdate   LandlordNeedOrder = "UPDATED"
	LandlordNeedsByAnswerBy LandlordNeedOrder = "ANSWER_BY"
)

// ValidateTerritories collects what is wrong with a filter's territories.
func ValidateTerritories(p *Problems, g Gazetteer, ts []Territory, path ...any) {
	if !p.items(len(ts), path, "") {
		return
	}
	for i, t := range ts {
		t.validate(p, g, below(path, i)...)
	}
}

// ValidateCommune requires that the official list holds the code.
func ValidateCommune(p *Problems, g Gazetteer, c *InseeCode, path ...any) {
	if c != nil {
		c.validate(p, g, path, "")
	}
}

// mostSearch bounds the characters of a search.
const mostSearch = 100

// ValidateSearch requires words to look for.
func ValidateSearch(p *Problems, s *string, path ...any) {
	if s != nil {
		p.require(strings.TrimSpace(*s) != "", path, "",
			"des mots à chercher sont attendus ; retirez ce filtre pour tout voir", "words to look for are expected; remove this filter to see all")
		p.require(utf8.RuneCountInString(*s) <= mostSearch, path, "",
			fmt.Sprintf("au plus %d caractères", mostSearch), fmt.Sprintf("at most %d characters", mostSearch))
	}
}
