package match

import (
	"math"

	"github.com/palier-hub/palier/domain"
)

// Status is what a criterion answers, the better the lower: the worst of the
// hard ones is the eligibility.
type Status uint8

const (
	Pass Status = iota
	Unknown
	Fail
)

var statusCodes = [...]domain.CriterionStatus{domain.CriterionPass, domain.CriterionUnknown, domain.CriterionFail}

// Code is the status as the API writes it.
func (s Status) Code() domain.CriterionStatus { return statusCodes[s] }

var eligibilityCodes = [...]domain.Eligibility{domain.EligibilityEligible, domain.EligibilityUncertain, domain.EligibilityIneligible}

// Eligible, Uncertain or Ineligible: the eligibility that a worst status means.
func eligibility(worst Status) domain.Eligibility { return eligibilityCodes[worst] }

// Finding is what one criterion found, in integers. A soft criterion passes
// when it is known; its score says how well.
type Finding struct {
	Status Status
	// Score in thousandths; of a soft criterion that passes only.
	Score int16
	// why is the case of the criterion's rule that decided, which the place in
	// a list (of forms, slots, commitments…) that it is about.
	why   why
	which int16
	// gap is how much a failing hard criterion misses by, in the criterion's
	// own small unit; 0 when the failure has no measure.
	gap int64
}

// why is a case of a criterion's rule; each criterion has its own.
type why uint8

// notAsked is the case in which the need asks nothing, the same everywhere.
const notAsked why = 0

// Assessment is the answer for one pair in integers, of any kind of match.
type Assessment struct {
	// Worst is the worst status of the hard criteria; Eligibility says it in
	// the API's words.
	Worst Status
	// ScoreTenths is 0 to 1000, ReliabilityThousandths too.
	ScoreTenths, ReliabilityThousandths int
	// Findings are in the order of the kind's criteria, zero beyond them.
	Findings [criterionCount]Finding
	// failing is the place of the only hard criterion that fails, else -1.
	failing int8
}

// Eligibility of the pair.
func (a *Assessment) Eligibility() domain.Eligibility { return eligibility(a.Worst) }

// NearMiss tells whether exactly one hard criterion fails; the explanation says
// which, and by how much.
func (a *Assessment) NearMiss() bool { return a.failing >= 0 }

// Assess answers the question for one candidate in integers.
func (q *Question) Assess(c Candidate) Assessment {
	var p pair
	p.set(q, c)
	return p.assess()
}

func (p *pair) assess() Assessment { return needBySpace.assess(p.Engine, p) }

// halfUp is n/d rounded half up, for n ≥ 0 and d > 0.
func halfUp(n, d int) int { return (2*n + d) / (2 * d) }

// known is the finding of a soft criterion.
func known(score int16, w why) Finding { return Finding{Status: Pass, Score: score, why: w} }

func pass(w why) Finding    { return Finding{Status: Pass, why: w} }
func unknown(w why) Finding { return Finding{Status: Unknown, why: w} }

// fail misses by a gap in the criterion's small unit; 0 when it has no measure.
func fail(w why, gap int64) Finding { return Finding{Status: Fail, why: w, gap: gap} }

// hundredths of a number, for gaps: at least one, so that a measured gap is
// never nothing.
func hundredths(n float64) int64 { return max(1, int64(math.Round(min(n, 1e12)*100))) }

// Failing are the hard criteria that fail in a match of a need and a space.
func (a *Assessment) Failing() (codes []domain.CriterionCode) {
	for i := range hardCount {
		if a.Findings[i].Status == Fail {
			codes = append(codes, criteria[i].code)
		}
	}
	return codes
}
