package verify

import (
	"context"
	"fmt"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/world"
)

// Texts is how a personal store stands to its ledger.
type Texts struct {
	Persons, Texts int
	Digest         texts.Digest
	// Erased is how many texts that documents refer to were erased.
	Erased int
	// Lost are those that documents refer to, and that are neither there nor known as
	// erased: the store was restored from an older backup than the ledger, or damaged.
	// They read as erased.
	Lost []world.TextReference
	// Loose is how many texts of more than a day ago no document refers to: the next
	// hub sweeps them.
	Loose int
	// Due is how many persons and texts the ledger says are erased, and the store
	// still has: the next hub that starts erases them.
	Due int
}

// looseFor is how long a text may wait for the commit that refers to it.
const looseFor = 24 * time.Hour

// CheckTexts compares the personal store with the World. It answers a
// *texts.OtherLedgerError when the store is another ledger's, a
// *texts.DamagedError, and what the store answers when it can't be read.
func CheckTexts(ctx context.Context, t texts.Store, w *world.World, now time.Time) (r Texts, err error) {
	if err := t.Claim(ctx, w.LedgerID()); err != nil {
		return r, err
	}
	gone := make(map[domain.ID]bool)
	for e := range w.Erasures() {
		gone[domain.ID(e.Person)] = true
		for _, id := range e.Texts {
			gone[domain.ID(id)] = true
		}
	}
	there := make(map[domain.TextID]bool)
	for record, err := range t.Records(ctx) {
		if err == nil {
			err = r.Digest.Add(record)
		}
		if err != nil {
			return r, fmt.Errorf("reading the personal store: %w", err)
		}
		switch {
		case record.Erased != "":
			gone[record.Erased] = true
		case record.Person != nil:
			r.Persons++
			if gone[domain.ID(record.Person.ID)] {
				r.Due++
			}
		case record.Text != nil:
			r.Texts++
			there[record.Text.ID] = true
			if gone[domain.ID(record.Text.ID)] {
				r.Due++
			} else if !w.RefersTo(record.Text.ID) && record.Text.WrittenAt.Before(now.Add(-looseFor)) {
				r.Loose++
			}
		}
	}
	last := domain.TextID("")
	for ref := range w.TextReferences() {
		switch {
		case there[ref.Text]:
		case !gone[domain.ID(ref.Text)]:
			r.Lost = append(r.Lost, ref)
		case ref.Text != last:
			r.Erased++
		}
		last = ref.Text
	}
	return r, nil
}
