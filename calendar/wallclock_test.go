package calendar

import (
	"testing"

	"github.com/palier-hub/palier/domain"
)

// Each zone's clock at every hour of some years with and without rules of their
// own, the last days of leap years among them (Go issue 81583), asked forwards,
// backwards and to and fro.
func TestInstantLikeTheReference(t *testing.T) {
	for _, name := range []string{"Europe/Paris", "Indian/Reunion", "America/Miquelon", "America/Sao_Paulo", "America/Recife",
		"Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo", "Pacific/Apia", "Asia/Gaza"} {
		loc := zone(t, name)
		w := newWallClock(loc)
		for _, first := range []string{"2000-09-01", "2011-06-01", "2040-09-01"} {
			on := func(hour int) domain.Date { return date(t, first).AddDays(hour / 24) }
			hours := make([]int64, 7*30*24)
			for i := range hours {
				hours[i] = int64(firstShown(on(i), i%24*60, loc)) * 60
			}
			for i := range hours {
				for _, ask := range []int{i, len(hours) - 1 - i, i * 7919 % len(hours)} {
					if got := w.instant(on(ask), ask%24*60); got != hours[ask] {
						t.Fatalf("%s shows %s %02d:00 at %d, want %d", name, on(ask), ask%24, got, hours[ask])
					}
				}
			}
		}
	}
}

// A question decades away is answered without walking there.
func TestErasAreFewAfterALeap(t *testing.T) {
	w := newWallClock(zone(t, "Europe/Paris"))
	first := domain.NewDate(2026, 9, 1)
	w.instant(first, 0)
	w.instant(first.AddMonths(12*500), 0)
	if len(w.eras) > 3 {
		t.Errorf("%d eras", len(w.eras))
	}
}
