// Package peers is what hubs share beside their ledger: how much each client has
// asked of them lately, and the documents that clients name by their hash. None of
// it is a truth. Local keeps it for one hub alone; an adapter shares it, and does
// what Local does when it can't.
package peers

import "context"

// Peers is what the edge of a hub asks. No method has an error: an adapter that
// can't reach what is shared answers from what its own hub knows. Any goroutine
// may call.
type Peers interface {
	// Take pours a cost into the bucket of a key, unless it would overflow; then
	// nothing is poured, and the Level says how long to wait. Buckets of one key
	// are poured into at the same Window by everyone.
	//
	//	level := p.Take(ctx, "address/203.0.113.7", peers.Rate{Limit: 600, Window: time.Minute}, 1)
	//	if !level.Taken { … come back after level.Wait … }
	Take(ctx context.Context, key string, rate Rate, cost int64) Level
	// Document answers the document of a hash; false when it isn't known, or not
	// any more.
	Document(ctx context.Context, hash Hash) (text string, known bool)
	// Keep keeps a document to be found by its hash, for a while and without a
	// promise. The caller has found it valid. One longer than MostDocument is
	// left out.
	Keep(ctx context.Context, text string)
}
