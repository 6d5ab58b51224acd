package geo

import (
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
)

func TestLocation(t *testing.T) {
	for _, c := range []struct {
		departement    domain.DepartementCode
		winter, summer time.Duration // ahead of UTC
	}{
		{"75", 1 * time.Hour, 2 * time.Hour},
		{"2A", 1 * time.Hour, 2 * time.Hour},
		{"971", -4 * time.Hour, -4 * time.Hour},
		{"972", -4 * time.Hour, -4 * time.Hour},
		{"973", -3 * time.Hour, -3 * time.Hour},
		{"974", 4 * time.Hour, 4 * time.Hour},
		{"975", -3 * time.Hour, -2 * time.Hour},
		{"976", 3 * time.Hour, 3 * time.Hour},
		{"977", -4 * time.Hour, -4 * time.Hour},
		{"978", -4 * time.Hour, -4 * time.Hour},
		{"984", 5 * time.Hour, 5 * time.Hour},
		{"986", 12 * time.Hour, 12 * time.Hour},
		{"987", -10 * time.Hour, -10 * time.Hour},
		{"988", 11 * time.Hour, 11 * time.Hour},
		{"989", -8 * time.Hour, -8 * time.Hour},
		{"none such", 1 * time.Hour, 2 * time.Hour},
	} {
		for day, want := range map[time.Time]time.Duration{
			time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC): c.winter,
			time.Date(2026, 7, 15, 12, 0, 0, 0, time.UTC): c.summer,
		} {
			_, seconds := day.In(Location(c.departement)).Zone()
			if got := time.Duration(seconds) * time.Second; got != want {
				t.Errorf("%s on %s: %v ahead of UTC, want %v", c.departement, day.Format(time.DateOnly), got, want)
			}
		}
	}
}

func TestEveryDepartementNamesItsZone(t *testing.T) {
	for d := range atlas(t).Departements() {
		if got := Location(d.Code).String(); got != d.TimeZone {
			t.Errorf("%s: the clock of %s, named %s", d.Code, got, d.TimeZone)
		}
	}
}
