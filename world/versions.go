package world

import (
	"iter"

	"github.com/palier-hub/palier/domain"
)

// What a row was is in the ledger; the World knows where. A row carries the
// commit that made it what it is, and leads to what stood in its place before:
// which commit wrote that, and who could see it. A row that was never replaced
// costs its own two words and nothing more.

// earlier is what stood in a row's place before it, up to the commit of what
// followed.
type earlier struct {
	// commit is the one after which it stood so.
	commit uint64
	sight  *domain.Sight
	// written: the commit wrote the document. Else it only brought the row into
	// another sight.
	written bool
	before  *earlier
}

// follow links a row to the one that it replaces. What requests take of a space,
// and which placements a project has, isn't the row's own: it makes no version.
// Nor does the last of several rows of one commit that leaves things as they were.
func (r *Row[T]) follow(old *Row[T]) {
	switch {
	case !r.written && r.Sight == old.Sight:
		r.commit, r.written, r.before = old.commit, old.written, old.before
	case r.commit == old.commit:
		r.written, r.before = r.written || old.written, old.before
		if b := r.before; b != nil && !r.written && r.Sight == b.sight {
			r.commit, r.written, r.before = b.commit, b.written, b.before
		}
	default:
		r.before = &earlier{old.commit, old.Sight, old.written, old.before}
	}
}

// Standing is how a row stood from one commit until the next that changed that:
// with which document, and to be seen by whom.
type Standing struct {
	// Commit after which it stood so.
	Commit uint64
	Sight  *domain.Sight
	// Written is the commit that wrote the document: Commit, or one before that
	// after which only the sight changed.
	Written uint64
}

// Standings yields how the row has stood, the present first, since its document
// was first written. One that was deleted and made again begins anew.
func (r *Row[T]) Standings() iter.Seq[Standing] {
	return func(yield func(Standing) bool) {
		for e := (&earlier{r.commit, r.Sight, r.written, r.before}); e != nil; e = e.before {
			written := e
			for !written.written {
				written = written.before
			}
			if !yield(Standing{e.commit, e.sight, written.commit}) {
				return
			}
		}
	}
}

// Version is a document that a row has had.
type Version struct {
	// Commit that wrote it.
	Commit uint64
	// Sights are those under which it stood, the last first: one at least.
	Sights []*domain.Sight
}

// Versions yields the documents that the row has had, the present first.
func (r *Row[T]) Versions() iter.Seq[Version] {
	return func(yield func(Version) bool) {
		var v Version
		for s := range r.Standings() {
			if s.Written != v.Commit && v.Commit != 0 {
				if !yield(v) {
					return
				}
				v.Sights = nil
			}
			v.Commit, v.Sights = s.Written, append(v.Sights, s.Sight)
		}
		yield(v)
	}
}
