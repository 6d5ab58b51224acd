package world

import (
	"fmt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
)

// Tally follows what the documents of a ledger come to, without the World that
// they make: for whoever copies a ledger and needs its digest. It takes some
// hundred bytes for each document that there is.
type Tally struct {
	present  map[documentKey]digest
	sum      digest
	erasures map[domain.ID]domain.Erasure
}

type documentKey struct {
	kind domain.Kind
	id   domain.ID
}

// NewTally is that of an empty ledger.
func NewTally() *Tally {
	return &Tally{present: make(map[documentKey]digest), erasures: make(map[domain.ID]domain.Erasure)}
}

// Add takes the next commit in. It answers a *DocumentError for an erasure that
// can't be read; other documents it doesn't read.
func (t *Tally) Add(c ledger.Commit) error {
	for _, ch := range c.Changes {
		k := documentKey{ch.Kind, ch.ID}
		if old, ok := t.present[k]; ok {
			t.sum = t.sum.minus(old)
			delete(t.present, k)
		}
		if ch.Doc != nil {
			one := term(ch)
			t.present[k] = one
			t.sum = t.sum.plus(one)
		}
	}
	return t.AddErasures(c)
}

// AddErasures takes of a commit no more than what it says is to be erased. Errors
// as of Add.
func (t *Tally) AddErasures(c ledger.Commit) error {
	for _, ch := range c.Changes {
		if ch.Kind != domain.KindErasure {
			continue
		}
		delete(t.erasures, ch.ID)
		if ch.Doc == nil {
			continue
		}
		var e domain.Erasure
		if err := ledger.Unmarshal(ch.Doc, &e); err != nil {
			return &DocumentError{c.Number, ch.Kind, ch.ID, fmt.Errorf("reading an erasure: %w", err)}
		}
		t.erasures[ch.ID] = e
	}
	return nil
}

// Digest is World.Digest after the same commits.
func (t *Tally) Digest() [32]byte { return t.sum.bytes() }

// Erasures are World.Erasures after the same commits, in no order.
func (t *Tally) Erasures() []domain.Erasure {
	all := make([]domain.Erasure, 0, len(t.erasures))
	for _, e := range t.erasures {
		all = append(all, e)
	}
	return all
}
