package bolttexts

import (
	"testing"

	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/textstest"
)

func TestContract(t *testing.T) {
	textstest.Run(t, func(t *testing.T) textstest.Storage {
		folder := t.TempDir()
		return textstest.Storage{
			Open: func(t *testing.T) texts.Store { return mustOpen(t, folder) },
			OpenCopy: func(t *testing.T, id string, secret [32]byte) (texts.Store, error) {
				return OpenCopy(folder, id, secret)
			},
			OpenExisting: func(t *testing.T) (texts.Store, error) { return OpenExisting(folder) },
			Folder:       folder,
		}
	})
}

func mustOpen(t testing.TB, folder string) *Store {
	t.Helper()
	s, err := Open(folder)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}
