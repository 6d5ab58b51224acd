package match

import (
	"github.com/palier-hub/palier/domain"
)

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
	// say who is published; owners by the landlord's code.
	kinds    []tally
	accepted uint64
	states   [statesCount]tally
	owners   []ownerTally

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

type ownerTally struct {
	tally
	known bool
}

// The steps in which a row is looked at, the cheap ones first.
const (
	stepStart  = iota // kind, states
	stepOwner         // and landlord, site
	stepSpace         // and equipment, surface
	stepWindow        // and window; of an odd row, availability only
	steps
)

// scratch is a pair to assess aspects with, and the parts of it.
type scratch struct {
	pair     pair
	space    domain.VacantSpace
	site     domain.LandlordSite
	landlord domain.Landlord
	// lastSite is the one whose place was assessed last, lastSpot what that found.
	lastSite *domain.LandlordSite
	lastSpot tally
}

// ask prepares a question.
func (s *Search) ask(q *Question) *asked {
	s.memos.epoch++
	s.scratch.lastSite = nil
	c := s.columns
	a := &asked{Question: q, columns: c, memos: s.memos, scratch: s.scratch,
		kinds: make([]tally, len(c.kinds.keys)), owners: make([]ownerTally, len(c.owners)), around: c.grid.around(q.need.Territories)}
	a.constant = a.tell(a.blank(), atReferences)
	for code, kind := range c.kinds.keys {
		p := a.blank()
		p.space.Kind = kind
		a.kinds[code] = a.tell(p, atSpaceKind)
		if a.kinds[code].worst() != Fail {
			a.accepted |= 1 << (code % 64)
		}
	}
	for i := range a.states {
		a.states[i] = a.tell(a.stated(flags(i*statesUnit)), atOpenToRequests)
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
	a.rest[stepOwner] = a.rest[stepSpace].plus(a.full(atSurfaceFit))
	a.rest[stepStart] = a.rest[stepOwner]
	for _, i := range [...]int{atLandlordPriorities, atInclusionPractice, atPublics, atPriorityDistrict, atLocalSupport} {
		a.rest[stepStart] = a.rest[stepStart].plus(a.full(i))
	}
	return a
}

// full is the tally of a soft criterion that is fully met.
func (a *asked) full(i int) tally { return a.tallyOf(i, known(1000, 0)) }

// tell assesses some criteria of a pair.
func (a *asked) tell(p *pair, criterion ...int) (t tally) {
	for _, i := range criterion {
		t = t.plus(a.tallyOf(i, criteria[i].assess(p)))
	}
	return t
}

// blank is the scratch pair with nothing known of its space, its site and its
// landlord, which there are.
func (a *asked) blank() *pair {
	s := a.scratch
	s.space, s.site, s.landlord = domain.VacantSpace{}, domain.LandlordSite{}, domain.Landlord{}
	s.pair = pair{Question: a.Question, space: &s.space, site: &s.site, landlord: &s.landlord, siteKnown: true, landlordKnown: true}
	return &s.pair
}

// stated is a pair whose parts are published as the flags say.
func (a *asked) stated(f flags) *pair {
	p := a.blank()
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
	o.near = o.near.plus(a.proximityWithin(k, r))
	o.best = a.constant.plus(a.rest[stepStart]).plus(o.near)
	if k.kindMask&a.accepted == 0 {
		o.best = o.best.plus(a.tallyOf(atSpaceKind, fail(0, 0)))
	}
	o.order = o.best.order(a.weight)
	return o
}

// proximityWithin is the best that proximity can bring in a chunk.
func (a *asked) proximityWithin(k *chunk, r *reach) tally {
	if len(a.centres) == 0 {
		return tally{} // never known
	}
	if a.blind || k.cell == 0 || r.unlocated || float64(r.typical+a.vague) > 1000*a.rules.proximityMostErrorKm {
		return a.full(atProximity) // unknown may be better than far
	}
	score := int16(0)
	for _, p := range a.near {
		score = max(score, a.nearness(r.nearest(&a.columns.grid.cells[k.cell], p)))
	}
	return a.tallyOf(atProximity, known(score, 0))
}

// row adds up what is found of a row until enough is known of it. near bounds
// what its place brings.
func (a *asked) row(s *Search, k *chunk, i int, near tally) (t tally, v verdict) {
	f, r := k.flags[i], &k.rest[i]
	t = a.constant.plus(a.kinds[k.kind[i]]).plus(a.states[int(f)/statesUnit%statesCount])
	if best := t.plus(a.rest[stepStart]).plus(near); s.judge(best, &v) {
		return best, v
	}
	t = t.plus(a.owner(k.landlord[i])).plus(a.profile(r.profile))
	if best := t.plus(a.rest[stepOwner]).plus(near); s.judge(best, &v) {
		return best, v
	}
	t = t.plus(a.equipment(r.equipment)).plus(a.surface(r.surface))
	if best := t.plus(a.rest[stepSpace]).plus(near); s.judge(best, &v) {
		return best, v
	}
	w := a.window(r.window)
	rest := a.rest[stepSpace]
	if f&odd != 0 {
		t = t.plus(w.availability)
	} else {
		t, rest = t.plus(w.all), a.rest[stepWindow]
	}
	if best := t.plus(rest).plus(near); s.judge(best, &v) {
		return best, v
	}
	t = t.plus(a.spot(r))
	if best := t.plus(rest); s.judge(best, &v) {
		return best, v
	}
	if f&odd != 0 {
		p := &a.scratch.pair
		p.set(a.Question, a.candidate(k, i))
		found := p.assess()
		return a.tallyAll(&found), settled
	}
	forms := w.forms.both(a.terms(r.terms))
	t = t.plus(a.tallyOf(atOccupancyForm, Finding{Status: forms.status()}))
	return t.plus(a.price(r.price, r.surface)), settled
}

func (a *asked) candidate(k *chunk, i int) Candidate {
	return Candidate{Space: k.rest[i].space, Site: k.rest[i].site, Landlord: a.columns.owners[k.landlord[i]]}
}

func (a *asked) owner(code uint32) tally {
	o := &a.owners[code]
	if !o.known {
		p := a.blank()
		if l := a.columns.owners[code]; l != nil {
			p.landlord = l
		}
		*o = ownerTally{a.tell(p, atLandlordPriorities, atInclusionPractice), true}
	}
	return o.tally
}

func (a *asked) profile(code uint32) tally {
	t, known := a.memos.profile.at(uint64(code), a.memos.epoch)
	if !known {
		p := a.blank()
		a.columns.profiles.keys[code].fill(p.site)
		*t = a.tell(p, atPublics, atPriorityDistrict, atLocalSupport)
	}
	return *t
}

func (a *asked) equipment(code uint32) tally {
	t, known := a.memos.equipment.at(uint64(code), a.memos.epoch)
	if !known {
		p := a.blank()
		a.columns.equipment.keys[code].fill(p.space)
		*t = a.tell(p, atUse, atPublicReception, atStepFreeAccess, atUtilities)
	}
	return *t
}

func (a *asked) surface(code uint32) tally {
	t, known := a.memos.surface.at(uint64(code), a.memos.epoch)
	if !known {
		p := a.blank()
		a.columns.surfaces.keys[code].fill(p.space)
		p.taken = takenSurface(p.need.Surface, p.space.Surface)
		*t = a.tell(p, atSurface, atSurfaceFit)
	}
	return *t
}

func (a *asked) window(code uint32) *windowTally {
	w, known := a.memos.window.at(uint64(code), a.memos.epoch)
	if !known {
		p := a.blank()
		a.columns.windows.keys[code].fill(p.space)
		p.findKeys()
		p.findStay()
		w.availability = a.tell(p, atAvailability)
		w.all = w.availability.plus(a.tell(p, atOccupancy, atSpareDuration))
		w.forms = p.formsByDays()
	}
	return w
}

func (a *asked) terms(code uint32) lanes {
	l, known := a.memos.terms.at(uint64(code), a.memos.epoch)
	if !known {
		p := a.blank()
		a.columns.terms.keys[code].fill(p.space)
		*l = p.formsByTerms()
	}
	return *l
}

func (a *asked) price(code, surface uint32) tally {
	t, known := a.memos.price.at(uint64(code)<<32|uint64(surface), a.memos.epoch)
	if !known {
		p := a.blank()
		a.columns.prices.keys[code].fill(p.space)
		a.columns.surfaces.keys[surface].fill(p.space)
		p.taken = takenSurface(p.need.Surface, p.space.Surface)
		*t = a.tell(p, atCost, atCostFit)
	}
	return *t
}

// spot is what the place of a row brings: that of its commune, unless the viewer
// knows the site's own.
func (a *asked) spot(r *row) tally {
	s := a.scratch
	if !a.confidential || r.site.Position == nil {
		t, known := a.memos.spot.at(uint64(r.commune+1), a.memos.epoch)
		if !known {
			*t = a.spotOf(r.site)
		}
		return *t
	}
	if s.lastSite != r.site {
		s.lastSite, s.lastSpot = r.site, a.spotOf(r.site)
	}
	return s.lastSpot
}

func (a *asked) spotOf(site *domain.LandlordSite) tally {
	p := a.blank()
	p.site = site
	p.place = p.findPlace()
	return a.tell(p, atTerritory, atProximity)
}
