// Package mongotexts keeps a personal store in MongoDB, beside the ledger that
// any number of hubs share. It asks nothing of the database but that an _id is
// taken once; what would need a transaction is ordered so that a call that is cut
// off leaves what the next one finishes.
package mongotexts

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/texts"
)

// The store's collections in its database.
const (
	textsCollection    = "personal_texts"
	personsCollection  = "personal_persons"
	accountsCollection = "personal_accounts"
	erasedCollection   = "personal_erased"
	factsCollection    = "personal_facts"
)

// mostAtOnce bounds the ids of one query.
const mostAtOnce = 1000

// Store is a texts.Store in a database. What is erased is deleted there; when
// its bytes are gone from the server's disks and oplog is the server's doing.
type Store struct {
	db                                      *mongo.Database
	texts, persons, accounts, erased, facts *mongo.Collection
	secret                                  [32]byte
	// calls ends, by hangUp, when the store is closed.
	calls  context.Context
	hangUp context.CancelFunc
}

var _ texts.Store = (*Store)(nil)

// Open opens the store of a database, and creates it when there is none; any
// number of hubs may do so at once. The client stays the caller's to disconnect,
// after Close. Errors: texts.ErrUnavailable when the database can't be reached
// or written to within seconds, or the context's.
func Open(ctx context.Context, db *mongo.Database) (*Store, error) {
	var drawn [32]byte
	rand.Read(drawn[:])
	return open(ctx, db, drawn)
}

// OpenExisting opens the store of a database, and creates nothing: it answers a
// *texts.MissingError when there is none. Other errors as of Open.
func OpenExisting(ctx context.Context, db *mongo.Database) (*Store, error) {
	s := newStore(ctx, db)
	err := s.call(ctx, func(ctx context.Context) error { return s.facts.FindOne(ctx, byID("secret")).Err() })
	s.hangUp()
	if errors.Is(err, mongo.ErrNoDocuments) {
		err = &texts.MissingError{Where: "database " + db.Name()}
	}
	if err != nil {
		return nil, err
	}
	return Open(ctx, db)
}

// OpenCopy opens a copy of the store of a ledger, with its secret, and creates it
// when there is none. It answers a *texts.OtherLedgerError or a *texts.SecretError
// for another store. Other errors as of Open.
func OpenCopy(ctx context.Context, db *mongo.Database, ledgerID string, secret [32]byte) (*Store, error) {
	s, err := open(ctx, db, secret)
	if err != nil {
		return nil, err
	}
	if s.secret != secret {
		err = &texts.SecretError{Where: "database " + db.Name()}
	}
	var owner struct {
		Value []byte `bson:"value"`
	}
	found := s.call(ctx, func(ctx context.Context) error { return s.facts.FindOne(ctx, byID("ledger")).Decode(&owner) })
	switch {
	case errors.Is(found, mongo.ErrNoDocuments): // a copy that was cut off, or a store that nobody claimed
		if err == nil {
			err = s.Claim(ctx, ledgerID)
		}
	case found != nil:
		err = found
	case string(owner.Value) != ledgerID:
		err = &texts.OtherLedgerError{Stored: string(owner.Value), Asked: ledgerID}
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newStore(ctx context.Context, db *mongo.Database) *Store {
	calls, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	return &Store{
		db: db, calls: calls, hangUp: hangUp,
		texts: db.Collection(textsCollection), persons: db.Collection(personsCollection), accounts: db.Collection(accountsCollection),
		erased: db.Collection(erasedCollection), facts: db.Collection(factsCollection),
	}
}

// open opens the store of a database; a new one has this secret.
func open(ctx context.Context, db *mongo.Database, secret [32]byte) (*Store, error) {
	s := newStore(ctx, db)
	if err := s.prepare(ctx, secret); err != nil {
		s.hangUp()
		return nil, err
	}
	return s, nil
}

// prepare makes the indexes and the secret where they are missing. Making an
// index that is there does nothing.
func (s *Store) prepare(ctx context.Context, secret [32]byte) error {
	for of, fields := range map[*mongo.Collection][]string{
		s.texts: {"author", "writer", "person", "at"}, s.persons: {"organisation"}, s.accounts: {"person"}, s.erased: {"done"},
	} {
		for _, field := range fields {
			err := s.call(ctx, func(ctx context.Context) error {
				_, err := of.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: bson.D{{Key: field, Value: 1}}})
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	kept, err := s.fact(ctx, "secret", secret[:])
	if err != nil {
		return err
	}
	if len(kept) != len(s.secret) {
		return &texts.DamagedError{Where: s.where(s.facts), What: "its secret isn't one"}
	}
	copy(s.secret[:], kept)
	return s.finish(ctx)
}

// fact keeps a value under a name, unless one is kept already, and answers the
// one that is.
func (s *Store) fact(ctx context.Context, name string, value []byte) ([]byte, error) {
	var kept struct {
		Value []byte `bson:"value"`
	}
	for {
		err := s.call(ctx, func(ctx context.Context) error {
			return s.facts.FindOne(ctx, byID(name)).Decode(&kept)
		})
		if !errors.Is(err, mongo.ErrNoDocuments) {
			return kept.Value, err
		}
		err = s.call(ctx, func(ctx context.Context) error {
			_, err := s.facts.InsertOne(ctx, bson.D{{Key: "_id", Value: name}, {Key: "value", Value: value}})
			return err
		})
		if err != nil && !mongo.IsDuplicateKeyError(err) {
			return nil, err
		}
		select { // until a majority holds it, whoever's it is
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func byID[ID ~string](id ID) bson.D { return bson.D{{Key: "_id", Value: string(id)}} }

func among[ID ~string](ids []ID) bson.D {
	return bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
}

func (s *Store) where(c *mongo.Collection) string {
	return "collection " + s.db.Name() + "." + c.Name()
}

// call gives one round trip its time, which ends with the store, too. What can
// be told apart of its error stays; all else is texts.ErrUnavailable.
func (s *Store) call(ctx context.Context, do func(context.Context) error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.calls.Err() != nil:
		return texts.ErrClosed
	}
	within, cancel := mongodb.Short(ctx, 0)
	defer cancel()
	defer context.AfterFunc(s.calls, cancel)()
	err := do(within)
	_, damaged := errors.AsType[*texts.DamagedError](err)
	switch {
	case err == nil, damaged, errors.Is(err, mongo.ErrNoDocuments), mongo.IsDuplicateKeyError(err):
		return err
	case s.calls.Err() != nil:
		return texts.ErrClosed
	}
	return fmt.Errorf("%w: database %s: %w", texts.ErrUnavailable, s.db.Name(), err)
}

// Claim implements texts.Store.
func (s *Store) Claim(ctx context.Context, ledgerID string) error {
	kept, err := s.fact(ctx, "ledger", []byte(ledgerID))
	if err == nil && string(kept) != ledgerID {
		err = &texts.OtherLedgerError{Stored: string(kept), Asked: ledgerID}
	}
	return err
}

// Secret implements texts.Store.
func (s *Store) Secret(ctx context.Context) ([32]byte, error) {
	if err := s.call(ctx, func(context.Context) error { return nil }); err != nil {
		return [32]byte{}, err
	}
	return s.secret, nil
}

// row is a text or a person: what it is found by, and itself as JSON.
type row struct {
	ID  string `bson:"_id"`
	Doc string `bson:"doc"`
	// Of a text.
	Author string    `bson:"author,omitempty"`
	Writer string    `bson:"writer,omitempty"`
	Person string    `bson:"person,omitempty"`
	At     time.Time `bson:"at,omitempty"`
	// Of a person.
	Organisation string `bson:"organisation,omitempty"`
}

func rowOf[T domain.Text | domain.Person](v T) (r row, err error) {
	doc, err := json.Marshal(v)
	r.Doc = string(doc)
	switch v := any(v).(type) {
	case domain.Text:
		r.ID, r.Author, r.At = string(v.ID), v.Author, v.WrittenAt
		if v.Person != nil {
			r.Person = string(*v.Person)
		}
		if v.Writer != nil {
			r.Writer = string(*v.Writer)
		}
	case domain.Person:
		r.ID, r.Organisation = string(v.ID), organisation(v.Organisation)
	}
	return r, err
}

// organisation is how the persons of none are found.
func organisation(id domain.ID) string {
	if id == "" {
		return "none"
	}
	return string(id)
}

// find answers what a collection keeps, in order of ids.
func find[T domain.Text | domain.Person](ctx context.Context, s *Store, from *mongo.Collection, filter bson.D) (found []T, err error) {
	err = s.call(ctx, func(ctx context.Context) error {
		cursor, err := from.Find(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for cursor.Next(ctx) {
			var r row
			if err := cursor.Decode(&r); err != nil {
				return &texts.DamagedError{Where: s.where(from), What: "a document can't be read", Err: err}
			}
			var v T
			if err := json.Unmarshal([]byte(r.Doc), &v); err != nil {
				return &texts.DamagedError{Where: s.where(from), What: fmt.Sprintf("%s can't be read", r.ID)}
			}
			found = append(found, v)
		}
		return cursor.Err()
	})
	return found, err
}

// findIDs finds by ids, some at a time.
func findIDs[T domain.Text | domain.Person, ID ~string](ctx context.Context, s *Store, from *mongo.Collection, ids []ID) (found []T, err error) {
	for some := range slices.Chunk(ids, mostAtOnce) {
		more, err := find[T](ctx, s, from, among(some))
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	return found, nil
}

// PutTexts implements texts.Store. What was inserted before a refusal is taken
// back; what a crash leaves is swept.
func (s *Store) PutTexts(ctx context.Context, list []domain.Text) error {
	list, err := texts.Checked(list)
	if err != nil {
		return err
	}
	ids := make([]domain.TextID, len(list))
	for i, t := range list {
		ids[i] = t.ID
	}
	if err := s.refuseErased(ctx, list); err != nil {
		return err
	}
	kept, err := s.Texts(ctx, ids)
	if err != nil {
		return err
	}
	var fresh []domain.Text
	for _, t := range list {
		if there, ok := kept[t.ID]; !ok {
			fresh = append(fresh, t)
		} else if !texts.Same(there, t) {
			return &texts.ConflictError{ID: domain.ID(t.ID)}
		}
	}
	for i, t := range fresh {
		if err := s.insert(ctx, t); err != nil {
			return errors.Join(err, s.takeBack(ctx, fresh[:i]))
		}
	}
	// An erasure notes its ids before it looks for texts: one of the two sees the
	// other.
	if err := s.refuseErased(ctx, fresh); err != nil {
		return errors.Join(err, s.takeBack(ctx, fresh))
	}
	return nil
}

func (s *Store) insert(ctx context.Context, t domain.Text) error {
	r, err := rowOf(t)
	if err != nil {
		return err
	}
	err = s.call(ctx, func(ctx context.Context) error {
		_, err := s.texts.InsertOne(ctx, r)
		return err
	})
	if !mongo.IsDuplicateKeyError(err) {
		return err
	}
	kept, err := s.Texts(ctx, []domain.TextID{t.ID}) // put at once by somebody else
	if there, ok := kept[t.ID]; err == nil && ok && !texts.Same(there, t) {
		err = &texts.ConflictError{ID: domain.ID(t.ID)}
	}
	return err
}

func (s *Store) takeBack(ctx context.Context, list []domain.Text) error {
	ids := make([]domain.TextID, len(list))
	for i, t := range list {
		ids[i] = t.ID
	}
	_, err := s.remove(ctx, s.texts, among(ids))
	return err
}

// remove deletes what a filter finds, and answers how many.
func (s *Store) remove(ctx context.Context, from *mongo.Collection, filter bson.D) (n int, err error) {
	err = s.call(ctx, func(ctx context.Context) error {
		result, err := from.DeleteMany(ctx, filter)
		if err == nil {
			n = int(result.DeletedCount)
		}
		return err
	})
	return n, err
}

// refuseErased refuses texts that were erased, and those about, or by, a person
// who was.
func (s *Store) refuseErased(ctx context.Context, list []domain.Text) error {
	var ids []domain.ID
	for _, t := range list {
		ids = append(ids, domain.ID(t.ID))
		for _, person := range []*domain.PersonID{t.Person, t.Writer} {
			if person != nil {
				ids = append(ids, domain.ID(*person))
			}
		}
	}
	gone, err := s.erasedAmong(ctx, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := gone[id]; ok {
			return &texts.ErasedError{ID: id}
		}
	}
	return nil
}

// Texts implements texts.Store.
func (s *Store) Texts(ctx context.Context, ids []domain.TextID) (map[domain.TextID]domain.Text, error) {
	list, err := findIDs[domain.Text](ctx, s, s.texts, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[domain.TextID]domain.Text, len(list))
	for _, t := range list {
		found[t.ID] = t
	}
	return found, nil
}

// PutPerson implements texts.Store. An account is taken first, and given back
// last.
func (s *Store) PutPerson(ctx context.Context, p domain.Person) error {
	p, err := texts.CheckedPerson(p)
	if err != nil {
		return err
	}
	if err := s.refuseErasedPerson(ctx, p.ID); err != nil {
		return err
	}
	found, err := s.Persons(ctx, []domain.PersonID{p.ID})
	if err != nil {
		return err
	}
	kept, ok := found[p.ID]
	if ok && texts.Same(kept, p) {
		return nil
	}
	if err := s.takeAccount(ctx, p); err != nil {
		return err
	}
	r, err := rowOf(p)
	if err != nil {
		return err
	}
	err = s.call(ctx, func(ctx context.Context) error {
		_, err := s.persons.ReplaceOne(ctx, byID(p.ID), r, options.Replace().SetUpsert(true))
		return err
	})
	if err != nil {
		return err
	}
	if ok && kept.Account != "" && kept.Account != p.Account {
		if err := s.giveBack(ctx, kept.Account, p.ID); err != nil {
			return err
		}
	}
	if err := s.refuseErasedPerson(ctx, p.ID); err != nil { // meanwhile
		_, removed := s.remove(ctx, s.persons, byID(p.ID))
		return errors.Join(err, removed, s.giveBack(ctx, p.Account, p.ID))
	}
	return nil
}

func (s *Store) refuseErasedPerson(ctx context.Context, id domain.PersonID) error {
	gone, err := s.erasedAmong(ctx, []domain.ID{domain.ID(id)})
	if _, ok := gone[domain.ID(id)]; ok && err == nil {
		err = &texts.ErasedError{ID: domain.ID(id)}
	}
	return err
}

// holder is whose an account is.
type holder struct {
	Account string          `bson:"_id"`
	Person  domain.PersonID `bson:"person"`
}

// takeAccount makes an account a person's, unless it is another's. One whose
// holder doesn't have it was left behind by a call that was cut off.
func (s *Store) takeAccount(ctx context.Context, p domain.Person) error {
	if p.Account == "" {
		return nil
	}
	for range 3 {
		err := s.call(ctx, func(ctx context.Context) error {
			_, err := s.accounts.InsertOne(ctx, holder{p.Account, p.ID})
			return err
		})
		if !mongo.IsDuplicateKeyError(err) {
			return err
		}
		by, ok, err := s.holderOf(ctx, p.Account)
		if err != nil || ok && by == p.ID {
			return err
		}
		if !ok {
			continue
		}
		found, err := s.Persons(ctx, []domain.PersonID{by})
		if err != nil {
			return err
		}
		if found[by].Account == p.Account {
			return &texts.ConflictError{ID: domain.ID(by)}
		}
		if err := s.giveBack(ctx, p.Account, by); err != nil {
			return err
		}
	}
	return fmt.Errorf("%w: an account changes hands too often", texts.ErrUnavailable)
}

// giveBack frees an account, if it is still that person's.
func (s *Store) giveBack(ctx context.Context, account string, by domain.PersonID) error {
	_, err := s.remove(ctx, s.accounts, append(byID(account), bson.E{Key: "person", Value: by}))
	return err
}

func (s *Store) holderOf(ctx context.Context, account string) (domain.PersonID, bool, error) {
	var h holder
	err := s.call(ctx, func(ctx context.Context) error { return s.accounts.FindOne(ctx, byID(account)).Decode(&h) })
	if errors.Is(err, mongo.ErrNoDocuments) {
		return "", false, nil
	}
	return h.Person, err == nil, err
}

// Persons implements texts.Store.
func (s *Store) Persons(ctx context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error) {
	list, err := findIDs[domain.Person](ctx, s, s.persons, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[domain.PersonID]domain.Person, len(list))
	for _, p := range list {
		found[p.ID] = p
	}
	return found, nil
}

// PersonsOf implements texts.Store.
func (s *Store) PersonsOf(ctx context.Context, of domain.ID) ([]domain.Person, error) {
	return find[domain.Person](ctx, s, s.persons, bson.D{{Key: "organisation", Value: organisation(of)}})
}

// CountPersonsOf implements texts.Store.
func (s *Store) CountPersonsOf(ctx context.Context, of domain.ID) (n int, err error) {
	err = s.call(ctx, func(ctx context.Context) error {
		counted, err := s.persons.CountDocuments(ctx, bson.D{{Key: "organisation", Value: organisation(of)}})
		n = int(counted)
		return err
	})
	return n, err
}

// PersonOfAccount implements texts.Store.
func (s *Store) PersonOfAccount(ctx context.Context, account string) (domain.Person, bool, error) {
	id, ok, err := s.holderOf(ctx, account)
	if err != nil || !ok || account == "" {
		return domain.Person{}, false, err
	}
	found, err := s.Persons(ctx, []domain.PersonID{id})
	p, ok := found[id]
	if err != nil || !ok || p.Account != account {
		return domain.Person{}, false, err
	}
	return p, true, nil
}

// ExportPerson implements texts.Store. It finds the texts by indexes.
func (s *Store) ExportPerson(ctx context.Context, id domain.PersonID) (texts.Export, error) {
	out := texts.Export{Texts: []domain.Text{}}
	found, err := s.Persons(ctx, []domain.PersonID{id})
	if err != nil {
		return texts.Export{}, err
	}
	p, ok := found[id]
	if ok {
		out.Person = &p
	}
	list, err := s.concerning(ctx, id, p.Account)
	if err != nil {
		return texts.Export{}, err
	}
	out.Texts = append(out.Texts, list...)
	texts.Oldest(out.Texts)
	return out, nil
}

// concerning finds the texts about a person and those that they wrote.
func (s *Store) concerning(ctx context.Context, id domain.PersonID, account string) (list []domain.Text, err error) {
	seen := make(map[domain.TextID]bool)
	for field, value := range map[string]string{"person": string(id), "writer": string(id), "author": account} {
		if value == "" {
			continue
		}
		found, err := find[domain.Text](ctx, s, s.texts, bson.D{{Key: field, Value: value}})
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			if texts.Concerns(t, id, account) && !seen[t.ID] { // what a portal wrote for somebody else isn't theirs
				seen[t.ID] = true
				list = append(list, t)
			}
		}
	}
	return list, nil
}

// Close implements texts.Store.
func (s *Store) Close() error {
	s.hangUp()
	return nil
}
