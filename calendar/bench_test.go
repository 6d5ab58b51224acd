package calendar

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

func BenchmarkExpand(b *testing.B) {
	for _, c := range []struct{ name, rule string }{
		{"weekly", "FREQ=WEEKLY;BYDAY=TU"},
		{"every second week", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"},
		{"monthly", "FREQ=MONTHLY;BYDAY=1SA"},
		{"daily", "FREQ=DAILY"},
		{"never", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
		{"never, daily", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"},
	} {
		for _, w := range []struct {
			name   string
			months int
		}{{"12 months", 12}, {"10 years", 120}} {
			b.Run(c.name+"/"+w.name, func(b *testing.B) {
				loc := zone(b, "Europe/Paris")
				s, from := slot(c.rule, "17:00", 180), date(b, "2026-09-01")
				until := from.AddMonths(w.months) - 1
				b.ReportAllocs()
				for b.Loop() {
					Expand(s, from, until, loc)
				}
			})
		}
	}
}

// A residents' room with four associations, a need of two evenings, a year.
func BenchmarkFreeSlots(b *testing.B) {
	loc, from := zone(b, "Europe/Paris"), date(b, "2026-09-01")
	taken := []domain.Commitment{
		{Slots: []domain.RecurringSlot{slot("FREQ=WEEKLY;BYDAY=MO,TH", "18:00", 120)}},
		{Slots: []domain.RecurringSlot{slot("FREQ=WEEKLY;BYDAY=WE", "14:00", 240)}},
		{Slots: []domain.RecurringSlot{slot("FREQ=MONTHLY;BYDAY=1SA", "09:00", 360)}},
		{From: &from, Slots: []domain.RecurringSlot{slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "17:00", 180)}},
	}
	opening := []domain.RecurringSlot{slot("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", "08:00", 840)}
	wanted := []domain.RecurringSlot{
		slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "17:00", 180),
		slot("FREQ=MONTHLY;BYDAY=2SA", "10:00", 180),
	}
	b.ReportAllocs()
	for b.Loop() {
		FreeSlots(wanted, taken, opening, from, from.AddMonths(12)-1, loc)
	}
}

func BenchmarkFirstFreeWindow(b *testing.B) {
	loc, from := zone(b, "Europe/Paris"), date(b, "2026-09-01")
	until, latest := from.AddMonths(7), from.AddMonths(12)
	taken := []domain.Commitment{
		{Until: &until},
		{Slots: []domain.RecurringSlot{slot("FREQ=WEEKLY;BYDAY=MO", "18:00", 120)}},
	}
	for _, c := range []struct {
		name   string
		latest *domain.Date
	}{{"start within a year", &latest}, {"start at any time", nil}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				FirstFreeWindow(taken, from, c.latest, nil, func(d domain.Date) domain.Date { return d.AddMonths(18) - 1 }, loc)
			}
		})
	}
}

// BenchmarkFullRoom asks for twenty slots in ten years beside forty: by occurrences,
// as who explains does, and by days, as who compares does. The ratio within one run
// counts.
func BenchmarkFullRoom(b *testing.B) {
	loc, from := zone(b, "Europe/Paris"), date(b, "2026-09-01")
	until := from.AddMonths(110) - 1
	for _, c := range []struct{ name, taken, wanted string }{
		{"all the same", "FREQ=DAILY", "FREQ=DAILY"},
		{"on other days", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "FREQ=WEEKLY;BYDAY=TU,TH"},
		{"on other days of the month", "FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=3MO"},
		{"weeks to choose", "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=52;BYDAY=TU"},
	} {
		var taken []domain.Commitment
		for i := range 40 {
			s := slot(c.taken, "08:00", 60)
			s.Start += domain.TimeOfDay(i % 12 * 60)
			taken = append(taken, domain.Commitment{Slots: []domain.RecurringSlot{s}})
		}
		var wanted []domain.RecurringSlot
		for i := range 20 {
			s := slot(c.wanted, "08:00", 60)
			s.Start += domain.TimeOfDay(i % 12 * 60)
			wanted = append(wanted, s)
		}
		b.Run(c.name+"/by occurrences", func(b *testing.B) {
			for b.Loop() {
				FreeSlots(wanted, taken, nil, from, until, loc)
			}
		})
		b.Run(c.name+"/by days", func(b *testing.B) {
			var rules Rules
			for b.Loop() {
				room := rules.Room(taken, nil, from, until, loc)
				for _, s := range wanted {
					room.Slot(s).Free(from, until)
				}
			}
		})
	}
}
