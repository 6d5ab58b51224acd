package hub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/world"
)

const (
	// documentsACommit is what commits count for that carry more, as an import's
	// do.
	documentsACommit = 50
	// snapshotsKept are the newest: the one that a hub boots from, and one in case it
	// can't.
	snapshotsKept = 2
	// snapshotLook is how often a hub looks whether one is due, snapshotPause how
	// long it waits after it failed.
	snapshotLook  = 30 * time.Second
	snapshotPause = 10 * time.Minute
	// mostSnapshotting is how long a snapshot may be under way before others take it
	// for abandoned.
	mostSnapshotting = time.Hour
)

// snapshotting is what a hub knows of the snapshots.
type snapshotting struct {
	mu sync.Mutex
	// refused at the boot, by their ids.
	refused map[string]bool
	// last is the newest that a boot could use, as it was last looked for.
	last ledger.Manifest
	// claimed is what another hub makes, or made.
	claimed string
}

// load makes the World at the end of the ledger, and notes which snapshots were
// no good for that.
func (h *Hub) load(ctx context.Context) (*world.World, error) {
	h.snapshots.refused = map[string]bool{}
	return world.Boot{
		Ledger: h.Ledger, Atlas: h.Atlas, Snapshots: h.Snapshots, Remember: h.Remember, RememberBytes: h.RememberBytes,
		Refused: func(err error) {
			h.Logger.Warn("a snapshot isn't used: the hub boots from an older one, or replays the ledger", "error", err)
			if of, ok := errors.AsType[*ledger.SnapshotError](err); ok {
				h.snapshots.refused[of.ID] = true
			}
		},
		Chosen: func(m ledger.Manifest) {
			h.snapshots.last = m
			h.Logger.Info("booting from a snapshot", "snapshot", m.ID, "commit", m.Base.Number)
		},
	}.Load(ctx)
}

// KeepSnapshots makes a snapshot whenever so many commits (or many documents in
// fewer) are later than the newest one, until the context ends, which leaves what
// is under way. Any number of replicas may: one of them claims each snapshot. None
// is made at a stop, which is to be quick, nor is one ever needed.
func (h *Hub) KeepSnapshots(ctx context.Context, every int) {
	look := time.NewTimer(snapshotLook)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		wait := snapshotLook
		if err := h.SnapshotDue(ctx, every); err != nil && ctx.Err() == nil {
			wait = snapshotPause
			h.Logger.Warn("no snapshot was made, trying again later: the next boot takes longer", "error", err)
		}
		look.Reset(wait)
	}
}

// SnapshotDue makes a snapshot if one is due that nobody else makes, and removes
// the old ones. KeepSnapshots calls it. It reads a World, and stands in nobody's
// way.
func (h *Hub) SnapshotDue(ctx context.Context, every int) error {
	s := &h.snapshots
	s.mu.Lock()
	defer s.mu.Unlock()
	w := h.World()
	if h.Snapshots == nil || s.overdue(w, every) == 0 {
		return nil
	}
	if err := h.findLast(ctx, w); err != nil {
		return fmt.Errorf("looking for snapshots: %w", err)
	}
	overdue := s.overdue(w, every)
	claim := fmt.Sprintf("%s %s after %d: %d, without %d", w.LedgerID(), w.SnapshotCodec(), s.last.Base.Number, overdue, len(s.refused))
	if overdue == 0 || claim == s.claimed {
		return nil
	}
	draft, err := h.Snapshots.Begin(ctx, claim, h.Clock())
	if errors.Is(err, ledger.ErrClaimed) {
		s.claimed = claim
		return nil
	} else if err != nil {
		return fmt.Errorf("claiming a snapshot: %w", err)
	}
	begun := h.Clock()
	writing, ended := h.Recorder.Begin(ctx, telemetry.WriteSnapshot)
	made, err := w.WriteSnapshot(writing, h.Ledger, draft)
	ended(err)
	if err != nil {
		draft.Discard()
		return err
	}
	s.last = made
	h.Logger.Info("snapshot made", "commit", made.Base.Number, "took", h.Clock().Sub(begun).Round(time.Millisecond))
	if err := h.Snapshots.Sweep(ctx, snapshotsKept, h.Clock().Add(-mostSnapshotting)); err != nil {
		return fmt.Errorf("removing old snapshots: %w", err)
	}
	return nil
}

// overdue counts how many times over a snapshot of a World is due; 0 when it isn't
// yet.
func (s *snapshotting) overdue(w *world.World, every int) uint64 {
	base, documents := w.SnapshotBase()
	if base <= s.last.Base.Number {
		return 0
	}
	return max((base-s.last.Base.Number)/uint64(every), (documents-s.last.Documents)/uint64(every*documentsACommit))
}

// findLast finds the newest snapshot that a boot could use: another hub may have
// made it.
func (h *Hub) findLast(ctx context.Context, w *world.World) error {
	s := &h.snapshots
	for m, err := range h.Snapshots.Newest(ctx) {
		if _, unreadable := errors.AsType[*ledger.SnapshotError](err); unreadable {
			continue
		} else if err != nil {
			return err
		}
		if w.Usable(m) == nil && !s.refused[m.ID] {
			s.last = m
			return nil
		}
	}
	s.last = ledger.Manifest{}
	return nil
}
