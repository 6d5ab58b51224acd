package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// inclusionPractice: how many procurement levers the landlord uses, in
// proportion to the number that the ruleset makes full.
var inclusionPractice = criterion[pair]{
	code: domain.CriterionInclusionPractice, kind: domain.CriterionSoft,
	assess: func(p *pair) Finding {
		if p.landlord.Practices == nil {
			return unknown(0)
		}
		return known(share(float64(len(p.landlord.Practices)), p.rules.practicesFull), 0)
	},
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		wanted = domain.QuantityValue{Min: &p.rules.practicesFull, Unit: domain.UnitCount}
		return wanted, codes("ProcurementLever", p.landlord.Practices...)
	},
	origin: ofLandlord,
	say: func(p *pair, f Finding, l domain.Locale) string {
		switch {
		case f.Status == Unknown:
			return l.In("Les pratiques d'inclusion du bailleur ne sont pas connues.", "The landlord's inclusion practices aren't known.")
		case len(p.landlord.Practices) == 0:
			return l.In("Le bailleur ne signale aucun levier d'inclusion.", "The landlord reports no lever of inclusion.")
		}
		return fmt.Sprintf(l.In("Le bailleur pratique déjà l'inclusion : %s.", "The landlord already practises inclusion: %s."), list(p.landlord.Practices, l))
	},
	ask: func(_ *pair, _ Finding, l domain.Locale) string {
		return toLandlord(l.In("quels leviers utilisez-vous pour l'inclusion (clauses sociales, lots, marchés réservés…) ?", "which levers of inclusion do you use (social clauses, lots, reserved contracts…)?"), l)
	},
}
