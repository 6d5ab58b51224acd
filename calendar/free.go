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
	r := room{wallClock: newWallClock(loc), restricted: len(opening) > 0, taken: make([][]span, len(taken))}
	// A slot may reach over midnight: its neighbours begin a day before the
	// window, or a day after.
	for i, c := range taken {
		h := readHolding(c)
		r.taken[i] = r.wallClock.taken(&h, from-1, until+1)
	}
	for _, s := range opening {
		p, err := read(s)
		if err == nil && (p.anchored || p.rule.Interval == 1) {
			r.open = r.occurrences(r.open, &p, p.days(from-1, until+1))
		}
	}
	r.open = union(r.open)

	answers := make([]SlotAnswer, len(wanted))
	for i, s := range wanted {
		answers[i] = r.place(s, from, until)
	}
	return answers
}

// room is what is known of a space's time.
type room struct {
	*wallClock
	taken      [][]span
	open       []span
	restricted bool
	ahead      [][]span // taken, as far as judge has not passed it
}

// place answers for one wanted slot, and chooses its beginning where it may.
func (r *room) place(s domain.RecurringSlot, from, until domain.Date) SlotAnswer {
	p, err := read(s)
	if err != nil {
		return SlotAnswer{TakenBy: -1}
	}
	choices := 1
	if !p.anchored {
		choices = p.rule.Interval
	}
	var best SlotAnswer
	for i := range choices {
		if !p.anchored {
			p.anchor = periodStart(&p.rule, periodOf(&p.rule, from)+i)
		}
		on := p.days(from, until)
		if i > 0 && len(on) == 0 {
			continue // begins after the window
		}
		answer := r.judge(r.occurrences(nil, &p, on))
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
func (r *room) judge(wanted []span) SlotAnswer {
	answer := SlotAnswer{Occurrences: len(wanted), TakenBy: -1}
	r.ahead = append(r.ahead[:0], r.taken...)
	open := r.open
	for _, one := range wanted {
		clash, by, blocked := span{}, -1, false
		for i := range r.ahead {
			part, found := one.overlap(&r.ahead[i])
			if found && (!blocked || part.start < clash.start) {
				clash, by, blocked = part, i, true
			}
			if blocked && answer.Blocked > 0 {
				break // only the first clash is told
			}
		}
		if r.restricted && (!blocked || answer.Blocked == 0) {
			part, found := one.outside(&open)
			if found && (!blocked || part.start < clash.start) {
				clash, by, blocked = part, -1, true
			}
		}
		if !blocked {
			continue
		}
		if answer.Blocked == 0 {
			answer.Clash, answer.TakenBy = clash.in(r.loc), by
		}
		answer.Blocked++
	}
	answer.Free = answer.Blocked == 0
	return answer
}
