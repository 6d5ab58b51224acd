package ledgertest

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/ledger"
)

// SnapshotStore is where snapshots are kept, which outlives the Snapshots opened
// on it.
type SnapshotStore struct {
	Open func(t *testing.T) ledger.Snapshots
	// Garble damages the stored manifest of a snapshot, Cut takes one of its chunks
	// away, or the end of it.
	Garble, Cut func(t *testing.T, id string)
}

// RunSnapshots checks the whole contract of ledger.Snapshots, with storage that
// fresh makes for each test.
func RunSnapshots(t *testing.T, fresh func(t *testing.T) SnapshotStore) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s SnapshotStore)
	}{
		{"nothing", testNoSnapshot},
		{"a snapshot comes back as it was", testSnapshot},
		{"without a manifest there is none", testIncomplete},
		{"one is made for a claim", testClaim},
		{"hubs claim at once", testClaimRace},
		{"the newest first", testNewest},
		{"old ones are swept", testSweep},
		{"what was never completed is swept", testSweepIncomplete},
		{"discarded", testDiscard},
		{"a garbled manifest", testGarbled},
		{"a damaged chunk", testCut},
		{"removed while it is read", testRemovedMeanwhile},
		{"a chunk is bounded", testChunkSize},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, fresh(t)) })
	}
}

var madeAt = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

// manifest is one of a snapshot at a commit, before the draft has it.
func manifest(number uint64) ledger.Manifest {
	return ledger.Manifest{
		Ledger: "ldg_test", Codec: "1-test", At: madeAt, Documents: 3 * number,
		Base:  ledger.Head{Number: number, Hash: ledger.HashOf([]byte{byte(number)}), Format: 1},
		Known: ledger.Head{Number: number + 7, Hash: ledger.HashOf([]byte{byte(number), 7}), Format: 1},
	}
}

func chunksOf(number uint64) (chunks [][]byte) {
	for i := range 3 {
		chunks = append(chunks, bytes.Repeat([]byte{byte(number), byte(i)}, 100+i))
	}
	return chunks
}

func begun(t *testing.T, s ledger.Snapshots, claim string, at time.Time) ledger.Draft {
	t.Helper()
	d, err := s.Begin(t.Context(), claim, at)
	if err != nil {
		t.Fatalf("Begin %q: %v", claim, err)
	}
	return d
}

func filledDraft(t *testing.T, s ledger.Snapshots, number uint64, at time.Time) ledger.Draft {
	t.Helper()
	d := begun(t, s, fmt.Sprint("at ", number), at)
	for _, c := range chunksOf(number) {
		if err := d.Put(t.Context(), c); err != nil {
			t.Fatalf("Put: %v", err)
		}
	}
	return d
}

func made(t *testing.T, s ledger.Snapshots, number uint64) {
	t.Helper()
	if err := filledDraft(t, s, number, madeAt).Complete(t.Context(), manifest(number)); err != nil {
		t.Fatalf("Complete: %v", err)
	}
}

// listed are the manifests of the complete snapshots, and what is said of others.
func listed(t *testing.T, s ledger.Snapshots) (all []ledger.Manifest, broken []error) {
	t.Helper()
	for m, err := range s.Newest(t.Context()) {
		if _, ok := errors.AsType[*ledger.SnapshotError](err); ok {
			broken = append(broken, err)
		} else if err != nil {
			t.Fatalf("Newest: %v", err)
		} else {
			all = append(all, m)
		}
	}
	return all, broken
}

// wantNumbers requires that there are snapshots at these commits, in this order,
// and that each reads as it was written.
func wantNumbers(t *testing.T, s ledger.Snapshots, want ...uint64) []ledger.Manifest {
	t.Helper()
	all, broken := listed(t, s)
	var got []uint64
	for _, m := range all {
		got = append(got, m.Base.Number)
		if chunks, err := chunksRead(t, s, m); err != nil {
			t.Errorf("reading the snapshot at %d: %v", m.Base.Number, err)
		} else {
			sameAs(t, fmt.Sprint("the chunks at ", m.Base.Number), chunks, chunksOf(m.Base.Number))
		}
	}
	sameAs(t, "the snapshots", got, want)
	if broken != nil {
		t.Errorf("of others it is said: %v", broken)
	}
	return all
}

func chunksRead(t *testing.T, s ledger.Snapshots, m ledger.Manifest) (chunks [][]byte, err error) {
	t.Helper()
	for c, err := range ledger.ReadSnapshot(t.Context(), s, m, func(_ *ledger.Sharing, c []byte) ([]byte, error) { return bytes.Clone(c), nil }) {
		if err != nil {
			return chunks, err
		}
		chunks = append(chunks, c)
	}
	return chunks, nil
}

func sameAs(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

func testNoSnapshot(t *testing.T, s SnapshotStore) {
	wantNumbers(t, s.Open(t))
	if err := s.Open(t).Sweep(t.Context(), 2, madeAt); err != nil {
		t.Errorf("Sweep: %v", err)
	}
}

func testSnapshot(t *testing.T, s SnapshotStore) {
	made(t, s.Open(t), 5)
	got := wantNumbers(t, s.Open(t), 5)[0] // opened again
	want := manifest(5)
	want.ID = got.ID
	for _, c := range chunksOf(5) {
		want.Chunks = append(want.Chunks, ledger.RefOf(c))
	}
	sameAs(t, "the manifest", got, want)
	if got.ID == "" {
		t.Error("it has no id")
	}
	if _, err := s.Open(t).Chunk(t.Context(), got, len(got.Chunks)); !isSnapshotError(err) {
		t.Errorf("a chunk too many: %v", err)
	}
}

func isSnapshotError(err error) bool {
	_, ok := errors.AsType[*ledger.SnapshotError](err)
	return ok
}

func testIncomplete(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	filledDraft(t, open, 5, madeAt)
	wantNumbers(t, open)
	made(t, open, 6)
	wantNumbers(t, open, 6)
}

func testClaim(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	d := begun(t, open, "one", madeAt)
	if _, err := open.Begin(t.Context(), "one", madeAt); !errors.Is(err, ledger.ErrClaimed) {
		t.Errorf("claimed twice: %v", err)
	}
	if err := d.Put(t.Context(), []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := d.Complete(t.Context(), manifest(3)); err != nil {
		t.Fatal(err)
	}
	if _, err := open.Begin(t.Context(), "one", madeAt); !errors.Is(err, ledger.ErrClaimed) {
		t.Errorf("claimed again when it was done: %v", err)
	}
	begun(t, open, "another", madeAt).Discard()
}

func testClaimRace(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	const hubs = 4
	won := make(chan ledger.Draft, hubs)
	var all sync.WaitGroup
	for range hubs {
		all.Go(func() {
			d, err := open.Begin(t.Context(), "one", madeAt)
			if err == nil {
				won <- d
			} else if !errors.Is(err, ledger.ErrClaimed) {
				t.Errorf("Begin: %v", err)
			}
		})
	}
	all.Wait()
	if len(won) != 1 {
		t.Errorf("%d of %d have the claim", len(won), hubs)
	}
}

func testNewest(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	for _, number := range []uint64{300, 5, 70} {
		made(t, open, number)
	}
	wantNumbers(t, open, 300, 70, 5)
}

func testSweep(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	for number := range uint64(4) {
		made(t, open, 1+number)
	}
	if err := open.Sweep(t.Context(), 2, madeAt); err != nil {
		t.Fatal(err)
	}
	wantNumbers(t, open, 4, 3)
	wantNumbers(t, s.Open(t), 4, 3)
	made(t, open, 1) // what is gone may be made again
	wantNumbers(t, open, 4, 3, 1)
}

func testSweepIncomplete(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	filledDraft(t, open, 1, madeAt)
	d := filledDraft(t, open, 2, madeAt.Add(time.Minute))
	made(t, open, 3)
	if err := open.Sweep(t.Context(), 2, madeAt.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := d.Complete(t.Context(), manifest(2)); err != nil {
		t.Errorf("one that was under way: %v", err)
	}
	wantNumbers(t, open, 3, 2)
	begun(t, open, "at 1", madeAt).Discard() // its claim is free
}

func testDiscard(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	filledDraft(t, open, 5, madeAt).Discard()
	wantNumbers(t, open)
	made(t, open, 5)
	wantNumbers(t, open, 5)
}

func testGarbled(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	made(t, open, 5)
	made(t, open, 6)
	s.Garble(t, wantNumbers(t, open, 6, 5)[0].ID)
	all, broken := listed(t, open)
	if len(all) != 1 || all[0].Base.Number != 5 || len(broken) != 1 {
		t.Errorf("there are %v, and of others it is said: %v", all, broken)
	}
	if err := open.Sweep(t.Context(), 1, madeAt); err != nil {
		t.Fatal(err)
	}
	wantNumbers(t, open, 5) // the garbled one is gone, and didn't count
}

func testCut(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	made(t, open, 5)
	made(t, open, 6)
	s.Cut(t, wantNumbers(t, open, 6, 5)[0].ID)
	all, broken := listed(t, open)
	for _, m := range all {
		if m.Base.Number != 6 {
			continue
		}
		if _, err := chunksRead(t, open, m); !isSnapshotError(err) {
			t.Errorf("reading it answers %v", err)
		}
	}
	if len(all)+len(broken) != 2 {
		t.Errorf("there are %v, and of others it is said: %v", all, broken)
	}
}

func testRemovedMeanwhile(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	made(t, open, 5)
	m := wantNumbers(t, open, 5)[0]
	if err := open.Sweep(t.Context(), 0, madeAt); err != nil {
		t.Fatal(err)
	}
	if _, err := chunksRead(t, open, m); !isSnapshotError(err) {
		t.Errorf("reading it answers %v", err)
	}
}

func testChunkSize(t *testing.T, s SnapshotStore) {
	open := s.Open(t)
	d := begun(t, open, "large", madeAt)
	large := make([]byte, 8<<20)
	for i := range large {
		large[i] = byte(i * i >> 7)
	}
	if err := d.Put(t.Context(), large); err != nil {
		t.Fatalf("a chunk of 8 MiB: %v", err)
	}
	if err := d.Complete(t.Context(), manifest(1)); err != nil {
		t.Fatal(err)
	}
	all, _ := listed(t, open)
	if chunks, err := chunksRead(t, open, all[0]); err != nil || len(chunks) != 1 || !bytes.Equal(chunks[0], large) {
		t.Errorf("it comes back otherwise: %v", err)
	}
	if err := begun(t, open, "too large", madeAt).Put(t.Context(), make([]byte, ledger.MaxChunkBytes+1)); err == nil {
		t.Error("a chunk above the bound is taken")
	}
}
