package calendar

import (
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
	// No use that is tried goes beyond the horizon: slots are listed up to it.
	soonest := max(earliest, end(earliest))
	horizon := lastDay
	if latest != nil {
		last = min(last, *latest)
		horizon = max(soonest, last, end(last))
	}
	if until != nil {
		horizon = min(horizon, max(soonest, *until))
	}
	w := newWallClock(loc)
	wanted := []Interval{w.days(earliest, soonest)}
	var busy []Interval
	blockedBy = -1
	first := Interval{}
	for i, c := range taken {
		times := w.takenForGood(c, earliest, horizon)
		if clash, found := FirstOverlap(wanted, times); found && (blockedBy < 0 || clash.Start.Before(first.Start)) {
			blockedBy, first = i, clash
		}
		busy = append(busy, times...)
	}
	busy = union(busy)

	for start = earliest; start <= last; {
		finish := max(start, end(start))
		if until != nil && finish > *until {
			break
		}
		use := w.days(start, finish)
		for len(busy) > 0 && !busy[0].End.After(use.Start) {
			busy = busy[1:]
		}
		if len(busy) == 0 || !busy[0].Start.Before(use.End) {
			return start, true, blockedBy
		}
		// The first whole day after what stands in the way.
		start = domain.DateOf(busy[0].End)
		if w.at(start, 0).Before(busy[0].End) {
			start++
		}
	}
	return 0, false, blockedBy
}

// takenForGood lists what a commitment takes from a day to another, however far.
func (w *wallClock) takenForGood(c domain.Commitment, from, until domain.Date) []Interval {
	if len(c.Slots) == 0 {
		return w.taken(c, from, until)
	}
	if c.From != nil {
		from = max(from, *c.From)
	}
	// A slot may reach over midnight: look at the day before.
	from, listed := window(from-1, until)
	times := w.taken(c, from, listed)
	rest := domain.Commitment{From: c.From, Until: c.Until}
	return append(times, w.taken(rest, listed+1, until)...)
}
