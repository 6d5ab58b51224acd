package moving

import (
	"context"
	"fmt"
	"iter"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/world"
)

// Source is what is carried: a history up to its head, and the personal store
// beside it. It is read from one goroutine at a time.
type Source interface {
	LedgerID() string
	// Head is the last commit that is carried.
	Head() ledger.Head
	// Commits yields all of them up to the head, proven by the chain of hashes.
	// Nothing comes after an error.
	Commits(ctx context.Context) iter.Seq2[ledger.Commit, error]
	// Secret is the personal store's.
	Secret() [32]byte
	// Records yields what the personal store keeps, as texts.Store does.
	Records(ctx context.Context) iter.Seq2[texts.Record, error]
	// Later are the erasures known by now that were decided after the head.
	Later(ctx context.Context) ([]domain.Erasure, error)
}

// Stores are a Source in storage that hubs may be writing to: what is carried ends
// at the commit that was the last when it was made.
type Stores struct {
	ledger ledger.Ledger
	texts  texts.Store
	head   ledger.Head
	secret [32]byte
}

var _ Source = (*Stores)(nil)

// FromStores makes a source of a ledger and its personal store. It answers a
// *texts.OtherLedgerError when the store is another ledger's, and what the stores
// answer.
func FromStores(ctx context.Context, l ledger.Ledger, t texts.Store) (*Stores, error) {
	if err := t.Claim(ctx, l.ID()); err != nil {
		return nil, err
	}
	s := &Stores{ledger: l, texts: t}
	var err error
	if s.secret, err = t.Secret(ctx); err != nil {
		return nil, err
	}
	if s.head, err = l.Head(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// LedgerID implements Source.
func (s *Stores) LedgerID() string { return s.ledger.ID() }

// Head implements Source.
func (s *Stores) Head() ledger.Head { return s.head }

// Secret implements Source.
func (s *Stores) Secret() [32]byte { return s.secret }

// Commits implements Source.
func (s *Stores) Commits(ctx context.Context) iter.Seq2[ledger.Commit, error] {
	return func(yield func(ledger.Commit, error) bool) {
		if s.head.Number == 0 {
			return
		}
		last := uint64(0)
		for c, err := range s.ledger.Read(ctx, 0) {
			if !yield(c, err) || err != nil {
				return
			}
			if last = c.Number; last == s.head.Number {
				return
			}
		}
		yield(ledger.Commit{}, &ledger.DamagedError{What: fmt.Sprintf("commit %d is missing", last+1)})
	}
}

// Records implements Source.
func (s *Stores) Records(ctx context.Context) iter.Seq2[texts.Record, error] {
	return s.texts.Records(ctx)
}

// Later implements Source.
func (s *Stores) Later(ctx context.Context) ([]domain.Erasure, error) {
	return ErasuresAfter(ctx, s.ledger, s.head.Number)
}

// Now is the ledger's head at present: beyond Head when hubs are writing.
func (s *Stores) Now(ctx context.Context) (ledger.Head, error) { return s.ledger.Head(ctx) }

// ErasuresAfter are those that a ledger decided after a commit.
func ErasuresAfter(ctx context.Context, l ledger.Ledger, after uint64) ([]domain.Erasure, error) {
	t := world.NewTally()
	for c, err := range l.Read(ctx, after) {
		if err == nil {
			err = t.AddErasures(c)
		}
		if err != nil {
			return nil, err
		}
	}
	return t.Erasures(), nil
}

// SalvageErasures are those that can be read of a ledger that may be damaged, and
// how many commits can't.
func SalvageErasures(ctx context.Context, l ledger.Storage) (all []domain.Erasure, unread int, err error) {
	t := world.NewTally()
	for s, err := range l.Stored(ctx) {
		if err != nil {
			return t.Erasures(), unread, err
		}
		c, err := ledger.Decode(s.Encoded)
		if err == nil {
			err = t.AddErasures(c)
		}
		if err != nil {
			unread++
		}
	}
	return t.Erasures(), unread, nil
}
