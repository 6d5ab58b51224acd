package bolttexts

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

func TestOpenCreatesFolderAndFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data", "hub")
	mustClose(t, mustOpen(t, folder))
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || entries[0].Name() != FileName {
		t.Fatalf("the folder holds %v (%v)", entries, err)
	}
	if info, err := entries[0].Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v (%v)", info.Mode(), err)
	}
	s := mustOpen(t, folder)
	defer s.Close()
	if _, err := s.Erase(t.Context(), "per_1"); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(s.path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("rewritten, others may read it: %v (%v)", info.Mode(), err)
	}
}

// What a crash during the first Open leaves behind becomes a store.
func TestOpenAfterCrashAtCreation(t *testing.T) {
	for name, prepare := range map[string]func(path string) error{
		"no file":       func(string) error { return nil },
		"an empty file": func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"an empty bolt file": func(path string) error {
			db, err := bbolt.Open(path, 0o600, nil)
			return errors.Join(err, db.Close())
		},
	} {
		folder := t.TempDir()
		if err := prepare(filepath.Join(folder, FileName)); err != nil {
			t.Fatal(err)
		}
		s := mustOpen(t, folder)
		if key, err := s.Secret(t.Context()); err != nil || key == [32]byte{} {
			t.Errorf("%s: the secret is %x (%v)", name, key, err)
		}
		mustPut(t, s, textOf(0, "x"))
		mustClose(t, s)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	folder := t.TempDir()
	s := mustOpen(t, folder)
	held := func(when string) {
		t.Helper()
		_, err := Open(folder)
		if h, ok := errors.AsType[*HeldError](err); !ok || !strings.Contains(h.Error(), folder) {
			t.Errorf("%s, a second Open answers %v", when, err)
		}
	}
	held("at first")
	if _, err := s.Erase(t.Context(), "per_1"); err != nil {
		t.Fatal(err)
	}
	held("after a compaction")
	mustClose(t, s)
	mustClose(t, mustOpen(t, folder))
}

func TestOpenRefuses(t *testing.T) {
	change := func(path string, do func(*bbolt.Tx) error) error {
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			return err
		}
		// The stamp is made to agree, so that it isn't what tells.
		err = db.Update(func(tx *bbolt.Tx) error {
			if tx.Bucket(storeBucket) == nil {
				return do(tx)
			}
			return errors.Join(putStamp(tx), do(tx))
		})
		return errors.Join(err, db.Close())
	}
	fact := func(key, value []byte) func(string) error {
		return func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return putFact(tx, key, value) })
		}
	}
	raw := func(bucket []byte, key, value string) func(string) error {
		return func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put([]byte(key), []byte(value)) })
		}
	}
	foreign, damaged, newer := new(ForeignError), new(texts.DamagedError), new(texts.LayoutError)
	for name, test := range map[string]struct {
		prepare func(path string) error // a store of three texts and a person
		want    error
		says    string
	}{
		"a text": {func(path string) error {
			return os.WriteFile(path, bytes.Repeat([]byte("surface;étage\n"), 5000), 0o600)
		}, foreign, "not a bolt file"},
		"another program's bolt file": {func(path string) error {
			if err := os.Remove(path); err != nil {
				return err
			}
			return change(path, func(tx *bbolt.Tx) error {
				_, err := tx.CreateBucket([]byte("invoices"))
				return err
			})
		}, foreign, `"invoices"`},
		"a folder": {func(path string) error {
			return errors.Join(os.Remove(path), os.Mkdir(path, 0o700))
		}, foreign, "it is a folder"},
		"a newer layout": {fact(layoutKey, binary.BigEndian.AppendUint32(nil, layout+1)), newer, "run a newer release"},
		"no layout":      {fact(layoutKey, nil), damaged, "restore the latest backup"},
		"no key":         {fact(secretKey, []byte("short")), damaged, "its key"},
		"no stamp":       {fact(stampKey, nil), damaged, "its end isn't said"},
		"a text gone": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.Bucket(textsBucket).Delete([]byte("txt_1")) })
		}, damaged, "its 6 records aren't the 7 that were written"},
		"a text for another": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error {
				b := tx.Bucket(textsBucket)
				return errors.Join(b.Delete([]byte("txt_1")), b.Put([]byte("txt_9"), seal([]byte("txt_9"), make([]byte, 9))))
			})
		}, damaged, "its 7 records aren't the 7"},
		"a lead to a text gone": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.Bucket(whoseBucket).Delete(leads(textOf(1, "b"))[0]) })
		}, damaged, "its 6 records aren't the 7"},
		"no leads to texts": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.DeleteBucket(whoseBucket) })
		}, damaged, "a part of it is missing"},
		"no tally":          {fact(tallyKey, nil), damaged, `"tally" isn't what was written`},
		"a text of no sum":  {raw(textsBucket, "txt_1", "Bonjour, je suis"), damaged, `"txt_1" isn't what was written`},
		"a person of none":  {raw(personsBucket, "per_1", "{}"), damaged, `"per_1" isn't what was written`},
		"a tombstone of no": {raw(erasedBucket, "txt_9", "xxxx"), damaged, `"txt_9" isn't what was written`},
		"a person of no form": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error {
				return putRecord(tx, personsBucket, []byte("per_1"), []byte(`{"name":5}`))
			})
		}, damaged, `"per_1" isn't what was written`},
		"a bucket in place of texts": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error {
				_, err := tx.Bucket(textsBucket).CreateBucket([]byte("txt_9"))
				return err
			})
		}, damaged, "a record isn't what was written"},
		"nothing left": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) (err error) {
				for _, name := range buckets {
					err = errors.Join(err, tx.DeleteBucket(name))
				}
				return err
			})
		}, damaged, "contents are gone"},
		"half": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.DeleteBucket(textsBucket) })
		}, damaged, "a part of it is missing"},
		"contents of another transaction": {func(path string) error {
			db, err := bbolt.Open(path, 0o600, nil)
			for range 2 {
				err = errors.Join(err, db.Update(func(*bbolt.Tx) error { return nil }))
			}
			return errors.Join(err, db.Close())
		}, damaged, "its header is of transaction"},
		"cut off": {func(path string) error { return os.Truncate(path, int64(2*os.Getpagesize()+100)) }, damaged, "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, FileName)
			s := mustOpen(t, folder)
			mustPut(t, s, textOf(0, "a"), textOf(1, "b"), textOf(2, "c"))
			if err := s.PutPerson(t.Context(), domain.Person{ID: "per_1", Name: "Camille Exemple"}); err != nil {
				t.Fatal(err)
			}
			mustClose(t, s)
			if err := test.prepare(path); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(path)
			_, err := Open(folder)
			if !sameType(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("Open answers %v; want a %T that says %q", err, test.want, test.says)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func sameType(err, want error) bool {
	switch want.(type) {
	case *ForeignError:
		_, ok := errors.AsType[*ForeignError](err)
		return ok
	case *texts.LayoutError:
		_, ok := errors.AsType[*texts.LayoutError](err)
		return ok
	default:
		_, ok := errors.AsType[*texts.DamagedError](err)
		return ok
	}
}

// Damage at any place of a file that was closed: it is refused with an error
// that says what to do, and left as it is; or it loses nothing.
func TestDamage(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, FileName)
	s := mustOpen(t, folder)
	var want []string
	for i := range 40 {
		want = append(want, strings.Repeat(fmt.Sprintf("texte %d. ", i), 1+i*i/4))
		mustPut(t, s, textOf(i, want[i]))
	}
	if err := s.EraseTexts(t.Context(), []domain.TextID{"txt_7", "txt_30"}); err != nil {
		t.Fatal(err)
	}
	want[7], want[30] = "", ""
	mustPut(t, s, textOf(40, "après"))
	want = append(want, "après")
	mustClose(t, s)
	file := readFile(t, path)
	page := os.Getpagesize()

	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	refused := 0
	for range 200 {
		out := bytes.Clone(file)
		at := r.IntN(len(out))
		if r.IntN(4) == 0 { // where it hurts: a header, or the front of a page
			at = r.IntN(len(out)/page)*page + r.IntN(80)
		}
		end := min(len(out), at+1+r.IntN(1<<r.IntN(14)))
		how := ""
		switch r.IntN(4) {
		case 0:
			how = "a bit"
			out[at] ^= 1 << r.IntN(8)
		case 1:
			how = "garbage"
			for i := at; i < end; i++ {
				out[i] = byte(r.Uint32())
			}
		case 2:
			how = "zeros"
			clear(out[at:end])
		default:
			how = "cut off"
			out = out[:at]
		}
		if len(out) == 0 {
			continue // a new store
		}
		if err := os.WriteFile(path, out, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(folder)
		if err != nil {
			refused++
			_, damaged := errors.AsType[*texts.DamagedError](err)
			_, foreign := errors.AsType[*ForeignError](err)
			if !damaged && !foreign {
				t.Errorf("seed %d, %s at %d: an error of no known type: %v", seed, how, at, err)
			}
			if !bytes.Equal(readFile(t, path), out) {
				t.Errorf("seed %d, %s at %d: a refused file was changed", seed, how, at)
			}
			continue
		}
		if got := bodies(t, s, 41); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("seed %d, %s at %d: it is opened, and lost something", seed, how, at)
		}
		mustClose(t, s)
	}
	if refused < 20 {
		t.Errorf("seed %d: only %d were refused", seed, refused)
	}
}

// The file loses its end under an open store: an error, and no more calls.
func TestCutOffWhileOpen(t *testing.T) {
	if os.PathSeparator == '\\' {
		t.Skip("Windows doesn't truncate a mapped file")
	}
	folder := t.TempDir()
	s := mustOpen(t, folder)
	if err := s.PutPerson(t.Context(), domain.Person{ID: "per_1", Name: "Camille Exemple", Account: "act_1"}); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		mustPut(t, s, textOf(i, strings.Repeat("é", 5000)))
	}
	if err := os.Truncate(s.path, int64(4*os.Getpagesize())); err != nil {
		t.Fatal(err)
	}
	_, err := s.ExportPerson(t.Context(), "per_1")
	if _, damaged := errors.AsType[*texts.DamagedError](err); !damaged {
		t.Errorf("ExportPerson answers %v", err)
	}
	err = s.EraseTexts(t.Context(), []domain.TextID{"txt_1"})
	if _, damaged := errors.AsType[*texts.DamagedError](err); !damaged {
		t.Errorf("EraseTexts answers %v", err)
	}
	mustClose(t, s)
}
