package world

import (
	"iter"

	"github.com/palier-hub/palier/domain"
)

type needRow = Row[domain.HostingNeed]

type needs struct {
	table[domain.NeedID, domain.HostingNeed]
	byProject index[domain.ProjectID, domain.NeedID, domain.HostingNeed]
	kept      census[domain.NeedID, domain.HostingNeed]
}

func newNeeds() needs {
	return needs{
		table: newTable[domain.NeedID, domain.HostingNeed](),
		byProject: textIndex[domain.ProjectID, domain.NeedID](func(r *needRow) []domain.ProjectID {
			return []domain.ProjectID{r.Doc.ProjectID}
		}),
		kept: newCensus[domain.NeedID](func(r *needRow) domain.ID { return domain.ID(r.Doc.ProjectID) }),
	}
}

func (t needs) clone() needs { return needs{t.table.clone(), t.byProject.clone(), t.kept.clone()} }

func (t needs) put(id domain.NeedID, row *needRow) (old *needRow) {
	old = t.replace(id, row)
	t.byProject.move(id, old, row)
	t.kept.move(old, row)
	return old
}

// setNeed takes a need's new document, nil when it is deleted.
func (w *World) setNeed(id domain.NeedID, row *needRow) (old *needRow) {
	if row != nil {
		row.Sight = w.needSight(row.Doc)
	}
	return w.placeNeed(id, row)
}

// placeNeed puts a row whose sight is settled.
func (w *World) placeNeed(id domain.NeedID, row *needRow) (old *needRow) {
	old = w.needs.put(id, row)
	w.recent.open.needs.note(id, old, row)
	return old
}

// needSight: a need is never more visible than its project.
func (w *World) needSight(n *domain.HostingNeed) *domain.Sight {
	project, ok := w.Project(n.ProjectID)
	if !ok {
		return w.sights.share(orphan)
	}
	return w.sights.share(domain.Sight{
		Class:     domain.Narrower(domain.ClassOf(n.State, domain.VisibilityPublic), project.Sight.Class),
		Ownership: project.Sight.Ownership,
	})
}

// Need finds a need.
func (w *World) Need(id domain.NeedID) (*Row[domain.HostingNeed], bool) { return w.needs.get(id) }

// Needs are all of them, in order of their ids.
func (w *World) Needs() iter.Seq[*Row[domain.HostingNeed]] { return w.needs.all() }

// NeedsOf are a project's needs, in order of their ids.
func (w *World) NeedsOf(p domain.ProjectID) iter.Seq[*Row[domain.HostingNeed]] {
	return w.needs.pick(w.needs.byProject.with(p))
}
