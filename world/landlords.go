package world

import (
	"iter"
	"slices"

	"github.com/palier-hub/palier/domain"
)

type landlordRow = Row[domain.Landlord]

type landlords struct {
	table[domain.LandlordID, domain.Landlord]
	bySiren index[domain.Siren, domain.LandlordID, domain.Landlord]
	byGroup index[domain.LandlordID, domain.LandlordID, domain.Landlord]
	// closed leads from the commits by which they were archived.
	closed index[uint64, domain.LandlordID, domain.Landlord]
}

func newLandlords() landlords {
	return landlords{
		table: newTable[domain.LandlordID, domain.Landlord](),
		bySiren: textIndex[domain.Siren, domain.LandlordID](func(r *landlordRow) []domain.Siren {
			return stated(r.Doc.Siren)
		}),
		byGroup: textIndex[domain.LandlordID, domain.LandlordID](func(r *landlordRow) []domain.LandlordID {
			return stated(r.Doc.GroupID)
		}),
		closed: numberIndex[uint64, domain.LandlordID](func(r *landlordRow) []uint64 { return closedAt(r, r.Doc.State) }),
	}
}

// closedAt is the commit by which an organisation was archived, after which it
// never changes; none for others.
func closedAt[T any](r *Row[T], state domain.Publication) []uint64 {
	if state != domain.PublicationArchived {
		return nil
	}
	return []uint64{r.commit}
}

// stated is the key of a row that has this value.
func stated[K any](value *K) []K {
	if value == nil {
		return nil
	}
	return []K{*value}
}

func (t landlords) clone() landlords {
	return landlords{t.table.clone(), t.bySiren.clone(), t.byGroup.clone(), t.closed.clone()}
}

func (t landlords) put(id domain.LandlordID, row *landlordRow) (old *landlordRow) {
	old = t.replace(id, row)
	t.bySiren.move(id, old, row)
	t.byGroup.move(id, old, row)
	t.closed.move(id, old, row)
	return old
}

// setLandlord takes a landlord's new document, nil when it is deleted; its
// stock and its needs follow when it comes into sight or goes out of it.
func (w *World) setLandlord(id domain.LandlordID, row *landlordRow) (old *landlordRow) {
	if row != nil {
		row.Sight = w.sights.share(landlordSight(row.Doc))
	}
	old = w.landlords.put(id, row)
	var doc *domain.Landlord
	if row != nil {
		doc = row.Doc
	}
	w.columns.PutLandlord(id, doc)
	w.recent.open.landlords.note(id, old, row)
	if sightOf(old) != sightOf(row) {
		for _, site := range slices.Collect(w.SitesOf(id)) {
			w.placeSite(site.Doc.ID, withSight(w, site, w.siteSight(site.Doc)))
		}
		for _, need := range slices.Collect(w.LandlordNeedsOf(id)) {
			w.placeLandlordNeed(need.Doc.ID, withSight(w, need, w.landlordNeedSight(need.Doc)))
		}
		for _, r := range slices.Collect(w.RequestsTo(id)) {
			next := withSight(w, r, w.requestSight(r.Doc))
			w.recent.open.requests.note(r.Doc.ID, w.requests.put(r.Doc.ID, next), next)
			w.messagesFollow(r.Doc.ID)
		}
		w.contactsFollow(id)
		for _, p := range slices.Collect(w.PlacementsWith(id)) {
			next := withSight(w, p, w.placementSight(p.Doc))
			w.recent.open.placements.note(p.Doc.ID, w.placements.put(p.Doc.ID, next), next)
		}
	}
	for p := range w.PlacementsWith(id) { // its name, and what kind of landlord it is
		w.hostProject(p.Doc.ProjectID)
	}
	return old
}

func landlordSight(l *domain.Landlord) domain.Sight {
	return domain.Sight{Class: domain.ClassOf(l.State, domain.VisibilityPublic), Ownership: l.Ownership()}
}

// Landlord finds a landlord.
func (w *World) Landlord(id domain.LandlordID) (*Row[domain.Landlord], bool) {
	return w.landlords.get(id)
}

// LandlordBySiren finds a landlord by its number in the Sirene register.
func (w *World) LandlordBySiren(s domain.Siren) (*Row[domain.Landlord], bool) {
	return first(w.landlords.table, w.landlords.bySiren, s)
}

// Landlords are all of them, in order of their ids.
func (w *World) Landlords() iter.Seq[*Row[domain.Landlord]] { return w.landlords.all() }

// OwnershipOf is whose the rows of an organisation are: a landlord's, with its
// group, or a project's; nobody's for anything else.
func (w *World) OwnershipOf(organisation domain.ID) domain.Ownership {
	switch organisation.Kind() {
	case domain.KindLandlord:
		id := domain.LandlordID(organisation)
		return domain.Ownership{Landlord: id, Group: w.groupOf(id)}
	case domain.KindProject:
		return domain.Ownership{Project: domain.ProjectID(organisation)}
	}
	return domain.Ownership{}
}

// Subsidiaries are the landlords of a group, in order of their ids.
func (w *World) Subsidiaries(group domain.LandlordID) iter.Seq[*Row[domain.Landlord]] {
	return w.landlords.pick(w.landlords.byGroup.with(group))
}
