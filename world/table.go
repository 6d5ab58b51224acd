package world

import (
	"iter"

	"github.com/tidwall/btree"
)

// table holds the rows of one kind by id.
type table[ID ~string, T any] struct {
	rows rows[ID, T]
}

// rows are a *btree.Map, behind an interface for the compiler's sake: a package
// that knows of a World compiles every method of the generic types that it can
// reach, which were fourteen thousand.
type rows[ID ~string, T any] interface {
	Get(ID) (*Row[T], bool)
	Set(ID, *Row[T]) (*Row[T], bool)
	Load(ID, *Row[T]) (*Row[T], bool)
	Delete(ID) (*Row[T], bool)
	Scan(func(ID, *Row[T]) bool)
	Max() (ID, *Row[T], bool)
	Len() int
	clone() rows[ID, T]
}

// rowTree names each method that is used: those of an embedded one would all be its own.
type rowTree[ID ~string, T any] struct{ tree *btree.Map[ID, *Row[T]] }

func (t rowTree[ID, T]) Get(id ID) (*Row[T], bool)                { return t.tree.Get(id) }
func (t rowTree[ID, T]) Set(id ID, row *Row[T]) (*Row[T], bool)   { return t.tree.Set(id, row) }
func (t rowTree[ID, T]) Load(id ID, row *Row[T]) (*Row[T], bool)  { return t.tree.Load(id, row) }
func (t rowTree[ID, T]) Delete(id ID) (*Row[T], bool)             { return t.tree.Delete(id) }
func (t rowTree[ID, T]) Scan(yield func(id ID, row *Row[T]) bool) { t.tree.Scan(yield) }
func (t rowTree[ID, T]) Max() (ID, *Row[T], bool)                 { return t.tree.Max() }
func (t rowTree[ID, T]) Len() int                                 { return t.tree.Len() }
func (t rowTree[ID, T]) clone() rows[ID, T]                       { return rowTree[ID, T]{t.tree.Copy()} }

func newTable[ID ~string, T any]() table[ID, T] {
	return table[ID, T]{rows: rowTree[ID, T]{new(btree.Map[ID, *Row[T]])}}
}

// clone is for the writer only: Copy renews a field of the original that
// readers don't touch, but another Copy does.
func (t table[ID, T]) clone() table[ID, T] { return table[ID, T]{rows: t.rows.clone()} }

func (t table[ID, T]) get(id ID) (*Row[T], bool) { return t.rows.Get(id) }

// replace puts a row in place of the one it answers, which it leads to; a nil row
// takes it out.
func (t table[ID, T]) replace(id ID, row *Row[T]) (old *Row[T]) {
	if old = t.swap(id, row); old != nil && row != nil {
		row.follow(old)
	}
	return old
}

// swap is replace for rows without a history: those of kinds whose changes aren't
// told.
func (t table[ID, T]) swap(id ID, row *Row[T]) (old *Row[T]) {
	if row == nil {
		old, _ = t.rows.Delete(id)
	} else {
		old, _ = t.rows.Set(id, row)
	}
	return old
}

// all yields the rows in order of their ids.
func (t table[ID, T]) all() iter.Seq[*Row[T]] {
	return func(yield func(*Row[T]) bool) {
		t.rows.Scan(func(_ ID, r *Row[T]) bool { return yield(r) })
	}
}

// pick yields the rows of these ids.
func (t table[ID, T]) pick(ids iter.Seq[ID]) iter.Seq[*Row[T]] {
	return func(yield func(*Row[T]) bool) {
		for id := range ids {
			if r, ok := t.get(id); ok && !yield(r) {
				return
			}
		}
	}
}

// pairs yields the rows with their ids, in order of these.
func (t table[ID, T]) pairs() iter.Seq2[ID, *Row[T]] {
	return func(yield func(ID, *Row[T]) bool) { t.rows.Scan(yield) }
}
