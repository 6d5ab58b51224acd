package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// landlordTerritory: the landlord has a site in one of the need's territories, or
// is at work in a territory that shares ground with one of them. Where it is at
// work being unknown, sites elsewhere prove nothing.
var landlordTerritory = criterion[landlordPair]{
	code: domain.CriterionTerritory, kind: domain.CriterionHard, unit: domain.UnitKilometres, gapsPerUnit: 1000,
	assess: assessLandlordTerritory,
	values: func(p *landlordPair, f Finding) (wanted, offered domain.CriterionValue) {
		wanted = p.territoriesValue(p.need.Territories)
		if f.why == landlordHasSite {
			return wanted, domain.TerritoryValue{Names: []string{p.communeOf(p.ground.place)}}
		}
		return wanted, p.territoriesValue(p.landlord.Territories)
	},
	origin: func(p *landlordPair) (*string, *domain.Date) {
		if p.ground.met == geo.Inside && p.ground.place >= 0 {
			return provenance(p.sites[p.ground.place].Provenance)
		}
		return ofLandlord[landlordPair](p)
	},
	say: sayLandlordTerritory,
	ask: func(p *landlordPair, _ Finding, l domain.Locale) string {
		return toLandlord(fmt.Sprintf(l.In("êtes-vous présent dans le territoire recherché : %s ?", "are you present in the territory looked for: %s?"),
			enumerate(p.territoryNamesOf(p.need.Territories), l)), l)
	},
}

const (
	landlordHasSite why = notAsked + 1 + iota
	landlordAtWork
	landlordElsewhere
	landlordTooFar
	landlordUndecided
	landlordGroundUnknown
)

func assessLandlordTerritory(p *landlordPair) Finding {
	if len(p.need.Territories) == 0 {
		return pass(notAsked)
	}
	switch p.ground.met {
	case geo.Inside:
		if p.ground.place >= 0 {
			return pass(landlordHasSite)
		}
		return pass(landlordAtWork)
	case geo.Undecided:
		return unknown(landlordUndecided)
	}
	switch {
	case p.landlord.Territories == nil:
		return unknown(landlordGroundUnknown)
	case p.ground.gap > 0:
		return fail(landlordTooFar, int64(p.ground.gap))
	}
	return fail(landlordElsewhere, 0)
}

// communeOf a site; its code when the atlas doesn't know it.
func (p *landlordPair) communeOf(site int) string {
	code := p.sites[site].CommuneCode
	if c, ok := p.atlas.Commune(code); ok {
		return c.Name
	}
	return string(code)
}

// decisive names the place or territory of the landlord that decided.
func (p *landlordPair) decisive() string {
	if p.ground.place >= 0 {
		return p.communeOf(p.ground.place)
	}
	return p.territoryName(p.landlord.Territories[p.ground.territory])
}

func sayLandlordTerritory(p *landlordPair, f Finding, l domain.Locale) string {
	if f.why == notAsked {
		return l.In("Le projet ne se limite à aucun territoire.", "The project keeps to no territory.")
	}
	wanted := enumerate(p.territoryNamesOf(p.need.Territories), l)
	switch f.why {
	case landlordHasSite:
		return fmt.Sprintf(l.In("Le bailleur compte %s dans le territoire recherché, par exemple ici : %s.", "The landlord has %s in the territory looked for, for example here: %s."),
			count(p.ground.inside, oneSite, manySites, l), p.decisive())
	case landlordAtWork:
		return fmt.Sprintf(l.In("Le territoire du bailleur rejoint le territoire recherché : %s.", "The landlord's territory meets the territory looked for: %s."), p.decisive())
	case landlordTooFar:
		return fmt.Sprintf(l.In("Le bailleur n'est pas présent dans le territoire recherché : sa présence connue la plus proche en est à %s, ici : %s.", "The landlord isn't present in the territory looked for: the nearest that is known of it is %s away, here: %s."),
			kilometres(int(f.gap), l), p.decisive())
	case landlordUndecided:
		return fmt.Sprintf(l.In("Le bailleur est présent à la limite du territoire recherché, sans que l'on puisse trancher : %s.", "The landlord is at work at the edge of the territory looked for, and whether inside can't be told: %s."), p.decisive())
	case landlordGroundUnknown:
		return fmt.Sprintf(l.In("On ne sait pas où ce bailleur est présent ; le projet cherche ici : %s.", "Where this landlord is at work isn't known; the project looks here: %s."), wanted)
	}
	return fmt.Sprintf(l.In("Le bailleur n'est pas présent dans le territoire recherché : %s.", "The landlord isn't present in the territory looked for: %s."), wanted)
}

var oneSite, manySites = domain.Bilingual{French: "site", English: "site"}, domain.Bilingual{French: "sites", English: "sites"}

// landlordOpen: the landlord is published, so that it takes requests.
var landlordOpen = criterion[landlordPair]{
	code: domain.CriterionOpenToRequests, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: func(p *landlordPair) Finding {
		switch {
		case !p.landlordKnown:
			return unknown(openUnknown)
		case p.landlord.State != domain.PublicationPublished:
			return fail(openLandlordNot, 0)
		}
		return pass(openYes)
	},
	values: func(p *landlordPair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.landlord.State != "" {
			offered = codes("PublicationState", p.landlord.State)
		}
		return codes("PublicationState", domain.PublicationPublished), offered
	},
	origin: ofLandlord[landlordPair],
	say: func(_ *landlordPair, f Finding, l domain.Locale) string {
		switch f.why {
		case openLandlordNot:
			return l.In("Le bailleur n'est pas publié : il ne reçoit pas de demandes.", "The landlord isn't published: it takes no requests.")
		case openUnknown:
			return l.In("On ne sait pas si ce bailleur reçoit des demandes.", "Whether this landlord takes requests isn't known.")
		}
		return l.In("Le bailleur est publié : on peut l'appeler.", "The landlord is published: it can be called.")
	},
	ask: func(_ *landlordPair, _ Finding, l domain.Locale) string {
		return toLandlord(l.In("souhaitez-vous recevoir des demandes de projets ?", "do you wish to receive requests from projects?"), l)
	},
}

// landlordProximity: how near the landlord's sites, and the territories where it
// is at work, are to the centres of the need. While its territories are unknown,
// sites that are far prove nothing.
var landlordProximity = criterion[landlordPair]{
	code: domain.CriterionProximity, kind: domain.CriterionSoft,
	assess: assessLandlordProximity,
	values: func(p *landlordPair, f Finding) (wanted, offered domain.CriterionValue) {
		switch {
		case f.why == proximityNowhere:
			offered = p.territoriesValue(p.landlord.Territories)
		case f.Status == Pass:
			offered = domain.TerritoryValue{Names: []string{p.nearest()}, DistanceMetres: p.near.distanceShown()}
		}
		return centresValue(p.centres), offered
	},
	origin: func(p *landlordPair) (*string, *domain.Date) {
		if p.near.place >= 0 {
			return provenance(p.sites[p.near.place].Provenance)
		}
		return ofLandlord[landlordPair](p)
	},
	say: sayLandlordProximity,
	ask: func(p *landlordPair, f Finding, l domain.Locale) string {
		if f.why == proximityNoCentre {
			return askCentre(l)
		}
		return toLandlord(fmt.Sprintf(l.In("dans quelles communes êtes-vous présent autour de ce lieu : %s ?", "in which communes are you present around this place: %s?"),
			enumerate(centreNames(p.centres), l)), l)
	},
}

func assessLandlordProximity(p *landlordPair) Finding {
	n := &p.near
	switch {
	case len(p.centres) == 0:
		return unknown(proximityNoCentre)
	case p.landlord.Territories == nil && n.score == 0:
		return unknown(proximityNoPosition)
	}
	return known(n.score, n.why())
}

// nearest names the place or territory of the landlord that is nearest.
func (p *landlordPair) nearest() string {
	if p.near.place >= 0 {
		return p.communeOf(p.near.place)
	}
	return p.territoryName(p.landlord.Territories[p.near.territory])
}

func sayLandlordProximity(p *landlordPair, f Finding, l domain.Locale) string {
	switch f.why {
	case proximityNoCentre:
		return sayNoCentre(l)
	case proximityNoPosition:
		return l.In("On ne connaît pas assez les implantations du bailleur pour juger de la proximité.", "Where the landlord is present isn't known well enough to judge proximity.")
	case proximityNowhere:
		return fmt.Sprintf(l.In("Aucune présence connue du bailleur n'est proche de ce lieu : %s.", "No known presence of the landlord is near this place: %s."), enumerate(centreNames(p.centres), l))
	}
	return p.near.say(l, l.In("du bailleur", "of the landlord"), p.nearest(), p.centres[p.near.centre].commune.Name, p.centreOrigin(l))
}

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
