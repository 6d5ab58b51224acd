package calendar

import (
	"math"
	"time"

	"github.com/palier-hub/palier/domain"
)

const (
	secondsADay = 24 * 60 * 60
	minutesADay = 24 * 60
	// widest is more than any clock ever differed from UTC, in seconds.
	widest = 26 * 60 * 60
	// endless is later than any instant asked for, and far from overflowing.
	endless = math.MaxInt64 / 2
)

// wallClock turns the times that a clock on the wall shows into instants, in
// seconds since 1970.
//
// Later on the wall is never earlier in time: a time that summer time skips is
// the instant of the change, a time shown twice is the first of the two (as RFC
// 5545 has it, section 3.3.5). So slots that are apart on the wall stay apart
// in time, and a slot within opening hours stays within them. RFC 5545 would
// move a skipped 02:30 to 03:30, on top of whoever has the room from 03:00, and
// time.Date moves it forward or back depending on the zone.
type wallClock struct {
	loc *time.Location
	// From one time to another on the wall, one offset answers: looking it up
	// in the time zone is slow, and questions stay near.
	from, to, offset int64
	// eras follow each other. They are found as they are asked for.
	eras []era
}

// era is a time between two changes of the clock.
type era struct {
	start, end int64 // instants
	offset     int64 // what the clock shows is the instant plus this
}

const (
	// lookBehind is by how much a question may be earlier than the first one,
	// lookAhead later than the last, for the eras known to be kept.
	lookBehind = 40 * secondsADay
	lookAhead  = 2 * 366 * secondsADay
)

// newWallClock is a clock in a place; in UTC where none is known.
func newWallClock(loc *time.Location) *wallClock {
	if loc == nil {
		loc = time.UTC
	}
	return &wallClock{loc: loc}
}

// instant is the one at which the clock first shows, or skips, so many minutes
// after midnight of a day; 1440 and more are on the days that follow.
func (w *wallClock) instant(day domain.Date, minutes int) int64 {
	wall := int64(day)*secondsADay + int64(minutes)*60
	if w.from <= wall && wall < w.to {
		return wall - w.offset
	}
	return w.lookUp(wall)
}

// lookUp is the instant for the wall's seconds since 1970, as if it showed UTC:
// it lies in the first era that ends with a later time on the wall.
func (w *wallClock) lookUp(wall int64) int64 {
	n := len(w.eras)
	if n == 0 || wall < w.eras[0].start+widest || wall > w.eras[n-1].end+lookAhead {
		w.eras = append(w.eras[:0], w.eraFrom(wall-widest-lookBehind))
	}
	for wall >= w.eras[len(w.eras)-1].lastShown() {
		w.lengthen()
	}
	at, shown := 0, int64(math.MinInt64)
	for wall >= w.eras[at].lastShown() {
		shown = w.eras[at].lastShown()
		at++
	}
	e := w.eras[at]
	w.from, w.to, w.offset = max(shown, e.start+e.offset), e.lastShown(), e.offset
	if at == 0 {
		w.from = e.start + widest // what came before isn't known
	}
	return max(wall-e.offset, e.start)
}

// lastShown is the time on the wall that ends the era.
func (e era) lastShown() int64 { return e.end + e.offset }

// lengthen adds what follows the last era.
func (w *wallClock) lengthen() {
	last := &w.eras[len(w.eras)-1]
	if next := w.eraFrom(last.end); next.offset == last.offset {
		last.end = next.end
	} else {
		w.eras = append(w.eras, next)
	}
}

// eraFrom is the era, or a first part of it, that begins at an instant or lasts
// at it.
func (w *wallClock) eraFrom(instant int64) era {
	t := time.Unix(instant, 0).In(w.loc)
	_, offset := t.Zone()
	e := era{start: instant, end: endless, offset: int64(offset)}
	if _, end := t.ZoneBounds(); !end.IsZero() {
		e.end = end.Unix()
	}
	if e.end <= instant {
		// On the last day of a leap year, UTC, the end can be that day's
		// beginning (Go issue 81583). Nothing changes before the year does.
		e.end = int64(floorDiv(int(instant), secondsADay)+1) * secondsADay
	}
	return e
}

// days is the span from the first instant of a day to the last of another.
func (w *wallClock) days(first, last domain.Date) span {
	return span{w.instant(first, 0), w.instant(last+1, 0)}
}

// firstDayAfter is the first whole day that begins at an instant or later.
func (w *wallClock) firstDayAfter(instant int64) domain.Date {
	day := domain.DateOf(time.Unix(instant, 0).In(w.loc))
	if w.instant(day, 0) < instant {
		day++
	}
	return day
}

// intervals are the spans as the wall of the place shows them.
func (w *wallClock) intervals(all []span) []Interval {
	shown := make([]Interval, len(all))
	for i, one := range all {
		shown[i].Start, shown[i].End = one.in(w.loc)
	}
	return shown
}
