package world

import (
	"iter"

	"github.com/palier-hub/palier/domain"
)

type erasureRow = Row[domain.Erasure]

// erasures are nobody's to see: their rows have no sight.
type erasures struct {
	table[domain.ErasureID, domain.Erasure]
	byPerson index[domain.PersonID, domain.ErasureID, domain.Erasure]
}

func newErasures() erasures {
	return erasures{
		table: newTable[domain.ErasureID, domain.Erasure](),
		byPerson: textIndex[domain.PersonID, domain.ErasureID](func(r *erasureRow) []domain.PersonID {
			return []domain.PersonID{r.Doc.Person}
		}),
	}
}

func (t erasures) clone() erasures { return erasures{t.table.clone(), t.byPerson.clone()} }

func (w *World) setErasure(id domain.ErasureID, row *erasureRow) (old *erasureRow) {
	old = w.erasures.swap(id, row)
	w.erasures.byPerson.move(id, old, row)
	return old
}

// Erasures are all that have been decided, in order of their ids: what the
// personal store is to be without.
func (w *World) Erasures() iter.Seq[domain.Erasure] {
	return func(yield func(domain.Erasure) bool) {
		for row := range w.erasures.all() {
			if !yield(*row.Doc) {
				return
			}
		}
	}
}

// Erasure finds one by its id.
func (w *World) Erasure(id domain.ErasureID) (domain.Erasure, bool) {
	row, ok := w.erasures.get(id)
	if !ok {
		return domain.Erasure{}, false
	}
	return *row.Doc, true
}

// ErasureOf is that of a person; false when they weren't erased.
func (w *World) ErasureOf(id domain.PersonID) (domain.Erasure, bool) {
	row, ok := first(w.erasures.table, w.erasures.byPerson, id)
	if !ok {
		return domain.Erasure{}, false
	}
	return *row.Doc, true
}
