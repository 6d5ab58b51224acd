package match

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// centre is a place from which proximity is measured.
type centre struct {
	commune *domain.Commune
	// position is the commune's; nil when nothing locates it.
	position *domain.Position
}

// centresOf are the centres of the territories that have one: communes and
// circles. A département or a région has none that means anything to a team.
func (e *Engine) centresOf(territories []domain.Territory) (all []centre) {
	for _, t := range territories {
		if t.Scale != domain.TerritoryCommune && t.Scale != domain.TerritoryRadius {
			continue
		}
		if c, ok := e.atlas.Commune(domain.InseeCode(t.Code)); ok {
			all = append(all, centre{c, c.Position})
		}
	}
	return all
}

// place is where the candidate lies, as the viewer may know it.
type place struct {
	// commune is nil when unknown.
	commune *domain.Commune
	// own is the site's own position; nil when unknown or hidden. at is what
	// stands for it, the commune's if need be; nil when nothing locates it.
	own, at *domain.Position
	// distance in metres to the nearest centre, and how far it may be off.
	distance, margin int
	distanceKnown    bool
	nearest          int // of the centres
	// inCentre: the place lies in the commune of a centre.
	inCentre bool
}

func (p *pair) findPlace() (at place) {
	at.commune, _ = p.atlas.Commune(p.site.CommuneCode)
	if p.confidential {
		at.own = p.site.Position
	}
	at.at = at.own
	if at.at == nil && at.commune != nil {
		at.at = at.commune.Position
	}
	for i, c := range p.centres {
		same := at.commune != nil && sameCommune(at.commune, c.commune)
		distance, margin, known := at.distanceTo(c, same)
		closer := known && (!at.distanceKnown || distance < at.distance)
		// Inside the commune of a centre beats any distance.
		if same && !at.inCentre || same == at.inCentre && closer {
			at.distance, at.margin, at.distanceKnown, at.nearest = distance, margin, known, i
		}
		at.inCentre = at.inCentre || same
	}
	return at
}

// sameCommune counts an arrondissement and its commune as one.
func sameCommune(a, b *domain.Commune) bool {
	return a.Code == b.Code || a.Parent == b.Code || a.Code == b.Parent
}

func (at *place) distanceTo(c centre, same bool) (distance, margin int, known bool) {
	if same && (at.own == nil || at.own.Quality != domain.PositionAddress) {
		return 0, 0, true // known no better than by the commune itself
	}
	if at.at == nil || c.position == nil {
		return 0, 0, false
	}
	return geo.DistanceMetres(*at.at, *c.position), at.at.TypicalErrorMetres() + c.position.TypicalErrorMetres(), true
}

// placeValue is where the space is, with the distance when there is one.
func (p *pair) placeValue() domain.CriterionValue {
	if p.place.commune == nil {
		return nil
	}
	v := domain.TerritoryValue{Names: []string{p.place.commune.Name}}
	if p.place.distanceKnown && p.place.distance > 0 {
		v.DistanceMetres = &p.place.distance
	}
	return v
}

// territory: the space lies in any of the need's territories.
var territory = criterion{
	code: domain.CriterionTerritory, kind: domain.CriterionHard, unit: domain.UnitKilometres, gapsPerUnit: 1000,
	assess: assessTerritory,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if len(p.need.Territories) > 0 {
			wanted = domain.TerritoryValue{Names: p.territoryNames()}
		}
		return wanted, p.placeValue()
	},
	origin: ofSite,
	say:    sayTerritory,
	ask:    askPlace,
}

const (
	territoryInside why = notAsked + 1 + iota
	territoryOutside
	territoryTooFar
	territoryUndecided
	territoryUnknown
)

func assessTerritory(p *pair) Finding {
	switch {
	case len(p.need.Territories) == 0:
		return pass(notAsked)
	case p.place.commune == nil:
		return unknown(territoryUnknown)
	}
	verdict := fail(territoryOutside, 0)
	for i, t := range p.need.Territories {
		w := p.atlas.Within(p.place.commune.Code, p.place.own, t)
		switch w.Containment {
		case geo.Inside:
			return Finding{Status: Pass, why: territoryInside, which: int16(i)}
		case geo.Undecided:
			if verdict.Status == Fail {
				verdict = Finding{Status: Unknown, why: territoryUndecided, which: int16(i)}
			}
		case geo.Outside:
			if away := p.beyond(t, w); verdict.Status == Fail && away > 0 && (verdict.gap == 0 || away < verdict.gap) {
				verdict = Finding{Status: Fail, why: territoryTooFar, which: int16(i), gap: away}
			}
		}
	}
	return verdict
}

// beyond is how many metres too far the place is: from the edge of a circle,
// from the centre of a commune; 0 when there is no measure.
func (p *pair) beyond(t domain.Territory, w geo.Whereabouts) int64 {
	switch {
	case t.Scale == domain.TerritoryRadius && w.DistanceMetres != nil && t.RadiusKm != nil:
		return int64(*w.DistanceMetres) - 1000*int64(*t.RadiusKm)
	case t.Scale == domain.TerritoryCommune && p.place.at != nil:
		if c, ok := p.atlas.Commune(domain.InseeCode(t.Code)); ok && c.Position != nil {
			return int64(geo.DistanceMetres(*p.place.at, *c.Position))
		}
	}
	return 0
}

func (p *pair) territoryNames() []string {
	names := make([]string, len(p.need.Territories))
	for i, t := range p.need.Territories {
		names[i] = p.territoryName(t)
	}
	return names
}

// territoryName reads the same in both languages: "Lyon (20 km)", "Isère".
func (e *Engine) territoryName(t domain.Territory) string {
	switch t.Scale {
	case domain.TerritoryCommune, domain.TerritoryRadius:
		c, ok := e.atlas.Commune(domain.InseeCode(t.Code))
		switch {
		case !ok:
		case t.Scale == domain.TerritoryCommune:
			return c.Name
		case t.RadiusKm != nil:
			return fmt.Sprintf("%s (%d\u00a0km)", c.Name, *t.RadiusKm)
		}
	case domain.TerritoryDepartement:
		if d, ok := e.atlas.Departement(domain.DepartementCode(t.Code)); ok {
			return d.Name
		}
	case domain.TerritoryRegion:
		if r, ok := e.atlas.Region(domain.RegionCode(t.Code)); ok {
			return r.Name
		}
	case domain.TerritoryCountry:
		return "France"
	}
	return t.String()
}

func sayTerritory(p *pair, f Finding, l domain.Locale) string {
	if f.why == notAsked {
		return l.In("Le projet ne se limite à aucun territoire.", "The project keeps to no territory.")
	}
	wanted := enumerate(p.territoryNames(), l)
	if p.place.commune == nil {
		return fmt.Sprintf(l.In("La commune de ce local n'est pas connue ; le projet cherche ici : %s.", "The commune of this space isn't known; the project looks here: %s."), wanted)
	}
	here := p.place.commune.Name
	decisive := p.territoryName(p.need.Territories[f.which])
	switch f.why {
	case territoryInside:
		return fmt.Sprintf(l.In("Le local (%s) se trouve dans le territoire recherché : %s.", "The space (%s) is in the territory looked for: %s."), here, decisive)
	case territoryTooFar:
		away := kilometres(int(f.gap), l)
		if p.need.Territories[f.which].Scale == domain.TerritoryRadius {
			return fmt.Sprintf(l.In("Le local (%s) est %s trop loin du territoire recherché : %s.", "The space (%s) is %s too far from the territory looked for: %s."), here, away, decisive)
		}
		return fmt.Sprintf(l.In("Le local (%s) est à %s %s, hors du territoire recherché.", "The space (%s) is %s away from %s, outside the territory looked for."), here, away, of(decisive, l))
	case territoryUndecided:
		return fmt.Sprintf(l.In("Le local (%s) est à la limite du territoire recherché, et sa position n'est pas assez précise pour trancher : %s.", "The space (%s) is at the edge of the territory looked for, and its position isn't precise enough to tell: %s."), here, decisive)
	}
	return fmt.Sprintf(l.In("Le local (%s) est hors du territoire recherché : %s.", "The space (%s) is outside the territory looked for: %s."), here, wanted)
}

func askPlace(_ *pair, _ Finding, l domain.Locale) string {
	return toLandlord(l.In("quelle est l'adresse exacte du site ?", "what is the exact address of the site?"), l)
}

// proximity: full in the commune of a centre or within the near tier, then in
// proportion down to nothing at the far tier. Centres are those of the need's
// communes and circles, else those of the project's footprint; a need for a
// whole région of a project without a footprint has none, which is unknown.
var proximity = criterion{
	code: domain.CriterionProximity, kind: domain.CriterionSoft,
	assess: assessProximity,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if len(p.centres) > 0 {
			v := domain.TerritoryValue{}
			for _, c := range p.centres {
				v.Names = append(v.Names, c.commune.Name)
			}
			wanted = v
		}
		return wanted, p.placeValue()
	},
	origin: ofSite,
	say:    sayProximity,
	ask: func(p *pair, f Finding, l domain.Locale) string {
		if f.why == proximityNoCentre {
			return toProject(l.In("près de quelle commune le lieu devrait-il être ?", "near which commune should the place be?"), l)
		}
		return askPlace(p, f, l)
	},
}

const (
	proximityInCommune why = 1 + iota
	proximityNear
	proximityFar
	proximityNoCentre
	proximityNoPosition
	proximityVague
)

func assessProximity(p *pair) Finding {
	at := &p.place
	switch {
	case len(p.centres) == 0:
		return unknown(proximityNoCentre)
	case at.inCentre:
		return known(1000, proximityInCommune)
	case !at.distanceKnown:
		return unknown(proximityNoPosition)
	case float64(at.margin) > 1000*p.rules.proximityMostErrorKm:
		return unknown(proximityVague)
	}
	score := p.nearness(at.distance)
	if float64(at.distance) <= 1000*p.rules.proximityFullKm {
		return known(score, proximityNear)
	}
	return known(score, proximityFar)
}

// nearness is what a distance in metres is worth; farther is never worth more.
func (e *Engine) nearness(distance int) int16 {
	full, zero := float64(1000*e.rules.proximityFullKm), float64(1000*e.rules.proximityZeroKm) // rounded: never fused with what follows
	if float64(distance) <= full {
		return 1000
	}
	return share(zero-float64(distance), zero-full)
}

func sayProximity(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case proximityNoCentre:
		return l.In("Ni le besoin ni l'implantation du projet n'indiquent de commune d'où mesurer la proximité.", "Neither the need nor the project's footprint names a commune from which to measure proximity.")
	case proximityNoPosition:
		return l.In("La position du local n'est pas connue.", "The position of the space isn't known.")
	}
	centre := p.centres[p.place.nearest].commune.Name
	from := l.In("lieu recherché", "place looked for")
	if p.fromFootprint {
		from = l.In("implantation du projet", "footprint of the project")
	}
	away := kilometres(p.place.distance, l)
	switch f.why {
	case proximityInCommune:
		return fmt.Sprintf(l.In("Le local est dans la commune même : %s (%s).", "The space is in the commune itself: %s (%s)."), centre, from)
	case proximityNear:
		return fmt.Sprintf(l.In("Le local est tout près : à %s %s (%s).", "The space is very near: %s from %s (%s)."), away, of(centre, l), from)
	case proximityVague:
		return fmt.Sprintf(l.In("Le local est à environ %s %s (%s), mais sa position est trop imprécise pour en juger.", "The space is about %s from %s (%s), but its position is too vague to judge."), away, of(centre, l), from)
	}
	return fmt.Sprintf(l.In("Le local est à %s %s (%s), soit %s de la note.", "The space is %s from %s (%s), worth %s of the points."), away, of(centre, l), from, percent(f.Score, l))
}
