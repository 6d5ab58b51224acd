package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// landlordStock: how many spaces of the landlord that the need could ask for are
// known, in proportion to the number that the ruleset makes full. No space known
// of a landlord at all is unknown: it hasn't listed what it has.
var landlordStock = criterion[landlordPair]{
	code: domain.CriterionLandlordStock, kind: domain.CriterionSoft,
	assess: func(p *landlordPair) Finding {
		if p.spaces == nil {
			return unknown(0)
		}
		return known(share(float64(*p.spaces), p.rules.stockFull), 0)
	},
	values: func(p *landlordPair, _ Finding) (wanted, offered domain.CriterionValue) {
		wanted = domain.QuantityValue{Min: &p.rules.stockFull, Unit: domain.UnitCount}
		if p.spaces != nil {
			offered = exactly(float64(*p.spaces), domain.UnitCount)
		}
		return wanted, offered
	},
	origin: func(*landlordPair) (*string, *domain.Date) { return nil, nil }, // counted here
	say: func(p *landlordPair, f Finding, l domain.Locale) string {
		switch {
		case f.Status == Unknown:
			return l.In("Aucun local de ce bailleur n'est encore connu : il n'a pas dit ce qu'il a.", "No space of this landlord is known yet: it hasn't said what it has.")
		case *p.spaces == 0:
			return l.In("Parmi les locaux connus de ce bailleur, aucun n'est d'un type accepté dans le territoire recherché.", "Of the known spaces of this landlord, none is of an accepted kind in the territory looked for.")
		}
		return fmt.Sprintf(l.In("Le bailleur a fait connaître %s d'un type accepté dans le territoire recherché.", "The landlord has made known %s of an accepted kind in the territory looked for."),
			count(*p.spaces, oneSpace, manySpaces, l))
	},
	ask: func(p *landlordPair, _ Finding, l domain.Locale) string {
		if len(p.need.SpaceKinds) == 0 {
			return toLandlord(l.In("avez-vous des locaux disponibles dans ce territoire ?", "do you have spaces to lend in this territory?"), l)
		}
		return toLandlord(fmt.Sprintf(l.In("avez-vous dans ce territoire des locaux de ce type : %s ?", "do you have spaces of this kind in this territory: %s?"), list(p.need.SpaceKinds, l)), l)
	},
}

var oneSpace, manySpaces = domain.Bilingual{French: "local", English: "space"}, domain.Bilingual{French: "locaux", English: "spaces"}
