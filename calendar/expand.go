// Package calendar expands recurring slots and finds what is free. It knows no
// spaces and no projects: the match engine asks it whether a need's slots or
// window fit beside a space's commitments, and the commands ask it again before
// a space is signed for. Nothing here reads the clock.
package calendar

import (
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
)

// MostYears is how far occurrences are listed: recurring uses are bounded by a
// convention of ten years at most.
const MostYears = 10

// Expand lists the occurrences of a slot that begin on a day from the first to
// the last, both included and bounded by the slot's own From and Until, in
// ascending order; they may touch but don't overlap. Days after MostYears are
// left out.
//
// Times are the wall clock's in loc, the end as well as the start: people who
// have the room from 02:00 to 04:00 leave when the clock shows 04:00, so on the
// days when summer time changes they have an hour less or more. An occurrence
// within the hour that is skipped doesn't take place.
//
// INTERVAL counts from the slot's From, or from the first day when there is
// none. A rule that Check refuses has no occurrences.
func Expand(s domain.RecurringSlot, from, until domain.Date, loc *time.Location) []Interval {
	p, err := read(s)
	if err != nil {
		return nil
	}
	from, until = window(from, until)
	p.countFrom(from)
	w := newWallClock(loc)
	return w.intervals(w.occurrences(nil, &p, p.days(from, until)))
}

// Taken lists when a commitment takes the space, merged and in ascending order,
// for its occurrences that begin on a day from the first to the last, both
// included, cut like Expand's. One without slots takes all the time between its
// bounds.
//
// It errs on the side of taken: INTERVAL counts from the slot's From, else from
// the commitment's, and when neither is known every week (month…) is taken;
// so is all the time when the rule can't be read.
func Taken(c domain.Commitment, from, until domain.Date, loc *time.Location) []Interval {
	from, until = window(from, until)
	w := newWallClock(loc)
	return w.intervals(w.taken(readHolding(c).within(from, until)))
}

// pattern is a slot with its rule read.
type pattern struct {
	recurrence
	first, last domain.Date // of the slot itself
	start, end  int         // minutes from midnight; none lasts more than a day
	anchored    bool        // INTERVAL counts from a known day
}

func read(s domain.RecurringSlot) (p pattern, err error) {
	o, err := parse(s)
	p.recurrence = recurrenceOf(o)
	p.first = firstDay
	if s.From != nil {
		p.first = *s.From
		p.countFrom(p.first)
	}
	p.time(s)
	return p, err
}

// time takes the hours of a slot, and its last day.
func (p *pattern) time(s domain.RecurringSlot) {
	p.last, p.start = lastDay, int(s.Start)
	p.end = p.start + min(max(s.DurationMinutes, 0), minutesADay)
	if s.Until != nil {
		p.last = *s.Until
	}
}

// countFrom says from which day INTERVAL counts, unless the slot does.
func (p *pattern) countFrom(day domain.Date) {
	if !p.anchored {
		p.anchor, p.anchored = day, true
	}
}

// days are the slot's own within bounds.
func (p *pattern) days(from, until domain.Date) []domain.Date {
	return p.recurrence.days(max(from, p.first), min(until, p.last))
}

func (p *pattern) fallsOn(day domain.Date) bool {
	return p.first <= day && day <= p.last && p.recurrence.fallsOn(day)
}

// occurrences adds those of a slot on the given days, ascending as these are.
func (w *wallClock) occurrences(to []span, p *pattern, on []domain.Date) []span {
	to = slices.Grow(to, len(on))
	for _, day := range on {
		to = w.occurrence(to, p, day)
	}
	return to
}

// occurrence adds the one of a day, unless the clock skips it.
func (w *wallClock) occurrence(to []span, p *pattern, day domain.Date) []span {
	if one := (span{w.instant(day, p.start), w.instant(day, p.end)}); one.start < one.end {
		return append(to, one)
	}
	return to
}

// holding is a commitment with its rules read.
type holding struct {
	from, until domain.Date
	slots       []pattern // none takes all the time
}

func readHolding(c domain.Commitment) holding {
	h := holding{from: firstDay, until: lastDay}
	if c.From != nil {
		h.from = *c.From
	}
	if c.Until != nil {
		h.until = *c.Until
	}
	if len(c.Slots) == 0 {
		return h
	}
	h.slots = make([]pattern, len(c.Slots))
	for i, s := range c.Slots {
		p, err := read(s)
		if err != nil {
			h.slots = nil
			return h
		}
		if c.From != nil {
			p.countFrom(*c.From)
		} else if !p.anchored {
			p.interval = 1
		}
		h.slots[i] = p
	}
	return h
}

// within is the holding with its bounds cut.
func (h holding) within(from, until domain.Date) holding {
	h.from, h.until = max(h.from, from), min(h.until, until)
	return h
}

func (w *wallClock) taken(h holding) []span {
	if h.from > h.until {
		return nil
	}
	if len(h.slots) == 0 {
		return []span{w.days(h.from, h.until)}
	}
	var all []span
	for i := range h.slots {
		p := &h.slots[i]
		all = w.occurrences(all, p, p.days(h.from, h.until))
	}
	return union(all)
}

// window cuts the days after MostYears.
func window(from, until domain.Date) (domain.Date, domain.Date) {
	from = min(max(from, firstDay), lastDay)
	return from, min(until, from.AddMonths(12*MostYears)-1)
}
