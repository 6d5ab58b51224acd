package hub

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/world"
)

const (
	// rememberedRows is how many rows the hubs of the simulation remember, and
	// snapshotEvery after how many commits they make a snapshot: few, so that they
	// boot from one now and then.
	rememberedRows = 8
	snapshotEvery  = 3
)

// store is what one hub reaches the cluster's snapshots by.
type store struct {
	*ledgertest.Memory
	// fails is after how many chunks a draft ends without a trace of why; 0 for
	// never.
	fails int
	// wrong is what a mutation makes of a manifest; nil without one.
	wrong func(ledger.Manifest) ledger.Manifest
}

// Newest implements ledger.Snapshots.
func (s *store) Newest(ctx context.Context) iter.Seq2[ledger.Manifest, error] {
	return func(yield func(ledger.Manifest, error) bool) {
		for m, err := range s.Memory.Newest(ctx) {
			if err == nil && s.wrong != nil {
				m = s.wrong(m)
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// Begin implements ledger.Snapshots.
func (s *store) Begin(ctx context.Context, claim string, now time.Time) (ledger.Draft, error) {
	d, err := s.Memory.Begin(ctx, claim, now)
	if err != nil || s.fails == 0 {
		return d, err
	}
	return &dying{d, s.fails}, nil
}

// dying is a draft of a hub that dies meanwhile.
type dying struct {
	ledger.Draft
	left int
}

var errDied = errors.New("the hub died")

func (d *dying) Put(ctx context.Context, chunk []byte) error {
	if d.left--; d.left == 0 {
		return errDied
	}
	return d.Draft.Put(ctx, chunk)
}

func (*dying) Complete(context.Context, ledger.Manifest) error { return errDied }
func (*dying) Discard()                                        {}

// snapshot has hubs make a snapshot, if one is due: one of them, or all at once.
func (s *simulation) snapshot(ctx context.Context, by []*replica) {
	before := len(s.cluster.snapshots.IDs())
	errs := make([]error, len(by))
	for i, h := range by {
		h.store.fails = 0
		if !s.calm && s.chance(20) {
			h.store.fails = 1 + s.IntN(6)
		}
		go func() { errs[i] = h.SnapshotDue(ctx, snapshotEvery) }()
	}
	synctest.Wait()
	for i, err := range errs {
		switch {
		case errors.Is(err, errDied):
			s.happens("snapshot unfinished", "%s dies over a snapshot, or as good as", by[i].name)
		case err != nil && !errors.Is(err, ledger.ErrUnavailable): // its reads lag
			s.say("%s makes no snapshot: %v", by[i].name, err)
		}
	}
	if made := s.cluster.snapshots.IDs(); len(made) > before || len(made) == snapshotsKept {
		s.happens("snapshot", "there are snapshots %v", made)
	}
}

// spoil damages a snapshot.
func (s *simulation) spoil() {
	s.cluster.snapshots.Change(func(all *ledgertest.Memory) {
		ids := slices.Sorted(maps.Keys(all.Manifests))
		if len(ids) == 0 {
			return
		}
		id := ids[s.IntN(len(ids))]
		n := s.IntN(len(all.Chunks[id]))
		switch s.IntN(4) {
		case 0:
			delete(all.Manifests, id)
		case 1:
			all.Manifests[id] = flipped(s, all.Manifests[id])
		case 2:
			all.Chunks[id][n] = nil
		default:
			if all.Chunks[id][n] != nil {
				all.Chunks[id][n] = flipped(s, all.Chunks[id][n])
			}
		}
		s.happens("snapshot damaged", "snapshot %s is damaged", id)
	})
}

func flipped(s *simulation, b []byte) []byte {
	b = slices.Clone(b)
	b[s.IntN(len(b))] ^= 1 << s.IntN(8)
	return b
}

// bootsAlike: a boot from the snapshots comes to what a replay comes to, with all
// that it remembers.
func (s *simulation) bootsAlike(ctx context.Context) {
	at := func(from ledger.Snapshots) (*world.World, error) {
		return world.Boot{Ledger: &line{cluster: s.cluster}, Atlas: s.atlas, Snapshots: from, Remember: rememberedRows}.Load(ctx)
	}
	booted, err := at(&store{Memory: s.cluster.snapshots})
	if err != nil {
		s.say("it doesn't boot from the snapshots: %v", err)
		return
	}
	replayed, err := at(nil)
	if err != nil {
		s.say("it can't be replayed: %v", err)
		return
	}
	a, b := rememberedBy(booted), rememberedBy(replayed)
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			s.say("a boot from a snapshot comes to %s, a replay to %s", a[i], b[i])
			return
		}
	}
	if len(a) != len(b) {
		s.say("a boot from a snapshot comes to %d things, a replay to %d", len(a), len(b))
	}
}

// rememberedBy is what a World says of itself, of its requests and spaces, and of
// the last commits.
func rememberedBy(w *world.World) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	say("%x %v %v %v %v", w.Digest(), w.Head(), w.Time(), w.Settings(), w.Counts())
	for r := range w.Requests() {
		say("%s %v %v", written(r.Doc), *r.Sight, standings(r))
	}
	for r := range w.Spaces() {
		say("%s %v %v", written(r.Doc), *r.Sight, standings(r))
	}
	for id, r := range w.ReceiptsBefore(w.Time().AddDate(1, 0, 0)) {
		say("%s %v", id, r)
	}
	progress, _ := w.MailProgress()
	say("mailed through %v", progress)
	after, ok := w.ChangesAfter(world.Place{Commit: w.Remembers()})
	say("remembers %d: %v", w.Remembers(), ok)
	for c := range after {
		say("%v %d %s %v %s %s %v %v %v", c.Place, c.Commit, c.Action, c.At, c.Kind, c.ID, c.Before, c.After, c.Written)
	}
	return all
}

func written(doc any) string {
	b, err := ledger.Marshal(doc)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%q", b)
}

func standings[T any](r *world.Row[T]) string {
	var b strings.Builder
	for s := range r.Standings() {
		fmt.Fprint(&b, s.Commit, s.Written, *s.Sight, " ")
	}
	return b.String()
}
