// Package calendar expands recurring slots and finds what is free. It knows no
// spaces and no projects: the match engine asks it whether a need's slots or
// window fit beside a space's commitments, and the commands ask it again before
// a space is signed for. Nothing here reads the clock.
package calendar

import (
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
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
	o, err := parse(s)
	if err != nil {
		return nil
	}
	from, until = window(from, until)
	return newWallClock(loc).occurrences(s, slotDays(o, s, from, from, until))
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
	return newWallClock(loc).taken(c, from, until)
}

func (w *wallClock) taken(c domain.Commitment, from, until domain.Date) []Interval {
	if c.From != nil {
		from = max(from, *c.From)
	}
	if c.Until != nil {
		until = min(until, *c.Until)
	}
	if from > until {
		return nil
	}
	if len(c.Slots) == 0 {
		return []Interval{w.days(from, until)}
	}
	var all []Interval
	for _, s := range c.Slots {
		o, err := parse(s)
		if err != nil {
			return []Interval{w.days(from, until)}
		}
		anchor := from
		if c.From != nil {
			anchor = *c.From
		} else if s.From == nil {
			o.Interval = 1
		}
		all = append(all, w.occurrences(s, slotDays(o, s, anchor, from, until))...)
	}
	return union(all)
}

// slotDays are the days of a slot within bounds and its own; anchor serves when
// the slot has no From.
func slotDays(o rrule.ROption, s domain.RecurringSlot, anchor, from, until domain.Date) []domain.Date {
	if s.From != nil {
		anchor, from = *s.From, max(from, *s.From)
	}
	if s.Until != nil {
		until = min(until, *s.Until)
	}
	return days(o, anchor, from, until)
}

// occurrences of a slot on the given days. None lasts more than a day, so that
// they can't overlap.
func (w *wallClock) occurrences(s domain.RecurringSlot, on []domain.Date) []Interval {
	all := make([]Interval, 0, len(on))
	start := int(s.Start)
	end := start + min(max(s.DurationMinutes, 0), minutesADay)
	for _, day := range on {
		one := Interval{w.at(day, start), w.at(day, end)}
		if one.Start.Before(one.End) {
			all = append(all, one)
		}
	}
	return all
}

// window cuts the days after MostYears.
func window(from, until domain.Date) (domain.Date, domain.Date) {
	from = min(max(from, firstDay), lastDay)
	return from, min(until, from.AddMonths(12*MostYears)-1)
}
