package mongotexts

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// An erasure is noted first, by its ids, then carried out, then noted as done. A
// person's identity goes last: it tells what else is theirs to whoever finishes
// what was cut off.

// note says that something is erased. It stays for good: nothing is kept under
// that id any more.
type note struct {
	ID   domain.ID `bson:"_id"`
	Done bool      `bson:"done"`
}

// Erase implements texts.Store.
func (s *Store) Erase(ctx context.Context, id domain.PersonID) ([]domain.TextID, error) {
	return s.erase(ctx, []domain.Erasure{{Person: id}})
}

// EraseTexts implements texts.Store.
func (s *Store) EraseTexts(ctx context.Context, ids []domain.TextID) error {
	_, err := s.erase(ctx, []domain.Erasure{{Texts: ids}})
	return err
}

// Reapply implements texts.Store.
func (s *Store) Reapply(ctx context.Context, erasures []domain.Erasure) error {
	_, err := s.erase(ctx, erasures)
	return err
}

func (s *Store) erase(ctx context.Context, erasures []domain.Erasure) (gone []domain.TextID, err error) {
	var ids []domain.ID
	for _, e := range erasures {
		if e.Person != "" {
			if err := texts.CheckID(domain.ID(e.Person), domain.KindPerson); err != nil {
				return nil, err
			}
			ids = append(ids, domain.ID(e.Person))
		}
		for _, id := range e.Texts {
			if err := texts.CheckID(domain.ID(id), domain.KindText); err != nil {
				return nil, err
			}
			ids = append(ids, domain.ID(id))
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	noted, err := s.erasedAmong(ctx, ids)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id domain.ID) bool { return noted[id] })
	if gone, err = s.carryOut(ctx, ids); err != nil {
		return nil, err
	}
	return gone, s.finish(ctx)
}

// erasedAmong are those of some ids that are noted as erased; true when it was
// carried out.
func (s *Store) erasedAmong(ctx context.Context, ids []domain.ID) (map[domain.ID]bool, error) {
	found := make(map[domain.ID]bool)
	for some := range slices.Chunk(ids, mostAtOnce) {
		notes, err := s.notes(ctx, among(some))
		if err != nil {
			return nil, err
		}
		for _, n := range notes {
			found[n.ID] = n.Done
		}
	}
	return found, nil
}

func (s *Store) notes(ctx context.Context, filter bson.D) (found []note, err error) {
	err = s.call(ctx, func(ctx context.Context) error {
		cursor, err := s.erased.Find(ctx, filter)
		if err != nil {
			return err
		}
		return cursor.All(ctx, &found)
	})
	return found, err
}

// finish carries out what was noted and cut off.
func (s *Store) finish(ctx context.Context) error {
	open, err := s.notes(ctx, bson.D{{Key: "done", Value: false}})
	if err != nil || len(open) == 0 {
		return err
	}
	ids := make([]domain.ID, len(open))
	for i, n := range open {
		ids[i] = n.ID
	}
	_, err = s.carryOut(ctx, ids)
	return err
}

// carryOut erases persons and texts, and answers the ids of the texts that were
// there, in order.
func (s *Store) carryOut(ctx context.Context, ids []domain.ID) (gone []domain.TextID, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := s.note(ctx, ids); err != nil {
		return nil, err
	}
	var persons []domain.PersonID
	var listed []domain.TextID
	for _, id := range ids {
		if id.Kind() == domain.KindPerson {
			persons = append(persons, domain.PersonID(id))
		} else {
			listed = append(listed, domain.TextID(id))
		}
	}
	theirs, err := s.of(ctx, persons)
	if err != nil {
		return nil, err
	}
	if err := s.note(ctx, theirs); err != nil {
		return nil, err
	}
	there, err := s.Texts(ctx, append(listed, asTexts(theirs)...))
	if err != nil {
		return nil, err
	}
	for id := range there {
		gone = append(gone, id)
	}
	slices.Sort(gone)
	for some := range slices.Chunk(gone, mostAtOnce) {
		if _, err := s.remove(ctx, s.texts, among(some)); err != nil {
			return nil, err
		}
	}
	for some := range slices.Chunk(persons, mostAtOnce) {
		if _, err := s.remove(ctx, s.accounts, bson.D{{Key: "person", Value: bson.D{{Key: "$in", Value: some}}}}); err != nil {
			return nil, err
		}
		if _, err := s.remove(ctx, s.persons, among(some)); err != nil {
			return nil, err
		}
	}
	return gone, s.done(ctx, append(theirs, ids...))
}

func asTexts(ids []domain.ID) (out []domain.TextID) {
	for _, id := range ids {
		out = append(out, domain.TextID(id))
	}
	return out
}

// of are the texts of persons.
func (s *Store) of(ctx context.Context, persons []domain.PersonID) (ids []domain.ID, err error) {
	known, err := s.Persons(ctx, persons)
	if err != nil {
		return nil, err
	}
	for _, id := range persons {
		list, err := s.concerning(ctx, id, known[id].Account)
		if err != nil {
			return nil, err
		}
		for _, t := range list {
			ids = append(ids, domain.ID(t.ID))
		}
	}
	return ids, nil
}

// note writes that ids are erased, where it isn't written yet.
func (s *Store) note(ctx context.Context, ids []domain.ID) error {
	for _, id := range ids {
		err := s.call(ctx, func(ctx context.Context) error {
			_, err := s.erased.InsertOne(ctx, note{ID: id})
			return err
		})
		if err != nil && !mongo.IsDuplicateKeyError(err) {
			return err
		}
	}
	return nil
}

func (s *Store) done(ctx context.Context, ids []domain.ID) error {
	for some := range slices.Chunk(ids, mostAtOnce) {
		err := s.call(ctx, func(ctx context.Context) error {
			_, err := s.erased.UpdateMany(ctx, among(some), bson.D{{Key: "$set", Value: bson.D{{Key: "done", Value: true}}}})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Sweep implements texts.Store.
func (s *Store) Sweep(ctx context.Context, before time.Time, referenced func(domain.TextID) bool) (n int, err error) {
	if err := s.finish(ctx); err != nil {
		return 0, err
	}
	var loose []domain.TextID
	err = s.call(ctx, func(ctx context.Context) error {
		cursor, err := s.texts.Find(ctx, bson.D{{Key: "at", Value: bson.D{{Key: "$lt", Value: before}}}},
			options.Find().SetProjection(bson.D{{Key: "_id", Value: 1}}))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for cursor.Next(ctx) {
			id, ok := cursor.Current.Lookup("_id").StringValueOK()
			if !ok {
				return &texts.DamagedError{Where: s.where(s.texts), What: "a document has no id of ours"}
			}
			loose = append(loose, domain.TextID(id))
		}
		return cursor.Err()
	})
	if err != nil {
		return 0, err
	}
	loose = slices.DeleteFunc(loose, referenced)
	for some := range slices.Chunk(loose, mostAtOnce) {
		swept, err := s.remove(ctx, s.texts, among(some))
		if n += swept; err != nil {
			return n, err
		}
	}
	return n, nil
}
