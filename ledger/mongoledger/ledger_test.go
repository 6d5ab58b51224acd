package mongoledger_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/ledgertest"
	"github.com/palier-hub/palier/ledger/mongoledger"
)

func TestMain(m *testing.M) { mongotest.Main(m) }

func TestContract(t *testing.T) {
	fresh := func(t *testing.T) ledgertest.Store {
		db := mongotest.Database(t)
		return ledgertest.Store{
			Open: func(t *testing.T) ledger.Ledger {
				l, err := mongoledger.Open(t.Context(), db, 20*time.Millisecond)
				if err != nil {
					t.Fatal(err)
				}
				return l
			},
			OpenCopy: func(t *testing.T, id string) (ledger.Copy, error) {
				return mongoledger.OpenCopy(t.Context(), db, id)
			},
			OpenExisting: func(t *testing.T) (ledger.Storage, error) {
				return mongoledger.OpenExisting(t.Context(), db, 20*time.Millisecond)
			},
			Plant: func(t *testing.T, c ledger.Commit) {
				encoded, err := c.Encode()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := db.Collection(mongoledger.Collection).InsertOne(t.Context(), bson.Raw(encoded)); err != nil {
					t.Fatal(err)
				}
			},
		}
	}
	ledgertest.Run(t, fresh)
	ledgertest.RunStorage(t, fresh)
}

// Hubs that start at once found one ledger, and append to it in turns.
func TestHubsShareALedger(t *testing.T) {
	const hubs, each = 4, 5
	uri := mongotest.URI(t)
	ids := make([]string, hubs)
	acknowledged := make([][]ledger.CommitID, hubs)
	var all sync.WaitGroup
	for i := range hubs {
		all.Go(func() {
			db, err := mongodb.Connect(uri)
			if err != nil {
				t.Error(err)
				return
			}
			defer db.Client().Disconnect(context.Background())
			l, err := mongoledger.Open(t.Context(), db, 20*time.Millisecond)
			if err != nil {
				t.Error(err)
				return
			}
			defer l.Close()
			ids[i] = l.ID()
			for len(acknowledged[i]) < each {
				head, err := l.Head(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				run := ledgertest.Commits(t, head, 1)
				durable, err := l.Append(t.Context(), run)
				for _, c := range run[:durable] {
					acknowledged[i] = append(acknowledged[i], c.ID)
				}
				_, taken := errors.AsType[*ledger.TakenError](err)
				if err != nil && !taken && !errors.Is(err, ledger.ErrOutcomeUnknown) {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	l, err := mongoledger.Open(t.Context(), mustConnect(t, uri), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	times := map[ledger.CommitID]int{}
	for c, err := range l.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		times[c.ID]++
	}
	if len(times) != hubs*each {
		t.Errorf("%d commits, want %d", len(times), hubs*each)
	}
	for i := range hubs {
		if ids[i] != l.ID() {
			t.Errorf("hub %d founded %s, the ledger is %s", i, ids[i], l.ID())
		}
		for _, id := range acknowledged[i] {
			if times[id] != 1 {
				t.Errorf("commit %s was acknowledged, and is there %d times", id, times[id])
			}
		}
	}
}

// What another hub appends is seen at once when something wakes the wait, and by
// the next look otherwise.
func TestWaitSeesOtherHubs(t *testing.T) {
	uri := mongotest.URI(t)
	open := func(poll time.Duration) *mongoledger.Ledger {
		l, err := mongoledger.Open(t.Context(), mustConnect(t, uri), poll)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	looking, woken, writer := open(20*time.Millisecond), open(time.Hour), open(0)
	seen := make(chan error, 1)
	for _, l := range []*mongoledger.Ledger{looking, woken} {
		before, err := l.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		go func() { seen <- l.Wait(t.Context(), before.Number) }()
		if l == woken {
			time.Sleep(200 * time.Millisecond) // it has looked, and looks once an hour
		}
		run := ledgertest.Commits(t, before, 1)
		if _, err := writer.Append(t.Context(), run); err != nil {
			t.Fatal(err)
		}
		if l == woken {
			l.Wake()
		}
		select {
		case err := <-seen:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it isn't seen")
		}
	}
}

// A server that isn't there is said to be unavailable, within seconds.
func TestUnreachable(t *testing.T) {
	db, err := mongodb.Connect("mongodb://127.0.0.1:1/palier")
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := mongoledger.Open(t.Context(), db, 0); !errors.Is(err, ledger.ErrUnavailable) {
		t.Errorf("opening answers %v", err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
}

// A collection of somebody else's is left alone.
func TestForeignCollection(t *testing.T) {
	db := mongotest.Database(t)
	if _, err := db.Collection(mongoledger.Collection).InsertOne(t.Context(), bson.D{{Key: "_id", Value: "accounts"}}); err != nil {
		t.Fatal(err)
	}
	_, err := mongoledger.Open(t.Context(), db, 0)
	if _, ok := errors.AsType[*mongoledger.ForeignError](err); !ok {
		t.Errorf("opening answers %v", err)
	}
	n, err := db.Collection(mongoledger.Collection).CountDocuments(t.Context(), bson.D{})
	if err != nil || n != 1 {
		t.Errorf("it holds %d documents, %v", n, err)
	}
}

func mustConnect(t *testing.T, uri string) *mongo.Database {
	t.Helper()
	db, err := mongodb.Connect(uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Client().Disconnect(context.Background()) })
	return db
}
