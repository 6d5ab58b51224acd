package calendar

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func TestFreeSlots(t *testing.T) {
	slots := func(all ...domain.RecurringSlot) []domain.RecurringSlot { return all }
	taken := func(all ...domain.RecurringSlot) domain.Commitment { return domain.Commitment{Slots: all} }
	from := func(s domain.RecurringSlot, first string) domain.RecurringSlot { s.From = day(t, first); return s }

	distribution := slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "17:00", 180)
	choir := from(slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "18:00", 120), "2026-09-01")
	homework := slot("FREQ=WEEKLY;BYDAY=MO,TU,TH,FR", "16:00", 60)

	for _, c := range []struct {
		name    string
		wanted  domain.RecurringSlot
		taken   []domain.Commitment
		opening []domain.RecurringSlot
		want    SlotAnswer
		clash   string
	}{
		{"an empty room", slot("FREQ=MONTHLY;BYDAY=1SA", "09:00", 240), nil, nil,
			SlotAnswer{Free: true, Occurrences: 3, TakenBy: -1}, ""},
		{"after another, on the same day", from(distribution, "2026-09-01"), []domain.Commitment{taken(homework)}, nil,
			SlotAnswer{Free: true, Occurrences: 7, TakenBy: -1}, ""},
		{"in the weeks of another", from(distribution, "2026-09-01"), []domain.Commitment{taken(homework), taken(choir)}, nil,
			SlotAnswer{Occurrences: 7, Blocked: 7, TakenBy: 1}, "Tue 2026-09-01 18:00 +0200 to Tue 20:00 +0200"},
		{"in the other weeks, so that they never meet", from(distribution, "2026-09-08"), []domain.Commitment{taken(choir)}, nil,
			SlotAnswer{Free: true, Occurrences: 6, TakenBy: -1}, ""},
		{"the place chooses the weeks: the other ones", distribution, []domain.Commitment{taken(choir)}, nil,
			SlotAnswer{Free: true, From: day(t, "2026-09-08"), Occurrences: 6, TakenBy: -1}, ""},
		{"the place chooses the weeks: none is better than the first", distribution,
			[]domain.Commitment{taken(slot("FREQ=WEEKLY;BYDAY=TU", "19:00", 60))}, nil,
			SlotAnswer{From: day(t, "2026-09-08"), Occurrences: 6, Blocked: 6, TakenBy: 0}, "Tue 2026-09-08 19:00 +0200 to Tue 20:00 +0200"},
		{"a commitment that doesn't say its weeks has them all", distribution,
			[]domain.Commitment{taken(slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "18:00", 120))}, nil,
			SlotAnswer{From: day(t, "2026-09-08"), Occurrences: 6, Blocked: 6, TakenBy: 0}, "Tue 2026-09-08 18:00 +0200 to Tue 20:00 +0200"},
		{"clashes once in the window", slot("FREQ=WEEKLY;BYDAY=SA", "10:00", 120),
			[]domain.Commitment{{From: day(t, "2026-09-14"), Until: day(t, "2026-09-20")}}, nil,
			SlotAnswer{Occurrences: 13, Blocked: 1, TakenBy: 0}, "Sat 2026-09-19 10:00 +0200 to Sat 12:00 +0200"},
		{"a night before the window reaches into it", slot("FREQ=WEEKLY;BYDAY=TU", "00:00", 60),
			[]domain.Commitment{{Until: day(t, "2026-08-31"), Slots: slots(slot("FREQ=DAILY", "23:00", 90))}}, nil,
			SlotAnswer{Occurrences: 13, Blocked: 1, TakenBy: 0}, "Tue 2026-09-01 00:00 +0200 to Tue 00:30 +0200"},
		{"the last night reaches out of the window", slot("FREQ=WEEKLY;BYDAY=MO", "23:00", 120),
			[]domain.Commitment{{From: day(t, "2026-12-01")}}, nil,
			SlotAnswer{Occurrences: 13, Blocked: 1, TakenBy: 0}, "Tue 2026-12-01 00:00 +0100 to Tue 01:00 +0100"},
		{"within the opening hours", slot("FREQ=WEEKLY;BYDAY=TU", "17:00", 180), nil,
			slots(slot("FREQ=WEEKLY;BYDAY=MO,TU,WE", "08:00", 720)),
			SlotAnswer{Free: true, Occurrences: 13, TakenBy: -1}, ""},
		{"past closing time", slot("FREQ=WEEKLY;BYDAY=TU", "18:00", 180), nil,
			slots(slot("FREQ=WEEKLY;BYDAY=MO,TU,WE", "08:00", 720)),
			SlotAnswer{Occurrences: 13, Blocked: 13, TakenBy: -1}, "Tue 2026-09-01 20:00 +0200 to Tue 21:00 +0200"},
		{"taken and past closing time: the earlier is told", slot("FREQ=WEEKLY;BYDAY=TU", "18:00", 180), []domain.Commitment{taken(choir)},
			slots(slot("FREQ=DAILY", "08:00", 720)),
			SlotAnswer{Occurrences: 13, Blocked: 13, TakenBy: 0}, "Tue 2026-09-01 18:00 +0200 to Tue 20:00 +0200"},
		{"opening hours over midnight", slot("FREQ=WEEKLY;BYDAY=SA", "22:00", 240), nil,
			slots(slot("FREQ=DAILY", "00:00", 1440)),
			SlotAnswer{Free: true, Occurrences: 13, TakenBy: -1}, ""},
		{"opening hours that don't say their weeks open nothing", slot("FREQ=WEEKLY;BYDAY=TU", "17:00", 60), nil,
			slots(slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "08:00", 720)),
			SlotAnswer{Occurrences: 13, Blocked: 13, TakenBy: -1}, "Tue 2026-09-01 17:00 +0200 to Tue 18:00 +0200"},
		{"the same time all through summer and winter", slot("FREQ=DAILY", "17:00", 60),
			[]domain.Commitment{taken(slot("FREQ=DAILY", "18:00", 60), slot("FREQ=DAILY", "16:00", 60))}, nil,
			SlotAnswer{Free: true, Occurrences: 91, TakenBy: -1}, ""},
		{"never in the window", from(slot("FREQ=WEEKLY;BYDAY=TU", "17:00", 60), "2027-01-01"), []domain.Commitment{{}}, nil,
			SlotAnswer{Free: true, TakenBy: -1}, ""},
		{"a rule that is refused", slot("FREQ=HOURLY", "17:00", 60), nil, nil,
			SlotAnswer{TakenBy: -1}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := FreeSlots(slots(c.wanted), c.taken, c.opening, date(t, "2026-09-01"), date(t, "2026-11-30"), zone(t, "Europe/Paris"))[0]
			if (got.From == nil) != (c.want.From == nil) || got.From != nil && *got.From != *c.want.From {
				t.Errorf("from %v, want %v", got.From, c.want.From)
			}
			if write(got.Clash) != c.clash {
				t.Errorf("clash %q, want %q", write(got.Clash), c.clash)
			}
			got.From, got.Clash, c.want.From = nil, Interval{}, nil
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
