package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// RaiseAction is the action of the commit that raises a ledger's format.
const RaiseAction = "ledger.raise_format"

// mostRaises bounds how often others may take the number first, and how often an
// unknown outcome is tried again.
const mostRaises = 100

// FallError says that a format was to be lowered.
type FallError struct {
	// Format is the ledger's.
	Format, Asked int
}

func (e *FallError) Error() string {
	return fmt.Sprintf("the ledger is of format %d already, and a format never falls: %d can't be had", e.Format, e.Asked)
}

// Raise appends the commit that raises a ledger to a format, and answers the head
// after it; a ledger that is of that format stays as it is. Programs that don't
// know the format can't follow the ledger from then on. Others may append
// meanwhile.
//
// Errors: *FormatError when this program doesn't know the format asked for, or the
// ledger's; *FallError; those of Append, Read and Head.
func Raise(ctx context.Context, l Ledger, format int, clock func() time.Time, entropy io.Reader) (Head, error) {
	if format > CurrentFormat {
		return Head{}, &FormatError{Format: format}
	}
	return raise(ctx, l, format, clock, entropy)
}

func raise(ctx context.Context, l Ledger, format int, clock func() time.Time, entropy io.Reader) (Head, error) {
	c := Commit{Format: format, Action: RaiseAction}
	if _, err := io.ReadFull(entropy, c.ID[:]); err != nil {
		return Head{}, fmt.Errorf("drawing a commit id: %w", err)
	}
	var err error
	for range mostRaises {
		var head Head
		if head, err = l.Head(ctx); err != nil {
			return head, err
		}
		switch {
		case head.Format == format:
			return head, nil
		case head.Format > format:
			return head, &FallError{Format: head.Format, Asked: format}
		}
		if c.Time, err = timeAfter(ctx, l, head, clock()); err != nil {
			return head, err
		}
		c.Number, c.Prev = head.Number+1, head.Hash
		if err = insist(ctx, l, c); err == nil {
			return l.Head(ctx)
		}
		if _, taken := errors.AsType[*TakenError](err); !taken {
			return head, err
		}
	}
	return Head{}, err
}

// timeAfter is a commit's time after a head: time never runs backwards.
func timeAfter(ctx context.Context, l Ledger, head Head, now time.Time) (time.Time, error) {
	if head.Number > 0 {
		for c, err := range l.Read(ctx, head.Number-1) {
			if err != nil {
				return now, err
			}
			if c.Time.After(now) {
				return c.Time, nil
			}
			break
		}
	}
	return now.UTC(), nil
}

// insist appends a commit until its fate is known.
func insist(ctx context.Context, l Ledger, c Commit) (err error) {
	for range mostRaises {
		_, err = l.Append(ctx, []Commit{c})
		if !errors.Is(err, ErrOutcomeUnknown) || ctx.Err() != nil {
			return err
		}
	}
	return err
}
