package boltledger

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

func mustOpenSnapshots(t *testing.T, folder string) *Snapshots {
	t.Helper()
	s, err := OpenSnapshots(folder)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSnapshots(t *testing.T) {
	ledgertest.RunSnapshots(t, func(t *testing.T) ledgertest.SnapshotStore {
		folder := t.TempDir()
		path := func(id string) string { return filepath.Join(folder, SnapshotFolder, id+completeSuffix) }
		return ledgertest.SnapshotStore{
			Open: func(t *testing.T) ledger.Snapshots { return mustOpenSnapshots(t, folder) },
			Garble: func(t *testing.T, id string) {
				flip(t, path(id), -int64(trailerBytes)-10)
			},
			Cut: func(t *testing.T, id string) {
				flip(t, path(id), 7)
			},
		}
	})
}

// flip changes a byte of a file, at a place counted from the end when it is
// negative.
func flip(t *testing.T, path string, at int64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if at < 0 {
		at += int64(len(b))
	}
	b[at] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// However much of a snapshot's file a crash leaves, and wherever, it is no
// snapshot, or it is found to be damaged.
func TestTornSnapshot(t *testing.T) {
	folder := t.TempDir()
	s := mustOpenSnapshots(t, folder)
	d, err := s.Begin(t.Context(), "one", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), []byte("a chunk")); err != nil {
		t.Fatal(err)
	}
	head := ledger.Head{Number: 1, Format: 1}
	if err := d.Complete(t.Context(), ledger.Manifest{Ledger: "l", Base: head, Known: head}); err != nil {
		t.Fatal(err)
	}
	ids, err := s.ids(completeSuffix)
	if err != nil || len(ids) != 1 {
		t.Fatal(ids, err)
	}
	path := s.complete(ids[0])
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, tail := range []byte{0, 0xFF} { // the file ends there, or has its length already
		for n := range len(whole) {
			torn := append([]byte(nil), whole[:n]...)
			if tail == 0 {
				torn = append(torn, make([]byte, len(whole)-n)...)
			}
			if err := os.WriteFile(path, torn, 0o600); err != nil {
				t.Fatal(err)
			}
			all, broken, err := s.manifests(t.Context())
			if len(all) != 0 || len(broken) != 1 || err != nil {
				t.Fatalf("of %d bytes: %v, %v, %v", n, all, broken, err)
			}
		}
	}
}

// What a hub that was killed had begun is gone when the next one opens.
func TestSnapshotsBegunAreSweptAtOpen(t *testing.T) {
	folder := t.TempDir()
	d, err := mustOpenSnapshots(t, folder).Begin(t.Context(), "one", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Put(t.Context(), []byte("a chunk")); err != nil {
		t.Fatal(err)
	}
	s := mustOpenSnapshots(t, folder)
	if ids, err := s.ids(begunSuffix); err != nil || len(ids) != 0 {
		t.Errorf("left behind: %v, %v", ids, err)
	}
}
