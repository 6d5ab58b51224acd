// Package boltledger keeps a ledger in one bbolt file: the embedded history of
// a hub that has no MongoDB.
package boltledger

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/palier-hub/palier/internal/boltfile"
	"github.com/palier-hub/palier/ledger"
)

// FileName is the ledger's file in its data folder.
const FileName = "ledger.bolt"

// Ledger is a ledger.Ledger in a file. One transaction holds a whole run, and
// is on disk (fdatasync, data before header) when Append returns.
type Ledger struct {
	db   *bbolt.DB
	id   string
	path string

	// appending holds one token: the right to append, or to close.
	appending chan struct{}
	// incomplete: it is a copy that isn't whole yet. Guarded by appending.
	incomplete bool
	// resting: both headers of the file lead to the newest commit, so that
	// damage to one of them loses nothing. Guarded by appending.
	resting bool
	// unsettled: a transaction failed at its last step, so the file may hold more
	// than head says. Nothing is appended until the ledger is opened anew.
	// Guarded by appending.
	unsettled error

	mu   sync.Mutex
	head ledger.Head
	// grown is closed, and replaced, when the head moves.
	grown chan struct{}
	// closed is closed by Close.
	closed chan struct{}
	// broken: bbolt panicked. Its locks may be held, so it isn't called again.
	broken error
}

var _ ledger.Copy = (*Ledger)(nil)

// HeldError says that another process has the ledger open.
type HeldError struct{ Path string }

func (e *HeldError) Error() string {
	return fmt.Sprintf("another hub holds %s: stop that hub, or give this one a data folder of its own", e.Path)
}

// ForeignError says that the file isn't a ledger.
type ForeignError struct {
	Path string
	// What it is instead, for people.
	What string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is not a ledger: %s. It was left as it is: move it away, or choose another data folder", e.Path, e.What)
}

// Open opens the ledger in a data folder, and creates both when they are
// missing. It proves the file's structure before anything is written to it; the
// contents are proven as they are read. It answers a *HeldError, a
// *ForeignError, a *ledger.DamagedError, a *ledger.FormatError or a
// *ledger.IncompleteError, each with what to do, or what the file system says.
//
// An empty file, and a bolt file in which nothing was ever stored, are what a
// crash during the first Open leaves behind: they become a new ledger.
func Open(folder string) (*Ledger, error) {
	return open(folder, "")
}

// OpenExisting opens the ledger in a data folder, and creates nothing: it answers
// a *ledger.MissingError when there is none. Other errors as of Open.
func OpenExisting(folder string) (*Ledger, error) {
	path := filepath.Join(folder, FileName)
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, &ledger.MissingError{Where: folder}
	}
	return open(folder, "")
}

// OpenCopy opens a copy of the ledger with an id in a data folder, and creates
// both when they are missing; the ledger is incomplete then. It answers a
// *ledger.OtherLedgerError for a ledger of another id. Other errors as of Open.
func OpenCopy(folder, id string) (*Ledger, error) {
	return open(folder, id)
}

// open opens the ledger in a folder; one with an id as its copy, whole or not.
func open(folder, copyOf string) (*Ledger, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("creating the data folder: %w", err)
	}
	path := filepath.Join(folder, FileName)
	resting, err := boltfile.Examine(path, shape(path))
	if err != nil {
		return nil, held(path, err)
	}
	db, err := boltfile.Open(path, false)
	if err != nil {
		return nil, held(path, err)
	}
	l := &Ledger{
		db:        db,
		path:      path,
		appending: make(chan struct{}, 1),
		resting:   resting,
		grown:     make(chan struct{}),
		closed:    make(chan struct{}),
	}
	if err := l.load(copyOf); err != nil {
		return nil, errors.Join(err, l.release())
	}
	return l, nil
}

// held names the error of a file that another process has open.
func held(path string, err error) error {
	if errors.Is(err, boltfile.ErrHeld) {
		return &HeldError{Path: path}
	} else if p, panicked := errors.AsType[*boltfile.PanicError](err); panicked {
		return &ledger.DamagedError{Where: path, What: "it can't be opened", Err: p}
	}
	return err
}

// load reads what the file says of the ledger, and creates it in an empty file.
func (l *Ledger) load(copyOf string) error {
	var stored *contents
	err := l.view(func(tx *bbolt.Tx) (err error) {
		stored, err = readContents(tx)
		return err
	})
	if err != nil {
		return err
	}
	if stored == nil {
		id := cmp.Or(copyOf, "ldg_"+strings.ToLower(rand.Text()))
		stored = &contents{id: id, head: ledger.Genesis(id), incomplete: copyOf != ""}
		if err := l.update(stored.create); err != nil {
			return fmt.Errorf("creating %s: %w", l.path, err)
		}
		l.resting = false
	}
	switch {
	case copyOf == "" && stored.incomplete:
		return &ledger.IncompleteError{Where: l.path}
	case copyOf != "" && copyOf != stored.id:
		return &ledger.OtherLedgerError{Where: l.path, Stored: stored.id, Asked: copyOf}
	}
	l.id, l.head, l.incomplete = stored.id, stored.head, stored.incomplete
	// A new file is safe when the folder that names it is; whether it is new, a
	// crash can have hidden.
	if err := boltfile.SyncFolder(filepath.Dir(l.path)); err != nil {
		return fmt.Errorf("syncing the folder of %s: %w", l.path, err)
	}
	if !l.resting {
		return l.rest()
	}
	return nil
}

// rest makes the older of the file's two headers lead to the newest commit.
// Each transaction writes the older header, so an empty one does it.
func (l *Ledger) rest() error {
	if err := l.update(func(*bbolt.Tx) error { return nil }); err != nil {
		return fmt.Errorf("writing %s: %w", l.path, err)
	}
	l.resting = true
	return nil
}

// ID implements ledger.Ledger.
func (l *Ledger) ID() string { return l.id }

// Head implements ledger.Ledger.
func (l *Ledger) Head(context.Context) (ledger.Head, error) {
	head, _, err := l.state()
	return head, err
}

// state answers the durable head and what tells of the next one, or why
// nothing can be read.
func (l *Ledger) state() (ledger.Head, <-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isClosed() {
		return ledger.Head{}, nil, ledger.ErrClosed
	}
	return l.head, l.grown, l.broken
}

// Wait implements ledger.Ledger.
func (l *Ledger) Wait(ctx context.Context, after uint64) error {
	for {
		head, grown, err := l.state()
		if err != nil || head.Number > after {
			return err
		}
		select {
		case <-grown:
		case <-l.closed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Append implements ledger.Ledger: the part of the run that isn't there yet is
// one transaction, so it becomes durable whole or not at all.
func (l *Ledger) Append(ctx context.Context, run []ledger.Commit) (durable int, err error) {
	encoded, err := ledger.EncodeRun(run)
	if err != nil || len(run) == 0 {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	select {
	case l.appending <- struct{}{}:
		defer func() { <-l.appending }()
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-l.closed:
		return 0, ledger.ErrClosed
	}
	head, err := l.writable()
	if err != nil {
		return 0, err
	}
	durable, err = l.alreadyThere(run, head)
	if err != nil || durable == len(run) {
		return durable, err
	}
	run, encoded = run[durable:], encoded[durable:]
	if err := run[0].Follows(head); err != nil {
		return durable, err
	}
	last := len(run) - 1
	next := ledger.Head{Number: run[last].Number, Hash: ledger.HashOf(encoded[last]), Format: run[last].Format}
	l.resting = false
	err = l.update(func(tx *bbolt.Tx) error {
		for i, c := range run {
			if err := putCommit(tx, c.Number, encoded[i]); err != nil {
				return err
			}
		}
		return putHead(tx, next)
	})
	if err != nil {
		return durable, l.settle(head, err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head = next
	close(l.grown)
	l.grown = make(chan struct{})
	return durable + len(run), nil
}

// Incomplete implements ledger.Copy.
func (l *Ledger) Incomplete() bool {
	l.appending <- struct{}{}
	defer func() { <-l.appending }()
	return l.incomplete
}

// Begin implements ledger.Copy.
func (l *Ledger) Begin(ctx context.Context) error { return l.mark(ctx, true) }

// Complete implements ledger.Copy.
func (l *Ledger) Complete(ctx context.Context) error { return l.mark(ctx, false) }

// mark says whether the ledger is incomplete.
func (l *Ledger) mark(ctx context.Context, incomplete bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.appending <- struct{}{}
	defer func() { <-l.appending }()
	head, err := l.writable()
	if err != nil || l.incomplete == incomplete {
		return err
	}
	l.resting = false
	err = l.update(func(tx *bbolt.Tx) error {
		if err := putIncomplete(tx, incomplete); err != nil {
			return err
		}
		return putHead(tx, head) // names the transaction
	})
	if err != nil {
		l.unsettled = err // whether the mark is there, the next Open reads
		return fmt.Errorf("%w: writing %s: %w", ledger.ErrUnavailable, l.path, err)
	}
	l.incomplete = incomplete
	return nil
}

// writable answers the head, or why nothing can be appended.
func (l *Ledger) writable() (ledger.Head, error) {
	head, _, err := l.state()
	if err == nil && l.unsettled != nil {
		err = fmt.Errorf("%w, until the hub is started again: %w", ledger.ErrUnavailable, l.unsettled)
	}
	return head, err
}

func (l *Ledger) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// alreadyThere counts the commits at the start of the run that the ledger
// holds, by their ids.
func (l *Ledger) alreadyThere(run []ledger.Commit, head ledger.Head) (n int, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		for n < len(run) && run[n].Number <= head.Number {
			occupant, err := ledger.Decode(getCommit(tx, run[n].Number))
			if err != nil {
				return &ledger.DamagedError{Where: l.path, What: fmt.Sprintf("commit %d can't be read", run[n].Number), Err: err}
			}
			if occupant.ID != run[n].ID {
				return &ledger.TakenError{Number: occupant.Number, By: occupant.ID}
			}
			n++
		}
		return nil
	})
	return n, err
}

// settle finds out what became of a transaction that failed. bbolt writes the
// header last: when it still leads to the old head, nothing landed (a full
// disk, say). When it leads to a new one, the last sync failed, and whether the
// header is on the disk can't be known.
func (l *Ledger) settle(old ledger.Head, cause error) error {
	if _, damaged := errors.AsType[*ledger.DamagedError](cause); damaged {
		return fmt.Errorf("%w: %w", ledger.ErrOutcomeUnknown, cause)
	}
	var now ledger.Head
	err := l.view(func(tx *bbolt.Tx) (err error) {
		now, _, err = getHead(tx)
		return err
	})
	if err == nil && now == old {
		return fmt.Errorf("%w: writing %s: %w", ledger.ErrUnavailable, l.path, cause)
	}
	l.unsettled = cause
	return fmt.Errorf("%w: writing %s: %w", ledger.ErrOutcomeUnknown, l.path, cause)
}

// Close implements ledger.Ledger. It waits for an Append under way.
func (l *Ledger) Close() error {
	l.appending <- struct{}{}
	defer func() { <-l.appending }()
	l.mu.Lock()
	if l.isClosed() {
		l.mu.Unlock()
		return nil
	}
	close(l.closed)
	broken := l.broken
	l.mu.Unlock()
	var err error
	if broken == nil && l.unsettled == nil && !l.resting {
		err = l.rest()
	}
	return errors.Join(err, l.release())
}

// release closes the file, unless bbolt has panicked: it may hold its own
// locks then, and the process's end frees the file.
func (l *Ledger) release() error {
	l.mu.Lock()
	broken := l.broken
	l.mu.Unlock()
	if broken != nil {
		return nil
	}
	return l.db.Close()
}

func (l *Ledger) view(read func(*bbolt.Tx) error) error {
	return l.transact(func() error { return l.db.View(read) })
}

func (l *Ledger) update(write func(*bbolt.Tx) error) error {
	return l.transact(func() error { return l.db.Update(write) })
}

// transact calls bbolt unless it has panicked before.
func (l *Ledger) transact(do func() error) error {
	l.mu.Lock()
	broken := l.broken
	l.mu.Unlock()
	if broken != nil {
		return broken
	}
	err := boltfile.Guard(do)
	if p, panicked := errors.AsType[*boltfile.PanicError](err); panicked {
		err = &ledger.DamagedError{Where: l.path, What: "it changed while it was open", Err: p}
		l.mu.Lock()
		l.broken = err
		l.mu.Unlock()
	} else if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		err = ledger.ErrClosed
	}
	return err
}

// key is a number as bolt orders it.
func key(number uint64) []byte { return binary.BigEndian.AppendUint64(nil, number) }
