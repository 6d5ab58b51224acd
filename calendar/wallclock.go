package calendar

import (
	"time"

	"github.com/palier-hub/palier/domain"
)

const (
	secondsADay = 24 * 60 * 60
	minutesADay = 24 * 60
	// widest is more than any clock ever differed from UTC, in seconds.
	widest = 26 * 60 * 60
	// No place changes its clock and back within this and twice the widest:
	// the shortest known time, Ramadan in Morocco and Egypt, is 29 days.
	lookAhead = 20 * secondsADay
)

// wallClock turns the times that a clock on the wall shows into instants.
//
// Later on the wall is never earlier in time: a time that summer time skips is
// the instant of the change, a time shown twice is the first of the two (as RFC
// 5545 has it, section 3.3.5). So slots that are apart on the wall stay apart
// in time, and a slot within opening hours stays within them. RFC 5545 would
// move a skipped 02:30 to 03:30, on top of whoever has the room from 03:00, and
// time.Date moves it forward or back depending on the zone.
//
// It asks for offsets only: the ends of time.Time.ZoneBounds can be wrong in
// the last days of leap years (Go issue 81583).
type wallClock struct {
	loc *time.Location
	// Between these instants the offset is known: looking one up is slow from
	// the embedded time zones, and ascending questions stay near.
	from, to, offset int64
}

// newWallClock is a clock in a place; in UTC where none is known.
func newWallClock(loc *time.Location) *wallClock {
	if loc == nil {
		loc = time.UTC
	}
	return &wallClock{loc: loc}
}

// at is the instant at which the clock first shows, or skips, so many minutes
// after midnight of a day; 1440 and more are on the days that follow.
func (w *wallClock) at(day domain.Date, minutes int) time.Time {
	return time.Unix(w.instant(int64(day)*secondsADay+int64(minutes)*60), 0).In(w.loc)
}

// instant takes the wall's seconds since 1970, as if it showed UTC.
func (w *wallClock) instant(wall int64) int64 {
	earliest, latest := wall-widest, wall+widest
	if w.from <= earliest && latest <= w.to {
		return wall - w.offset
	}
	before, after := w.offsetAt(earliest), w.offsetAt(latest)
	if before == after {
		if w.offsetAt(latest+lookAhead) == before {
			w.from, w.to, w.offset = earliest, latest+lookAhead, before
		}
		return wall - before
	}
	for latest-earliest > 1 {
		if middle := (earliest + latest) / 2; w.offsetAt(middle) == before {
			earliest = middle
		} else {
			latest = middle
		}
	}
	change := latest
	if utc := wall - before; utc < change {
		return utc
	}
	return max(wall-after, change)
}

func (w *wallClock) offsetAt(instant int64) int64 {
	_, offset := time.Unix(instant, 0).In(w.loc).Zone()
	return int64(offset)
}

// days is the span from the first instant of a day to the last of another.
func (w *wallClock) days(first, last domain.Date) Interval {
	return Interval{Start: w.at(first, 0), End: w.at(last, minutesADay)}
}
