package domain

import "math"

// ExplainedMatch is what every kind of match shows.
type ExplainedMatch interface{ IsExplainedMatch() }

// SpaceMatch says how well a space fits a need, and why.
type SpaceMatch struct {
	Need  *HostingNeed
	Space *VacantSpace
	MatchResult
	// DistanceMetres is from the centre of the need's territories to the
	// space; nil when there is no centre or no position.
	DistanceMetres *int
}

func (SpaceMatch) IsExplainedMatch() {}

// DistanceKm is the distance in kilometres, to 100 m.
func (m *SpaceMatch) DistanceKm() *float64 { return kilometres(m.DistanceMetres) }

func kilometres(metres *int) *float64 {
	if metres == nil {
		return nil
	}
	km := math.Round(float64(*metres)/100) / 10
	return &km
}

// LandlordMatch says how well a landlord suits a hosting need, and why: whom to
// call before any space is known.
type LandlordMatch struct {
	Need     *HostingNeed
	Landlord *Landlord
	MatchResult
	// DistanceMetres is from the centre of the need's territories to the nearest
	// site or territory of the landlord; nil when neither can be measured.
	DistanceMetres *int
}

func (LandlordMatch) IsExplainedMatch() {}

// DistanceKm is the distance in kilometres, to 100 m.
func (m *LandlordMatch) DistanceKm() *float64 { return kilometres(m.DistanceMetres) }

// ProjectMatch says how well a project could meet a landlord's need, and why.
type ProjectMatch struct {
	Need    *LandlordNeed
	Project *InnovationProject
	MatchResult
	// DistanceMetres is from the need's sites and territories to the nearest of
	// the project's footprint; nil when it can't be measured.
	DistanceMetres *int
}

func (ProjectMatch) IsExplainedMatch() {}

// DistanceKm is the distance in kilometres, to 100 m.
func (m *ProjectMatch) DistanceKm() *float64 { return kilometres(m.DistanceMetres) }

// MatchResult is the answer of the engine for one pair.
type MatchResult struct {
	Eligibility Eligibility
	// ScoreTenths is the score, 0 to 1000: tenths of a point of 100.
	ScoreTenths int
	// ReliabilityThousandths is the known share of the weights, 0 to 1000.
	ReliabilityThousandths int
	Criteria               []*MatchCriterion
	// NearMiss is set when exactly one hard criterion fails.
	NearMiss *NearMiss
	Ruleset  *Ruleset
}

// EligibilityLabel is the label of the eligibility.
func (r MatchResult) EligibilityLabel(locale Locale) string { return r.Eligibility.Label(locale) }

// Score is 0 to 100, with one decimal.
func (r MatchResult) Score() float64 { return float64(r.ScoreTenths) / 10 }

// Reliability is 0 to 1, with three decimals.
func (r MatchResult) Reliability() float64 { return float64(r.ReliabilityThousandths) / 1000 }

// MatchCriterion is one criterion of a match, with its values and its reasons.
type MatchCriterion struct {
	Code   CriterionCode
	Kind   CriterionKind
	Status CriterionStatus
	// Weight is the ruleset's; 0 for a hard criterion.
	Weight int
	// ScoreThousandths is 0 to 1000; nil for a hard criterion and for an
	// unknown one.
	ScoreThousandths *int
	// ContributionHundredths is what the criterion brings to the score of 100,
	// in hundredths of a point; nil when there is no score.
	ContributionHundredths *int
	// Wanted and Offered are the values compared; nil when there is none.
	Wanted, Offered CriterionValue
	// Source and AsOf are the offered value's.
	Source *string
	AsOf   *Date
	// Explain says in a sentence what was compared and found; Ask the question
	// to put when the status is UNKNOWN, else nil. Both are made on demand.
	Explain func(Locale) string
	Ask     func(Locale) string
}

// CodeLabel is the label of the criterion.
func (c *MatchCriterion) CodeLabel(locale Locale) string { return c.Code.Label(locale) }

// StatusLabel is the label of the status.
func (c *MatchCriterion) StatusLabel(locale Locale) string { return c.Status.Label(locale) }

// Score is 0 to 1, with three decimals.
func (c *MatchCriterion) Score() *float64 { return scaled(c.ScoreThousandths, 1000) }

// Contribution is in points of the score of 100, with two decimals.
func (c *MatchCriterion) Contribution() *float64 { return scaled(c.ContributionHundredths, 100) }

// Message is the sentence.
func (c *MatchCriterion) Message(locale Locale) string { return c.Explain(locale) }

// Question is what to ask when the value is unknown; nil otherwise.
func (c *MatchCriterion) Question(locale Locale) *string {
	if c.Ask == nil {
		return nil
	}
	q := c.Ask(locale)
	return &q
}

func scaled(n *int, by float64) *float64 {
	if n == nil {
		return nil
	}
	f := float64(*n) / by
	return &f
}

// NearMiss says which hard criterion alone fails, and by how much.
type NearMiss struct {
	Criterion CriterionCode
	// Gap is how much is missing, in Unit; nil when the failure has no
	// measure (a kind that isn't accepted).
	Gap  *float64
	Unit *Unit
	Text Bilingual
}

// CriterionLabel is the label of the criterion.
func (m *NearMiss) CriterionLabel(locale Locale) string { return m.Criterion.Label(locale) }

// Message says by how much it misses.
func (m *NearMiss) Message(locale Locale) string { return m.Text.In(locale) }

// Unit of a number.
type Unit string

const (
	UnitM2             Unit = "M2"
	UnitDays           Unit = "DAYS"
	UnitMonths         Unit = "MONTHS"
	UnitKilometres     Unit = "KM"
	UnitMetres         Unit = "METRES"
	UnitEurosPerMonth  Unit = "EUR_PER_MONTH"
	UnitEurosPerM2Year Unit = "EUR_PER_M2_YEAR"
	UnitPeople         Unit = "PEOPLE"
	UnitCount          Unit = "COUNT"
	UnitShare          Unit = "SHARE"
	UnitHoursPerWeek   Unit = "HOURS_PER_WEEK"
)

// CriterionValue is a value compared by a criterion, typed so that a reader can
// recompute the result.
type CriterionValue interface {
	IsCriterionValue()
	// Display writes the value for people.
	Display(locale Locale) string
}

// QuantityValue is a number or a range; a nil bound is none.
type QuantityValue struct {
	Min, Max *float64
	Unit     Unit
}

// CodesValue are codes of one list.
type CodesValue struct {
	// List is the name of the code list.
	List  string
	Codes []string
}

// PeriodValue is a window of days; a nil bound is unknown unless OpenEnded.
type PeriodValue struct {
	From, Until *Date
	OpenEnded   bool
	// MinMonths is the duration needed within it, FitOutDays before it; nil
	// when the value is an offer.
	MinMonths  *int
	FitOutDays *int
}

// SlotsValue are recurring slots, and how many of them are needed or free.
type SlotsValue struct {
	Slots []RecurringSlot
	Count *int
}

// TerritoryValue are territories with their names, or a place with its
// distance.
type TerritoryValue struct {
	Names          []string
	DistanceMetres *int
}

// FlagValue is a yes or no.
type FlagValue struct {
	Value bool
}

func (QuantityValue) IsCriterionValue()  {}
func (CodesValue) IsCriterionValue()     {}
func (PeriodValue) IsCriterionValue()    {}
func (SlotsValue) IsCriterionValue()     {}
func (TerritoryValue) IsCriterionValue() {}
func (FlagValue) IsCriterionValue()      {}
