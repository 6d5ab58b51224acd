package mongotexts

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/texts"
)

// someRecords is how many records one round trip reads.
const someRecords = 256

// Records implements texts.Store.
func (s *Store) Records(ctx context.Context) iter.Seq2[texts.Record, error] {
	return func(yield func(texts.Record, error) bool) {
		for _, from := range []*mongo.Collection{s.erased, s.persons, s.texts} {
			for after := ""; ; {
				rows, err := s.some(ctx, from, after)
				if err != nil {
					yield(texts.Record{}, err)
					return
				}
				for _, r := range rows {
					record, err := s.record(from, r)
					if !yield(record, err) || err != nil {
						return
					}
					after = r.ID
				}
				if len(rows) == 0 {
					break
				}
			}
		}
	}
}

// some reads the next rows of a collection after an id.
func (s *Store) some(ctx context.Context, from *mongo.Collection, after string) (rows []row, err error) {
	err = s.call(ctx, func(ctx context.Context) error {
		cursor, err := from.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: after}}}},
			options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(someRecords))
		if err != nil {
			return err
		}
		defer cursor.Close(ctx)
		for cursor.Next(ctx) {
			var r row
			if err := cursor.Decode(&r); err != nil {
				return &texts.DamagedError{Where: s.where(from), What: "a document can't be read", Err: err}
			}
			rows = append(rows, r)
		}
		return cursor.Err()
	})
	return rows, err
}

func (s *Store) record(from *mongo.Collection, r row) (record texts.Record, err error) {
	switch from {
	case s.erased:
		record.Erased = domain.ID(r.ID)
	case s.persons:
		record.Person = new(domain.Person)
		err = json.Unmarshal([]byte(r.Doc), record.Person)
	default:
		record.Text = new(domain.Text)
		err = json.Unmarshal([]byte(r.Doc), record.Text)
	}
	if err != nil { // what it says could quote what was written
		return texts.Record{}, &texts.DamagedError{Where: s.where(from), What: fmt.Sprintf("%s can't be read", r.ID)}
	}
	return record, nil
}
