package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

// snapshotStage is a stage whose hub remembers few rows, and has snapshots.
func snapshotStage(t *testing.T, on *memory, snapshots ledger.Snapshots) *stage {
	t.Helper()
	clock := newClock()
	c := config(t, on, clock.tell)
	c.Shared, c.Snapshots, c.Remember = true, snapshots, rememberedRows
	return &stage{Hub: opened(t, c), t: t, ledger: on, clock: clock}
}

// grow adds so many commits, of a row each.
func (s *stage) grow(n int) {
	s.t.Helper()
	for range n {
		s.landlord(fmt.Sprint("Bailleur ", s.World().Commit()), true)
	}
}

// snapshotBases are the commits of the snapshots, the newest first.
func snapshotBases(t *testing.T, s ledger.Snapshots) (bases []uint64) {
	t.Helper()
	for m, err := range s.Newest(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		bases = append(bases, m.Base.Number)
	}
	return bases
}

func (s *stage) snapshotDue(every int) {
	s.t.Helper()
	if err := s.SnapshotDue(s.t.Context(), every); err != nil {
		s.t.Fatal(err)
	}
}

// A snapshot is made when enough commits are later than the newest, and two are
// kept.
func TestSnapshotWhenDue(t *testing.T) {
	store := ledgertest.NewMemory()
	s := snapshotStage(t, newMemory(), store)
	s.snapshotDue(1)
	if got := snapshotBases(t, store); got != nil {
		t.Fatalf("of what is remembered whole there are snapshots %v", got)
	}
	s.grow(rememberedRows + 10)
	base, _ := s.World().SnapshotBase()
	s.snapshotDue(int(base) + 1)
	if got := snapshotBases(t, store); got != nil {
		t.Fatalf("before it was due there were snapshots %v", got)
	}
	s.snapshotDue(int(base))
	s.snapshotDue(1)
	if got := snapshotBases(t, store); !slices.Equal(got, []uint64{base}) {
		t.Fatalf("there are snapshots %v, want %d", got, base)
	}
	want := []uint64{base}
	for range 3 {
		s.grow(4)
		s.snapshotDue(5)
		s.grow(1)
		s.snapshotDue(5)
		base, _ = s.World().SnapshotBase()
		want = append([]uint64{base}, want...)
	}
	if got := snapshotBases(t, store); !slices.Equal(got, want[:2]) {
		t.Errorf("there are snapshots %v, want %v", got, want[:2])
	}
	// Booted from them, the hub goes on where the other was.
	again := snapshotStage(t, s.ledger, store)
	if again.snapshots.last.Base.Number != want[0] || again.World().Digest() != s.World().Digest() {
		t.Errorf("it boots from %d", again.snapshots.last.Base.Number)
	}
	again.snapshotDue(1)
	if got := snapshotBases(t, store); !slices.Equal(got, want[:2]) {
		t.Errorf("nothing happened, and there are snapshots %v", got)
	}
}

// Few commits of many documents make a snapshot due, too.
func TestSnapshotDueByDocuments(t *testing.T) {
	store := ledgertest.NewMemory()
	s := snapshotStage(t, newMemory(), store)
	owner := domain.LandlordID(s.landlord("mine", true))
	const every = 4
	for n := range 3 {
		site := ImportSite{LandlordID: owner, Site: siteFields(fmt.Sprint("S", n))}
		for i := range every * documentsACommit / 2 {
			site.Spaces = append(site.Spaces, ImportSpace{Space: spaceFields(fmt.Sprint("R", n, "-", i))})
		}
		s.do(itself, Import{ID: "one", Part: n + 1, Sites: []ImportSite{site}})
	}
	if base, documents := s.World().SnapshotBase(); base > every+2 || documents < every*documentsACommit/2 {
		t.Fatalf("%d commits of %d documents", base, documents)
	}
	s.snapshotDue(every)
	if got := snapshotBases(t, store); len(got) != 1 {
		t.Errorf("there are snapshots %v", got)
	}
}

// Of replicas that find at once that one is due, one makes it, and the others know
// of it.
func TestReplicasMakeOneSnapshot(t *testing.T) {
	store, on := ledgertest.NewMemory(), newMemory()
	first := snapshotStage(t, on, store)
	first.grow(rememberedRows + 5)
	hubs := []*stage{first, snapshotStage(t, on, store), snapshotStage(t, on, store)}
	for range 3 {
		for _, h := range hubs {
			if _, err := h.Wait(t.Context(), first.World().Commit()); err != nil {
				t.Fatal(err)
			}
		}
		before := len(store.Chunks)
		var all sync.WaitGroup
		for _, h := range hubs {
			all.Go(func() {
				if err := h.SnapshotDue(t.Context(), 5); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		base, _ := first.World().SnapshotBase()
		if got := snapshotBases(t, store); got[0] != base || len(store.Chunks) > min(before+1, snapshotsKept) {
			t.Errorf("there are snapshots %v, of %d", got, base)
		}
		first.grow(7)
	}
}

// A snapshot that a boot refused counts for nothing: another is due at once.
func TestRefusedSnapshotIsMadeAnew(t *testing.T) {
	store, on := ledgertest.NewMemory(), newMemory()
	s := snapshotStage(t, on, store)
	s.grow(rememberedRows + 10)
	s.snapshotDue(5)
	old := store.IDs()[0]
	store.Change(func(m *ledgertest.Memory) { m.Chunks[old][0] = nil })
	var log bytes.Buffer
	clock := newClock()
	c := config(t, on, clock.tell)
	c.Snapshots, c.Remember, c.Logger = store, rememberedRows, slog.New(slog.NewTextHandler(&log, nil))
	again := &stage{Hub: opened(t, c), t: t, ledger: on, clock: clock}
	if again.World().Digest() != s.World().Digest() || !strings.Contains(log.String(), old) || !strings.Contains(log.String(), "level=WARN") {
		t.Errorf("the log says %s", log.String())
	}
	again.snapshotDue(5)
	if ids := store.IDs(); len(ids) != 2 || !slices.ContainsFunc(ids, func(id string) bool { return id != old }) {
		t.Fatalf("there are snapshots %v", ids)
	}
	last := snapshotStage(t, on, store)
	if from := last.snapshots.last.ID; from == "" || from == old {
		t.Errorf("it boots from %q", from)
	}
}

// blocked is a store whose drafts wait.
type blocked struct {
	ledger.Snapshots
	putting, goOn chan struct{}
	err           error
}

type blockedDraft struct {
	ledger.Draft
	*blocked
}

func (b *blocked) Begin(ctx context.Context, claim string, now time.Time) (ledger.Draft, error) {
	d, err := b.Snapshots.Begin(ctx, claim, now)
	return &blockedDraft{d, b}, err
}

func (d *blockedDraft) Put(ctx context.Context, chunk []byte) error {
	d.putting <- struct{}{}
	<-d.goOn
	if d.err != nil {
		return d.err
	}
	return d.Draft.Put(ctx, chunk)
}

// While a snapshot is made, the hub writes on; and what it writes isn't in it.
func TestSnapshotIsInNobodysWay(t *testing.T) {
	kept := ledgertest.NewMemory()
	store := &blocked{Snapshots: kept, putting: make(chan struct{}), goOn: make(chan struct{})}
	s := snapshotStage(t, newMemory(), store)
	s.grow(rememberedRows + 3)
	base, _ := s.World().SnapshotBase()
	done := make(chan error, 1)
	go func() { done <- s.SnapshotDue(t.Context(), 1) }()
	<-store.putting
	s.grow(2 * rememberedRows)
	go func() {
		for range store.putting {
		}
	}()
	close(store.goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	close(store.putting)
	if got := snapshotBases(t, kept); !slices.Equal(got, []uint64{base}) {
		t.Errorf("there are snapshots %v, want %d", got, base)
	}
	again := snapshotStage(t, s.ledger, kept)
	if !slices.Equal(rememberedBy(again.World()), rememberedBy(s.World())) || again.snapshots.last.ID == "" {
		t.Error("a boot comes to another World")
	}
}

// What can't be finished leaves nothing behind, not even its claim.
func TestSnapshotThatFails(t *testing.T) {
	kept := ledgertest.NewMemory()
	store := &blocked{Snapshots: kept, putting: make(chan struct{}, 100), goOn: make(chan struct{}), err: ledger.ErrUnavailable}
	close(store.goOn)
	s := snapshotStage(t, newMemory(), store)
	s.grow(rememberedRows + 3)
	if err := s.SnapshotDue(t.Context(), 1); !errors.Is(err, ledger.ErrUnavailable) {
		t.Errorf("it answers %v", err)
	}
	if len(kept.Chunks)+len(kept.Manifests) > 0 {
		t.Error("something is left")
	}
	store.err = nil
	s.snapshotDue(1)
	if got := snapshotBases(t, kept); len(got) != 1 {
		t.Errorf("there are snapshots %v", got)
	}
}

// KeepSnapshots looks now and then, and ends with its context.
func TestKeepSnapshots(t *testing.T) {
	atlas, err := loadAtlas()
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		store := ledgertest.NewMemory()
		h, err := Open(t.Context(), Config{Ledger: newMemory(), Snapshots: store, Remember: rememberedRows, Texts: newShelf(), Atlas: atlas,
			Ruleset: "2026-test", Clock: time.Now, Entropy: seededEntropy(1), Logger: silent})
		if err != nil {
			t.Fatal(err)
		}
		s := &stage{Hub: h, t: t}
		s.grow(rememberedRows + 3)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			h.KeepSnapshots(ctx, 2)
			close(ended)
		}()
		time.Sleep(snapshotLook - time.Second)
		synctest.Wait()
		if got := snapshotBases(t, store); got != nil {
			t.Errorf("at once there are snapshots %v", got)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := snapshotBases(t, store); len(got) != 1 {
			t.Errorf("there are snapshots %v", got)
		}
		stop()
		<-ended
		h.Close()
	})
}
