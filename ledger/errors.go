package ledger

import (
	"errors"
	"fmt"
)

var (
	// ErrUnavailable: this call attempted nothing, or nothing of it landed. What
	// an earlier call left unknown stays unknown. Try again later.
	ErrUnavailable = errors.New("the ledger can't be reached or written to now")
	// ErrOutcomeUnknown: the commits were attempted and may be in the ledger, or
	// may still land. Append the same commits again, ids and all, until each
	// number is seen to be taken; never say that they were refused.
	ErrOutcomeUnknown = errors.New("it is not known whether the commits are in the ledger")
	// ErrClosed: the ledger was closed.
	ErrClosed = errors.New("the ledger is closed")
)

// TakenError says that another's commit holds a number. The caller catches up
// and decides again.
type TakenError struct {
	Number uint64
	// By is the commit that holds the number.
	By CommitID
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("number %d is taken by commit %s: read on and decide again", e.Number, e.By)
}

// GapError says that a commit would leave a hole behind it.
type GapError struct {
	Number uint64
	// Due is the number that would have followed.
	Due uint64
}

func (e *GapError) Error() string {
	return fmt.Sprintf("commit %d where %d is due: the ledger has no holes", e.Number, e.Due)
}

// ChainError says that a commit doesn't continue the one before it: by the
// hash that it names, or by a format that falls.
type ChainError struct {
	Number uint64
	// What is wrong, for people.
	What string
}

func (e *ChainError) Error() string {
	return fmt.Sprintf("commit %d doesn't follow the one before it: %s", e.Number, e.What)
}

// TooLargeError says that an encoded commit is over MaxCommitBytes.
type TooLargeError struct {
	Number uint64
	Bytes  int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("commit %d takes %d bytes, the most is %d: split the command", e.Number, e.Bytes, MaxCommitBytes)
}

// FormatError says that the ledger is of a format from after this program.
type FormatError struct{ Format int }

func (e *FormatError) Error() string {
	return fmt.Sprintf("the ledger is of format %d, this program knows formats up to %d: run a newer release",
		e.Format, CurrentFormat)
}

// OtherLedgerError says that a copy was to go where another ledger is.
type OtherLedgerError struct {
	// Where is the file or collection.
	Where string
	// Stored is the ledger that is there, Asked the one that was to come.
	Stored, Asked string
}

func (e *OtherLedgerError) Error() string {
	return fmt.Sprintf("%s holds ledger %s, and this is ledger %s. It was left as it is: choose another place", e.Where, e.Stored, e.Asked)
}

// IncompleteError says that a ledger is a copy that was begun and isn't whole:
// it isn't to be served.
type IncompleteError struct{ Where string }

func (e *IncompleteError) Error() string {
	return e.Where + " holds a copy that isn't whole yet: start the copy or the restore again, which goes on where it was, or remove it"
}

// MissingError says that there is no ledger where one was to be read.
type MissingError struct{ Where string }

func (e *MissingError) Error() string {
	return e.Where + " holds no ledger: is it the right place?"
}

// DamagedError says that what is stored isn't what was written.
type DamagedError struct {
	// Where is the file or collection; "" when only the adapter knows.
	Where string
	// What was found, for people.
	What string
	// Err is the cause, when there is one.
	Err error
}

func (e *DamagedError) Error() string {
	s := "the ledger is damaged: " + e.What
	if e.Where != "" {
		s = e.Where + " is damaged: " + e.What
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s + ". Keep it aside as it is, and restore the latest backup"
}

func (e *DamagedError) Unwrap() error { return e.Err }
