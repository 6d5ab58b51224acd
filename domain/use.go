package domain

import (
	"strconv"
	"strings"
)

// UsePattern is how a place is used over time: continuously, or in recurring
// slots.
type UsePattern struct {
	Kind UseKind `bson:"kind"`
	// Slots are the acceptable recurring slots of a RECURRING use.
	Slots []RecurringSlot `bson:"slots,omitempty"`
	// SlotsNeeded is how many of the Slots are needed at the same place; nil
	// means all of them. One of three means "any of these evenings will do".
	SlotsNeeded *int `bson:"slotsNeeded,omitempty"`
}

// KindLabel is the label of the kind of use.
func (u UsePattern) KindLabel(locale Locale) string { return u.Kind.Label(locale) }

// Needed is how many slots are needed.
func (u UsePattern) Needed() int {
	if u.SlotsNeeded != nil {
		return *u.SlotsNeeded
	}
	return len(u.Slots)
}

// RecurringSlot is a time that comes back by a rule of RFC 5545, section
// 3.3.10, in the wall-clock time of the place.
type RecurringSlot struct {
	// Rule is an RRULE's value: FREQ=WEEKLY;INTERVAL=2;BYDAY=TU.
	Rule string `bson:"rule"`
	// From is the day from which the rule counts (DTSTART): it settles which
	// weeks "every second Tuesday" means. Nil lets the place choose.
	From *Date `bson:"from,omitempty"`
	// Until is the last day; nil when the use's own window bounds it.
	Until *Date     `bson:"until,omitempty"`
	Start TimeOfDay `bson:"start"`
	// DurationMinutes is the length of one occurrence, at most a day.
	DurationMinutes int `bson:"minutes"`
}

// RuleChecker says what is wrong with a recurrence rule; nil when nothing is.
// The recurrence library stands behind it, outside this package.
type RuleChecker func(RecurringSlot) error

const (
	minutesADay = 24 * 60
	mostSlots   = 20
	// mostSlotsTaken bounds those of all the commitments of a space: whoever looks
	// for slots is compared with each.
	mostSlotsTaken = 40
)

// interval is the rule's INTERVAL; 0 when it isn't a number.
func (s RecurringSlot) interval() int {
	for part := range strings.SplitSeq(s.Rule, ";") {
		if value, ok := strings.CutPrefix(part, "INTERVAL="); ok {
			n, _ := strconv.Atoi(value)
			return n
		}
	}
	return 1
}

// validateSlots answers whether the slots are worth another look.
func validateSlots(p *Problems, slots []RecurringSlot, check RuleChecker, path []any) bool {
	if !p.atMost(len(slots), mostSlots, path, "") {
		return false
	}
	for i, s := range slots {
		at := below(path, i)
		p.between(&s.DurationMinutes, 1, minutesADay, at, "durationMinutes")
		p.inOrder(s.From, s.Until, at, "until")
		if err := check(s); err != nil {
			const example = "FREQ=WEEKLY;BYDAY=TU"
			p.Add(below(at, "rule"),
				"règle de récurrence refusée : écrivez-la selon la RFC 5545, par exemple "+example+" ; l'heure et les dates ont leurs propres champs. Motif, en anglais : « "+err.Error()+" »",
				"recurrence rule refused: "+err.Error()+". Write it by RFC 5545, for example "+example)
		}
	}
	return true
}

func (u UsePattern) validate(p *Problems, check RuleChecker, path ...any) {
	knownCode(p, u.Kind, path, "kind")
	validateSlots(p, u.Slots, check, below(path, "slots"))
	switch u.Kind {
	case UseContinuous:
		p.require(len(u.Slots) == 0, path, "slots",
			"une occupation continue n'a pas de créneaux", "a continuous use has no slots")
		p.require(u.SlotsNeeded == nil, path, "slotsNeeded",
			"une occupation continue n'a pas de créneaux", "a continuous use has no slots")
	case UseRecurring:
		p.require(len(u.Slots) > 0, path, "slots", "au moins un créneau est nécessaire", "at least one slot is needed")
		if len(u.Slots) > 0 {
			p.between(u.SlotsNeeded, 1, len(u.Slots), path, "slotsNeeded")
		}
	}
}

// Commitment is a use of the space that is settled already: one that the
// landlord declares, or that a signed request has.
type Commitment struct {
	Kind CommitmentKind `bson:"kind"`
	// From and Until bound it (both days included); nil is without a bound.
	From  *Date `bson:"from,omitempty"`
	Until *Date `bson:"until,omitempty"`
	// Slots are the times taken; none means the whole space, all the time.
	Slots []RecurringSlot `bson:"slots,omitempty"`
	// Request is the one that takes it; "" for what the landlord declares. It is
	// worked out from the requests, and never stored with the space.
	Request RequestID `bson:"-" json:"-"`
}

// KindLabel is the label of the kind of commitment.
func (c Commitment) KindLabel(locale Locale) string { return c.Kind.Label(locale) }

// Covers tells whether a day lies within the commitment's bounds.
func (c Commitment) Covers(day Date) bool {
	return (c.From == nil || *c.From <= day) && (c.Until == nil || day <= *c.Until)
}

func (c Commitment) validate(p *Problems, check RuleChecker, path ...any) {
	knownCode(p, c.Kind, path, "kind")
	p.inOrder(c.From, c.Until, path, "until")
	validateSlots(p, c.Slots, check, below(path, "slots"))
}
