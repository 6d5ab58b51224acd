package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/ledger/mongoledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/texts/mongotexts"
)

// storage says where a hub keeps what it knows.
type storage struct {
	Data  string `env:"PALIER_DATA" default:"palier-data" type:"path" help:"Folder of the embedded ledger, the personal store and the signing key; created when missing."`
	Mongo string `env:"PALIER_MONGO_URI" placeholder:"URI" help:"MongoDB to keep the ledger and the personal store in, instead of the folder: mongodb://[user:password@]host[,host…]/database?replicaSet=…. Any number of hubs may share it."`
}

// stores are the ledger and the personal store of a hub.
type stores struct {
	ledger    ledger.Ledger
	snapshots ledger.Snapshots
	texts     texts.Store
	// shared with other hubs.
	shared bool
	// close closes both.
	close func() error
}

// open opens the stores. It waits for a MongoDB that can't be reached yet, until
// the context ends.
func (s *storage) open(ctx context.Context, logger *slog.Logger) (stores, error) {
	if s.Mongo == "" {
		return s.embedded()
	}
	for {
		opened, err := s.onMongo(ctx)
		if !errors.Is(err, ledger.ErrUnavailable) && !errors.Is(err, texts.ErrUnavailable) {
			return opened, err
		}
		logger.Warn("MongoDB can't be reached, trying again", "mongo", place(s.Mongo), "error", err)
		select {
		case <-time.After(2 * time.Second):
		case <-ctx.Done():
			return stores{}, err
		}
	}
}

func (s *storage) embedded() (stores, error) {
	l, err := boltledger.Open(s.Data)
	if err != nil {
		return stores{}, err
	}
	snapshots, err := boltledger.OpenSnapshots(s.Data)
	if err != nil {
		return stores{}, errors.Join(err, l.Close())
	}
	t, err := bolttexts.Open(s.Data)
	if err != nil {
		return stores{}, errors.Join(err, l.Close())
	}
	return stores{ledger: l, snapshots: snapshots, texts: t, close: func() error { return errors.Join(t.Close(), l.Close()) }}, nil
}

func (s *storage) onMongo(ctx context.Context) (stores, error) {
	db, disconnect, err := place(s.Mongo).connect(ctx)
	if err != nil {
		return stores{}, err
	}
	l, err := mongoledger.Open(ctx, db, 0)
	if err != nil {
		return stores{}, errors.Join(err, disconnect())
	}
	t, err := mongotexts.Open(ctx, db)
	if err != nil {
		return stores{}, errors.Join(err, l.Close(), disconnect())
	}
	return stores{ledger: l, snapshots: mongoledger.OpenSnapshots(db), texts: t, shared: true, close: func() error { return errors.Join(t.Close(), l.Close(), disconnect()) }}, nil
}
