// Package bolttexts keeps a personal store in one bbolt file, beside the
// embedded ledger. What is erased or swept is gone from the file: it is written
// anew from what is left (see compact.go).
package bolttexts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/boltfile"
	"github.com/palier-hub/palier/texts"
)

// FileName is the store's file in its data folder.
const FileName = "texts.db"

// Store is a texts.Store in a file. One transaction holds a whole write, and is
// on disk when the method returns.
type Store struct {
	path   string
	secret [32]byte

	// writing holds one token: the right to write, to compact or to close.
	writing chan struct{}
	// resting: both headers of the file lead to the newest transaction, so that
	// damage to one of them loses nothing. Guarded by writing.
	resting bool
	// stale: the file has, or may have after a crash, bytes of what was removed.
	// It has a mark that says so, until it is compacted. Guarded by writing.
	stale bool
	// unsettled: a transaction failed at its last step, so the file may hold more
	// than is known here. Nothing is written until the store is opened anew.
	// Guarded by writing.
	unsettled error

	// mu is held for reading by whoever reads, and for writing to put another
	// file in place of the one that is open.
	mu sync.RWMutex
	db *bbolt.DB
	// persons are all that the file has: there are few, and they are found by
	// more than their ids. Guarded by mu.
	persons map[domain.PersonID]domain.Person
	// accounts lead to persons, and so do organisations. Guarded by mu.
	accounts map[string]domain.PersonID
	members  map[domain.ID]map[domain.PersonID]bool
	// ledger is that which the store belongs to; "" until one claims it. Guarded
	// by mu.
	ledger string
	// closed is closed by Close.
	closed chan struct{}

	faults sync.Mutex
	// broken: bbolt panicked, and isn't called again because its locks may be
	// held; or the file was lost while it was put in place. Guarded by faults.
	broken error
}

var _ texts.Store = (*Store)(nil)

// HeldError says that another process has the store open.
type HeldError struct{ Path string }

func (e *HeldError) Error() string {
	return fmt.Sprintf("another hub holds %s: stop that hub, or give this one a data folder of its own", e.Path)
}

// ForeignError says that the file isn't a personal store.
type ForeignError struct {
	Path string
	// What it is instead, for people.
	What string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is not a personal store: %s. It was left as it is: move it away, or choose another data folder", e.Path, e.What)
}

// Open opens the store in a data folder, and creates both when they are missing.
// It proves the file's structure and the sum of every record before anything is
// written to it, and finishes a compaction that was cut off. It answers a
// *HeldError, a *ForeignError, a *texts.DamagedError or a *texts.LayoutError,
// each with what to do, or what the file system says.
//
// An empty file, and a bolt file in which nothing was ever stored, are what a
// crash during the first Open leaves behind: they become a new store.
func Open(folder string) (*Store, error) { return open(folder, newContents()) }

// OpenExisting opens the store in a data folder, and creates nothing: it answers a
// *texts.MissingError when there is none. Other errors as of Open.
func OpenExisting(folder string) (*Store, error) {
	path := filepath.Join(folder, FileName)
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, &texts.MissingError{Where: folder}
	}
	return Open(folder)
}

// OpenCopy opens a copy of the store of a ledger, with its secret, in a data
// folder, and creates both when they are missing. It answers a
// *texts.OtherLedgerError or a *texts.SecretError for another store. Other errors
// as of Open.
func OpenCopy(folder, ledgerID string, secret [32]byte) (*Store, error) {
	s, err := open(folder, &contents{secret: secret, ledger: ledgerID})
	switch {
	case err != nil:
		return nil, err
	case s.ledger != "" && s.ledger != ledgerID:
		err = &texts.OtherLedgerError{Stored: s.ledger, Asked: ledgerID}
	case s.ledger == "" || s.secret != secret:
		err = &texts.SecretError{Where: s.path}
	default:
		return s, nil
	}
	return nil, errors.Join(err, s.Close())
}

// open opens the store in a folder; a new one has these contents.
func open(folder string, fresh *contents) (*Store, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("creating the data folder: %w", err)
	}
	path := filepath.Join(folder, FileName)
	resting, err := boltfile.Examine(path, shape(path))
	if err != nil {
		return nil, named(path, err)
	}
	db, err := boltfile.Open(path, false)
	if err != nil {
		return nil, named(path, err)
	}
	s := &Store{
		path:     path,
		writing:  make(chan struct{}, 1),
		resting:  resting,
		db:       db,
		persons:  make(map[domain.PersonID]domain.Person),
		accounts: make(map[string]domain.PersonID),
		members:  make(map[domain.ID]map[domain.PersonID]bool),
		closed:   make(chan struct{}),
	}
	if err := s.load(fresh); err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

// named makes the store's own errors of those that say no file.
func named(path string, err error) error {
	if errors.Is(err, boltfile.ErrHeld) {
		return &HeldError{Path: path}
	} else if p, panicked := errors.AsType[*boltfile.PanicError](err); panicked {
		return &texts.DamagedError{Where: path, What: "it can't be opened", Err: p}
	}
	return err
}

// load reads what the file says of the store, and creates it in an empty file.
func (s *Store) load(fresh *contents) error {
	var stored *contents
	err := s.view(func(tx *bbolt.Tx) (err error) {
		stored, err = readContents(tx)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case stored == nil:
		stored = fresh
		if err := s.update(stored.create); err != nil {
			return fmt.Errorf("creating %s: %w", s.path, err)
		}
	case stored.layout < layout:
		if err := s.update(raise); err != nil {
			return fmt.Errorf("laying out %s anew: %w", s.path, err)
		}
	}
	s.secret, s.ledger, s.stale = stored.secret, stored.ledger, stored.stale
	for _, p := range stored.persons {
		s.remember(p)
	}
	// A new file is safe when the folder that names it is; whether it is new, a
	// crash can have hidden.
	if err := boltfile.SyncFolder(filepath.Dir(s.path)); err != nil {
		return fmt.Errorf("syncing the folder of %s: %w", s.path, err)
	}
	// A copy that was cut off holds what may have been erased since.
	if err := removeIfThere(s.copyPath()); err != nil {
		return fmt.Errorf("removing the rest of a compaction: %w", err)
	}
	if s.stale {
		return s.compact()
	}
	if !s.resting {
		return s.rest()
	}
	return nil
}

// rest makes the older of the file's two headers lead to the newest
// transaction. Each transaction writes the older header, so an empty one does
// it.
func (s *Store) rest() error {
	if err := s.transact(func() error { return s.db.Update(func(*bbolt.Tx) error { return nil }) }); err != nil {
		return fmt.Errorf("writing %s: %w", s.path, err)
	}
	s.resting = true
	return nil
}

// Claim implements texts.Store.
func (s *Store) Claim(ctx context.Context, ledgerID string) error {
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	switch s.ledger { // nobody else writes it
	case ledgerID:
		return nil
	case "":
	default:
		return &texts.OtherLedgerError{Stored: s.ledger, Asked: ledgerID}
	}
	if err := s.update(func(tx *bbolt.Tx) error { return putFact(tx, ledgerKey, []byte(ledgerID)) }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ledger = ledgerID
	return nil
}

// Secret implements texts.Store.
func (s *Store) Secret(ctx context.Context) ([32]byte, error) {
	if err := s.readable(ctx); err != nil {
		return [32]byte{}, err
	}
	return s.secret, nil
}

// PutTexts implements texts.Store.
func (s *Store) PutTexts(ctx context.Context, list []domain.Text) error {
	list, err := texts.Checked(list)
	if err != nil {
		return err
	}
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	var fresh []domain.Text
	err = s.view(func(tx *bbolt.Tx) error {
		for _, t := range list {
			if err := refuseErased(tx, t); err != nil {
				return err
			}
			kept, ok, err := getText(tx, t.ID)
			switch {
			case err != nil:
				return err
			case !ok:
				fresh = append(fresh, t)
			case !texts.Same(kept, t):
				return &texts.ConflictError{ID: domain.ID(t.ID)}
			}
		}
		return nil
	})
	if err != nil || len(fresh) == 0 {
		return err
	}
	return s.update(func(tx *bbolt.Tx) error {
		for _, t := range fresh {
			if err := putText(tx, t); err != nil {
				return err
			}
		}
		return nil
	})
}

// refuseErased refuses a text that was erased, and one about, or by, a person
// who was.
func refuseErased(tx *bbolt.Tx, t domain.Text) error {
	ids := []domain.ID{domain.ID(t.ID)}
	for _, person := range []*domain.PersonID{t.Person, t.Writer} {
		if person != nil {
			ids = append(ids, domain.ID(*person))
		}
	}
	for _, id := range ids {
		if isErased(tx, id) {
			return &texts.ErasedError{ID: id}
		}
	}
	return nil
}

// Texts implements texts.Store.
func (s *Store) Texts(ctx context.Context, ids []domain.TextID) (map[domain.TextID]domain.Text, error) {
	if err := s.readable(ctx); err != nil {
		return nil, err
	}
	found := make(map[domain.TextID]domain.Text, len(ids))
	err := s.view(func(tx *bbolt.Tx) error {
		for _, id := range ids {
			t, ok, err := getText(tx, id)
			if err != nil {
				return err
			} else if ok {
				found[id] = t
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// PutPerson implements texts.Store.
func (s *Store) PutPerson(ctx context.Context, p domain.Person) error {
	p, err := texts.CheckedPerson(p)
	if err != nil {
		return err
	}
	end, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	kept, ok := s.persons[p.ID] // nobody else writes them
	if ok && texts.Same(kept, p) {
		return nil
	}
	if other, taken := s.accounts[p.Account]; taken && other != p.ID {
		return &texts.ConflictError{ID: domain.ID(other)}
	}
	err = s.view(func(tx *bbolt.Tx) error {
		if isErased(tx, domain.ID(p.ID)) {
			return &texts.ErasedError{ID: domain.ID(p.ID)}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = s.update(func(tx *bbolt.Tx) error {
		if ok { // an address that changed goes with the next sweep
			if err := putFact(tx, staleKey, nil); err != nil {
				return err
			}
		}
		return putPerson(tx, p)
	})
	if err != nil {
		return err
	}
	s.stale = s.stale || ok
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget(p.ID)
	s.remember(p)
	return nil
}

// remember and forget keep what is in memory; with mu held, or before anyone
// else has the store.
func (s *Store) remember(p domain.Person) {
	s.persons[p.ID] = p
	if p.Account != "" {
		s.accounts[p.Account] = p.ID
	}
	if s.members[p.Organisation] == nil {
		s.members[p.Organisation] = make(map[domain.PersonID]bool)
	}
	s.members[p.Organisation][p.ID] = true
}

func (s *Store) forget(id domain.PersonID) {
	p := s.persons[id]
	delete(s.accounts, p.Account)
	delete(s.members[p.Organisation], id)
	delete(s.persons, id)
}

// Persons implements texts.Store.
func (s *Store) Persons(ctx context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error) {
	if err := s.readable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	found := make(map[domain.PersonID]domain.Person, len(ids))
	for _, id := range ids {
		if p, ok := s.persons[id]; ok {
			found[id] = p
		}
	}
	return found, nil
}

// PersonsOf implements texts.Store.
func (s *Store) PersonsOf(ctx context.Context, organisation domain.ID) ([]domain.Person, error) {
	if err := s.readable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []domain.Person
	for _, id := range slices.Sorted(maps.Keys(s.members[organisation])) {
		found = append(found, s.persons[id])
	}
	return found, nil
}

// CountPersonsOf implements texts.Store.
func (s *Store) CountPersonsOf(ctx context.Context, organisation domain.ID) (int, error) {
	if err := s.readable(ctx); err != nil {
		return 0, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.members[organisation]), nil
}

// PersonOfAccount implements texts.Store.
func (s *Store) PersonOfAccount(ctx context.Context, account string) (domain.Person, bool, error) {
	if err := s.readable(ctx); err != nil {
		return domain.Person{}, false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	id, ok := s.accounts[account]
	return s.persons[id], ok, nil
}

// ExportPerson implements texts.Store.
func (s *Store) ExportPerson(ctx context.Context, id domain.PersonID) (texts.Export, error) {
	out := texts.Export{Texts: []domain.Text{}}
	found, err := s.Persons(ctx, []domain.PersonID{id})
	if err != nil {
		return texts.Export{}, err
	}
	p, ok := found[id]
	if ok {
		out.Person = &p
	}
	err = s.view(func(tx *bbolt.Tx) error {
		return eachTextOf(ctx, tx, id, p.Account, func(t domain.Text) { out.Texts = append(out.Texts, t) })
	})
	if err != nil {
		return texts.Export{}, err
	}
	texts.Oldest(out.Texts)
	return out, nil
}

// Close implements texts.Store.
func (s *Store) Close() error {
	s.writing <- struct{}{}
	defer func() { <-s.writing }()
	s.mu.Lock() // waits for those who read
	if s.isClosed() {
		s.mu.Unlock()
		return nil
	}
	close(s.closed)
	s.mu.Unlock()
	var err error
	if s.fault() == nil && s.unsettled == nil && !s.resting {
		err = s.rest()
	}
	return errors.Join(err, s.release())
}

// release closes the file, unless bbolt has panicked: it may hold its own
// locks then, and the process's end frees the file.
func (s *Store) release() error {
	if s.fault() != nil {
		return nil
	}
	return s.db.Close()
}

func (s *Store) isClosed() bool {
	select {
	case <-s.closed:
		return true
	default:
		return false
	}
}

// readable answers why nothing can be read, if so.
func (s *Store) readable(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.isClosed():
		return texts.ErrClosed
	}
	return s.fault()
}

// begin takes the right to write, until end is called.
func (s *Store) begin(ctx context.Context) (end func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case s.writing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.closed:
		return nil, texts.ErrClosed
	}
	end = func() { <-s.writing }
	err = s.readable(ctx)
	if err == nil && s.unsettled != nil {
		err = fmt.Errorf("%w, until the hub is started again: %w", texts.ErrUnavailable, s.unsettled)
	}
	if err != nil {
		end()
		return nil, err
	}
	return end, nil
}

// view reads in a transaction. Whoever calls it from there deadlocks when a
// compaction waits in between.
func (s *Store) view(read func(*bbolt.Tx) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.transact(func() error { return s.db.View(read) })
}

// refusal is an error of what an update does, rather than of bbolt.
type refusal struct{ error }

// update writes in a transaction that says its own number. It is for whoever
// holds the right to write, and so needs no lock: nobody else puts another file
// in place.
func (s *Store) update(write func(*bbolt.Tx) error) error {
	s.resting = false
	number := 0
	err := s.transact(func() error {
		return s.db.Update(func(tx *bbolt.Tx) error {
			number = tx.ID()
			if err := errors.Join(write(tx), putStamp(tx)); err != nil {
				return refusal{err}
			}
			return nil
		})
	})
	if r, refused := errors.AsType[refusal](err); refused {
		return r.error
	} else if err != nil {
		return s.settle(number, err)
	}
	return nil
}

// settle finds out what became of a transaction that failed. bbolt writes the
// header last: when the file is still that of an earlier transaction, nothing
// landed (a full disk, say). Else the last sync failed, and whether the header
// is on the disk can't be known.
func (s *Store) settle(number int, cause error) error {
	if damaged, ok := errors.AsType[*texts.DamagedError](cause); ok {
		return damaged
	} else if errors.Is(cause, texts.ErrClosed) {
		return cause
	}
	if number > 0 { // it began
		now := 0
		err := s.view(func(tx *bbolt.Tx) error {
			now = tx.ID()
			return nil
		})
		if err != nil || now >= number {
			s.unsettled = cause
		}
	}
	return fmt.Errorf("%w: writing %s: %w", texts.ErrUnavailable, s.path, cause)
}

// transact calls bbolt unless it has panicked before.
func (s *Store) transact(do func() error) error {
	if err := s.fault(); err != nil {
		return err
	}
	err := boltfile.Guard(do)
	if p, panicked := errors.AsType[*boltfile.PanicError](err); panicked {
		err = &texts.DamagedError{Where: s.path, What: "it changed while it was open", Err: p}
		s.breakWith(err)
	} else if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		err = texts.ErrClosed
	}
	return err
}

func (s *Store) fault() error {
	s.faults.Lock()
	defer s.faults.Unlock()
	return s.broken
}

func (s *Store) breakWith(err error) {
	s.faults.Lock()
	defer s.faults.Unlock()
	s.broken = err
}
