package calendar

import (
	"math/bits"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

// Nearly all rules that people write are of days, weeks or months of weekdays.
// Their days are counted here, at a fraction of the library's cost; a test
// compares the two.

// isPlain tells whether a rule has nothing but FREQ, INTERVAL, WKST and BYDAY;
// a month has to name its weekdays.
func isPlain(o *rrule.ROption) bool {
	if len(o.Bymonth)+len(o.Bymonthday)+len(o.Byyearday)+len(o.Byweekno)+len(o.Bysetpos) > 0 {
		return false
	}
	return o.Freq == rrule.DAILY || o.Freq == rrule.WEEKLY || o.Freq == rrule.MONTHLY && len(o.Byweekday) > 0
}

// plainDays lists the days of a plain rule from first to last, INTERVAL counting
// from a period that is not after first's.
func (r *recurrence) plainDays(period int, first, last domain.Date) (found []domain.Date) {
	var on uint32
	for ; ; period += r.interval {
		start := r.periodStart(period)
		if start > last {
			return found
		}
		if found == nil || r.freq != rrule.WEEKLY { // all weeks are alike
			on = r.daysIn(period)
		}
		if found == nil {
			length := int(r.periodStart(period+1) - start)
			periods := int(last-start)/(length*r.interval) + 1
			found = make([]domain.Date, 0, periods*max(1, bits.OnesCount32(on)))
		}
		for left := on; left != 0; left &= left - 1 {
			day := start.AddDays(bits.TrailingZeros32(left))
			if day > last {
				return found
			}
			if day >= first {
				found = append(found, day)
			}
		}
	}
}

// plainlyFallsOn tells of a day whether a plain rule falls on it, if it is one
// of the rule's weekdays.
func (r *recurrence) plainlyFallsOn(day domain.Date) bool {
	p := r.periodOf(day)
	if r.interval > 1 && floorMod(p-r.periodOf(r.anchor), r.interval) != 0 {
		return false
	}
	return r.freq != rrule.MONTHLY || r.daysIn(p)>>(day-r.periodStart(p))&1 != 0
}

// daysIn are the days of a plain rule in one period, a bit each from its first.
func (r *recurrence) daysIn(period int) (on uint32) {
	if len(r.weekdays) == 0 {
		return 1 // DAILY
	}
	start := r.periodStart(period)
	length := int(r.periodStart(period+1) - start)
	for i := range r.weekdays {
		w := &r.weekdays[i]
		at := floorMod(number(w)-int(start), 7) // the first of these weekdays
		switch n := w.N(); {
		case n == 0:
			for ; at < length; at += 7 {
				on |= 1 << at
			}
			continue
		case n > 0:
			at += (n - 1) * 7
		default:
			last := at + (length-1-at)/7*7
			at = last + (n+1)*7
		}
		if 0 <= at && at < length {
			on |= 1 << at
		}
	}
	return on
}

// number is the first day since 1 January 1970, a Thursday, of a weekday.
func number(w *rrule.Weekday) int { return floorMod(w.Day()-rrule.TH.Day(), 7) }

// weekdaySet has a bit for each weekday, by its number.
type weekdaySet uint8

// weekdaysOf are those that BYDAY names, all when it names none.
func weekdaysOf(all []rrule.Weekday) (set weekdaySet) {
	for i := range all {
		set |= 1 << number(&all[i])
	}
	if set == 0 {
		return 1<<7 - 1
	}
	return set
}

// moved are the weekdays so many days later.
func (s weekdaySet) moved(by int) weekdaySet {
	by = floorMod(by, 7)
	return (s<<by | s>>(7-by)) & (1<<7 - 1)
}

// from are the days, a bit each, that fall on the weekdays from a day on.
func (s weekdaySet) from(day domain.Date) (on uint64) {
	week := uint64(s.moved(-floorMod(int(day), 7)))
	for shift := 0; shift < 64; shift += 7 {
		on |= week << shift
	}
	return on
}

func (s weekdaySet) has(day domain.Date) bool { return s>>floorMod(int(day), 7)&1 != 0 }
