package match

import "github.com/palier-hub/palier/domain"

// criterion is one rule with its words. assess alone decides; the others speak
// of what it found.
type criterion struct {
	code domain.CriterionCode
	kind domain.CriterionKind
	// unit of a hard criterion's gap, and how many of its small units make one.
	// unitFor is for the cases with a unit of their own.
	unit        domain.Unit
	unitFor     map[why]domain.Unit
	gapsPerUnit float64
	assess      func(*pair) Finding
	// values are what is wanted and offered; nil for what isn't asked or known.
	values func(*pair, Finding) (wanted, offered domain.CriterionValue)
	// origin is the source and the day of the offered value.
	origin func(*pair) (source *string, asOf *domain.Date)
	// say is the sentence, ask the question of an unknown.
	say func(*pair, Finding, domain.Locale) string
	ask func(*pair, Finding, domain.Locale) string
}

// unitOf is the unit of a finding's gap.
func (c *criterion) unitOf(f Finding) domain.Unit {
	if u, own := c.unitFor[f.why]; own {
		return u
	}
	return c.unit
}

// The places of the criteria in findings and explanations, the hard ones first:
// from what the place is to what it takes to have it.
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

var criteria = [criterionCount]criterion{
	atSpaceKind: spaceKind, atSurface: surface, atTerritory: territory, atAvailability: availability,
	atOccupancy: occupancy, atUse: use, atPublicReception: publicReception, atStepFreeAccess: stepFreeAccess,
	atUtilities: utilities, atOpenToRequests: openToRequests, atOccupancyForm: occupancyForm, atCost: cost,

	atLandlordPriorities: landlordPriorities, atPublics: publics, atProximity: proximity, atPriorityDistrict: priorityDistrict,
	atSpareDuration: spareDuration, atSurfaceFit: surfaceFit, atCostFit: costFit, atReferences: references,
	atInclusionPractice: inclusionPractice, atLocalSupport: localSupport,
}

// Where offered values come from.

func ofSpace(p *pair) (*string, *domain.Date)    { return provenance(p.space.Provenance) }
func ofSite(p *pair) (*string, *domain.Date)     { return provenance(p.site.Provenance) }
func ofLandlord(p *pair) (*string, *domain.Date) { return provenance(p.landlord.Provenance) }

func ofProject(p *pair) (*string, *domain.Date) {
	if p.project == nil {
		return nil, nil
	}
	return provenance(p.project.Provenance)
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
