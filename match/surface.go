package match

import (
	"fmt"
	"math"

	"github.com/palier-hub/palier/domain"
)

// surface: the ranges meet. A stated bound of the space is taken as a surface
// that it has; whether it can be divided further, or is larger, is unknown
// where the other bound is missing.
var surface = criterion[pair]{
	code: domain.CriterionSurface, kind: domain.CriterionHard, unit: domain.UnitM2, gapsPerUnit: 100,
	assess: assessSurface,
	values: surfaceValues,
	origin: ofSpace,
	say:    saySurface,
	ask:    askSurface,
}

const (
	surfaceMeets why = notAsked + 1 + iota
	surfaceTooSmall
	surfaceTooLarge
	surfaceUnknown
	surfaceMostUnknown  // large enough?
	surfaceLeastUnknown // divisible?
)

func assessSurface(p *pair) Finding {
	wanted, offered := p.need.Surface, p.space.Surface
	switch {
	case !wanted.Known():
		return pass(notAsked)
	case !offered.Known():
		return unknown(surfaceUnknown)
	case wanted.MinM2 != nil && offered.MaxM2 != nil && *offered.MaxM2 < *wanted.MinM2:
		return fail(surfaceTooSmall, hundredths(*wanted.MinM2-*offered.MaxM2))
	case wanted.MaxM2 != nil && offered.MinM2 != nil && *offered.MinM2 > *wanted.MaxM2:
		return fail(surfaceTooLarge, hundredths(*offered.MinM2-*wanted.MaxM2))
	case offered.MaxM2 == nil && wanted.MinM2 != nil && *offered.MinM2 < *wanted.MinM2:
		return unknown(surfaceMostUnknown)
	case offered.MinM2 == nil && wanted.MaxM2 != nil && *offered.MaxM2 > *wanted.MaxM2:
		return unknown(surfaceLeastUnknown)
	}
	return pass(surfaceMeets)
}

func surfaceValues(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
	return surfaceValue(p.need.Surface), surfaceValue(p.space.Surface)
}

func surfaceValue(r domain.SurfaceRange) domain.CriterionValue {
	if !r.Known() {
		return nil
	}
	return domain.QuantityValue{Min: r.MinM2, Max: r.MaxM2, Unit: domain.UnitM2}
}

func surfaceText(r domain.SurfaceRange, l domain.Locale) string {
	return domain.QuantityValue{Min: r.MinM2, Max: r.MaxM2, Unit: domain.UnitM2}.Display(l)
}

func saySurface(p *pair, f Finding, l domain.Locale) string {
	wanted, offered := p.need.Surface, p.space.Surface
	gap := m2(float64(f.gap)/100, l)
	switch f.why {
	case surfaceMeets:
		return fmt.Sprintf(l.In("La surface offerte (%s) convient à la surface souhaitée (%s).", "The surface offered (%s) suits the surface wanted (%s)."),
			surfaceText(offered, l), surfaceText(wanted, l))
	case surfaceTooSmall:
		return fmt.Sprintf(l.In("La surface offerte (%s) est inférieure de %s au minimum souhaité (%s).", "The surface offered (%s) is %s below the minimum wanted (%s)."),
			surfaceText(offered, l), gap, m2(*wanted.MinM2, l))
	case surfaceTooLarge:
		return fmt.Sprintf(l.In("La surface offerte (%s) dépasse de %s le maximum souhaité (%s).", "The surface offered (%s) exceeds by %s the maximum wanted (%s)."),
			surfaceText(offered, l), gap, m2(*wanted.MaxM2, l))
	case surfaceUnknown:
		return fmt.Sprintf(l.In("La surface du local n'est pas connue ; le projet souhaite %s.", "The surface of the space isn't known; the project wants %s."), surfaceText(wanted, l))
	case surfaceMostUnknown:
		return fmt.Sprintf(l.In("Le local offre %s, sans maximum connu ; le projet souhaite %s.", "The space offers %s, with no known maximum; the project wants %s."),
			surfaceText(offered, l), surfaceText(wanted, l))
	case surfaceLeastUnknown:
		return fmt.Sprintf(l.In("Le local offre %s, sans minimum connu ; le projet souhaite %s.", "The space offers %s, with no known minimum; the project wants %s."),
			surfaceText(offered, l), surfaceText(wanted, l))
	}
	return l.In("Le projet ne demande pas de surface particulière.", "The project asks for no particular surface.")
}

func askSurface(p *pair, f Finding, l domain.Locale) string {
	wanted := p.need.Surface
	switch f.why {
	case surfaceMostUnknown:
		return toLandlord(fmt.Sprintf(l.In("le local peut-il offrir au moins %s ?", "can the space offer at least %s?"), m2(*wanted.MinM2, l)), l)
	case surfaceLeastUnknown:
		return toLandlord(fmt.Sprintf(l.In("le local peut-il être divisé, pour n'en prêter que %s au plus ?", "can the space be divided, to lend %s of it at most?"), m2(*wanted.MaxM2, l)), l)
	}
	return toLandlord(l.In("quelle est la surface du local, en m² ?", "what is the surface of the space, in m²?"), l)
}

// span bounds the surface in m² that the occupant would take: the smallest of
// the space's that satisfies the need, or what comes nearest. most is infinite
// when nothing bounds it.
type span struct{ least, most float64 }

func takenSurface(wanted, offered domain.SurfaceRange) span {
	want := 0.0
	if wanted.MinM2 != nil {
		want = *wanted.MinM2
	}
	switch {
	case offered.MinM2 != nil && offered.MaxM2 != nil:
		m2 := min(max(want, *offered.MinM2), *offered.MaxM2)
		return span{m2, m2}
	case offered.MinM2 != nil: // no more than is wanted, were it larger
		return span{*offered.MinM2, max(want, *offered.MinM2)}
	case offered.MaxM2 != nil:
		return span{min(want, *offered.MaxM2), *offered.MaxM2}
	}
	return span{want, math.Inf(1)}
}

// surfaceFit: full within the wanted range; below and above it, in proportion
// (twice too large is half). Without a stated maximum the ruleset says how much
// larger than the minimum still fits fully. A need that asks for no surface is
// suited by any: full for all, so that it separates nothing.
var surfaceFit = criterion[pair]{
	code: domain.CriterionSurfaceFit, kind: domain.CriterionSoft,
	assess: assessSurfaceFit,
	values: surfaceValues,
	origin: ofSpace,
	say:    saySurfaceFit,
	ask:    askSurface,
}

const (
	fitWithin why = notAsked + 1 + iota
	fitAbove
	fitBelow
	fitUnknown
)

func assessSurfaceFit(p *pair) Finding {
	if !p.need.Surface.Known() {
		return known(1000, notAsked)
	}
	if !p.space.Surface.Known() || math.IsInf(p.taken.most, 1) {
		return unknown(fitUnknown)
	}
	low, high := p.fit(p.taken.least), p.fit(p.taken.most)
	if low != high {
		return unknown(fitUnknown)
	}
	return low
}

// fit of one surface to the wanted range.
func (p *pair) fit(m2 float64) Finding {
	least, most := p.fullFit()
	switch {
	case m2 > most:
		return known(share(most, m2), fitAbove)
	case m2 < least:
		return known(share(m2, least), fitBelow)
	}
	return known(1000, fitWithin)
}

// fullFit is the range that fits fully.
func (p *pair) fullFit() (least, most float64) {
	wanted := p.need.Surface
	if wanted.MinM2 != nil {
		least = *wanted.MinM2
		most = least * p.rules.surfaceRoomyRatio
	}
	if wanted.MaxM2 != nil {
		most = *wanted.MaxM2
	}
	return least, most
}

func saySurfaceFit(p *pair, f Finding, l domain.Locale) string {
	least, most := p.fullFit()
	taken := m2(p.taken.least, l)
	switch f.why {
	case fitWithin:
		return fmt.Sprintf(l.In("La surface (%s) est bien ajustée au besoin.", "The surface (%s) fits the need well."), taken)
	case fitAbove:
		return fmt.Sprintf(l.In("Avec %s, le local est plus grand qu'il ne faut (%s au plus), soit %s de la note.", "With %s, the space is larger than needed (%s at most), worth %s of the points."),
			taken, m2(most, l), percent(f.Score, l))
	case fitBelow:
		return fmt.Sprintf(l.In("Avec %s, le local est plus petit que souhaité (%s au moins), soit %s de la note.", "With %s, the space is smaller than wanted (%s at least), worth %s of the points."),
			taken, m2(least, l), percent(f.Score, l))
	case fitUnknown:
		return l.In("La surface que prendrait le projet n'est pas assez connue pour juger de son adéquation.", "The surface that the project would take isn't known well enough to judge the fit.")
	}
	return l.In("Le projet ne demande pas de surface particulière : toutes conviennent également.", "The project asks for no particular surface: all suit it equally.")
}
