package bolttexts

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/domain"
)

// exported are the ids of a person's texts, the oldest first.
func exported(t testing.TB, s *Store, id domain.PersonID) string {
	t.Helper()
	out, err := s.ExportPerson(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	ids := []domain.TextID{}
	for _, x := range out.Texts {
		ids = append(ids, x.ID)
	}
	return fmt.Sprint(ids)
}

// ofMany fills a store: per_1 has account act_1, per_2 none.
func ofMany(t testing.TB, s *Store) {
	t.Helper()
	one, two := domain.PersonID("per_1"), domain.PersonID("per_2")
	for _, p := range []domain.Person{{ID: one, Name: "Camille Exemple", Account: "act_1"}, {ID: two, Name: "Dominique Exemple"}} {
		if err := s.PutPerson(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	list := make([]domain.Text, 7)
	for n := range list {
		list[n] = textOf(n, strings.Repeat(secret, 1+n*50))
		list[n].Author = "act_2"
	}
	list[1].Author = "act_1"
	list[2].Author, list[2].Person = "act_1", &one // twice theirs
	list[3].Person, list[3].Writer = &two, &two
	list[4].Author, list[4].Writer = "act_1", &two // by a portal
	list[5].Person = &one
	list[6].Author = ""
	mustPut(t, s, list...)
}

// older makes of a closed store's file one of layout 1.
func older(t *testing.T, folder string) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(folder, FileName), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		return errors.Join(tx.DeleteBucket(whoseBucket), putTally(tx, recount(tx)),
			putFact(tx, layoutKey, binary.BigEndian.AppendUint32(nil, 1)), putStamp(tx))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// A file from before texts were found by whose they are is laid out anew when it is
// opened, also when an erasure was cut off in it; then all is as in a new one.
func TestOlderLayout(t *testing.T) {
	for name, stale := range map[string]bool{"at rest": false, "to be compacted": true} {
		folder := t.TempDir()
		s := mustOpen(t, folder)
		ofMany(t, s)
		if stale {
			if err := s.PutPerson(t.Context(), domain.Person{ID: "per_2", Name: "Dominique Autre"}); err != nil {
				t.Fatal(err)
			}
		}
		mustClose(t, s)
		older(t, folder)
		for range 2 {
			s = mustOpen(t, folder)
			if got := exported(t, s, "per_1"); got != "[txt_1 txt_2 txt_5]" {
				t.Errorf("%s: theirs are %s", name, got)
			}
			if got := exported(t, s, "per_2"); got != "[txt_3 txt_4]" {
				t.Errorf("%s: theirs are %s", name, got)
			}
			mustClose(t, s)
		}
		s = mustOpen(t, folder)
		if gone, err := s.Erase(t.Context(), "per_1"); err != nil || fmt.Sprint(gone) != "[txt_1 txt_2 txt_5]" {
			t.Errorf("%s: erased are %v, %v", name, gone, err)
		}
		if got := exported(t, s, "per_2"); got != "[txt_3 txt_4]" {
			t.Errorf("%s, after an erasure: theirs are %s", name, got)
		}
		mustClose(t, s)
		mustClose(t, mustOpen(t, folder))
	}
}

// An export reads what is theirs and nothing else: what isn't may be damaged.
func TestExportReadsTheirsOnly(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	defer s.Close()
	ofMany(t, s)
	if err := s.db.Update(func(tx *bbolt.Tx) error { return tx.Bucket(textsBucket).Put([]byte("txt_0"), []byte("?")) }); err != nil {
		t.Fatal(err)
	}
	if got := exported(t, s, "per_1"); got != "[txt_1 txt_2 txt_5]" {
		t.Errorf("theirs are %s", got)
	}
}

// What is swept or erased leaves nothing that leads to it; put again, it is found again.
func TestLeadsGoWithTexts(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	defer s.Close()
	ofMany(t, s)
	long := textOf(8, "x")
	long.Author = strings.Repeat("é", 30_000) // longer than a key can be
	mustPut(t, s, long)
	leadsLeft := func() (n int) {
		if err := s.view(func(tx *bbolt.Tx) error {
			n = tx.Bucket(whoseBucket).Stats().KeyN
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := leadsLeft(); n != 9 { // two each of txt_2 and txt_5, none of txt_6
		t.Errorf("%d lead to texts", n)
	}
	swept := textOf(1, strings.Repeat(secret, 51))
	if n, err := s.Sweep(t.Context(), swept.WrittenAt.Add(time.Second), func(id domain.TextID) bool { return id != swept.ID }); n != 1 || err != nil {
		t.Fatalf("%d are swept, %v", n, err)
	}
	if got := exported(t, s, "per_1"); got != "[txt_2 txt_5]" {
		t.Errorf("swept, theirs are %s", got)
	}
	mustPut(t, s, swept)
	if got := exported(t, s, "per_1"); got != "[txt_1 txt_2 txt_5]" {
		t.Errorf("put again, theirs are %s", got)
	}
	if err := s.EraseTexts(t.Context(), []domain.TextID{"txt_0", "txt_3", "txt_6", long.ID}); err != nil {
		t.Fatal(err)
	}
	if err := s.Reapply(t.Context(), []domain.Erasure{{Person: "per_1"}, {Person: "per_2"}}); err != nil {
		t.Fatal(err)
	}
	if n := leadsLeft(); n != 0 {
		t.Errorf("%d lead to what was erased", n)
	}
	if bytes.Contains(readFile(t, s.path), byPerson("per_1")) || bytes.Contains(readFile(t, s.path), byAccount("act_1")) {
		t.Error("what led to them is still in the file")
	}
}

// ending is a context that ends when it has been asked some times.
type ending struct {
	context.Context
	left int
}

func (e *ending) Err() error {
	if e.left--; e.left < 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// What takes long stops when nobody waits for it any more.
func TestContextIsAskedMeanwhile(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	defer s.Close()
	if err := s.PutPerson(t.Context(), domain.Person{ID: "per_1", Name: "Camille Exemple", Account: "act_1"}); err != nil {
		t.Fatal(err)
	}
	list := make([]domain.Text, 500)
	for n := range list {
		list[n] = textOf(n, "x")
	}
	mustPut(t, s, list...)
	for name, call := range map[string]func(context.Context) error{
		"ExportPerson": func(ctx context.Context) error { _, err := s.ExportPerson(ctx, "per_1"); return err },
		"Erase":        func(ctx context.Context) error { _, err := s.Erase(ctx, "per_1"); return err },
		"Sweep": func(ctx context.Context) error {
			_, err := s.Sweep(ctx, list[0].WrittenAt, func(domain.TextID) bool { return true })
			return err
		},
	} {
		ctx := &ending{t.Context(), 100}
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) || ctx.left < -10 {
			t.Errorf("%s: %v, having asked %d times more", name, err, -ctx.left)
		}
	}
	if got, err := s.ExportPerson(t.Context(), "per_1"); err != nil || got.Person == nil || len(got.Texts) != len(list) {
		t.Errorf("what was stopped has done something: %d texts, %v", len(got.Texts), err)
	}
}
