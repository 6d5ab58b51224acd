package boltledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/ledger"
)

// A read transaction that lasts makes the file grow and can block the writer,
// so the history is read in chunks, each in a transaction of its own. These
// bounds keep a chunk worth a core's while and the memory of a replay small.
// The first chunks are small: who wants one commit shouldn't wait for hundreds.
const (
	chunkBytes   = 1 << 20
	chunkCommits = 512
	firstChunk   = 2
)

// Read implements ledger.Ledger.
func (l *Ledger) Read(ctx context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		start, err := l.headAt(ctx, after)
		if err != nil {
			yield(ledger.Commit{}, err)
			return
		}
		handed, reached := after, after
		chunks := func(ctx context.Context) iter.Seq2[[][]byte, error] { return l.chunks(ctx, after, &handed) }
		for c, err := range ledger.Follow(ctx, start, chunks) {
			if d, damaged := err.(*ledger.DamagedError); damaged && d.Where == "" {
				d.Where = l.path
			}
			if !yield(c, err) || err != nil {
				return
			}
			reached = c.Number
		}
		// To Follow, a commit with a number too high stands behind a hole. This file
		// has none.
		if reached < handed {
			yield(ledger.Commit{}, &ledger.DamagedError{Where: l.path, What: fmt.Sprintf("commit %d isn't in its place", reached+1)})
		}
	}
}

// headAt is the head as it was at a number; nothing follows one that is beyond
// the ledger.
func (l *Ledger) headAt(ctx context.Context, number uint64) (ledger.Head, error) {
	head, err := l.Head(ctx)
	if err != nil || number >= head.Number {
		return head, err
	}
	if number == 0 {
		return ledger.Genesis(l.id), nil
	}
	err = l.view(func(tx *bbolt.Tx) error {
		if head, err = ledger.HeadAt(getCommit(tx, number)); err != nil {
			return &ledger.DamagedError{Where: l.path, What: "a commit can't be read", Err: err}
		}
		return nil
	})
	return head, err
}

// chunks yields the encoded commits after a number, up to the durable head, and
// keeps the number of the last one in handed.
func (l *Ledger) chunks(ctx context.Context, after uint64, handed *uint64) iter.Seq2[[][]byte, error] {
	return func(yield func([][]byte, error) bool) {
		for most := firstChunk; ctx.Err() == nil; most = min(4*most, chunkCommits) {
			head, err := l.Head(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			if after >= head.Number {
				return
			}
			chunk, err := l.chunk(after, most, head)
			if err != nil {
				yield(nil, err)
				return
			}
			after += uint64(len(chunk))
			*handed = after
			if !yield(chunk, nil) {
				return
			}
		}
	}
}

// chunk copies so many commits out of the file at most: the mapped bytes are gone
// with the transaction. The head vouches for the last commit.
func (l *Ledger) chunk(after uint64, most int, head ledger.Head) (chunk [][]byte, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(commitsBucket).Cursor()
		k, v := cursor.Seek(key(after + 1))
		for size := 0; after < head.Number && size < chunkBytes && len(chunk) < most; k, v = cursor.Next() {
			after++
			if !bytes.Equal(k, key(after)) {
				return &ledger.DamagedError{Where: l.path, What: fmt.Sprintf("commit %d is missing", after)}
			}
			if after == head.Number && ledger.HashOf(v) != head.Hash {
				return &ledger.DamagedError{Where: l.path, What: fmt.Sprintf("its newest commit, %d, isn't what was written", after)}
			}
			chunk = append(chunk, bytes.Clone(v))
			size += len(v)
		}
		return nil
	})
	return chunk, err
}

// Stored implements ledger.Storage.
func (l *Ledger) Stored(ctx context.Context) iter.Seq2[ledger.Stored, error] {
	return ledger.StoredBy(ctx, l.storedAfter)
}

// storedAfter reads the next of what stands after a number; none at the end.
func (l *Ledger) storedAfter(_ context.Context, after uint64) (some []ledger.Stored, err error) {
	err = l.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(commitsBucket).Cursor()
		size := 0
		for k, v := cursor.Seek(key(after + 1)); k != nil && size < chunkBytes && len(some) < chunkCommits; k, v = cursor.Next() {
			if len(k) != 8 {
				return &ledger.DamagedError{Where: l.path, What: "a commit has no number"}
			}
			some = append(some, ledger.Stored{Number: binary.BigEndian.Uint64(k), Encoded: bytes.Clone(v)})
			size += len(v)
		}
		return nil
	})
	return some, err
}
