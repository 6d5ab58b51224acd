package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// landlordTerritory: the landlord has a site in one of the need's territories, or
// is at work in a territory that shares ground with one of them. Where it is at
// work being unknown, sites elsewhere prove nothing. A need of the whole country
// is met by every landlord.
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
	if len(p.need.Territories) == 0 || wholeCountry(p.need.Territories) {
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
