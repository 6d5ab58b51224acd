package world

import (
	"context"
	"fmt"

	"github.com/palier-hub/palier/ledger"
)

// Load makes the World at the end of a ledger, by replay from its first commit.
// It is how a hub boots. Errors are Ledger.Read's and Apply's.
func Load(ctx context.Context, l ledger.Ledger) (*World, error) {
	w := Empty(l.ID()) // nobody sees it yet: no commit needs a World of its own
	for p, err := range ledger.Replay(ctx, l, 0, prepare) {
		if err == nil {
			err = w.add(p)
		}
		if err != nil {
			return nil, fmt.Errorf("replaying the ledger after commit %d: %w", w.Commit(), err)
		}
	}
	return w, nil
}
