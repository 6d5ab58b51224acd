package calendar

import (
	"math/bits"
	"slices"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/teambition/rrule-go"
)

// Room is what is known of a space's time between two days, read once for all that
// is asked of it. It answers whether slots are free, and nothing more, at a small
// part of what FreeSlots takes: by days, a bit each, and by the clock on the wall,
// which is right but near its changes. Only days on which something seems to stand
// in the way are looked up in time.
//
// It is one goroutine's.
type Room struct {
	*wallClock
	rules      *Rules
	span       dayspan
	taken      []timetable
	open       []timetable
	restricted bool // to when it is open

	slots []*RoomSlot // that were asked for, and memory for more
	asked int         // of them
	spans []span      // to write on
}

// Rules remember those that were read, and their days: many spaces have the same.
// They are one goroutine's.
type Rules struct {
	read map[ruleKey]rule
	days map[daysKey]dayset
	room Room // whose memory is used again

	last     *almanac
	lastSpan dayspan
}

// mostRules bounds what is remembered of each: a megabyte or two.
const mostRules = 2000

// ruleKey is what a rule hangs on besides its hours: its text, and the day from which
// it counts, none before any day.
type ruleKey struct {
	text string
	from domain.Date
}

type rule struct {
	pattern
	err error
}

// daysKey is a rule where INTERVAL counts from a day, or not at all, between two days.
type daysKey struct {
	ruleKey
	interval int
	anchor   domain.Date
	span     dayspan
}

// pattern reads a slot.
func (r *Rules) pattern(s domain.RecurringSlot) (pattern, ruleKey, error) {
	key := ruleKey{s.Rule, firstDay - 1}
	if s.From != nil {
		key.from = *s.From
	}
	known, ok := r.read[key]
	if !ok {
		known.pattern, known.err = read(domain.RecurringSlot{Rule: s.Rule, From: s.From})
		if len(r.read) >= mostRules || r.read == nil {
			r.read = make(map[ruleKey]rule)
		}
		r.read[key] = known
	}
	p := known.pattern
	p.time(s)
	return p, key, known.err
}

// Room reads commitments and opening slots, as FreeSlots does, for what is asked from
// the first day to the last. It takes the place of the room before.
func (r *Rules) Room(taken []domain.Commitment, opening []domain.RecurringSlot, first, last domain.Date, loc *time.Location) *Room {
	room := &r.room
	*room = Room{rules: r, wallClock: newWallClock(loc), span: newDayspan(first, last), restricted: len(opening) > 0,
		taken: room.taken[:0], open: room.open[:0], slots: room.slots, spans: room.spans}
	for _, c := range taken {
		room.take(c)
	}
	for _, s := range opening {
		if p, key, err := r.pattern(s); err == nil && (p.anchored || p.interval == 1) {
			room.open = append(room.open, newTimetable(p, key, firstDay, lastDay))
		}
	}
	return room
}

// take reads a commitment, as readHolding does.
func (r *Room) take(c domain.Commitment) {
	from, until, n := firstDay, lastDay, len(r.taken)
	if c.From != nil {
		from = *c.From
	}
	if c.Until != nil {
		until = *c.Until
	}
	for _, s := range c.Slots {
		p, key, err := r.rules.pattern(s)
		if err != nil {
			r.taken = r.taken[:n]
			break
		}
		if c.From != nil {
			p.countFrom(*c.From)
		} else if !p.anchored {
			p.interval = 1
		}
		r.taken = append(r.taken, newTimetable(p, key, from, until))
	}
	if len(r.taken) == n { // all the time
		p, key, _ := r.rules.pattern(domain.RecurringSlot{Rule: "FREQ=DAILY", DurationMinutes: minutesADay})
		r.taken = append(r.taken, newTimetable(p, key, from, until))
	}
}

// dayspan is a run of days, of which sets are words of 64 bits. A word more on each
// side spares the shifts their bounds.
type dayspan struct {
	start domain.Date // of the first word
	words int
}

// newDayspan holds two days, and what lies between. Spans begin and end on few days,
// so that many are the same.
func newDayspan(first, last domain.Date) dayspan {
	const step = 8 * 64
	first, last = first-domain.Date(floorMod(int(first), step)), max(first, last)
	return dayspan{first - 64, ((int(last-first))/step+1)*step/64 + 2}
}

// first and last are the days between the words more.
func (d dayspan) first() domain.Date { return d.start + 64 }
func (d dayspan) last() domain.Date  { return d.start.AddDays(64*(d.words-1)) - 1 }

// of tells which bit of which word is a day's.
func (d dayspan) of(day domain.Date) (word, bit int) {
	n := int(day - d.start)
	return n / 64, n % 64
}

// within are the bits of a word from one day to another.
func (d dayspan) within(word int, from, until domain.Date) uint64 {
	low, high := int(from-d.start)-64*word, int(until-d.start)-64*word // both included
	if high < 0 || low > 63 {
		return 0
	}
	return ^uint64(0) << max(0, low) & (^uint64(0) >> (63 - min(63, high)))
}

// dayset is a set of the days of a dayspan.
type dayset []uint64

func (s dayset) has(d dayspan, day domain.Date) bool {
	word, bit := d.of(day)
	return s[word]>>bit&1 != 0
}

// moved is a word of the set with its days so many earlier: -1, 0 or 1.
func (s dayset) moved(word, by int) uint64 {
	switch {
	case by > 0:
		return s[word]>>1 | s[word+1]<<63
	case by < 0:
		return s[word]<<1 | s[word-1]>>63
	}
	return s[word]
}

// timetable is a slot between two days, with the days on which it falls.
type timetable struct {
	pattern
	key         ruleKey
	from, until domain.Date
	// weekdays are those on which it can fall.
	weekdays weekdaySet
	days     dayset // nil until they are asked for
}

func newTimetable(p pattern, key ruleKey, from, until domain.Date) timetable {
	return timetable{pattern: p, key: key, from: max(from, p.first), until: min(until, p.last), weekdays: weekdaysOf(p.weekdays)}
}

// list finds the days of a timetable in the room's time, and those around it.
func (r *Room) list(t *timetable) {
	if t.days != nil {
		return
	}
	t.days = r.rules.daysOf(t, r.span)
	if t.from < r.span.first() && r.span.last() < t.until {
		return
	}
	all := t.days
	t.days = make(dayset, len(all))
	for word := range all {
		t.days[word] = all[word] & r.span.within(word, t.from, t.until)
	}
}

// almanac of a dayspan; that of the last one asked for is kept.
func (r *Rules) almanac(d dayspan) *almanac {
	if r.last == nil || r.lastSpan != d {
		r.last, r.lastSpan = newAlmanac(d), d
	}
	return r.last
}

// daysOf are the days of a rule in a dayspan, and those around it.
func (r *Rules) daysOf(t *timetable, d dayspan) dayset {
	key := daysKey{t.key, t.interval, t.anchor, d}
	if t.interval == 1 {
		key.anchor = 0
	}
	days, known := r.days[key]
	if known {
		return days
	}
	days = make(dayset, d.words)
	switch {
	case t.all != nil:
		days = r.almanac(d).days(&t.recurrence)
	case t.interval == 1 && t.freq != rrule.MONTHLY:
		for word := range days { // all weeks are alike
			days[word] = t.weekdays.from(d.start.AddDays(64 * word))
		}
	default:
		for _, day := range t.recurrence.days(d.first()-1, d.last()+1) {
			word, bit := d.of(day)
			days[word] |= 1 << bit
		}
	}
	if len(r.days) >= mostRules || r.days == nil {
		r.days = make(map[daysKey]dayset)
	}
	r.days[key] = days
	return days
}

// RoomSlot is a slot that is wanted in a room.
type RoomSlot struct {
	*Room
	timetable
	refused bool
	// choices are the beginnings that the slot leaves to the place; its days are
	// those of all of them.
	choices int
	// rivals are what meets it on the wall, doors when it is open then, and steps
	// the times of its own day between which doors neither open nor close.
	rivals, doors []around
	steps         []int
	// blocked are the days on which it seems not to be free, known so many words
	// of them.
	blocked dayset
	known   int
}

// around is a timetable that on the wall meets a slot of the same day, of the day
// before (-1) or after.
type around struct {
	*timetable
	before, after int
}

// Slot asks for a slot.
func (r *Room) Slot(s domain.RecurringSlot) *RoomSlot {
	p, key, err := r.rules.pattern(s)
	if r.asked == len(r.slots) {
		r.slots = append(r.slots, new(RoomSlot))
	}
	slot := r.slots[r.asked]
	r.asked++
	*slot = RoomSlot{Room: r, refused: err != nil, choices: 1, rivals: slot.rivals[:0], doors: slot.doors[:0], steps: slot.steps[:0], blocked: slot.blocked[:0]}
	if slot.refused {
		return slot
	}
	if !p.anchored {
		slot.choices, p.interval = p.interval, 1
	}
	slot.timetable = newTimetable(p, key, firstDay, lastDay)
	for i := range r.taken {
		if t := &r.taken[i]; t.from <= t.until {
			slot.rivals = slot.add(slot.rivals, t)
		}
	}
	if r.restricted {
		slot.steps = append(slot.steps, p.start, p.end)
		for i := range r.open {
			slot.doors = slot.add(slot.doors, &r.open[i])
		}
		for _, door := range slot.doors {
			for by := door.before; by <= door.after; by++ {
				for _, at := range []int{door.start + by*minutesADay, door.end + by*minutesADay} {
					if p.start < at && at < p.end {
						slot.steps = append(slot.steps, at)
					}
				}
			}
		}
		slices.Sort(slot.steps)
		slot.steps = slices.Compact(slot.steps)
	}
	return slot
}

// add takes note of a timetable, unless the two never meet on the wall.
func (s *RoomSlot) add(to []around, t *timetable) []around {
	if before, after, meet := onTheWall(&s.pattern, &t.pattern); meet {
		return append(to, around{t, before, after})
	}
	return to
}

// Free tells whether the slot can be had on all its days from the first to the
// last, both included, and falls on some, as FreeSlots does.
func (s *RoomSlot) Free(from, until domain.Date) bool {
	if s.refused {
		return false
	}
	if int(until-from) > 365*MostYears {
		from, until = window(from, until)
	}
	if from, until = max(from, s.span.first(), s.from), min(until, s.span.last(), s.until); from > until {
		return false
	}
	s.list(&s.timetable)
	if s.choices > 1 {
		return s.freeByChoice(from, until)
	}
	low, _ := s.span.of(from)
	high, _ := s.span.of(until)
	for word := low; word <= high; word++ {
		for left := s.seems(word) & s.span.within(word, from, until); left != 0; left &= left - 1 {
			if s.clashes(s.dayOf(word, left)) {
				return false
			}
		}
	}
	for word := low; word <= high; word++ {
		for left := s.days[word] & s.span.within(word, from, until); left != 0; left &= left - 1 {
			if s.takesPlace(s.dayOf(word, left)) {
				return true
			}
		}
	}
	return false
}

// freeByChoice tells whether some beginning is free.
func (s *RoomSlot) freeByChoice(from, until domain.Date) bool {
	begin := s.periodOf(from)
	choiceOf := func(day domain.Date) uint64 { return 1 << floorMod(s.periodOf(day)-begin, s.choices) }
	low, _ := s.span.of(from)
	high, _ := s.span.of(until)
	var blocked uint64
	for word := low; word <= high; word++ {
		for left := s.seems(word) & s.span.within(word, from, until); left != 0; left &= left - 1 {
			day := s.dayOf(word, left)
			if choice := choiceOf(day); blocked&choice == 0 && s.clashes(day) {
				if blocked |= choice; bits.OnesCount64(blocked) == s.choices {
					return false
				}
			}
		}
	}
	for word := low; word <= high; word++ {
		for left := s.days[word] & s.span.within(word, from, until); left != 0; left &= left - 1 {
			if day := s.dayOf(word, left); blocked&choiceOf(day) == 0 && s.takesPlace(day) {
				return true
			}
		}
	}
	return false
}

// dayOf is that of the lowest bit of a word.
func (s *RoomSlot) dayOf(word int, left uint64) domain.Date {
	return s.span.start.AddDays(64*word + bits.TrailingZeros64(left))
}

// seems are the days of a word on which, on the wall, the slot meets what is taken,
// or reaches out of the opening hours.
func (s *RoomSlot) seems(word int) uint64 {
	if s.known == 0 {
		s.blocked, s.known = slices.Grow(s.blocked[:0], s.span.words)[:s.span.words], 1
	}
	for ; s.known <= word; s.known++ {
		on := s.days[s.known]
		s.blocked[s.known] = on &^ s.clear(s.known, on)
	}
	return s.blocked[word]
}

// clear are those of some days of a word on which nothing stands in the way.
func (s *RoomSlot) clear(word int, on uint64) uint64 {
	for _, rival := range s.rivals {
		s.list(rival.timetable)
		for by := rival.before; by <= rival.after && on != 0; by++ {
			on &^= rival.days.moved(word, by)
		}
	}
	for i := 1; i < len(s.steps) && on != 0; i++ {
		closed := on
		for _, door := range s.doors {
			s.list(door.timetable)
			for by := door.before; by <= door.after && closed != 0; by++ {
				if door.start+by*minutesADay <= s.steps[i-1] && s.steps[i] <= door.end+by*minutesADay {
					closed &^= door.days.moved(word, by)
				}
			}
		}
		on &^= closed
	}
	return on
}

// takesPlace tells whether the clock doesn't skip the slot's occurrence of a day.
func (s *RoomSlot) takesPlace(day domain.Date) bool {
	return s.instant(day, s.start) < s.instant(day, s.end)
}

// clashes tells whether the slot's occurrence of a day really can't be had.
func (s *RoomSlot) clashes(day domain.Date) bool {
	s.spans = s.occurrence(s.spans[:0], &s.pattern, day)
	if len(s.spans) == 0 {
		return false
	}
	one := s.spans[0]
	for _, t := range s.near(s.rivals, day) {
		if t.meets(one) {
			return true
		}
	}
	if !s.restricted {
		return false
	}
	open := timeline{spans: union(s.near(s.doors, day))}
	_, outside := open.outside(one)
	return outside
}

// near are the occurrences of some timetables that meet that of a day on the wall.
func (s *RoomSlot) near(all []around, day domain.Date) []span {
	s.spans = s.spans[:0]
	for _, t := range all {
		for by := t.before; by <= t.after; by++ {
			if on := day.AddDays(by); t.days.has(s.span, on) {
				s.spans = s.occurrence(s.spans, &t.pattern, on)
			}
		}
	}
	return s.spans
}
