package mongoledger

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/ledger"
)

// mostInserted bounds one insert, in bytes: the driver cuts longer ones into
// several, and each of ours is to have one fate.
const mostInserted = 32 << 20

// Append implements ledger.Ledger by ordered inserts, each acknowledged when a
// majority has journaled it. What is acknowledged is durable. What isn't is
// settled only by who is seen, by a majority, to hold the number: a duplicate
// key may be an earlier try of the same commit, and that nobody holds a number
// yet says nothing, since a late insert may still land.
func (l *Ledger) Append(ctx context.Context, run []ledger.Commit) (durable int, err error) {
	encoded, err := ledger.EncodeRun(run)
	if err != nil || len(run) == 0 {
		return 0, err
	}
	if l.isClosed() {
		return 0, ledger.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	select {
	case l.appending <- struct{}{}:
		defer func() { <-l.appending }()
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-l.calls.Done():
		return 0, ledger.ErrClosed
	}
	for durable < len(run) {
		there, err := l.place(ctx, run[durable:])
		durable += there
		if err != nil || durable == len(run) {
			return durable, err
		}
		n, err := l.insert(ctx, run[durable:], encoded[durable:])
		durable += n
		if err != nil {
			return durable, err
		}
	}
	return durable, nil
}

// place counts the commits at the start of the run that the ledger holds, and
// makes sure that the next one may stand where it would.
func (l *Ledger) place(ctx context.Context, run []ledger.Commit) (there int, err error) {
	head, _ := l.known()
	if run[0].Number > head.Number+1 { // it knows of more than has been seen here
		if head, err = l.Head(ctx); err != nil {
			return 0, err
		}
	}
	if run[0].Number <= head.Number {
		last := min(head.Number, run[len(run)-1].Number)
		if there, err = l.held(ctx, run[:last-run[0].Number+1]); err != nil || there == len(run) {
			return there, err
		}
	}
	return there, run[there].Follows(head)
}

// held counts the commits at the start of the run that stand under their
// numbers, where a majority holds every one of these.
func (l *Ledger) held(ctx context.Context, run []ledger.Commit) (n int, err error) {
	occupants, err := l.occupants(ctx, run[0].Number, run[len(run)-1].Number)
	if err != nil {
		return 0, l.unread(ctx, err)
	}
	for n < len(run) {
		by, ok := occupants[run[n].Number]
		switch {
		case !ok:
			return n, &ledger.DamagedError{Where: l.where(), What: fmt.Sprintf("commit %d is missing", run[n].Number)}
		case by != run[n].ID:
			return n, &ledger.TakenError{Number: run[n].Number, By: by}
		}
		n++
	}
	return n, nil
}

// occupants are the ids of the commits that a majority holds under the numbers
// from one to another.
func (l *Ledger) occupants(ctx context.Context, from, to uint64) (map[uint64]ledger.CommitID, error) {
	found := map[uint64]ledger.CommitID{}
	err := l.call(ctx, 0, func(ctx context.Context) error {
		cursor, err := l.commits.Find(ctx, between(from-1, to+1), options.Find().SetProjection(bson.D{{Key: "commit", Value: 1}}))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for cursor.Next(ctx) {
			var row struct {
				Number int64  `bson:"_id"`
				ID     []byte `bson:"commit"`
			}
			if err := cursor.Decode(&row); err != nil {
				return err
			}
			var id ledger.CommitID
			copy(id[:], row.ID)
			found[uint64(row.Number)] = id
		}
		return cursor.Err()
	})
	return found, err
}

// insert puts commits at the start of the run under their numbers: those of one
// insert. Without an error, all of these are durable.
func (l *Ledger) insert(ctx context.Context, run []ledger.Commit, encoded [][]byte) (durable int, err error) {
	size := 0
	documents := make([]any, 0, len(encoded))
	for _, e := range encoded {
		if size += len(e); size > mostInserted && len(documents) > 0 {
			break
		}
		documents = append(documents, bson.Raw(e))
	}
	n := len(documents)
	err = l.call(ctx, size, func(ctx context.Context) error {
		_, err := l.commits.InsertMany(ctx, documents, options.InsertMany().SetOrdered(true))
		return err
	})
	if err == nil {
		l.learn(endOf(run[n-1], encoded[n-1]))
		return n, nil
	}
	bulk, ok := errors.AsType[mongo.BulkWriteException](err)
	switch {
	case !ok && mongodb.Unsent(err):
		return 0, fmt.Errorf("%w: %s: %w", ledger.ErrUnavailable, l.where(), err)
	case !ok || bulk.WriteConcernError != nil || len(bulk.WriteErrors) == 0:
		return 0, l.unknown(err)
	}
	// What stands before the one that failed was acknowledged by a majority.
	if durable = bulk.WriteErrors[0].Index; durable > 0 {
		l.learn(endOf(run[durable-1], encoded[durable-1]))
	}
	if !mongo.IsDuplicateKeyError(bulk.WriteErrors[0]) {
		return durable, l.unknown(err)
	}
	mine, err := l.settle(ctx, run[durable], encoded[durable])
	if mine {
		durable++
	}
	return durable, err
}

// settle finds whose a number is that was found to be taken.
func (l *Ledger) settle(ctx context.Context, c ledger.Commit, encoded []byte) (mine bool, err error) {
	occupants, err := l.occupants(ctx, c.Number, c.Number)
	if err != nil {
		return false, l.unknown(err)
	}
	by, seen := occupants[c.Number]
	switch {
	case !seen:
		return false, l.unknown(fmt.Errorf("number %d is taken, and a majority doesn't hold it yet", c.Number))
	case by != c.ID:
		return false, &ledger.TakenError{Number: c.Number, By: by}
	}
	l.learn(endOf(c, encoded))
	return true, nil
}

func (l *Ledger) unknown(err error) error {
	return fmt.Errorf("%w: %s: %w", ledger.ErrOutcomeUnknown, l.where(), err)
}

// endOf is the head after a commit.
func endOf(c ledger.Commit, encoded []byte) ledger.Head {
	return ledger.Head{Number: c.Number, Hash: ledger.HashOf(encoded), Format: c.Format}
}
