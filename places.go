package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/ledger/mongoledger"
	"github.com/palier-hub/palier/moving"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/texts/mongotexts"
)

// place is where a ledger and its personal store are, or are to be: a data folder,
// or the URI of a MongoDB database.
type place string

// place is where these flags say that a hub keeps what it knows.
func (s *storage) place() place {
	if s.Mongo != "" {
		return place(s.Mongo)
	}
	return place(s.Data)
}

func (p place) onMongo() bool {
	return strings.HasPrefix(string(p), "mongodb://") || strings.HasPrefix(string(p), "mongodb+srv://")
}

// String is for messages: without a password.
func (p place) String() string {
	if p.onMongo() {
		return mongodb.Redacted(string(p))
	}
	return string(p)
}

// is tells whether two are written as the same place.
func (p place) is(other place) bool {
	if p.onMongo() || other.onMongo() {
		return p == other
	}
	one, err := filepath.Abs(string(p))
	two, err2 := filepath.Abs(string(other))
	return err == nil && err2 == nil && one == two
}

// archive is a ledger and its personal store, opened by a command that serves
// nobody. Nothing is created.
type archive struct {
	ledger ledger.Storage
	// texts is nil when only the ledger was opened.
	texts texts.Store
	// db is where both are; nil in a folder.
	db *mongodb.Database
	// leaving is what it takes to close it, the last first.
	leaving []func() error
}

func (a *archive) close() error {
	var all []error
	for _, leave := range slices.Backward(a.leaving) {
		all = append(all, leave())
	}
	return errors.Join(all...)
}

// open opens the ledger and the personal store of a place. A folder is then nobody
// else's until it is closed.
func (p place) open(ctx context.Context) (*archive, error) {
	a, err := p.openLedger(ctx)
	if err != nil {
		return nil, err
	}
	if a.db == nil {
		a.texts, err = bolttexts.OpenExisting(string(p))
	} else {
		a.texts, err = mongotexts.OpenExisting(ctx, a.db)
	}
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	a.leaving = append(a.leaving, a.texts.Close)
	return a, nil
}

// openLedger opens the ledger alone.
func (p place) openLedger(ctx context.Context) (*archive, error) {
	a := new(archive)
	if !p.onMongo() {
		l, err := boltledger.OpenExisting(string(p))
		if err != nil {
			return nil, err
		}
		a.ledger, a.leaving = l, []func() error{l.Close}
		return a, nil
	}
	var disconnect func() error
	var err error
	if a.db, disconnect, err = p.connect(ctx); err != nil {
		return nil, err
	}
	l, err := mongoledger.OpenExisting(ctx, a.db, 0)
	if err != nil {
		return nil, errors.Join(err, disconnect())
	}
	a.ledger, a.leaving = l, []func() error{disconnect, l.Close}
	return a, nil
}

// openTexts opens the personal store alone; leave lets go of the place afterwards.
func (p place) openTexts(ctx context.Context) (t texts.Store, leave func() error, err error) {
	if !p.onMongo() {
		t, err = bolttexts.OpenExisting(string(p))
		return t, func() error { return nil }, err
	}
	db, disconnect, err := p.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	if t, err = mongotexts.OpenExisting(ctx, db); err != nil {
		return nil, nil, errors.Join(err, disconnect())
	}
	return t, disconnect, nil
}

// target makes the place one to carry to; leave lets go of it afterwards.
func (p place) target(ctx context.Context) (to moving.Target, leave func() error, err error) {
	if !p.onMongo() {
		return moving.Target{
			Ledger: func(_ context.Context, id string) (ledger.Copy, error) {
				return boltledger.OpenCopy(string(p), id)
			},
			Texts: func(_ context.Context, id string, secret [32]byte) (texts.Store, error) {
				return bolttexts.OpenCopy(string(p), id, secret)
			},
		}, func() error { return nil }, nil
	}
	db, disconnect, err := p.connect(ctx)
	if err != nil {
		return to, nil, err
	}
	return moving.Target{
		Ledger: func(ctx context.Context, id string) (ledger.Copy, error) {
			return mongoledger.OpenCopy(ctx, db, id)
		},
		Texts: func(ctx context.Context, id string, secret [32]byte) (texts.Store, error) {
			return mongotexts.OpenCopy(ctx, db, id, secret)
		},
	}, disconnect, nil
}

// connect prepares a client for the place's database; disconnect ends it.
func (p place) connect(ctx context.Context) (db *mongodb.Database, disconnect func() error, err error) {
	db, err = mongodb.Connect(string(p))
	if err != nil {
		return nil, nil, err
	}
	return db, func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := db.Client().Disconnect(ctx); err != nil {
			return fmt.Errorf("leaving MongoDB: %w", err)
		}
		return nil
	}, nil
}
