package mongoledger

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/ledger"
)

// The collections of the snapshots, which may be dropped at any time: a document
// for each chunk, one for each claim, which says what was begun, and one for each
// manifest, without which there is no snapshot.
const (
	SnapshotCollection = "snapshots"
	ChunkCollection    = "snapshot_chunks"
	ClaimCollection    = "snapshot_claims"
)

// Snapshots is a ledger.Snapshots in collections that any number of hubs share.
type Snapshots struct {
	manifests, chunks, claims *mongo.Collection
}

var _ ledger.Snapshots = (*Snapshots)(nil)

// OpenSnapshots are those of a database. Nothing is sent yet.
func OpenSnapshots(db *mongo.Database) *Snapshots {
	return &Snapshots{db.Collection(SnapshotCollection), db.Collection(ChunkCollection), db.Collection(ClaimCollection)}
}

// claimed is a claim, and the snapshot that was begun for it.
type claimed struct {
	Claim    string    `bson:"_id"`
	Snapshot string    `bson:"snapshot"`
	Begun    time.Time `bson:"begun"`
}

// held is a manifest, with the number of its base in clear, to find the newest.
type held struct {
	ID       string `bson:"_id"`
	Number   int64  `bson:"number"`
	Manifest []byte `bson:"manifest"`
}

// chunk is one of a snapshot's.
type chunk struct {
	ID   string `bson:"_id"`
	Data []byte `bson:"data"`
}

// chunkID orders the chunks of a snapshot, and keeps those of one together.
func chunkID(snapshot string, number int) string { return fmt.Sprintf("%s/%06d", snapshot, number) }

// call gives one round trip its time, and its error the contract's terms.
func (s *Snapshots) call(ctx context.Context, bytes int, do func(context.Context) error) error {
	within, cancel := mongodb.Short(ctx, bytes)
	defer cancel()
	err := do(within)
	switch {
	case err == nil || errors.Is(err, mongo.ErrNoDocuments) || mongo.IsDuplicateKeyError(err):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("%w: collection %s.%s: %w", ledger.ErrUnavailable, s.manifests.Database().Name(), s.manifests.Name(), err)
}

// find decodes all documents that match.
func find[T any](ctx context.Context, s *Snapshots, from *mongo.Collection, filter any, order bson.D) (all []T, err error) {
	err = s.call(ctx, 1<<20, func(ctx context.Context) error {
		cursor, err := from.Find(ctx, filter, options.Find().SetSort(order))
		if err != nil {
			return err
		}
		return cursor.All(ctx, &all)
	})
	return all, err
}

// Newest implements ledger.Snapshots.
func (s *Snapshots) Newest(ctx context.Context) iter.Seq2[ledger.Manifest, error] {
	return func(yield func(ledger.Manifest, error) bool) {
		all, err := s.held(ctx)
		for _, h := range all {
			if !yield(ledger.DecodeManifest(h.ID, h.Manifest)) {
				return
			}
		}
		if err != nil {
			yield(ledger.Manifest{}, err)
		}
	}
}

// held are the manifests, the newest first.
func (s *Snapshots) held(ctx context.Context) ([]held, error) {
	return find[held](ctx, s, s.manifests, bson.D{}, bson.D{{Key: "number", Value: -1}, {Key: "_id", Value: 1}})
}

// Chunk implements ledger.Snapshots.
func (s *Snapshots) Chunk(ctx context.Context, m ledger.Manifest, number int) ([]byte, error) {
	var c chunk
	err := s.call(ctx, ledger.MaxChunkBytes, func(ctx context.Context) error {
		return s.chunks.FindOne(ctx, bson.D{{Key: "_id", Value: chunkID(m.ID, number)}}).Decode(&c)
	})
	if errors.Is(err, mongo.ErrNoDocuments) {
		return nil, &ledger.SnapshotError{ID: m.ID, What: fmt.Sprintf("chunk %d is missing", number)}
	}
	return c.Data, err
}

// Begin implements ledger.Snapshots: of hubs that claim at once, one inserts.
func (s *Snapshots) Begin(ctx context.Context, claim string, now time.Time) (ledger.Draft, error) {
	id := "snp_" + strings.ToLower(rand.Text())
	err := s.insert(ctx, s.claims, 0, claimed{claim, id, now})
	if mongo.IsDuplicateKeyError(err) {
		return nil, ledger.ErrClaimed
	} else if err != nil {
		return nil, err // it may have landed: then nobody makes this one
	}
	return &draft{Snapshots: s, id: id, claim: claim}, nil
}

func (s *Snapshots) insert(ctx context.Context, into *mongo.Collection, bytes int, document any) error {
	return s.call(ctx, bytes, func(ctx context.Context) error {
		_, err := into.InsertOne(ctx, document)
		return err
	})
}

// draft is a ledger.Draft.
type draft struct {
	*Snapshots
	id, claim string
	refs      []ledger.ChunkRef
	// completing: the manifest was sent.
	completing bool
}

// Put implements ledger.Draft.
func (d *draft) Put(ctx context.Context, data []byte) error {
	if err := ledger.CheckChunk(data); err != nil {
		return err
	}
	if err := d.insert(ctx, d.chunks, len(data), chunk{chunkID(d.id, len(d.refs)), data}); err != nil {
		return err
	}
	d.refs = append(d.refs, ledger.RefOf(data))
	return nil
}

// Complete implements ledger.Draft: a majority has journaled the chunks when the
// manifest is sent.
func (d *draft) Complete(ctx context.Context, m ledger.Manifest) error {
	m.ID, m.Chunks = d.id, d.refs
	encoded, err := m.Encode()
	if err != nil {
		return err
	}
	d.completing = true
	return d.insert(ctx, d.manifests, len(encoded), held{d.id, int64(m.Base.Number), encoded})
}

// mostDiscarding bounds how long Discard takes.
const mostDiscarding = 5 * time.Second

// Discard implements ledger.Draft. A manifest whose outcome isn't known may yet
// land, and needs its chunks.
func (d *draft) Discard() {
	if d.completing {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), mostDiscarding)
	defer cancel()
	_ = d.remove(ctx, d.id)
}

// remove takes a snapshot away: first what makes it one, last the claim, by which
// what a crash leaves of it is found.
func (s *Snapshots) remove(ctx context.Context, id string) error {
	for _, of := range []struct {
		from   *mongo.Collection
		filter bson.D
	}{
		{s.manifests, bson.D{{Key: "_id", Value: id}}},
		{s.chunks, bson.D{{Key: "_id", Value: bson.D{{Key: "$gte", Value: id + "/"}, {Key: "$lt", Value: id + "0"}}}}}, // "0" follows "/"
		{s.claims, bson.D{{Key: "snapshot", Value: id}}},
	} {
		err := s.call(ctx, ledger.MaxChunkBytes, func(ctx context.Context) error {
			_, err := of.from.DeleteMany(ctx, of.filter)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Sweep implements ledger.Snapshots.
func (s *Snapshots) Sweep(ctx context.Context, keep int, begunBefore time.Time) error {
	all, err := s.held(ctx)
	if err != nil {
		return err
	}
	claims, err := find[claimed](ctx, s, s.claims, bson.D{}, byNumber)
	if err != nil {
		return err
	}
	complete := map[string]bool{}
	var failed error
	for _, h := range all {
		complete[h.ID] = true
		if _, err := ledger.DecodeManifest(h.ID, h.Manifest); err == nil && keep > 0 {
			keep--
			continue
		}
		failed = cmp.Or(failed, s.remove(ctx, h.ID))
	}
	for _, c := range claims {
		if !complete[c.Snapshot] && c.Begun.Before(begunBefore) {
			failed = cmp.Or(failed, s.remove(ctx, c.Snapshot))
		}
	}
	return failed
}
