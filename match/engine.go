package match

import (
	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// Engine answers by one ruleset, and so one kind of match, on one day, for one
// kind of viewer. It never changes, so any number of goroutines may use it.
type Engine struct {
	atlas   *geo.Atlas
	ruleset *domain.Ruleset
	rules   tuning
	// weights are in the order of the criteria of the ruleset's kind.
	weights [criterionCount]int
	weight  int // the sum of the weights
	today   domain.Date
	// confidential: the viewer sees budgets, positions of sites and what local
	// authorities think. For others they count as unknown, so that no answer
	// depends on them.
	confidential bool
}

// NewEngine makes an engine. today comes from the World, never from a clock;
// confidential is Viewer.SeesConfidential.
func NewEngine(atlas *geo.Atlas, ruleset *domain.Ruleset, today domain.Date, confidential bool) *Engine {
	e := &Engine{atlas: atlas, ruleset: ruleset, rules: tuningOf(ruleset), today: today, confidential: confidential}
	for i, c := range Criteria(ruleset.Kind) {
		e.weights[i] = ruleset.Weight(c.Code)
		e.weight += e.weights[i]
	}
	return e
}

// Ruleset is the one that the engine answers by.
func (e *Engine) Ruleset() *domain.Ruleset { return e.ruleset }

// Subject is a need with the project whose it is. A nil project leaves what it
// would say unknown.
type Subject struct {
	Need    *domain.HostingNeed
	Project *domain.InnovationProject
	// OwnBudget: the need's budget is the viewer's own assumption, which it may see
	// whatever it may see of stored ones.
	OwnBudget bool
}

// Candidate is a space with the site and the landlord whose it is. A nil site
// or landlord leaves what it would say unknown.
type Candidate struct {
	Space    *domain.VacantSpace
	Site     *domain.LandlordSite
	Landlord *domain.Landlord
}

// Question is a subject made ready to be compared with many candidates. It
// never changes, so any number of goroutines may use it.
type Question struct {
	*Engine
	need    *domain.HostingNeed
	project *domain.InnovationProject // nil when unknown
	// centres are the places from which proximity is measured; those of the
	// footprint when the need's own territories have none.
	centres       []centre
	fromFootprint bool
	// accepts says of each form of the ruleset whether the need accepts it.
	accepts []acceptance
	// budget: the viewer may see it.
	budget bool
}

// Prepare works out once what doesn't depend on the candidate.
func (e *Engine) Prepare(s Subject) *Question {
	q := &Question{Engine: e, need: s.Need, project: s.Project, budget: e.confidential || s.OwnBudget}
	if q.need == nil {
		q.need = new(domain.HostingNeed)
	}
	q.centres = e.centresOf(q.need.Territories)
	if len(q.centres) == 0 && q.project != nil {
		q.centres = e.centresOf(q.project.Footprint)
		q.fromFootprint = true
	}
	for i := range e.ruleset.Forms {
		q.accepts = append(q.accepts, accepted(q.need.OccupancyForms, e.ruleset.Forms[i].Form))
	}
	return q
}

// Need is what the question asks for.
func (q *Question) Need() *domain.HostingNeed { return q.need }

// pair is one question put to one candidate, with what several criteria share.
// Its space, site and landlord are never nil: an absent one is empty, and
// everything about it unknown.
type pair struct {
	*Question
	space         *domain.VacantSpace
	site          *domain.LandlordSite
	landlord      *domain.Landlord
	siteKnown     bool
	landlordKnown bool

	place place
	taken span
	// keys is the first day on which the project could have the keys, last the
	// last day of its minimum use if it had them then. Both are lower bounds
	// while the space's first day is unknown.
	keys, last domain.Date
	// begin and end are the same of the first stay that the commitments leave,
	// occupied what there is to say of it.
	begin, end domain.Date
	occupied   Finding
	// slotRules are those of calendars that were read for other pairs; nil for none.
	slotRules *calendar.Rules
	// told are the calendar's answers for the slots wanted in that stay, once they
	// were asked for (answers).
	told []calendar.SlotAnswer
}

var (
	noSpace    domain.VacantSpace
	noSite     domain.LandlordSite
	noLandlord domain.Landlord
)

// set makes the pair, reusing its memory.
func (p *pair) set(q *Question, c Candidate) {
	*p = pair{Question: q, space: c.Space, site: c.Site, landlord: c.Landlord,
		siteKnown: c.Site != nil, landlordKnown: c.Landlord != nil}
	if p.space == nil {
		p.space = &noSpace
	}
	if p.site == nil {
		p.site = &noSite
	}
	if p.landlord == nil {
		p.landlord = &noLandlord
	}
	p.taken = takenSurface(p.need.Surface, p.space.Surface)
	p.locate(&p.place, p.site, p.centres)
	p.findKeys()
	p.findStay()
}

// findKeys settles the first day on which the project could have the keys.
func (p *pair) findKeys() {
	p.keys = p.today
	if earliest := p.need.Start.Earliest; earliest != nil {
		p.keys = max(p.keys, *earliest)
	}
	if from := p.space.Availability.From; from != nil {
		p.keys = max(p.keys, *from)
	}
	p.last = p.lastDay(p.keys)
}

// lastDay is the last day of the minimum use when the keys are had on a day:
// fitting out comes first.
func (p *pair) lastDay(keys domain.Date) domain.Date {
	return keys.AddDays(p.need.FitOutDays).AddMonths(p.need.Duration.MinMonths) - 1
}

// share is n of total in thousandths, between 0 and 1000, rounded half up.
// Rounding the quotient alone keeps it the same on every processor.
func share(n, total float64) int16 {
	if !(n > 0) {
		return 0
	}
	if n >= total {
		return 1000
	}
	return int16(float64(float64(1000*n)/total) + 0.5)
}
