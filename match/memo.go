package match

import "sync"

// memos remember, for the question under way, the tallies of the aspects that
// were met.
type memos struct {
	epoch                                    uint32
	equipment, surface, profile, price, spot memo[tally]
	window                                   memo[windowTally]
	terms                                    memo[lanes]
}

// windowTally is what a window brings.
type windowTally struct {
	// availability alone, of an odd row; all that the window decides of another.
	availability, all tally
	// forms are those that its days leave, where the row isn't odd.
	forms lanes
}

// memo is a table with a fixed number of places, so that it stays in the
// processor's caches: a key that finds its place taken takes it over.
type memo[V any] []remembered[V]

type remembered[V any] struct {
	key   uint64
	epoch uint32
	value V
}

const memoBits = 13

func newMemo[V any]() memo[V] { return make(memo[V], 1<<memoBits) }

// at is the place of a key, and whether it holds what was put there for the key
// in this epoch, which is never 0.
func (m memo[V]) at(key uint64, epoch uint32) (*V, bool) {
	r := &m[key*0x9E3779B97F4A7C15>>(64-memoBits)]
	known := r.key == key && r.epoch == epoch
	r.key, r.epoch = key, epoch
	return &r.value, known
}

// pooledMemos spare a search the making of them.
var pooledMemos = sync.Pool{New: func() any {
	return &memos{
		equipment: newMemo[tally](), surface: newMemo[tally](), profile: newMemo[tally](), price: newMemo[tally](), spot: newMemo[tally](),
		window: newMemo[windowTally](), terms: newMemo[lanes](),
	}
}}
