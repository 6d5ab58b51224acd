package world

import (
	"iter"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/match"
)

// Row is one entity as a World holds it. A row and what it points to are shared
// between Worlds and between goroutines: nobody changes them.
type Row[T any] struct {
	Doc *T
	// Sight decides who may see the row (domain.Viewer.MaySee). Its class is
	// the narrowest of the row's own and its parents'. Rows of equal sight share
	// one; rows that are nobody's to see, such as receipts, have none (nil).
	Sight *domain.Sight
	// sum is the document's part in the World's digest.
	sum digest
	// at is where the columns have a space; 0 for what isn't in them.
	at match.RowID
	// written: commit wrote the document. Else it only brought the row into
	// another sight.
	written bool
	// commit is the one after which the row stands as it does.
	commit uint64
	// before is what stood in its place; nil for what was never replaced.
	before *earlier
}

// withSight is the row as others see it from now on, after the commit that is
// being taken in.
func withSight[T any](w *World, r *Row[T], s *domain.Sight) *Row[T] {
	return &Row[T]{Doc: r.Doc, Sight: s, sum: r.sum, commit: w.head.Number}
}

// sightOf is the row's sight; nil for a missing row.
func sightOf[T any](r *Row[T]) *domain.Sight {
	if r == nil {
		return nil
	}
	return r.Sight
}

// sights are those that the rows of a World and of its descendants share: as
// many as there have been owners, by three classes. Equal ones are the same
// pointer. For the writer only.
type sights map[domain.Sight]*domain.Sight

func (all sights) share(s domain.Sight) *domain.Sight {
	shared, ok := all[s]
	if !ok {
		shared = &s
		all[s] = shared
	}
	return shared
}

// orphan is the sight of a row whose parent is missing.
var orphan = domain.Sight{Class: domain.VisibilityPrivate}

// Visible keeps the rows that a viewer may see.
func Visible[T any](rows iter.Seq[*Row[T]], v domain.Viewer) iter.Seq[*Row[T]] {
	return func(yield func(*Row[T]) bool) {
		for r := range rows {
			if v.MaySee(*r.Sight) && !yield(r) {
				return
			}
		}
	}
}
