package match

import (
	"slices"
	"sync"
)

// memos remember, for the question under way, the tallies of the aspects that
// were met.
type memos struct {
	epoch                                      uint32
	spot, usage, reception, utilities, surface memo[uint32, tally]
	price                                      memo[uint64, tally]
	window                                     memo[uint32, windowTally]
	terms, days                                memo[uint32, lanes]
	// outlooks are those of the question's chunks, ahead those still to be visited;
	// sites are those of the chunk under way, deferred the rows to come back to.
	outlooks []outlook
	ahead    queue
	sites    []siteTally
	deferred []deferredRow
	// owners, residents and settings are tables of all that there are.
	owners, residents, settings table
}

// table is memory for one question's tallies by code.
type table struct{ places []knownTally }

// blank is a table of so many, of which none is known.
func (t *table) blank(n int) []knownTally {
	t.places = slices.Grow(t.places[:0], n)[:n]
	clear(t.places)
	return t.places
}

// windowTally is what a window brings: availability alone, where the space is
// shared; all that it decides where it isn't.
type windowTally struct{ availability, all tally }

// memo is a table with a fixed number of places, so that it stays in the
// processor's caches: a key that finds its place taken takes it over.
type memo[K uint32 | uint64, V any] struct {
	places []remembered[K, V]
	shift  int
}

type remembered[K uint32 | uint64, V any] struct {
	key   K
	epoch uint32
	value V
}

// newMemo has two to the power of bits places.
func newMemo[K uint32 | uint64, V any](bits int) memo[K, V] {
	return memo[K, V]{make([]remembered[K, V], 1<<bits), 64 - bits}
}

// at is the place of a key, and whether it holds what was put there for the key
// in this epoch, which is never 0.
func (m *memo[K, V]) at(key K, epoch uint32) (*V, bool) {
	r := &m.places[uint64(key)*0x9E3779B97F4A7C15>>m.shift]
	known := r.key == key && r.epoch == epoch
	r.key, r.epoch = key, epoch
	return &r.value, known
}

// pooledMemos spare a search the making of them: some 2 MB.
var pooledMemos = sync.Pool{New: func() any {
	return &memos{
		spot:  newMemo[uint32, tally](12),
		usage: newMemo[uint32, tally](12), reception: newMemo[uint32, tally](12), utilities: newMemo[uint32, tally](12),
		surface: newMemo[uint32, tally](13), price: newMemo[uint64, tally](13), window: newMemo[uint32, windowTally](13), terms: newMemo[uint32, lanes](12), days: newMemo[uint32, lanes](13),
	}
}}
