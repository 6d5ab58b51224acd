package mirror

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// ErrUnavailable: the mirror's database can't be reached or written to now. What
// was under way is done again by the next Update.
var ErrUnavailable = errors.New("the mirror's database can't be reached or written to now")

// stateCollection holds one document, that says what the database mirrors.
const stateCollection = "palier_mirror"

// layout counts the ways the documents have been laid out, beside what fields.go
// says.
const layout = 1

// state is that document.
type state struct {
	ID     string `bson:"_id"`
	Ledger string `bson:"ledger"`
	// Commit is the last one that is mirrored, Hash what the next one follows.
	Commit int64  `bson:"commit"`
	Hash   string `bson:"hash"`
	// Made says how the documents were made: by which fields, for whom, by which
	// geography. Others are made anew.
	Made string `bson:"made"`
}

const stateID = "mirror"

// Mirror is a database that mirrors a ledger. It is for one goroutine, and one
// program at a time.
type Mirror struct {
	db     *mongodb.Database
	viewer domain.Viewer
	atlas  *geo.Atlas
	state  state
	// known: what is mirrored is known to be that of the state's commit.
	known bool
}

// Open opens a mirror of a ledger for what a viewer may see. With rebuild, all of
// it is compared with the next World; so it is when it can't be known to be that of
// an earlier commit. Errors: *LedgerError, *ForeignError, *OtherLedgerError,
// ErrUnavailable, and those of the ledger.
func Open(ctx context.Context, db *mongodb.Database, l ledger.Ledger, atlas *geo.Atlas, viewer domain.Viewer, rebuild bool) (*Mirror, error) {
	m := &Mirror{db: db, viewer: viewer, atlas: atlas}
	var names []string
	err := m.call(ctx, 0, func(ctx context.Context) (err error) {
		names, err = db.ListCollectionNames(ctx, bson.D{})
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == "ledger" || strings.HasPrefix(name, "personal_") {
			return nil, &LedgerError{db.Name(), name}
		}
	}
	err = m.call(ctx, 0, func(ctx context.Context) error {
		return db.Collection(stateCollection).FindOne(ctx, bson.D{{Key: "_id", Value: stateID}}).Decode(&m.state)
	})
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		for _, c := range collections {
			if slices.Contains(names, c.name) {
				return nil, &ForeignError{db.Name(), c.name}
			}
		}
	case err != nil:
		return nil, err
	case m.state.Ledger != l.ID() && !rebuild:
		return nil, &OtherLedgerError{db.Name(), m.state.Ledger, l.ID()}
	}
	if !rebuild && m.state.Ledger == l.ID() && m.state.Made == m.made() {
		if m.known, err = holds(ctx, l, uint64(m.state.Commit), m.state.Hash); err != nil {
			return nil, err
		}
	}
	if !m.known {
		// From now on, whatever cuts it off, the database is known as a mirror.
		m.state = state{ID: stateID, Ledger: l.ID(), Made: "not yet"}
		return m, m.putState(ctx)
	}
	return m, nil
}

// holds tells whether a ledger has the commit of a number with this hash. A ledger
// that was restored from an earlier backup may have another.
func holds(ctx context.Context, l ledger.Ledger, number uint64, hash string) (bool, error) {
	if number == 0 {
		return false, nil
	}
	for c, err := range l.Read(ctx, number-1) {
		if err != nil {
			return false, err
		}
		encoded, err := c.Encode()
		return err == nil && c.Number == number && ledger.HashOf(encoded).String() == hash, err
	}
	return false, nil
}

// made identifies how documents are made.
func (m *Mirror) made() string {
	h := sha256.New()
	fmt.Fprintln(h, layout, m.viewer.Role, m.atlas.Version())
	types := slices.SortedFunc(maps.Keys(decided), func(a, b reflect.Type) int { return strings.Compare(a.String(), b.String()) })
	for _, t := range types {
		for i := range t.NumField() { // in the order in which they are written
			fmt.Fprintln(h, t, t.Field(i).Name, decided[t][t.Field(i).Name])
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Commit is the last one that is mirrored; 0 when that isn't known.
func (m *Mirror) Commit() uint64 {
	if !m.known {
		return 0
	}
	return uint64(m.state.Commit)
}

// Changes counts what an update wrote.
type Changes struct{ Written, Removed int }

// Update makes the mirror say what a World says: of what changed since the commit
// that it is of where that is remembered, else of everything. Analysts who read
// meanwhile see some rows as they are and others as they were.
func (m *Mirror) Update(ctx context.Context, w *world.World) (done Changes, err error) {
	v := view{w, m.viewer, m.atlas}
	changed, remembered := m.changed(w)
	for _, c := range collections {
		to := &writing{mirror: m, collection: m.db.Collection(c.name), done: &done}
		if remembered {
			err = m.some(ctx, v, c, changed[c.name], to)
		} else {
			err = m.all(ctx, v, c, to)
		}
		if err == nil {
			err = to.flush(ctx)
		}
		if err != nil {
			return done, fmt.Errorf("mirroring %s: %w", c.name, err)
		}
	}
	m.state = state{ID: stateID, Ledger: w.LedgerID(), Commit: int64(w.Commit()), Hash: w.Head().Hash.String(), Made: m.made()}
	if err := m.putState(ctx); err != nil {
		return done, err
	}
	m.known = true
	return done, nil
}

// changed are the ids of the rows that may be other than they were at the mirror's
// commit, by collection; false when that isn't remembered.
func (m *Mirror) changed(w *world.World) (map[string][]domain.ID, bool) {
	if !m.known {
		return nil, false
	}
	changes, ok := w.ChangesAfter(world.Place{Commit: uint64(m.state.Commit)})
	if !ok {
		return nil, false
	}
	ids := make(map[string][]domain.ID)
	for change := range changes {
		for _, c := range collections {
			if c.kind == change.Kind {
				ids[c.name] = append(ids[c.name], change.ID)
			}
		}
		for name, id := range dependents(w, change.Kind, change.ID) {
			ids[name] = append(ids[name], id)
		}
	}
	for name := range ids {
		slices.Sort(ids[name])
		ids[name] = slices.Compact(ids[name])
	}
	return ids, true
}

// some writes the rows of these ids.
func (m *Mirror) some(ctx context.Context, v view, c collection, ids []domain.ID, to *writing) error {
	for _, id := range ids {
		var doc bson.Raw
		visible := false
		if e, ok := c.one(v.world, id); ok {
			var err error
			if doc, visible, err = v.document(e); err != nil {
				return err
			}
		}
		var err error
		if visible {
			err = to.put(ctx, id, doc)
		} else {
			err = to.remove(ctx, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// all compares a collection with the rows of a World, both in order of their ids.
func (m *Mirror) all(ctx context.Context, v view, c collection, to *writing) error {
	kept := keptIn{mirror: m, collection: to.collection}
	there, err := kept.next(ctx)
	if err != nil {
		return err
	}
	// passed removes what is there before an id, or all of it.
	passed := func(id domain.ID, last bool) error {
		for there != nil && (last || idOf(there) < id) {
			if err := to.remove(ctx, idOf(there)); err != nil {
				return err
			}
			if there, err = kept.next(ctx); err != nil {
				return err
			}
		}
		return nil
	}
	for e := range c.all(v.world) {
		doc, visible, err := v.document(e)
		if err != nil {
			return err
		}
		if !visible {
			continue
		}
		if err := passed(e.id, false); err != nil {
			return err
		}
		if there != nil && idOf(there) == e.id {
			same := bytes.Equal(there, doc)
			if there, err = kept.next(ctx); err != nil {
				return err
			}
			if same {
				continue
			}
		}
		if err := to.put(ctx, e.id, doc); err != nil {
			return err
		}
	}
	return passed("", true)
}

func idOf(doc bson.Raw) domain.ID {
	id, _ := doc.Lookup("_id").StringValueOK()
	return domain.ID(id)
}

// keptIn reads a collection in order of its ids, some at a time.
type keptIn struct {
	mirror     *Mirror
	collection *mongo.Collection
	some       []bson.Raw
	after      domain.ID
	ended      bool
}

const (
	someRead    = 500
	someWritten = 50
	// someBytes is what such a round trip may carry.
	someBytes = 8 << 20
)

// next answers nil at the end.
func (k *keptIn) next(ctx context.Context) (bson.Raw, error) {
	if len(k.some) == 0 && !k.ended {
		err := k.mirror.call(ctx, someBytes, func(ctx context.Context) error {
			cursor, err := k.collection.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$gt", Value: string(k.after)}}}},
				options.Find().SetSort(bson.D{{Key: "_id", Value: 1}}).SetLimit(someRead))
			if err != nil {
				return err
			}
			defer cursor.Close(ctx)
			k.some = nil
			for cursor.Next(ctx) {
				k.some = append(k.some, bson.Raw(bytes.Clone(cursor.Current)))
			}
			return cursor.Err()
		})
		if err != nil {
			return nil, err
		}
		k.ended = len(k.some) == 0
	}
	if k.ended {
		return nil, nil
	}
	first := k.some[0]
	k.some, k.after = k.some[1:], idOf(first)
	return first, nil
}

// writing gathers what is written to a collection.
type writing struct {
	mirror     *Mirror
	collection *mongo.Collection
	models     []mongo.WriteModel
	removed    []domain.ID
	done       *Changes
}

func (w *writing) put(ctx context.Context, id domain.ID, doc bson.Raw) error {
	w.models = append(w.models, mongo.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: string(id)}}).SetReplacement(doc).SetUpsert(true))
	w.done.Written++
	return w.flushAt(ctx, someWritten)
}

func (w *writing) remove(ctx context.Context, id domain.ID) error {
	w.removed = append(w.removed, id)
	return w.flushAt(ctx, someWritten)
}

func (w *writing) flush(ctx context.Context) error { return w.flushAt(ctx, 1) }

func (w *writing) flushAt(ctx context.Context, least int) error {
	if len(w.models) >= least {
		err := w.mirror.call(ctx, someBytes, func(ctx context.Context) error {
			_, err := w.collection.BulkWrite(ctx, w.models)
			return err
		})
		if err != nil {
			return err
		}
		w.models = nil
	}
	if len(w.removed) >= least {
		err := w.mirror.call(ctx, someBytes, func(ctx context.Context) error {
			result, err := w.collection.DeleteMany(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: w.removed}}}})
			if err == nil {
				w.done.Removed += int(result.DeletedCount)
			}
			return err
		})
		if err != nil {
			return err
		}
		w.removed = nil
	}
	return nil
}

func (m *Mirror) putState(ctx context.Context) error {
	return m.call(ctx, 0, func(ctx context.Context) error {
		_, err := m.db.Collection(stateCollection).ReplaceOne(ctx, bson.D{{Key: "_id", Value: stateID}}, m.state, options.Replace().SetUpsert(true))
		return err
	})
}

// call gives one round trip its time.
func (m *Mirror) call(ctx context.Context, bytes int, do func(context.Context) error) error {
	within, cancel := mongodb.Short(ctx, bytes)
	defer cancel()
	err := do(within)
	switch {
	case err == nil, errors.Is(err, mongo.ErrNoDocuments):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("%w: database %s: %w", ErrUnavailable, m.db.Name(), err)
}
