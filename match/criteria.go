package match

import "github.com/palier-hub/palier/domain"

// criterion is one rule for a pair P, with its words. assess alone decides; the
// others speak of what it found.
type criterion[P any] struct {
	code domain.CriterionCode
	kind domain.CriterionKind
	// unit of a hard criterion's gap, and how many of its small units make one.
	// unitFor is for the cases with a unit of their own.
	unit        domain.Unit
	unitFor     map[why]domain.Unit
	gapsPerUnit float64
	assess      func(*P) Finding
	// values are what is wanted and offered; nil for what isn't asked or known.
	values func(*P, Finding) (wanted, offered domain.CriterionValue)
	// origin is the source and the day of the offered value.
	origin func(*P) (source *string, asOf *domain.Date)
	// say is the sentence, ask the question of an unknown.
	say func(*P, Finding, domain.Locale) string
	ask func(*P, Finding, domain.Locale) string
}

// unitOf is the unit of a finding's gap.
func (c *criterion[P]) unitOf(f Finding) domain.Unit {
	if u, own := c.unitFor[f.why]; own {
		return u
	}
	return c.unit
}

// The places of the criteria of a need and a space in findings and explanations,
// the hard ones first: from what the place is to what it takes to have it. No
// other kind of match has more.
const (
	atSpaceKind = iota
	atSurface
	atTerritory
	atAvailability
	atOccupancy
	atUse
	atPublicReception
	atStepFreeAccess
	atUtilities
	atOpenToRequests
	atOccupancyForm
	atCost
	hardCount

	atLandlordPriorities = iota - 1
	atPublics
	atProximity
	atPriorityDistrict
	atSpareDuration
	atSurfaceFit
	atCostFit
	atReferences
	atInclusionPractice
	atLocalSupport
	criterionCount
)

var criteria = [criterionCount]criterion[pair]{
	atSpaceKind: spaceKind, atSurface: surface, atTerritory: territory, atAvailability: availability,
	atOccupancy: occupancy, atUse: use, atPublicReception: publicReception, atStepFreeAccess: stepFreeAccess,
	atUtilities: utilities, atOpenToRequests: openToRequests, atOccupancyForm: occupancyForm, atCost: cost,

	atLandlordPriorities: landlordPriorities((*pair).assessPriorities), atPublics: publics, atProximity: proximity, atPriorityDistrict: priorityDistrict,
	atSpareDuration: spareDuration, atSurfaceFit: surfaceFit, atCostFit: costFit, atReferences: references((*pair).assessReferences),
	atInclusionPractice: inclusionPractice((*pair).assessPractice), atLocalSupport: localSupport,
}

// parties are whose qualities several kinds of match compare, whatever else they
// do: a project, nil when unknown, and a landlord, which is never nil. A pair
// that names its parties has the criteria about them by one call each, to which
// it passes how it assesses them: called through the type parameter, that would
// slow every comparison down.
type parties struct {
	rules    *tuning
	project  *domain.InnovationProject
	landlord *domain.Landlord
}

type betweenParties[P any] interface {
	*P
	parties() parties
}

func (p *pair) parties() parties          { return parties{&p.rules, p.project, p.landlord} }
func (p *pair) assessPriorities() Finding { return p.parties().assessPriorities() }
func (p *pair) assessReferences() Finding { return p.parties().assessReferences() }
func (p *pair) assessPractice() Finding   { return p.parties().assessPractice() }

// Where offered values come from.

func ofSpace(p *pair) (*string, *domain.Date) { return provenance(p.space.Provenance) }
func ofSite(p *pair) (*string, *domain.Date)  { return provenance(p.site.Provenance) }

func ofLandlord[P any, B betweenParties[P]](p *P) (*string, *domain.Date) {
	return provenance(B(p).parties().landlord.Provenance)
}

func ofProject[P any, B betweenParties[P]](p *P) (*string, *domain.Date) {
	project := B(p).parties().project
	if project == nil {
		return nil, nil
	}
	return provenance(project.Provenance)
}

func provenance(v *domain.Provenance) (*string, *domain.Date) {
	if v == nil {
		return nil, nil
	}
	if v.Source == "" {
		return nil, v.AsOf
	}
	return &v.Source, v.AsOf
}
