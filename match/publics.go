package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// publics: the share of the project's publics who live on the site. A project
// for everyone serves whoever lives there; HLM tenants live on every site; the
// residents of priority districts on a site inside one.
var publics = criterion[pair]{
	code: domain.CriterionPublics, kind: domain.CriterionSoft,
	assess: assessPublics,
	values: func(p *pair, f Finding) (wanted, offered domain.CriterionValue) {
		if p.project != nil {
			wanted = codes("TargetPublic", p.project.Publics...)
		}
		if f.why != publicsUnknown {
			offered = codes("TargetPublic", p.residents()...)
		}
		return wanted, offered
	},
	origin: ofSite,
	say:    sayPublics,
	ask: func(_ *pair, f Finding, l domain.Locale) string {
		if f.why == publicsNotStated {
			return askPublics(l)
		}
		return toLandlord(l.In("qui habite ce site (familles, jeunes, seniors…), et est-il dans un quartier prioritaire ?", "who lives on this site (families, young people, seniors…), and is it in a priority district?"), l)
	},
}

const (
	publicsAll why = 1 + iota
	publicsSome
	publicsNone
	publicsUnknown
	publicsNotStated
)

func assessPublics(p *pair) Finding {
	if p.project == nil || len(p.project.Publics) == 0 {
		return unknown(publicsNotStated)
	}
	if slices.Contains(p.project.Publics, domain.PublicAll) {
		return known(1000, publicsAll)
	}
	here := 0
	for _, public := range p.project.Publics { // as sharePublics does, without a call for each through a value
		switch p.livesHere(public) {
		case Pass:
			here++
		case Unknown:
			return unknown(publicsUnknown)
		}
	}
	return publicsMet(here, len(p.project.Publics))
}

func publicsMet(n, of int) Finding {
	if n == 0 {
		return known(0, publicsNone)
	}
	return known(share(float64(n), float64(of)), publicsSome)
}

// sharePublics is the share of publics that are met; unknown when it isn't known
// of one.
func sharePublics(wanted []domain.TargetPublic, met func(domain.TargetPublic) Status) Finding {
	n := 0
	for _, public := range wanted {
		switch met(public) {
		case Pass:
			n++
		case Unknown:
			return unknown(publicsUnknown)
		}
	}
	return publicsMet(n, len(wanted))
}

// metPublics are those of the wanted that are met.
func metPublics(wanted []domain.TargetPublic, met func(domain.TargetPublic) Status) (list []domain.TargetPublic) {
	for _, public := range wanted {
		if met(public) == Pass {
			list = append(list, public)
		}
	}
	return list
}

func sayNoPublics(l domain.Locale) string {
	return l.In("Les publics du projet ne sont pas connus.", "The project's publics aren't known.")
}

func askPublics(l domain.Locale) string {
	return toProject(l.In("à quels publics s'adresse votre projet ?", "whom does your project serve?"), l)
}

// livesHere tells whether a public is among the site's residents.
func (p *pair) livesHere(public domain.TargetPublic) Status {
	residents := p.site.ResidentPublics
	standing := p.site.PriorityDistrict.Standing
	switch {
	case slices.Contains(residents, public), slices.Contains(residents, domain.PublicAll),
		public == domain.PublicHlmTenants && p.siteKnown,
		public == domain.PublicQpvResidents && standing == domain.QpvInside:
		return Pass
	case public == domain.PublicQpvResidents && (standing == domain.QpvOutside || standing == domain.QpvNear):
		return Fail
	case residents == nil, public == domain.PublicQpvResidents:
		return Unknown
	}
	return Fail
}

// residents are those stated and those that the place implies.
func (p *pair) residents() []domain.TargetPublic {
	all := slices.Clone(p.site.ResidentPublics)
	for _, implied := range []domain.TargetPublic{domain.PublicQpvResidents, domain.PublicHlmTenants} {
		if p.siteKnown && !slices.Contains(all, implied) && p.livesHere(implied) == Pass {
			all = append(all, implied)
		}
	}
	return all
}

func sayPublics(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case publicsNotStated:
		return sayNoPublics(l)
	case publicsAll:
		return l.In("Le projet s'adresse à tous : il convient à qui habite ce site.", "The project is for everyone: it suits whoever lives on this site.")
	case publicsUnknown:
		return fmt.Sprintf(l.In("On ne sait pas si les publics du projet (%s) habitent ce site.", "Whether the project's publics (%s) live on this site isn't known."), list(p.project.Publics, l))
	case publicsNone:
		return fmt.Sprintf(l.In("Aucun des publics du projet (%s) n'est signalé parmi les habitants du site.", "None of the project's publics (%s) is reported among the site's residents."), list(p.project.Publics, l))
	}
	here := metPublics(p.project.Publics, p.livesHere)
	return fmt.Sprintf(l.In("Des publics du projet habitent ce site : %s (%d sur %d).", "Publics of the project live on this site: %s (%d of %d)."),
		list(here, l), len(here), len(p.project.Publics))
}
