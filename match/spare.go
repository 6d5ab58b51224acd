package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// spareDuration: how much longer than the minimum the space can be had, in
// proportion to what the ruleset, or the need's own maximum, makes full. For a
// continuous use, the next commitment ends it.
var spareDuration = criterion[pair]{
	code: domain.CriterionSpareDuration, kind: domain.CriterionSoft,
	assess: assessSpare,
	values: func(p *pair, f Finding) (wanted, offered domain.CriterionValue) {
		full := float64(p.fullSpareMonths())
		wanted = domain.QuantityValue{Min: &full, Unit: domain.UnitMonths}
		if end, bounded := p.endOfStay(); bounded && f.why != spareUnknown {
			return wanted, exactly(float64(max(0, p.end.MonthsUntil(end))), domain.UnitMonths)
		}
		return wanted, p.availabilityValue()
	},
	origin: ofSpace,
	say:    saySpare,
	ask:    askAvailability,
}

const (
	spareForGood why = 1 + iota
	spareFull
	spareEnough // nothing more than the minimum is asked
	spareSome
	spareNone
	spareUnknown
)

func assessSpare(p *pair) Finding {
	a := p.space.Availability
	end, bounded := p.endOfStay()
	full := p.end.AddMonths(p.fullSpareMonths())
	switch {
	case a.From == nil, a.Until == nil && !a.OpenEnded:
		return unknown(spareUnknown)
	case !bounded:
		return known(1000, spareForGood)
	case end < p.end:
		return known(0, spareNone)
	case full == p.end:
		return known(1000, spareEnough)
	}
	switch score := share(float64(end-p.end), float64(full-p.end)); score {
	case 0:
		return known(score, spareNone)
	case 1000:
		return known(score, spareFull)
	default:
		return known(score, spareSome)
	}
}

// fullSpareMonths is the spare time that counts fully.
func (p *pair) fullSpareMonths() int {
	full := int(p.rules.spareFullMonths)
	if most := p.need.Duration.MaxMonths; most != nil {
		full = min(full, max(0, *most-p.need.Duration.MinMonths))
	}
	return full
}

// endOfStay is the last day on which the project could still be there, by what
// is known; false when nothing bounds it.
func (p *pair) endOfStay() (end domain.Date, bounded bool) {
	if until := p.space.Availability.Until; until != nil {
		end, bounded = *until, true
	}
	if p.need.Use.Kind == domain.UseRecurring {
		return end, bounded
	}
	for _, c := range p.space.Commitments {
		if c.From != nil && *c.From > p.end && (!bounded || *c.From <= end) {
			end, bounded = *c.From-1, true
		}
	}
	return end, bounded
}

func saySpare(p *pair, f Finding, l domain.Locale) string {
	end, _ := p.endOfStay()
	full := months(p.fullSpareMonths(), l)
	switch f.why {
	case spareForGood:
		return l.In("Le local n'a pas de fin prévue : le projet pourrait y durer.", "The space has no end in view: the project could last there.")
	case spareEnough:
		return l.In("Le projet ne demande pas plus que sa durée minimale, que le local couvre.", "The project asks for no more than its minimum duration, which the space covers.")
	case spareFull:
		return fmt.Sprintf(l.In("Au-delà de la durée minimale, le local reste disponible jusqu'au %s : toute la marge utile (%s).", "Beyond the minimum duration, the space remains available until %s: all the spare time that is useful (%s)."), end.Long(l), full)
	case spareSome:
		return fmt.Sprintf(l.In("Au-delà de la durée minimale, il reste %s de marge, jusqu'au %s ; l'idéal serait de %s.", "Beyond the minimum duration, %s are left, until %s; the ideal would be %s."), longDays(p.end, end, l), end.Long(l), full)
	case spareNone:
		return l.In("Le local ne laisse aucune marge au-delà de la durée minimale.", "The space leaves no time beyond the minimum duration.")
	}
	return l.In("La période de disponibilité n'est pas assez connue pour évaluer la marge de durée.", "The availability isn't known well enough to tell the spare duration.")
}
