package world

import (
	"cmp"
	"iter"
	"slices"

	"github.com/tidwall/btree"
)

// index leads from a key to the ids of the rows that have it. It holds pairs,
// for unique keys too: while a batch hands a key from one row to another both
// may have it, and what the index ends with mustn't depend on who came first.
type index[K comparable, ID ~string, T any] struct {
	pairs pairs[pair[K, ID]]
	// keys are those of a row: of its document and sight, nothing else.
	keys func(*Row[T]) []K
	// compare orders keys.
	compare func(a, b K) int
}

// pairs are a *btree.BTreeG, behind an interface as rows are.
type pairs[P any] interface {
	Set(P) (P, bool)
	Load(P) (P, bool)
	Delete(P) (P, bool)
	Ascend(from P, yield func(P) bool)
	Scan(yield func(P) bool)
	Max() (P, bool)
	clone() pairs[P]
}

type pairTree[P any] struct{ *btree.BTreeG[P] }

func (t pairTree[P]) clone() pairs[P] { return pairTree[P]{t.Copy()} }

func newPairs[P any](less func(a, b P) bool) pairs[P] {
	return pairTree[P]{btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})}
}

type pair[K comparable, ID ~string] struct {
	key K
	id  ID
}

func newIndex[K cmp.Ordered, ID ~string, T any](keys func(*Row[T]) []K) index[K, ID, T] {
	return newIndexBy[K, ID](cmp.Compare[K], keys)
}

func newIndexBy[K comparable, ID ~string, T any](compare func(a, b K) int, keys func(*Row[T]) []K) index[K, ID, T] {
	less := func(a, b pair[K, ID]) bool {
		if c := compare(a.key, b.key); c != 0 {
			return c < 0
		}
		return a.id < b.id
	}
	return index[K, ID, T]{newPairs(less), keys, compare}
}

// clone is for the writer only, as that of table.
func (x index[K, ID, T]) clone() index[K, ID, T] {
	x.pairs = x.pairs.clone()
	return x
}

// move replaces the keys of a row's old version, nil when there was none, with
// those of its new one, nil when it is gone.
func (x index[K, ID, T]) move(id ID, old, row *Row[T]) {
	var before, after []K
	if old != nil {
		before = x.keys(old)
	}
	if row != nil {
		after = x.keys(row)
	}
	for _, k := range before {
		if !slices.Contains(after, k) {
			x.pairs.Delete(pair[K, ID]{k, id})
		}
	}
	for _, k := range after {
		if !slices.Contains(before, k) {
			x.pairs.Set(pair[K, ID]{k, id})
		}
	}
}

// fill makes the empty index of all rows at once, which takes less time than one by one.
func (x index[K, ID, T]) fill(rows iter.Seq2[ID, *Row[T]]) {
	var pairs []pair[K, ID]
	for id, row := range rows {
		for _, k := range x.keys(row) {
			pairs = append(pairs, pair[K, ID]{k, id})
		}
	}
	slices.SortFunc(pairs, func(a, b pair[K, ID]) int {
		return cmp.Or(x.compare(a.key, b.key), cmp.Compare(a.id, b.id))
	})
	for _, p := range pairs {
		x.pairs.Load(p)
	}
}

// with yields the ids of the rows that have a key, in order.
func (x index[K, ID, T]) with(key K) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		x.pairs.Ascend(pair[K, ID]{key: key}, func(p pair[K, ID]) bool {
			return p.key == key && yield(p.id)
		})
	}
}

// below yields the ids of the rows whose key is less, in order of the keys.
func (x index[K, ID, T]) below(key K) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		x.pairs.Scan(func(p pair[K, ID]) bool {
			return x.compare(p.key, key) < 0 && yield(p.id)
		})
	}
}

// between yields the ids of the rows whose key is from one up to, and without,
// another, in order of the keys.
func (x index[K, ID, T]) between(from, to K) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		x.pairs.Ascend(pair[K, ID]{key: from}, func(p pair[K, ID]) bool {
			return x.compare(p.key, to) < 0 && yield(p.id)
		})
	}
}

// first is the row with a key; of several, which only a faulty commit leaves,
// that with the lowest id.
func first[K comparable, ID ~string, T any](t table[ID, T], x index[K, ID, T], key K) (*Row[T], bool) {
	for id := range x.with(key) {
		return t.get(id)
	}
	return nil, false
}
