package moving

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/world"
)

// Target is where a ledger and its personal store are carried to.
type Target struct {
	// Ledger opens the ledger as a copy of the one with an id, Texts the personal
	// store beside it. Carry closes both.
	Ledger func(ctx context.Context, id string) (ledger.Copy, error)
	Texts  func(ctx context.Context, ledgerID string, secret [32]byte) (texts.Store, error)
}

// Options are what else a carriage may be told.
type Options struct {
	// Fresh refuses a target that holds a whole ledger, be it the same.
	Fresh bool
	// Erasures are further ones to apply: those decided since a backup was made.
	Erasures []domain.Erasure
	// Progress is told how far the ledger has come; nil for nobody.
	Progress func(commit, of uint64)
}

// Report says what a carriage came to.
type Report struct {
	Ledger string
	Head   ledger.Head
	// Digest is the World's at the head, Texts the personal store's.
	Digest [32]byte
	Texts  texts.Digest
	// There is how many commits had been carried before.
	There uint64
	// Persons and Words are how many persons and texts the target holds.
	Persons, Words int
}

const (
	// A batch is one append.
	batchCommits = 256
	batchBytes   = 4 << 20
	// batchTexts are put at once.
	batchTexts = 100
	// tries bounds how often an append of unknown outcome, and a personal store that
	// changes meanwhile, are tried again.
	tries = 5
)

// Carry makes a target hold what a source holds, but for what was erased. A target
// that is new is filled; one that holds a beginning of the same history gets the
// rest. From the first change on it is incomplete, until all of it is proven: the
// head's hash and both digests. Whatever cuts it off, the next Carry goes on.
//
// Errors, with which nothing was written: *ledger.OtherLedgerError, *DivergedError,
// *NotEmptyError, *texts.OtherLedgerError, *texts.SecretError; later ones:
// *MismatchError, and those of the stores and of the source.
func Carry(ctx context.Context, from Source, to Target, o Options) (r Report, err error) {
	l, err := to.Ledger(ctx, from.LedgerID())
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	there, err := l.Head(ctx)
	switch {
	case err != nil:
		return r, err
	case o.Fresh && !l.Incomplete():
		return r, &NotEmptyError{Commits: there.Number}
	}
	// Before anything is written: the personal store may be another's.
	t, err := to.Texts(ctx, from.LedgerID(), from.Secret())
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()

	r = Report{Ledger: from.LedgerID(), Head: from.Head(), There: there.Number}
	tally, err := carryCommits(ctx, from, l, there, o.Progress)
	if err != nil {
		return r, err
	}
	r.Digest = tally.Digest()
	sieve := NewSieve(append(tally.Erasures(), o.Erasures...))
	if err := carryTexts(ctx, from, t, sieve, &r); err != nil {
		return r, err
	}
	if err := prove(ctx, l, r); err != nil {
		return r, err
	}
	return r, l.Complete(ctx)
}

// carryCommits appends to a copy the commits that follow what is there, once that
// is known to be a beginning of them, and answers what all of them come to.
func carryCommits(ctx context.Context, from Source, l ledger.Copy, there ledger.Head, progress func(commit, of uint64)) (*world.Tally, error) {
	if there.Number > from.Head().Number {
		return nil, diverged(ctx, from, l)
	}
	tally := world.NewTally()
	b := batch{to: l, progress: progress, of: from.Head().Number}
	if there.Number == 0 {
		if err := l.Begin(ctx); err != nil {
			return nil, err
		}
	}
	for c, err := range from.Commits(ctx) {
		if err == nil {
			err = tally.Add(c)
		}
		switch {
		case err != nil:
		case c.Number < there.Number:
		case c.Number == there.Number:
			var encoded []byte
			if encoded, err = c.Encode(); err == nil && ledger.HashOf(encoded) != there.Hash {
				err = diverged(ctx, from, l)
			}
			if err == nil {
				err = l.Begin(ctx)
			}
		default:
			err = b.add(ctx, c)
		}
		if err != nil {
			return nil, err
		}
	}
	return tally, b.flush(ctx)
}

// batch gathers commits for one append.
type batch struct {
	to       ledger.Ledger
	progress func(commit, of uint64)
	of       uint64
	run      []ledger.Commit
	size     int
}

func (b *batch) add(ctx context.Context, c ledger.Commit) error {
	b.run = append(b.run, c)
	for _, ch := range c.Changes {
		b.size += len(ch.Doc)
	}
	if len(b.run) < batchCommits && b.size < batchBytes {
		return nil
	}
	return b.flush(ctx)
}

// flush appends what was gathered. An outcome that is unknown is settled by
// appending the same again.
func (b *batch) flush(ctx context.Context) error {
	for try := 1; len(b.run) > 0; try++ {
		durable, err := b.to.Append(ctx, b.run)
		if durable > 0 && b.progress != nil {
			b.progress(b.run[durable-1].Number, b.of)
		}
		b.run = b.run[durable:]
		if _, taken := errors.AsType[*ledger.TakenError](err); taken {
			return fmt.Errorf("copying the ledger: somebody else writes to the target, stop the hubs there: %w", err)
		}
		if err != nil && !(errors.Is(err, ledger.ErrOutcomeUnknown) && try < tries) {
			return fmt.Errorf("copying the ledger: %w", err)
		}
	}
	b.run, b.size = nil, 0
	return nil
}

// diverged finds where a target's history stops being the source's.
func diverged(ctx context.Context, from Source, l ledger.Ledger) error {
	mine, stop := iter.Pull2(from.Commits(ctx))
	defer stop()
	after := uint64(0)
	for theirs, err := range l.Read(ctx, 0) {
		if err != nil {
			return err
		}
		own, err, more := mine()
		switch {
		case err != nil:
			return err
		case !more:
			return &DivergedError{After: after, What: "it goes on, where the source ends"}
		}
		ownBytes, err := own.Encode()
		if err != nil {
			return err
		}
		theirBytes, err := theirs.Encode()
		if err != nil {
			return err
		}
		if string(ownBytes) != string(theirBytes) {
			return &DivergedError{After: after, What: fmt.Sprintf("its commit %d (%s) isn't the source's (%s)", theirs.Number, theirs.Action, own.Action)}
		}
		after = own.Number
	}
	return &ledger.DamagedError{What: fmt.Sprintf("commit %d can't be read twice alike", after+1)}
}

// prove reads a copy from its first commit, and compares what it comes to with
// what was sent.
func prove(ctx context.Context, l ledger.Ledger, want Report) error {
	tally := world.NewTally()
	for c, err := range l.Read(ctx, 0) {
		if err == nil {
			err = tally.Add(c)
		}
		if err != nil {
			return fmt.Errorf("proving the copy: %w", err)
		}
	}
	head, err := l.Head(ctx)
	switch digest := tally.Digest(); {
	case err != nil:
		return fmt.Errorf("proving the copy: %w", err)
	case head != want.Head:
		return &MismatchError{fmt.Sprintf("its head is commit %d with hash %s, and not %d with %s", head.Number, head.Hash, want.Head.Number, want.Head.Hash)}
	case digest != want.Digest:
		return &MismatchError{fmt.Sprintf("its digest is %s, and not %s", hex.EncodeToString(digest[:]), hex.EncodeToString(want.Digest[:]))}
	}
	return nil
}
