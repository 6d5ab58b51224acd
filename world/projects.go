package world

import (
	"iter"
	"slices"

	"github.com/palier-hub/palier/domain"
)

type projectRow = Row[domain.InnovationProject]

type projects struct {
	table[domain.ProjectID, domain.InnovationProject]
	bySlug index[string, domain.ProjectID, domain.InnovationProject]
	// closed leads from the commits by which they were archived.
	closed index[uint64, domain.ProjectID, domain.InnovationProject]
}

func newProjects() projects {
	return projects{
		table: newTable[domain.ProjectID, domain.InnovationProject](),
		bySlug: textIndex[string, domain.ProjectID](func(r *projectRow) []string {
			return append([]string{r.Doc.Slug}, r.Doc.Aliases...)
		}),
		closed: numberIndex[uint64, domain.ProjectID](func(r *projectRow) []uint64 { return closedAt(r, r.Doc.State) }),
	}
}

func (t projects) clone() projects {
	return projects{t.table.clone(), t.bySlug.clone(), t.closed.clone()}
}

func (t projects) put(id domain.ProjectID, row *projectRow) (old *projectRow) {
	old = t.replace(id, row)
	t.bySlug.move(id, old, row)
	t.closed.move(id, old, row)
	return old
}

// setProject takes a project's new document, nil when it is deleted; its needs
// follow when it comes into sight or goes out of it.
func (w *World) setProject(id domain.ProjectID, row *projectRow) (old *projectRow) {
	if row != nil {
		row.Sight = w.sights.share(projectSight(row.Doc))
		row.Doc = w.hosted(row.Doc)
	}
	old = w.projects.put(id, row)
	w.recent.open.projects.note(id, old, row)
	if sightOf(old) != sightOf(row) {
		for _, need := range slices.Collect(w.NeedsOf(id)) {
			w.placeNeed(need.Doc.ID, withSight(w, need, w.needSight(need.Doc)))
		}
	}
	return old
}

func projectSight(p *domain.InnovationProject) domain.Sight {
	return domain.Sight{
		Class:     domain.ClassOf(p.State, domain.VisibilityPublic),
		Ownership: domain.Ownership{Project: p.ID},
	}
}

// Project finds a project.
func (w *World) Project(id domain.ProjectID) (*Row[domain.InnovationProject], bool) {
	return w.projects.get(id)
}

// ProjectBySlug finds a project by its slug or one of its aliases.
func (w *World) ProjectBySlug(slug string) (*Row[domain.InnovationProject], bool) {
	return first(w.projects.table, w.projects.bySlug, slug)
}

// Projects are all of them, in order of their ids.
func (w *World) Projects() iter.Seq[*Row[domain.InnovationProject]] { return w.projects.all() }
