package moving

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// endOfTime is after any text was written.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// carryTexts makes a personal store keep what the source's keeps, but for what was
// erased, and proves it by the digest. Hubs may be writing to the source meanwhile:
// then it is gone over again.
func carryTexts(ctx context.Context, from Source, to texts.Store, sieve *Sieve, r *Report) error {
	// What the target knows as erased stays so, whoever said it.
	for record, err := range to.Records(ctx) {
		if err != nil {
			return fmt.Errorf("reading the target's personal store: %w", err)
		}
		if record.Erased == "" {
			break
		}
		sieve.eraseID(record.Erased)
	}
	for try := 1; ; try++ {
		later, err := from.Later(ctx)
		if err != nil {
			return err
		}
		sieve.Erase(later)
		sent, err := sendTexts(ctx, from, to, sieve)
		if err != nil {
			return fmt.Errorf("copying the personal store: %w", err)
		}
		again, err := from.Later(ctx)
		if err != nil {
			return err
		}
		*r, err = counted(ctx, to, *r)
		switch {
		case err != nil:
			return fmt.Errorf("proving the personal store: %w", err)
		case r.Texts == sent && len(again) == len(later):
			return nil
		case try == tries:
			return &MismatchError{fmt.Sprintf("the personal store's digest is %s, and not %s", r.Texts, sent)}
		}
	}
}

// sendTexts puts into a store what passes the sieve, and takes out of it what the
// source doesn't have; it answers the digest of what passed.
func sendTexts(ctx context.Context, from Source, to texts.Store, sieve *Sieve) (sent texts.Digest, err error) {
	p := putting{to: to, known: make(map[domain.TextID]bool)}
	begun := false // the ids of what was erased come first
	for record, err := range from.Records(ctx) {
		if err != nil {
			return sent, err
		}
		passes := sieve.Passes(record)
		if record.Erased == "" && !begun {
			begun = true
			if err := to.Reapply(ctx, sieve.Erased()); err != nil {
				return sent, err
			}
		}
		if !passes {
			continue
		}
		if err := errors.Join(sent.Add(record), p.put(ctx, record)); err != nil {
			return sent, err
		}
	}
	if err := p.finish(ctx); err != nil {
		return sent, err
	}
	// Again, since the sieve now knows the texts that were somebody's. It also writes
	// the file anew where something was removed.
	if err := to.Reapply(ctx, sieve.Erased()); err != nil {
		return sent, err
	}
	_, err = to.Sweep(ctx, endOfTime, func(id domain.TextID) bool { return p.known[id] })
	return sent, err
}

// putting puts records into a store.
type putting struct {
	to    texts.Store
	known map[domain.TextID]bool
	list  []domain.Text
	// waiting are persons whose account the store still has as somebody else's.
	waiting []domain.Person
}

func (p *putting) put(ctx context.Context, r texts.Record) error {
	if r.Person != nil {
		err := p.to.PutPerson(ctx, *r.Person)
		if _, taken := errors.AsType[*texts.ConflictError](err); taken {
			p.waiting = append(p.waiting, *r.Person)
			return nil
		}
		return err
	}
	p.known[r.Text.ID] = true
	if p.list = append(p.list, *r.Text); len(p.list) < batchTexts {
		return nil
	}
	return p.flush(ctx)
}

func (p *putting) flush(ctx context.Context) error {
	err := p.to.PutTexts(ctx, p.list)
	p.list = p.list[:0]
	return err
}

func (p *putting) finish(ctx context.Context) error {
	if err := p.flush(ctx); err != nil {
		return err
	}
	// Accounts may have gone round in a ring: who waits lets go of theirs first.
	for _, person := range p.waiting {
		person.Account = ""
		if err := p.to.PutPerson(ctx, person); err != nil {
			return err
		}
	}
	for _, person := range p.waiting {
		if err := p.to.PutPerson(ctx, person); err != nil {
			return err
		}
	}
	return nil
}

// counted reads a personal store whole.
func counted(ctx context.Context, t texts.Store, r Report) (Report, error) {
	r.Texts, r.Persons, r.Words = texts.Digest{}, 0, 0
	for record, err := range t.Records(ctx) {
		if err == nil {
			err = r.Texts.Add(record)
		}
		if err != nil {
			return r, err
		}
		switch {
		case record.Person != nil:
			r.Persons++
		case record.Text != nil:
			r.Words++
		}
	}
	return r, nil
}
