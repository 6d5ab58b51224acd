package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// references: the project's past placements with HLM landlords, in proportion
// to the number that the ruleset makes full.
func references[P any, B betweenParties[P]](assess func(*P) Finding) criterion[P] {
	return criterion[P]{
		code: domain.CriterionReferences, kind: domain.CriterionSoft,
		assess: assess,
		values: func(p *P, f Finding) (wanted, offered domain.CriterionValue) {
			of := B(p).parties()
			wanted = domain.QuantityValue{Min: &of.rules.referencesFull, Unit: domain.UnitCount}
			if f.Status == Pass {
				offered = exactly(float64(of.hlmPlacements()), domain.UnitCount)
			}
			return wanted, offered
		},
		origin: ofProject[P, B],
		say: func(p *P, f Finding, l domain.Locale) string {
			if f.Status == Unknown {
				return l.In("On ne sait pas si le projet a déjà été accueilli par des bailleurs HLM.", "Whether the project has been hosted by HLM landlords isn't known.")
			}
			n := B(p).parties().hlmPlacements()
			if n == 0 {
				return l.In("Le projet n'a pas encore été accueilli par un bailleur HLM.", "The project hasn't been hosted by an HLM landlord yet.")
			}
			return fmt.Sprintf(l.In("Le projet compte déjà %s.", "The project already counts %s."), count(n,
				domain.Bilingual{French: "accueil chez un bailleur HLM", English: "placement with an HLM landlord"},
				domain.Bilingual{French: "accueils chez des bailleurs HLM", English: "placements with HLM landlords"}, l))
		},
		ask: askReferences[P],
	}
}

func (p parties) assessReferences() Finding {
	if p.project == nil || p.project.References == nil && len(p.project.Hosted) == 0 {
		return unknown(0)
	}
	return known(share(float64(p.hlmPlacements()), p.rules.referencesFull), 0)
}

func askReferences[P any](_ *P, _ Finding, l domain.Locale) string {
	return toProject(l.In("par quels bailleurs HLM avez-vous déjà été accueillis ?", "which HLM landlords have hosted you?"), l)
}

func (p parties) hlmPlacements() (n int) {
	for _, all := range [...][]domain.PlacementReference{p.project.References, p.project.Hosted} {
		for _, r := range all {
			if r.HlmLandlord {
				n++
			}
		}
	}
	return n
}
