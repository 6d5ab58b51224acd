// Package loaders is the read session of one operation: the World it reads, the
// viewer, the joins, the lists and the matches. It is the only door to data for
// resolvers, and so the only place where visibility is applied to reads: every
// method answers what this viewer may see and nothing else, and what is hidden
// looks like what is missing.
package loaders

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/telemetry"
	"github.com/palier-hub/palier/world"
)

// Opener opens sessions on a hub.
type Opener struct {
	hub   *hub.Hub
	atlas *geo.Atlas
	seal  *sealer
	// recorder is the hub's.
	recorder *telemetry.Recorder
	// coverages are those of all the sessions.
	coverages coverages
	// lastPosition is the one sealed last.
	lastPosition atomic.Pointer[sealedPosition]
	// comparing bounds the lists of matches that are compared for subscribers
	// at once.
	comparing chan struct{}
}

// NewOpener makes an opener. Cursors are sealed with the key, which all
// replicas share.
func NewOpener(h *hub.Hub, a *geo.Atlas, sealingKey [32]byte) (*Opener, error) {
	seal, err := newSealer(sealingKey)
	if err != nil {
		return nil, err
	}
	return &Opener{hub: h, recorder: h.Recorder, atlas: a, seal: seal, comparing: make(chan struct{}, runtime.GOMAXPROCS(0))}, nil
}

// Session is one operation's view. Its methods may be called from any
// goroutine; all reads between two mutations see the same World.
type Session struct {
	*Opener
	viewer domain.Viewer
	// client names whom to hold to a share of what there is.
	client string
	locale domain.Locale
	world  atomic.Pointer[world.World]
	// texts are what people typed, people those who did something, and contacts
	// whom to call.
	texts            batch[domain.TextID, domain.Text]
	people, contacts batch[domain.PersonID, domain.Person]
	talks            talks
	past             pastRead
	// scanning is held while a list's rows are looked through.
	scanning sync.Mutex
	// ended is why the subscription that this session is of came to its end.
	ended atomic.Pointer[error]
}

// Open makes the session of one operation of a viewer. It pins the newest World
// when it is first read from: the session of a subscription's event is opened
// before there is one to tell, and must neither show an older World than the
// event's nor hold one while nothing happens. The locale is that of messages
// that have no argument for it.
func (o *Opener) Open(v domain.Viewer, locale domain.Locale) *Session {
	return &Session{Opener: o, viewer: v, locale: locale}
}

// For says to whose share of what there is at once the session counts.
func (s *Session) For(client string) *Session {
	s.client = client
	return s
}

type contextKey struct{}

// Put makes the session that of a context.
func Put(ctx context.Context, s *Session) context.Context {
	return context.WithValue(ctx, contextKey{}, s)
}

// Get is the session of a context; false outside an operation.
func Get(ctx context.Context) (*Session, bool) {
	s, ok := ctx.Value(contextKey{}).(*Session)
	return s, ok
}

// Viewer is who asks.
func (s *Session) Viewer() domain.Viewer { return s.viewer }

// Locale is the language of messages that have no argument for it.
func (s *Session) Locale() domain.Locale { return s.locale }

// World is what the session reads now.
func (s *Session) World() *world.World {
	if w := s.world.Load(); w != nil {
		return w
	}
	s.world.CompareAndSwap(nil, s.hub.World()) // or another field was first
	return s.world.Load()
}

// Do keeps a command and moves the session to the World that holds it, so that
// the payload shows what was done.
func (s *Session) Do(ctx context.Context, c hub.Command, key *string) (hub.Outcome, error) {
	var k string
	if key != nil {
		if k = *key; k == "" {
			return hub.Outcome{}, domain.InvalidInput{Path: []string{"input", "idempotencyKey"},
				French:  "une clé vide ne protège de rien : donnez-en une, ou retirez ce champ",
				English: "an empty key protects from nothing: give one, or leave the field out"}
		}
	}
	outcome, err := s.hub.Do(ctx, s.viewer, c, k)
	if err == nil {
		s.moveTo(outcome.World)
		s.forget()
	}
	return outcome, err
}

// forget is for after a change: a person who was erased isn't shown any more.
func (s *Session) forget() {
	s.texts.forget()
	s.people.forget()
	s.contacts.forget()
}

// moveTo never goes back to an older World.
func (s *Session) moveTo(w *world.World) {
	for {
		now := s.world.Load()
		if now != nil && w.Commit() <= now.Commit() || s.world.CompareAndSwap(now, w) {
			return
		}
	}
}

// seen is a row's document, if this viewer may see it.
func seen[T any](s *Session, row *world.Row[T], ok bool) (*T, bool) {
	if !ok || !s.viewer.MaySee(*row.Sight) {
		return nil, false
	}
	return row.Doc, true
}

// managed is whether the viewer sees a row's facts of upkeep.
func managed[T any](s *Session, row *world.Row[T], ok bool) bool {
	return ok && s.viewer.SeesManagement(row.Sight.Ownership)
}
