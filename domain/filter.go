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
	Eligibility []Eligibility
	SpaceKinds  []SpaceKind
	LandlordID  *LandlordID
	ProjectID   *ProjectID
	Within      []Territory
	Near        *Near
	// MinSurfaceM2, MaxSurfaceM2 and AvailableOn are about the space, as in a
	// VacantSpaceFilter.
	MinSurfaceM2 *float64
	MaxSurfaceM2 *float64
	AvailableOn  *Date
	MinScore     *float64
	NearMissOnly bool
	// FailsOnlyOn keeps the near misses on one of these hard criteria.
	FailsOnlyOn []CriterionCode
	// Criteria must all answer as said.
	Criteria []CriterionCondition
}

// MatchOnce says which of the pairs of needs and spaces stand in a list: all, or
// of each need or each space the best one only.
type MatchOnce string

const (
	MatchPairs     MatchOnce = "PAIR"
	MatchEachNeed  MatchOnce = "NEED"
	MatchEachSpace MatchOnce = "SPACE"
)

// CriterionCondition asks that a criterion answers one of some statuses.
type CriterionCondition struct {
	Code     CriterionCode
	Statuses []CriterionStatus
}

// Validate collects what is wrong with the filter, but for its criteria, which
// the engine knows.
func (f SpaceMatchFilter) Validate(p *Problems, g Gazetteer) {
	ValidateTerritories(p, g, f.Within, "within")
	if f.Near != nil {
		f.Near.Validate(p, "near")
	}
	validateSurfaceBounds(p, f.MinSurfaceM2, f.MaxSurfaceM2)
	p.Require(f.MinScore == nil || *f.MinScore >= 0 && *f.MinScore <= 100,
		"un score est compris entre 0 et 100", "a score is between 0 and 100", "minScore")
	if p.items(len(f.Criteria), nil, "criteria") {
		for i, c := range f.Criteria {
			p.require(len(c.Statuses) > 0, []any{"criteria", i}, "statuses",
				"indiquez au moins une réponse du critère", "give at least one answer of the criterion")
		}
	}
}

func validateSurfaceBounds(p *Problems, least, most *float64) {
	positive := func(m2 *float64, field string) {
		p.Require(m2 == nil || *m2 > 0, "une surface en m² est positive", "a surface in m² is positive", field)
	}
	positive(least, "minSurfaceM2")
	positive(most, "maxSurfaceM2")
}

// Overlap tells whether a surface meets the bounds of a filter; nil is none.
// An unknown surface is never small enough.
func (r SurfaceRange) Overlap(least, most *float64) bool {
	return (least == nil || r.Most() >= *least) && (most == nil || r.Known() && r.Least() <= *most)
}

// Validate collects what is wrong with the filter.
func (f VacantSpaceFilter) Validate(p *Problems, g Gazetteer) {
	ValidateSearch(p, f.Search, "search")
	ValidateTerritories(p, g, f.Within, "within")
	validateSurfaceBounds(p, f.MinSurfaceM2, f.MaxSurfaceM2)
	if f.Near != nil {
		f.Near.Validate(p, "near")
	}
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

// HostingRequestFilter selects hosting requests.
type HostingRequestFilter struct {
	Statuses   []RequestStatus
	Origins    []RequestOrigin
	ProjectID  *ProjectID
	LandlordID *LandlordID
	NeedID     *NeedID
	SpaceID    *SpaceID
	DueBefore  *Date
	// WaitingForMe keeps those for which the viewer can do something now.
	WaitingForMe *bool
}

// PlacementFilter selects placements.
type PlacementFilter struct {
	ProjectID  *ProjectID
	LandlordID *LandlordID
	Within     []Territory
	SpaceKinds []SpaceKind
	Activities []Activity
	Statuses   []RequestStatus
	// RunningOn is a day on which they ran, or will.
	RunningOn *Date
	// WithPractices keeps those with something to know for who repeats them.
	WithPractices *bool
}

// HostingInvitationFilter selects invitations.
type HostingInvitationFilter struct {
	Statuses       []InvitationStatus
	LandlordID     *LandlordID
	ProjectID      *ProjectID
	NeedID         *NeedID
	LandlordNeedID *LandlordNeedID
	SpaceID        *SpaceID
	// AnswerBefore keeps those that wait for an answer due before this day.
	AnswerBefore *Date
}

// HostingProposalFilter selects proposals.
type HostingProposalFilter struct {
	Statuses       []ProposalStatus
	Recipients     []ProposalRecipient
	LandlordID     *LandlordID
	ProjectID      *ProjectID
	NeedID         *NeedID
	LandlordNeedID *LandlordNeedID
	SpaceID        *SpaceID
	// AnswerBefore keeps those that wait for an answer due before this day.
	AnswerBefore *Date
}

// DeadLetterFilter selects dead letters.
type DeadLetterFilter struct{ Reasons []DeadLetterReason }

// AccessKeyFilter selects keys.
type AccessKeyFilter struct {
	OrganisationID *ID
	Uses           []AccessKeyUse
	States         []AccessKeyState
}

// AccountAccessFilter selects accounts.
type AccountAccessFilter struct {
	Account *string
	Roles   []Role
	Barred  *bool
}

// LandlordApproachFilter selects approaches.
type LandlordApproachFilter struct {
	LandlordID *LandlordID
	ProjectID  *ProjectID
	Channels   []ApproachChannel
	Outcomes   []ApproachOutcome
	// Since and Until bound the day of the contact, both days included.
	Since, Until *Date
	// NextStepBefore keeps those whose next step is to be done before this day.
	NextStepBefore *Date
	// Follower keeps those whose next step is to be done by this one.
	Follower *string
}

// HostingMessageFilter selects messages.
type HostingMessageFilter struct {
	Parties   []RequestParty
	Audiences []MessageAudience
}

// PalierPersonFilter selects persons.
type PalierPersonFilter struct {
	// Organisation is nil for the viewer's own.
	Organisation *ID
}

// The orders of the lists.
type (
	PlacementOrder         string
	HostingInvitationOrder string
	HostingProposalOrder   string
	LandlordApproachOrder  string
	HostingRequestOrder    string
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

	PlacementsBySince     PlacementOrder         = "SINCE"
	PlacementsByUpdate    PlacementOrder         = "UPDATED"
	InvitationsByUpdate   HostingInvitationOrder = "UPDATED"
	InvitationsByAnswerBy HostingInvitationOrder = "ANSWER_BY"

	ProposalsByUpdate   HostingProposalOrder = "UPDATED"
	ProposalsByAnswerBy HostingProposalOrder = "ANSWER_BY"

	ApproachesByDate     LandlordApproachOrder = "DATE"
	ApproachesByNextStep LandlordApproachOrder = "NEXT_STEP"

	RequestsByUpdate HostingRequestOrder = "UPDATED"
	RequestsByDue    HostingRequestOrder = "DUE"

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
