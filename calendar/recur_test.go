package calendar

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

func TestRulesThatNeverFall(t *testing.T) {
	for _, rule := range []string{
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYMONTHDAY=31",
		"FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
		"FREQ=YEARLY;INTERVAL=52;BYMONTH=2;BYMONTHDAY=30",
	} {
		for _, from := range []string{"2026-09-01", "2095-09-01", "1800-01-01", "2200-12-31"} {
			first := date(t, from)
			if got := Expand(slot(rule, "12:00", 60), first, first.AddMonths(120), time.UTC); len(got) > 0 {
				t.Errorf("%s falls on %s", rule, write(got[0]))
			}
		}
	}
}

// The cost of such a rule is the years from the end of the window, moved, to
// the library's last.
func TestShiftToTheEnd(t *testing.T) {
	for first := 1750; first <= 2350; first++ {
		last := first + MostYears + 2
		shift := shiftToTheEnd(first, last)
		from := time.Date(first, time.January, 1, 0, 0, 0, 0, time.UTC)
		by := from.AddDate(0, 0, shift).Year() - first
		if left := rrule.MAXYEAR - (last + by); left < 0 || left >= 400 || first > 1900 && last < 2100 && left >= 28 {
			t.Fatalf("%d–%d moves by %d years, %d years from the end", first, last, by, left)
		}
		for year := first; year <= last; year++ {
			for _, month := range []time.Month{time.January, time.March, time.December} {
				day := time.Date(year, month, 31, 0, 0, 0, 0, time.UTC)
				want := time.Date(year+by, month, 31, 0, 0, 0, 0, time.UTC)
				if moved := day.AddDate(0, 0, shift); moved != want || moved.Weekday() != day.Weekday() {
					t.Fatalf("%s moves to %s", day, moved)
				}
			}
		}
	}
}

// The ISO weeks, by which people speak of odd and even weeks, at every turn of
// the year, where the library is wrong.
func TestWeekNumbers(t *testing.T) {
	for first := 2000; first < 2050; first += MostYears {
		from := domain.NewDate(first, time.January, 1)
		until := domain.NewDate(first+MostYears-1, time.December, 31)
		for _, week := range []int{1, 2, 26, 51, 52, 53} {
			var want []domain.Date
			for d := from; d <= until; d++ {
				if _, w := d.Time().ISOWeek(); w == week {
					want = append(want, d)
				}
			}
			var got []domain.Date
			for _, one := range Expand(slot(fmt.Sprintf("FREQ=YEARLY;BYWEEKNO=%d;BYDAY=MO,TU,WE,TH,FR,SA,SU", week), "12:00", 60), from, until, time.UTC) {
				got = append(got, domain.DateOf(one.Start))
			}
			if !slices.Equal(got, want) {
				t.Errorf("week %d from %d: %d days, want %d", week, first, len(got), len(want))
			}
		}
	}
}
