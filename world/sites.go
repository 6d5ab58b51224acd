package world

import (
	"iter"
	"slices"

	"github.com/palier-hub/palier/domain"
)

type siteRow = Row[domain.LandlordSite]

type sites struct {
	table[domain.SiteID, domain.LandlordSite]
	byLandlord index[domain.LandlordID, domain.SiteID, domain.LandlordSite]
	byCommune  index[domain.InseeCode, domain.SiteID, domain.LandlordSite]
	byRef      index[reference, domain.SiteID, domain.LandlordSite]
	kept       census[domain.SiteID, domain.LandlordSite]
}

func newSites() sites {
	return sites{
		table: newTable[domain.SiteID, domain.LandlordSite](),
		byLandlord: textIndex[domain.LandlordID, domain.SiteID](func(r *siteRow) []domain.LandlordID {
			return []domain.LandlordID{r.Doc.LandlordID}
		}),
		byCommune: textIndex[domain.InseeCode, domain.SiteID](func(r *siteRow) []domain.InseeCode {
			return []domain.InseeCode{r.Doc.CommuneCode}
		}),
		byRef: indexBy[reference, domain.SiteID](compareReferences, func(r *siteRow) []reference {
			return references(r.Sight.Landlord, r.Doc.ExternalRef)
		}),
		kept: newCensus[domain.SiteID](func(r *siteRow) domain.ID { return domain.ID(r.Doc.LandlordID) }),
	}
}

func (t sites) clone() sites {
	return sites{t.table.clone(), t.byLandlord.clone(), t.byCommune.clone(), t.byRef.clone(), t.kept.clone()}
}

func (t sites) put(id domain.SiteID, row *siteRow) (old *siteRow) {
	old = t.replace(id, row)
	t.byLandlord.move(id, old, row)
	t.byCommune.move(id, old, row)
	t.byRef.move(id, old, row)
	t.kept.move(old, row)
	return old
}

// setSite takes a site's new document, nil when it is deleted.
func (w *World) setSite(id domain.SiteID, row *siteRow) (old *siteRow) {
	if row != nil {
		row.Sight = w.siteSight(row.Doc)
	}
	return w.placeSite(id, row)
}

// placeSite puts a row whose sight is settled; the site's spaces follow, into
// another sight or another place.
func (w *World) placeSite(id domain.SiteID, row *siteRow) (old *siteRow) {
	old = w.sites.put(id, row)
	w.recent.open.sites.note(id, old, row)
	for _, space := range slices.Collect(w.SpacesOf(id)) {
		w.placeSpace(space.Doc.ID, withSight(w, space, w.spaceSight(space.Doc)))
	}
	return old
}

// siteSight: a site is never more visible than its landlord.
func (w *World) siteSight(s *domain.LandlordSite) *domain.Sight {
	landlord, ok := w.Landlord(s.LandlordID)
	if !ok {
		return w.sights.share(orphan)
	}
	return w.sights.share(domain.Sight{
		Class:     domain.Narrower(domain.ClassOf(s.State, s.Visibility), landlord.Sight.Class),
		Ownership: landlord.Sight.Ownership,
	})
}

// Site finds a site.
func (w *World) Site(id domain.SiteID) (*Row[domain.LandlordSite], bool) { return w.sites.get(id) }

// SiteByRef finds a site by its landlord's own reference.
func (w *World) SiteByRef(l domain.LandlordID, externalRef string) (*Row[domain.LandlordSite], bool) {
	return first(w.sites.table, w.sites.byRef, reference{l, domain.ExternalRefKey(externalRef)})
}

// Sites are all of them, in order of their ids.
func (w *World) Sites() iter.Seq[*Row[domain.LandlordSite]] { return w.sites.all() }

// SitesOf are a landlord's sites, in order of their ids.
func (w *World) SitesOf(l domain.LandlordID) iter.Seq[*Row[domain.LandlordSite]] {
	return w.sites.pick(w.sites.byLandlord.with(l))
}

// SitesIn are the sites whose documents name this commune, in order of their
// ids. The code is compared as it stands: the arrondissements of a commune and
// the former codes of a merged one are for the caller to list.
func (w *World) SitesIn(commune domain.InseeCode) iter.Seq[*Row[domain.LandlordSite]] {
	return w.sites.pick(w.sites.byCommune.with(commune))
}
