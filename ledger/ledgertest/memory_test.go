package ledgertest

import (
	"testing"

	"github.com/palier-hub/palier/ledger"
)

func TestMemory(t *testing.T) {
	RunSnapshots(t, func(*testing.T) SnapshotStore {
		s := NewMemory()
		return SnapshotStore{
			Open: func(*testing.T) ledger.Snapshots { return s },
			Garble: func(_ *testing.T, id string) {
				s.Change(func(s *Memory) { s.Manifests[id][40]++ })
			},
			Cut: func(_ *testing.T, id string) {
				s.Change(func(s *Memory) { s.Chunks[id][1] = nil })
			},
		}
	})
}
