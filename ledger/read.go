package ledger

import (
	"context"
	"errors"
	"iter"
	"runtime"
)

// Replay reads a ledger after a number, builds something of each commit on all
// cores, and yields it in the ledger's order. It is how a hub boots: decoding
// the documents costs most, and build, which does it, is called from several
// goroutines at once, each time with a Sharing that is its own meanwhile. Errors
// are Read's and build's; nothing comes after one.
func Replay[T any](ctx context.Context, l Ledger, after uint64, build func(*Sharing, Commit) (T, error)) iter.Seq2[T, error] {
	idle := make(chan *Sharing, runtime.GOMAXPROCS(0)) // one for each core, made when it is worth it
	for range cap(idle) {
		idle <- nil
	}
	buildAll := func(batch []Commit) ([]T, error) {
		s := <-idle
		if s == nil && documentsOf(batch) >= worthSharing {
			s = new(Sharing)
		}
		defer func() { idle <- s }()
		built := make([]T, 0, len(batch))
		for _, c := range batch {
			t, err := build(s, c)
			if err != nil {
				return built, err
			}
			built = append(built, t)
		}
		return built, nil
	}
	return func(yield func(T, error) bool) {
		batches := func(ctx context.Context) iter.Seq2[[]Commit, error] { return batched(l.Read(ctx, after)) }
		for built, err := range inOrder(ctx, batches, buildAll) {
			for _, t := range built {
				if !yield(t, nil) {
					return
				}
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
		}
	}
}

// Handing a commit to another core and back takes as long as decoding a
// document, so commits go in batches of this many, or of about this many bytes.
const (
	batchCommits = 256
	batchBytes   = 256 << 10
)

// worthSharing is how many documents of a batch are worth a Sharing, which takes
// some megabytes.
const worthSharing = 200

func documentsOf(batch []Commit) (n int) {
	for _, c := range batch {
		n += len(c.Changes)
	}
	return n
}

func batched(commits iter.Seq2[Commit, error]) iter.Seq2[[]Commit, error] {
	return func(yield func([]Commit, error) bool) {
		var batch []Commit
		size := 0
		for c, err := range commits {
			if err != nil {
				_ = yield(batch, nil) && yield(nil, err)
				return
			}
			batch = append(batch, c)
			for _, ch := range c.Changes {
				size += len(ch.Doc)
			}
			if len(batch) == batchCommits || size >= batchBytes {
				if !yield(batch, nil) {
					return
				}
				batch, size = nil, 0
			}
		}
		yield(batch, nil)
	}
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
