package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// spaceKind: the need accepts the kind of the space.
var spaceKind = criterion[pair]{
	code: domain.CriterionSpaceKind, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: assessKind,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.space.Kind != "" {
			offered = codes("SpaceKind", p.space.Kind)
		}
		return codes("SpaceKind", p.need.SpaceKinds...), offered
	},
	origin: ofSpace,
	say:    sayKind,
	ask: func(_ *pair, _ Finding, l domain.Locale) string {
		return toLandlord(l.In("de quel type de local s'agit-il ?", "what kind of space is it?"), l)
	},
}

const (
	kindAccepted why = notAsked + 1 + iota
	kindRefused
	kindUnknown
)

func assessKind(p *pair) Finding {
	switch {
	case len(p.need.SpaceKinds) == 0:
		return pass(notAsked)
	case p.space.Kind == "":
		return unknown(kindUnknown)
	case slices.Contains(p.need.SpaceKinds, p.space.Kind):
		return pass(kindAccepted)
	}
	return fail(kindRefused, 0)
}

func sayKind(p *pair, f Finding, l domain.Locale) string {
	offered, wanted := p.space.Kind.Label(l), list(p.need.SpaceKinds, l)
	switch f.why {
	case kindAccepted:
		return fmt.Sprintf(l.In("Le projet recherche ce type de local : %s.", "The project looks for this kind of space: %s."), offered)
	case kindRefused:
		return fmt.Sprintf(l.In("Le projet ne recherche pas ce type de local : %s. Il cherche : %s.", "The project doesn't look for this kind of space: %s. It looks for: %s."), offered, wanted)
	case kindUnknown:
		return fmt.Sprintf(l.In("Le type du local n'est pas connu ; le projet recherche : %s.", "The kind of the space isn't known; the project looks for: %s."), wanted)
	}
	return l.In("Le projet accepte tous les types de locaux.", "The project accepts any kind of space.")
}
