package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// landlordPublics: the share of the project's publics whom the landlord wants to
// serve. HLM tenants are those of every landlord, the residents of priority
// districts those of one with a site inside such a district.
var landlordPublics = criterion[landlordPair]{
	code: domain.CriterionPublics, kind: domain.CriterionSoft,
	assess: func(p *landlordPair) Finding {
		if p.project == nil || len(p.project.Publics) == 0 {
			return unknown(publicsNotStated)
		}
		if slices.Contains(p.project.Publics, domain.PublicAll) {
			return known(1000, publicsAll)
		}
		return sharePublics(p.project.Publics, p.serves)
	},
	values: func(p *landlordPair, f Finding) (wanted, offered domain.CriterionValue) {
		if p.project != nil {
			wanted = codes("TargetPublic", p.project.Publics...)
		}
		if f.why != publicsUnknown {
			offered = codes("TargetPublic", p.served()...)
		}
		return wanted, offered
	},
	origin: ofLandlord[landlordPair],
	say:    sayLandlordPublics,
	ask: func(_ *landlordPair, f Finding, l domain.Locale) string {
		if f.why == publicsNotStated {
			return askPublics(l)
		}
		return toLandlord(l.In("à quels publics voulez-vous vous adresser en priorité ?", "whom do you want to serve first?"), l)
	},
}

// serves tells whether the landlord wants to serve a public.
func (p *landlordPair) serves(public domain.TargetPublic) Status {
	stated := p.landlord.Publics
	switch {
	case slices.Contains(stated, public), slices.Contains(stated, domain.PublicAll),
		public == domain.PublicHlmTenants && p.landlordKnown,
		public == domain.PublicQpvResidents && slices.ContainsFunc(p.sites, inPriorityDistrict):
		return Pass
	case stated == nil:
		return Unknown
	}
	return Fail
}

func inPriorityDistrict(s *domain.LandlordSite) bool {
	return s.PriorityDistrict.Standing == domain.QpvInside
}

// served are the publics stated and those that the landlord's stock implies.
func (p *landlordPair) served() []domain.TargetPublic {
	all := slices.Clone(p.landlord.Publics)
	for _, implied := range []domain.TargetPublic{domain.PublicQpvResidents, domain.PublicHlmTenants} {
		if !slices.Contains(all, implied) && !slices.Contains(all, domain.PublicAll) && p.serves(implied) == Pass {
			all = append(all, implied)
		}
	}
	return all
}

func sayLandlordPublics(p *landlordPair, f Finding, l domain.Locale) string {
	switch f.why {
	case publicsNotStated:
		return sayNoPublics(l)
	case publicsAll:
		return l.In("Le projet s'adresse à tous : il convient à tous les bailleurs.", "The project is for everyone: it suits every landlord.")
	case publicsUnknown:
		return fmt.Sprintf(l.In("On ne sait pas si le bailleur veut s'adresser aux publics du projet (%s).", "Whether the landlord wants to serve the project's publics (%s) isn't known."), list(p.project.Publics, l))
	case publicsNone:
		return fmt.Sprintf(l.In("Aucun des publics du projet (%s) n'est de ceux que le bailleur veut servir.", "None of the project's publics (%s) is among those whom the landlord wants to serve."), list(p.project.Publics, l))
	}
	met := metPublics(p.project.Publics, p.serves)
	return fmt.Sprintf(l.In("Le bailleur veut servir des publics du projet : %s (%d sur %d).", "The landlord wants to serve publics of the project: %s (%d of %d)."),
		list(met, l), len(met), len(p.project.Publics))
}
