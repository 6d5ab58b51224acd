package hub

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

const (
	lifeHubs, lifeClients = 3, 6
	// lifeCommands of each client: a server for tests is slow with long ledgers.
	lifeCommands = 30
)

// TestLives: the people of the simulation, on hubs that share a MongoDB, in real time.
// They send what they would, several at once, to any hub, and again to another one;
// days pass, mails go out, rights end and come back. Then every commit is judged as
// the simulation does, and what was acknowledged is there.
func TestLives(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	at := onMongo(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	clock, post := newClock(), newLetters()
	var hubs [lifeHubs]*Hub
	for i := range hubs {
		c, _ := at.rivalConfig(t)
		c.Clock = clock.tell
		hubs[i] = insisted(t, func() (*Hub, error) { return Open(t.Context(), c) })
		defer hubs[i].Close()
	}
	u := foundUniverse(&stage{Hub: hubs[0], t: t, clock: clock})
	for _, p := range u.people {
		if err := hubs[0].Texts.PutPerson(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	founded := hubs[0].World().Commit()

	var mu sync.Mutex
	kept := map[uint64]acknowledgedLife{}
	answers := map[string]int{}
	live := func(n int) {
		g := generator{&u, rand.New(rand.NewPCG(seed, uint64(n)))}
		for i := range lifeCommands {
			h := some(g, hubs[:])
			v, c := g.anything(h.World())
			switch {
			case i == 0:
				v, c = g.draft()
			case g.chance(5):
				v, c = staff, g.access(h.World())
			case n == 0 && i%5 == 0:
				clock.move(time.Duration(1+g.IntN(20)) * 24 * time.Hour)
				if err := errors.Join(h.TurnDay(t.Context()), h.MailDue(t.Context(), simulatedPost{post, seed, func() bool { return false }})); err != nil {
					t.Log(err) // another hub was first, or the ledger is busy: it is done again
				}
				continue
			}
			if c == nil {
				continue
			}
			key, begun := fmt.Sprint("life ", n, " ", i), clock.tell()
			outcome, err := persist(h, v, c, key)
			if g.chance(20) { // by somebody who didn't hear
				again, errAgain := persist(some(g, hubs[:]), v, c, key)
				remembered := clock.tell().Before(begun.AddDate(0, 0, receiptDays))
				if err == nil && errAgain == nil && again.Commit != outcome.Commit && remembered {
					t.Errorf("%s took effect at %d and at %d", key, outcome.Commit, again.Commit)
				}
			}
			mu.Lock()
			if err == nil && outcome.Commit > 0 {
				kept[outcome.Commit] = acknowledgedLife{v.Actor, c.Action()}
			}
			answers[codesOf(err)]++
			if err != nil && domain.AsRefusals(err) == nil {
				if _, busy := errors.AsType[*BusyError](err); !busy {
					t.Errorf("%s: %v", c.Action(), err)
				}
			}
			mu.Unlock()
		}
	}
	var all sync.WaitGroup
	for n := range lifeClients {
		all.Go(func() { live(n) })
	}
	all.Wait()
	t.Logf("%d commits, answers %v", hubs[0].World().Commit()-founded, answers)
	judgeLives(t, hubs, &u, founded, kept)
	for _, wrong := range post.wrong {
		t.Error(wrong)
	}
}

// acknowledgedLife is who did what in a commit that they were told of.
type acknowledgedLife struct{ actor, action string }

func judgeLives(t *testing.T, hubs [lifeHubs]*Hub, u *universe, founded uint64, kept map[uint64]acknowledgedLife) {
	t.Helper()
	s := &simulation{generator: generator{u, nil}, tally: new(tally), effects: map[string]effect{}, ended: map[string]uint64{}}
	w, statuses := world.Empty(hubs[0].Ledger.ID(), hubs[0].Atlas), map[string]int{}
	for c, err := range hubs[0].Ledger.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		next, err := w.Apply([]ledger.Commit{c})
		if err != nil {
			t.Fatal(err)
		}
		if c.Number > founded {
			s.admitted(c)
			for _, wrong := range append(s.judge(c, w, next), s.reads(next)...) {
				s.say("%s", wrong)
			}
			for _, ch := range c.Changes {
				if ch.Kind == domain.KindReceipt {
					s.takesEffect(c, ch, next)
				}
				if row, ok := next.Request(domain.RequestID(ch.ID)); ok {
					statuses[string(row.Doc.Status)]++
				}
			}
			if told, was := kept[c.Number]; was && (told != acknowledgedLife{c.Actor, c.Action}) {
				t.Errorf("commit %d is %s by %q, and was acknowledged as %v", c.Number, c.Action, c.Actor, told)
			}
			delete(kept, c.Number)
		}
		w = next
	}
	if len(kept) > 0 {
		t.Errorf("acknowledged, and not there: %v", kept)
	}
	for _, wrong := range append(s.wrong, violations(w, hubs[0].Atlas)...) {
		t.Error(wrong)
	}
	if len(statuses) < 5 {
		t.Errorf("little happened: %v", statuses)
	}
	for i, h := range hubs {
		shown, err := h.Wait(t.Context(), w.Commit())
		if err != nil || shown.Digest() != w.Digest() {
			t.Errorf("hub %d comes to another World at %d: %v", i+1, w.Commit(), err)
		}
	}
}
