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
	r := room{
		wallClock:  newWallClock(loc),
		taken:      make([]holding, len(taken)),
		restricted: len(opening) > 0,
		times:      make([]timeline, len(taken)),
	}
	// A slot may reach over midnight: its neighbours begin a day before the
	// window, or a day after.
	for i, c := range taken {
		r.taken[i] = readHolding(c).within(from-1, until+1)
	}
	r.open.from, r.open.until = from-1, until+1
	for _, s := range opening {
		p, err := read(s)
		if err == nil && (p.anchored || p.interval == 1) {
			r.open.slots = append(r.open.slots, p)
		}
	}
	answers := make([]SlotAnswer, len(wanted))
	for i, s := range wanted {
		answers[i] = r.place(s, from, until)
	}
	return answers
}

// room is what is known of a space's time.
type room struct {
	*wallClock
	taken      []holding
	open       holding // without slots: at no time
	restricted bool    // to when it is open

	// For judge to write on.
	spans []span
	times []timeline
}

// place answers for one wanted slot, and chooses its beginning where it may.
func (r *room) place(s domain.RecurringSlot, from, until domain.Date) SlotAnswer {
	p, err := read(s)
	if err != nil {
		return SlotAnswer{TakenBy: -1}
	}
	choices := 1
	if !p.anchored {
		choices = p.interval
	}
	var best SlotAnswer
	for i := range choices {
		if !p.anchored {
			p.anchor = p.periodStart(p.periodOf(from) + i)
		}
		on := p.days(from, until)
		if i > 0 && len(on) == 0 {
			continue // begins after the window
		}
		answer := r.judge(&p, on)
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

// judge compares the occurrences of a slot on the given days with what is taken
// and open around them.
func (r *room) judge(p *pattern, on []domain.Date) SlotAnswer {
	r.spans = r.occurrences(r.spans[:0], p, on)
	wanted := r.spans
	for i := range r.taken {
		h, n := &r.taken[i], len(r.spans)
		if len(h.slots) > 0 {
			r.near(h, p, on)
		} else if h.from <= h.until {
			r.spans = append(r.spans, r.days(h.from, h.until))
		}
		r.times[i] = timeline{spans: union(r.spans[n:])}
	}
	n := len(r.spans)
	r.near(&r.open, p, on)
	open := timeline{spans: union(r.spans[n:])}

	answer := SlotAnswer{Occurrences: len(wanted), TakenBy: -1}
	for _, one := range wanted {
		clash, by, blocked := span{}, -1, false
		for i := range r.times {
			part, found := r.times[i].overlap(one)
			if found && (!blocked || part.start < clash.start) {
				clash, by, blocked = part, i, true
			}
			if blocked && answer.Blocked > 0 {
				break // only the first clash is told
			}
		}
		if r.restricted && (!blocked || answer.Blocked == 0) {
			part, found := open.outside(one)
			if found && (!blocked || part.start < clash.start) {
				clash, by, blocked = part, -1, true
			}
		}
		if !blocked {
			continue
		}
		if answer.Blocked == 0 {
			answer.Clash.Start, answer.Clash.End = clash.in(r.loc)
			answer.TakenBy = by
		}
		answer.Blocked++
	}
	answer.Free = answer.Blocked == 0
	return answer
}

// onTheWall tells from which to which day, counted from p's, q meets it on the wall, if
// it does on some of their weekdays.
func onTheWall(p, q *pattern) (before, after int, meet bool) {
	before, after = floorDiv(p.start-q.end, minutesADay)+1, floorDiv(p.end-q.start-1, minutesADay)
	on, of := weekdaysOf(p.weekdays), weekdaysOf(q.weekdays)
	for by := before; by <= after && !meet; by++ {
		meet = on.moved(by)&of != 0
	}
	return before, after, meet
}

// near adds, to the spans, the times of a holding's slots that meet on the wall
// those of a slot on the given days, and no others: what is apart on the wall
// is apart in time, and needn't be looked up.
func (r *room) near(h *holding, p *pattern, on []domain.Date) {
	for i := range h.slots {
		q := &h.slots[i]
		before, after, meet := onTheWall(p, q)
		if !meet {
			continue
		}
		q.prepare(h.from, h.until)
		next := h.from
		for _, day := range on {
			for next = max(next, day.AddDays(before)); next <= min(day.AddDays(after), h.until); next++ {
				if q.fallsOn(next) {
					r.spans = r.occurrence(r.spans, q, next)
				}
			}
		}
	}
}
