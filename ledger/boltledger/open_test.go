package boltledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

func TestOpenCreatesFolderAndFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data", "hub")
	l := mustOpen(t, folder)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || entries[0].Name() != FileName {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
}

// What a crash during the first Open leaves behind becomes a ledger.
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
		l := mustOpen(t, folder)
		if h, err := l.Head(t.Context()); err != nil || h != ledger.Genesis(l.ID()) {
			t.Errorf("%s: the head is %v (%v)", name, h, err)
		}
		if err := l.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneProcessAtATime(t *testing.T) {
	folder := t.TempDir()
	l := mustOpen(t, folder)
	_, err := Open(folder)
	if _, held := errors.AsType[*HeldError](err); !held {
		t.Errorf("a second Open answers %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, folder).Close()
}

func TestOpenRefuses(t *testing.T) {
	change := func(path string, do func(*bbolt.Tx) error) error {
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			return err
		}
		// The head's transaction is made to agree, so that it isn't what tells.
		err = db.Update(func(tx *bbolt.Tx) error {
			if tx.Bucket(ledgerBucket) == nil {
				return do(tx)
			}
			head, _, err := getHead(tx)
			return errors.Join(err, putHead(tx, head), do(tx))
		})
		return errors.Join(err, db.Close())
	}
	inLedger := func(key []byte, value []byte) func(string) error {
		return func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.Bucket(ledgerBucket).Put(key, value) })
		}
	}
	foreign, damaged, newer := new(ForeignError), new(ledger.DamagedError), new(ledger.FormatError)
	for name, test := range map[string]struct {
		prepare func(path string) error // a ledger of three commits
		want    error
		says    string
	}{
		"a text": {func(path string) error {
			return os.WriteFile(path, bytes.Repeat([]byte("surface;étage\n"), 5000), 0o600)
		}, foreign, "not a bolt file"},
		"one byte": {func(path string) error { return os.WriteFile(path, []byte{0}, 0o600) }, foreign, "not a bolt file"},
		"zeros":    {func(path string) error { return os.WriteFile(path, make([]byte, 65536), 0o600) }, foreign, "not a bolt file"},
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
		"a newer layout": {inLedger(layoutKey, binary.BigEndian.AppendUint32(nil, layout+1)), newer, "run a newer release"},
		"no layout":      {inLedger(layoutKey, nil), damaged, "restore the latest backup"},
		"another id":     {inLedger(idKey, []byte("ldg_other")), damaged, "first commit"},
		"no head":        {inLedger(headKey, nil), damaged, "end isn't said"},
		"nothing left": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error {
				return errors.Join(tx.DeleteBucket(ledgerBucket), tx.DeleteBucket(commitsBucket))
			})
		}, damaged, "contents are gone"},
		"half": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.DeleteBucket(ledgerBucket) })
		}, damaged, "half of it is missing"},
		"a commit missing at the end": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.Bucket(commitsBucket).Delete(key(3)) })
		}, damaged, "should end at commit 3"},
		"a commit missing between": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error { return tx.Bucket(commitsBucket).Delete(key(2)) })
		}, damaged, "commit 2 isn't in its place"},
		"another newest commit": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error {
				last := bytes.Clone(getCommit(tx, 3))
				return putCommit(tx, 3, bytes.Replace(last, []byte("space.register"), []byte("space.withdraw"), 1))
			})
		}, damaged, "newest commit, 3"},
		"a newest commit of a newer format": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error {
				last := bytes.Clone(getCommit(tx, 3))
				return putCommit(tx, 3, bytes.Replace(last, []byte("\x10format\x00\x01"), []byte("\x10format\x00\x09"), 1))
			})
		}, newer, "format 9"},
		"a bucket in place of commits": {func(path string) error {
			return change(path, func(tx *bbolt.Tx) error {
				_, err := tx.Bucket(commitsBucket).CreateBucket(key(4))
				return err
			})
		}, damaged, "commit 4 isn't in its place"},
		"contents of another transaction": {func(path string) error {
			db, err := bbolt.Open(path, 0o600, nil)
			for range 2 {
				err = errors.Join(err, db.Update(func(*bbolt.Tx) error { return nil }))
			}
			return errors.Join(err, db.Close())
		}, damaged, "its header is of transaction"},
		"cut off": {func(path string) error { return os.Truncate(path, int64(2*pageSize+100)) }, damaged, "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, FileName)
			fillLedger(t, folder, 3)
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
	case *ledger.FormatError:
		_, ok := errors.AsType[*ledger.FormatError](err)
		return ok
	default:
		_, ok := errors.AsType[*ledger.DamagedError](err)
		return ok
	}
}

// fillLedger makes a ledger of n commits, one at a time, and closes it.
func fillLedger(t testing.TB, folder string, n int) {
	t.Helper()
	l := mustOpen(t, folder)
	for range n {
		appendCommits(t, l, 1)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func appendCommits(t testing.TB, l *Ledger, n int) []ledger.Commit {
	t.Helper()
	h, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run := ledgertest.Commits(t, h, n)
	if durable, err := l.Append(t.Context(), run); err != nil || durable != n {
		t.Fatalf("Append: %d of %d durable, %v", durable, n, err)
	}
	return run
}
