package calendar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
)

// A second implementation, as plain as can be, of the rules that associations
// use, against which the first is compared: it asks of each day whether the
// rule falls on it, and of each minute who has the room.

// plainRule is a DAILY, WEEKLY or MONTHLY rule of weekdays or days of the month.
type plainRule struct {
	freq      string
	interval  int
	weekdays  []time.Weekday
	ordinal   int // of the weekdays, within the month; 0 for all of them
	monthDays []int
	weekStart time.Weekday
}

var dayCodes = [...]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}

func (r plainRule) String() string {
	parts := []string{"FREQ=" + r.freq}
	if r.interval > 1 {
		parts = append(parts, fmt.Sprintf("INTERVAL=%d", r.interval))
	}
	var list []string
	for _, d := range r.weekdays {
		code := dayCodes[d]
		if r.ordinal != 0 {
			code = fmt.Sprintf("%d%s", r.ordinal, code)
		}
		list = append(list, code)
	}
	if list != nil {
		parts = append(parts, "BYDAY="+strings.Join(list, ","))
	}
	list = nil
	for _, d := range r.monthDays {
		list = append(list, fmt.Sprint(d))
	}
	if list != nil {
		parts = append(parts, "BYMONTHDAY="+strings.Join(list, ","))
	}
	return strings.Join(append(parts, "WKST="+dayCodes[r.weekStart]), ";")
}

// fallsOn tells whether the rule falls on a day, counting from the period of
// anchor plus a number of periods.
func (r plainRule) fallsOn(day, anchor time.Time, plus int) bool {
	monday := func(t time.Time) time.Time {
		for t.Weekday() != r.weekStart {
			t = t.AddDate(0, 0, -1)
		}
		return t
	}
	var periods int
	switch r.freq {
	case "DAILY":
		periods = int(day.Sub(anchor).Hours() / 24)
	case "WEEKLY":
		periods = int(monday(day).Sub(monday(anchor)).Hours() / 24 / 7)
	case "MONTHLY":
		periods = (day.Year()-anchor.Year())*12 + int(day.Month()-anchor.Month())
	}
	if (periods-plus)%r.interval != 0 {
		return false
	}
	if r.weekdays != nil && !slices.Contains(r.weekdays, day.Weekday()) {
		return false
	}
	length := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if r.ordinal > 0 && (day.Day()-1)/7 != r.ordinal-1 || r.ordinal < 0 && (length-day.Day())/7 != -r.ordinal-1 {
		return false
	}
	return r.monthDays == nil || slices.Contains(r.monthDays, day.Day()) || slices.Contains(r.monthDays, day.Day()-length-1)
}

// plainSlot is a slot with its rule unwritten.
type plainSlot struct {
	rule plainRule
	domain.RecurringSlot
}

// daysIn goes through a window day by day.
func (s plainSlot) daysIn(from, until, anchor domain.Date, plus int) (all []domain.Date) {
	for d := from; d <= until; d++ {
		if (s.From == nil || d >= *s.From) && (s.Until == nil || d <= *s.Until) && s.rule.fallsOn(d.Time(), anchor.Time(), plus) {
			all = append(all, d)
		}
	}
	return all
}

// minute counts minutes since 1970.
type minute int64

func minuteOf(t time.Time) minute { return minute(t.Unix() / 60) }

// firstShown is the first minute at which the wall shows that time or later.
func firstShown(day domain.Date, minutes int, loc *time.Location) minute {
	wanted := int64(day)*minutesADay + int64(minutes)
	shows := func(m minute) int64 {
		_, offset := time.Unix(int64(m)*60, 0).In(loc).Zone()
		return int64(m) + int64(offset)/60
	}
	_, before := day.Time().AddDate(0, 0, -2).In(loc).Zone()
	_, after := day.Time().AddDate(0, 0, 3).In(loc).Zone()
	m := minute(wanted - int64(max(before, after))/60)
	for shows(m) < wanted {
		m++
	}
	return m
}

type minutes struct{ start, end minute }

func (s plainSlot) occurrences(on []domain.Date, loc *time.Location) (all []minutes) {
	for _, d := range on {
		one := minutes{firstShown(d, int(s.Start), loc), firstShown(d, int(s.Start)+s.DurationMinutes, loc)}
		if one.start < one.end {
			all = append(all, one)
		}
	}
	return all
}

// plainRoom says for each minute of a window which commitments have the room
// (a bit each), and whether it is open (the highest bit).
type plainRoom struct {
	first minute
	by    []uint32
}

const openBit = 1 << 31

func (r *plainRoom) mark(bit uint32, all ...minutes) {
	for _, one := range all {
		for m := max(one.start, r.first); m < min(one.end, r.first+minute(len(r.by))); m++ {
			r.by[m-r.first] |= bit
		}
	}
}

// judge goes through the occurrences minute by minute.
func (r *plainRoom) judge(wanted []minutes) SlotAnswer {
	answer := SlotAnswer{Occurrences: len(wanted), TakenBy: -1}
	for _, one := range wanted {
		blocked := false
		for m := one.start; m < one.end; m++ {
			who := r.by[m-r.first]
			if who == openBit {
				continue
			}
			if !blocked {
				answer.Blocked++
				blocked = true
			}
			if !answer.Clash.Start.IsZero() {
				break
			}
			// Until whom it may concern leaves, or the room opens.
			end := m
			for by := range 31 {
				if who&(1<<by) != 0 {
					answer.TakenBy = by
					for end < one.end && r.by[end-r.first]&(1<<by) != 0 {
						end++
					}
					break
				}
			}
			if answer.TakenBy < 0 {
				for end < one.end && r.by[end-r.first]&openBit == 0 {
					end++
				}
			}
			answer.Clash = Interval{time.Unix(int64(m)*60, 0), time.Unix(int64(end)*60, 0)}
			break
		}
	}
	answer.Free = answer.Blocked == 0
	return answer
}

type plainCommitment struct {
	from, until *domain.Date
	slots       []plainSlot
}

func (c plainCommitment) domain() domain.Commitment {
	out := domain.Commitment{From: c.from, Until: c.until}
	for _, s := range c.slots {
		out.Slots = append(out.Slots, s.RecurringSlot)
	}
	return out
}

func (c plainCommitment) minutes(from, until domain.Date, loc *time.Location) (all []minutes) {
	if c.from != nil {
		from = max(from, *c.from)
	}
	if c.until != nil {
		until = min(until, *c.until)
	}
	if len(c.slots) == 0 && from <= until {
		return []minutes{{firstShown(from, 0, loc), firstShown(until, minutesADay, loc)}}
	}
	for _, s := range c.slots {
		anchor := from
		switch {
		case s.From != nil:
			anchor = *s.From
		case c.from != nil:
			anchor = *c.from
		default:
			s.rule.interval = 1
		}
		all = append(all, s.occurrences(s.daysIn(from, until, anchor, 0), loc)...)
	}
	return all
}

// draw makes random values from a seed.
type draw struct{ *rand.Rand }

func (d draw) chance(percent int) bool { return d.IntN(100) < percent }

func (d draw) rule() plainRule {
	r := plainRule{freq: []string{"DAILY", "WEEKLY", "WEEKLY", "MONTHLY"}[d.IntN(4)], interval: 1, weekStart: time.Monday}
	if d.chance(50) {
		r.interval = 2 + d.IntN(4)
	}
	if d.chance(20) {
		r.weekStart = time.Weekday(d.IntN(7))
	}
	if r.freq == "MONTHLY" && d.chance(30) {
		r.monthDays = []int{1 + d.IntN(31), -1 - d.IntN(31)}[:1+d.IntN(2)]
		return r
	}
	if r.freq != "DAILY" || d.chance(30) {
		for _, w := range d.Perm(7)[:1+d.IntN(3)] {
			r.weekdays = append(r.weekdays, time.Weekday(w))
		}
	}
	if r.freq == "MONTHLY" && d.chance(80) {
		r.ordinal = []int{1, 2, 3, 4, 5, -1, -2, -5}[d.IntN(8)]
	}
	return r
}

func (d draw) near(day domain.Date, spread int) *domain.Date {
	day += domain.Date(d.IntN(2*spread+1) - spread)
	return &day
}

func (d draw) slot(from, until domain.Date) plainSlot {
	s := plainSlot{rule: d.rule()}
	s.Rule = s.rule.String()
	s.Start = domain.TimeOfDay(d.IntN(96) * 15)
	s.DurationMinutes = 15 * (1 + d.IntN(24))
	if d.chance(5) {
		s.DurationMinutes = minutesADay
	}
	if d.chance(40) {
		s.From = d.near(from, 60)
	}
	if d.chance(20) {
		s.Until = d.near(until, 60)
	}
	return s
}

func (d draw) commitment(from, until domain.Date) (c plainCommitment) {
	if d.chance(50) {
		c.from = d.near(from, 40)
	}
	if d.chance(50) {
		c.until = d.near(until, 40)
	}
	for range d.IntN(3) {
		c.slots = append(c.slots, d.slot(from, until))
	}
	if c.slots == nil && d.chance(70) { // else the space is taken nearly always
		c.from = d.near(until, 10)
	}
	return c
}

// window begins between 2008 and 2033; one in twenty lasts up to ten years.
func (d draw) window(t testing.TB) (from, until domain.Date) {
	from = date(t, "2008-01-01") + domain.Date(d.IntN(25*365))
	days := 1 + d.IntN(400)
	if d.chance(5) {
		days = 1 + d.IntN(MostYears*365)
	}
	return from, from.AddDays(days)
}

// zones: France's, and those whose summer time is out of the ordinary: west of
// Greenwich, at midnight, by half an hour, backwards in Ramadan, a day skipped.
func (d draw) zone(t testing.TB) *time.Location {
	names := []string{"Europe/Paris", "Europe/Paris", "Europe/Paris", "Indian/Reunion", "America/Martinique", "America/Miquelon",
		"Pacific/Noumea", "Pacific/Tahiti", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"}
	return zone(t, names[d.IntN(len(names))])
}

func eachSeed(t *testing.T, cases int, check func(t *testing.T, d draw)) {
	if testing.Short() {
		cases /= 10
	}
	for seed := range cases {
		check(t, draw{rand.New(rand.NewPCG(uint64(seed), 5545))})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestExpandLikeTheReference(t *testing.T) {
	eachSeed(t, 500, func(t *testing.T, d draw) {
		loc := d.zone(t)
		from, until := d.window(t)
		s := d.slot(from, until)
		anchor := from
		if s.From != nil {
			anchor = *s.From
		}
		want := s.occurrences(s.daysIn(from, until, anchor, 0), loc)
		got := Expand(s.RecurringSlot, from, until, loc)
		if len(got) != len(want) {
			t.Fatalf("%s: %d occurrences, want %d", s.Rule, len(got), len(want))
		}
		for i, w := range want {
			if minuteOf(got[i].Start) != w.start || minuteOf(got[i].End) != w.end {
				t.Fatalf("%s in %s: %s, want minutes %v", s.Rule, loc, write(got[i]), w)
			}
			if i > 0 && got[i].Start.Before(got[i-1].End) {
				t.Fatalf("%s in %s: %s overlaps the one before", s.Rule, loc, write(got[i]))
			}
		}
	})
}

func TestFreeSlotsLikeTheReference(t *testing.T) {
	free, blocked, chosen := 0, 0, 0
	eachSeed(t, 150, func(t *testing.T, d draw) {
		loc := d.zone(t)
		from, until := d.window(t)
		room := plainRoom{first: firstShown(from-2, 0, loc)}
		room.by = make([]uint32, firstShown(until+3, 0, loc)-room.first)

		var taken []domain.Commitment
		for i := range d.IntN(4) {
			c := d.commitment(from, until)
			taken = append(taken, c.domain())
			room.mark(1<<i, c.minutes(from-1, until+1, loc)...)
		}
		var opening []domain.RecurringSlot
		if d.chance(30) {
			for range 1 + d.IntN(3) {
				s := d.slot(from, until)
				s.rule.freq, s.rule.ordinal, s.rule.monthDays = "WEEKLY", 0, nil
				s.rule.weekdays = []time.Weekday{1, 2, 3, 4, 5, 6}
				s.Rule, s.Start, s.DurationMinutes = s.rule.String(), domain.TimeOfDay(d.IntN(600)), minutesADay/2+d.IntN(minutesADay/2)
				opening = append(opening, s.RecurringSlot)
				if s.From != nil {
					room.mark(openBit, s.occurrences(s.daysIn(from-1, until+1, *s.From, 0), loc)...)
				} else if s.rule.interval == 1 {
					room.mark(openBit, s.occurrences(s.daysIn(from-1, until+1, from, 0), loc)...)
				}
			}
		} else {
			room.mark(openBit, minutes{room.first, room.first + minute(len(room.by))})
		}
		var wanted []domain.RecurringSlot
		var want []SlotAnswer
		for range 1 + d.IntN(3) {
			s := d.slot(from, until)
			wanted = append(wanted, s.RecurringSlot)
			if s.From != nil {
				want = append(want, room.judge(s.occurrences(s.daysIn(from, until, *s.From, 0), loc)))
				continue
			}
			best := SlotAnswer{Free: true, TakenBy: -1}
			for plus := range s.rule.interval {
				on := s.daysIn(from, until, from, plus)
				if on == nil {
					continue
				}
				a := room.judge(s.occurrences(on, loc))
				if s.rule.interval > 1 {
					a.From = &on[0]
				}
				if best.Occurrences == 0 || a.Blocked < best.Blocked || a.Blocked == best.Blocked && *a.From < *best.From {
					best = a
				}
			}
			want = append(want, best)
		}

		for i, got := range FreeSlots(wanted, taken, opening, from, until, loc) {
			w := want[i]
			if (got.From == nil) != (w.From == nil) || got.From != nil && *got.From != *w.From ||
				!got.Clash.Start.Equal(w.Clash.Start) || !got.Clash.End.Equal(w.Clash.End) ||
				got.Free != w.Free || got.Occurrences != w.Occurrences || got.Blocked != w.Blocked || got.TakenBy != w.TakenBy {
				t.Fatalf("%s in %s from %s until %s:\ngot  %+v\nwant %+v", wanted[i].Rule, loc, from, until, got, w)
			}
			switch {
			case !got.Free:
				blocked++
			case got.Occurrences > 0:
				free++
			}
			if got.From != nil {
				chosen++
				// The choice, written into the slot, means the same occurrences.
				s := wanted[i]
				s.From = got.From
				again := FreeSlots([]domain.RecurringSlot{s}, taken, opening, from, until, loc)[0]
				if again.Occurrences != got.Occurrences || again.Blocked != got.Blocked || again.Clash != got.Clash {
					t.Fatalf("%s from %s: %+v, want %+v", s.Rule, *s.From, again, got)
				}
			}
		}
	})
	if !testing.Short() && min(free, blocked, chosen) < 30 {
		t.Errorf("%d free, %d blocked, %d chosen: the cases don't tell much", free, blocked, chosen)
	}
}

func TestFirstOverlapLikeTheReference(t *testing.T) {
	met, apart := 0, 0
	eachSeed(t, 300, func(t *testing.T, d draw) {
		loc := d.zone(t)
		from, until := d.window(t)
		until = min(until, from+150) // the reference compares all with all
		a, b := d.slot(from, until), d.slot(from, until)
		got, ok := FirstOverlap(Expand(a.RecurringSlot, from, until, loc), Expand(b.RecurringSlot, from, until, loc))
		var want minutes
		for _, x := range a.occurrences(a.daysIn(from, until, or(a.From, from), 0), loc) {
			for _, y := range b.occurrences(b.daysIn(from, until, or(b.From, from), 0), loc) {
				both := minutes{max(x.start, y.start), min(x.end, y.end)}
				if both.start < both.end && (want.end == 0 || both.start < want.start) {
					want = both
				}
			}
		}
		if ok != (want.end > 0) || ok && (minuteOf(got.Start) != want.start || minuteOf(got.End) != want.end) {
			t.Fatalf("%s and %s: %s, want minutes %v", a.Rule, b.Rule, write(got), want)
		}
		if ok {
			met++
		} else {
			apart++
		}
	})
	if !testing.Short() && min(met, apart) < 30 {
		t.Errorf("%d met, %d apart: the cases don't tell much", met, apart)
	}
}

func or(d *domain.Date, otherwise domain.Date) domain.Date {
	if d == nil {
		return otherwise
	}
	return *d
}

func TestFirstFreeWindowLikeTheReference(t *testing.T) {
	found, none := 0, 0
	eachSeed(t, 300, func(t *testing.T, d draw) {
		loc := d.zone(t)
		earliest, _ := d.window(t)
		latest := earliest + domain.Date(d.IntN(200))
		length := 1 + d.IntN(60)
		if d.chance(50) {
			length = 1 + d.IntN(4)
		}
		end := func(start domain.Date) domain.Date { return start.AddDays(length - 1) }
		until := d.near(latest, 60)
		if d.chance(30) {
			until = nil
		}
		horizon := latest + 70
		var taken []domain.Commitment
		var times [][]minutes
		for range d.IntN(3) {
			c := d.commitment(earliest, latest)
			taken = append(taken, c.domain())
			times = append(times, c.minutes(earliest-2, horizon, loc))
		}
		inTheWay := func(start domain.Date) int {
			use := minutes{firstShown(start, 0, loc), firstShown(end(start), minutesADay, loc)}
			first, by := use.end, -1
			for i, all := range times {
				for _, one := range all {
					if one.end > use.start && max(one.start, use.start) < first {
						first, by = max(one.start, use.start), i
					}
				}
			}
			return by
		}
		wantOK, want := false, domain.Date(0)
		for day := earliest; day <= latest && !wantOK; day++ {
			if (until == nil || end(day) <= *until) && inTheWay(day) < 0 {
				wantOK, want = true, day
			}
		}
		got, ok, by := FirstFreeWindow(taken, earliest, &latest, until, end, loc)
		if got != want || ok != wantOK || by != inTheWay(earliest) {
			t.Fatalf("from %s: %s %t %d, want %s %t %d", earliest, got, ok, by, want, wantOK, inTheWay(earliest))
		}
		if ok && by >= 0 {
			found++
		} else if !ok {
			none++
		}
	})
	if !testing.Short() && min(found, none) < 20 {
		t.Errorf("%d found, %d not: the cases don't tell much", found, none)
	}
}
