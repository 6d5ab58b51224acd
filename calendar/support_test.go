package calendar

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/palier-hub/palier/domain"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func date(t testing.TB, s string) domain.Date {
	t.Helper()
	d, err := domain.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func day(t testing.TB, s string) *domain.Date {
	t.Helper()
	d := date(t, s)
	return &d
}

// slot panics on a bad time: tests write it.
func slot(rule, start string, minutes int) domain.RecurringSlot {
	at, err := domain.ParseTimeOfDay(start)
	if err != nil {
		panic(err)
	}
	return domain.RecurringSlot{Rule: rule, Start: at, DurationMinutes: minutes}
}

// written lists intervals as "2026-09-01 17:00 +0200 – 20:00", for comparing.
func written(all []Interval) []string {
	text := make([]string, len(all))
	for i, one := range all {
		text[i] = write(one)
	}
	return text
}

func write(one Interval) string {
	if one == (Interval{}) {
		return ""
	}
	return one.Start.Format("Mon 2006-01-02 15:04 -0700") + " to " + one.End.Format("Mon 15:04 -0700")
}
