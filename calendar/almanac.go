package calendar

import (
	"math/bits"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

// almanac finds the days of rules that aren't plain in a dayspan, a bit each: at a
// small part of what the library takes, which lists them one by one. A test compares
// the two.
type almanac struct {
	// dayspan is a year longer on both sides, so that BYSETPOS counts in whole periods.
	dayspan
	years, months []domain.Date // on which they begin
	byMonth       [13]dayset
	byMonthday    [32]dayset // 0 for none; then those counted from the end
	fromMonthEnd  [32]dayset
	weeks         []uint8 // ISO numbers, of the weeks from monday on
	monday        domain.Date
}

// aYear is more than one, in words.
const aYear = 6

func newAlmanac(of dayspan) *almanac {
	a := &almanac{dayspan: dayspan{of.start - 64*aYear, of.words + 2*aYear}}
	end := a.start.AddDays(64 * a.words)
	for _, sets := range []*[32]dayset{&a.byMonthday, &a.fromMonthEnd} {
		for i := range sets {
			sets[i] = make(dayset, a.words)
		}
	}
	for i := range a.byMonth {
		a.byMonth[i] = make(dayset, a.words)
	}
	for year := a.start.Time().Year(); domain.NewDate(year, 1, 1) < end; year++ {
		a.years = append(a.years, domain.NewDate(year, 1, 1))
	}
	a.years = append(a.years, a.years[len(a.years)-1].AddMonths(12))
	for month := a.years[0]; month <= a.years[len(a.years)-1]; month = month.AddMonths(1) {
		a.months = append(a.months, month)
	}
	for i, first := range a.months[:len(a.months)-1] {
		for day := first; day < a.months[i+1]; day++ {
			a.put(a.byMonth[i%12+1], day)
			a.put(a.byMonthday[day-first+1], day)
			a.put(a.fromMonthEnd[a.months[i+1]-day], day)
		}
	}
	a.monday = domain.Date(floorDiv(int(a.start)-4, 7)*7 + 4)
	for monday := a.monday; monday < end; monday += 7 {
		_, week := monday.Time().ISOWeek()
		a.weeks = append(a.weeks, uint8(week))
	}
	return a
}

// put takes a day into a set, unless it is out of the span.
func (a *almanac) put(into dayset, day domain.Date) {
	if n := int(day - a.start); n >= 0 && n < 64*len(into) {
		into[n/64] |= 1 << (n % 64)
	}
}

func (s dayset) and(other dayset) {
	for i := range s {
		s[i] &= other[i]
	}
}

func (s dayset) or(other dayset) {
	for i := range s {
		s[i] |= other[i]
	}
}

// days are those of a rule, in the span that the almanac is of.
func (a *almanac) days(r *recurrence) dayset {
	days, one := make(dayset, a.words), make(dayset, a.words)
	for i := range days {
		days[i] = ^uint64(0)
	}
	// only keeps the days of a part of the rule, which are noted one after another.
	only := func(stated bool, note func()) {
		if stated {
			clear(one)
			note()
			days.and(one)
		}
	}
	o := r.all
	only(len(o.Bymonth) > 0, func() {
		for _, month := range o.Bymonth {
			one.or(a.byMonth[month])
		}
	})
	only(len(o.Bymonthday) > 0, func() {
		for _, n := range o.Bymonthday {
			if n > 0 {
				one.or(a.byMonthday[n])
			} else {
				one.or(a.fromMonthEnd[-n])
			}
		}
	})
	only(len(o.Byyearday) > 0, func() {
		for i, first := range a.years[:len(a.years)-1] {
			for _, n := range o.Byyearday {
				if day := first.AddDays(n - 1); n > 0 && day < a.years[i+1] {
					a.put(one, day)
				}
				if day := a.years[i+1].AddDays(n); n < 0 && day >= first {
					a.put(one, day)
				}
			}
		}
	})
	only(len(o.Byweekno) > 0, func() {
		for i, week := range a.weeks {
			for day := range domain.Date(7) {
				if slices.Contains(o.Byweekno, int(week)) {
					a.put(one, a.monday+domain.Date(7*i)+day)
				}
			}
		}
	})
	only(len(o.Byweekday) > 0, func() { a.noteWeekdays(one, o) })
	only(r.interval > 1, func() {
		end := a.start.AddDays(64 * a.words)
		for p := r.periodOf(a.start); r.periodStart(p) < end; p++ {
			if floorMod(p-r.periodOf(r.anchor), r.interval) == 0 {
				for day := r.periodStart(p); day < r.periodStart(p+1); day++ {
					a.put(one, day)
				}
			}
		}
	})
	if len(o.Bysetpos) > 0 {
		a.pick(days, r)
	}
	return days[aYear : len(days)-aYear]
}

// noteWeekdays takes the weekdays of BYDAY: all, or by their number in a month or year.
func (a *almanac) noteWeekdays(into dayset, o *rrule.ROption) {
	periods := a.years
	if o.Freq == rrule.MONTHLY || len(o.Bymonth) > 0 {
		periods = a.months
	}
	for i := range o.Byweekday {
		w := &o.Byweekday[i]
		n := w.N()
		if n == 0 {
			for word := range into {
				into[word] |= weekdaySet(1 << number(w)).from(a.start.AddDays(64 * word))
			}
			continue
		}
		for j, first := range periods[:len(periods)-1] {
			next := periods[j+1]
			day := first.AddDays(floorMod(number(w)-int(first), 7) + 7*(n-1))
			if n < 0 {
				day = next.AddDays(-1 - floorMod(int(next)-1-number(w), 7) + 7*(n+1))
			}
			if first <= day && day < next {
				a.put(into, day)
			}
		}
	}
}

// pick leaves of each whole period the days of BYSETPOS.
func (a *almanac) pick(days dayset, r *recurrence) {
	all := slices.Clone(days)
	clear(days)
	var in []domain.Date
	word, left := 0, all[0]
	for p := r.periodOf(a.start); ; p++ {
		next := r.periodStart(p + 1)
		in = in[:0]
		for {
			for left == 0 && word+1 < len(all) {
				word++
				left = all[word]
			}
			day := a.start.AddDays(64*word + bits.TrailingZeros64(left))
			if left == 0 || day >= next {
				break
			}
			in = append(in, day)
			left &= left - 1
		}
		for _, pos := range r.all.Bysetpos {
			if pos < 0 {
				pos += len(in) + 1
			}
			if 0 < pos && pos <= len(in) {
				a.put(days, in[pos-1])
			}
		}
		if left == 0 {
			return
		}
	}
}
