package calendar

import (
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
)

// Any text and any numbers: no panic, an end, and occurrences within bounds. A
// rule that is refused has none.
func FuzzExpand(f *testing.F) {
	for _, rule := range []string{
		"FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "FREQ=MONTHLY;BYDAY=-1FR,5MO", "FREQ=MONTHLY;BYDAY=53MO",
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=SU;WKST=WE", "FREQ=YEARLY;BYYEARDAY=366,-366",
		"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-2,366", "FREQ=YEARLY;BYDAY=-53MO", "FREQ=DAILY;INTERVAL=0", "FREQ=HOURLY;BYEASTER=-2",
	} {
		f.Add(rule, int16(1020), 180, int32(20_000), int32(400), int32(20_100), true)
	}
	f.Fuzz(func(t *testing.T, rule string, start int16, minutes int, from, length, own int32, bounded bool) {
		s := domain.RecurringSlot{Rule: rule, Start: domain.TimeOfDay(start), DurationMinutes: minutes}
		if bounded {
			first := domain.Date(own)
			s.From = &first
		}
		first := domain.Date(from)
		until := domain.Date(min(max(int64(from)+int64(length), -1<<31), 1<<31-1))
		all := Expand(s, first, until, zone(t, "Europe/Paris"))
		if Check(s) != nil && len(all) > 0 {
			t.Fatalf("%q is refused and falls on %s", rule, write(all[0]))
		}
		if len(all) > MostYears*366 {
			t.Fatalf("%q falls %d times", rule, len(all))
		}
		for i, one := range all {
			if !one.Start.Before(one.End) || one.End.Sub(one.Start) > 26*time.Hour || i > 0 && one.Start.Before(all[i-1].End) {
				t.Fatalf("%q falls on %s", rule, write(one))
			}
		}
	})
}
