package match

import (
	"fmt"
	"slices"
	"time"

	"github.com/palier-hub/palier/calendar"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// occupancy: beside what the landlord has already promised, the window of a
// continuous use, or enough slots of a recurring one, are free.
//
// It looks at commitments only: how long the space can be had is availability's,
// so that one reason isn't counted twice. A continuous use is exclusive: whoever
// has some hours of the space stands in its way from the first to the last day
// of the commitment. A recurring use shares the space with whoever else has it:
// a space that may not be shared is refused when someone has it, and can be had
// when nobody does.
var occupancy = criterion[pair]{
	code: domain.CriterionOccupancy, kind: domain.CriterionHard, unit: domain.UnitDays, gapsPerUnit: 1,
	unitFor: map[why]domain.Unit{occupancySlotsTaken: domain.UnitCount},
	assess:  func(p *pair) Finding { return p.occupied },
	values:  occupancyValues,
	origin:  ofSpace,
	say:     sayOccupancy,
	ask:     askOccupancy,
}

const (
	occupancyVacant why = notAsked + 1 + iota
	occupancyWindowFree
	occupancySlotsFree
	occupancyWindowTaken
	occupancySlotsTaken
	occupancyNotShared
	occupancyHours
	occupancyFromUnknown
	occupancyShareUnknown
)

// findStay settles the first stay that the commitments leave to the project,
// and what occupancy has to say of it. Without one, the stay is the one that
// availability looks at.
func (p *pair) findStay() {
	p.begin, p.end = p.keys, p.last
	switch p.need.Use.Kind {
	case domain.UseContinuous:
		p.occupied = p.findWindow()
	case domain.UseRecurring:
		p.occupied = p.findSlots()
	}
}

// bounds of the search for a stay. Where availability fails, only the stay that
// it looks at is judged, as if it could be had.
func (p *pair) bounds() (latest, until *domain.Date) {
	if assessAvailability(p).Status == Fail {
		return &p.keys, nil
	}
	return p.need.Start.Latest, p.space.Availability.Until
}

func (p *pair) findWindow() Finding {
	free := occupancyVacant
	if len(p.space.Commitments) > 0 {
		latest, until := p.bounds()
		taken := wholeDays(p.space.Commitments)
		start, ok, by := calendar.FirstFreeWindow(taken, p.keys, latest, until, p.lastDay, p.clock())
		if !ok {
			return p.takenBy(by, taken, latest, until)
		}
		free = occupancyWindowFree
		p.begin, p.end = start, p.lastDay(start)
	}
	switch {
	case p.laterCommitment():
		return unknown(occupancyFromUnknown)
	case len(p.space.Availability.OpeningSlots) > 0:
		return unknown(occupancyHours)
	}
	return pass(free)
}

// wholeDays leaves the hours out of the commitments.
func wholeDays(all []domain.Commitment) []domain.Commitment {
	if !slices.ContainsFunc(all, func(c domain.Commitment) bool { return len(c.Slots) > 0 }) {
		return all
	}
	all = slices.Clone(all)
	for i := range all {
		all[i].Slots = nil
	}
	return all
}

// takenBy measures the miss by the days between what is wanted and the first
// stay that the commitments leave, however late.
func (p *pair) takenBy(by int, taken []domain.Commitment, latest, until *domain.Date) Finding {
	f := Finding{Status: Fail, why: occupancyWindowTaken, which: int16(by)}
	start, ok, _ := calendar.FirstFreeWindow(taken, p.keys, nil, nil, p.lastDay, p.clock())
	if !ok {
		return f // taken for good
	}
	if latest != nil {
		f.gap = max(f.gap, int64(start-*latest))
	}
	if until != nil {
		f.gap = max(f.gap, int64(p.lastDay(start)-*until))
	}
	return f
}

// laterCommitment: the first day of the space is unknown, and what begins
// later may stand in the way of a later start.
func (p *pair) laterCommitment() bool {
	return p.space.Availability.From == nil && slices.ContainsFunc(p.space.Commitments, func(c domain.Commitment) bool {
		return c.From != nil && *c.From > p.begin
	})
}

func (p *pair) findSlots() Finding {
	needed := p.need.Use.Needed()
	if needed <= 0 || len(p.need.Use.Slots) == 0 {
		return pass(notAsked)
	}
	best := p.judgeSlots(p.slotsIn(p.keys, p.keys), p.keys, needed, len(p.need.Use.Slots))
	if best.Status != Pass && len(p.space.Commitments) > 0 {
		latest, until := p.bounds()
		starts := p.laterStarts(latest, until)
		var slots slotsIn
		if len(starts) > 0 {
			slots = p.slotsIn(starts[0], starts[len(starts)-1])
		}
		for _, start := range starts {
			if f := p.judgeSlots(slots, start, needed, len(p.need.Use.Slots)-needed); f.Status < best.Status {
				best = f
				p.begin, p.end = start, p.lastDay(start)
			}
			if best.Status == Pass {
				break
			}
		}
	}
	if best.Status == Pass && p.laterCommitment() {
		return unknown(occupancyFromUnknown)
	}
	return best
}

// slotsIn asks the calendar of a space for the slots that the need wants; it is
// read when something could stand in the way.
type slotsIn func(i int) *calendar.RoomSlot

// slotsIn is for the stays that start from one day to another.
func (p *pair) slotsIn(first, last domain.Date) slotsIn {
	var room *calendar.Room
	if p.slotRules == nil {
		p.slotRules = new(calendar.Rules)
	}
	slots := make([]*calendar.RoomSlot, len(p.need.Use.Slots))
	return func(i int) *calendar.RoomSlot {
		if room == nil {
			room = p.slotRules.Room(p.space.Commitments, p.space.Availability.OpeningSlots, first.AddDays(p.need.FitOutDays), p.lastDay(last), p.clock())
		}
		if slots[i] == nil {
			slots[i] = room.Slot(p.need.Use.Slots[i])
		}
		return slots[i]
	}
}

// laterStarts are the days on which something that stands in the way has ended,
// in order, while the need may still start; as far ahead as the calendar looks.
func (p *pair) laterStarts(latest, until *domain.Date) (starts []domain.Date) {
	furthest := p.keys.AddMonths(12 * calendar.MostYears)
	for _, c := range p.space.Commitments {
		if c.Until == nil {
			continue
		}
		start := *c.Until + 1
		if start > p.keys && start <= furthest && (latest == nil || start <= *latest) && (until == nil || p.lastDay(start) <= *until) {
			starts = append(starts, start)
		}
	}
	slices.Sort(starts)
	return slices.Compact(starts)
}

// judgeSlots tells whether enough slots are free in the stay that starts on a
// day. The calendar is asked only where something could stand in the way, and until
// more than so many are refused.
func (p *pair) judgeSlots(slots slotsIn, start domain.Date, needed, mostRefused int) Finding {
	shared, vacant := p.sharedFrom(start), p.vacantFrom(start)
	from, until := start.AddDays(p.need.FitOutDays), p.lastDay(start)
	free, refused, blocked := 0, 0, -1
	for i := 0; i < len(p.need.Use.Slots) && free < needed && refused <= mostRefused; i++ {
		if vacant && p.slotFalls(i, start) || !vacant && slots(i).Free(from, until) {
			free++
			continue
		}
		if refused++; blocked < 0 {
			blocked = i
		}
	}
	switch {
	case free < needed:
		return Finding{Status: Fail, why: occupancySlotsTaken, which: int16(blocked), gap: int64(needed - free)}
	case vacant:
		return pass(occupancyVacant)
	case shared && p.space.Shareable == nil:
		return unknown(occupancyShareUnknown)
	case shared && !*p.space.Shareable:
		return fail(occupancyNotShared, 0)
	}
	return pass(occupancySlotsFree)
}

// slotFalls tells whether the wanted slot i has days in the stay that starts on a
// day, as far as its own bounds tell.
func (p *pair) slotFalls(i int, start domain.Date) bool {
	s := p.need.Use.Slots[i]
	return (s.Until == nil || *s.Until >= start.AddDays(p.need.FitOutDays)) && (s.From == nil || *s.From <= p.lastDay(start))
}

// answers are the calendar's for the slots wanted in the stay found; nil when
// nobody else has the space then.
func (p *pair) answers() []calendar.SlotAnswer {
	if p.told == nil && !p.vacantFrom(p.begin) {
		p.told = calendar.FreeSlots(p.need.Use.Slots, p.space.Commitments, p.space.Availability.OpeningSlots,
			p.begin.AddDays(p.need.FitOutDays), p.lastDay(p.begin), p.clock())
	}
	return p.told
}

// freeSlots are those that can be had in the stay found. One that never falls in it
// can't.
func (p *pair) freeSlots() []domain.RecurringSlot {
	free, answers := []domain.RecurringSlot{}, p.answers()
	for i, s := range p.need.Use.Slots {
		if answers == nil && p.slotFalls(i, p.begin) || answers != nil && answers[i].Free && answers[i].Occurrences > 0 {
			free = append(free, s)
		}
	}
	return free
}

// vacantFrom tells whether nothing could stand in the way of a stay.
func (p *pair) vacantFrom(start domain.Date) bool {
	return !p.sharedFrom(start) && len(p.space.Availability.OpeningSlots) == 0
}

// sharedFrom tells whether someone else has the space at some time of the stay.
func (p *pair) sharedFrom(start domain.Date) bool {
	end := p.lastDay(start)
	return slices.ContainsFunc(p.space.Commitments, func(c domain.Commitment) bool {
		return (c.From == nil || *c.From <= end) && (c.Until == nil || start <= *c.Until)
	})
}

// clock is the one on the wall of the space; that of Paris where the commune is
// unknown.
func (p *pair) clock() *time.Location {
	if p.place.commune == nil {
		return geo.Location("")
	}
	return geo.Location(p.place.commune.Departement)
}

func occupancyValues(p *pair, f Finding) (wanted, offered domain.CriterionValue) {
	if p.need.Use.Kind != domain.UseRecurring {
		stay := domain.PeriodValue{From: &p.begin, OpenEnded: p.space.Availability.OpenEnded}
		if end, bounded := p.endOfStay(); bounded {
			stay.Until, stay.OpenEnded = &end, false
		}
		if f.Status != Fail && p.space.Availability.From != nil {
			offered = stay
		}
		return p.periodWanted(), offered
	}
	if f.why == notAsked {
		return nil, nil
	}
	needed, free := p.need.Use.Needed(), p.freeSlots()
	n := len(free)
	return domain.SlotsValue{Slots: p.need.Use.Slots, Count: &needed}, domain.SlotsValue{Slots: free, Count: &n}
}

func sayOccupancy(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case occupancyVacant:
		return l.In("Le local est libre : aucun autre usage n'y est déclaré.", "The space is free: no other use of it is declared.")
	case occupancyWindowFree:
		return fmt.Sprintf(l.In("Le local est libre pour le projet du %s au %s, à côté des engagements déclarés.", "The space is free for the project from %s to %s, beside the commitments declared."), p.begin.Long(l), p.end.Long(l))
	case occupancySlotsFree:
		return p.sayFreeSlots(l)
	case occupancyWindowTaken:
		return p.sayTaken(f, l)
	case occupancySlotsTaken:
		return p.sayClash(f, l)
	case occupancyNotShared:
		return l.In("Les créneaux seraient libres, mais le local est déjà occupé et son bailleur ne souhaite pas le partager.", "The slots would be free, but the space is already used and its landlord doesn't want it shared.")
	case occupancyHours:
		return l.In("Le local n'est ouvert qu'à certaines heures ; le projet l'occuperait en continu.", "The space is open at certain hours only; the project would occupy it continuously.")
	case occupancyFromUnknown:
		return l.In("Un engagement futur est déclaré, et on ne sait pas à partir de quand le local est disponible.", "A later commitment is declared, and from when the space is available isn't known.")
	case occupancyShareUnknown:
		return l.In("Les créneaux sont libres, mais on ne sait pas si le local peut être partagé avec ceux qui l'utilisent déjà.", "The slots are free, but whether the space may be shared with those who already use it isn't known.")
	}
	return l.In("Le projet ne demande pas de créneau particulier.", "The project asks for no particular slot.")
}

func (p *pair) sayFreeSlots(l domain.Locale) string {
	var free []string
	for _, s := range p.freeSlots() {
		free = append(free, s.Display(l))
	}
	when := ""
	if p.begin > p.keys { // a commitment ends first
		when = fmt.Sprintf(l.In(" à partir du %s", " from %s"), p.begin.Long(l))
	}
	text := fmt.Sprintf(l.In("%s%s pour %s : %s.", "%s%s for %s: %s."),
		count(len(free), domain.Bilingual{French: "créneau libre", English: "free slot"}, domain.Bilingual{French: "créneaux libres", English: "free slots"}, l), when,
		count(p.need.Use.Needed(), domain.Bilingual{French: "nécessaire", English: "needed"}, domain.Bilingual{French: "nécessaires", English: "needed"}, l),
		semicolons(free, l))
	if p.sharedFrom(p.begin) {
		text += l.In(" Le local est partagé avec d'autres usages.", " The space is shared with other uses.")
	}
	return text
}

func (p *pair) sayTaken(f Finding, l domain.Locale) string {
	by := l.In("un engagement déclaré", "a declared commitment")
	if i := int(f.which); i >= 0 && i < len(p.space.Commitments) {
		by = describe(p.space.Commitments[i], l)
	}
	text := fmt.Sprintf(l.In("Le local est pris pendant la période souhaitée : %s.", "The space is taken during the time wanted: %s."), by)
	if f.gap > 0 {
		text += fmt.Sprintf(l.In(" Il se libère %s trop tard.", " It becomes free %s too late."), days(int(f.gap), l))
	}
	return text
}

// describe writes "convention en cours, jusqu'au 30 juin 2028".
func describe(c domain.Commitment, l domain.Locale) string {
	text := c.Kind.Label(l)
	if c.From != nil || c.Until != nil {
		text += ", " + domain.PeriodValue{From: c.From, Until: c.Until}.Display(l)
	}
	return text
}

// sayClash says which slot clashes first, with what, and when.
func (p *pair) sayClash(f Finding, l domain.Locale) string {
	needed := p.need.Use.Needed()
	text := l.In("Aucun créneau souhaité n'est libre.", "No wanted slot is free.")
	if needed > 1 {
		text = fmt.Sprintf(l.In("Il manque %s sur les %d nécessaires.", "%s of the %d needed can't be had."), count(int(f.gap), oneSlot, manySlots, l), needed)
	}
	i := int(f.which)
	if i < 0 || i >= len(p.need.Use.Slots) { // more are needed than are named
		return text
	}
	var a calendar.SlotAnswer
	if answers := p.answers(); answers != nil {
		a = answers[i]
	}
	slot := p.need.Use.Slots[i].Display(l)
	switch {
	case a.Occurrences == 0:
		return text + fmt.Sprintf(l.In(" Le créneau souhaité (%s) ne tombe jamais dans la période.", " The slot wanted (%s) never falls in the period."), slot)
	case a.TakenBy >= 0 && a.TakenBy < len(p.space.Commitments):
		return text + fmt.Sprintf(l.In(" Le créneau souhaité (%s) se heurte à un autre usage (%s) dès le %s à %s.", " The slot wanted (%s) clashes with another use (%s), first on %s at %s."),
			slot, describe(p.space.Commitments[a.TakenBy], l), domain.DateOf(a.Clash.Start).Long(l), clockTime(a.Clash.Start))
	}
	return text + fmt.Sprintf(l.In(" Le créneau souhaité (%s) est hors des heures d'ouverture dès le %s à %s.", " The slot wanted (%s) is outside the opening hours, first on %s at %s."),
		slot, domain.DateOf(a.Clash.Start).Long(l), clockTime(a.Clash.Start))
}

func clockTime(t time.Time) string { return t.Format("15:04") }

func askOccupancy(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case occupancyShareUnknown:
		return toLandlord(l.In("ce local peut-il être partagé entre plusieurs associations, à des heures différentes ?", "may this space be shared by several associations, at different hours?"), l)
	case occupancyHours:
		return toLandlord(l.In("le local peut-il être occupé en continu, en dehors de ses heures d'ouverture ?", "may the space be occupied continuously, outside its opening hours?"), l)
	}
	return askAvailability(p, Finding{why: availabilityFromUnknown}, l)
}
