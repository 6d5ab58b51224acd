package hub

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/internal/race"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/ledger/mongoledger"
	"github.com/palier-hub/palier/texts"
	"github.com/palier-hub/palier/texts/bolttexts"
	"github.com/palier-hub/palier/texts/mongotexts"
)

// home is where hubs that are processes of their own keep what they know: a folder,
// for one of them, or the URI of a MongoDB that several share.
type home string

// homes are where the tests that kill hubs run, and how many hubs there are.
var homes = []struct {
	name string
	hubs int
	at   func(*testing.T) home
}{
	{"one in a folder", 1, func(t *testing.T) home { return home(t.TempDir()) }},
	{"two on MongoDB", 2, onMongo},
	{"three on MongoDB", 3, onMongo},
}

func onMongo(t *testing.T) home {
	if race.Enabled {
		t.Skip("the hubs are processes of their own, in which nothing is run that isn't run elsewhere with the race detector")
	}
	return home(mongotest.URI(t))
}

func (at home) shared() bool { return strings.HasPrefix(string(at), "mongodb://") }

// open opens what is kept there; let go of it by leave, more than once if you like.
func (at home) open(t *testing.T) (l ledger.Ledger, s ledger.Snapshots, personal texts.Store, leave func()) {
	t.Helper()
	hangUp := func() error { return nil }
	if at.shared() {
		db, connectErr := mongodb.Connect(string(at))
		if connectErr != nil {
			t.Fatal(connectErr)
		}
		hangUp = func() error { return db.Client().Disconnect(context.Background()) }
		l = insisted(t, func() (ledger.Ledger, error) { return mongoledger.Open(t.Context(), db, 20*time.Millisecond) })
		personal = insisted(t, func() (texts.Store, error) { return mongotexts.Open(t.Context(), db) })
		s = mongoledger.OpenSnapshots(db)
	} else {
		var err, textsErr, snapshotsErr error
		l, err = boltledger.Open(string(at))
		personal, textsErr = bolttexts.Open(string(at))
		s, snapshotsErr = boltledger.OpenSnapshots(string(at))
		if err := errors.Join(err, textsErr, snapshotsErr); err != nil {
			t.Fatal(err)
		}
	}
	left := false
	leave = func() {
		if left {
			return
		}
		left = true
		if err := errors.Join(personal.Close(), l.Close(), hangUp()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(leave)
	return l, s, personal, leave
}

// crewRemembers is how many replaced rows such hubs remember: few, so that there are
// snapshots to make.
const crewRemembers = 20

// config is that of a hub at home.
func (at home) config(t *testing.T, clock func() time.Time) (c Config, leave func()) {
	t.Helper()
	l, s, personal, leave := at.open(t)
	c = config(t, l, clock)
	c.Texts, c.Snapshots, c.Shared, c.Remember = personal, s, at.shared(), crewRemembers
	return c, leave
}

// crew are hubs as processes of their own, which are told what to do and may be
// killed: this test binary, running one of its tests.
type crew struct {
	t       *testing.T
	test    string
	env     []string
	members []*member
	said    chan saying
	// over is closed when nobody listens any more.
	over chan struct{}
}

// member is one of them; its input is closed when it is to come to its end.
type member struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

// saying is a line that one of them says, or that it says no more.
type saying struct {
	by   int
	line string
	gone bool
}

// newCrew starts so many. What env says of them is "name=value".
func newCrew(t *testing.T, hubs int, test string, env ...string) *crew {
	t.Helper()
	c := &crew{t: t, test: test, env: append(os.Environ(), env...), members: make([]*member, hubs), said: make(chan saying), over: make(chan struct{})}
	t.Cleanup(func() {
		close(c.over)
		for _, m := range c.members {
			if m != nil {
				_ = m.cmd.Process.Kill()
				_ = m.cmd.Wait()
			}
		}
	})
	for i := range hubs {
		c.start(i)
	}
	return c
}

func (c *crew) start(i int) {
	c.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+c.test+"$", "-test.timeout=1m")
	cmd.Env, cmd.Stderr = c.env, os.Stderr
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr, cmd.Start()); err != nil {
		c.t.Fatal(err)
	}
	c.members[i] = &member{cmd, in}
	say := func(s saying) {
		select {
		case c.said <- s:
		case <-c.over:
		}
	}
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			say(saying{by: i, line: lines.Text()})
		}
		say(saying{by: i, gone: true})
	}()
}

// send gives one of them something to do; when it is dead, nobody reads.
func (c *crew) send(i, n int) { fmt.Fprintln(c.members[i].in, n) }

// hear is the next line that any of them says.
func (c *crew) hear() saying {
	c.t.Helper()
	s := <-c.said
	if s.gone {
		c.t.Fatalf("hub %d ended by itself", s.by)
	}
	return s
}

// kill ends one of them at once, and notes what is said until it is gone.
func (c *crew) kill(i int, note func(saying)) {
	c.t.Helper()
	m := c.members[i]
	if err := m.cmd.Process.Kill(); err != nil {
		c.t.Error(err)
	}
	for s := range c.said {
		if s.gone && s.by == i {
			break
		} else if s.gone {
			c.t.Fatalf("hub %d ended by itself", s.by)
		}
		note(s)
	}
	if err := m.cmd.Wait(); err == nil || m.cmd.ProcessState.Exited() {
		c.t.Errorf("hub %d ended by itself: %v", i, m.cmd.ProcessState)
	}
	c.members[i] = nil
}

// finish lets them come to their end, and notes what they say until then.
func (c *crew) finish(note func(saying)) {
	c.t.Helper()
	for _, m := range c.members {
		m.in.Close()
	}
	for gone := 0; gone < len(c.members); {
		if s := <-c.said; s.gone {
			gone++
		} else {
			note(s)
		}
	}
	for i, m := range c.members {
		if err := m.cmd.Wait(); err != nil {
			c.t.Errorf("hub %d: %v", i, err)
		}
		c.members[i] = nil
	}
}

// persist repeats a command under its key for as long as it isn't known what came of
// it, as clients do.
func persist(h *Hub, v domain.Viewer, c Command, key string) (outcome Outcome, err error) {
	for range 100 {
		outcome, err = h.Do(context.Background(), letIn(h.World(), v), c, key)
		_, unknown := errors.AsType[*OutcomeUnknownError](err)
		_, away := errors.AsType[*UnavailableError](err)
		if !unknown && !away {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return outcome, err
}

// insisted does what a server for tests, when it is busy, may be too slow for.
func insisted[T any](t *testing.T, do func() (T, error)) (made T) {
	t.Helper()
	err := ledger.ErrUnavailable
	for try := 0; try < 20 && (errors.Is(err, ledger.ErrUnavailable) || errors.Is(err, texts.ErrUnavailable)); try++ {
		made, err = do()
	}
	if err != nil {
		t.Fatal(err)
	}
	return made
}
