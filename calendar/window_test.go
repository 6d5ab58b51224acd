package calendar

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestFirstFreeWindow(t *testing.T) {
	days := func(n int) func(domain.Date) domain.Date {
		return func(start domain.Date) domain.Date { return start.AddDays(n - 1) }
	}
	months := func(n int) func(domain.Date) domain.Date {
		return func(start domain.Date) domain.Date { return start.AddMonths(n) - 1 }
	}
	years := func(n int) func(domain.Date) domain.Date { return months(12 * n) }
	ending := slot("FREQ=WEEKLY;BYDAY=WE", "18:00", 120)
	ending.Until = day(t, "2030-06-01")
	between := func(from, until string) domain.Commitment {
		return domain.Commitment{From: day(t, from), Until: day(t, until)}
	}
	recurring := func(rule, start string, minutes int) domain.Commitment {
		return domain.Commitment{Slots: []domain.RecurringSlot{slot(rule, start, minutes)}}
	}
	for _, c := range []struct {
		name          string
		taken         []domain.Commitment
		latest, until string
		end           func(domain.Date) domain.Date
		start         string // empty: none
		blockedBy     int
	}{
		{"nothing in the way", nil, "", "", months(18), "2026-09-01", -1},
		{"after a convention", []domain.Commitment{between("2024-01-01", "2027-03-31")}, "", "", months(18), "2027-04-01", 0},
		{"before a reservation", []domain.Commitment{between("2028-03-01", "2028-06-30")}, "", "", months(18), "2026-09-01", -1},
		{"a month too long for the gap", []domain.Commitment{between("2028-03-01", "2028-06-30")}, "", "", months(19), "2028-07-01", 0},
		{"a gap between two", []domain.Commitment{between("2027-01-01", "2027-02-28"), between("2026-01-01", "2026-09-30")}, "", "", months(3), "2026-10-01", 1},
		{"no gap is wide enough", []domain.Commitment{between("2027-01-01", "2027-02-28"), between("2026-01-01", "2026-09-30")}, "", "", months(4), "2027-03-01", 1},
		{"too late to start", []domain.Commitment{between("2024-01-01", "2027-03-31")}, "2027-03-31", "", months(18), "", 0},
		{"on the last day to start", []domain.Commitment{between("2024-01-01", "2027-03-31")}, "2027-04-01", "", months(18), "2027-04-01", 0},
		{"until the very last day", nil, "", "2028-02-29", months(18), "2026-09-01", -1},
		{"a day beyond", nil, "", "2028-02-28", months(18), "", -1},
		{"for ever taken", []domain.Commitment{{From: day(t, "2026-12-01")}}, "", "", months(18), "", 0},
		{"free until then", []domain.Commitment{{From: day(t, "2028-03-01")}}, "", "", months(18), "2026-09-01", -1},
		{"for longer than ten years", []domain.Commitment{between("2060-01-01", "2060-12-31")}, "", "", months(12 * 18), "2026-09-01", -1},
		{"and not", []domain.Commitment{between("2040-01-01", "2040-12-31")}, "", "", months(12 * 18), "", 0},
		{"between weekly meetings", []domain.Commitment{recurring("FREQ=WEEKLY;BYDAY=WE", "18:00", 120)}, "", "", days(6), "2026-09-03", 0},
		{"not between weekly meetings", []domain.Commitment{recurring("FREQ=WEEKLY;BYDAY=WE", "18:00", 120)}, "", "", days(7), "", 0},
		{"a meeting past midnight takes the next day too", []domain.Commitment{recurring("FREQ=WEEKLY;BYDAY=MO", "22:00", 180)}, "", "", days(5), "2026-09-02", 0},
		{"a meeting until midnight doesn't", []domain.Commitment{recurring("FREQ=WEEKLY;BYDAY=MO", "22:00", 120)}, "", "", days(6), "2026-09-01", -1},
		{"after the meetings have ended",
			[]domain.Commitment{{Until: day(t, "2026-12-16"), Slots: []domain.RecurringSlot{slot("FREQ=WEEKLY;BYDAY=WE", "18:00", 120)}}},
			"", "", months(12), "2026-12-17", 0},
		{"meetings for ten years, then all the time", []domain.Commitment{recurring("FREQ=WEEKLY;BYDAY=WE", "18:00", 120)}, "", "", years(12), "", 0},
		{"a rule that only the library knows", []domain.Commitment{recurring("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=21", "18:00", 300)}, "", "", months(11), "2027-06-22", 0},
		{"the last of two in the way", []domain.Commitment{recurring("FREQ=MONTHLY;BYDAY=1SA", "09:00", 60), between("2026-09-10", "2026-10-15")}, "", "", days(14), "2026-10-16", 0},
		{"a slot that ends before", []domain.Commitment{{Slots: []domain.RecurringSlot{ending}}}, "", "", years(5), "2030-05-30", 0},
		{"the end is held to the start", nil, "", "", days(-5), "2026-09-01", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var latest, until *domain.Date
			if c.latest != "" {
				latest = day(t, c.latest)
			}
			if c.until != "" {
				until = day(t, c.until)
			}
			start, ok, by := FirstFreeWindow(c.taken, date(t, "2026-09-01"), latest, until, c.end, zone(t, "Europe/Paris"))
			if ok != (c.start != "") || ok && start != date(t, c.start) || by != c.blockedBy {
				t.Errorf("%s %t, blocked by %d; want %q, blocked by %d", start, ok, by, c.start, c.blockedBy)
			}
		})
	}
}
