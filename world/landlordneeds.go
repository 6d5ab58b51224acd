package world

import (
	"iter"

	"github.com/palier-hub/palier/domain"
)

type landlordNeedRow = Row[domain.LandlordNeed]

type landlordNeeds struct {
	table[domain.LandlordNeedID, domain.LandlordNeed]
	byLandlord index[domain.LandlordID, domain.LandlordNeedID, domain.LandlordNeed]
	byRef      index[reference, domain.LandlordNeedID, domain.LandlordNeed]
	kept       census[domain.LandlordNeedID, domain.LandlordNeed]
}

func newLandlordNeeds() landlordNeeds {
	return landlordNeeds{
		table: newTable[domain.LandlordNeedID, domain.LandlordNeed](),
		byLandlord: textIndex[domain.LandlordID, domain.LandlordNeedID](func(r *landlordNeedRow) []domain.LandlordID {
			return []domain.LandlordID{r.Doc.LandlordID}
		}),
		byRef: indexBy[reference, domain.LandlordNeedID](compareReferences, func(r *landlordNeedRow) []reference {
			return references(r.Sight.Landlord, r.Doc.ExternalRef)
		}),
		kept: newCensus[domain.LandlordNeedID](func(r *landlordNeedRow) domain.ID { return domain.ID(r.Doc.LandlordID) }),
	}
}

func (t landlordNeeds) clone() landlordNeeds {
	return landlordNeeds{t.table.clone(), t.byLandlord.clone(), t.byRef.clone(), t.kept.clone()}
}

func (t landlordNeeds) put(id domain.LandlordNeedID, row *landlordNeedRow) (old *landlordNeedRow) {
	old = t.replace(id, row)
	t.byLandlord.move(id, old, row)
	t.byRef.move(id, old, row)
	t.kept.move(old, row)
	return old
}

// setLandlordNeed takes a need's new document, nil when it is deleted.
func (w *World) setLandlordNeed(id domain.LandlordNeedID, row *landlordNeedRow) (old *landlordNeedRow) {
	if row != nil {
		row.Sight = w.landlordNeedSight(row.Doc)
	}
	return w.placeLandlordNeed(id, row)
}

// placeLandlordNeed puts a row whose sight is settled.
func (w *World) placeLandlordNeed(id domain.LandlordNeedID, row *landlordNeedRow) (old *landlordNeedRow) {
	old = w.landlordNeeds.put(id, row)
	w.recent.open.landlordNeeds.note(id, old, row)
	return old
}

// landlordNeedSight: a need is never more visible than its landlord. The sites
// that it names have their own sight.
func (w *World) landlordNeedSight(n *domain.LandlordNeed) *domain.Sight {
	landlord, ok := w.Landlord(n.LandlordID)
	if !ok {
		return w.sights.share(orphan)
	}
	return w.sights.share(domain.Sight{
		Class:     domain.Narrower(domain.ClassOf(n.State, n.Visibility), landlord.Sight.Class),
		Ownership: landlord.Sight.Ownership,
	})
}

// LandlordNeed finds a landlord's need.
func (w *World) LandlordNeed(id domain.LandlordNeedID) (*Row[domain.LandlordNeed], bool) {
	return w.landlordNeeds.get(id)
}

// LandlordNeedByRef finds a need by its landlord's own reference.
func (w *World) LandlordNeedByRef(l domain.LandlordID, externalRef string) (*Row[domain.LandlordNeed], bool) {
	return first(w.landlordNeeds.table, w.landlordNeeds.byRef, reference{l, domain.ExternalRefKey(externalRef)})
}

// LandlordNeeds are all of them, in order of their ids.
func (w *World) LandlordNeeds() iter.Seq[*Row[domain.LandlordNeed]] { return w.landlordNeeds.all() }

// LandlordNeedsOf are a landlord's needs, in order of their ids.
func (w *World) LandlordNeedsOf(l domain.LandlordID) iter.Seq[*Row[domain.LandlordNeed]] {
	return w.landlordNeeds.pick(w.landlordNeeds.byLandlord.with(l))
}
