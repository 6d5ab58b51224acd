package texts

import (
	"errors"
	"fmt"

	"github.com/palier-hub/palier/domain"
)

var (
	// ErrUnavailable: what was to be written may not be there. Try again later;
	// writing the same again is safe.
	ErrUnavailable = errors.New("the personal store can't be reached or written to now")
	// ErrClosed: the store was closed.
	ErrClosed = errors.New("the personal store is closed")
)

// ConflictError says that an id is taken by a text with other content, or an
// account by another person.
type ConflictError struct {
	// ID is what holds the id or the account.
	ID domain.ID
}

func (e *ConflictError) Error() string {
	if e.ID.Kind() == domain.KindPerson {
		return fmt.Sprintf("%s has that account already", e.ID)
	}
	return fmt.Sprintf("%s is kept already, with other content", e.ID)
}

// ErasedError says that a text or person was erased: nothing is kept under that
// id any more.
type ErasedError struct{ ID domain.ID }

func (e *ErasedError) Error() string { return fmt.Sprintf("%s was erased", e.ID) }

// OtherLedgerError says that the store belongs to another ledger.
type OtherLedgerError struct {
	// Stored is the ledger that it belongs to, Asked the one that claims it.
	Stored, Asked string
}

func (e *OtherLedgerError) Error() string {
	return fmt.Sprintf("the personal store belongs to ledger %s, and this is ledger %s: restore the two of them together",
		e.Stored, e.Asked)
}

// MissingError says that there is no personal store where one was to be read.
type MissingError struct{ Where string }

func (e *MissingError) Error() string {
	return e.Where + " holds no personal store: restore it beside its ledger; if it is lost, a hub that is started there makes an empty one, and what it held reads as erased"
}

// SecretError says that a copy of a store was to go where one with another secret
// is: hashes that the ledger holds would be worth nothing.
type SecretError struct{ Where string }

func (e *SecretError) Error() string {
	return e.Where + " holds a personal store that was made apart from the one to copy. It was left as it is: remove it if what it holds isn't needed, or choose another place"
}

// LayoutError says that the store is laid out by a release from after this
// program.
type LayoutError struct{ Layout, Known int }

func (e *LayoutError) Error() string {
	return fmt.Sprintf("the personal store is of layout %d, this program knows layouts up to %d: run a newer release", e.Layout, e.Known)
}

// DamagedError says that what is stored isn't what was written.
type DamagedError struct {
	// Where is the file or collection; "" when only the adapter knows.
	Where string
	// What was found, for people; nothing of what people wrote.
	What string
	// Err is the cause, when there is one.
	Err error
}

func (e *DamagedError) Error() string {
	s := "the personal store is damaged: " + e.What
	if e.Where != "" {
		s = e.Where + " is damaged: " + e.What
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s + ". Keep it aside as it is, and restore the latest backup; erasures since are applied again at the start"
}

func (e *DamagedError) Unwrap() error { return e.Err }
