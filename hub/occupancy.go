package hub

import (
	"slices"
	"time"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/world"
)

// Blocking is what stands in the way of an action on a request, beside what the
// action has to be given.
type Blocking struct {
	Lacking []domain.RequestRequirement
	Failing []domain.CriterionCode
	// Taken says who has the space, when it isn't free.
	Taken *domain.SpaceTaken
}

// Blockers are the conditions of an action that don't hold in a World; the action
// succeeds when none is lacking, its input is right and a party that may asks
// for it.
func Blockers(w *world.World, atlas *geo.Atlas, r *domain.HostingRequest, action domain.RequestAction) (b Blocking) {
	switch action {
	case domain.ActionSubmit:
		b.Lacking = r.Lacks()
	case domain.ActionConsent:
		if r.Proposed == nil {
			b.Lacking = append(b.Lacking, domain.RequiresTerms)
		}
	case domain.ActionSign, domain.ActionHost:
		if r.Proposed == nil {
			b.Lacking = append(b.Lacking, domain.RequiresTerms)
			break
		}
		if r.Proposed.ConsentedOn == nil {
			b.Lacking = append(b.Lacking, domain.RequiresProjectConsent)
		}
		if action == domain.ActionSign {
			if b.Failing = failing(w, atlas, r); len(b.Failing) > 0 {
				b.Lacking = append(b.Lacking, domain.RequiresNoHardFailure)
			}
		}
		if space, chosen := r.Chosen(); chosen {
			if b.Taken = takes(w, atlas, r, space, *r.Proposed); b.Taken != nil {
				b.Lacking = append(b.Lacking, domain.RequiresSpaceFree)
			}
		}
	case domain.ActionReopen:
		d := &decision{world: w, atlas: atlas}
		if only, one := onlySpace(r); one && d.lost(r, only) {
			b.Lacking = append(b.Lacking, domain.RequiresSpaceFree)
		}
	}
	return b
}

// err is the refusal; nil when nothing stands in the way.
func (b Blocking) err(m move) error {
	switch {
	case len(b.Lacking) == 0:
		return nil
	case b.Taken != nil && len(b.Lacking) == 1:
		refusal := *b.Taken
		refusal.Path = []string{"input", "id"}
		return refusal
	}
	return domain.NotReady{Path: []string{"input", "id"}, Action: m.transition.Action, Lacking: b.Lacking, Failing: b.Failing}
}

// failing are the hard criteria that fail on the proposed terms, for a request of
// a project's need: its space with the form and the fee of the terms, for their
// window. Whether the space is free is takes' to say.
func failing(w *world.World, atlas *geo.Atlas, r *domain.HostingRequest) (codes []domain.CriterionCode) {
	s, asks := asNeed(w, r)
	id, chosen := r.Chosen()
	if !asks || !chosen {
		return nil
	}
	// Terms that have begun by now are judged as of their first day.
	d := &decision{world: w, atlas: atlas}
	engine, ok := d.engineOn(min(w.Today(), r.Proposed.From))
	if !ok {
		return nil
	}
	c, ok := candidate(w, id)
	if !ok {
		return nil
	}
	terms, need, space := r.Proposed, *s.Need, *c.Space
	months := terms.From.MonthsUntil(terms.Until.AddDays(1))
	need.Start = domain.StartWindow{Earliest: &terms.From} // what is signed late may have begun
	need.Duration, need.FitOutDays = domain.NeedDuration{MinMonths: max(1, months)}, 0
	need.Use = domain.UsePattern{Kind: domain.UseContinuous}
	if len(terms.Slots) > 0 {
		need.Use = domain.UsePattern{Kind: domain.UseRecurring, Slots: terms.Slots}
	}
	need.OccupancyForms = []domain.OccupancyForm{terms.Form}
	space.OccupancyForms, space.Cost = need.OccupancyForms, &terms.Fee
	space.Commitments, space.Availability = nil, domain.SpaceAvailability{From: &terms.From, OpenEnded: true}
	c.Space, s.Need = &space, &need
	a := engine.Prepare(s).Assess(c)
	return a.Failing()
}

// takes tells who has a space at some time of the terms, or that it isn't
// available then; nil when it is free. What the request has itself doesn't
// count.
func takes(w *world.World, atlas *geo.Atlas, r *domain.HostingRequest, id domain.SpaceID, terms domain.HostingConvention) *domain.SpaceTaken {
	row, ok := w.Space(id)
	if !ok {
		return &domain.SpaceTaken{Space: id}
	}
	available := row.Doc.Availability
	if available.From != nil && *available.From > terms.From || available.Until != nil && *available.Until < terms.Until {
		return &domain.SpaceTaken{Space: id}
	}
	others := slices.DeleteFunc(slices.Clone(row.Doc.Commitments), func(c domain.Commitment) bool { return c.Request == r.ID })
	by, on, met := meets(terms.Occupation(), others, available.OpeningSlots, ClockOf(w, atlas, row.Doc))
	if !met {
		return nil
	}
	taken := &domain.SpaceTaken{Space: id, On: on}
	if by >= 0 {
		taken.By = &others[by]
	}
	return taken
}

// meets tells whether an occupation meets one of the others, or reaches out of
// the opening hours: which (-1 for the hours), and from when, as far as it is
// known.
func meets(c domain.Commitment, others []domain.Commitment, opening []domain.RecurringSlot, clock *time.Location) (by int, on *domain.Date, met bool) {
	if len(c.Slots) == 0 {
		end := func(domain.Date) domain.Date { return *c.Until }
		_, free, by := calendar.FirstFreeWindow(others, *c.From, c.From, nil, end, clock)
		return by, nil, !free
	}
	var first calendar.SlotAnswer
	for _, a := range calendar.FreeSlots(c.Slots, others, opening, *c.From, *c.Until, clock) {
		if !a.Free && (!met || a.Clash.Start.Before(first.Clash.Start)) {
			first, met = a, true
		}
	}
	if !met {
		return -1, nil, false
	}
	return first.TakenBy, new(domain.DateOf(first.Clash.Start)), true
}

// ClockOf is the clock on the wall of a space; that of Paris where its commune
// isn't known.
func ClockOf(w *world.World, atlas *geo.Atlas, s *domain.VacantSpace) *time.Location {
	if site, ok := w.Site(s.SiteID); ok {
		if commune, ok := atlas.Commune(site.Doc.CommuneCode); ok {
			return geo.Location(commune.Departement)
		}
	}
	return geo.Location("")
}

// neverFalls refuses slots that have no day in the window of the terms: they
// would take nothing.
func (d *decision) neverFalls(r *domain.HostingRequest, terms domain.HostingConvention, root ...string) error {
	if len(terms.Slots) == 0 {
		return nil
	}
	clock := geo.Location("")
	if id, chosen := r.Chosen(); chosen {
		if row, ok := d.world.Space(id); ok {
			clock = ClockOf(d.world, d.atlas, row.Doc)
		}
	}
	p := d.problems(root...)
	for i, a := range calendar.FreeSlots(terms.Slots, nil, nil, terms.From, terms.Until, clock) {
		p.Require(a.Occurrences > 0, "ce créneau n'a aucun jour dans la période de la convention", "this slot has no day in the window of the agreement", "slots", i)
	}
	return p.Err()
}

// stillApart refuses an occupation that would meet another request's.
func (d *decision) stillApart(r *domain.HostingRequest, space domain.SpaceID, taken []domain.Commitment) error {
	row, ok := d.world.Space(space)
	if !ok {
		return nil
	}
	others := slices.DeleteFunc(slices.Clone(row.Doc.Commitments), func(c domain.Commitment) bool { return c.Request == r.ID || c.Request == "" })
	for _, c := range taken {
		if by, on, met := meets(c, others, nil, ClockOf(d.world, d.atlas, row.Doc)); met && by >= 0 {
			refusal := domain.SpaceTaken{Space: space, By: &others[by], On: on}
			return Blocking{Lacking: []domain.RequestRequirement{domain.RequiresSpaceFree}, Taken: &refusal}.err(move{})
		}
	}
	return nil
}

// onlySpace is the one space that a request can still get; false when there are
// several, any would do, or none is wanted.
func onlySpace(r *domain.HostingRequest) (domain.SpaceID, bool) {
	if chosen, ok := r.Chosen(); ok {
		return chosen, true
	}
	if r.Wish == domain.WishSpaces && len(r.Spaces) == 1 {
		return r.Spaces[0], true
	}
	return "", false
}

// lost tells whether a request can't have a space any more, because of what other
// requests have signed: at none of the times that it asks for, or not on the
// terms that were proposed.
func (d *decision) lost(r *domain.HostingRequest, id domain.SpaceID) bool {
	row, ok := d.world.Space(id)
	if !ok {
		return false
	}
	var signed []domain.Commitment
	for _, c := range row.Doc.Commitments {
		if c.Request != "" && c.Request != r.ID {
			signed = append(signed, c)
		}
	}
	return d.lostTo(r, row.Doc, signed)
}

// lostTo is lost, for what was signed.
func (d *decision) lostTo(r *domain.HostingRequest, space *domain.VacantSpace, signed []domain.Commitment) bool {
	if len(signed) == 0 {
		return false
	}
	if p := r.Proposed; p != nil {
		_, _, met := meets(p.Occupation(), signed, nil, ClockOf(d.world, d.atlas, space))
		return met
	}
	engine, ok := d.engine()
	if !ok {
		return false
	}
	need := domain.HostingNeed{NeedFields: domain.NeedFields{Use: r.Use, Start: r.Start, Duration: r.Duration}}
	if s, asks := asNeed(d.world, r); asks {
		need.FitOutDays = s.Need.FitOutDays
	}
	bare := *space
	bare.Commitments = signed
	bare.Availability.OpeningSlots = nil // what it can't have anyhow isn't lost to anyone
	c := match.Candidate{Space: &bare}
	if site, ok := d.world.Site(space.SiteID); ok {
		c.Site = site.Doc
	}
	a := engine.Prepare(match.Subject{Need: &need}).Assess(c)
	return slices.Contains(a.Failing(), domain.CriterionOccupancy)
}

// supersede ends the open requests whose only space a request has just taken.
func (d *decision) supersede(winner *domain.HostingRequest) error {
	id, taken := winner.Occupation()
	if len(taken) == 0 {
		return nil
	}
	row, ok := d.world.Space(id)
	if !ok {
		return nil
	}
	signed := taken
	for _, c := range row.Doc.Commitments {
		if c.Request != "" && c.Request != winner.ID {
			signed = append(signed, c)
		}
	}
	for other := range d.world.RequestsFor(id) {
		r := *other.Doc
		if only, one := onlySpace(&r); r.ID == winner.ID || !r.Open() || !one || only != id || !d.lostTo(&r, row.Doc, signed) {
			continue
		}
		t, ok := r.Transition(domain.ActionSupersede, domain.PartyHub)
		if !ok {
			continue
		}
		step := d.step(domain.PartyHub)
		step.Actor = ""
		if err := d.putRequest(r.Go(t, step)); err != nil {
			return err
		}
	}
	d.object = domain.ID(winner.ID)
	return nil
}
