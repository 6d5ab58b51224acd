package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/verify"
)

type verifyCommand struct {
	storage
	ExpectHead   string `placeholder:"[COMMIT:]HASH" help:"Hash that the newest commit, or the one of that number, must have: noted elsewhere, it finds a history that was written anew."`
	ExpectDigest string `placeholder:"DIGEST" help:"Digest that the ledger's contents must have."`
}

// verify checks a ledger and the personal store beside it.
func (c *verifyCommand) verify(ctx context.Context, s streams, now func() time.Time) (err error) {
	want, err := c.expected()
	if err != nil {
		return err
	}
	atlas, err := geo.Load()
	if err != nil {
		return err
	}
	at := c.place()
	a, err := at.open(ctx)
	if _, missing := errors.AsType[*texts.MissingError](err); missing {
		a, err = at.openLedger(ctx)
	}
	if err != nil {
		return fmt.Errorf("verifying %s: %w", at, err)
	}
	defer func() { err = errors.Join(err, a.close()) }()
	restore := fewerCollections()
	l, err := verify.Check(ctx, a.ledger, atlas, want)
	restore()
	fmt.Fprintf(s.out, "  ledger   %s\n  commits  %d\n  head     %d:%s\n", l.ID, l.Head.Number, l.Head.Number, l.Head.Hash)
	for _, f := range l.Formats {
		fmt.Fprintf(s.out, "  format   %d from commit %d\n", f.Format, f.From)
	}
	if l.World != nil {
		fmt.Fprintf(s.out, "  digest   %x\n", l.World.Digest())
	}
	if err != nil {
		return fmt.Errorf("verifying %s: %w", at, err)
	}
	if a.texts == nil {
		_, err = fmt.Fprintln(s.out, "\nThe ledger is what was written. There is no personal store beside it: all texts read as erased.")
		return err
	}
	t, err := verify.CheckTexts(ctx, a.texts, l.World, now())
	if err != nil {
		return fmt.Errorf("verifying %s: %w", at, err)
	}
	fmt.Fprintf(s.out, "  texts    %s\n\nThe ledger is what was written. The personal store holds %d persons and %d texts; %d that documents refer to were erased.\n",
		t.Digest, t.Persons, t.Texts, t.Erased)
	if n := len(t.Lost); n > 0 {
		fmt.Fprintf(s.out, "LOST: %d texts that documents refer to aren't there, and weren't erased: the store is older than the ledger, or was damaged. The first is %s of %s.\n", n, t.Lost[0].Text, t.Lost[0].Doc)
	}
	if t.Due > 0 {
		fmt.Fprintf(s.out, "%d persons and texts are erased by the ledger and still there: the next hub that starts here erases them.\n", t.Due)
	}
	if t.Loose > 0 {
		fmt.Fprintf(s.out, "%d texts of more than a day ago are referred to by nothing: the next hub sweeps them within the hour.\n", t.Loose)
	}
	if want == (verify.Expected{}) {
		fmt.Fprintf(s.out, "\nNote the head elsewhere: only what is told with --expect-head %d:%s finds a history that was written anew with all its hashes.\n", l.Head.Number, l.Head.Hash)
	}
	return nil
}

// expected reads what the flags say is known from elsewhere.
func (c *verifyCommand) expected() (want verify.Expected, err error) {
	if c.ExpectHead != "" {
		number, text, numbered := strings.Cut(c.ExpectHead, ":")
		if !numbered {
			text, number = number, "0"
		}
		hash, hashErr := parseDigest(text)
		at, numberErr := strconv.ParseUint(number, 10, 64)
		if err := errors.Join(hashErr, numberErr); err != nil {
			return want, fmt.Errorf("--expect-head %q can't be read: it is a hash of 64 hexadecimal digits, as verify prints it, or a commit's number, a colon and its hash", c.ExpectHead)
		}
		want.At, want.Hash = at, (*ledger.Hash)(&hash)
	}
	if c.ExpectDigest != "" {
		digest, err := parseDigest(c.ExpectDigest)
		if err != nil {
			return want, fmt.Errorf("--expect-digest %q can't be read: it is of 64 hexadecimal digits, as verify prints it", c.ExpectDigest)
		}
		want.Digest = &digest
	}
	return want, nil
}

func parseDigest(text string) (d [32]byte, err error) {
	b, err := hex.DecodeString(text)
	if err == nil && len(b) != len(d) {
		err = errors.New("too short or too long")
	}
	if err != nil {
		return d, err
	}
	return [32]byte(b), nil
}
