package world

import (
	"context"
	"fmt"

	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
)

// Boot is what a World is loaded from.
type Boot struct {
	Ledger ledger.Ledger
	// Atlas is the geography that places are read by.
	Atlas *geo.Atlas
	// Snapshots are what to begin from; nil to begin from the first commit.
	Snapshots ledger.Snapshots
	// Remember is how many replaced rows the World remembers at most; 0 for the
	// usual number.
	Remember int
	// RememberBytes bounds the documents that the commits it remembers have written; 0
	// for the usual number.
	RememberBytes int
	// Refused is told of each snapshot that couldn't be used, and why; may be nil.
	Refused func(error)
	// Chosen is told of the snapshot that is used; may be nil.
	Chosen func(ledger.Manifest)
}

// Load makes the World at the end of a ledger, by replay from its first commit.
// Errors are Ledger.Read's and Apply's.
func Load(ctx context.Context, l ledger.Ledger, atlas *geo.Atlas) (*World, error) {
	return Boot{Ledger: l, Atlas: atlas}.Load(ctx)
}

// Load makes the World at the end of the ledger: from the newest snapshot that can
// be used and the commits after it, or from the first commit, which makes the same
// World. It is how a hub boots. Errors are Ledger.Read's and Apply's.
func (b Boot) Load(ctx context.Context) (*World, error) {
	if b.Snapshots != nil {
		if w := b.fromNewest(ctx); w != nil {
			return w, nil
		}
	}
	w := b.empty()
	if err := w.replay(ctx, b.Ledger); err != nil {
		return nil, err
	}
	return w, nil
}

func (b Boot) empty() *World {
	w := Empty(b.Ledger.ID(), b.Atlas)
	if b.Remember > 0 {
		w.recent.most = b.Remember
	}
	if b.RememberBytes > 0 {
		w.recent.mostBytes = b.RememberBytes
	}
	return w
}

// fromNewest is the World by a snapshot; nil when none can be used, whatever the
// reason: a replay from the first commit then tells what is wrong, if anything
// is.
func (b Boot) fromNewest(ctx context.Context) *World {
	for m, err := range b.Snapshots.Newest(ctx) {
		var w *World
		if err == nil {
			w, err = b.from(ctx, m)
		}
		if err == nil {
			if b.Chosen != nil {
				b.Chosen(m)
			}
			return w
		}
		if ctx.Err() != nil {
			return nil
		}
		if b.Refused != nil {
			b.Refused(err)
		}
	}
	return nil
}

func (b Boot) from(ctx context.Context, m ledger.Manifest) (*World, error) {
	like := b.empty()
	if err := like.Usable(m); err != nil {
		return nil, err
	}
	refuse := func(what string, err error) error {
		return &ledger.SnapshotError{ID: m.ID, What: what, Err: err}
	}
	// The chain of hashes proves all that is before it.
	if err := holds(ctx, b.Ledger, m.Known); err != nil {
		return nil, refuse(fmt.Sprintf("the ledger doesn't hold its commit %d", m.Known.Number), err)
	}
	w, err := fromSnapshot(ctx, b.Snapshots, m, b.Atlas)
	if err != nil {
		return nil, err
	}
	w.recent.most, w.recent.mostBytes = like.recent.most, like.recent.mostBytes
	if err := w.replay(ctx, b.Ledger); err != nil {
		return nil, refuse("the ledger doesn't go on from it", err)
	}
	if w.Commit() < m.Known.Number {
		return nil, refuse(fmt.Sprintf("the ledger ends before its commit %d", m.Known.Number), nil)
	}
	return w, nil
}

// replay takes in the commits that follow. Nobody sees the World yet: no commit
// needs one of its own.
func (w *World) replay(ctx context.Context, l ledger.Ledger) error {
	begun := w.head.Number
	var last ledger.Commit
	for p, err := range ledger.Replay(ctx, l, begun, prepare) {
		if err == nil {
			// The ledger has proven every hash that a commit names, but for the first
			// one's: only the last one is left to compute.
			if w.head.Number > begun {
				w.head.Hash = p.commit.Prev
			}
			err = w.add(p)
		}
		if err != nil {
			return fmt.Errorf("replaying the ledger after commit %d: %w", w.Commit(), err)
		}
		last = p.commit
	}
	if w.Commit() == begun {
		return nil
	}
	hash, err := hashOf(last)
	w.head.Hash = hash
	return err
}
