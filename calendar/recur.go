package calendar

import (
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

// recurrence is a rule whose INTERVAL counts from the period (day, week, month
// or year) of anchor.
type recurrence struct {
	freq     rrule.Frequency
	interval int
	wkst     int // 0 is Monday
	weekdays []rrule.Weekday
	// all of the rule, when it has more parts than these and is left to the
	// library.
	all    *rrule.ROption
	anchor domain.Date

	prepared   bool // what follows is there for fallsOn
	weekdaySet weekdaySet
	listed     []domain.Date // the days of a rule left to the library
}

func recurrenceOf(o rrule.ROption) recurrence {
	r := recurrence{freq: o.Freq, interval: o.Interval, wkst: o.Wkst.Day(), weekdays: o.Byweekday}
	if !isPlain(&o) {
		all := o
		r.all = &all
	}
	return r
}

// days lists the days from first to last on which the rule falls.
func (r *recurrence) days(first, last domain.Date) []domain.Date {
	first, last = max(first, firstDay), min(last, lastDay)
	if first > last {
		return nil
	}
	p := r.periodOf(first)
	p -= floorMod(p-r.periodOf(r.anchor), r.interval)
	if r.all == nil {
		return r.plainDays(p, first, last)
	}
	return r.libraryDays(r.periodStart(p), first, last)
}

// prepare lets fallsOn answer for the days from first to last.
func (r *recurrence) prepare(first, last domain.Date) {
	switch {
	case r.prepared:
	case r.all == nil:
		r.weekdaySet = weekdaysOf(r.weekdays)
	default:
		r.listed = r.days(first, last)
	}
	r.prepared = true
}

// fallsOn tells whether the rule falls on a day.
func (r *recurrence) fallsOn(day domain.Date) bool {
	if r.all == nil {
		return r.weekdaySet.has(day) && r.plainlyFallsOn(day)
	}
	_, found := slices.BinarySearch(r.listed, day)
	return found
}

// libraryDays lists the days of any rule, from the start of a period.
//
// The library is asked about days only, in UTC: it has known bugs with summer
// time (its issue 63). It starts at the beginning of a period near first, so
// that a distant anchor costs nothing and BYSETPOS counts in whole periods (the
// library cuts the first one). Week numbers are left to the standard library:
// this one gives the first days of some Januaries to the wrong week.
func (r *recurrence) libraryDays(start, first, last domain.Date) []domain.Date {
	o := *r.all
	o.Interval = r.interval
	shift := shiftToTheEnd(start.Time().Year()-1, last.Time().Year()+1)
	o.Dtstart = start.AddDays(shift).Time()
	o.Until = last.AddDays(shift).Time()
	weeks := o.Byweekno
	o.Byweekno = nil
	rule, err := rrule.NewRRule(o)
	if err != nil {
		return nil // parse refuses all that NewRRule does
	}
	var found []domain.Date
	next := rule.Iterator()
	for t, ok := next(); ok; t, ok = next() {
		if weeks != nil {
			if _, week := t.ISOWeek(); !slices.Contains(weeks, week) {
				continue
			}
		}
		if day := domain.Date(t.Unix()/secondsADay - int64(shift)); day >= first {
			found = append(found, day)
		}
	}
	return found
}

// The days that this package looks at: all of the domain's, and far from the
// library's last year.
var (
	firstDay = domain.NewDate(1, time.January, 1)
	lastDay  = domain.NewDate(9000, time.December, 31)
)

// shiftToTheEnd is by how many days to move the calendar of some years so that
// they end as near as possible to the library's last year, with the same
// weekdays and leap years.
//
// The library looks for the next occurrence until the year 9999, whatever UNTIL
// says: some 100 ms for 30 February. Asked about the end of its time it gives
// up within 28 years, after which the calendar repeats, or 400 around a year
// like 2100.
func shiftToTheEnd(first, last int) int {
	for by := rrule.MAXYEAR - last; ; by-- {
		if sameCalendar(first, last, by) {
			return daysBefore(first+by) - daysBefore(first)
		}
	}
}

func sameCalendar(first, last, by int) bool {
	if (daysBefore(first+by)-daysBefore(first))%7 != 0 {
		return false
	}
	for y := first; y <= last; y++ {
		if leap(y) != leap(y+by) {
			return false
		}
	}
	return true
}

// daysBefore counts the days from the year 1 to a year.
func daysBefore(year int) int {
	y := year - 1
	return y*365 + floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400)
}

func leap(year int) bool { return daysBefore(year+1)-daysBefore(year) == 366 }

// periodOf numbers the day, week, month or year in which a day lies.
func (r *recurrence) periodOf(day domain.Date) int {
	switch r.freq {
	case rrule.DAILY:
		return int(day)
	case rrule.WEEKLY:
		return floorDiv(int(day)-r.weekOffset(), 7)
	case rrule.MONTHLY:
		year, month, _ := day.Time().Date()
		return year*12 + int(month) - 1
	default:
		return day.Time().Year()
	}
}

// periodStart is the first day of a period.
func (r *recurrence) periodStart(p int) domain.Date {
	switch r.freq {
	case rrule.DAILY:
		return domain.Date(p)
	case rrule.WEEKLY:
		return domain.Date(p*7 + r.weekOffset())
	case rrule.MONTHLY:
		return domain.NewDate(floorDiv(p, 12), time.Month(floorMod(p, 12)+1), 1)
	default:
		return domain.NewDate(p, time.January, 1)
	}
}

// weekOffset is a day on which the rule's weeks begin: 5 January 1970, day 4,
// was a Monday.
func (r *recurrence) weekOffset() int { return 4 + r.wkst }

func floorMod(a, n int) int {
	if a %= n; a < 0 {
		a += n
	}
	return a
}

func floorDiv(a, n int) int { return (a - floorMod(a, n)) / n }
