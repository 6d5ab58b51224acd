package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/palier-hub/palier/ledger"
)

type raiseCommand struct {
	storage
	To int `placeholder:"FORMAT" help:"The format to raise the ledger to. Without it nothing is changed: the command says which one it is of, and which this release knows."`
}

// raise raises the ledger's format, or says what could be done.
func (c *raiseCommand) raise(ctx context.Context, s streams, now func() time.Time) (err error) {
	at := c.place()
	a, err := at.openLedger(ctx)
	if err != nil {
		return fmt.Errorf("raising the format of %s: %w", at, err)
	}
	defer func() { err = errors.Join(err, a.close()) }()
	before, err := a.ledger.Head(ctx)
	if err != nil {
		return fmt.Errorf("raising the format of %s: %w", at, err)
	}
	if c.To == 0 {
		_, err = fmt.Fprintf(s.out, "The ledger %s is of format %d; this release knows formats up to %d.\n", a.ledger.ID(), before.Format, ledger.CurrentFormat)
		if err == nil && before.Format < ledger.CurrentFormat {
			_, err = fmt.Fprintf(s.out, "Once every hub on it is of this release: palier raise-format --to %d. Older ones stop then, and there is no way back.\n", ledger.CurrentFormat)
		}
		return err
	}
	after, err := ledger.Raise(ctx, a.ledger, c.To, now, rand.Reader)
	if err != nil {
		return fmt.Errorf("raising the format of %s: %w", at, err)
	}
	if before.Format == after.Format {
		_, err = fmt.Fprintf(s.out, "The ledger %s is of format %d already.\n", a.ledger.ID(), after.Format)
		return err
	}
	_, err = fmt.Fprintf(s.out, "The ledger %s is of format %d from commit %d on.\n", a.ledger.ID(), after.Format, after.Number)
	return err
}
