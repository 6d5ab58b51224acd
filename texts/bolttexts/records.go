package bolttexts

import (
	"bytes"
	"context"
	"iter"

	"go.etcd.io/bbolt"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// A read transaction that lasts keeps a compaction waiting, and the consumer may
// cause one: so records are read some at a time, by these bounds.
const (
	someBytes   = 1 << 20
	someRecords = 512
)

// Records implements texts.Store.
func (s *Store) Records(ctx context.Context) iter.Seq2[texts.Record, error] {
	return func(yield func(texts.Record, error) bool) {
		for _, name := range [][]byte{erasedBucket, personsBucket, textsBucket} {
			for after := []byte(nil); ; {
				some, last, err := s.some(ctx, name, after)
				if err != nil {
					yield(texts.Record{}, err)
					return
				}
				for _, r := range some {
					if !yield(r, nil) {
						return
					}
				}
				if after = last; len(some) == 0 {
					break
				}
			}
		}
	}
}

// some reads the next records of a bucket after a key, and answers the last key.
func (s *Store) some(ctx context.Context, name, after []byte) (some []texts.Record, last []byte, err error) {
	if err := s.readable(ctx); err != nil {
		return nil, nil, err
	}
	err = s.view(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket(name).Cursor()
		k, v := cursor.Seek(after)
		if bytes.Equal(k, after) {
			k, v = cursor.Next()
		}
		for size := 0; k != nil && size < someBytes && len(some) < someRecords; k, v = cursor.Next() {
			r, err := readRecord(tx, name, k, v)
			if err != nil {
				return err
			}
			some, last = append(some, r), bytes.Clone(k)
			size += len(v)
		}
		return nil
	})
	return some, last, err
}

func readRecord(tx *bbolt.Tx, name, key, sealed []byte) (r texts.Record, err error) {
	switch {
	case bytes.Equal(name, erasedBucket):
		_, err = unseal(key, sealed)
		if err != nil {
			err = damagedRecord(tx, key, err)
		}
		r.Erased = domain.ID(key)
	case bytes.Equal(name, personsBucket):
		r.Person = new(domain.Person)
		err = decode(tx, key, sealed, r.Person)
	default:
		r.Text = new(domain.Text)
		*r.Text, err = readText(tx, key, sealed)
	}
	return r, err
}
