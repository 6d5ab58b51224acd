package match

import (
	"slices"

	"github.com/palier-hub/palier/domain"
)

// Filter says which pairs are listed: by their space and its site, and by what
// was found of them. It never changes once made.
type Filter struct {
	domain.SpaceMatchFilter
	// site decides where the space is; nil when any place will do.
	site func(*domain.LandlordSite) bool
	// listed has a bit for each Status that the worst of the hard criteria may be.
	listed uint8
	// least is the minimum score in tenths.
	least int
	// exactly asks for one failing hard criterion, of those in on, as failBits.
	exactly bool
	on      uint64
	// statuses have a bit for each Status that a criterion may have.
	statuses []condition
}

type condition struct {
	criterion int
	statuses  uint8
}

// NewFilter reads a filter. Where a space is may be asked by within and near:
// site decides it, by what the viewer may know of the position. Errors are
// refusals of criteria that these matches don't have.
func NewFilter(f domain.SpaceMatchFilter, site func(*domain.LandlordSite) bool) (*Filter, error) {
	c := &Filter{SpaceMatchFilter: f, listed: 7, exactly: f.NearMissOnly || len(f.FailsOnlyOn) > 0, on: failBits}
	if len(f.Within) > 0 || f.Near != nil {
		c.site = site
	}
	if len(f.Eligibility) > 0 {
		c.listed = 0
		for s, e := range eligibilityCodes {
			if slices.Contains(f.Eligibility, e) {
				c.listed |= 1 << s
			}
		}
	}
	if f.MinScore != nil {
		c.least = atLeast(*f.MinScore)
	}
	problems := &domain.Problems{Root: []string{"filter"}}
	if len(f.FailsOnlyOn) > 0 {
		c.on = 0
		for n, code := range f.FailsOnlyOn {
			i := indexOf(code)
			problems.Require(i >= 0 && i < hardCount, "ce critère ne peut pas écarter un local : choisissez-en un de type HARD",
				"this criterion can't rule a space out: choose one of kind HARD", "failsOnlyOn", n)
			if i >= 0 && i < hardCount {
				c.on |= uint64(Fail) << (2 * i)
			}
		}
	}
	for n, asked := range f.Criteria {
		i := indexOf(asked.Code)
		if !problems.Require(i >= 0, "ce critère n'est pas de ceux des correspondances entre besoin et local",
			"this criterion isn't one of matches between needs and spaces", "criteria", n, "code") {
			continue
		}
		set := condition{criterion: i}
		for s, code := range statusCodes {
			if slices.Contains(asked.Statuses, code) {
				set.statuses |= 1 << s
			}
		}
		c.statuses = append(c.statuses, set)
	}
	return c, problems.Err()
}

// atLeast is the least score in tenths that isn't below a score of 100.
func atLeast(score float64) int {
	for tenths := range 1001 {
		if float64(tenths)/10 >= score {
			return tenths
		}
	}
	return 1001
}

// indexOf a criterion; -1 when there is none of that code.
func indexOf(code domain.CriterionCode) int {
	return slices.IndexFunc(criteria[:], func(c criterion) bool { return c.code == code })
}

// admits a candidate, whatever is found of it.
func (f *Filter) admits(c Candidate) bool {
	return (len(f.SpaceKinds) == 0 || slices.Contains(f.SpaceKinds, c.Space.Kind)) &&
		(f.LandlordID == nil || c.Site != nil && c.Site.LandlordID == *f.LandlordID) &&
		f.admitsSpace(c.Space) && (f.site == nil || c.Site != nil && f.site(c.Site))
}

func (f *Filter) admitsSpace(s *domain.VacantSpace) bool {
	return s.Surface.Overlap(f.MinSurfaceM2, f.MaxSurfaceM2) && (f.AvailableOn == nil || s.Availability.Covers(*f.AvailableOn))
}

// looksAtSpaces tells whether the space itself is asked about, beside its kind.
func (f *Filter) looksAtSpaces() bool {
	return f.MinSurfaceM2 != nil || f.MaxSurfaceM2 != nil || f.AvailableOn != nil
}

// keeps a pair by what was found of it.
func (f *Filter) keeps(t tally) bool {
	if f.listed>>t.worst()&1 == 0 || t.score() < f.least || f.exactly && !f.nearly(t) {
		return false
	}
	for _, c := range f.statuses {
		if c.statuses>>t.status(c.criterion)&1 == 0 {
			return false
		}
	}
	return true
}

// nearly: exactly one hard criterion fails, of those asked for.
func (f *Filter) nearly(t tally) bool { return t.fails() == 1 && t.found&failBits&^f.on == 0 }

// looksAtCriteria tells whether eligibility isn't enough to keep a pair.
func (f *Filter) looksAtCriteria() bool {
	return f.least > 0 || f.exactly || len(f.statuses) > 0
}

// Keeps tells whether the pair of a question and a candidate, as assessed, is
// listed.
func (f *Filter) Keeps(q *Question, c Candidate, a *Assessment) bool {
	return f.admits(c) && f.keeps(q.tallyAll(a))
}
