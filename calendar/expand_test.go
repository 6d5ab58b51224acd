package calendar

import (
	"slices"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestExpand(t *testing.T) {
	from := func(s domain.RecurringSlot, first string) domain.RecurringSlot { s.From = day(t, first); return s }
	until := func(s domain.RecurringSlot, last string) domain.RecurringSlot { s.Until = day(t, last); return s }
	for _, c := range []struct {
		name        string
		zone        string
		slot        domain.RecurringSlot
		from, until string
		want        []string
	}{
		{"every second Tuesday counts from the slot's first day", "Europe/Paris",
			from(slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "17:00", 180), "2026-09-01"), "2026-09-02", "2026-10-13", []string{
				"Tue 2026-09-15 17:00 +0200 to Tue 20:00 +0200",
				"Tue 2026-09-29 17:00 +0200 to Tue 20:00 +0200",
				"Tue 2026-10-13 17:00 +0200 to Tue 20:00 +0200"}},
		{"also from a day in the week that isn't a Tuesday", "Europe/Paris",
			from(slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "17:00", 180), "2026-09-03"), "2026-09-01", "2026-09-30", []string{
				"Tue 2026-09-15 17:00 +0200 to Tue 20:00 +0200",
				"Tue 2026-09-29 17:00 +0200 to Tue 20:00 +0200"}},
		{"the week's first day moves a Sunday to another week", "Europe/Paris",
			from(slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", "10:00", 60), "2026-09-02"), "2026-09-01", "2026-09-30", []string{
				"Sun 2026-09-13 10:00 +0200 to Sun 11:00 +0200",
				"Sun 2026-09-27 10:00 +0200 to Sun 11:00 +0200"}},
		{"the same, in weeks that begin on Monday", "Europe/Paris",
			from(slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "10:00", 60), "2026-09-02"), "2026-09-01", "2026-09-30", []string{
				"Sun 2026-09-06 10:00 +0200 to Sun 11:00 +0200",
				"Sun 2026-09-20 10:00 +0200 to Sun 11:00 +0200"}},
		{"first Saturday of the month", "Europe/Paris",
			slot("FREQ=MONTHLY;BYDAY=1SA", "09:00", 240), "2026-09-01", "2026-11-30", []string{
				"Sat 2026-09-05 09:00 +0200 to Sat 13:00 +0200",
				"Sat 2026-10-03 09:00 +0200 to Sat 13:00 +0200",
				"Sat 2026-11-07 09:00 +0100 to Sat 13:00 +0100"}},
		{"last Friday, both bounds included", "Europe/Paris",
			slot("FREQ=MONTHLY;BYDAY=-1FR", "18:30", 90), "2026-09-25", "2026-10-30", []string{
				"Fri 2026-09-25 18:30 +0200 to Fri 20:00 +0200",
				"Fri 2026-10-30 18:30 +0100 to Fri 20:00 +0100"}},
		{"a fifth Monday skips the months without", "Europe/Paris",
			slot("FREQ=MONTHLY;BYDAY=5MO", "08:00", 60), "2026-09-01", "2027-03-31", []string{
				"Mon 2026-11-30 08:00 +0100 to Mon 09:00 +0100",
				"Mon 2027-03-29 08:00 +0200 to Mon 09:00 +0200"}},
		{"last working day", "Europe/Paris",
			slot("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "08:00", 60), "2026-10-10", "2026-11-30", []string{
				"Fri 2026-10-30 08:00 +0100 to Fri 09:00 +0100",
				"Mon 2026-11-30 08:00 +0100 to Mon 09:00 +0100"}},
		{"positions count in whole weeks, even the first", "Europe/Paris",
			slot("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "08:00", 60), "2026-09-03", "2026-09-10", []string{
				"Wed 2026-09-09 08:00 +0200 to Wed 09:00 +0200"}},
		{"daily", "Europe/Paris",
			slot("FREQ=DAILY", "12:00", 60), "2026-12-31", "2027-01-01", []string{
				"Thu 2026-12-31 12:00 +0100 to Thu 13:00 +0100",
				"Fri 2027-01-01 12:00 +0100 to Fri 13:00 +0100"}},
		{"every third day from a distant start", "Europe/Paris",
			from(slot("FREQ=DAILY;INTERVAL=3", "12:00", 60), "2001-01-01"), "2026-09-01", "2026-09-05", []string{
				"Wed 2026-09-02 12:00 +0200 to Wed 13:00 +0200", // 9,375 days later
				"Sat 2026-09-05 12:00 +0200 to Sat 13:00 +0200"}},
		{"odd weeks of the year's beginning", "Europe/Paris",
			slot("FREQ=YEARLY;BYWEEKNO=1,3,53;BYDAY=TH", "12:00", 60), "2026-12-01", "2027-01-31", []string{
				"Thu 2026-12-31 12:00 +0100 to Thu 13:00 +0100",
				"Thu 2027-01-07 12:00 +0100 to Thu 13:00 +0100",
				"Thu 2027-01-21 12:00 +0100 to Thu 13:00 +0100"}},
		{"the slot's own bounds, included, inside the window's", "Europe/Paris",
			until(from(slot("FREQ=WEEKLY;BYDAY=TU", "17:00", 60), "2026-09-08"), "2026-09-15"), "2026-09-01", "2026-09-30", []string{
				"Tue 2026-09-08 17:00 +0200 to Tue 18:00 +0200",
				"Tue 2026-09-15 17:00 +0200 to Tue 18:00 +0200"}},
		{"the weekday comes from the slot's first day", "Europe/Paris",
			from(slot("FREQ=WEEKLY", "17:00", 60), "2026-09-03"), "2026-09-05", "2026-09-11", []string{
				"Thu 2026-09-10 17:00 +0200 to Thu 18:00 +0200"}},
		{"a 31st that comes from it, only where there is one", "Europe/Paris",
			from(slot("FREQ=MONTHLY", "17:00", 60), "2026-08-31"), "2026-09-01", "2026-11-30", []string{
				"Sat 2026-10-31 17:00 +0100 to Sat 18:00 +0100"}},
		{"29 February that comes from it", "Europe/Paris",
			from(slot("FREQ=YEARLY", "17:00", 60), "2024-02-29"), "2025-01-01", "2029-12-31", []string{
				"Tue 2028-02-29 17:00 +0100 to Tue 18:00 +0100"}},
		{"across midnight, it belongs to the day on which it begins", "Europe/Paris",
			slot("FREQ=WEEKLY;BYDAY=SA", "22:00", 240), "2026-09-05", "2026-09-05", []string{
				"Sat 2026-09-05 22:00 +0200 to Sun 02:00 +0200"}},
		{"the hour that is skipped is lost", "Europe/Paris",
			slot("FREQ=WEEKLY;BYDAY=SU", "02:00", 120), "2026-03-22", "2026-04-05", []string{
				"Sun 2026-03-22 02:00 +0100 to Sun 04:00 +0100",
				"Sun 2026-03-29 03:00 +0200 to Sun 04:00 +0200",
				"Sun 2026-04-05 02:00 +0200 to Sun 04:00 +0200"}},
		{"a slot within it doesn't take place", "Europe/Paris",
			slot("FREQ=WEEKLY;BYDAY=SU", "02:15", 45), "2026-03-22", "2026-04-05", []string{
				"Sun 2026-03-22 02:15 +0100 to Sun 03:00 +0100",
				"Sun 2026-04-05 02:15 +0200 to Sun 03:00 +0200"}},
		{"the hour that comes twice is gained", "Europe/Paris",
			slot("FREQ=WEEKLY;BYDAY=SU", "02:00", 120), "2026-10-25", "2026-10-25", []string{
				"Sun 2026-10-25 02:00 +0200 to Sun 04:00 +0100"}},
		{"an end shown twice is the first", "Europe/Paris",
			slot("FREQ=WEEKLY;BYDAY=SU", "01:00", 90), "2026-10-25", "2026-10-25", []string{
				"Sun 2026-10-25 01:00 +0200 to Sun 02:30 +0200"}},
		{"over the whole night of the change", "Europe/Paris",
			slot("FREQ=WEEKLY;BYDAY=SA", "20:00", 720), "2026-10-24", "2026-10-24", []string{
				"Sat 2026-10-24 20:00 +0200 to Sun 08:00 +0100"}},
		{"the same west of Greenwich, summer", "America/Miquelon",
			slot("FREQ=WEEKLY;BYDAY=SU", "02:00", 120), "2026-03-08", "2026-03-08", []string{
				"Sun 2026-03-08 03:00 -0200 to Sun 04:00 -0200"}},
		{"the same west of Greenwich, winter", "America/Miquelon",
			slot("FREQ=WEEKLY;BYDAY=SU", "01:00", 120), "2026-11-01", "2026-11-01", []string{
				"Sun 2026-11-01 01:00 -0200 to Sun 03:00 -0300"}},
		{"no summer time in Réunion", "Indian/Reunion",
			slot("FREQ=WEEKLY;BYDAY=SU", "02:00", 120), "2026-03-29", "2026-04-05", []string{
				"Sun 2026-03-29 02:00 +0400 to Sun 04:00 +0400",
				"Sun 2026-04-05 02:00 +0400 to Sun 04:00 +0400"}},
		{"nor in Martinique", "America/Martinique",
			slot("FREQ=MONTHLY;BYDAY=4SU", "02:00", 120), "2026-10-01", "2026-11-30", []string{
				"Sun 2026-10-25 02:00 -0400 to Sun 04:00 -0400",
				"Sun 2026-11-22 02:00 -0400 to Sun 04:00 -0400"}},
		{"around a year that is not leap", "Europe/Paris",
			slot("FREQ=MONTHLY;BYMONTHDAY=29", "12:00", 60), "2100-01-30", "2100-03-31", []string{
				"Mon 2100-03-29 12:00 +0200 to Mon 13:00 +0200"}},
		{"a window that ends before it begins", "Europe/Paris",
			slot("FREQ=DAILY", "12:00", 60), "2026-09-02", "2026-09-01", []string{}},
		{"a rule that is refused", "Europe/Paris",
			slot("FREQ=HOURLY", "12:00", 60), "2026-09-01", "2026-09-02", []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := written(Expand(c.slot, date(t, c.from), date(t, c.until), zone(t, c.zone)))
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
}

func TestExpandIsCutAtTenYears(t *testing.T) {
	all := Expand(slot("FREQ=DAILY", "12:00", 60), date(t, "2026-09-01"), date(t, "2080-01-01"), zone(t, "Europe/Paris"))
	if got := domain.DateOf(all[len(all)-1].Start); got != date(t, "2036-08-31") {
		t.Errorf("the last day is %s", got)
	}
}

// A place that is not known must not stop a match.
func TestExpandWithoutZoneIsInUTC(t *testing.T) {
	got := written(Expand(slot("FREQ=DAILY", "12:00", 60), date(t, "2026-09-01"), date(t, "2026-09-01"), nil))
	if want := []string{"Tue 2026-09-01 12:00 +0000 to Tue 13:00 +0000"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestTaken(t *testing.T) {
	biweekly := slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "17:00", 60)
	anchored := biweekly
	anchored.From = day(t, "2026-09-08")
	for _, c := range []struct {
		name       string
		commitment domain.Commitment
		want       []string
	}{
		{"no slots: all the time within the window", domain.Commitment{}, []string{
			"Tue 2026-09-01 00:00 +0200 to Thu 00:00 +0200"}},
		{"no slots: its own bounds", domain.Commitment{From: day(t, "2026-09-10"), Until: day(t, "2026-09-11")}, []string{
			"Thu 2026-09-10 00:00 +0200 to Sat 00:00 +0200"}},
		{"over before the window", domain.Commitment{Until: day(t, "2026-08-31")}, nil},
		{"interval without any start: every week", domain.Commitment{Slots: []domain.RecurringSlot{biweekly}}, []string{
			"Tue 2026-09-01 17:00 +0200 to Tue 18:00 +0200",
			"Tue 2026-09-08 17:00 +0200 to Tue 18:00 +0200",
			"Tue 2026-09-15 17:00 +0200 to Tue 18:00 +0200",
			"Tue 2026-09-22 17:00 +0200 to Tue 18:00 +0200",
			"Tue 2026-09-29 17:00 +0200 to Tue 18:00 +0200"}},
		{"interval from the commitment's start", domain.Commitment{From: day(t, "2026-08-05"), Slots: []domain.RecurringSlot{biweekly}}, []string{
			"Tue 2026-09-01 17:00 +0200 to Tue 18:00 +0200",
			"Tue 2026-09-15 17:00 +0200 to Tue 18:00 +0200",
			"Tue 2026-09-29 17:00 +0200 to Tue 18:00 +0200"}},
		{"interval from the slot's start, within the commitment's bounds",
			domain.Commitment{From: day(t, "2026-09-09"), Until: day(t, "2026-09-22"), Slots: []domain.RecurringSlot{anchored}}, []string{
				"Tue 2026-09-22 17:00 +0200 to Tue 18:00 +0200"}},
		{"slots that overlap or touch are one",
			domain.Commitment{Until: day(t, "2026-09-02"), Slots: []domain.RecurringSlot{
				slot("FREQ=DAILY", "10:00", 60), slot("FREQ=DAILY", "11:00", 60), slot("FREQ=DAILY", "09:30", 60)}}, []string{
				"Tue 2026-09-01 09:30 +0200 to Tue 12:00 +0200",
				"Wed 2026-09-02 09:30 +0200 to Wed 12:00 +0200"}},
		{"a rule that can't be read takes all the time",
			domain.Commitment{Until: day(t, "2026-09-02"), Slots: []domain.RecurringSlot{slot("FREQ=HOURLY", "10:00", 60)}}, []string{
				"Tue 2026-09-01 00:00 +0200 to Thu 00:00 +0200"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := written(Taken(c.commitment, date(t, "2026-09-01"), date(t, "2026-09-30"), zone(t, "Europe/Paris")))
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
}
