package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/palier-hub/palier/moving"
)

type copyCommand struct {
	From place `required:"" placeholder:"FOLDER|URI" help:"Data folder, or URI of a MongoDB database, to copy from. A folder mustn't be in use; a database may be."`
	To   place `required:"" placeholder:"FOLDER|URI" help:"Data folder, or URI of a MongoDB database, to copy to: empty, or with a beginning of the same ledger, such as a copy that was cut off."`
}

// copy carries a ledger and its personal store to another place.
func (c *copyCommand) copy(ctx context.Context, s streams, now func() time.Time) (err error) {
	if c.From.is(c.To) {
		return fmt.Errorf("%s can't be copied to itself: give another --to", c.From)
	}
	from, err := c.From.open(ctx)
	if err != nil {
		return fmt.Errorf("copying from %s: %w", c.From, err)
	}
	defer func() { err = errors.Join(err, from.close()) }()
	source, err := moving.FromStores(ctx, from.ledger, from.texts)
	if err != nil {
		return fmt.Errorf("copying from %s: %w", c.From, err)
	}
	to, leave, err := c.To.target(ctx)
	if err != nil {
		return fmt.Errorf("copying to %s: %w", c.To, err)
	}
	defer func() { err = errors.Join(err, leave()) }()
	begun := now()
	report, err := moving.Carry(ctx, source, to, moving.Options{Progress: progress(s, "copying", now)})
	if err != nil {
		return fmt.Errorf("copying from %s to %s: %w", c.From, c.To, err)
	}
	fmt.Fprintf(s.out, "Copied %d commits, of which %d were there already, %d persons and %d texts in %s.\n\n",
		report.Head.Number, report.There, report.Persons, report.Words, now().Sub(begun).Round(time.Millisecond))
	describe(s, report)
	if head, err := source.Now(ctx); err == nil && head.Number > report.Head.Number {
		fmt.Fprintf(s.out, "\nHubs went on writing there meanwhile, up to commit %d. Stop them and copy again for the rest.\n", head.Number)
	}
	_, err = fmt.Fprintf(s.out, "\nThe key that signs tokens, signing.key, isn't copied: copy that file to the data folders of the hubs that serve %s.\n", c.To)
	return err
}

// describe says what a ledger and a personal store come to: whoever compares two
// compares these.
func describe(s streams, r moving.Report) {
	fmt.Fprintf(s.out, "  ledger  %s\n  head    %d:%s\n  digest  %s\n  texts   %s\n",
		r.Ledger, r.Head.Number, r.Head.Hash, hex.EncodeToString(r.Digest[:]), r.Texts)
}

// progress says in the log, once a second, how far something has come.
func progress(s streams, what string, now func() time.Time) func(commit, of uint64) {
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	last := now()
	return func(commit, of uint64) {
		if at := now(); at.Sub(last) >= time.Second {
			last = at
			logger.Info(what, "commit", commit, "of", of)
		}
	}
}
