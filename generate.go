package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/synthetic"
	"github.com/palier-hub/palier/texts/bolttexts"
)

type generateCommand struct {
	Spaces int    `required:"" help:"How many vacant spaces to invent; landlords, sites, projects and needs follow."`
	Seed   uint64 `default:"1" help:"The same seed gives the same data, ids included."`
	Data   string `env:"PALIER_DATA" default:"palier-data" type:"path" help:"Folder of the embedded ledger to fill, which must hold no organisation; created when missing."`
}

// generate fills an empty ledger with a synthetic set.
func (c *generateCommand) generate(ctx context.Context, s streams, now func() time.Time) (err error) {
	atlas, err := geo.Load()
	if err != nil {
		return err
	}
	set, err := synthetic.Generate(c.Seed, c.Spaces, atlas)
	if err != nil {
		return err
	}
	store, err := boltledger.Open(c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	personal, err := bolttexts.Open(c.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, personal.Close()) }()
	rules := match.Rulesets()
	logger := slog.New(slog.NewTextHandler(s.log, nil))
	h, err := hub.Open(ctx, hub.Config{
		Ledger: store, Texts: personal, Atlas: atlas, Ruleset: rules[len(rules)-1].Version,
		Clock: now, Entropy: seeded(c.Seed), Logger: logger,
	})
	if err != nil {
		return err
	}
	defer h.Close()
	if n := h.World().Counts(); n.Landlords+n.Projects > 0 {
		return fmt.Errorf("the ledger in %s already holds %d landlords and %d projects, and a synthetic set needs an empty one: choose another folder with --data",
			c.Data, n.Landlords, n.Projects)
	}
	begun := now()
	last := begun
	var done synthetic.Progress
	err = set.Load(ctx, h, func(p synthetic.Progress) {
		done = p
		if at := now(); p.Spaces > 0 && at.Sub(last) >= time.Second {
			last = at
			took := at.Sub(begun)
			left := time.Duration(float64(took) * float64(c.Spaces-p.Spaces) / float64(p.Spaces))
			logger.Info("generating", "spaces", p.Spaces, "of", c.Spaces,
				"perSecond", int(float64(p.Spaces)/took.Seconds()), "left", left.Round(time.Second))
		}
	})
	if err != nil {
		return fmt.Errorf("stopped after %d of %d spaces: %w. What %s holds is part of a set: remove that folder and generate again",
			done.Spaces, c.Spaces, err, c.Data)
	}
	_, err = fmt.Fprintf(s.out, "Generated %d landlords, %d sites, %d spaces, %d needs of landlords, %d projects and %d needs of projects from seed %d in %s.\n\n  palier --data %s   serves them\n",
		done.Landlords, done.Sites, done.Spaces, done.LandlordNeeds, done.Projects, done.Needs, c.Seed, now().Sub(begun).Round(time.Millisecond), c.Data)
	return err
}

// seeded is entropy that gives the same ids to the same set, so that rankings
// can be compared to the last tie.
func seeded(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}
