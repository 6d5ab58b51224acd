package domain

import "fmt"

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
)

func validateSlots(slots []RecurringSlot, p *Problems, check RuleChecker, path ...any) {
	p.require(len(slots) <= mostSlots, path, "slots",
		fmt.Sprintf("au plus %d créneaux", mostSlots), fmt.Sprintf("at most %d slots", mostSlots))
	for i, s := range slots {
		at := append(append([]any{}, path...), "slots", i)
		p.require(s.DurationMinutes > 0 && s.DurationMinutes <= minutesADay, at, "durationMinutes",
			"la durée d'un créneau est comprise entre 1 et 1440 minutes", "a slot lasts between 1 and 1440 minutes")
		if s.From != nil && s.Until != nil {
			p.require(*s.From <= *s.Until, at, "until", "la fin précède le début", "the end comes before the start")
		}
		if err := check(s); err != nil {
			p.Add(append(at, "rule"),
				"règle de récurrence refusée (RFC 5545) : "+err.Error()+". Exemple : FREQ=WEEKLY;BYDAY=TU",
				"recurrence rule refused (RFC 5545): "+err.Error()+". Example: FREQ=WEEKLY;BYDAY=TU")
		}
	}
}

func (u UsePattern) validate(p *Problems, check RuleChecker, path ...any) {
	knownCode(p, u.Kind, path, "kind")
	validateSlots(u.Slots, p, check, path...)
	switch u.Kind {
	case UseContinuous:
		p.require(len(u.Slots) == 0 && u.SlotsNeeded == nil, path, "slots",
			"une occupation continue n'a pas de créneaux", "a continuous use has no slots")
	case UseRecurring:
		p.require(len(u.Slots) > 0, path, "slots", "au moins un créneau est nécessaire", "at least one slot is needed")
		if u.SlotsNeeded != nil {
			p.require(*u.SlotsNeeded >= 1 && *u.SlotsNeeded <= len(u.Slots), path, "slotsNeeded",
				"entre 1 et le nombre de créneaux donnés", "between 1 and the number of slots given")
		}
	}
}

// Commitment is a use of the space that the landlord declares: what is already
// taken, outside Palier's own requests.
type Commitment struct {
	Kind CommitmentKind `bson:"kind"`
	// From and Until bound it (both days included); nil is without a bound.
	From  *Date `bson:"from,omitempty"`
	Until *Date `bson:"until,omitempty"`
	// Slots are the times taken; none means the whole space, all the time.
	Slots []RecurringSlot `bson:"slots,omitempty"`
}

// KindLabel is the label of the kind of commitment.
func (c Commitment) KindLabel(locale Locale) string { return c.Kind.Label(locale) }

// Covers tells whether a day lies within the commitment's bounds.
func (c Commitment) Covers(day Date) bool {
	return (c.From == nil || *c.From <= day) && (c.Until == nil || day <= *c.Until)
}
