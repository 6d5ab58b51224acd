package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/palier-hub/palier/backup"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/moving"
	"github.com/palier-hub/palier/texts"
)

type backupCommand struct {
	storage
	File string `arg:"" placeholder:"FILE" type:"path" help:"New file to make, such as palier-2026-09-01.tar.zst. It holds personal data."`
}

// backup makes one file of a ledger and its personal store.
func (c *backupCommand) backup(ctx context.Context, s streams, now func() time.Time) (err error) {
	at := c.place()
	from, err := at.open(ctx)
	if err != nil {
		return fmt.Errorf("backing up %s: %w", at, err)
	}
	defer func() { err = errors.Join(err, from.close()) }()
	source, err := moving.FromStores(ctx, from.ledger, from.texts)
	if err != nil {
		return fmt.Errorf("backing up %s: %w", at, err)
	}
	made, err := backup.Create(ctx, c.File, source, now())
	if err != nil {
		return fmt.Errorf("backing up %s: %w", at, err)
	}
	r := made.Report()
	fmt.Fprintf(s.out, "Backed up %d commits, %d persons and %d texts in %s.\n\n", r.Head.Number, r.Persons, r.Words, c.File)
	describe(s, r)
	_, err = fmt.Fprintln(s.out, "\nThe file holds personal data, and isn't encrypted: keep it where only you read it. The key that signs tokens, signing.key, isn't in it: keep that file, too.")
	return err
}

type restoreCommand struct {
	storage
	ErasuresFrom string `placeholder:"PLACE" help:"Where to learn what was erased since the backup was made: a data folder or the URI of a database that the ledger went on in, damaged or not, a later backup, or a file of ids, one a line."`
	File         string `arg:"" placeholder:"FILE" type:"existingfile" help:"Backup to restore, into an empty folder or database."`
}

// restore fills an empty place from a backup.
func (c *restoreCommand) restore(ctx context.Context, s streams, now func() time.Time) (err error) {
	begun := now()
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	from, err := backup.Open(ctx, c.File)
	if err != nil {
		return fmt.Errorf("restoring: %w", err)
	}
	at := c.place()
	o := moving.Options{Fresh: true, Progress: progress(s, "restoring", now)}
	if c.ErasuresFrom != "" {
		if place(c.ErasuresFrom).is(at) {
			return fmt.Errorf("--erasures-from %s is where to restore to: move what is there to another place first, and name that", place(c.ErasuresFrom))
		}
		if o.Erasures, err = erasuresFrom(ctx, c.ErasuresFrom, from.LedgerID(), logger); err != nil {
			return fmt.Errorf("learning what was erased from %s: %w", place(c.ErasuresFrom), err)
		}
	}
	to, leave, err := at.target(ctx)
	if err != nil {
		return fmt.Errorf("restoring to %s: %w", at, err)
	}
	defer func() { err = errors.Join(err, leave()) }()
	r, err := moving.Carry(ctx, from, to, o)
	if err != nil {
		return fmt.Errorf("restoring to %s: %w", at, err)
	}
	fmt.Fprintf(s.out, "Restored %d commits, %d persons and %d texts of %s in %s.\n\n", r.Head.Number, r.Persons, r.Words,
		from.Created().Format(time.RFC3339), now().Sub(begun).Round(time.Millisecond))
	describe(s, r)
	if c.ErasuresFrom == "" {
		fmt.Fprintf(s.out, "\nWhatever was erased after %s is back: restore with --erasures-from to leave it out, or erase it again before anybody is served.\n", from.Created().Format(time.RFC3339))
	}
	return nil
}

// erasuresFrom learns what was erased of a ledger from a place where it went on,
// from a backup, or from a list.
func erasuresFrom(ctx context.Context, where, ledgerID string, logger *slog.Logger) ([]domain.Erasure, error) {
	if info, err := os.Stat(where); place(where).onMongo() || err == nil && info.IsDir() {
		return erasuresIn(ctx, place(where), ledgerID, logger)
	}
	isBackup, err := backup.IsBackup(where)
	if err != nil {
		return nil, err
	}
	if !isBackup {
		return erasuresListed(where)
	}
	f, err := backup.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	if f.LedgerID() != ledgerID {
		return nil, &ledger.OtherLedgerError{Where: where, Stored: f.LedgerID(), Asked: ledgerID}
	}
	return f.Erasures(ctx)
}

// erasuresIn reads what a place knows, of its ledger and of its personal store: one
// of them may be lost or damaged, or both in part. That is why one restores.
func erasuresIn(ctx context.Context, at place, ledgerID string, logger *slog.Logger) (all []domain.Erasure, err error) {
	a, ledgerErr := at.openLedger(ctx)
	if ledgerErr == nil {
		defer func() { err = errors.Join(err, a.close()) }()
		if a.ledger.ID() != ledgerID {
			return nil, &ledger.OtherLedgerError{Where: at.String(), Stored: a.ledger.ID(), Asked: ledgerID}
		}
		var unread int
		if all, unread, ledgerErr = moving.SalvageErasures(ctx, a.ledger); unread > 0 {
			logger.Warn("some commits can't be read: what they erased isn't known", "place", at, "commits", unread)
		}
	}
	t, leave, textsErr := at.openTexts(ctx)
	if textsErr == nil {
		defer func() { err = errors.Join(err, t.Close(), leave()) }()
		if err := t.Claim(ctx, ledgerID); err != nil {
			return nil, err
		}
		for r, err := range t.Records(ctx) {
			if err != nil {
				textsErr = err
				break
			}
			if r.Erased == "" {
				break
			}
			all = append(all, erasureOf(r.Erased))
		}
	}
	switch {
	case ledgerErr != nil && textsErr != nil:
		return nil, errors.Join(ledgerErr, textsErr)
	case ledgerErr != nil:
		logger.Warn("the ledger can't be read: what was erased is told by its personal store alone", "place", at, "error", ledgerErr)
	case textsErr != nil:
		logger.Warn("the personal store can't be read: what was erased is told by its ledger alone", "place", at, "error", textsErr)
	}
	return all, nil
}

// erasuresListed reads ids of persons and texts, one a line.
func erasuresListed(path string) (all []domain.Erasure, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id := domain.ID(line)
		if texts.CheckID(id, domain.KindPerson) != nil && texts.CheckID(id, domain.KindText) != nil {
			return nil, fmt.Errorf("line %d: %.70q is the id of no person and of no text: such a file has ids like per_… and txt_…, one a line", n, line)
		}
		all = append(all, erasureOf(id))
	}
	return all, lines.Err()
}

func erasureOf(id domain.ID) domain.Erasure {
	if id.Kind() == domain.KindPerson {
		return domain.Erasure{Person: domain.PersonID(id)}
	}
	return domain.Erasure{Texts: []domain.TextID{domain.TextID(id)}}
}
