package boltledger

import (
	"testing"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

func TestContract(t *testing.T) {
	fresh := func(t *testing.T) ledgertest.Store {
		folder := t.TempDir()
		return ledgertest.Store{
			Open:         func(t *testing.T) ledger.Ledger { return mustOpen(t, folder) },
			OpenCopy:     func(t *testing.T, id string) (ledger.Copy, error) { return OpenCopy(folder, id) },
			OpenExisting: func(t *testing.T) (ledger.Storage, error) { return OpenExisting(folder) },
		}
	}
	ledgertest.Run(t, fresh)
	ledgertest.RunStorage(t, fresh)
}

func mustOpen(t testing.TB, folder string) *Ledger {
	t.Helper()
	l, err := Open(folder)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return l
}
