package calendar

import (
	"time"

	"github.com/palier-hub/palier/domain"
)

// SlotAnswer says whether a wanted slot is free.
type SlotAnswer struct {
	// Free: all the occurrences are.
	Free bool
	// From is set when the slot lets the place choose (INTERVAL without From):
	// the first day of the choice that suits best, with which the slot would
	// have these occurrences.
	From *domain.Date
	// Occurrences in the window, and how many of them are taken or outside the
	// opening hours. A slot that never falls in the window is free 0 times.
	Occurrences, Blocked int
	// Clash is the first span of a blocked occurrence that can't be had; zero
	// when free.
	Clash Interval
	// TakenBy is the place of the commitment that stands in the way at the
	// Clash; -1 when free or when only the opening hours do.
	TakenBy int
}

// FreeSlots answers, for each wanted slot, whether it can be had on all its
// days from the first to the last, both included, beside the commitments and
// within the opening slots (none means open at any time). Days after MostYears
// are left out.
//
// A wanted slot with INTERVAL and no From may begin in any of its weeks (months
// …): the beginning with the fewest blocked occurrences is chosen, the earliest
// of equals. Commitments are read as by Taken. An opening slot with INTERVAL
// and no From doesn't say when it is open, so it opens nothing. A wanted rule
// that Check refuses is never free.
func FreeSlots(wanted []domain.RecurringSlot, taken []domain.Commitment, opening []domain.RecurringSlot, from, until domain.Date, loc *time.Location) []SlotAnswer {
	from, until = window(from, until)
	w := newWallClock(loc)
	// A slot may reach over midnight: its neighbours begin a day before the
	// window, or a day after.
	r := room{restricted: len(opening) > 0}
	for _, c := range taken {
		r.taken = append(r.taken, w.taken(c, from-1, until+1))
	}
	for _, s := range opening {
		o, err := parse(s)
		if err != nil || o.Interval > 1 && s.From == nil {
			continue
		}
		r.open = append(r.open, w.occurrences(s, slotDays(o, s, from, from-1, until+1))...)
	}
	r.open = union(r.open)

	answers := make([]SlotAnswer, len(wanted))
	for i, s := range wanted {
		answers[i] = r.place(s, from, until, w)
	}
	return answers
}

// room is what is known of a space's time.
type room struct {
	taken      [][]Interval
	open       []Interval
	restricted bool
}

// place answers for one wanted slot, and chooses its beginning where it may.
func (r *room) place(s domain.RecurringSlot, from, until domain.Date, w *wallClock) SlotAnswer {
	o, err := parse(s)
	if err != nil {
		return SlotAnswer{TakenBy: -1}
	}
	choices := 1
	if s.From == nil {
		choices = o.Interval
	}
	var best SlotAnswer
	for i := range choices {
		on := slotDays(o, s, periodStart(o, periodOf(o, from)+i), from, until)
		if i > 0 && len(on) == 0 {
			continue // begins after the window
		}
		answer := r.judge(w.occurrences(s, on))
		if choices > 1 && len(on) > 0 {
			answer.From = &on[0]
		}
		if i == 0 || best.Occurrences == 0 || answer.Blocked < best.Blocked ||
			answer.Blocked == best.Blocked && *answer.From < *best.From {
			best = answer
		}
	}
	return best
}

// judge compares occurrences with what is taken and open.
func (r *room) judge(wanted []Interval) SlotAnswer {
	answer := SlotAnswer{Occurrences: len(wanted), TakenBy: -1}
	blocked := make([]bool, len(wanted))
	block := func(i int, clash Interval, by int) {
		if !blocked[i] {
			blocked[i] = true
			answer.Blocked++
		}
		if answer.Clash.Start.IsZero() || clash.Start.Before(answer.Clash.Start) {
			answer.Clash, answer.TakenBy = clash, by
		}
	}
	for by, taken := range r.taken {
		for i, clash := range overlaps(wanted, taken) {
			block(i, clash, by)
		}
	}
	if r.restricted {
		for i, clash := range uncovered(wanted, r.open) {
			block(i, clash, -1)
		}
	}
	answer.Free = answer.Blocked == 0
	return answer
}
