package ledger

import (
	"context"
	"iter"
)

// Ledger is a durable history. The hub's writer appends to it and the hub's
// followers read from it; nothing else does. Any method may be called from any
// goroutine, until Close.
//
// The writer decides on what it has read, and appends right after it:
//
//	for c, err := range l.Read(ctx, applied) { … apply c … }
//	head, err := l.Head(ctx)
//	run := []ledger.Commit{{Number: head.Number + 1, Prev: head.Hash, Format: head.Format, …}}
//	durable, err := l.Append(ctx, run)
//	// acknowledge run[:durable], whatever err says
//	switch {
//	case errors.As(err, &taken):                   // read on, decide the rest again
//	case errors.Is(err, ledger.ErrOutcomeUnknown): // append run[durable:] again, unchanged
//	}
type Ledger interface {
	// ID is the ledger's own id, given when it was created; every position in
	// the history is one of this ledger only.
	ID() string

	// Append makes a prefix of the run durable and answers how long it is. The
	// run is dense, and chained by Prev.
	//
	// A commit that the ledger already holds under its number and with its id
	// counts as durable: it is the caller's own earlier try. So a run may be
	// appended again, unchanged, until its fate is known.
	//
	// Errors, beside a durable prefix or none:
	//   - *TakenError: the commit after the prefix lost its number to another.
	//   - *GapError, *ChainError, *TooLargeError, *FormatError, or a plain
	//     error for what can't be encoded: a fault of the caller. The run is
	//     checked whole before any of it is written.
	//   - ErrOutcomeUnknown: the rest may be there, or may still land.
	//   - ErrUnavailable, ErrClosed: nothing of the rest landed.
	//   - *DamagedError.
	//   - the context's error: it ended before anything was attempted.
	Append(ctx context.Context, run []Commit) (durable int, err error)

	// Read yields the durable commits after a number, in order, decoded on all
	// cores and proven by the chain of hashes. It ends, without an
	// error, where the ledger ends when it gets there, or at a hole. Nothing
	// comes after an error: *DamagedError, *FormatError, ErrUnavailable,
	// ErrClosed or the context's. The consumer may stop at any commit, and may
	// append while it reads.
	Read(ctx context.Context, after uint64) iter.Seq2[Commit, error]

	// Wait returns nil when there may be a commit after a number, at once when
	// there is. Otherwise the context's error, ErrClosed or ErrUnavailable.
	Wait(ctx context.Context, after uint64) error

	// Head is the newest durable commit: what the next one follows. It answers
	// a *FormatError when that is of a format that this program doesn't know.
	Head(ctx context.Context) (Head, error)

	// Close ends every call under way and lets go of the storage. A second
	// call does nothing.
	Close() error
}

// Head is the end of a history, or of a part of it.
type Head struct {
	// Number is 0 before the first commit.
	Number uint64
	// Hash is what the next commit names as Prev.
	Hash Hash
	// Format is the ledger's: the next commit's is at least that.
	Format int
}

// Genesis is the head of an empty ledger.
func Genesis(ledgerID string) Head {
	return Head{Hash: HashOf([]byte(ledgerID)), Format: 1}
}

// HeadAt is the head at a commit, from its encoded bytes. Errors as of Decode.
func HeadAt(encoded []byte) (Head, error) {
	c, err := Decode(encoded)
	if err != nil {
		return Head{}, err
	}
	return c.head(HashOf(encoded)), nil
}

func (c Commit) head(h Hash) Head { return Head{Number: c.Number, Hash: h, Format: c.Format} }

// Follows answers nil when the commit may stand right after the head, else a
// *GapError or a *ChainError.
func (c Commit) Follows(h Head) error {
	switch {
	case c.Number != h.Number+1:
		return &GapError{Number: c.Number, Due: h.Number + 1}
	case c.Prev != h.Hash:
		return &ChainError{Number: c.Number, What: "it names another hash than that of the commit before it"}
	case c.Format < h.Format:
		return &ChainError{Number: c.Number, What: "its format is lower"}
	}
	return nil
}

// EncodeRun encodes the commits of an Append after checking that they are a
// run: each follows the one before. It is for adapters; the errors are those
// that Append answers for a fault of the caller.
func EncodeRun(run []Commit) ([][]byte, error) {
	encoded := make([][]byte, len(run))
	var head Head
	for i, c := range run {
		if i > 0 {
			if err := c.Follows(head); err != nil {
				return nil, err
			}
		}
		var err error
		if encoded[i], err = c.Encode(); err != nil {
			return nil, err
		}
		head = c.head(HashOf(encoded[i]))
	}
	return encoded, nil
}
