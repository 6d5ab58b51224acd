// Package apitest runs a whole hub inside a test and asks it over real HTTP:
// ledger, writer, World, session, resolvers and HTTP surface, on a loopback
// port and in a temporary folder. For tests only.
package apitest

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/auth"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/loaders"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/resolvers"
	"github.com/palier-hub/palier/sample"
	"github.com/palier-hub/palier/texts/bolttexts"
)

// Start is when every hub of a test begins: the day on which the sample's story
// is told. Its clock then advances by a second each time it is read, so that no
// two batches of commits have the same time.
var Start = time.Date(2026, time.November, 22, 6, 0, 0, 0, time.UTC)

// Server is a hub under test. Any goroutine may use it.
type Server struct {
	Hub   *hub.Hub
	Atlas *geo.Atlas
	// Sessions opens what fields are resolved from.
	Sessions *loaders.Opener
	// Stop ends what stays open, as a hub does that is stopping.
	Stop func()
	url  string
	keys *auth.Keys
	// read is how often the clock was read.
	read atomic.Int64
}

// Setup is what a test may want otherwise than usual; the zero value wants nothing.
type Setup struct {
	// Dir holds the data; a new folder when it is empty.
	Dir string
	// Trusted are the documents that public pages may ask for.
	Trusted []string
	// Log is where the hub logs to; nowhere when nil.
	Log *slog.Logger
	// Config changes what the hub is opened with; nothing when nil.
	Config func(*hub.Config)
}

// SetClock sets the clock so many seconds after Start.
func (s *Server) SetClock(seconds int64) { s.read.Store(seconds) }

// Atlas is read once for all tests of a package, since that takes a while.
var Atlas = sync.OnceValues(geo.Load)

// New starts an empty hub that trusts some documents, and ends with the test.
func New(t testing.TB, trusted ...string) *Server {
	t.Helper()
	return Setup{Trusted: trusted}.New(t)
}

// NewIn starts a hub with the data of a folder. Once the test has ended it has let
// go of the folder, and another may take it up.
func NewIn(t testing.TB, dir string, trusted ...string) *Server {
	t.Helper()
	return Setup{Dir: dir, Trusted: trusted}.New(t)
}

// New starts a hub that is set up so.
func (c Setup) New(t testing.TB) *Server {
	t.Helper()
	s, dir := new(Server), c.Dir
	if dir == "" {
		dir = t.TempDir()
	}
	var err error
	if s.Atlas, err = Atlas(); err != nil {
		t.Fatal(err)
	}
	store, err := boltledger.Open(filepath.Join(dir, "ledger"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	personal, err := bolttexts.Open(filepath.Join(dir, "ledger"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := personal.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.keys, err = auth.Open(dir); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return Start.Add(time.Duration(s.read.Add(1)) * time.Second) }
	logger := cmp.Or(c.Log, slog.New(slog.DiscardHandler))
	rules := match.Rulesets()
	config := hub.Config{
		Ledger: store, Texts: personal, Atlas: s.Atlas, Ruleset: rules[len(rules)-1].Version,
		Clock: clock, Entropy: rand.Reader, Logger: logger,
	}
	if c.Config != nil {
		c.Config(&config)
	}
	s.Hub, err = hub.Open(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Hub.Close)
	sessions, err := loaders.NewOpener(s.Hub, s.Atlas, s.keys.SealingKey())
	if err != nil {
		t.Fatal(err)
	}
	s.Sessions = sessions
	door := &auth.Door{Keys: s.keys, Register: s.Hub, Clock: func() time.Time { return Start }}
	documents := make(map[string]string)
	for i, text := range c.Trusted {
		documents[fmt.Sprint(i)] = text
	}
	surface := httpapi.New(httpapi.Config{
		Trusted: documents,
		Schema:  graph.NewExecutableSchema(graph.Config{Resolvers: &resolvers.Resolver{Sessions: sessions}}),
		Verify: func(ctx context.Context, token string) (domain.Credential, error) {
			c, err := door.Verify(ctx, token)
			c.Ends = time.Time{} // by a clock that isn't the connections'
			return c, err
		},
		AccessChanged: s.Hub.AccessChanged, OpensFrom: s.Hub.OpensFrom,
		ActFor: func(ctx context.Context, v domain.Viewer, person string) (domain.Viewer, error) {
			return s.Hub.OnBehalfOf(ctx, v, domain.PersonID(person))
		},
		Begin: func(ctx context.Context, v domain.Viewer, l domain.Locale) context.Context {
			return loaders.Put(ctx, sessions.Open(v, l).For(httpapi.Client(ctx)))
		},
		Ended: func(ctx context.Context) error {
			if session, ok := loaders.Get(ctx); ok {
				return session.Ended()
			}
			return nil
		},
		Extensions: func(ctx context.Context) map[string]any {
			session, ok := loaders.Get(ctx)
			if !ok {
				return nil
			}
			return map[string]any{"commit": session.World().Commit(), "ledger": session.World().LedgerID()}
		},
		Present: func() uint64 { return s.Hub.World().Commit() },
		Health:  func() httpapi.Status { return httpapi.Status{Ready: true} },
		Logger:  logger, Now: time.Now,
		// Tests ask for everything at once, and the race detector is slow.
		Limits: ample(),
	})
	server := httptest.NewServer(surface)
	t.Cleanup(server.Close)
	s.Stop = func() {
		if err := surface.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(s.Stop)
	s.url = server.URL
	return s
}

// ample limits bound nothing that a test asks for.
func ample() httpapi.Limits {
	const most = 1_000_000
	l := httpapi.Limits{SocketInit: time.Minute, Write: time.Minute}
	for class := range l.By {
		l.By[class] = httpapi.ClassLimits{
			BodyBytes: 4 << 20, Tokens: most, Depth: most, Aliases: most, RootFields: most, Directives: most, Repetitions: most,
			Items: most, Representations: most, Cost: most * most, Operation: time.Minute,
		}
	}
	return l
}

// NewSample starts a hub with the sample data.
func NewSample(t testing.TB) *Server {
	t.Helper()
	s := New(t)
	data, err := sample.Read()
	if err != nil {
		t.Fatal(err)
	}
	if err := data.Load(context.Background(), s.Hub); err != nil {
		t.Fatal(err)
	}
	return s
}

// The viewers without an organisation.
var (
	Staff     = domain.Viewer{Role: domain.RoleStaff, Actor: "staff"}
	Observer  = domain.Viewer{Role: domain.RoleObserver, Actor: "observer"}
	Anonymous = domain.Anonymous
)

// Landlord is a viewer of a landlord.
func Landlord(id domain.LandlordID) domain.Viewer {
	return domain.Viewer{Role: domain.RoleLandlord, Landlord: id, Actor: "landlord-" + string(id)}
}

// Project is a viewer of a project.
func Project(id domain.ProjectID) domain.Viewer {
	return domain.Viewer{Role: domain.RoleProject, Project: id, Actor: "project-" + string(id)}
}

// Client of a viewer, with a token of its own unless it is anonymous.
func (s *Server) Client(v domain.Viewer) (Client, error) {
	c := Client{url: s.url}
	if v == domain.Anonymous {
		return c, nil
	}
	var err error
	c.token, err = s.keys.Issue(v, Start, time.Hour)
	return c, err
}

// With is the client with a token, or a key's secret.
func (s *Server) With(token string) Client { return Client{url: s.url, token: token} }

// As is the client of a viewer.
func (s *Server) As(t testing.TB, v domain.Viewer) Client {
	t.Helper()
	c, err := s.Client(v)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Do keeps a command in the name of staff and answers what it made, for setting
// a scene.
func Do[ID ~string](t testing.TB, s *Server, c hub.Command) ID {
	t.Helper()
	outcome, err := s.Hub.Do(context.Background(), Staff, c, "")
	if err != nil {
		t.Fatalf("%s: %v", c.Action(), err)
	}
	return ID(outcome.Object)
}
