package world

import (
	"iter"
	"reflect"
	"slices"

	"github.com/palier-hub/palier/domain"
)

type requestRow = Row[domain.HostingRequest]

type requests struct {
	table[domain.RequestID, domain.HostingRequest]
	byProject  index[domain.ProjectID, domain.RequestID, domain.HostingRequest]
	byLandlord index[domain.LandlordID, domain.RequestID, domain.HostingRequest]
	byNeed     index[domain.NeedID, domain.RequestID, domain.HostingRequest]
	// bySpace leads to those that want a space, chose it or have it.
	bySpace index[domain.SpaceID, domain.RequestID, domain.HostingRequest]
	// byDue leads to those of which something is due, by day: an answer, a review,
	// the end of a term.
	byDue index[domain.Date, domain.RequestID, domain.HostingRequest]
	// byCommit is by the commit of the last step.
	byCommit index[uint64, domain.RequestID, domain.HostingRequest]
	// byContact leads to those of which a person is a contact.
	byContact index[domain.PersonID, domain.RequestID, domain.HostingRequest]
	kept      census[domain.RequestID, domain.HostingRequest]
}

func newRequests() requests {
	return requests{
		table: newTable[domain.RequestID, domain.HostingRequest](),
		byProject: textIndex[domain.ProjectID, domain.RequestID](func(r *requestRow) []domain.ProjectID {
			return []domain.ProjectID{r.Doc.ProjectID}
		}),
		byLandlord: textIndex[domain.LandlordID, domain.RequestID](func(r *requestRow) []domain.LandlordID {
			return stated(r.Doc.LandlordID)
		}),
		byNeed: textIndex[domain.NeedID, domain.RequestID](func(r *requestRow) []domain.NeedID {
			return stated(r.Doc.NeedID)
		}),
		bySpace: textIndex[domain.SpaceID, domain.RequestID](func(r *requestRow) []domain.SpaceID {
			return r.Doc.Concerns()
		}),
		byDue: numberIndex[domain.Date, domain.RequestID](func(r *requestRow) []domain.Date {
			return stated(r.Doc.NextDue())
		}),
		byCommit: numberIndex[uint64, domain.RequestID](func(r *requestRow) []uint64 {
			if len(r.Doc.Log) == 0 {
				return nil
			}
			return []uint64{r.Doc.Log[len(r.Doc.Log)-1].Commit}
		}),
		byContact: textIndex[domain.PersonID, domain.RequestID](func(r *requestRow) []domain.PersonID {
			return r.Doc.Contacts.All()
		}),
		kept: newCensus[domain.RequestID](func(r *requestRow) domain.ID { return domain.ID(r.Doc.ProjectID) }),
	}
}

func (t requests) clone() requests {
	return requests{t.table.clone(), t.byProject.clone(), t.byLandlord.clone(), t.byNeed.clone(), t.bySpace.clone(), t.byDue.clone(), t.byCommit.clone(), t.byContact.clone(), t.kept.clone()}
}

func (t requests) put(id domain.RequestID, row *requestRow) (old *requestRow) {
	old = t.replace(id, row)
	t.byProject.move(id, old, row)
	t.byLandlord.move(id, old, row)
	t.byNeed.move(id, old, row)
	t.bySpace.move(id, old, row)
	t.byDue.move(id, old, row)
	t.byCommit.move(id, old, row)
	t.byContact.move(id, old, row)
	t.kept.move(old, row)
	return old
}

// setRequest takes a request's new document, nil when it is deleted; the spaces
// that it takes, or took, follow, and its messages.
func (w *World) setRequest(id domain.RequestID, row *requestRow) (old *requestRow) {
	if row != nil {
		row.Sight = w.requestSight(row.Doc)
	}
	old = w.requests.put(id, row)
	w.recent.open.requests.note(id, old, row)
	if sightOf(old) != sightOf(row) {
		w.messagesFollow(id)
	}
	var spaces []domain.SpaceID
	for _, r := range []*requestRow{old, row} {
		if r == nil {
			continue
		}
		if space, taken := r.Doc.Occupation(); len(taken) > 0 && !slices.Contains(spaces, space) {
			spaces = append(spaces, space)
		}
	}
	for _, space := range spaces {
		w.occupySpace(space)
	}
	return old
}

// occupySpace makes a space's document say what the requests take of it now.
func (w *World) occupySpace(id domain.SpaceID) {
	row, ok := w.spaces.get(id)
	if !ok {
		return
	}
	if doc := w.occupied(row.Doc); doc != row.Doc {
		next := withSight(w, row, row.Sight)
		next.Doc = doc
		w.placeSpace(id, next)
	}
}

// occupied is a space's document with what the requests take of it beside what
// its landlord declares: the same one when it says so already.
func (w *World) occupied(s *domain.VacantSpace) *domain.VacantSpace {
	var taken []domain.Commitment
	for r := range w.RequestsFor(s.ID) {
		if space, of := r.Doc.Occupation(); space == s.ID {
			taken = append(taken, of...)
		}
	}
	declared := s.Declared()
	if len(taken) == 0 && len(declared) == len(s.Commitments) {
		return s
	}
	doc := *s
	if doc.Commitments = append(slices.Clip(declared), taken...); len(doc.Commitments) == 0 {
		doc.Commitments = nil // as it is read
	}
	return &doc
}

// requestSight: a request is for its two sides, and the landlord's group.
func (w *World) requestSight(r *domain.HostingRequest) *domain.Sight {
	var group domain.LandlordID
	if r.LandlordID != nil {
		if landlord, ok := w.Landlord(*r.LandlordID); ok {
			group = landlord.Sight.Group
		}
	}
	return w.sights.share(r.Sight(group))
}

// Request finds a hosting request.
func (w *World) Request(id domain.RequestID) (*Row[domain.HostingRequest], bool) {
	return w.requests.get(id)
}

// Requests are all of them, in order of their ids.
func (w *World) Requests() iter.Seq[*Row[domain.HostingRequest]] { return w.requests.all() }

// RequestsOf are a project's requests, in order of their ids.
func (w *World) RequestsOf(p domain.ProjectID) iter.Seq[*Row[domain.HostingRequest]] {
	return w.requests.pick(w.requests.byProject.with(p))
}

// RequestsTo are the requests that name a landlord, in order of their ids, sent
// to it or not.
func (w *World) RequestsTo(l domain.LandlordID) iter.Seq[*Row[domain.HostingRequest]] {
	return w.requests.pick(w.requests.byLandlord.with(l))
}

// RequestsOfNeed are those for a need, in order of their ids.
func (w *World) RequestsOfNeed(n domain.NeedID) iter.Seq[*Row[domain.HostingRequest]] {
	return w.requests.pick(w.requests.byNeed.with(n))
}

// RequestsFor are those that want a space, chose it or have it, in order of their
// ids.
func (w *World) RequestsFor(s domain.SpaceID) iter.Seq[*Row[domain.HostingRequest]] {
	return w.requests.pick(w.requests.bySpace.with(s))
}

// RequestsWith are those of which a person is a contact, in order of their ids.
func (w *World) RequestsWith(p domain.PersonID) iter.Seq[*Row[domain.HostingRequest]] {
	return w.requests.pick(w.requests.byContact.with(p))
}

// RequestsDue are those of which something was due before a day, the longest due
// first.
func (w *World) RequestsDue(before domain.Date) iter.Seq[*Row[domain.HostingRequest]] {
	return w.requests.pick(w.requests.byDue.below(before))
}

type placementRow = Row[domain.Placement]

type placements struct {
	table[domain.PlacementID, domain.Placement]
	byProject  index[domain.ProjectID, domain.PlacementID, domain.Placement]
	byLandlord index[domain.LandlordID, domain.PlacementID, domain.Placement]
}

func newPlacements() placements {
	return placements{
		table: newTable[domain.PlacementID, domain.Placement](),
		byProject: textIndex[domain.ProjectID, domain.PlacementID](func(r *placementRow) []domain.ProjectID {
			return []domain.ProjectID{r.Doc.ProjectID}
		}),
		byLandlord: textIndex[domain.LandlordID, domain.PlacementID](func(r *placementRow) []domain.LandlordID {
			return []domain.LandlordID{r.Doc.LandlordID}
		}),
	}
}

func (t placements) clone() placements {
	return placements{t.table.clone(), t.byProject.clone(), t.byLandlord.clone()}
}

func (t placements) put(id domain.PlacementID, row *placementRow) (old *placementRow) {
	old = t.replace(id, row)
	t.byProject.move(id, old, row)
	t.byLandlord.move(id, old, row)
	return old
}

// setPlacement takes a placement's new document, nil when it is deleted.
func (w *World) setPlacement(id domain.PlacementID, row *placementRow) (old *placementRow) {
	if row != nil {
		row.Sight = w.placementSight(row.Doc)
	}
	old = w.placements.put(id, row)
	w.recent.open.placements.note(id, old, row)
	for _, p := range []*placementRow{old, row} {
		if p != nil {
			w.hostProject(p.Doc.ProjectID)
		}
	}
	return old
}

// hostProject makes a project's document tell its public placements as they are
// now.
func (w *World) hostProject(id domain.ProjectID) {
	row, ok := w.projects.get(id)
	if !ok {
		return
	}
	if doc := w.hosted(row.Doc); doc != row.Doc {
		next := withSight(w, row, row.Sight)
		next.Doc = doc
		w.projects.put(id, next)
		w.recent.open.projects.note(id, row, next)
	}
}

// hosted is a project's document with its public placements: the same one when it
// tells them already.
func (w *World) hosted(p *domain.InnovationProject) *domain.InnovationProject {
	var told []domain.PlacementReference
	for row := range w.PlacementsOf(p.ID) {
		if row.Sight.Class == domain.VisibilityPublic {
			told = append(told, w.told(row.Doc))
		}
	}
	if reflect.DeepEqual(told, p.Hosted) {
		return p
	}
	doc := *p
	doc.Hosted = told
	return &doc
}

// told is a placement as a reference of its project.
func (w *World) told(p *domain.Placement) domain.PlacementReference {
	year, _, _ := p.Since.Time().Date()
	r := domain.PlacementReference{Label: domain.FormPartnershipOnly.Label(domain.French), Year: &year}
	if p.SpaceKind != nil {
		r.Label = p.SpaceKind.Label(domain.French)
	}
	if l, ok := w.Landlord(p.LandlordID); ok {
		r.LandlordName, r.HlmLandlord = &l.Doc.Name, l.Doc.Kind.Hlm()
	}
	if p.CommuneCode != nil {
		if commune, ok := w.atlas.Commune(*p.CommuneCode); ok {
			r.Place = &commune.Name
		}
	}
	return r
}

// placementSight: a placement is public, since both sides agreed, but never more
// visible than its landlord.
func (w *World) placementSight(p *domain.Placement) *domain.Sight {
	landlord, ok := w.Landlord(p.LandlordID)
	if !ok {
		return w.sights.share(orphan)
	}
	sight := domain.Sight{Class: domain.Narrower(domain.ClassOf(p.State, domain.VisibilityPublic), landlord.Sight.Class), Ownership: landlord.Sight.Ownership}
	sight.Project = p.ProjectID
	return w.sights.share(sight)
}

// Placement finds a placement.
func (w *World) Placement(id domain.PlacementID) (*Row[domain.Placement], bool) {
	return w.placements.get(id)
}

// Placements are all of them, in order of their ids.
func (w *World) Placements() iter.Seq[*Row[domain.Placement]] { return w.placements.all() }

// PlacementsOf are a project's placements, in order of their ids.
func (w *World) PlacementsOf(p domain.ProjectID) iter.Seq[*Row[domain.Placement]] {
	return w.placements.pick(w.placements.byProject.with(p))
}

// PlacementsWith are a landlord's placements, in order of their ids.
func (w *World) PlacementsWith(l domain.LandlordID) iter.Seq[*Row[domain.Placement]] {
	return w.placements.pick(w.placements.byLandlord.with(l))
}
