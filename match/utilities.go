package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// utilities: all those needed are there. One said to be missing fails; one of
// which nothing is said is unknown.
var utilities = criterion[pair]{
	code: domain.CriterionUtilities, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: assessUtilities,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		return codes("SpaceUtility", p.need.Utilities...), codes("SpaceUtility", p.space.Utilities...)
	},
	origin: ofSpace,
	say:    sayUtilities,
	ask: func(p *pair, _ Finding, l domain.Locale) string {
		_, unsaid := p.lackingUtilities()
		return toLandlord(fmt.Sprintf(l.In("le local dispose-t-il des équipements suivants : %s ?", "does the space have the following utilities: %s?"), list(unsaid, l)), l)
	},
}

const (
	utilitiesThere why = notAsked + 1 + iota
	utilitiesMissing
	utilitiesUnknown
)

func assessUtilities(p *pair) Finding {
	missing, unsaid := 0, 0
	for _, u := range p.need.Utilities {
		switch p.utility(u) {
		case Fail:
			missing++
		case Unknown:
			unsaid++
		}
	}
	switch {
	case len(p.need.Utilities) == 0:
		return pass(notAsked)
	case missing > 0:
		return fail(utilitiesMissing, int64(missing))
	case unsaid > 0:
		return unknown(utilitiesUnknown)
	}
	return pass(utilitiesThere)
}

// utility tells whether the space has one.
func (p *pair) utility(u domain.SpaceUtility) Status {
	switch {
	case slices.Contains(p.space.MissingUtilities, u):
		return Fail
	case slices.Contains(p.space.Utilities, u):
		return Pass
	}
	return Unknown
}

func (p *pair) lackingUtilities() (missing, unsaid []domain.SpaceUtility) {
	for _, u := range p.need.Utilities {
		switch p.utility(u) {
		case Fail:
			missing = append(missing, u)
		case Unknown:
			unsaid = append(unsaid, u)
		}
	}
	return missing, unsaid
}

func sayUtilities(p *pair, f Finding, l domain.Locale) string {
	missing, unsaid := p.lackingUtilities()
	switch f.why {
	case utilitiesThere:
		return fmt.Sprintf(l.In("Le local dispose des équipements nécessaires : %s.", "The space has the utilities needed: %s."), list(p.need.Utilities, l))
	case utilitiesMissing:
		return fmt.Sprintf(l.In("Il manque au local %s : %s.", "The space lacks %s: %s."), count(len(missing), oneUtility, manyOfThem, l), list(missing, l))
	case utilitiesUnknown:
		return fmt.Sprintf(l.In("On ne sait pas si le local dispose de tous les équipements nécessaires ; à vérifier : %s.", "Whether the space has all the utilities needed isn't known; to be checked: %s."), list(unsaid, l))
	}
	return l.In("Le projet ne demande pas d'équipement particulier.", "The project asks for no particular utility.")
}
