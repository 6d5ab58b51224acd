package calendar

import (
	"slices"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

func TestPlainRulesLikeTheLibrary(t *testing.T) {
	plain := 0
	eachSeed(t, 500, func(t *testing.T, d draw) {
		from, until := d.window(t)
		p, err := read(d.slot(from, until).RecurringSlot)
		if err != nil {
			t.Fatal(err)
		}
		p.countFrom(from)
		got := p.recurrence.days(from, until)
		// The other way round too: what fallsOn says of each day.
		var said []domain.Date
		p.prepare(from, until)
		for day := from; day <= until; day++ {
			if p.recurrence.fallsOn(day) {
				said = append(said, day)
			}
		}
		if !slices.Equal(got, said) {
			t.Fatalf("%+v from %s until %s falls on %v, is said to on %v", p.recurrence, from, until, got, said)
		}
		if p.all != nil {
			return
		}
		plain++
		p.all = &rrule.ROption{Freq: p.freq, Wkst: []rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}[p.wkst], Byweekday: p.weekdays}
		if want := p.recurrence.days(from, until); !slices.Equal(got, want) {
			t.Fatalf("%+v from %s until %s falls on %v, by the library on %v", p.all, from, until, got, want)
		}
	})
	if !testing.Short() && plain < 300 {
		t.Errorf("%d rules are plain: the cases don't tell much", plain)
	}
}

// What is left to the library, for a part that looks plain without.
func TestRulesThatAreNotPlain(t *testing.T) {
	for _, rule := range []string{
		"FREQ=WEEKLY;BYDAY=SA;BYMONTH=7,8", "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=1", "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2,3",
		"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=DAILY;BYMONTHDAY=1", "FREQ=YEARLY;BYDAY=1MO", "FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO",
	} {
		if p, err := read(slot(rule, "12:00", 60)); err != nil || p.all == nil {
			t.Errorf("%s is plain (%v)", rule, err)
		}
	}
}
