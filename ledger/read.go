package ledger

import (
	"context"
	"errors"
	"iter"
)

// Replay reads a ledger after a number, builds something of each commit on all
// cores, and yields it in the ledger's order. It is how a hub boots: decoding
// the documents costs most, and build, which does it, is called from several
// goroutines at once. Errors are Read's and build's; nothing comes after one.
func Replay[T any](ctx context.Context, l Ledger, after uint64, build func(Commit) (T, error)) iter.Seq2[T, error] {
	commits := func(ctx context.Context) iter.Seq2[Commit, error] { return l.Read(ctx, after) }
	return inOrder(ctx, commits, build)
}

// Follow decodes on all cores what an adapter reads after a head, and yields
// each commit once it is proven to follow the one before, and the next one has
// vouched for it by its hash; nothing vouches for the last one, so the adapter
// checks that where it can. It is for adapters' Read. Encoded commits come in
// chunks of the adapter's choice, in order of their numbers, until the context
// that chunks is given ends; a chunk isn't touched after it was handed over. A
// hole ends the sequence; a commit that doesn't follow, or isn't one, ends it
// with a *DamagedError.
func Follow(ctx context.Context, head Head, chunks func(context.Context) iter.Seq2[[][]byte, error]) iter.Seq2[Commit, error] {
	return func(yield func(Commit, error) bool) {
		var last Commit // read, and not yielded yet
		end := func(err error) {
			if (last.Number == 0 || yield(last, nil)) && err != nil {
				yield(Commit{}, err)
			}
		}
		for chunk, err := range inOrder(ctx, chunks, decodeChunk) {
			if err != nil {
				end(err)
				return
			}
			for _, d := range chunk {
				if d.Number > head.Number+1 {
					end(nil)
					return
				}
				if err := d.Follows(head); err != nil {
					// Either of the two can be the damaged one.
					yield(Commit{}, &DamagedError{What: "what was read isn't what was written", Err: err})
					return
				}
				if last.Number > 0 && !yield(last, nil) {
					return
				}
				head, last = d.head(d.hash), d.Commit
			}
		}
		end(nil)
	}
}

type decoded struct {
	Commit
	hash Hash
}

func decodeChunk(chunk [][]byte) ([]decoded, error) {
	out := make([]decoded, len(chunk))
	for i, encoded := range chunk {
		c, err := Decode(encoded)
		if _, newer := errors.AsType[*FormatError](err); newer {
			return nil, err
		} else if err != nil {
			return nil, &DamagedError{What: "a commit can't be read", Err: err}
		}
		out[i] = decoded{Commit: c, hash: HashOf(encoded)}
	}
	return out, nil
}
