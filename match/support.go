package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
)

// localSupport: what the local authority thinks of hosting projects on the
// site; unknown to a viewer who may not see it.
var localSupport = criterion[pair]{
	code: domain.CriterionLocalSupport, kind: domain.CriterionSoft,
	assess: assessSupport,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if a := p.localAuthority(); a != nil {
			offered = codes("LocalSupport", a.Support)
		}
		return codes("LocalSupport", domain.SupportSupportive), offered
	},
	origin: func(p *pair) (*string, *domain.Date) {
		if a := p.localAuthority(); a != nil {
			return a.Source, a.AsOf
		}
		return nil, nil
	},
	say: func(p *pair, f Finding, l domain.Locale) string {
		if f.Status == Unknown {
			return l.In("La position de la collectivité n'est pas connue.", "The local authority's position isn't known.")
		}
		return fmt.Sprintf(l.In("La position de la collectivité envers l'accueil de projets sur ce site est %s.", "The local authority's position on hosting projects here is %s."), p.localAuthority().Support.Label(l))
	},
	ask: func(_ *pair, _ Finding, l domain.Locale) string {
		return toLandlord(l.In("la commune est-elle favorable à l'accueil d'un projet sur ce site ?", "is the commune in favour of hosting a project on this site?"), l)
	},
}

// localAuthority is nil when unknown or hidden.
func (p *pair) localAuthority() *domain.LocalAuthority {
	if !p.confidential {
		return nil
	}
	return p.site.LocalAuthority
}

func assessSupport(p *pair) Finding {
	a := p.localAuthority()
	if a == nil {
		return unknown(0)
	}
	switch a.Support {
	case domain.SupportSupportive:
		return known(1000, 0)
	case domain.SupportNeutral:
		return known(share(p.rules.supportNeutralShare, 1), 0)
	case domain.SupportReserved:
		return known(share(p.rules.supportReservedShare, 1), 0)
	case domain.SupportOpposed:
		return known(0, 0)
	}
	return unknown(0)
}
