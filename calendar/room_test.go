package calendar

import (
	"strconv"
	"strings"
	"testing"

	"github.com/palier-hub/palier/domain"
)

// TestRoomLikeFreeSlots: a room answers what FreeSlots does, of several stays in it.
func TestRoomLikeFreeSlots(t *testing.T) {
	free, taken := 0, 0
	var rules Rules
	eachSeed(t, 400, func(t *testing.T, d draw) {
		loc := d.zone(t)
		first, last := d.window(t)
		slots := func(n int) (all []domain.RecurringSlot) {
			for range n {
				s := d.slot(first, last).RecurringSlot
				if d.chance(15) {
					s.Rule = []string{"FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY;BYWEEKNO=1,20,53;BYDAY=MO,SU",
						"FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=13;BYDAY=MO,TH", "FREQ=DAILY;BYMONTH=7", "FREQ=HOURLY"}[d.IntN(7)]
				}
				if d.chance(20) { // about when clocks change
					s.Start, s.DurationMinutes = domain.TimeOfDay(60+15*d.IntN(12)), 15*(1+d.IntN(5))
				}
				all = append(all, s)
			}
			return all
		}
		var commitments []domain.Commitment
		for range d.IntN(4) {
			c := d.commitment(first, last).domain()
			if len(c.Slots) > 0 {
				c.Slots = slots(len(c.Slots))
			}
			commitments = append(commitments, c)
		}
		var opening []domain.RecurringSlot
		if d.chance(40) {
			for range 1 + d.IntN(4) {
				s := slot([]string{"FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU"}[d.IntN(3)], "00:00", minutesADay/2+d.IntN(minutesADay/2))
				s.Start = domain.TimeOfDay(d.IntN(minutesADay))
				if d.chance(30) {
					s.From = d.near(first, 40)
				}
				opening = append(opening, s)
			}
		}
		wanted := slots(1 + d.IntN(4))
		room := rules.Room(commitments, opening, first, last, loc)
		asked := make([]*RoomSlot, len(wanted))
		for i, s := range wanted {
			asked[i] = room.Slot(s)
		}
		for range 3 {
			from := first + domain.Date(d.IntN(int(last-first)+1))
			until := from + domain.Date(d.IntN(int(last-from)+1))
			for i, want := range FreeSlots(wanted, commitments, opening, from, until, loc) {
				if got := asked[i].Free(from, until); got != (want.Free && want.Occurrences > 0) {
					t.Fatalf("%+v from %s until %s in %s beside %+v, open %+v: %v, and by time %+v", wanted[i], from, until, loc, commitments, opening, got, want)
				} else if got {
					free++
				} else if want.Occurrences > 0 {
					taken++
				}
			}
		}
	})
	if free < 200 || taken < 200 {
		t.Errorf("%d free and %d taken are too few to tell", free, taken)
	}
}

// TestAlmanacLikeTheLibrary: the days of any rule, found by bits, are those that the
// library lists.
func TestAlmanacLikeTheLibrary(t *testing.T) {
	asked, days := 0, 0
	eachSeed(t, 300, func(t *testing.T, d draw) {
		first, last := d.window(t)
		span := newDayspan(first, last)
		a := newAlmanac(span)
		for range 40 {
			s := slot("FREQ="+[]string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY"}[d.IntN(4)], "10:00", 60)
			part := func(name string, chance, least, most int) {
				if !d.chance(chance) {
					return
				}
				var values []string
				for range 1 + d.IntN(3) {
					n := 1 + d.IntN(most)
					if least < 0 && d.chance(40) {
						n = -n
					}
					values = append(values, strconv.Itoa(n))
				}
				s.Rule += ";" + name + "=" + strings.Join(values, ",")
			}
			part("BYMONTH", 40, 1, 12)
			part("BYMONTHDAY", 30, -1, 31)
			part("BYYEARDAY", 15, -1, 366)
			part("BYWEEKNO", 15, 1, 53)
			part("BYSETPOS", 30, -1, 5)
			if d.chance(60) {
				numbered := d.chance(40)
				var values []string
				for range 1 + d.IntN(3) {
					value := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}[d.IntN(7)]
					if numbered {
						value = strconv.Itoa((1+d.IntN(pickOf(d, 5, 53)))*pickOf(d, 1, -1)) + value
					}
					values = append(values, value)
				}
				s.Rule += ";BYDAY=" + strings.Join(values, ",")
			}
			if d.chance(30) {
				s.Rule += ";INTERVAL=" + strconv.Itoa(2+d.IntN(4))
			}
			if d.chance(20) {
				s.Rule += ";WKST=SU"
			}
			s.From = d.near(first, 400)
			p, err := read(s)
			if err != nil || p.all == nil {
				continue
			}
			asked++
			got := a.days(&p.recurrence)
			want := make(dayset, span.words)
			for _, day := range p.recurrence.days(span.first()-1, span.last()+1) {
				word, bit := span.of(day)
				want[word] |= 1 << bit
				days++
			}
			for word := range want {
				if got[word]&span.within(word, span.first()-1, span.last()+1) != want[word] {
					t.Fatalf("%s from %s: days from %s: %064b, want %064b", s.Rule, s.From, span.start.AddDays(64*word), got[word], want[word])
				}
			}
		}
	})
	if asked < 2000 || days < 20_000 {
		t.Errorf("%d rules with %d days are too few to tell", asked, days)
	}
}

func pickOf(d draw, from ...int) int { return from[d.IntN(len(from))] }

// TestRoom has what the draw seldom brings: a clock that skips what seems to be in the
// way, and rules that are the same but for the day from which they count.
func TestRoom(t *testing.T) {
	loc := zone(t, "Europe/Paris")
	lastSundayOfMarch := func(start string, minutes int) domain.RecurringSlot {
		return slot("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", start, minutes)
	}
	fortnightly := slot("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "17:00", 60)
	from := func(s domain.RecurringSlot, first string) domain.RecurringSlot { s.From = day(t, first); return s }
	taken := func(s domain.RecurringSlot, first *domain.Date) domain.Commitment {
		return domain.Commitment{From: first, Slots: []domain.RecurringSlot{s}}
	}
	for _, c := range []struct {
		name    string
		wanted  domain.RecurringSlot
		taken   []domain.Commitment
		opening []domain.RecurringSlot
		want    bool
	}{
		{"they meet within the hour that is skipped", lastSundayOfMarch("01:30", 60), []domain.Commitment{taken(lastSundayOfMarch("02:15", 45), nil)}, nil, true},
		{"one ends with the skipped hour when the other begins", lastSundayOfMarch("01:30", 60), []domain.Commitment{taken(lastSundayOfMarch("02:15", 105), nil)}, nil, true},
		{"and after it", lastSundayOfMarch("01:30", 120), []domain.Commitment{taken(lastSundayOfMarch("02:15", 60), nil)}, nil, false},
		{"closed within the hour that is skipped", lastSundayOfMarch("01:30", 120), nil, []domain.RecurringSlot{slot("FREQ=DAILY", "00:00", 120), slot("FREQ=DAILY", "03:00", 120)}, true},
		{"never but in the hour that is skipped", lastSundayOfMarch("02:15", 30), []domain.Commitment{taken(fortnightly, nil)}, nil, false},
		{"in the weeks of one", from(fortnightly, "2026-09-01"), []domain.Commitment{taken(fortnightly, day(t, "2026-09-01"))}, nil, false},
		{"in the weeks of none", from(fortnightly, "2026-09-08"), []domain.Commitment{taken(fortnightly, day(t, "2026-09-01")), taken(fortnightly, day(t, "2026-09-15"))}, nil, true},
		{"in the weeks of the other", from(fortnightly, "2026-09-08"), []domain.Commitment{taken(fortnightly, day(t, "2026-09-01")), taken(fortnightly, day(t, "2026-09-08"))}, nil, false},
		{"some weeks are left", fortnightly, []domain.Commitment{taken(fortnightly, day(t, "2026-09-01"))}, nil, true},
		{"no weeks are left", fortnightly, []domain.Commitment{taken(fortnightly, day(t, "2026-09-01")), taken(fortnightly, day(t, "2026-09-08"))}, nil, false},
	} {
		var rules Rules
		first, last := date(t, "2026-09-01"), date(t, "2028-08-31")
		if got := rules.Room(c.taken, c.opening, first, last, loc).Slot(c.wanted).Free(first, last); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		plainly := FreeSlots([]domain.RecurringSlot{c.wanted}, c.taken, c.opening, first, last, loc)[0]
		if got := plainly.Free && plainly.Occurrences > 0; got != c.want {
			t.Errorf("%s: FreeSlots says %+v", c.name, plainly)
		}
	}
}
