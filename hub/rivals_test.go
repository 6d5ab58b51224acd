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
	rivalClients = 64
	rivalSpaces  = 10
)

// rivals are the requests of a ledger, all of them consented to and each for one
// of the spaces, by their places in the order of their ids.
func rivals(w *world.World) (all []*domain.HostingRequest) {
	for row := range w.Requests() {
		all = append(all, row.Doc)
	}
	return all
}

// TestSigning is the other process. It signs for the clients whose numbers come on
// its standard input, all at once, and says for each, as "number commit signed" or
// "number 0 why", what the hub has answered.
func TestSigning(t *testing.T) {
	at := home(os.Getenv(rivalsHomeEnv))
	if at == "" {
		t.Skip("it is run by TestRivals")
	}
	c, leave := at.rivalConfig(t)
	h := insisted(t, func() (*Hub, error) { return Open(t.Context(), c) })
	requests := rivals(h.World())
	fmt.Println("open")
	var all sync.WaitGroup
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			r := requests[n%len(requests)]
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

// 64 clients sign requests for 10 spaces at once, on hubs of which one is killed
// again and again: each space goes to one request, signed by one client, who is told
// so, and the others are superseded, once.
func TestRivals(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	for _, h := range homes {
		t.Run(h.name, func(t *testing.T) { signWhileKilled(t, h.at(t), h.hubs) })
	}
}

func signWhileKilled(t *testing.T, at home, hubs int) {
	mostKills, requests := 8, rivalClients
	if at.shared() { // a server for tests is slow with long ledgers
		mostKills, requests = 4, 2*rivalSpaces
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	prepareRivals(t, at, requests)

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
	for ; kills < mostKills && len(told) < rivalClients; kills++ {
		sent := 0
		for _, n := range r.Perm(rivalClients) {
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
	for n := range rivalClients {
		c.send(n%hubs, n)
	}
	c.finish(note)
	t.Logf("%d kills", kills)
	checkRivals(t, at, told)
}

// prepareRivals takes the requests to the consent of their projects.
func prepareRivals(t *testing.T, at home, requests int) {
	t.Helper()
	c, leave := at.rivalConfig(t)
	hub := insisted(t, func() (*Hub, error) { return Open(t.Context(), c) })
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
	for n := range requests {
		all.Go(func() {
			v, need := h.asProject, h.need
			if n%2 > 0 {
				v, need = h.asRival, h.rivalNeed
			}
			drafted, err := persist(h.Hub, v, DraftRequest{NeedID: &need,
				Request: domain.StatedRequest{Spaces: []domain.VacantSpaceRef{spaceByID(spaces[n%rivalSpaces])}}}, fmt.Sprint("draft ", n))
			for _, action := range toConsent {
				if err == nil {
					row, _ := h.World().Request(domain.RequestID(drafted.Object))
					_, err = persist(h.Hub, h.as(row.Doc, action), h.right(action, row.Doc), fmt.Sprint(action, n))
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
	w := insisted(t, func() (*world.World, error) { return world.Load(t.Context(), c.Ledger, c.Atlas) })
	for _, wrong := range violations(w, c.Atlas) {
		t.Error(wrong)
	}
	has := map[domain.SpaceID]domain.RequestID{}
	all := rivals(w)
	for n, r := range all {
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
		var won, want []string
		for client := n; client < rivalClients; client += len(all) {
			if told[client] != "0 WRONG_STATUS" {
				won = append(won, told[client])
			}
		}
		if len(signed) == 1 {
			want = []string{fmt.Sprintf("%d signed", signed[0])}
			space, _ := r.Chosen()
			if other, taken := has[space]; taken {
				t.Errorf("%s and %s both have %s", r.ID, other, space)
			}
			has[space] = r.ID
		}
		if !slices.Equal(won, want) {
			t.Errorf("who signed for %s was told %q, want %q", r.ID, won, want)
		}
	}
	if len(has) != rivalSpaces || len(told) != rivalClients {
		t.Errorf("%d spaces were signed for, %d clients were answered", len(has), len(told))
	}
	for id, holder := range has {
		row, _ := w.Space(id)
		if !slices.ContainsFunc(row.Doc.Commitments, func(c domain.Commitment) bool { return c.Request == holder }) || len(row.Doc.Commitments) != 1 {
			t.Errorf("%s is taken by %v, want by %s", id, row.Doc.Commitments, holder)
		}
	}
}
