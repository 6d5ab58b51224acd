package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/mirror"
	"github.com/palier-hub/palier/world"
)

type mirrorCommand struct {
	storage
	To      place       `required:"" placeholder:"URI" help:"URI of the MongoDB database to mirror to, of its own: mongodb://host/analysts."`
	As      domain.Role `enum:"OBSERVER,PUBLIC" default:"OBSERVER" help:"Whose sight the mirror has: OBSERVER, with what is for the network, or PUBLIC."`
	Rebuild bool        `help:"Compare all of it, and mend what isn't as it should be, also after another ledger."`
	Follow  bool        `help:"Go on with what hubs write, until stopped. Goes with --mongo."`
}

// mostMirrored bounds the commits that are mirrored at once.
const mostMirrored = 256

// mirror keeps ordinary collections of what the ledger holds.
func (c *mirrorCommand) mirror(ctx context.Context, s streams, now func() time.Time) (err error) {
	from := c.place()
	switch {
	case !c.To.onMongo():
		return fmt.Errorf("--to %s isn't the URI of a MongoDB database: give one such as mongodb://host/analysts", c.To)
	case c.Follow && !from.onMongo():
		return errors.New("--follow goes with --mongo: nobody writes to a folder while it is mirrored")
	}
	atlas, err := geo.Load()
	if err != nil {
		return err
	}
	a, err := from.openLedger(ctx)
	if err != nil {
		return fmt.Errorf("mirroring %s: %w", from, err)
	}
	defer func() { err = errors.Join(err, a.close()) }()
	db, leave, err := c.To.connect(ctx)
	if err != nil {
		return fmt.Errorf("mirroring to %s: %w", c.To, err)
	}
	defer func() { err = errors.Join(err, leave()) }()
	m, err := mirror.Open(ctx, db, a.ledger, atlas, domain.Viewer{Role: c.As, Actor: "mirror"}, c.Rebuild)
	if err != nil {
		return fmt.Errorf("mirroring to %s: %w", c.To, err)
	}
	begun := now()
	restore := fewerCollections()
	w, err := world.Load(ctx, a.ledger, atlas)
	restore()
	if err != nil {
		return fmt.Errorf("mirroring %s: %w", from, err)
	}
	before := m.Commit()
	done, err := m.Update(ctx, w)
	if err != nil {
		return fmt.Errorf("mirroring to %s: %w", c.To, err)
	}
	fmt.Fprintf(s.out, "Mirrored commit %d, after %d: %d documents written, %d removed, in %s.\n",
		w.Commit(), before, done.Written, done.Removed, now().Sub(begun).Round(time.Millisecond))
	if !c.Follow {
		return nil
	}
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	for ctx.Err() == nil {
		w, err = follow(ctx, a.ledger, m, w)
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, ledger.ErrUnavailable), errors.Is(err, mirror.ErrUnavailable):
			logger.Warn("the mirror waits", "error", err)
			select {
			case <-time.After(2 * time.Second):
			case <-ctx.Done():
			}
		case err != nil:
			return fmt.Errorf("mirroring to %s: %w", c.To, err)
		default:
			logger.Info("mirrored", "commit", w.Commit())
		}
	}
	return nil
}

// follow waits for further commits and mirrors them. What was applied, and couldn't
// be mirrored, is the next World's to mirror.
func follow(ctx context.Context, l ledger.Ledger, m *mirror.Mirror, w *world.World) (*world.World, error) {
	if m.Commit() == w.Commit() {
		if err := l.Wait(ctx, w.Commit()); err != nil {
			return w, err
		}
	}
	var some []ledger.Commit
	for c, err := range l.Read(ctx, w.Commit()) {
		if err != nil {
			return w, err
		}
		if some = append(some, c); len(some) == mostMirrored {
			break
		}
	}
	if len(some) > 0 {
		next, err := w.Apply(some)
		if err != nil {
			return w, err
		}
		w = next
	}
	_, err := m.Update(ctx, w)
	return w, err
}
