package ledger

import (
	"context"
	"iter"
)

// Copy is a ledger that has the id of another, and is filled with its history by
// Append: each commit has one encoding, so the bytes and hashes are the same, and
// positions of the one are positions of the other. Adapters open it by a way of
// its own. A new one is incomplete from its first moment, and an incomplete ledger
// isn't opened in any other way: so nobody serves half a history.
//
//	l, err := boltledger.OpenCopy(folder, from.ID()) // new, or as far as it came
//	head, err := l.Head(ctx)                         // … is it a beginning of from's history? …
//	err = l.Begin(ctx)
//	durable, err := l.Append(ctx, run)               // … and all that follows, then prove it
//	err = l.Complete(ctx)
type Copy interface {
	Storage

	// Incomplete tells whether the ledger is marked as such.
	Incomplete() bool

	// Begin marks the ledger as incomplete, durably. Errors are those of Append for
	// what isn't the caller's fault; after one, the mark may be there.
	Begin(ctx context.Context) error

	// Complete takes the mark off: the ledger is whole, and may be opened by hubs.
	// Errors as of Begin.
	Complete(ctx context.Context) error
}

// Storage is a ledger whose storage can be looked at without being believed, to
// find damage.
type Storage interface {
	Ledger

	// Stored yields what stands under numbers, in their order, holes left out:
	// also what comes after a hole or after damage. Nothing of it is decoded or
	// proven. Errors are those of Read, and end it.
	Stored(ctx context.Context) iter.Seq2[Stored, error]
}

// StoredBy yields what an adapter reads some at a time, after a number; none at the
// end. It is for adapters.
func StoredBy(ctx context.Context, read func(ctx context.Context, after uint64) ([]Stored, error)) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		for after := uint64(0); ; {
			some, err := read(ctx, after)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(Stored{}, err)
				return
			}
			for _, s := range some {
				if !yield(s, nil) {
					return
				}
				after = s.Number
			}
			if len(some) == 0 {
				return
			}
		}
	}
}

// Stored is what stands under a number.
type Stored struct {
	Number uint64
	// Encoded are a commit's bytes, unless they were damaged.
	Encoded []byte
}
