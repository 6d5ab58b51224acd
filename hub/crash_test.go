package hub

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/boltledger"
	"github.com/palier-hub/palier/world"
)

// The test binary runs itself as a hub that can be killed: with these set,
// TestCrashing serves that home.
const (
	crashHomeEnv = "PALIER_TEST_SERVE"
	crashSiteEnv = "PALIER_TEST_SITE"
)

// job is the nth command of the stream, under the key of its number. A third of
// them have no reference: only their key keeps them from being there twice.
func job(n int, site domain.ID) (c Command, key string) {
	fields := spaceFields("")
	fields.Label, key = fmt.Sprint("Local ", n), fmt.Sprint("job ", n)
	if n%3 > 0 {
		fields.ExternalRef = ptr(fmt.Sprint("R", n))
	}
	if n%3 == 1 {
		return UpsertSpace{Site: siteByID(site), Space: fields, Publish: true}, key
	}
	return RegisterSpace{Site: siteByID(site), Space: fields, Publish: true}, key
}

// TestCrashing is the other process. It does the jobs whose numbers come on its
// standard input, eight at a time, and acknowledges each, as "number object
// commit" on standard output, when the hub has answered. It stops at the end
// of its input.
func TestCrashing(t *testing.T) {
	at, site := home(os.Getenv(crashHomeEnv)), domain.ID(os.Getenv(crashSiteEnv))
	if at == "" {
		t.Skip("it is run by TestKill")
	}
	c, leave := at.config(t, time.Now)
	h := insisted(t, func() (*Hub, error) { return Open(t.Context(), c) })
	fmt.Println("open")
	numbers := make(chan int)
	var all, keeping sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	every, pause := 1, time.Millisecond // one snapshot after the other
	if at.shared() {
		every, pause = 5, 20*time.Millisecond
	}
	keeping.Go(func() {
		for ctx.Err() == nil {
			if err := h.SnapshotDue(ctx, every); err != nil && ctx.Err() == nil && !errors.Is(err, ledger.ErrUnavailable) {
				t.Errorf("making a snapshot: %v", err)
				return
			}
			time.Sleep(pause)
		}
	})
	for range 8 {
		all.Go(func() {
			for n := range numbers {
				command, key := job(n, site)
				outcome, err := persist(h, staff, command, key)
				if err != nil {
					t.Errorf("job %d: %v", n, err)
					return
				}
				fmt.Fprintf(os.Stdout, "%d %s %d\n", n, outcome.Object, outcome.Commit) // one write
			}
		})
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		numbers <- n
	}
	close(numbers)
	all.Wait()
	stop()
	keeping.Wait()
	h.Close()
	leave()
}

// acknowledged is what a client knows of a job.
type acknowledged struct {
	object domain.ID
	commit uint64
}

// kill -9 at any moment of a stream of mutations, and of the snapshots that are
// made meanwhile: every acknowledged one is there, none twice, and what a hub
// boots to, from a snapshot, is what a replay makes. Clients send again what wasn't
// acknowledged, and some of what was, to any hub. (That syncs come before
// acknowledgements is for the ledger's own tests, which count them.)
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	for _, h := range homes {
		t.Run(h.name, func(t *testing.T) { killWhileWriting(t, h.at(t), h.hubs) })
	}
}

func killWhileWriting(t *testing.T, at home, hubs int) {
	mostKills, mostBetween := 10, 200
	if at.shared() { // a server for tests is slow with long ledgers
		mostKills, mostBetween = 6, 30
	}
	const atOnce = 24 // jobs sent and not acknowledged
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	deadline := time.Now().Add(8 * time.Second)
	site, before := prepareSite(t, at)

	known := map[int]acknowledged{}
	sent := 0
	note := func(s saying) {
		n, a, err := readAcknowledgement(s.line)
		if err != nil {
			return // something else that the process says
		}
		if old, twice := known[n]; twice && old != a {
			t.Errorf("seed %d: job %d was acknowledged as %v, and then as %v", seed, n, old, a)
		}
		known[n] = a
	}
	unknown := func() (all []int) {
		for n := range sent {
			if _, ok := known[n]; !ok {
				all = append(all, n)
			}
		}
		return all
	}
	c := newCrew(t, hubs, "TestCrashing", crashHomeEnv+"="+string(at), crashSiteEnv+"="+string(site))
	kills, cutOff := 0, 0
	for ; kills < mostKills && time.Now().Before(deadline); kills++ {
		again := unknown() // some of which another hub may be about to do
		if len(known) > 0 {
			again = append(again, slices.Sorted(maps.Keys(known))[r.IntN(len(known))])
		}
		for _, n := range again {
			c.send(r.IntN(hubs), n)
		}
		for range max(0, atOnce-len(again)) {
			c.send(r.IntN(hubs), sent)
			sent++
		}
		switch r.IntN(4) {
		case 0: // while it boots
			time.Sleep(time.Duration(r.IntN(300)) * time.Millisecond)
		default: // while it writes
			for range 1 + r.IntN(mostBetween) {
				note(c.hear())
				c.send(r.IntN(hubs), sent)
				sent++
			}
		}
		victim := r.IntN(hubs)
		c.kill(victim, note)
		parts, err := filepath.Glob(filepath.Join(string(at), boltledger.SnapshotFolder, "*.part"))
		if err != nil {
			t.Fatal(err)
		}
		cutOff += len(parts)
		c.start(victim)
	}
	for _, n := range unknown() {
		c.send(r.IntN(hubs), n)
	}
	c.finish(note)
	t.Logf("%d kills, %d jobs, %d snapshots cut off in the folder", kills, sent, cutOff)
	if len(known) != sent || sent < atOnce {
		t.Errorf("seed %d: %d of %d jobs are acknowledged", seed, len(known), sent)
	}
	checkSite(t, at, before, known)
	if t.Failed() {
		t.Logf("seed %d", seed)
	}
}

// prepareSite founds a ledger with a landlord and a site, and answers how many
// commits that takes.
func prepareSite(t *testing.T, at home) (site domain.ID, commits uint64) {
	t.Helper()
	c, leave := at.config(t, time.Now)
	h := insisted(t, func() (*Hub, error) { return Open(t.Context(), c) })
	defer leave()
	defer h.Close()
	s := &stage{Hub: h, t: t}
	site = s.site(s.landlord("mine", true), "S", true)
	return site, h.World().Commit()
}

// checkSite compares what is there with what was acknowledged.
func checkSite(t *testing.T, at home, before uint64, known map[int]acknowledged) {
	t.Helper()
	c, leave := at.config(t, nil)
	defer leave()
	l := c.Ledger
	replayed := insisted(t, func() (*world.World, error) { return world.Load(t.Context(), l, c.Atlas) })
	c.Clock = replayed.Time // so that the day doesn't turn
	c.Shared = false
	h := insisted(t, func() (*Hub, error) { return Open(t.Context(), c) })
	defer h.Close()
	w := h.World()
	if w.Digest() != replayed.Digest() || w.Head() != replayed.Head() {
		t.Error("the hub doesn't boot to what a replay makes")
	}
	if len(h.snapshots.refused) > 0 || h.snapshots.last.ID == "" && !at.shared() {
		t.Errorf("the hub boots from %v, and refuses %v", h.snapshots.last, h.snapshots.refused)
	}
	h.Close()
	c.Snapshots = nil
	plain := insisted(t, func() (*Hub, error) { return Open(t.Context(), c) })
	defer plain.Close()
	if !slices.Equal(rememberedBy(w), rememberedBy(plain.World())) {
		t.Error("from a snapshot the hub remembers something else than by a replay")
	}
	commits := map[uint64]domain.ID{} // the object of each
	oneByOne := world.Empty(l.ID(), c.Atlas)
	days := uint64(0) // the test may run at midnight
	for _, c := range insisted(t, func() (all []ledger.Commit, err error) {
		for c, err := range l.Read(t.Context(), 0) {
			if err != nil {
				return nil, err
			}
			all = append(all, c)
		}
		return all, nil
	}) {
		var err error
		if oneByOne, err = oneByOne.Apply([]ledger.Commit{c}); err != nil {
			t.Fatal(err)
		}
		if c.Number > before && c.Action == (turnDay{}).Action() {
			days++
		}
		commits[c.Number] = c.Changes[0].ID
	}
	if oneByOne.Digest() != w.Digest() {
		t.Error("applied one by one, the commits make another World")
	}
	labels := map[string]int{}
	for row := range w.Spaces() {
		labels[row.Doc.Label]++
	}
	for n, a := range known {
		if commits[a.commit] != a.object {
			t.Errorf("job %d was acknowledged as %s at commit %d, where %s is", n, a.object, a.commit, commits[a.commit])
		}
		row, ok := w.Space(domain.SpaceID(a.object))
		if label := fmt.Sprint("Local ", n); !ok || row.Doc.Label != label || labels[label] != 1 {
			t.Errorf("job %d: %s is there %d times", n, a.object, labels[label])
		}
	}
	if w.Counts().Spaces != len(known) || w.Counts().Receipts != len(known) || w.Commit() != before+days+uint64(len(known)) {
		t.Errorf("%d jobs made %d spaces and %d receipts in %d commits", len(known), w.Counts().Spaces, w.Counts().Receipts, w.Commit()-before)
	}
}

func readAcknowledgement(line string) (n int, a acknowledged, err error) {
	parts := strings.Fields(line)
	if len(parts) != 3 {
		return 0, a, fmt.Errorf("%q acknowledges nothing", line)
	}
	n, numberErr := strconv.Atoi(parts[0])
	commit, commitErr := strconv.ParseUint(parts[2], 10, 64)
	return n, acknowledged{domain.ID(parts[1]), commit}, errors.Join(numberErr, commitErr)
}
