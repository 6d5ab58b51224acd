package peers

import (
	"context"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// mostBuckets bounds the buckets of one hub, some 20 MB. The one that was
	// poured into longest ago goes first, most likely empty by then.
	mostBuckets = 100_000
	// mostDocuments bounds its documents, 32 MB at the most.
	mostDocuments = 1000
)

// Local is Peers for a hub alone.
type Local struct {
	clock     func() time.Time
	documents *lru.Cache[Hash, string]

	mu sync.Mutex
	// buckets have the times at which they will be empty.
	buckets *simplelru.LRU[string, int64]
}

var _ Peers = (*Local)(nil)

// NewLocal makes a Local by a clock.
func NewLocal(clock func() time.Time) *Local {
	documents, err := lru.New[Hash, string](mostDocuments)
	if err != nil {
		panic("a cache of a positive size: " + err.Error())
	}
	buckets, err := simplelru.NewLRU[string, int64](mostBuckets, nil)
	if err != nil {
		panic("a cache of a positive size: " + err.Error())
	}
	return &Local{clock: clock, documents: documents, buckets: buckets}
}

// Take implements Peers.
func (l *Local) Take(_ context.Context, key string, rate Rate, cost int64) Level {
	weight := rate.Weight(cost)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock().UnixMicro() // under the lock: in the order of the pouring
	empty, _ := l.buckets.Get(key)
	filled, taken := Pour(empty, now, weight, rate.window())
	if taken {
		l.buckets.Add(key, now+filled)
	}
	return rate.Level(filled, taken, weight)
}

// Document implements Peers.
func (l *Local) Document(_ context.Context, hash Hash) (text string, known bool) {
	return l.documents.Get(hash)
}

// Keep implements Peers.
func (l *Local) Keep(_ context.Context, text string) {
	if len(text) <= MostDocument {
		l.documents.Add(HashOf(text), text)
	}
}
