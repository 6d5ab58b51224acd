package calendar

import (
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
)

// FirstFreeWindow finds the first day, from earliest to latest (both included;
// nil looks MostYears ahead), on which an exclusive, continuous use can start:
// no commitment takes the space at any time from that day to end(start), the
// last day of the use, which must not be after until (nil is no bound). A later
// start must not have an earlier end.
//
// blockedBy is the place of the first commitment in the way of a start at
// earliest, -1 when there is none. Commitments are read as by Taken; one with
// slots counts as taking all the time once it has lasted MostYears.
func FirstFreeWindow(taken []domain.Commitment, earliest domain.Date, latest, until *domain.Date, end func(start domain.Date) domain.Date, loc *time.Location) (start domain.Date, ok bool, blockedBy int) {
	earliest, last := window(earliest, lastDay)
	if latest != nil {
		last = min(last, *latest)
	}
	w := newWallClock(loc)
	all := make([]claim, len(taken))
	for i, c := range taken {
		all[i] = readClaim(c, earliest)
	}
	wanted := stay{earliest, max(earliest, end(earliest))}
	blockedBy = w.firstToClash(all, wanted)
	for wanted.first <= last && (until == nil || wanted.last <= *until) {
		start = w.skipClashes(all, wanted)
		if start == wanted.first {
			return start, true, blockedBy
		}
		wanted = stay{start, max(start, end(start))}
	}
	return 0, false, blockedBy
}

// stay is a continuous use, from its first to its last day.
type stay struct{ first, last domain.Date }

// claim is a commitment as an exclusive use sees it: its slots for MostYears,
// and all the time after them.
type claim struct {
	listed holding
	rest   stay // ends before it begins when there is none
}

func readClaim(c domain.Commitment, earliest domain.Date) claim {
	h := readHolding(c)
	if len(h.slots) == 0 {
		return claim{rest: stay{h.from, h.until}}
	}
	// A slot may reach over midnight: look at the day before.
	from, until := window(max(earliest, h.from)-1, h.until)
	rest := stay{until + 1, h.until}
	h.from, h.until = max(from, h.from), until
	return claim{h, rest}
}

// firstToClash is the place of the claim that takes the earliest time of a
// stay, -1 when none does.
func (w *wallClock) firstToClash(all []claim, wanted stay) int {
	use, by := w.days(wanted.first, wanted.last), -1
	first := use.end
	for i := range all {
		one, found := w.clash(&all[i], wanted, use, false)
		if start := max(use.start, one.start); found && start < first {
			first, by = start, i
		}
	}
	return by
}

// skipClashes is the first day of a stay when it is free. Else what is in the
// way until latest is also in the way of all stays that begin before it ends,
// since they don't end before this one: the next to try is the first after it.
func (w *wallClock) skipClashes(all []claim, wanted stay) domain.Date {
	use, next := w.days(wanted.first, wanted.last), wanted.first
	for i := range all {
		if one, found := w.clash(&all[i], wanted, use, true); found {
			next = max(next, w.firstDayAfter(one.end))
		}
	}
	return next
}

// clash is the first or the last time of a claim that lies, or has a part, in a
// stay, which takes a span.
func (w *wallClock) clash(c *claim, wanted stay, use span, last bool) (best span, found bool) {
	consider := func(one span) {
		if !found || last && one.end > best.end || !last && one.start < best.start {
			best, found = one, true
		}
	}
	for i := range c.listed.slots {
		if one, ok := w.clashOf(&c.listed, i, wanted, use, last); ok {
			consider(one)
		}
	}
	if c.rest.first <= wanted.last && wanted.first <= c.rest.last {
		if one := w.days(c.rest.first, c.rest.last); one.meets(use) {
			consider(one)
		}
	}
	return best, found
}

// clashOf looks for that of one slot, from the end in question, a month first
// and then twice as far each time: mostly it is near.
func (w *wallClock) clashOf(h *holding, slot int, wanted stay, use span, last bool) (span, bool) {
	p := &h.slots[slot]
	from, until := max(wanted.first-1, h.from), min(wanted.last, h.until)
	for days := domain.Date(31); from <= until; days *= 2 {
		part := stay{from, min(until, from+days-1)}
		if last {
			part = stay{max(from, until-days+1), until}
			until = part.first - 1
		} else {
			from = part.last + 1
		}
		times := w.occurrences(nil, p, p.days(part.first, part.last))
		if last {
			slices.Reverse(times)
		}
		for _, one := range times {
			if one.meets(use) {
				return one, true
			}
		}
	}
	return span{}, false
}
