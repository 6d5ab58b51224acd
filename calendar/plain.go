package calendar

import (
	"math/bits"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

// Nearly all rules that people write are of days, weeks or months of weekdays.
// Their days are counted here, some fifty times as fast as by the library,
// which a test compares with them.

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
func plainDays(o *rrule.ROption, period int, first, last domain.Date) (found []domain.Date) {
	var on uint32
	for ; ; period += o.Interval {
		start := periodStart(o, period)
		if start > last {
			return found
		}
		length := int(periodStart(o, period+1) - start)
		if o.Freq != rrule.WEEKLY || found == nil { // all weeks are alike
			on = plainDaysOf(o, start, length)
		}
		if found == nil {
			periods := int(last-start)/(length*o.Interval) + 1
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

// plainDaysOf are those of one period, a bit each from its first day.
func plainDaysOf(o *rrule.ROption, start domain.Date, length int) (on uint32) {
	if len(o.Byweekday) == 0 {
		return 1 // DAILY
	}
	for i := range o.Byweekday {
		w := &o.Byweekday[i]
		// The first of these weekdays; 1 January 1970 was a Thursday.
		at := floorMod(w.Day()-rrule.TH.Day()-int(start), 7)
		switch n := w.N(); {
		case n == 0:
			for ; at < length; at += 7 {
				on |= 1 << at
			}
			continue
		case n > 0:
			at += (n - 1) * 7
		default:
			at += (length - 1 - at) / 7 * 7 // the last
			at += (n + 1) * 7
		}
		if 0 <= at && at < length {
			on |= 1 << at
		}
	}
	return on
}
