// Package boltfile is what the embedded stores share: opening a bbolt file with
// its lock, proving its structure before bbolt may have it, and making errors
// of bbolt's panics. What a file holds is each store's own.
package boltfile

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrHeld says that another process has the file open.
var ErrHeld = errors.New("another process holds the file")

// lockWait is how long Open waits for another hub that is just stopping.
const lockWait = 500 * time.Millisecond

// Open opens a file and its lock, shared when it is read only. It answers
// ErrHeld, a *PanicError for a file that bbolt can't make sense of, or what the
// file system says.
func Open(path string, readOnly bool) (db *bbolt.DB, err error) {
	var file *os.File
	openFile := func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}
	err = Guard(func() (err error) {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: readOnly, Timeout: lockWait, OpenFile: openFile})
		return err
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, ErrHeld
	} else if _, panicked := errors.AsType[*PanicError](err); panicked {
		return nil, err
	} else if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	// While this waited for the lock, its holder may have put another file in the
	// place of the one that it let go of.
	if same, err := leadsTo(path, file); err != nil || !same {
		return nil, errors.Join(ErrHeld, err, db.Close())
	}
	return db, nil
}

func leadsTo(path string, file *os.File) (bool, error) {
	there, thereErr := os.Stat(path)
	opened, openedErr := file.Stat()
	if err := errors.Join(thereErr, openedErr); err != nil {
		return false, err
	}
	return os.SameFile(there, opened), nil
}

// PanicError is what bbolt said when it panicked.
type PanicError struct{ Said any }

func (e *PanicError) Error() string { return fmt.Sprint(e.Said) }

// Guard makes a *PanicError of what bbolt does when the file isn't what it
// mapped: it panics, or the processor faults on a page that the file no longer
// has. Its locks may be held then, so it mustn't be called again.
func Guard(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{p}
		}
	}()
	return do()
}

// SyncFolder makes a new file's name durable. Windows has no such call, and
// keeps names in a journal.
func SyncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
