package match

import "github.com/palier-hub/palier/domain"

// asked is a question put to some Columns, with what is worked out once for all
// of their rows: for the few kinds and states at the start, for landlords and
// aspects when the first row comes that has them.
type asked struct {
	*Question
	columns *Columns
	memos   *memos
	scratch *scratch

	// constant is what doesn't depend on the candidate.
	constant tally
	// kinds by their code, accepted those that don't fail; states by the flags that
	// say who is published.
	kinds    []tally
	accepted uint64
	states   [stateCount]tally
	// owners, residents and settings by their code, when known.
	owners, residents, settings []knownTally

	around *surroundings
	// near are the positions from which proximity is measured, and those of the
	// communes that count as theirs; none when it is never known. vague is what the
	// positions' own error adds at most, blind that one of them isn't located.
	near  []domain.Position
	vague int
	blind bool

	// rest is the best that the criteria not yet looked at can bring after each
	// step, without those of the place.
	rest [steps]tally
}

type knownTally struct {
	tally
	known bool
}

// The steps in which a row is looked at, the cheap ones first.
const (
	stepStart  = iota // kind, states
	stepOwner         // and landlord
	stepSite          // and the site
	stepSpace         // and usage, reception, utilities, surface
	stepWindow        // and window; of an odd row, availability only
	steps
)

// scratch is a pair to assess aspects with, and the parts of it.
type scratch struct {
	pair     pair
	space    domain.VacantSpace
	site     domain.LandlordSite
	landlord domain.Landlord
}

// ask prepares a question.
func (s *Search) ask(q *Question) *asked {
	s.memos.epoch++
	c := s.columns
	a := &asked{Question: q, columns: c, memos: s.memos, scratch: s.scratch,
		kinds: make([]tally, len(c.kinds.examples)), owners: s.memos.owners.blank(len(c.owners)),
		residents: s.memos.residents.blank(len(c.residents.examples)), settings: s.memos.settings.blank(len(c.settings.examples)),
		around: c.grid.around(q.need.Territories)}
	a.constant = a.tell(a.scrap(), atReferences)
	for code, kind := range c.kinds.examples {
		p := a.scrap()
		p.space.Kind = *kind
		a.kinds[code] = a.tell(p, atSpaceKind)
		if a.kinds[code].worst() != Fail {
			a.accepted |= 1 << (code % 64)
		}
	}
	for i := range a.states {
		a.states[i] = a.tell(a.stated(flags(i<<stateShift)), atOpenToRequests)
	}
	for _, at := range q.centres {
		for _, c := range family(c.grid.atlas, at.commune) {
			if c.Position == nil {
				a.blind = true
				continue
			}
			a.near = append(a.near, *c.Position)
			a.vague = max(a.vague, c.Position.TypicalErrorMetres())
		}
	}
	a.rest[stepWindow] = a.full(atCostFit)
	a.rest[stepSpace] = a.rest[stepWindow].plus(a.full(atSpareDuration))
	a.rest[stepSite] = a.rest[stepSpace].plus(a.full(atSurfaceFit))
	a.rest[stepOwner] = a.rest[stepSite].plus(a.full(atPublics, atPriorityDistrict, atLocalSupport))
	a.rest[stepStart] = a.rest[stepOwner].plus(a.full(atLandlordPriorities, atInclusionPractice))
	return a
}

// full is the tally of soft criteria that are fully met.
func (a *asked) full(criterion ...int) (t tally) {
	for _, i := range criterion {
		t = t.plus(a.tallyOf(i, known(1000, 0)))
	}
	return t
}

// tell assesses some criteria of a pair.
func (a *asked) tell(p *pair, criterion ...int) (t tally) {
	for _, i := range criterion {
		t = t.plus(a.tallyOf(i, criteria[i].assess(p)))
	}
	return t
}

// scrap is the scratch pair, whose space, site and landlord there are. What was
// last assessed may have left values in them, which the criteria assessed next
// don't read.
func (a *asked) scrap() *pair {
	s := a.scratch
	s.pair = pair{Question: a.Question, space: &s.space, site: &s.site, landlord: &s.landlord, siteKnown: true, landlordKnown: true}
	return &s.pair
}

// stated is a pair whose parts are published as the flags say.
func (a *asked) stated(f flags) *pair {
	p := a.scrap()
	state := func(published flags) domain.Publication {
		if f&published != 0 {
			return domain.PublicationPublished
		}
		return domain.PublicationWithdrawn
	}
	p.space.State, p.site.State, p.landlord.State = state(spacePublished), state(sitePublished), state(landlordPublished)
	p.landlordKnown = f&landlordKnown != 0
	return p
}

// outlook bounds what any row of a chunk can be.
func (a *asked) outlook(k *chunk, r *reach) (o outlook) {
	if !a.around.mayHold(k.cell, r) {
		o.near = a.tallyOf(atTerritory, fail(0, 0))
	}
	proximity, sure := a.proximityWithin(k, r)
	o.sure = sure && o.near.found != 0
	o.near = o.near.plus(proximity)
	o.best = a.constant.plus(a.rest[stepStart]).plus(o.near)
	if k.kindMask&a.accepted == 0 {
		o.best = o.best.plus(a.tallyOf(atSpaceKind, fail(0, 0)))
	}
	o.order = o.best.order(a.weight)
	return o
}

// proximityWithin is the best that proximity can bring in a chunk, and whether
// it is what it brings to all of it.
func (a *asked) proximityWithin(k *chunk, r *reach) (best tally, sure bool) {
	if len(a.centres) == 0 {
		return tally{}, true // never known
	}
	if a.blind || k.cell == 0 || r.unlocated || float64(r.typical+a.vague) > 1000*a.rules.proximityMostErrorKm {
		return a.full(atProximity), false // unknown may be better than far
	}
	score := int16(0)
	for _, p := range a.near {
		score = max(score, a.nearness(r.nearest(&a.columns.grid.cells[k.cell], p)))
	}
	return a.tallyOf(atProximity, known(score, 0)), score == 0
}

// owner is what the landlord of a site brings.
func (a *asked) owner(s *siteRow) tally {
	owner := &a.owners[s.landlord]
	if !owner.known {
		p := a.scrap()
		if p.landlord = a.columns.owners[s.landlord]; p.landlord == nil {
			p.landlord = &noLandlord
		}
		*owner = knownTally{a.tell(p, atLandlordPriorities, atInclusionPractice), true}
	}
	return owner.tally
}

// site is what a site itself brings but for its place.
func (a *asked) site(s *siteRow) tally {
	residents, setting := &a.residents[s.residents], &a.settings[s.setting]
	if !residents.known {
		p := a.scrap()
		p.site = a.columns.residents.examples[s.residents]
		*residents = knownTally{a.tell(p, atPublics), true}
	}
	if !setting.known {
		p := a.scrap()
		p.site = a.columns.settings.examples[s.setting]
		*setting = knownTally{a.tell(p, atPriorityDistrict, atLocalSupport), true}
	}
	return residents.plus(setting.tally)
}

// spot is what the place of a site brings: its commune's, unless the viewer
// knows its own.
func (a *asked) spot(s *siteRow) tally {
	if a.confidential && s.Position != nil {
		return a.spotOf(s.LandlordSite)
	}
	t, known := a.memos.spot.at(uint32(s.commune+1), a.memos.epoch)
	if !known {
		*t = a.spotOf(s.LandlordSite)
	}
	return *t
}

func (a *asked) spotOf(site *domain.LandlordSite) tally {
	p := a.scrap()
	p.site = site
	p.place = p.findPlace()
	return a.tell(p, atTerritory, atProximity)
}

// space is what a space brings that isn't about its time and price.
func (a *asked) space(r *row) tally {
	m, c := a.memos, a.columns
	return a.aspect(&m.usage, r.usage, c.usage.examples, fillUsage, atUse, atStepFreeAccess).
		plus(a.aspect(&m.reception, r.reception, c.reception.examples, fillReception, atPublicReception)).
		plus(a.aspect(&m.utilities, r.utilities, c.utilities.examples, fillUtilities, atUtilities)).
		plus(a.aspect(&m.surface, r.surface, c.surfaces.examples, fillSurface, atSurface, atSurfaceFit))
}

// aspect assesses the criteria that an aspect decides.
func (a *asked) aspect(m *memo[uint32, tally], code uint32, examples []*domain.VacantSpace, fill func(to, from *domain.VacantSpace), criterion ...int) tally {
	t, known := m.at(code, a.memos.epoch)
	if !known {
		p := a.scrap()
		fill(p.space, examples[code])
		p.taken = takenSurface(p.need.Surface, p.space.Surface)
		*t = a.tell(p, criterion...)
	}
	return *t
}

func (a *asked) window(r *row) *windowTally {
	w, known := a.memos.window.at(r.window, a.memos.epoch)
	if !known {
		p := a.scrap()
		fillWindow(p.space, a.columns.windows.examples[r.window])
		p.findKeys()
		p.findStay()
		w.availability = a.tell(p, atAvailability)
		w.all = w.availability.plus(a.tell(p, atOccupancy, atSpareDuration))
		w.forms = p.formsByDays()
	}
	return w
}

// forms is what the legal forms bring in a window.
func (a *asked) forms(r *row, w *windowTally) tally {
	terms, known := a.memos.terms.at(r.terms, a.memos.epoch)
	if !known {
		p := a.scrap()
		fillTerms(p.space, a.columns.terms.examples[r.terms])
		*terms = p.formsByTerms()
	}
	return a.tallyOf(atOccupancyForm, Finding{Status: w.forms.both(*terms).status()})
}

func (a *asked) price(r *row) tally {
	t, known := a.memos.price.at(uint64(r.price)<<32|uint64(r.surface), a.memos.epoch)
	if !known {
		p := a.scrap()
		fillPrice(p.space, a.columns.prices.examples[r.price])
		fillSurface(p.space, a.columns.surfaces.examples[r.surface])
		p.taken = takenSurface(p.need.Surface, p.space.Surface)
		*t = a.tell(p, atCost, atCostFit)
	}
	return *t
}
