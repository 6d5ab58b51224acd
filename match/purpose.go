package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
)

// What a landlord's need and a project are for, and how far the project has come.

// sharedDomains: the share of the need's domains to which the project belongs.
var sharedDomains = criterion[projectPair]{
	code: domain.CriterionSharedDomains, kind: domain.CriterionSoft,
	assess: func(p *projectPair) Finding {
		switch {
		case len(p.need.Domains) == 0:
			return unknown(domainsNotStated)
		case len(p.project.Domains) == 0:
			return unknown(domainsNoProject)
		}
		return known(share(float64(len(p.commonDomains())), float64(len(p.need.Domains))), domainsKnown)
	},
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		return codes("InnovationDomain", p.need.Domains...), codes("InnovationDomain", p.project.Domains...)
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		common := p.commonDomains()
		switch {
		case f.why == domainsNotStated:
			return l.In("Les domaines du besoin ne sont pas connus.", "The need's domains aren't known.")
		case f.why == domainsNoProject:
			return sayNoDomains(l)
		case len(common) == 0:
			return fmt.Sprintf(l.In("Le projet ne relève d'aucun domaine du besoin (%s).", "The project belongs to none of the need's domains (%s)."), list(p.need.Domains, l))
		}
		return fmt.Sprintf(l.In("Le projet relève de domaines du besoin : %s (%d sur %d).", "The project belongs to domains of the need: %s (%d of %d)."),
			list(common, l), len(common), len(p.need.Domains))
	},
	ask: func(_ *projectPair, f Finding, l domain.Locale) string {
		if f.why == domainsNotStated {
			return toLandlord(l.In("à quels domaines se rattache ce besoin ?", "which domains does this need belong to?"), l)
		}
		return askDomains(l)
	},
}

const (
	domainsKnown why = 1 + iota
	domainsNotStated
	domainsNoProject
)

func (p *projectPair) commonDomains() []domain.InnovationDomain {
	return slices.DeleteFunc(slices.Clone(p.need.Domains), func(d domain.InnovationDomain) bool { return !slices.Contains(p.project.Domains, d) })
}

// projectPublics: the share of the need's publics whom the project serves. A
// project for everyone serves them all.
var projectPublics = criterion[projectPair]{
	code: domain.CriterionPublics, kind: domain.CriterionSoft,
	assess: func(p *projectPair) Finding {
		switch {
		case p.need.Publics == nil:
			return unknown(publicsUnknown)
		case len(p.need.Publics) == 0:
			return known(1000, notAsked)
		case len(p.project.Publics) == 0:
			return unknown(publicsNotStated)
		case slices.Contains(p.project.Publics, domain.PublicAll):
			return known(1000, publicsAll)
		}
		return sharePublics(p.need.Publics, p.serves)
	},
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		return codes("TargetPublic", p.need.Publics...), codes("TargetPublic", p.project.Publics...)
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		switch f.why {
		case publicsUnknown:
			return l.In("Les publics du besoin ne sont pas connus.", "The need's publics aren't known.")
		case publicsNotStated:
			return sayNoPublics(l)
		case publicsAll:
			return l.In("Le projet s'adresse à tous, donc aux publics du besoin.", "The project is for everyone, so for the need's publics.")
		case publicsNone:
			return fmt.Sprintf(l.In("Le projet ne s'adresse à aucun des publics du besoin (%s).", "The project serves none of the need's publics (%s)."), list(p.need.Publics, l))
		case publicsSome:
			met := metPublics(p.need.Publics, p.serves)
			return fmt.Sprintf(l.In("Le projet s'adresse à des publics du besoin : %s (%d sur %d).", "The project serves publics of the need: %s (%d of %d)."),
				list(met, l), len(met), len(p.need.Publics))
		}
		return l.In("Le besoin ne vise pas de public particulier : tous les projets conviennent également.", "The need is for no particular public: all projects suit it equally.")
	},
	ask: func(_ *projectPair, f Finding, l domain.Locale) string {
		if f.why == publicsUnknown {
			return toLandlord(l.In("à quels publics ce besoin s'adresse-t-il ?", "whom is this need for?"), l)
		}
		return askPublics(l)
	},
}

func (p *projectPair) serves(public domain.TargetPublic) Status {
	if slices.Contains(p.project.Publics, public) {
		return Pass
	}
	return Fail
}

// projectStage: full for a project that is established, what the ruleset gives
// for one that still experiments or scales.
var projectStage = criterion[projectPair]{
	code: domain.CriterionProjectStage, kind: domain.CriterionSoft,
	assess: func(p *projectPair) Finding {
		switch p.project.Stage {
		case domain.StageExperimentation:
			return known(share(p.rules.stageExperimentationShare, 1), 0)
		case domain.StageScaling:
			return known(share(p.rules.stageScalingShare, 1), 0)
		case domain.StageEstablished:
			return known(1000, 0)
		}
		return unknown(0)
	},
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.project.Stage != "" {
			offered = codes("ProjectStage", p.project.Stage)
		}
		return codes("ProjectStage", domain.StageEstablished), offered
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		if f.Status == Unknown {
			return l.In("Le stade du projet n'est pas connu.", "The project's stage isn't known.")
		}
		return fmt.Sprintf(l.In("Stade du projet : %s, soit %s de la note.", "Stage of the project: %s, worth %s of the points."), p.project.Stage.Label(l), percent(f.Score, l))
	},
	ask: func(_ *projectPair, _ Finding, l domain.Locale) string {
		return toProject(l.In("où en est votre projet (expérimentation, essaimage, établi) ?", "how far has your project come (experimentation, scaling, established)?"), l)
	},
}
