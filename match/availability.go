package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// availability: from the first day on which the keys could be had (the space's,
// the need's earliest start and today, whichever comes last), fitting out and
// the minimum duration end by the space's last day, that day included; and the
// keys come no later than the need's latest start.
var availability = criterion[pair]{
	code: domain.CriterionAvailability, kind: domain.CriterionHard, unit: domain.UnitDays, gapsPerUnit: 1,
	assess: assessAvailability,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		return p.periodWanted(), p.availabilityValue()
	},
	origin: ofSpace,
	say:    sayAvailability,
	ask:    askAvailability,
}

// periodWanted is the window in which the use fits, from the earliest start to
// the end of a use that starts at the latest; nil when the need states nothing.
func (p *pair) periodWanted() domain.CriterionValue {
	w := domain.PeriodValue{From: p.need.Start.Earliest}
	if latest := p.need.Start.Latest; latest != nil {
		until := p.lastDay(*latest)
		w.Until = &until
	}
	if n := p.need.Duration.MinMonths; n > 0 {
		w.MinMonths = &n
	}
	if n := p.need.FitOutDays; n > 0 {
		w.FitOutDays = &n
	}
	if w == (domain.PeriodValue{}) {
		return nil
	}
	return w
}

// availabilityValue is when the space can be had; nil when nothing is known.
func (p *pair) availabilityValue() domain.CriterionValue {
	a := p.space.Availability
	if a.From == nil && a.Until == nil && !a.OpenEnded {
		return nil
	}
	return domain.PeriodValue{From: a.From, Until: a.Until, OpenEnded: a.OpenEnded}
}

const (
	availabilityFits why = 1 + iota
	availabilityTooLate
	availabilityTooShort
	availabilityFromUnknown
	availabilityUntilUnknown
	availabilityUnknown
)

func assessAvailability(p *pair) Finding {
	a := p.space.Availability
	var late, short int64
	if latest := p.need.Start.Latest; latest != nil {
		late = int64(p.keys) - int64(*latest)
	}
	endKnown := a.Until != nil || a.OpenEnded
	if a.Until != nil {
		short = int64(p.last) - int64(*a.Until)
	}
	switch {
	// The dates are at best these: what fails now fails for any unknown day.
	case late > 0 && late >= short:
		return fail(availabilityTooLate, late)
	case short > 0:
		return fail(availabilityTooShort, short)
	case a.From == nil && !endKnown:
		return unknown(availabilityUnknown)
	case a.From == nil:
		return unknown(availabilityFromUnknown)
	case !endKnown:
		return unknown(availabilityUntilUnknown)
	}
	return pass(availabilityFits)
}

func sayAvailability(p *pair, f Finding, l domain.Locale) string {
	a := p.space.Availability
	keys, last := p.keys.Long(l), p.last.Long(l)
	switch f.why {
	case availabilityTooLate:
		latest := *p.need.Start.Latest
		if p.keys == p.today {
			return fmt.Sprintf(l.In("Le projet devait commencer le %s au plus tard : cette date est passée depuis %s.", "The project was to start by %s at the latest, %s ago."),
				latest.Long(l), longDays(latest, p.keys, l))
		}
		return fmt.Sprintf(l.In("Le local n'est disponible que le %s, %s après le début au plus tard souhaité (%s).", "The space is available on %s only, %s after the latest start wanted (%s)."),
			keys, longDays(latest, p.keys, l), latest.Long(l))
	case availabilityTooShort:
		return fmt.Sprintf(l.In("Le local n'est disponible que jusqu'au %s : il manque %s pour aller au terme de la durée minimale, le %s.", "The space is available until %s only: %s are missing to reach the end of the minimum duration, %s."),
			a.Until.Long(l), longDays(*a.Until, p.last, l), last)
	case availabilityFromUnknown:
		return l.In("On ne sait pas à partir de quand le local est disponible.", "From when the space is available isn't known.")
	case availabilityUntilUnknown:
		return fmt.Sprintf(l.In("Le local est disponible à temps, mais on ne sait pas jusqu'à quand ; le projet en a besoin jusqu'au %s au moins.", "The space is available in time, but until when isn't known; the project needs it until %s at least."), last)
	case availabilityUnknown:
		return l.In("On ne sait pas quand le local est disponible.", "When the space is available isn't known.")
	}
	if a.OpenEnded {
		return fmt.Sprintf(l.In("Le local est disponible à temps (début possible le %s) et sans fin prévue.", "The space is available in time (start possible on %s) and without an end."), keys)
	}
	return fmt.Sprintf(l.In("Le local est disponible à temps (début possible le %s) et assez longtemps : jusqu'au %s, pour un besoin qui va au moins jusqu'au %s.", "The space is available in time (start possible on %s) and long enough: until %s, for a need that lasts until %s at least."),
		keys, a.Until.Long(l), last)
}

func askAvailability(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case availabilityFromUnknown:
		return toLandlord(l.In("à partir de quelle date le local est-il disponible ?", "from which day is the space available?"), l)
	case availabilityUntilUnknown:
		return toLandlord(fmt.Sprintf(l.In("jusqu'à quelle date le local est-il disponible ? Le projet en a besoin jusqu'au %s au moins.", "until which day is the space available? The project needs it until %s at least."), p.last.Long(l)), l)
	}
	return toLandlord(l.In("à partir de quelle date, et jusqu'à quand, le local est-il disponible ?", "from which day, and until when, is the space available?"), l)
}
