package mongotexts_test

import (
	"context"
	"errors"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/mongotexts"
	"github.com/palier-hub/palier/texts/textstest"
)

func TestMain(m *testing.M) { mongotest.Main(m) }

func TestContract(t *testing.T) {
	textstest.Run(t, func(t *testing.T) textstest.Storage {
		db := mongotest.Database(t)
		return textstest.Storage{
			Open: func(t *testing.T) texts.Store {
				s, err := mongotexts.Open(t.Context(), db)
				if err != nil {
					t.Fatal(err)
				}
				return s
			},
			OpenCopy: func(t *testing.T, id string, secret [32]byte) (texts.Store, error) {
				return mongotexts.OpenCopy(t.Context(), db, id, secret)
			},
			OpenExisting: func(t *testing.T) (texts.Store, error) { return mongotexts.OpenExisting(t.Context(), db) },
		}
	})
}

// An erasure that was cut off after it was noted is carried out when the store
// is opened next.
func TestErasureCutOff(t *testing.T) {
	db := mongotest.Database(t)
	open := func() *mongotexts.Store {
		s, err := mongotexts.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	s := open()
	them := domain.Person{ID: "per_1", Account: "act_1", Name: "Camille Exemple"}
	if err := s.PutPerson(t.Context(), them); err != nil {
		t.Fatal(err)
	}
	text := domain.Text{ID: "txt_1", Kind: domain.TextMessage, Body: "Bonjour", Author: "act_1"}
	if err := s.PutTexts(t.Context(), []domain.Text{text}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Collection("personal_erased").InsertOne(t.Context(), map[string]any{"_id": "per_1", "done": false}); err != nil {
		t.Fatal(err)
	}
	s = open()
	found, err := s.Texts(t.Context(), []domain.TextID{"txt_1"})
	persons, err2 := s.Persons(t.Context(), []domain.PersonID{"per_1"})
	if err != nil || err2 != nil || len(found)+len(persons) > 0 {
		t.Errorf("left are %v and %v (%v, %v)", found, persons, err, err2)
	}
	if _, err := s.Erase(t.Context(), "per_1"); err != nil {
		t.Error(err)
	}
	if err := s.PutTexts(t.Context(), []domain.Text{text}); !isErased(err) {
		t.Errorf("put late: %v", err)
	}
}

func isErased(err error) bool {
	_, ok := errors.AsType[*texts.ErasedError](err)
	return ok
}

// A server that isn't there is said to be unavailable.
func TestUnreachable(t *testing.T) {
	db, err := mongodb.Connect("mongodb://127.0.0.1:1/palier")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Client().Disconnect(context.Background())
	if _, err := mongotexts.Open(t.Context(), db); !errors.Is(err, texts.ErrUnavailable) {
		t.Errorf("opening answers %v", err)
	}
}
