package match

import (
	"github.com/palier-hub/palier/domain"
)

// needByLandlord answers whom to call for a need before any space is known.
var needByLandlord = comparison[landlordPair]{landlordCriteria[:], 2}

var landlordCriteria = [...]criterion[landlordPair]{
	landlordTerritory, landlordOpen,

	landlordPriorities((*landlordPair).assessPriorities), landlordProximity, landlordPublics, landlordStock,
	sharedPast((*landlordPair).assessPast), inclusionPractice((*landlordPair).assessPractice), references((*landlordPair).assessReferences),
}

// LandlordCandidate is a landlord with what the viewer sees of its stock.
type LandlordCandidate struct {
	Landlord *domain.Landlord
	// Sites are those of the landlord that the viewer may see. Those that
	// aren't published don't count.
	Sites []*domain.LandlordSite
	// Spaces is how many of its spaces are known that the need could ask for
	// (their kind accepted, in its territories); nil when no space of the
	// landlord is known at all.
	Spaces *int
}

// LandlordQuestion is a need made ready to be compared with many landlords. It
// never changes, so any number of goroutines may use it.
type LandlordQuestion struct{ *Question }

// PrepareLandlords works out once what doesn't depend on the landlord. The
// engine's ruleset is of the kind LANDLORD.
func (e *Engine) PrepareLandlords(s Subject) *LandlordQuestion {
	return &LandlordQuestion{e.Prepare(s)}
}

// Assess answers the question for one landlord in integers.
func (q *LandlordQuestion) Assess(c LandlordCandidate) Assessment {
	var p landlordPair
	p.set(q, c)
	return needByLandlord.assess(q.Engine, &p)
}

// Explain answers the question for one landlord with values and sentences. The
// distance is to the nearest site or territory of the landlord that can be
// measured.
func (q *LandlordQuestion) Explain(c LandlordCandidate) Explanation {
	p := new(landlordPair)
	p.set(q, c)
	return Explanation{MatchResult: needByLandlord.explain(q.Engine, p), DistanceMetres: p.near.distanceShown()}
}

// landlordPair is one need put to one landlord, with what several criteria
// share. The landlord is never nil: an absent one is empty, and everything about
// it unknown.
type landlordPair struct {
	*LandlordQuestion
	landlord      *domain.Landlord
	landlordKnown bool
	sites         []*domain.LandlordSite // published
	spaces        *int

	ground ground
	near   nearness
}

func (p *landlordPair) parties() parties          { return parties{&p.rules, p.project, p.landlord} }
func (p *landlordPair) assessPriorities() Finding { return p.parties().assessPriorities() }
func (p *landlordPair) assessReferences() Finding { return p.parties().assessReferences() }
func (p *landlordPair) assessPractice() Finding   { return p.parties().assessPractice() }
func (p *landlordPair) assessPast() Finding       { return p.parties().assessPast() }

func (p *landlordPair) set(q *LandlordQuestion, c LandlordCandidate) {
	*p = landlordPair{LandlordQuestion: q, landlord: c.Landlord, landlordKnown: c.Landlord != nil, spaces: c.Spaces}
	if p.landlord == nil {
		p.landlord = &noLandlord
	}
	p.sites = publishedSites(c.Sites)
	places := make([]place, len(p.sites))
	for i, site := range p.sites {
		p.locate(&places[i], site, p.centres)
	}
	p.ground = p.groundOf(places, p.landlord.Territories, p.need.Territories)
	p.near = p.nearestOf(places, p.centres, p.landlord.Territories)
}

// publishedSites leaves the others out, without copying when there are none.
func publishedSites(sites []*domain.LandlordSite) []*domain.LandlordSite {
	for i, site := range sites {
		if site.State == domain.PublicationPublished {
			continue
		}
		published := append([]*domain.LandlordSite(nil), sites[:i]...)
		for _, site := range sites[i+1:] {
			if site.State == domain.PublicationPublished {
				published = append(published, site)
			}
		}
		return published
	}
	return sites
}
