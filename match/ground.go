package match

import (
	"fmt"
	"slices"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
)

// ground is how the places and territories of one side lie to the territories of
// the other, when either states areas rather than one place.
type ground struct {
	// met is Inside when the two share ground.
	met geo.Containment
	// inside is how many of the places lie in the other's territories.
	inside int
	// place, or else territory, and other are what decides; -1 when none does.
	place, territory, other int
	// gap in metres between what lies nearest when they don't meet; 0 when there
	// is no measure.
	gap int
}

// groundOf compares all with all. A place decides before a territory does: it is
// more than a statement.
func (e *Engine) groundOf(places []place, territories, others []domain.Territory) ground {
	g := ground{met: geo.Outside, place: -1, territory: -1, other: -1}
	for i := range places {
		best := geo.Outside
		for j, t := range others {
			w := geo.Whereabouts{}
			if places[i].commune != nil {
				w = e.atlas.CommuneWithin(places[i].commune, places[i].own, t)
			}
			best = surer(best, w.Containment)
			g.consider(w.Containment, e.atlas.GapMetres(places[i].at, t), i, -1, j)
		}
		if best == geo.Inside {
			g.inside++
		}
	}
	if g.met == geo.Inside {
		return g
	}
	for i, own := range territories {
		for j, t := range others {
			g.consider(e.atlas.Meet(own, t), e.gapBetween(own, t), -1, i, j)
		}
	}
	return g
}

// consider keeps what is met most surely, then what is nearest.
func (g *ground) consider(met geo.Containment, gap, place, territory, other int) {
	better := met != g.met && surer(met, g.met) == met ||
		met == geo.Outside && g.met == geo.Outside && gap > 0 && (g.gap == 0 || gap < g.gap)
	if better {
		g.met, g.gap, g.place, g.territory, g.other = met, gap, place, territory, other
	}
}

// surer prefers inside to undecided to outside.
func surer(a, b geo.Containment) geo.Containment {
	switch {
	case a == geo.Inside || b == geo.Inside:
		return geo.Inside
	case a == geo.Undecided || b == geo.Undecided:
		return geo.Undecided
	}
	return geo.Outside
}

// gapBetween two territories in metres, from edge to edge of circles and between
// the centres of communes; 0 when there is no measure.
func (e *Engine) gapBetween(t, u domain.Territory) int {
	if t.Scale != domain.TerritoryCommune && t.Scale != domain.TerritoryRadius {
		return 0
	}
	c, ok := e.atlas.Commune(domain.InseeCode(t.Code))
	if !ok {
		return 0
	}
	gap := e.atlas.GapMetres(c.Position, u)
	if t.RadiusKm != nil {
		gap -= 1_000 * *t.RadiusKm
	}
	return max(0, gap)
}

// wholeCountry: wherever something is, it lies in one of the territories.
func wholeCountry(territories []domain.Territory) bool {
	return slices.ContainsFunc(territories, func(t domain.Territory) bool { return t.Scale == domain.TerritoryCountry })
}

// nearness is how near places and territories are to centres.
type nearness struct {
	// known: something could be measured, or a wider territory holds a centre.
	known bool
	score int16
	// place, or else territory, is the nearest, and centre what it is near to;
	// -1 when there is none.
	place, territory, centre int
	// distance in metres; measured unless it is a wider territory that holds the
	// centre.
	distance int
	measured bool
	// same: in the commune of the centre, or in a circle round it.
	same bool
}

// nearestOf is the best that the places (as seen from the centres) and the
// territories reach: full in the commune of a centre, by the distance otherwise,
// and for a wider territory that holds a centre what the ruleset gives its scale.
// What is too vague to judge doesn't count.
func (e *Engine) nearestOf(places []place, centres []centre, territories []domain.Territory) nearness {
	n := nearness{place: -1, territory: -1, centre: -1}
	for i := range places {
		at := &places[i]
		if len(centres) > 0 && (at.inCentre || at.distanceKnown) {
			n.measure(e, at.distance, at.margin, at.inCentre, i, -1, at.nearest)
		}
	}
	for i, t := range territories {
		for j, c := range centres {
			switch t.Scale {
			case domain.TerritoryCommune, domain.TerritoryRadius:
				own, ok := e.atlas.Commune(domain.InseeCode(t.Code))
				if !ok {
					continue
				}
				if sameCommune(own, c.commune) {
					n.measure(e, 0, 0, true, -1, i, j)
				} else if own.Position != nil && c.position != nil {
					margin := own.Position.TypicalErrorMetres() + c.position.TypicalErrorMetres()
					gap := e.atlas.GapMetres(c.position, t)
					n.measure(e, gap, margin, gap == 0, -1, i, j)
				}
			default:
				if tier := e.tierOf(t.Scale); e.atlas.CommuneWithin(c.commune, nil, t).Containment == geo.Inside {
					n.offer(nearness{known: true, score: tier, place: -1, territory: i, centre: j})
				}
			}
		}
	}
	return n
}

func (n *nearness) measure(e *Engine, distance, margin int, same bool, place, territory, centre int) {
	if !same && float64(margin) > 1000*e.rules.proximityMostErrorKm {
		return
	}
	score := int16(1000)
	if !same {
		score = e.proximityScore(distance)
	}
	n.offer(nearness{known: true, score: score, place: place, territory: territory, centre: centre,
		distance: distance, measured: true, same: same})
}

// offer keeps the better, and of equals the measured and nearer.
func (n *nearness) offer(o nearness) {
	switch {
	case !n.known, o.score > n.score:
	case o.score < n.score, n.measured && (!o.measured || o.distance >= n.distance), !n.measured && !o.measured:
		return
	}
	*n = o
}

// tierOf is the worth of a wide territory that holds a centre.
func (e *Engine) tierOf(scale domain.TerritoryScale) int16 {
	switch scale {
	case domain.TerritoryDepartement:
		return share(e.rules.tierDepartementShare, 1)
	case domain.TerritoryRegion:
		return share(e.rules.tierRegionShare, 1)
	case domain.TerritoryCountry:
		return share(e.rules.tierCountryShare, 1)
	}
	return 0
}

// why of a known proximity.
func (n *nearness) why() why {
	switch {
	case !n.known:
		return proximityNowhere
	case !n.measured:
		return proximityWide
	case n.same:
		return proximityInCommune
	case n.score == 1000:
		return proximityNear
	}
	return proximityFar
}

// say how near somebody's place or territory is to a centre; from tells whose
// the centre is.
func (n *nearness) say(l domain.Locale, whose, where, centre, from string) string {
	opening := fmt.Sprintf(l.In("Présence %s la plus proche : %s", "Nearest presence %s: %s"), whose, where)
	away := kilometres(n.distance, l)
	switch n.why() {
	case proximityWide:
		return fmt.Sprintf(l.In("%s, un territoire plus large qui comprend %s (%s), soit %s de la note.", "%s, a wider territory that holds %s (%s), worth %s of the points."),
			opening, centre, from, percent(n.score, l))
	case proximityInCommune:
		return fmt.Sprintf(l.In("%s, sur place : %s (%s).", "%s, in the very place: %s (%s)."), opening, centre, from)
	case proximityNear:
		return fmt.Sprintf(l.In("%s, tout près : à %s %s (%s).", "%s, very near: %s from %s (%s)."), opening, away, of(centre, l), from)
	}
	return fmt.Sprintf(l.In("%s, à %s %s (%s), soit %s de la note.", "%s, %s from %s (%s), worth %s of the points."),
		opening, away, of(centre, l), from, percent(n.score, l))
}

// distanceShown is nil when nothing was measured.
func (n *nearness) distanceShown() *int {
	if !n.measured {
		return nil
	}
	return &n.distance
}
