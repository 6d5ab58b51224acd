package match

import "github.com/palier-hub/palier/domain"

// priorityDistrict: where the need wants one, full inside a priority district
// or in an urban-renewal one (NPNRU), part of it near one. Where the need
// doesn't, every space meets the wish that isn't made: full for all, so that it
// separates nothing and leaves the reliability alone.
var priorityDistrict = criterion[pair]{
	code: domain.CriterionPriorityDistrict, kind: domain.CriterionSoft,
	assess: assessDistrict,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.need.WantsPriorityDistrict {
			wanted = domain.FlagValue{Value: true}
		}
		if s := p.site.PriorityDistrict.Standing; s != "" && s != domain.QpvUnknown {
			offered = codes("QpvStanding", s)
		} else if n := p.site.NpnruInterest; n != nil {
			offered = codes("NpnruInterest", *n)
		}
		return wanted, offered
	},
	origin: ofSite,
	say:    sayDistrict,
	ask: func(_ *pair, _ Finding, l domain.Locale) string {
		return toLandlord(l.In("le site est-il dans un quartier prioritaire, ou à moins de 300 m ?", "is the site in a priority district, or within 300 m of one?"), l)
	},
}

const (
	districtInside why = notAsked + 1 + iota
	districtRenewal
	districtNear
	districtOutside
	districtUnknown
)

func assessDistrict(p *pair) Finding {
	npnru := p.site.NpnruInterest
	switch {
	case !p.need.WantsPriorityDistrict:
		return known(1000, notAsked)
	case p.site.PriorityDistrict.Standing == domain.QpvInside:
		return known(1000, districtInside)
	case npnru != nil && (*npnru == domain.NpnruNational || *npnru == domain.NpnruRegional):
		return known(1000, districtRenewal)
	case p.site.PriorityDistrict.Standing == domain.QpvNear:
		return known(share(p.rules.districtNearShare, 1), districtNear)
	case p.site.PriorityDistrict.Standing == domain.QpvOutside: // the programme acts in priority districts
		return known(0, districtOutside)
	}
	return unknown(districtUnknown)
}

func sayDistrict(_ *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case districtInside:
		return l.In("Le site est dans un quartier prioritaire, comme le projet le souhaite.", "The site is in a priority district, as the project wants.")
	case districtRenewal:
		return l.In("Le site est dans un quartier du renouvellement urbain (NPNRU).", "The site is in an urban-renewal district (NPNRU).")
	case districtNear:
		return l.In("Le site est à moins de 300 m d'un quartier prioritaire.", "The site is within 300 m of a priority district.")
	case districtOutside:
		return l.In("Le site est hors des quartiers prioritaires, que le projet recherche.", "The site is outside the priority districts that the project looks for.")
	case districtUnknown:
		return l.In("On ne sait pas si le site est dans un quartier prioritaire, ce que le projet recherche.", "Whether the site is in a priority district, which the project looks for, isn't known.")
	}
	return l.In("Le projet ne demande pas de quartier prioritaire : tous les sites conviennent également.", "The project asks for no priority district: all sites suit it equally.")
}
