package world

import (
	"iter"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
)

type spaceRow = Row[domain.VacantSpace]

type spaces struct {
	table[domain.SpaceID, domain.VacantSpace]
	bySite index[domain.SiteID, domain.SpaceID, domain.VacantSpace]
	byRef  index[reference, domain.SpaceID, domain.VacantSpace]
	kept   census[domain.SpaceID, domain.VacantSpace]
}

func newSpaces() spaces {
	return spaces{
		table: newTable[domain.SpaceID, domain.VacantSpace](),
		bySite: textIndex[domain.SiteID, domain.SpaceID](func(r *spaceRow) []domain.SiteID {
			return []domain.SiteID{r.Doc.SiteID}
		}),
		byRef: indexBy[reference, domain.SpaceID](compareReferences, func(r *spaceRow) []reference {
			return references(r.Sight.Landlord, r.Doc.ExternalRef)
		}),
		kept: newCensus[domain.SpaceID](func(r *spaceRow) domain.ID { return domain.ID(r.Sight.Landlord) }),
	}
}

func (t spaces) clone() spaces {
	return spaces{t.table.clone(), t.bySite.clone(), t.byRef.clone(), t.kept.clone()}
}

func (t spaces) put(id domain.SpaceID, row *spaceRow) (old *spaceRow) {
	old = t.replace(id, row)
	t.bySite.move(id, old, row)
	t.byRef.move(id, old, row)
	t.kept.move(old, row)
	return old
}

// setSpace takes a space's new document, nil when it is deleted.
func (w *World) setSpace(id domain.SpaceID, row *spaceRow) (old *spaceRow) {
	if row != nil {
		row.Sight = w.spaceSight(row.Doc)
		row.Doc = w.occupied(row.Doc)
	}
	return w.placeSpace(id, row)
}

// placeSpace puts a row that nobody has seen yet and whose sight is settled, in
// the table and in the columns.
func (w *World) placeSpace(id domain.SpaceID, row *spaceRow) (old *spaceRow) {
	old = w.spaces.put(id, row)
	if old == nil || row == nil || old.Doc != row.Doc || old.Sight != row.Sight { // or only its place in the columns changes
		w.recent.open.spaces.note(id, old, row)
	}
	var at match.RowID
	if old != nil {
		at = old.at
	}
	w.layOut(row, at)
	return old
}

// layOut puts a space in the columns, where it had a place or none, unless it
// isn't one that can be matched; nil for one that is gone.
func (w *World) layOut(row *spaceRow, at match.RowID) {
	var site *siteRow
	if row != nil && row.Doc.State != domain.PublicationArchived {
		site, _ = w.Site(row.Doc.SiteID)
	}
	if site == nil {
		w.columns.Remove(at)
		return
	}
	var landlord *domain.Landlord
	if l, ok := w.Landlord(site.Doc.LandlordID); ok {
		landlord = l.Doc
	}
	row.at = w.columns.Put(at, row.Doc, site.Doc, landlord, row.Sight.Class)
}

// spaceSight: a space is never more visible than its site, which is never more
// so than its landlord.
func (w *World) spaceSight(s *domain.VacantSpace) *domain.Sight {
	site, ok := w.Site(s.SiteID)
	if !ok {
		return w.sights.share(orphan)
	}
	return w.sights.share(domain.Sight{
		Class:     domain.Narrower(domain.ClassOf(s.State, s.Visibility), site.Sight.Class),
		Ownership: site.Sight.Ownership,
	})
}

// Space finds a space.
func (w *World) Space(id domain.SpaceID) (*Row[domain.VacantSpace], bool) { return w.spaces.get(id) }

// SpaceByRef finds a space by its landlord's own reference.
func (w *World) SpaceByRef(l domain.LandlordID, externalRef string) (*Row[domain.VacantSpace], bool) {
	return first(w.spaces.table, w.spaces.byRef, reference{l, domain.ExternalRefKey(externalRef)})
}

// Spaces are all of them, in order of their ids.
func (w *World) Spaces() iter.Seq[*Row[domain.VacantSpace]] { return w.spaces.all() }

// SpacesOf are a site's spaces, in order of their ids.
func (w *World) SpacesOf(site domain.SiteID) iter.Seq[*Row[domain.VacantSpace]] {
	return w.spaces.pick(w.spaces.bySite.with(site))
}

// SpacesOfLandlord are the spaces of all the landlord's sites, in order of the
// sites' ids, then of their own.
func (w *World) SpacesOfLandlord(l domain.LandlordID) iter.Seq[*Row[domain.VacantSpace]] {
	return func(yield func(*Row[domain.VacantSpace]) bool) {
		for site := range w.SitesOf(l) {
			for space := range w.SpacesOf(site.Doc.ID) {
				if !yield(space) {
					return
				}
			}
		}
	}
}
