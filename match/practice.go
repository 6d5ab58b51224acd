package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// inclusionPractice: how many procurement levers the landlord uses, in
// proportion to the number that the ruleset makes full.
func inclusionPractice[P any, B betweenParties[P]](assess func(*P) Finding) criterion[P] {
	return criterion[P]{
		code: domain.CriterionInclusionPractice, kind: domain.CriterionSoft,
		assess: assess,
		values: func(p *P, _ Finding) (wanted, offered domain.CriterionValue) {
			of := B(p).parties()
			wanted = domain.QuantityValue{Min: &of.rules.practicesFull, Unit: domain.UnitCount}
			return wanted, codes("ProcurementLever", of.landlord.Practices...)
		},
		origin: ofLandlord[P, B],
		say: func(p *P, f Finding, l domain.Locale) string {
			practices := B(p).parties().landlord.Practices
			switch {
			case f.Status == Unknown:
				return l.In("Les pratiques d'inclusion du bailleur ne sont pas connues.", "The landlord's inclusion practices aren't known.")
			case len(practices) == 0:
				return l.In("Le bailleur ne signale aucun levier d'inclusion.", "The landlord reports no lever of inclusion.")
			}
			return fmt.Sprintf(l.In("Le bailleur pratique déjà l'inclusion : %s.", "The landlord already practises inclusion: %s."), list(practices, l))
		},
		ask: func(_ *P, _ Finding, l domain.Locale) string {
			return toLandlord(l.In("quels leviers utilisez-vous pour l'inclusion (clauses sociales, lots, marchés réservés…) ?", "which levers of inclusion do you use (social clauses, lots, reserved contracts…)?"), l)
		},
	}
}

func (p parties) assessPractice() Finding {
	if p.landlord.Practices == nil {
		return unknown(0)
	}
	return known(share(float64(len(p.landlord.Practices)), p.rules.practicesFull), 0)
}
