// Package mongoledger keeps a ledger in one MongoDB collection, which any number
// of hubs share. It asks nothing of the database but that an _id is taken once,
// that an ordered insert stops where it fails, and that what a majority holds
// stays: so a replica set, Atlas or a compatible engine all serve.
package mongoledger

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/ledger"
)

// Collection is the ledger's collection in its database. It must not be sharded,
// and nothing but hubs may write to it.
//
// A commit is one document, exactly the bytes that the hash chain is over; its
// number is its _id. Number 0 holds what the ledger is: its id, and the layout
// of the collection.
const Collection = "ledger"

// layout is how this program lays the collection out.
const layout = 1

// DefaultPoll is how often Wait looks for the commits of other hubs when nothing
// wakes it.
const DefaultPoll = 250 * time.Millisecond

// Ledger is a ledger.Ledger in a collection.
type Ledger struct {
	commits *mongo.Collection
	id      string
	poll    time.Duration
	// incomplete: it is a copy that isn't whole yet. Guarded by appending.
	incomplete bool

	// appending holds one token: the right to append, or to close.
	appending chan struct{}
	// calls ends, by hangUp, when the ledger is closed.
	calls  context.Context
	hangUp context.CancelFunc

	mu sync.Mutex
	// head is the newest commit known to be held by a majority, with all before it.
	head ledger.Head
	// grown is closed, and replaced, when the head moves or Wake is called.
	grown chan struct{}
}

var _ ledger.Copy = (*Ledger)(nil)

// ForeignError says that the collection isn't a ledger that this program knows.
type ForeignError struct {
	// Where is the collection, with its database.
	Where string
	// What it is instead, for people.
	What string
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is not a ledger: %s. It was left as it is: choose another database", e.Where, e.What)
}

// Open opens the ledger of a database, and creates it when there is none; any
// number of hubs may do so at once. A poll of 0 is DefaultPoll. The client stays
// the caller's to disconnect, after Close. Errors: ledger.ErrUnavailable when
// the database can't be reached or written to within seconds, a *ForeignError, a
// *ledger.IncompleteError, or the context's.
func Open(ctx context.Context, db *mongo.Database, poll time.Duration) (*Ledger, error) {
	return open(ctx, db, poll, origin{Ledger: newID(), Layout: layout})
}

// OpenExisting opens the ledger of a database, and creates nothing: it answers a
// *ledger.MissingError when there is none. Other errors as of Open.
func OpenExisting(ctx context.Context, db *mongo.Database, poll time.Duration) (*Ledger, error) {
	return open(ctx, db, poll, origin{})
}

// OpenCopy opens a copy of the ledger with an id, and creates it when there is
// none; it is incomplete then. It answers a *ledger.OtherLedgerError for a ledger
// of another id. Other errors as of Open.
func OpenCopy(ctx context.Context, db *mongo.Database, id string) (*Ledger, error) {
	return open(ctx, db, 0, origin{Ledger: id, Layout: layout, Incomplete: true})
}

func newID() string { return "ldg_" + strings.ToLower(rand.Text()) }

// open opens the ledger of a database. Where there is none it becomes mine, unless
// that names none; an incomplete one of mine is a copy, opened whole or not.
func open(ctx context.Context, db *mongo.Database, poll time.Duration, mine origin) (*Ledger, error) {
	if poll == 0 {
		poll = DefaultPoll
	}
	calls, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	l := &Ledger{
		commits:   db.Collection(Collection),
		poll:      poll,
		appending: make(chan struct{}, 1),
		calls:     calls,
		hangUp:    hangUp,
		grown:     make(chan struct{}),
	}
	stored, err := l.found(ctx, mine)
	switch {
	case err != nil:
	case mine.Incomplete && stored.Ledger != mine.Ledger:
		err = &ledger.OtherLedgerError{Where: l.where(), Stored: stored.Ledger, Asked: mine.Ledger}
	case !mine.Incomplete && stored.Incomplete:
		err = &ledger.IncompleteError{Where: l.where()}
	}
	if err != nil {
		hangUp()
		return nil, err
	}
	l.id, l.head, l.incomplete = stored.Ledger, ledger.Genesis(stored.Ledger), stored.Incomplete
	return l, nil
}

// origin is the document of number 0.
type origin struct {
	Number int64  `bson:"_id"`
	Ledger string `bson:"ledger"`
	Layout int    `bson:"layout"`
	// Incomplete: it is a copy that isn't whole yet.
	Incomplete bool `bson:"incomplete,omitempty"`
}

// found answers what the collection's ledger is, and makes it mine where there is
// none. Of hubs that do so at once, one succeeds, and all answer the same.
func (l *Ledger) found(ctx context.Context, mine origin) (origin, error) {
	for {
		var stored origin
		err := l.call(ctx, 0, func(ctx context.Context) error {
			return l.commits.FindOne(ctx, bson.D{{Key: "_id", Value: mine.Number}}).Decode(&stored)
		})
		switch {
		case err == nil && stored.Ledger == "":
			return origin{}, &ForeignError{Where: l.where(), What: "its document 0 names none"}
		case err == nil && stored.Layout > layout:
			return origin{}, &ForeignError{Where: l.where(), What: fmt.Sprintf("it is of layout %d, this program knows layouts up to %d: run a newer release", stored.Layout, layout)}
		case err == nil:
			return stored, nil
		case !errors.Is(err, mongo.ErrNoDocuments):
			return origin{}, l.unread(ctx, err)
		}
		if err := l.vacant(ctx); err != nil {
			return origin{}, err
		}
		if mine.Ledger == "" {
			return origin{}, &ledger.MissingError{Where: l.where()}
		}
		err = l.call(ctx, 0, func(ctx context.Context) error {
			_, err := l.commits.InsertOne(ctx, mine)
			return err
		})
		if err != nil && !mongo.IsDuplicateKeyError(err) {
			return origin{}, l.unread(ctx, err)
		}
		// Whoever's it is: read once a majority holds it.
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return origin{}, ctx.Err()
		}
	}
}

// Incomplete implements ledger.Copy.
func (l *Ledger) Incomplete() bool {
	l.appending <- struct{}{}
	defer func() { <-l.appending }()
	return l.incomplete
}

// Begin implements ledger.Copy.
func (l *Ledger) Begin(ctx context.Context) error { return l.mark(ctx, true) }

// Complete implements ledger.Copy.
func (l *Ledger) Complete(ctx context.Context) error { return l.mark(ctx, false) }

// mark says whether the ledger is incomplete, in its document 0.
func (l *Ledger) mark(ctx context.Context, incomplete bool) error {
	l.appending <- struct{}{}
	defer func() { <-l.appending }()
	switch {
	case l.isClosed():
		return ledger.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	case l.incomplete == incomplete:
		return nil
	}
	err := l.call(ctx, 0, func(ctx context.Context) error {
		now := origin{Ledger: l.id, Layout: layout, Incomplete: incomplete}
		_, err := l.commits.ReplaceOne(ctx, bson.D{{Key: "_id", Value: now.Number}}, now)
		return err
	})
	if err != nil {
		return l.unread(ctx, err)
	}
	l.incomplete = incomplete
	return nil
}

// vacant refuses a collection that holds documents of somebody else's.
func (l *Ledger) vacant(ctx context.Context) error {
	var any bson.Raw
	err := l.call(ctx, 0, func(ctx context.Context) (err error) {
		any, err = l.commits.FindOne(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: int64(0)}}}}, options.FindOne().SetProjection(idOnly)).Raw()
		return err
	})
	switch {
	case errors.Is(err, mongo.ErrNoDocuments):
		return nil
	case err != nil:
		return l.unread(ctx, err)
	}
	return &ForeignError{Where: l.where(), What: fmt.Sprintf("it holds documents, such as %.60s, and nothing that says what it is", any)}
}

// where names the collection in messages.
func (l *Ledger) where() string {
	return "collection " + l.commits.Database().Name() + "." + l.commits.Name()
}

// call gives one round trip its time, which ends with the ledger, too.
func (l *Ledger) call(ctx context.Context, bytes int, do func(context.Context) error) error {
	ctx, cancel := mongodb.Short(ctx, bytes)
	defer cancel()
	defer context.AfterFunc(l.calls, cancel)()
	return do(ctx)
}

// unread says why something couldn't be read, in the contract's terms.
func (l *Ledger) unread(ctx context.Context, err error) error {
	switch {
	case l.isClosed():
		return ledger.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("%w: %s: %w", ledger.ErrUnavailable, l.where(), err)
}

// ID implements ledger.Ledger.
func (l *Ledger) ID() string { return l.id }

// Wake makes those who Wait look at once: another hub says that it has appended.
func (l *Ledger) Wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tell()
}

// tell wakes who waits. For holders of mu.
func (l *Ledger) tell() {
	close(l.grown)
	l.grown = make(chan struct{})
}

// known answers the newest head that this adapter has seen, and what tells of
// the next.
func (l *Ledger) known() (ledger.Head, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head, l.grown
}

// learn notes a head that a majority holds.
func (l *Ledger) learn(h ledger.Head) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h.Number > l.head.Number {
		l.head = h
		l.tell()
	}
}

func (l *Ledger) isClosed() bool { return l.calls.Err() != nil }

// Head implements ledger.Ledger. It looks at what comes after the newest commit
// that it has seen; the first call may look at the numbers of them all.
func (l *Ledger) Head(ctx context.Context) (ledger.Head, error) {
	if l.isClosed() {
		return ledger.Head{}, ledger.ErrClosed
	}
	head, _ := l.known()
	end, err := l.denseEnd(ctx, head.Number)
	if err != nil || end == head.Number {
		return head, err
	}
	if head, err = l.headAt(ctx, end); err == nil {
		l.learn(head)
	}
	return head, err
}

// Wait implements ledger.Ledger: it looks again and again, at once when this hub
// appends or Wake is called.
func (l *Ledger) Wait(ctx context.Context, after uint64) error {
	look := time.NewTimer(l.poll)
	defer look.Stop()
	for {
		head, grown := l.known()
		if head.Number <= after {
			var err error
			if head, err = l.Head(ctx); err != nil {
				return err
			}
		}
		switch {
		case l.isClosed():
			return ledger.ErrClosed
		case head.Number > after:
			return nil
		}
		look.Reset(l.poll)
		select {
		case <-grown:
		case <-look.C:
		case <-l.calls.Done():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Clock tells the time of the server that can be written to.
func (l *Ledger) Clock(ctx context.Context) (time.Time, error) {
	var said struct {
		LocalTime time.Time `bson:"localTime"`
	}
	err := l.call(ctx, 0, func(ctx context.Context) error {
		return l.commits.Database().RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&said)
	})
	if err != nil {
		return time.Time{}, l.unread(ctx, err)
	}
	return said.LocalTime, nil
}

// Close implements ledger.Ledger.
func (l *Ledger) Close() error {
	l.hangUp()
	l.appending <- struct{}{} // an Append under way has ended
	<-l.appending
	return nil
}
