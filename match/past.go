package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/fold"
)

// sharedPast: the project's references name this landlord. A placement with an
// HLM landlord that isn't named may be one with this landlord.
func sharedPast[P any, B betweenParties[P]](assess func(*P) Finding) criterion[P] {
	return criterion[P]{
		code: domain.CriterionSharedPast, kind: domain.CriterionSoft,
		assess: assess,
		values: func(p *P, f Finding) (wanted, offered domain.CriterionValue) {
			if f.Status == Pass {
				n, _ := B(p).parties().placementsTogether()
				offered = exactly(float64(n), domain.UnitCount)
			}
			one := 1.0
			return domain.QuantityValue{Min: &one, Unit: domain.UnitCount}, offered
		},
		origin: ofProject[P, B],
		say: func(p *P, f Finding, l domain.Locale) string {
			switch f.why {
			case pastShared:
				n, _ := B(p).parties().placementsTogether()
				return fmt.Sprintf(l.In("Le projet compte déjà %s chez ce bailleur.", "The project already counts %s with this landlord."), count(n,
					domain.Bilingual{French: "accueil", English: "placement"}, domain.Bilingual{French: "accueils", English: "placements"}, l))
			case pastNotNamed:
				return l.In("Le projet a déjà été accueilli par un bailleur HLM, sans que l'on sache si c'est celui-ci.", "The project has been hosted by an HLM landlord; whether by this one isn't known.")
			case pastUnknown:
				return l.In("On ne sait pas si le projet a déjà été accueilli par ce bailleur.", "Whether the project has been hosted by this landlord isn't known.")
			}
			return l.In("Le projet n'a pas encore été accueilli par ce bailleur.", "The project hasn't been hosted by this landlord yet.")
		},
		ask: askReferences[P],
	}
}

const (
	pastShared why = 1 + iota
	pastNone
	pastNotNamed
	pastUnknown
)

func (p parties) assessPast() Finding {
	if p.project == nil || p.project.References == nil || p.landlord.Name == "" {
		return unknown(pastUnknown)
	}
	switch named, others := p.placementsTogether(); {
	case named > 0:
		return known(1000, pastShared)
	case others > 0:
		return unknown(pastNotNamed)
	}
	return known(0, pastNone)
}

// placementsTogether are the references that name the landlord, and those with
// HLM landlords that name nobody. Names are the same but for case, accents and
// marks.
func (p parties) placementsTogether() (named, nameless int) {
	own := fold.Name(p.landlord.Name)
	for _, r := range p.project.References {
		switch {
		case r.LandlordName == nil:
			if r.HlmLandlord {
				nameless++
			}
		case fold.Name(*r.LandlordName) == own:
			named++
		}
	}
	return named, nameless
}
