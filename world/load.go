package world

import (
	"context"
	"fmt"

	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
)

// Load makes the World at the end of a ledger, by replay from its first commit.
// It is how a hub boots. Errors are Ledger.Read's and Apply's.
func Load(ctx context.Context, l ledger.Ledger, atlas *geo.Atlas) (*World, error) {
	w := Empty(l.ID(), atlas) // nobody sees it yet: no commit needs a World of its own
	var last ledger.Commit
	for p, err := range ledger.Replay(ctx, l, 0, prepare) {
		if err == nil {
			// The ledger has proven every hash that a commit names: only the
			// last one is left to compute.
			w.head.Hash = p.commit.Prev
			err = w.add(p)
		}
		if err != nil {
			return nil, fmt.Errorf("replaying the ledger after commit %d: %w", w.Commit(), err)
		}
		last = p.commit
	}
	if w.Commit() == 0 {
		return w, nil
	}
	var err error
	if w.head.Hash, err = hashOf(last); err != nil {
		return nil, err
	}
	return w, nil
}
