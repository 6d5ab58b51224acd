package texts

import (
	"context"
	"iter"
	"time"

	"github.com/palier-hub/palier/domain"
)

// Store keeps texts and persons. Any method may be called from any goroutine,
// until Close.
//
// A text is written first, then the commit that refers to it, and reads as
// erased where it is missing:
//
//	err := s.PutTexts(ctx, []domain.Text{{ID: id, Kind: domain.TextReason, Body: "…"}})
//	// … a commit whose document holds id …
//	found, err := s.Texts(ctx, []domain.TextID{id})
//	text, ok := found[id] // not ok: erased
//
// What is written is durable when the method returns. What is erased or swept is
// gone when the method returns, to the byte: no file of the store holds it any
// more. Backups are the operator's; Reapply is for when one comes back.
//
// Every method answers ErrUnavailable, ErrClosed, *DamagedError or, when it
// ended before anything was attempted, the context's error. Those that write
// refuse what is invalid with a domain.Refusal, or with a plain error for what
// is a fault of the caller.
type Store interface {
	// Claim ties the store to a ledger, the first time, and answers an
	// *OtherLedgerError when it is tied to another: what another ledger refers
	// to would be swept. Whoever opens the store calls it before anything else.
	Claim(ctx context.Context, ledgerID string) error

	// Secret is a random key made with the store. What is hashed under it can't
	// be guessed without the store.
	Secret(ctx context.Context) ([32]byte, error)

	// PutTexts keeps texts, all or none. A text that is kept already, with the
	// same content, is left as it is. Errors: *ConflictError for an id with
	// other content, *ErasedError for an id that was erased, or that of a person,
	// writer or concerned, who was.
	PutTexts(ctx context.Context, list []domain.Text) error

	// Texts finds texts by their ids, in one reading for all. A missing one is
	// absent from the answer.
	Texts(ctx context.Context, ids []domain.TextID) (map[domain.TextID]domain.Text, error)

	// PutPerson keeps a person's identity, in place of an earlier one. Errors:
	// *ConflictError when another person has the account, *ErasedError when the
	// person was erased.
	PutPerson(ctx context.Context, p domain.Person) error

	// Persons finds persons by their ids. A missing one is absent from the
	// answer.
	Persons(ctx context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error)

	// PersonsOf are the persons of an organisation, or with "" those of none, in
	// order of their ids.
	PersonsOf(ctx context.Context, organisation domain.ID) ([]domain.Person, error)

	// CountPersonsOf counts them.
	CountPersonsOf(ctx context.Context, organisation domain.ID) (int, error)

	// PersonOfAccount finds the person who has an account; "" is nobody's.
	PersonOfAccount(ctx context.Context, account string) (domain.Person, bool, error)

	// ExportPerson gathers what is kept about a person (GDPR, articles 15 and
	// 20), for themself or whoever acts for them. It reads what is theirs, and stops
	// with the context.
	ExportPerson(ctx context.Context, id domain.PersonID) (Export, error)

	// Erase removes a person's identity, the texts that they wrote and those that
	// concern them, and answers the ids of the texts that it has removed, in order;
	// none when nothing was kept, or when a call beside it has finished it. None of
	// these ids can be put again. It rewrites the whole store. With an error the
	// removal may have happened, or a part of it be left to do: the next Erase, Sweep
	// or Reapply, or the next opening, finishes it.
	Erase(ctx context.Context, id domain.PersonID) ([]domain.TextID, error)

	// EraseTexts does the same for texts.
	EraseTexts(ctx context.Context, ids []domain.TextID) error

	// Reapply makes sure that erasures are carried out: a copy from before may
	// have come back. It does nothing, and soon, where they all are.
	Reapply(ctx context.Context, erasures []domain.Erasure) error

	// Sweep removes the texts written before a time that nothing references, and
	// answers how many. It calls referenced outside of any lock. Swept ids can
	// be put again.
	Sweep(ctx context.Context, before time.Time, referenced func(domain.TextID) bool) (int, error)

	// Records yields all that the store keeps, for whoever carries it elsewhere:
	// first the ids of what was erased, then the persons, then the texts, each kind
	// in order of its ids. What is put or erased meanwhile may be among them or not.
	// Nothing comes after an error. The consumer may stop at any of them, and may
	// call the store's other methods.
	Records(ctx context.Context) iter.Seq2[Record, error]

	// Close waits for the writes under way and lets go of the storage. A second
	// call does nothing.
	Close() error
}

// Record is one thing that a store keeps: exactly one of these.
type Record struct {
	// Erased is the id of a text or person that was erased.
	Erased domain.ID      `json:"erased,omitempty"`
	Person *domain.Person `json:"person,omitempty"`
	Text   *domain.Text   `json:"text,omitempty"`
}

// Export is what is kept about a person.
type Export struct {
	// Person is nil when the identity isn't kept.
	Person *domain.Person `json:"person"`
	// Texts are those that they wrote and those that concern them, the oldest
	// first.
	Texts []domain.Text `json:"texts"`
}
