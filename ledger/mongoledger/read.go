package mongoledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/ledger"
)

// The history is read in chunks, each by a query of its own: a reader may take
// its time between two, and the memory of a replay stays small.
// The first chunks are small: who wants one commit shouldn't wait for hundreds.
const (
	chunkBytes   = 4 << 20
	firstChunk   = 2
	chunkCommits = 1024
)

var (
	idOnly   = bson.D{{Key: "_id", Value: 1}}
	byNumber = bson.D{{Key: "_id", Value: 1}}
)

// between are the numbers after one and before another.
func between(after, before uint64) bson.D {
	bounds := bson.D{{Key: "$gt", Value: int64(min(after, math.MaxInt64))}}
	if before <= math.MaxInt64 {
		bounds = append(bounds, bson.E{Key: "$lt", Value: int64(before)})
	}
	return bson.D{{Key: "_id", Value: bounds}}
}

// Read implements ledger.Ledger.
func (l *Ledger) Read(ctx context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		start, err := l.startAt(ctx, after)
		if err != nil {
			yield(ledger.Commit{}, err)
			return
		}
		if start.Number < after {
			return // nothing follows what isn't there
		}
		chunks := func(ctx context.Context) iter.Seq2[[][]byte, error] { return l.chunks(ctx, after) }
		for c, err := range ledger.Follow(ctx, start, chunks) {
			if d, damaged := errors.AsType[*ledger.DamagedError](err); damaged && d.Where == "" {
				d.Where = l.where()
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// startAt is the head as it was at a number, or where the ledger ends before it.
func (l *Ledger) startAt(ctx context.Context, number uint64) (ledger.Head, error) {
	if l.isClosed() {
		return ledger.Head{}, ledger.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return ledger.Head{}, err
	}
	head, _ := l.known()
	switch {
	case number == 0:
		return ledger.Genesis(l.id), nil
	case number == head.Number:
		return head, nil
	case number > head.Number:
		var err error
		if head, err = l.Head(ctx); err != nil || number >= head.Number {
			return head, err
		}
	}
	return l.headAt(ctx, number)
}

// headAt is the head at a commit that a majority holds.
func (l *Ledger) headAt(ctx context.Context, number uint64) (ledger.Head, error) {
	var encoded bson.Raw
	err := l.call(ctx, ledger.MaxCommitBytes, func(ctx context.Context) (err error) {
		encoded, err = l.commits.FindOne(ctx, bson.D{{Key: "_id", Value: int64(number)}}).Raw()
		return err
	})
	if errors.Is(err, mongo.ErrNoDocuments) {
		return ledger.Head{}, &ledger.DamagedError{Where: l.where(), What: fmt.Sprintf("commit %d is missing", number)}
	}
	if err != nil {
		return ledger.Head{}, l.unread(ctx, err)
	}
	head, err := ledger.HeadAt(encoded)
	if _, newer := errors.AsType[*ledger.FormatError](err); err != nil && !newer {
		return head, &ledger.DamagedError{Where: l.where(), What: fmt.Sprintf("commit %d can't be read", number), Err: err}
	}
	return head, err
}

// denseEnd is the last of the numbers that follow one without a hole.
func (l *Ledger) denseEnd(ctx context.Context, after uint64) (uint64, error) {
	const most = 100_000
	for {
		begun, expected := after, 0
		if after == 0 || after%most == 0 { // all of them, at the first look
			expected = most * 32
		}
		err := l.call(ctx, expected, func(ctx context.Context) error {
			cursor, err := l.commits.Find(ctx, between(after, math.MaxUint64),
				options.Find().SetProjection(idOnly).SetSort(byNumber).SetLimit(most))
			if err != nil {
				return err
			}
			defer cursor.Close(ctx)
			for cursor.Next(ctx) {
				number, ok := cursor.Current.Lookup("_id").AsInt64OK()
				if !ok || uint64(number) != after+1 {
					return nil
				}
				after++
			}
			return cursor.Err()
		})
		if err != nil {
			return 0, l.unread(ctx, err)
		}
		if after-begun < most {
			return after, nil
		}
	}
}

// chunks yields the encoded commits after a number, and learns the head as it
// goes.
func (l *Ledger) chunks(ctx context.Context, after uint64) iter.Seq2[[][]byte, error] {
	return func(yield func([][]byte, error) bool) {
		for most := firstChunk; ctx.Err() == nil; most = min(4*most, chunkCommits) {
			chunk, whole, err := l.chunk(ctx, after, most)
			if err != nil {
				yield(nil, err)
				return
			}
			after += uint64(len(chunk))
			if len(chunk) > 0 && !yield(chunk, nil) || whole {
				return
			}
		}
	}
}

// chunk reads so many commits after a number at most. It is whole when there were no more, or
// none that follows.
func (l *Ledger) chunk(ctx context.Context, after uint64, most int) (chunk [][]byte, whole bool, err error) {
	err = l.call(ctx, chunkBytes+ledger.MaxCommitBytes, func(ctx context.Context) error {
		cursor, err := l.commits.Find(ctx, between(after, math.MaxUint64),
			options.Find().SetSort(byNumber).SetLimit(int64(most)).SetBatchSize(int32(most)))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for size := 0; size < chunkBytes; {
			if !cursor.Next(ctx) {
				whole = len(chunk) < most
				return cursor.Err()
			}
			number, ok := cursor.Current.Lookup("_id").AsInt64OK()
			if !ok || uint64(number) != after+uint64(len(chunk))+1 {
				whole = true
				return nil
			}
			chunk = append(chunk, bytes.Clone(cursor.Current))
			size += len(cursor.Current)
		}
		return nil
	})
	if err != nil {
		return nil, false, l.unread(ctx, err)
	}
	if n := len(chunk); n > 0 {
		head, err := ledger.HeadAt(chunk[n-1])
		if err == nil {
			l.learn(head)
		}
	}
	return chunk, whole, nil
}

// Stored implements ledger.Storage.
func (l *Ledger) Stored(ctx context.Context) iter.Seq2[ledger.Stored, error] {
	return ledger.StoredBy(ctx, l.storedAfter)
}

// storedAfter reads the next of what stands after a number; none at the end.
func (l *Ledger) storedAfter(ctx context.Context, after uint64) (some []ledger.Stored, err error) {
	err = l.call(ctx, chunkBytes+ledger.MaxCommitBytes, func(ctx context.Context) error {
		cursor, err := l.commits.Find(ctx, between(after, math.MaxUint64),
			options.Find().SetSort(byNumber).SetLimit(chunkCommits).SetBatchSize(chunkCommits))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for size := 0; size < chunkBytes && cursor.Next(ctx); {
			number, ok := cursor.Current.Lookup("_id").AsInt64OK()
			if !ok || number < 1 {
				continue // a fraction, which no hub reads
			}
			some = append(some, ledger.Stored{Number: uint64(number), Encoded: bytes.Clone(cursor.Current)})
			size += len(cursor.Current)
		}
		return cursor.Err()
	})
	if err != nil {
		return nil, l.unread(ctx, err)
	}
	return some, nil
}
