package loaders

import (
	"encoding/base64"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/world"
)

// positionScope tells a position from the cursor of a list. It names no viewer
// and no filter: a place among the changes is the same for all.
const positionScope = "position"

// leastPosition is shorter than what the seal makes of the shortest position.
const leastPosition = 48

// positionOf is the text of a place. It is sealed like a cursor: how many changes
// of a commit a viewer may not know of is nobody's business, and nobody should
// come to rely on its insides.
func (o *Opener) positionOf(ledger string, p world.Place) string {
	if known := o.lastPosition.Load(); known != nil && known.ledger == ledger && known.place == p {
		return known.text
	}
	c := cursor{Ledger: ledger, Commit: p.Commit, Scope: positionScope}
	if p.Part > 0 {
		c.Key.Numbers = []int64{int64(p.Part)}
	}
	sealed := &sealedPosition{ledger: ledger, place: p, text: o.seal.seal(c)}
	o.lastPosition.Store(sealed)
	return sealed.text
}

// sealedPosition is remembered, since all the subscribers tell of the same
// change one after another.
type sealedPosition struct {
	ledger string
	place  world.Place
	text   string
}

// place reads a position that a client sends. What can't be gone on from is a
// reason to read anew; what no hub can have given out is refused. Another hub's may
// be ahead of the World, which is a *hub.NotReachedError.
func (s *Session) place(w *world.World, text string) (world.Place, *domain.ChangeResyncReason, error) {
	var p world.Place
	c, ok := s.seal.open(text)
	switch {
	case !ok && wellFormed(text):
		return p, new(domain.ResyncPositionUnreadable), nil
	case !ok, c.Scope != positionScope:
		return p, nil, domain.InvalidInput{Path: []string{"after"},
			French:  "ceci n'est pas une position : passez l'endPosition d'une page, ou la position d'un changement, telle quelle",
			English: "this isn't a position: pass the endPosition of a page, or the position of a change, as it is"}
	case c.Ledger != w.LedgerID():
		return p, new(domain.ResyncOtherLedger), nil
	}
	p.Commit = c.Commit
	if len(c.Key.Numbers) == 1 {
		p.Part = int(c.Key.Numbers[0])
	}
	switch {
	case p.Reached() > w.Commit():
		return p, nil, &hub.NotReachedError{Asked: p.Reached(), Applied: w.Commit()}
	case p.Commit < w.Remembers():
		return p, new(domain.ResyncPositionForgotten), nil
	}
	return p, nil, nil
}

// wellFormed tells what may have been sealed by a hub with another key.
func wellFormed(text string) bool {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(text) <= mostCursor && len(sealed) >= leastPosition
}
