package match

import (
	"math"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
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
	// say who is published.
	kinds    []tally
	accepted uint64
	states   [stateCount]tally
	// owners, residents and settings by their code, when known.
	owners, residents, settings []knownTally

	around *surroundings
	// near are the positions from which proximity is measured, and those of the
	// communes that count as theirs, homes their ordinals; none when it is never
	// known. vague is what the positions' own error adds at most, blind that one of
	// them isn't located.
	near  []geo.Point
	homes []int32
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
	stepStart = iota // kind, states, place
	stepSite         // and landlord, site
	stepSpace        // and surface, fittings, place for sure
	stepPrice        // and price
	steps
)

// ask prepares a question.
func (s *Search) ask(q *Question) *asked {
	s.memos.epoch++
	c := s.columns
	a := &asked{Question: q, columns: c, memos: s.memos, scratch: s.scratch,
		kinds: make([]tally, len(c.kinds.keys)), owners: s.memos.owners.blank(len(c.owners)),
		residents: s.memos.residents.blank(len(c.residents.keys)), settings: s.memos.settings.blank(len(c.settings.keys)),
		around: c.grid.around(q.need.Territories)}
	a.constant = a.tell(a.scrap(), atReferences)
	for code, kind := range c.kinds.keys {
		p := a.scrap()
		p.space.Kind = kind
		a.kinds[code] = a.tell(p, atSpaceKind)
		if a.kinds[code].worst() != Fail {
			a.accepted |= 1 << (code % 64)
		}
	}
	for i := range a.states {
		a.states[i] = a.tell(a.stated(flags(i<<stateShift)), atOpenToRequests)
	}
	for _, at := range q.centres {
		for _, same := range family(c.grid.atlas, at.commune) {
			if i, ok := c.grid.atlas.Ordinal(same.Code); ok {
				a.homes = append(a.homes, i)
			}
			if same.Position == nil {
				a.blind = true
				continue
			}
			a.near = append(a.near, geo.PointOf(*same.Position))
			a.vague = max(a.vague, same.Position.TypicalErrorMetres())
		}
	}
	a.rest[stepPrice] = a.full(atSpareDuration)
	a.rest[stepSpace] = a.rest[stepPrice].plus(a.full(atCostFit))
	a.rest[stepSite] = a.rest[stepSpace].plus(a.full(atSurfaceFit))
	a.rest[stepStart] = a.rest[stepSite].plus(a.full(atLandlordPriorities, atInclusionPractice, atPublics, atPriorityDistrict, atLocalSupport))
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
	s.pair = pair{Question: a.Question, space: &s.space, site: &s.site, landlord: &s.landlord, siteKnown: true, landlordKnown: true, slotRules: &s.slotRules}
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
func (a *asked) outlook(number int32, r *reach) outlook {
	o, k := outlook{chunk: number}, a.columns.chunks[number]
	o.near, o.sure = a.within(k.cell, r)
	if k.kindMask&a.accepted == 0 {
		o.kind = a.tallyOf(atSpaceKind, fail(0, 0))
	}
	o.best = a.constant.plus(a.rest[stepStart]).plus(o.near).plus(o.kind)
	return o
}

// comeClose bounds the rows of a chunk by its best sites.
func (a *asked) comeClose(o *outlook) (order int64) {
	least := a.constant.plus(o.near).plus(o.kind).plus(a.rest[stepSite])
	score, sites := -1, a.columns.chunks[o.chunk].sites
	o.close, order = true, math.MaxInt64
	for i := range sites {
		switch t := least.plus(a.site(&sites[i])); {
		case t.reaches(score + 1):
			o.best, score, order = t, t.score(), t.order(a.weight)
		case t.reaches(score):
			order = min(order, t.order(a.weight))
		}
	}
	return order
}

// within is the best that the place can bring in a cell and within a reach, and
// whether it is what it brings everywhere there.
func (a *asked) within(cell int32, r *reach) (best tally, sure bool) {
	proximity, sure := a.proximityWithin(cell, r)
	if a.around.mayHold(cell, r) {
		return proximity, false
	}
	return proximity.plus(a.tallyOf(atTerritory, fail(0, 0))), sure
}

func (a *asked) proximityWithin(cell int32, r *reach) (best tally, sure bool) {
	if len(a.centres) == 0 {
		return tally{}, true // never known
	}
	if a.blind || cell == 0 || r.unlocated || float64(int(r.typical)+a.vague) > 1000*a.rules.proximityMostErrorKm {
		return a.full(atProximity), false // unknown may be better than far
	}
	score := int16(0)
	for _, p := range a.near {
		score = max(score, a.proximityScore(r.nearest(p)))
	}
	return a.tallyOf(atProximity, known(score, 0)), score == 0
}

// site is what a site and its landlord bring, but for the place.
func (a *asked) site(s *siteRow) tally {
	owner, residents, setting := &a.owners[s.landlord], &a.residents[s.residents], &a.settings[s.setting]
	if !owner.known {
		p := a.scrap()
		if p.landlord = a.columns.owners[s.landlord]; p.landlord == nil {
			p.landlord = &noLandlord
		}
		*owner = knownTally{a.tell(p, atLandlordPriorities, atInclusionPractice), true}
	}
	if !residents.known {
		p := a.scrap()
		a.columns.residents.keys[s.residents].on(a.scratch)
		*residents = knownTally{a.tell(p, atPublics), true}
	}
	if !setting.known {
		p := a.scrap()
		a.columns.settings.keys[s.setting].on(a.scratch)
		*setting = knownTally{a.tell(p, atPriorityDistrict, atLocalSupport), true}
	}
	return owner.plus(residents.tally).plus(setting.tally)
}

// about is the best that the place of a site can bring, as far as that of its
// chunk and its own position tell, and whether it is what it brings.
func (a *asked) about(k *chunk, site int, o *outlook) (best tally, sure bool) {
	own := &k.spots[site].own
	if o.sure || !a.confidential || own.unlocated || slices.Contains(a.homes, k.sites[site].commune) {
		return o.near, o.sure
	}
	return a.within(k.cell, own)
}

// spot is what the place of a site brings: its commune's, unless the viewer
// knows its own.
func (a *asked) spot(k *chunk, site uint16) tally {
	s := &k.sites[site]
	if spot := &k.spots[site]; a.confidential && !spot.own.unlocated {
		return a.spotOf(s, &spot.at)
	}
	t, known := a.memos.spot.at(uint32(s.commune+1), a.memos.epoch)
	if !known {
		*t = a.spotOf(s, nil)
	}
	return *t
}

func (a *asked) spotOf(s *siteRow, at *domain.Position) tally {
	p := a.scrap()
	p.place.commune = a.commune(s)
	p.settle(&p.place, at, p.centres)
	return a.tell(p, atTerritory, atProximity)
}

// commune of a site; nil when unknown.
func (a *asked) commune(s *siteRow) *domain.Commune {
	if s.commune < 0 {
		return nil
	}
	return &a.columns.grid.atlas.Numbered()[s.commune]
}

// fittings are the hard criteria that look at the space alone and not at its
// surface, time or price.
func (a *asked) fittings(r *row) tally {
	m, c := a.memos, a.columns
	return remember(a, &m.usage, c.usage.keys, r.usage, (*usageKey).on, atUse, atStepFreeAccess).
		plus(remember(a, &m.reception, c.reception.keys, r.reception, (*receptionKey).on, atPublicReception)).
		plus(remember(a, &m.utilities, c.utilities.keys, r.utilities, (*utilitiesKey).on, atUtilities))
}

func (a *asked) surface(r *row) tally {
	return remember(a, &a.memos.surface, a.columns.surfaces.keys, r.surface, (*surfaceKey).on, atSurface, atSurfaceFit)
}

// remember assesses the criteria that an aspect decides, once.
func remember[K comparable](a *asked, m *memo[uint32, tally], keys []K, code uint32, on func(*K, *scratch), criterion ...int) tally {
	t, known := m.at(code, a.memos.epoch)
	if !known {
		p := a.scrap()
		on(&keys[code], a.scratch)
		*t = a.tell(p, criterion...)
	}
	return *t
}

// window is what the window brings where the space isn't shared.
func (a *asked) window(r *row) *windowTally {
	w, known := a.memos.window.at(r.window, a.memos.epoch)
	if !known {
		p := a.scrap()
		a.columns.windows.keys[r.window].on(a.scratch)
		w.availability = a.tell(p, atAvailability)
		w.all = w.availability.plus(a.tell(p, atOccupancy, atSpareDuration))
	}
	return w
}

// forms is what the legal forms bring where the space isn't shared.
func (a *asked) forms(r *row) tally {
	days, known := a.memos.days.at(r.window, a.memos.epoch)
	if !known {
		p := a.scrap()
		a.columns.windows.keys[r.window].on(a.scratch)
		*days = p.formsByDays()
	}
	return a.formsIn(r, *days)
}

func (a *asked) formsIn(r *row, days lanes) tally {
	terms, known := a.memos.terms.at(r.terms, a.memos.epoch)
	if !known {
		p := a.scrap()
		a.columns.terms.keys[r.terms].on(a.scratch)
		*terms = p.formsByTerms()
	}
	return a.tallyOf(atOccupancyForm, Finding{Status: days.both(*terms).status()})
}

// stay is what the days of the stay bring where the space is shared; without the
// legal forms when they don't matter.
func (a *asked) stay(r *row, s *siteRow, forms bool) tally {
	p := a.scrap()
	p.space, p.place.commune = r.VacantSpace, a.commune(s) // whose clock it is
	p.findKeys()
	p.findStay()
	t := a.tell(p, atAvailability, atOccupancy, atSpareDuration)
	if forms {
		t = t.plus(a.formsIn(r, p.formsByDays()))
	}
	return t
}

func (a *asked) price(r *row) tally {
	t, known := a.memos.price.at(uint64(r.price)<<32|uint64(r.surface), a.memos.epoch)
	if !known {
		p := a.scrap()
		a.columns.prices.keys[r.price].on(a.scratch)
		a.columns.surfaces.keys[r.surface].on(a.scratch)
		*t = a.tell(p, atCost, atCostFit)
	}
	return *t
}
