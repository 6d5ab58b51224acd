package mongoledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/ledger/mongoledger"
)

func TestSnapshots(t *testing.T) {
	ledgertest.RunSnapshots(t, func(t *testing.T) ledgertest.SnapshotStore {
		db := mongotest.Database(t)
		return ledgertest.SnapshotStore{
			Open: func(*testing.T) ledger.Snapshots { return mongoledger.OpenSnapshots(db) },
			Garble: func(t *testing.T, id string) {
				one(t, db.Collection(mongoledger.SnapshotCollection).FindOne(t.Context(), bson.D{{Key: "_id", Value: id}}).Err())
				_, err := db.Collection(mongoledger.SnapshotCollection).UpdateByID(t.Context(), id, bson.D{{Key: "$set", Value: bson.D{{Key: "manifest", Value: []byte("no manifest")}}}})
				one(t, err)
			},
			Cut: func(t *testing.T, id string) {
				gone, err := db.Collection(mongoledger.ChunkCollection).DeleteOne(t.Context(), bson.D{{Key: "_id", Value: id + "/000001"}})
				if one(t, err); gone.DeletedCount != 1 {
					t.Fatal("there is no such chunk")
				}
			},
		}
	})
}

func one(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Snapshots that can't be reached are said to be unavailable.
func TestSnapshotsUnreachable(t *testing.T) {
	db, err := mongodb.Connect("mongodb://127.0.0.1:1/palier")
	one(t, err)
	defer db.Client().Disconnect(context.Background())
	for _, err := range mongoledger.OpenSnapshots(db).Newest(t.Context()) {
		if !errors.Is(err, ledger.ErrUnavailable) {
			t.Errorf("it answers %v", err)
		}
	}
}

// A manifest that lands after its hub has given up finds its chunks.
func TestLateManifest(t *testing.T) {
	db := mongotest.Database(t)
	s := mongoledger.OpenSnapshots(db)
	draft, err := s.Begin(t.Context(), "late", time.Now())
	one(t, err)
	one(t, draft.Put(t.Context(), []byte("chunk")))
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := draft.Complete(stopped, ledger.Manifest{Ledger: "ldg_1"}); err == nil {
		t.Fatal("it is complete")
	}
	draft.Discard()
	left, err := db.Collection(mongoledger.ChunkCollection).CountDocuments(t.Context(), bson.D{})
	if one(t, err); left != 1 {
		t.Errorf("%d chunks are left, want 1", left)
	}
	one(t, s.Sweep(t.Context(), 1, time.Now().Add(time.Hour))) // it never landed
	if left, err = db.Collection(mongoledger.ChunkCollection).CountDocuments(t.Context(), bson.D{}); err != nil || left != 0 {
		t.Errorf("%d chunks are left for ever (%v)", left, err)
	}
}
