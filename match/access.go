package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// stepFreeAccess: compliant where it is needed. Partial access or a derogation
// may do or not, depending on the activity: it is a question, not a refusal.
var stepFreeAccess = criterion[pair]{
	code: domain.CriterionStepFreeAccess, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: assessAccess,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.need.NeedsStepFreeAccess {
			wanted = codes("AccessLevel", domain.AccessCompliant)
		}
		if a := p.space.StepFreeAccess; a != "" && a != domain.AccessUnknown {
			offered = codes("AccessLevel", a)
		}
		return wanted, offered
	},
	origin: ofSpace,
	say:    sayAccess,
	ask: func(_ *pair, f Finding, l domain.Locale) string {
		if f.why == accessLimited {
			return toLandlord(l.In("une personne en fauteuil roulant peut-elle entrer et utiliser les lieux, et que prévoit la dérogation s'il y en a une ?",
				"can a person in a wheelchair enter and use the place, and what does the derogation say if there is one?"), l)
		}
		return toLandlord(l.In("le local est-il accessible de plain-pied aux personnes à mobilité réduite ?", "can the space be reached step-free by people with reduced mobility?"), l)
	},
}

const (
	accessCompliant why = notAsked + 1 + iota
	accessLimited
	accessNone
	accessUnknown
)

func assessAccess(p *pair) Finding {
	if !p.need.NeedsStepFreeAccess {
		return pass(notAsked)
	}
	switch p.space.StepFreeAccess {
	case domain.AccessCompliant:
		return pass(accessCompliant)
	case domain.AccessNone:
		return fail(accessNone, 0)
	case domain.AccessPartial, domain.AccessDerogation:
		return unknown(accessLimited)
	}
	return unknown(accessUnknown)
}

func sayAccess(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case accessCompliant:
		return l.In("Le local est accessible aux personnes à mobilité réduite, comme le projet le demande.", "The space is accessible to people with reduced mobility, as the project asks.")
	case accessLimited:
		return fmt.Sprintf(l.In("L'accessibilité du local est limitée (%s) : il faut vérifier qu'elle suffit au projet.", "The access to the space is limited (%s): whether it is enough for the project is to be checked."), p.space.StepFreeAccess.Label(l))
	case accessNone:
		return l.In("Le local n'est pas accessible aux personnes à mobilité réduite, ce que le projet demande.", "The space isn't accessible to people with reduced mobility, which the project asks.")
	case accessUnknown:
		return l.In("L'accessibilité du local n'est pas connue ; le projet en a besoin.", "The access to the space isn't known; the project needs it step-free.")
	}
	return l.In("Le projet ne demande pas d'accessibilité particulière.", "The project asks for no step-free access.")
}
