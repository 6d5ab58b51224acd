package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// projectTerritory: the need's sites or territories share ground with the
// project's footprint, or with a territory in which it looks for a place: it
// would go there. A need of the whole country is met by every project.
var projectTerritory = criterion[projectPair]{
	code: domain.CriterionTerritory, kind: domain.CriterionHard, unit: domain.UnitKilometres, gapsPerUnit: 1000,
	assess: assessProjectTerritory,
	values: func(p *projectPair, f Finding) (wanted, offered domain.CriterionValue) {
		if names := p.wantedNames(); len(names) > 0 {
			wanted = domain.TerritoryValue{Names: names}
		}
		if f.why == projectSeeks {
			return wanted, domain.TerritoryValue{Names: []string{p.territoryName(p.seeks[p.sought.other])}}
		}
		return wanted, p.territoriesValue(p.project.Footprint)
	},
	origin: ofProject[projectPair],
	say:    sayProjectTerritory,
	ask: func(p *projectPair, f Finding, l domain.Locale) string {
		if f.why == needPlaceUnknown {
			return askNeedPlace(l)
		}
		return toProject(fmt.Sprintf(l.In("pourriez-vous intervenir ici : %s ?", "could you work here: %s?"), enumerate(p.wantedNames(), l)), l)
	},
}

const (
	projectPresent why = 1 + iota
	projectAnywhere
	projectSeeks
	projectElsewhere
	projectTooFar
	projectUndecided
	projectGroundUnknown
	needPlaceUnknown
)

func assessProjectTerritory(p *projectPair) Finding {
	switch {
	case len(p.places) == 0 && len(p.need.Territories) == 0:
		return unknown(needPlaceUnknown)
	case wholeCountry(p.need.Territories):
		return pass(projectAnywhere)
	case p.footprint.met == geo.Inside:
		return pass(projectPresent)
	case p.sought.met == geo.Inside:
		return pass(projectSeeks)
	case p.footprint.met == geo.Undecided, p.sought.met == geo.Undecided:
		return unknown(projectUndecided)
	case len(p.project.Footprint) == 0:
		return unknown(projectGroundUnknown)
	}
	gap := p.footprint.gap
	if other := p.sought.gap; other > 0 && (gap == 0 || other < gap) {
		gap = other
	}
	if gap > 0 {
		return fail(projectTooFar, int64(gap))
	}
	return fail(projectElsewhere, 0)
}

// wantedNames are the communes of the need's sites and its territories.
func (p *projectPair) wantedNames() []string {
	var names []string
	for _, at := range p.places {
		if at.commune != nil {
			names = append(names, at.commune.Name)
		}
	}
	return append(names, p.territoryNamesOf(p.need.Territories)...)
}

func sayProjectTerritory(p *projectPair, f Finding, l domain.Locale) string {
	switch f.why {
	case projectAnywhere:
		return l.In("Le besoin ne se limite à aucun territoire.", "The need keeps to no territory.")
	case projectPresent:
		return fmt.Sprintf(l.In("Le territoire du projet rejoint celui du besoin : %s.", "The project's territory meets that of the need: %s."),
			p.territoryName(p.project.Footprint[p.footprint.other]))
	case projectSeeks:
		return fmt.Sprintf(l.In("Le projet cherche un lieu dans un territoire qui rejoint celui du besoin : %s.", "The project looks for a place in a territory that meets that of the need: %s."),
			p.territoryName(p.seeks[p.sought.other]))
	case needPlaceUnknown:
		return l.In("Le lieu du besoin n'est pas connu.", "The place of the need isn't known.")
	}
	wanted := enumerate(p.wantedNames(), l)
	switch f.why {
	case projectTooFar:
		return fmt.Sprintf(l.In("Le projet n'est pas présent là où le bailleur le souhaite : il en est à %s au moins (%s).", "The project isn't at work where the landlord wants it: it is %s away at least (%s)."),
			kilometres(int(f.gap), l), wanted)
	case projectUndecided:
		return fmt.Sprintf(l.In("Le projet est présent tout près, sans que l'on sache s'il l'est dans le territoire souhaité : %s.", "The project is at work very near; whether in the territory wanted isn't known: %s."), wanted)
	case projectGroundUnknown:
		return fmt.Sprintf(l.In("On ne sait pas où le projet est présent ; le bailleur le souhaite ici : %s.", "Where the project is at work isn't known; the landlord wants it here: %s."), wanted)
	}
	return fmt.Sprintf(l.In("Le projet n'est pas présent là où le bailleur le souhaite : %s.", "The project isn't at work where the landlord wants it: %s."), wanted)
}

func askNeedPlace(l domain.Locale) string {
	return toLandlord(l.In("dans quelle commune ce besoin se situe-t-il ?", "in which commune is this need?"), l)
}

// projectOpen: the need, its landlord and the project are published.
var projectOpen = criterion[projectPair]{
	code: domain.CriterionOpenToRequests, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: func(p *projectPair) Finding {
		switch {
		case p.need.State != domain.PublicationPublished:
			return fail(openNeedNot, 0)
		case p.landlordKnown && p.landlord.State != domain.PublicationPublished:
			return fail(openLandlordNot, 0)
		case p.projectKnown && p.project.State != domain.PublicationPublished:
			return fail(openProjectNot, 0)
		case !p.landlordKnown || !p.projectKnown:
			return unknown(openUnknown)
		}
		return pass(openYes)
	},
	values: func(p *projectPair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.project.State != "" {
			offered = codes("PublicationState", p.project.State)
		}
		return codes("PublicationState", domain.PublicationPublished), offered
	},
	origin: ofProject[projectPair],
	say: func(_ *projectPair, f Finding, l domain.Locale) string {
		switch f.why {
		case openNeedNot:
			return l.In("Ce besoin n'est pas publié : il n'est pas ouvert aux projets.", "This need isn't published: it isn't open to projects.")
		case openLandlordNot:
			return l.In("Le bailleur n'est pas publié : ses besoins ne sont pas ouverts aux projets.", "The landlord isn't published: its needs aren't open to projects.")
		case openProjectNot:
			return l.In("Le projet n'est pas publié : il ne peut pas être sollicité.", "The project isn't published: it can't be approached.")
		case openUnknown:
			return l.In("On ne sait pas si ce besoin est ouvert aux projets.", "Whether this need is open to projects isn't known.")
		}
		return l.In("Le besoin et le projet sont publiés : l'un peut solliciter l'autre.", "The need and the project are published: either may approach the other.")
	},
	ask: func(p *projectPair, _ Finding, l domain.Locale) string {
		if p.landlordKnown {
			return toProject(l.In("votre projet peut-il être sollicité ?", "may your project be approached?"), l)
		}
		return toLandlord(l.In("ce besoin est-il ouvert aux projets ?", "is this need open to projects?"), l)
	},
}

// projectProximity: how near the project's footprint is to the need's sites, and
// to its communes and circles.
var projectProximity = criterion[projectPair]{
	code: domain.CriterionProximity, kind: domain.CriterionSoft,
	assess: func(p *projectPair) Finding {
		switch {
		case len(p.centres) == 0:
			return unknown(proximityNoCentre)
		case len(p.project.Footprint) == 0:
			return unknown(proximityNoPosition)
		}
		return known(p.near.score, p.near.why())
	},
	values: func(p *projectPair, f Finding) (wanted, offered domain.CriterionValue) {
		switch {
		case f.why == proximityNowhere:
			offered = p.territoriesValue(p.project.Footprint)
		case f.Status == Pass:
			offered = domain.TerritoryValue{Names: []string{p.nearest()}, DistanceMetres: p.near.distanceShown()}
		}
		return centresValue(p.centres), offered
	},
	origin: ofProject[projectPair],
	say: func(p *projectPair, f Finding, l domain.Locale) string {
		switch f.why {
		case proximityNoCentre:
			return l.In("Le besoin n'indique ni site ni commune d'où mesurer la proximité.", "The need names neither a site nor a commune from which to measure proximity.")
		case proximityNoPosition:
			return l.In("On ne sait pas où le projet est présent.", "Where the project is at work isn't known.")
		case proximityNowhere:
			return fmt.Sprintf(l.In("Aucune présence connue du projet n'est proche de ce lieu : %s.", "No known presence of the project is near this place: %s."), enumerate(centreNames(p.centres), l))
		}
		return p.near.say(l, l.In("du projet", "of the project"), p.nearest(), p.centres[p.near.centre].commune.Name, l.In("lieu du besoin", "place of the need"))
	},
	ask: func(_ *projectPair, f Finding, l domain.Locale) string {
		if f.why == proximityNoCentre {
			return askNeedPlace(l)
		}
		return toProject(l.In("dans quelles communes êtes-vous présent ?", "in which communes are you at work?"), l)
	},
}

// nearest names the territory of the footprint that is nearest.
func (p *projectPair) nearest() string {
	return p.territoryName(p.project.Footprint[p.near.territory])
}
