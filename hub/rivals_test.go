package hub

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// rivalsHomeEnv set, TestSigning serves that home.
const rivalsHomeEnv = "PALIER_TEST_RIVALS"

const (
	rivalRequests = 64
	rivalSpaces   = 10
)

// rivals are the requests of a ledger, all of them consented to and each for one
// of the spaces, by their places in the order of their ids.
func rivals(w *world.World) (all []*domain.HostingRequest) {
	for row := range w.Requests() {
		all = append(all, row.Doc)
	}
	return all
}

// TestSigning is the other process. It signs for the requests whose places come
// on its standard input, all at once, and says for each, as "place commit" or
// "place 0 why", what the hub has answered.
func TestSigning(t *testing.T) {
	at := home(os.Getenv(rivalsHomeEnv))
	if at == "" {
		t.Skip("it is run by TestRivals")
	}
	c, leave := at.rivalConfig(t)
	h, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	requests := rivals(h.World())
	fmt.Println("open")
	var all sync.WaitGroup
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			r := requests[n]
			outcome, err := persist(h, landlordViewer(domain.ID(*r.LandlordID)),
				SignConvention{ID: domain.ID(r.ID), On: domain.NewDate(2026, 9, 1)}, fmt.Sprint("sign ", n))
			if err != nil {
				fmt.Fprintf(os.Stdout, "%d 0 %s\n", n, strings.ReplaceAll(codesOf(err), " ", "+"))
				return
			}
			fmt.Fprintf(os.Stdout, "%d %d signed\n", n, outcome.Commit) // one write
		})
	}
	all.Wait()
	h.Close()
	leave()
}

// rivalConfig stands on the first of September: no day turns. Nothing compares that
// clock with a server's.
func (at home) rivalConfig(t *testing.T) (c Config, leave func()) {
	t.Helper()
	c, leave = at.config(t, newClock().tell)
	c.Ledger = struct{ ledger.Ledger }{c.Ledger}
	c.Ruleset = "2026-11"
	return c, leave
}

// 64 requests for 10 spaces are signed at once, on hubs of which one is killed
// again and again: each space goes to one of them, whoever was told so has it, and
// the others are superseded, once.
func TestRivals(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	for _, h := range homes {
		t.Run(h.name, func(t *testing.T) { signWhileKilled(t, h.at(t), h.hubs) })
	}
}

func signWhileKilled(t *testing.T, at home, hubs int) {
	mostKills := 8
	if at.shared() { // to boot takes seconds with a server for tests
		mostKills = 3
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	prepareRivals(t, at)

	told := map[int]string{} // "commit signed", or "0 why"
	note := func(s saying) {
		n, answer, ok := strings.Cut(s.line, " ")
		place, err := strconv.Atoi(n)
		if !ok || err != nil {
			return // something else that the process says
		}
		if before, twice := told[place]; twice && before != answer && strings.HasSuffix(before, "signed") {
			t.Errorf("%d was told %q, and then %q", place, before, answer)
		}
		told[place] = answer
	}
	c := newCrew(t, hubs, "TestSigning", rivalsHomeEnv+"="+string(at))
	kills := 0
	for ; kills < mostKills && len(told) < rivalRequests; kills++ {
		sent := 0
		for _, n := range r.Perm(rivalRequests) {
			if _, knows := told[n]; !knows || r.IntN(8) == 0 {
				c.send(r.IntN(hubs), n)
				sent++
			}
		}
		for range min(r.IntN(9), sent) {
			note(c.hear())
		}
		victim := r.IntN(hubs)
		c.kill(victim, note)
		c.start(victim)
	}
	for n := range rivalRequests {
		c.send(n%hubs, n)
	}
	c.finish(note)
	t.Logf("%d kills", kills)
	checkRivals(t, at, told)
}

// prepareRivals takes the requests to the consent of their projects.
func prepareRivals(t *testing.T, at home) {
	t.Helper()
	c, leave := at.rivalConfig(t)
	hub, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	defer hub.Close()
	h := staged(&stage{Hub: hub, t: t, clock: newClock()})
	spaces := []domain.ID{h.room, h.annex}
	for n := len(spaces); n < rivalSpaces; n++ {
		f := spaceFields(fmt.Sprint("room ", n))
		f.Surface = domain.SurfaceRange{MinM2: new(60.0), MaxM2: new(60.0)}
		f.Availability = domain.SpaceAvailability{From: new(domain.NewDate(2026, 1, 1)), OpenEnded: true}
		spaces = append(spaces, h.do(staff, RegisterSpace{Site: siteByID(h.site), Space: f, Publish: true}).Object)
	}
	var all sync.WaitGroup
	for n := range rivalRequests {
		all.Go(func() {
			v, need := h.asProject, h.need
			if n%2 > 0 {
				v, need = h.asRival, h.rivalNeed
			}
			drafted, err := h.Do(t.Context(), v, DraftRequest{NeedID: &need,
				Request: domain.StatedRequest{Spaces: []domain.VacantSpaceRef{spaceByID(spaces[n%rivalSpaces])}}}, "")
			for _, action := range toConsent {
				if err == nil {
					row, _ := h.World().Request(domain.RequestID(drafted.Object))
					_, err = h.Do(t.Context(), h.as(row.Doc, action), h.right(action, row.Doc), "")
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

// checkRivals compares what is there with what was said.
func checkRivals(t *testing.T, at home, told map[int]string) {
	t.Helper()
	c, leave := at.rivalConfig(t)
	defer leave()
	w, err := world.Load(t.Context(), c.Ledger, c.Atlas)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range violations(w, c.Atlas) {
		t.Error(wrong)
	}
	has := map[domain.SpaceID]domain.RequestID{}
	for n, r := range rivals(w) {
		steps := func(a domain.RequestAction) (commits []uint64) {
			for _, s := range r.Log {
				if s.Action == a {
					commits = append(commits, s.Commit)
				}
			}
			return commits
		}
		signed, superseded := steps(domain.ActionSign), steps(domain.ActionSupersede)
		if len(signed)+len(superseded) != 1 {
			t.Errorf("%s was signed at %v and superseded at %v", r.ID, signed, superseded)
			continue
		}
		want := "0 WRONG_STATUS"
		if len(signed) == 1 {
			want = fmt.Sprintf("%d signed", signed[0])
			space, _ := r.Chosen()
			if other, taken := has[space]; taken {
				t.Errorf("%s and %s both have %s", r.ID, other, space)
			}
			has[space] = r.ID
		}
		if told[n] != want {
			t.Errorf("%s was told %q, want %q", r.ID, told[n], want)
		}
	}
	if len(has) != rivalSpaces || len(told) != rivalRequests {
		t.Errorf("%d spaces were signed for, %d clients were answered", len(has), len(told))
	}
	for id, holder := range has {
		row, _ := w.Space(id)
		if !slices.ContainsFunc(row.Doc.Commitments, func(c domain.Commitment) bool { return c.Request == holder }) || len(row.Doc.Commitments) != 1 {
			t.Errorf("%s is taken by %v, want by %s", id, row.Doc.Commitments, holder)
		}
	}
}
