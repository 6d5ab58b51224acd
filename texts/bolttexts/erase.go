package bolttexts

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

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

// erase carries out what isn't carried out yet, in one transaction, and then
// compacts. Which persons and texts were erased stays known, by their ids.
func (s *Store) erase(ctx context.Context, erasures []domain.Erasure) (gone []domain.TextID, err error) {
	for _, e := range erasures {
		if err := checkErasure(e); err != nil {
			return nil, err
		}
	}
	end, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	persons, listed, err := s.pending(erasures)
	if err != nil {
		return nil, err
	}
	if len(persons)+len(listed) > 0 {
		err := s.update(func(tx *bbolt.Tx) (err error) {
			gone, err = s.remove(ctx, tx, persons, listed)
			return err
		})
		if err != nil {
			return nil, err
		}
		s.stale = true
		s.forgetAll(persons)
	}
	if !s.stale {
		return nil, nil
	}
	return gone, s.compact()
}

func (s *Store) forgetAll(persons map[domain.PersonID]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range persons {
		s.forget(id)
	}
}

// checkErasure refuses what no text or person can have as an id.
func checkErasure(e domain.Erasure) error {
	if e.Person != "" {
		if err := texts.CheckID(domain.ID(e.Person), domain.KindPerson); err != nil {
			return err
		}
	}
	for _, id := range e.Texts {
		if err := texts.CheckID(domain.ID(id), domain.KindText); err != nil {
			return err
		}
	}
	return nil
}

// pending are the persons and texts of erasures that aren't known as erased.
func (s *Store) pending(erasures []domain.Erasure) (persons map[domain.PersonID]bool, listed map[domain.TextID]bool, err error) {
	persons, listed = make(map[domain.PersonID]bool), make(map[domain.TextID]bool)
	err = s.view(func(tx *bbolt.Tx) error {
		for _, e := range erasures {
			if e.Person != "" && !isErased(tx, domain.ID(e.Person)) {
				persons[e.Person] = true
			}
			for _, id := range e.Texts {
				if !isErased(tx, domain.ID(id)) {
					listed[id] = true
				}
			}
		}
		return nil
	})
	return persons, listed, err
}

// remove takes persons, their texts and other texts out of the file, and answers
// the ids of the texts that were there.
func (s *Store) remove(ctx context.Context, tx *bbolt.Tx, persons map[domain.PersonID]bool, listed map[domain.TextID]bool) (gone []domain.TextID, err error) {
	doomed := maps.Clone(listed)
	for id := range persons {
		err := eachTextOf(ctx, tx, id, s.persons[id].Account, func(t domain.Text) { doomed[t.ID] = true })
		if err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(doomed)) {
		there, err := dropText(tx, id)
		if err != nil {
			return nil, err
		}
		if there {
			gone = append(gone, id)
		}
		if err := putErased(tx, domain.ID(id)); err != nil {
			return nil, err
		}
	}
	for id := range persons {
		if err := errors.Join(putRecord(tx, personsBucket, []byte(id), nil), putErased(tx, domain.ID(id))); err != nil {
			return nil, err
		}
	}
	return gone, putFact(tx, staleKey, nil)
}

// Sweep implements texts.Store. It also compacts after an identity has changed.
func (s *Store) Sweep(ctx context.Context, before time.Time, referenced func(domain.TextID) bool) (int, error) {
	if err := s.readable(ctx); err != nil {
		return 0, err
	}
	var loose []domain.TextID
	err := s.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(textsBucket).Cursor()
		for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			at, err := writtenAt(tx, k, v)
			if err != nil {
				return err
			}
			if at.Before(before) {
				loose = append(loose, domain.TextID(k))
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	loose = slices.DeleteFunc(loose, referenced)

	end, err := s.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer end()
	n := 0
	if len(loose) > 0 {
		err := s.update(func(tx *bbolt.Tx) error {
			for _, id := range loose {
				there, err := dropText(tx, id)
				if err != nil {
					return err
				}
				if there { // not erased meanwhile
					n++
				}
			}
			return putFact(tx, staleKey, nil)
		})
		if err != nil {
			return 0, err
		}
		s.stale = true
	}
	if !s.stale {
		return n, nil
	}
	return n, s.compact()
}
