package boltledger

import (
	"errors"
	"io"
	"testing"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
)

func mustHead(t *testing.T, l *Ledger) ledger.Head {
	t.Helper()
	h, err := l.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func count(t *testing.T, l *Ledger) int {
	t.Helper()
	n := 0
	for _, err := range l.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// A full disk: nothing landed, and all goes on when there is room again.
func TestNoRoom(t *testing.T) {
	l := mustOpen(t, t.TempDir())
	defer l.Close()
	appendCommits(t, l, 3)
	run := ledgertest.Commits(t, mustHead(t, l), 400)
	l.db.MaxSize = 64 << 10
	if durable, err := l.Append(t.Context(), run); durable != 0 || !errors.Is(err, ledger.ErrUnavailable) {
		t.Errorf("without room: %d durable, %v", durable, err)
	}
	if n := count(t, l); n != 3 {
		t.Errorf("%d commits are read, want 3", n)
	}
	l.db.MaxSize = 0
	if durable, err := l.Append(t.Context(), run); durable != len(run) || err != nil {
		t.Errorf("with room again: %d durable, %v", durable, err)
	}
	if n := count(t, l); n != 403 {
		t.Errorf("%d commits are read, want 403", n)
	}
}

// The last sync of a transaction fails: its commits are in the file, and
// whether they are on the disk isn't known. They aren't shown, and nothing is
// put behind them, until the file was opened again; then they are settled by
// their ids.
func TestOutcomeUnknown(t *testing.T) {
	folder := t.TempDir()
	l := mustOpen(t, folder)
	appendCommits(t, l, 3)
	head := mustHead(t, l)
	run := ledgertest.Commits(t, head, 2)
	encoded, err := ledger.EncodeRun(run)
	if err != nil {
		t.Fatal(err)
	}
	err = l.update(func(tx *bbolt.Tx) error {
		next, err := ledger.HeadAt(encoded[1])
		return errors.Join(err, putCommit(tx, 4, encoded[0]), putCommit(tx, 5, encoded[1]), putHead(tx, next))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.settle(head, io.ErrUnexpectedEOF); !errors.Is(err, ledger.ErrOutcomeUnknown) || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("it is said to be %v", err)
	}
	if durable, err := l.Append(t.Context(), run); durable != 0 || !errors.Is(err, ledger.ErrUnavailable) {
		t.Errorf("appended again: %d durable, %v", durable, err)
	}
	if n := count(t, l); n != 3 || mustHead(t, l) != head {
		t.Errorf("%d commits are read, want 3", n)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = mustOpen(t, folder)
	defer l.Close()
	if durable, err := l.Append(t.Context(), run); durable != 2 || err != nil {
		t.Errorf("appended again after a restart: %d durable, %v", durable, err)
	}
	if n := count(t, l); n != 5 {
		t.Errorf("%d commits are read, want 5", n)
	}
}
