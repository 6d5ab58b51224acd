package match

import "github.com/palier-hub/palier/domain"

// openToRequests: the space, its site and its landlord are published. Whether
// it is taken is for occupancy to say.
var openToRequests = criterion[pair]{
	code: domain.CriterionOpenToRequests, kind: domain.CriterionHard, unit: domain.UnitCount, gapsPerUnit: 1,
	assess: assessOpen,
	values: func(p *pair, _ Finding) (wanted, offered domain.CriterionValue) {
		if p.space.State != "" {
			offered = codes("PublicationState", p.space.State)
		}
		return codes("PublicationState", domain.PublicationPublished), offered
	},
	origin: ofSpace,
	say:    sayOpen,
	ask: func(_ *pair, _ Finding, l domain.Locale) string {
		return toLandlord(l.In("ce local est-il ouvert aux demandes ?", "is this space open to requests?"), l)
	},
}

const (
	openYes why = notAsked + 1 + iota
	openSpaceNot
	openSiteNot
	openLandlordNot
	openUnknown
	// Of a landlord's need:
	openNeedNot
	openProjectNot
)

func assessOpen(p *pair) Finding {
	switch {
	case p.space.State != domain.PublicationPublished:
		return fail(openSpaceNot, 0)
	case p.siteKnown && p.site.State != domain.PublicationPublished:
		return fail(openSiteNot, 0)
	case p.landlordKnown && p.landlord.State != domain.PublicationPublished:
		return fail(openLandlordNot, 0)
	case !p.siteKnown || !p.landlordKnown:
		return unknown(openUnknown)
	}
	return pass(openYes)
}

func sayOpen(p *pair, f Finding, l domain.Locale) string {
	switch f.why {
	case openSpaceNot:
		switch p.space.State {
		case domain.PublicationWithdrawn, domain.PublicationArchived:
			return l.In("Le bailleur a retiré ce local : il n'est plus ouvert aux demandes.", "The landlord has withdrawn this space: it is no longer open to requests.")
		}
		return l.In("Ce local n'est pas encore publié : il n'est pas ouvert aux demandes.", "This space isn't published yet: it isn't open to requests.")
	case openSiteNot:
		return l.In("Le site de ce local n'est pas publié : le local n'est pas ouvert aux demandes.", "The site of this space isn't published: the space isn't open to requests.")
	case openLandlordNot:
		return l.In("Le bailleur n'est pas publié : ses locaux ne sont pas ouverts aux demandes.", "The landlord isn't published: its spaces aren't open to requests.")
	case openUnknown:
		return l.In("On ne sait pas si ce local est ouvert aux demandes.", "Whether this space is open to requests isn't known.")
	}
	return l.In("Ce local est ouvert aux demandes.", "This space is open to requests.")
}
