package bolttexts

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

func textOf(n int, body string) domain.Text {
	return domain.Text{ID: domain.TextID(fmt.Sprintf("txt_%d", n)), Kind: domain.TextMessage, Body: body, Author: "act_1",
		WrittenAt: time.UnixMilli(1_750_000_000_000 + int64(n)).UTC()}
}

func mustPut(t testing.TB, s *Store, list ...domain.Text) {
	t.Helper()
	if err := s.PutTexts(t.Context(), list); err != nil {
		t.Fatal(err)
	}
}

// bodies are the bodies that a store has of the first texts, "" where it has
// none.
func bodies(t testing.TB, s *Store, n int) (all []string) {
	t.Helper()
	ids := make([]domain.TextID, n)
	for i := range ids {
		ids[i] = textOf(i, "").ID
	}
	found, err := s.Texts(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		all = append(all, found[id].Body)
	}
	return all
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustClose(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

const (
	secret = "abattoir-désaffecté"
	other  = "jardin-partagé"
)

// What can't be rewritten is said, isn't shown, and is finished by whatever
// comes next; meanwhile the store goes on.
func TestCompactionFails(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, FileName)
	s := mustOpen(t, folder)
	defer s.Close()
	mustPut(t, s, textOf(0, strings.Repeat(secret, 400)), textOf(1, other))
	blocked := s.copyPath()
	if err := os.MkdirAll(filepath.Join(blocked, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.EraseTexts(t.Context(), []domain.TextID{"txt_0"}); !errors.Is(err, texts.ErrUnavailable) {
		t.Errorf("EraseTexts: %v", err)
	}
	if err := s.Reapply(t.Context(), []domain.Erasure{{Texts: []domain.TextID{"txt_0"}}}); !errors.Is(err, texts.ErrUnavailable) {
		t.Errorf("Reapply: %v", err)
	}
	mustPut(t, s, textOf(2, "une autre"))
	if got := fmt.Sprint(bodies(t, s, 3)); got != "[ "+other+" une autre]" {
		t.Errorf("it holds %s", got)
	}
	if !bytes.Contains(readFile(t, path), []byte(secret)) {
		t.Fatal("the file was rewritten: this test sees nothing")
	}
	if err := os.RemoveAll(blocked); err != nil {
		t.Fatal(err)
	}
	if err := s.Reapply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(readFile(t, path), []byte(secret)) {
		t.Error("what was erased is still in the file")
	}
	if got := fmt.Sprint(bodies(t, s, 3)); got != "[ "+other+" une autre]" {
		t.Errorf("then it holds %s", got)
	}
}

// A crash anywhere in a compaction: the next Open finishes it.
func TestCrashWhileCompacting(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, FileName)
	s := mustOpen(t, folder)
	mustPut(t, s, textOf(0, strings.Repeat(secret, 400)), textOf(1, strings.Repeat(other, 500)))
	if err := s.Claim(t.Context(), "ldg_1"); err != nil {
		t.Fatal(err)
	}
	before := readFile(t, path)
	if err := os.MkdirAll(filepath.Join(s.copyPath(), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.EraseTexts(t.Context(), []domain.TextID{"txt_0"}); err == nil {
		t.Fatal("it was compacted")
	}
	marked := readFile(t, path) // the removal is on disk, and its mark
	if err := os.RemoveAll(s.copyPath()); err != nil {
		t.Fatal(err)
	}
	if err := s.Reapply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	compacted := readFile(t, path)
	key := s.secret
	mustClose(t, s)

	half := compacted[:len(compacted)/2]
	for name, state := range map[string]struct {
		file []byte
		copy []byte // nil for none
	}{
		"the removal is on disk":            {marked, nil},
		"the copy is empty":                 {marked, []byte{}},
		"the copy is half written":          {marked, half},
		"the copy is garbage":               {marked, bytes.Repeat([]byte(secret), 1000)},
		"the copy is complete":              {marked, compacted},
		"the copy is from another time":     {marked, before},
		"the copy is in place":              {compacted, nil},
		"a copy is left beside what's done": {compacted, before},
	} {
		if err := os.WriteFile(path, state.file, 0o600); err != nil {
			t.Fatal(err)
		}
		if state.copy != nil {
			if err := os.WriteFile(path+".compact", state.copy, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for round := range 2 {
			s := mustOpen(t, folder)
			entries, err := os.ReadDir(folder)
			if err != nil || len(entries) != 1 {
				t.Errorf("%s: the folder holds %v (%v)", name, entries, err)
			}
			if bytes.Contains(readFile(t, path), []byte(secret)) {
				t.Errorf("%s: what was erased is still in the file", name)
			}
			if got := bodies(t, s, 2); got[0] != "" || got[1] != strings.Repeat(other, 500) {
				t.Errorf("%s, opened %d times: it holds %.60q", name, round+1, got)
			}
			err = s.PutTexts(t.Context(), []domain.Text{textOf(0, "again")})
			if _, erased := errors.AsType[*texts.ErasedError](err); !erased {
				t.Errorf("%s: put again, it says %v", name, err)
			}
			if err := s.view(func(tx *bbolt.Tx) error {
				if tx.Bucket(storeBucket).Get(staleKey) != nil {
					t.Errorf("%s: it is still marked as stale", name)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if s.secret != key || s.ledger != "ldg_1" {
				t.Errorf("%s: it forgot what it is", name)
			}
			mustClose(t, s)
		}
	}
}

// Compaction in many transactions: nothing is lost, and the file shrinks.
func TestCompactionOfMuch(t *testing.T) {
	const n = 1200
	folder := t.TempDir()
	s := mustOpen(t, folder)
	defer s.Close()
	list := make([]domain.Text, n)
	var odd []domain.TextID
	for i := range list {
		list[i] = textOf(i, strings.Repeat("é", 5000))
		if i%2 == 1 {
			odd = append(odd, list[i].ID)
		}
	}
	mustPut(t, s, list...)
	size := len(readFile(t, s.path))
	if size < 2*chunkBytes {
		t.Fatalf("%d bytes are one transaction", size)
	}
	if err := s.EraseTexts(t.Context(), odd); err != nil {
		t.Fatal(err)
	}
	for i, body := range bodies(t, s, n) {
		if want := list[i].Body; i%2 == 1 && body != "" || i%2 == 0 && body != want {
			t.Fatalf("text %d is %.20q", i, body)
		}
	}
	if now := len(readFile(t, s.path)); now > size*2/3 {
		t.Errorf("the file has %d bytes, and had %d", now, size)
	}
}

// A full disk: nothing landed, and all goes on when there is room again.
func TestNoRoom(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	defer s.Close()
	mustPut(t, s, textOf(0, "la première"))
	big := make([]domain.Text, 50)
	for i := range big {
		big[i] = textOf(i+1, strings.Repeat("é", 9000))
	}
	s.db.MaxSize = 64 << 10
	if err := s.PutTexts(t.Context(), big); !errors.Is(err, texts.ErrUnavailable) {
		t.Errorf("without room: %v", err)
	}
	if got := bodies(t, s, 2); got[0] != "la première" || got[1] != "" {
		t.Errorf("it holds %q", got)
	}
	s.db.MaxSize = 0
	mustPut(t, s, big...)
	if got := bodies(t, s, 51); got[0] != "la première" || got[50] != big[49].Body {
		t.Error("with room again, not all is there")
	}
}

// The last sync of a transaction fails: what it wrote may be there, so nothing
// is written behind it until the file is opened again.
func TestOutcomeUnknown(t *testing.T) {
	folder := t.TempDir()
	s := mustOpen(t, folder)
	number := 0
	if err := s.db.View(func(tx *bbolt.Tx) error { number = tx.ID(); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := s.settle(number, errors.New("the disk says no")); !errors.Is(err, texts.ErrUnavailable) {
		t.Errorf("it is said to be %v", err)
	}
	if err := s.PutTexts(t.Context(), []domain.Text{textOf(0, "x")}); !errors.Is(err, texts.ErrUnavailable) {
		t.Errorf("PutTexts: %v", err)
	}
	bodies(t, s, 1) // reading goes on
	mustClose(t, s)
	s = mustOpen(t, folder)
	defer s.Close()
	mustPut(t, s, textOf(0, "x"))
}
