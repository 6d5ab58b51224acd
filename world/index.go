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
	pairs pairs[K, ID]
	// keys are those of a row: of its document and sight, nothing else.
	keys func(*Row[T]) []K
	// compare orders keys.
	compare func(a, b K) int
}

// pairs are a pairTree, behind an interface as rows are.
type pairs[K, ID any] interface {
	set(K, ID)
	load(K, ID)
	remove(K, ID)
	ascend(from K, yield func(K, ID) bool)
	scan(yield func(K, ID) bool)
	max() (K, bool)
	clone() pairs[K, ID]
}

// pairTree keeps keys as what they are beneath their names, of which there are few:
// the compiler makes a tree of each type that one is of.
type pairTree[S comparable, K comparable, ID ~string] struct {
	tree  *btree.BTreeG[pair[S]]
	under func(K) S
	named func(S) K
}

type pair[S comparable] struct {
	key S
	id  string
}

func newPairs[S, K comparable, ID ~string](compare func(a, b S) int, under func(K) S, named func(S) K) pairs[K, ID] {
	less := func(a, b pair[S]) bool {
		if c := compare(a.key, b.key); c != 0 {
			return c < 0
		}
		return a.id < b.id
	}
	return pairTree[S, K, ID]{btree.NewBTreeGOptions(less, btree.Options{NoLocks: true}), under, named}
}

func (t pairTree[S, K, ID]) of(key K, id ID) pair[S] { return pair[S]{t.under(key), string(id)} }

func (t pairTree[S, K, ID]) set(key K, id ID)    { t.tree.Set(t.of(key, id)) }
func (t pairTree[S, K, ID]) load(key K, id ID)   { t.tree.Load(t.of(key, id)) }
func (t pairTree[S, K, ID]) remove(key K, id ID) { t.tree.Delete(t.of(key, id)) }

func (t pairTree[S, K, ID]) ascend(from K, yield func(K, ID) bool) {
	t.tree.Ascend(t.of(from, ""), func(p pair[S]) bool { return yield(t.named(p.key), ID(p.id)) })
}

func (t pairTree[S, K, ID]) scan(yield func(K, ID) bool) {
	t.tree.Scan(func(p pair[S]) bool { return yield(t.named(p.key), ID(p.id)) })
}

func (t pairTree[S, K, ID]) max() (K, bool) {
	p, ok := t.tree.Max()
	return t.named(p.key), ok
}

func (t pairTree[S, K, ID]) clone() pairs[K, ID] {
	t.tree = t.tree.Copy()
	return t
}

// textIndex is an index by texts.
func textIndex[K ~string, ID ~string, T any](keys func(*Row[T]) []K) index[K, ID, T] {
	trees := newPairs[string, K, ID](cmp.Compare[string], func(k K) string { return string(k) }, func(s string) K { return K(s) })
	return index[K, ID, T]{trees, keys, cmp.Compare[K]}
}

// numberIndex is an index by whole numbers, such as those of commits, and dates.
func numberIndex[K ~int32 | ~int64 | ~uint64, ID ~string, T any](keys func(*Row[T]) []K) index[K, ID, T] {
	trees := newPairs[int64, K, ID](cmp.Compare[int64], func(k K) int64 { return int64(k) }, func(n int64) K { return K(n) })
	return index[K, ID, T]{trees, keys, cmp.Compare[K]}
}

// indexBy is an index by keys of several parts.
func indexBy[K comparable, ID ~string, T any](compare func(a, b K) int, keys func(*Row[T]) []K) index[K, ID, T] {
	itself := func(k K) K { return k }
	return index[K, ID, T]{newPairs[K, K, ID](compare, itself, itself), keys, compare}
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
			x.pairs.remove(k, id)
		}
	}
	for _, k := range after {
		if !slices.Contains(before, k) {
			x.pairs.set(k, id)
		}
	}
}

// fill makes the empty index of all rows at once, which takes less time than one by one.
func (x index[K, ID, T]) fill(rows iter.Seq2[ID, *Row[T]]) {
	type pair struct {
		key K
		id  ID
	}
	var pairs []pair
	for id, row := range rows {
		for _, k := range x.keys(row) {
			pairs = append(pairs, pair{k, id})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(x.compare(a.key, b.key), cmp.Compare(a.id, b.id))
	})
	for _, p := range pairs {
		x.pairs.load(p.key, p.id)
	}
}

// with yields the ids of the rows that have a key, in order.
func (x index[K, ID, T]) with(key K) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		x.pairs.ascend(key, func(k K, id ID) bool { return k == key && yield(id) })
	}
}

// below yields the ids of the rows whose key is less, in order of the keys.
func (x index[K, ID, T]) below(key K) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		x.pairs.scan(func(k K, id ID) bool { return x.compare(k, key) < 0 && yield(id) })
	}
}

// between yields the ids of the rows whose key is from one up to, and without,
// another, in order of the keys.
func (x index[K, ID, T]) between(from, to K) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		x.pairs.ascend(from, func(k K, id ID) bool { return x.compare(k, to) < 0 && yield(id) })
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
