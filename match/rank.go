package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/palier-hub/palier/domain"
)

// Key is the place of a pair in the order of matches: eligibility, score,
// reliability, then the ids. It is all that a page needs to resume after it.
type Key struct {
	// Order is the less the better, and the same on every processor.
	Order int64
	Need  domain.NeedID
	Space domain.SpaceID
}

// Compare is negative when k ranks before o.
func (k Key) Compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Order, o.Order),
		strings.Compare(string(k.Need), string(o.Need)),
		strings.Compare(string(k.Space), string(o.Space)))
}

// Order packs eligibility, score and reliability into one integer, the less the
// better.
func (a *Assessment) Order() int64 { return order(a.Worst, a.ScoreTenths, a.ReliabilityThousandths) }

// degrees of a score or a reliability, 0 to 1000.
const degrees = 1001

func order(worst Status, scoreTenths, reliabilityThousandths int) int64 {
	return (int64(worst)*degrees+int64(1000-scoreTenths))*degrees + int64(1000-reliabilityThousandths)
}

// Read unpacks an order.
func Read(order int64) (worst Status, scoreTenths, reliabilityThousandths int) {
	return Status(order / (degrees * degrees)), int(1000 - order/degrees%degrees), int(1000 - order%degrees)
}

// Eligibility is what a worst status means.
func (s Status) Eligibility() domain.Eligibility { return eligibility(s) }

// Ranked is a pair in its place. Explain it for the page only.
type Ranked struct {
	Key
	Question  *Question
	Candidate Candidate
}

// Match explains the pair as the API shows it.
func (r *Ranked) Match() *domain.SpaceMatch {
	e := r.Question.Explain(r.Candidate)
	return &domain.SpaceMatch{Need: r.Question.need, Space: r.Candidate.Space, MatchResult: e.MatchResult, DistanceMetres: e.DistanceMetres}
}

// Ranking collects the best pairs of a page from any number of pairs in any
// order, and counts all of them. It serves the spaces for a need, the needs for
// a space, and all needs of a project by all spaces. One goroutine at a time.
type Ranking struct {
	// Eligible, Uncertain and Ineligible count every pair added, those before the
	// key too.
	Eligible, Uncertain, Ineligible int

	size   int
	after  *Key
	beyond int // pairs after the key
	// kept are the best so far, up to twice the size before they are trimmed;
	// what ranks after bound can't be among them any more.
	kept    []Ranked
	bound   *Key
	scratch pair
}

// NewRanking collects a page of so many pairs that rank after a key; nil begins
// at the best.
func NewRanking(size int, after *Key) *Ranking {
	return &Ranking{size: max(0, size), after: after}
}

// Assess answers a question in memory that the ranking reuses; the assessment
// may then be added.
func (r *Ranking) Assess(q *Question, c Candidate) Assessment {
	r.scratch.set(q, c)
	return r.scratch.assess()
}

// Consider assesses a pair and adds it.
func (r *Ranking) Consider(q *Question, c Candidate) {
	a := r.Assess(q, c)
	r.Add(q, c, &a)
}

// Add counts an assessed pair and keeps it if it belongs to the page. Leave out
// the pairs that a filter leaves out.
func (r *Ranking) Add(q *Question, c Candidate, a *Assessment) {
	switch a.Worst {
	case Pass:
		r.Eligible++
	case Unknown:
		r.Uncertain++
	default:
		r.Ineligible++
	}
	key := Key{Order: a.Order(), Need: q.need.ID}
	if c.Space != nil {
		key.Space = c.Space.ID
	}
	if r.after != nil && key.Compare(*r.after) <= 0 {
		return
	}
	r.beyond++
	if r.size == 0 || r.bound != nil && key.Compare(*r.bound) > 0 {
		return
	}
	r.kept = append(r.kept, Ranked{key, q, c})
	if len(r.kept) >= 2*r.size {
		r.trim()
		bound := r.kept[r.size-1].Key
		r.bound = &bound
	}
}

// trim sorts what is kept and drops what the page has no room for.
func (r *Ranking) trim() {
	slices.SortFunc(r.kept, func(a, b Ranked) int { return a.Compare(b.Key) })
	if len(r.kept) > r.size {
		clear(r.kept[r.size:])
		r.kept = r.kept[:r.size]
	}
}

// Page is what was kept, best first. The ranking may go on collecting.
func (r *Ranking) Page() []Ranked {
	r.trim()
	return slices.Clone(r.kept)
}

// Counts are those of all that was added.
func (r *Ranking) Counts() Counts {
	return Counts{Eligible: r.Eligible, Uncertain: r.Uncertain, Ineligible: r.Ineligible}
}

// HasMore tells whether pairs rank after the page.
func (r *Ranking) HasMore() bool { return r.beyond > r.size }
