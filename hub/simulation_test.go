package hub

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/internal/race"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/world"
)

// The simulation: a few hubs on one ledger that has all the faults a cluster can
// have, people who send commands and send them again, days that pass; and, after
// each event, what must always hold. All of it comes from one seed, so that a
// failing run can be replayed exactly:
//
//	go test ./hub -run TestSimulation -seed N
//	go test ./hub -run TestSimulation -runs 10000
//
// The hubs are whole, with their writers and their clients' goroutines, in a
// bubble of testing/synctest: the simulation lets one thing happen, waits until
// nobody has anything left to do, looks, and goes on. Nothing sleeps for real.
var (
	simulatedRuns = flag.Int("runs", 600, "runs of TestSimulation")
	simulatedSeed = flag.Uint64("seed", 0, "the one seed that TestSimulation replays, telling what happens; 0 draws as many as -runs")
	simulatedFrom = flag.Uint64("from", 1, "the first seed of TestSimulation's runs")
)

var meetings = flag.Int("meetings", 400, "pairs of terms that TestMeetsLikeTheMinutes draws")

var silent = slog.New(slog.DiscardHandler)

// eventsOfARun is how much happens before a run comes to its end.
const eventsOfARun = 110

func TestSimulation(t *testing.T) {
	if *simulatedSeed != 0 {
		s := new(worker).simulate(t, *simulatedSeed, nil, true)
		t.Log("\n" + strings.Join(s.told, "\n"))
		if s.wrong != nil {
			t.Error(strings.Join(s.wrong, "\n"))
		}
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(300)) // runs are short, and leave everything behind
	var total tally
	began := time.Now()
	if race.Enabled {
		*simulatedRuns = min(*simulatedRuns, 99)
	}
	eachRun(*simulatedRuns, func(w *worker, seed uint64) bool {
		s := w.simulate(t, seed, nil, false)
		total.add(s.tally)
		if s.wrong != nil {
			t.Errorf("go test ./hub -run TestSimulation -seed %d\n%s", seed, strings.Join(s.wrong, "\n"))
		}
		return s.wrong == nil
	})
	took := time.Since(began)
	t.Logf("%d runs, %.0f a second: %s", *simulatedRuns, float64(*simulatedRuns)/took.Seconds(), total.String())
	if *simulatedRuns >= 100 {
		total.checkVaried(t)
	}
}

// eachRun goes through the seeds on all cores, until a run fails.
func eachRun(runs int, run func(w *worker, seed uint64) bool) {
	var next atomic.Uint64
	next.Store(*simulatedFrom - 1)
	var failed atomic.Bool
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			var w worker
			for !failed.Load() {
				seed := next.Add(1)
				if seed >= *simulatedFrom+uint64(runs) {
					return
				}
				if !run(&w, seed) {
					failed.Store(true)
				}
			}
		})
	}
	all.Wait()
}

// tally counts what happened, so that a simulation in which nothing does is
// noticed.
type tally struct {
	mu       sync.Mutex
	events   map[string]int
	accepted map[string]int
	refused  map[string]int
	statuses map[string]int
}

func (y *tally) add(o *tally) {
	y.mu.Lock()
	defer y.mu.Unlock()
	for _, pair := range []struct {
		to   *map[string]int
		from map[string]int
	}{{&y.events, o.events}, {&y.accepted, o.accepted}, {&y.refused, o.refused}, {&y.statuses, o.statuses}} {
		if *pair.to == nil {
			*pair.to = map[string]int{}
		}
		for k, n := range pair.from {
			(*pair.to)[k] += n
		}
	}
}

func (y *tally) String() string {
	return fmt.Sprintf("events %v, accepted %v, refused %v, statuses reached %v", y.events, y.accepted, y.refused, y.statuses)
}

// checkVaried: everything that can happen did.
func (y *tally) checkVaried(t *testing.T) {
	for action := range lifeRows {
		name := "request." + strings.ToLower(action)
		switch action {
		case "EXPIRE":
			name = "calendar.turn_requests"
		case "REMIND":
			name = "mail.settle"
		case "SUPERSEDE":
			continue
		}
		if y.accepted[name] == 0 {
			t.Errorf("%s was never accepted", name)
		}
	}
	for _, c := range []Command{RevokeAccess{}, GrantAccess{}, RevokeAccessKey{}} {
		if y.accepted[c.Action()] == 0 {
			t.Errorf("%s was never accepted", c.Action())
		}
	}
	for _, s := range allStatuses {
		if y.statuses[string(s)] == 0 {
			t.Errorf("no request was ever %s", s)
		}
	}
	for _, what := range []string{"answer lost", "insert lost", "insert late", "minority", "prefix", "away", "lagging read", "landed late", "rolled back",
		"settled", "crash", "stop", "boot", "client left", "taken", "repeat elsewhere", "day",
		"quiet", "mail", "mail taken", "mail not taken", "mail refused", "mail taken, unknown", "mail lost, unknown",
		"no longer let in", "snapshot", "snapshot damaged", "snapshot unfinished", "snapshot refused", "boot from a snapshot"} {
		if y.events[what] == 0 {
			t.Errorf("%q never happened", what)
		}
	}
	for _, code := range []string{"NOT_FOUND", "NOT_ALLOWED", "VERSION_CONFLICT", "WRONG_STATUS", "NOT_READY", "SPACE_TAKEN", "INVALID_INPUT", "IDEMPOTENCY_CONFLICT"} {
		if y.refused[code] == 0 {
			t.Errorf("nothing was ever refused as %s", code)
		}
	}
}

// simulation is one run.
type simulation struct {
	seed uint64
	generator
	*tally
	atlas   *geo.Atlas
	cluster *cluster
	hubs    []*replica
	// now is the time by the cluster's clock; the hubs' differ from it.
	now atomic.Int64
	// clients are those who wait for an answer, or will ask again.
	clients []*client
	sent    int
	calm    bool // no more faults

	// truth is the World at the last commit judged, and digests what the Worlds
	// up to it have come to, by number.
	truth   *world.World
	digests []([32]byte)
	// kept are the commits that were acknowledged, and effects those of each key.
	kept    map[uint64]ledger.CommitID
	effects map[string]effect
	// ended are the accounts and keys whose rights have ended, with the commit that did
	// it.
	ended   map[string]uint64
	letters *letters

	mutation *mutation
	telling  bool
	told     []string
	wrong    []string
}

// effect is the commit that a key took effect in.
type effect struct {
	commit uint64
	at     time.Time
}

// replica is a hub, up or down.
type replica struct {
	name string
	*Hub
	line  *line
	store *store
	skew  time.Duration
	// starts counts its lives; booting and closing are between two of them.
	starts           int
	booting, closing bool
	opened           chan error
	hub              *Hub // the one that is booting
	// turning the day, on this hub, since it showed that World; nil otherwise.
	turning *turning
	// mailing answers once a round of mail under way is done; nil otherwise.
	mailing chan error
	seen    *world.World
}

// turning is a TurnDay under way.
type turning struct {
	since *world.World
	today domain.Date
	done  chan error
}

func (h *replica) up() bool { return h.Hub != nil && !h.closing }

// client sends a command, and again under the same key until it knows.
type client struct {
	number  int
	viewer  domain.Viewer
	command Command
	key     string
	first   time.Time

	at      *replica
	life    int
	leave   context.CancelFunc
	left    bool
	waiting bool
	hidden  bool // the request was hidden or missing where it was sent
	answers chan result
	// unknown: what came of the last try isn't known. doubted: some try may have
	// taken effect, or has.
	unknown, doubted bool
	// reused: the key had taken effect already, mostly for another command.
	reused bool
}

func (c *client) String() string {
	return fmt.Sprintf("client %d (%q: %s%s)", c.number, c.viewer.Actor, c.command.Action(), about(c.command))
}

// requestOf is the request that a command is for; false for a new one.
func requestOf(c Command) (domain.RequestID, bool) {
	if v := reflect.ValueOf(c).FieldByName("ID"); v.IsValid() {
		id := domain.ID(v.String())
		return domain.RequestID(id), id.Kind() == domain.KindRequest
	}
	return "", false
}

// about tells the request that a command is for.
func about(c Command) string {
	if id, ok := requestOf(c); ok {
		return " of " + string(id)
	}
	return ""
}

// worker does runs one after another, and keeps what the beginnings come to: the
// Worlds of one descent are for one goroutine.
type worker struct {
	truths [mostSettled]*world.World
}

func (w *worker) simulate(t *testing.T, seed uint64, m *mutation, telling bool) *simulation {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	number := r.IntN(mostSettled)
	begin := beginnings[number](t)
	atlas, err := loadAtlas()
	if err != nil {
		t.Fatal(err)
	}
	s := &simulation{seed: seed, generator: generator{&begin.universe, r}, atlas: atlas, cluster: newCluster(begin.log), mutation: m, telling: telling,
		tally: &tally{events: map[string]int{}, accepted: map[string]int{}, refused: map[string]int{}, statuses: map[string]int{}},
		kept:  map[uint64]ledger.CommitID{}, effects: map[string]effect{}, ended: map[string]uint64{}, letters: begin.letters.clone()}
	s.cluster.shelf.people = begin.people
	if w.truths[number] == nil {
		if w.truths[number], err = world.Load(t.Context(), &line{cluster: s.cluster}, atlas); err != nil {
			t.Fatal(err)
		}
	}
	s.truth = w.truths[number]
	s.now.Store(begin.at.UnixMilli())
	synctest.Test(t, func(t *testing.T) { s.run(t.Context(), seed) })
	return s
}

// run lets things happen, one after another, and looks after each.
func (s *simulation) run(ctx context.Context, seed uint64) {
	s.found(ctx, seed)
	for range eventsOfARun {
		if s.wrong != nil {
			break
		}
		s.event(ctx)
		s.look()
	}
	s.tell("no more faults")
	s.calm = true
	for range 3000 {
		if s.wrong != nil || s.finish(ctx) {
			break
		}
		s.look()
	}
	if s.wrong == nil {
		s.epilogue(ctx)
	}
	s.calm = true
	for _, h := range s.hubs {
		s.crash(h)
	}
}

// found opens the hubs on what the run begins with.
func (s *simulation) found(ctx context.Context, seed uint64) {
	s.digests = append(make([][32]byte, s.truth.Commit()), s.truth.Digest())
	for i := range []int{1, 2, 2, 2, 3}[s.IntN(5)] {
		h := &replica{name: fmt.Sprint("hub ", i+1)}
		if i > 0 {
			h.skew = time.Duration(s.IntN(9000)-4500) * time.Millisecond
			if s.chance(20) { // a clock that nobody looks after
				h.skew = time.Duration(s.IntN(72)-36) * time.Hour
			}
		}
		s.hubs = append(s.hubs, h)
		s.boot(ctx, h, seed)
	}
}

func (s *simulation) clock(skew time.Duration) func() time.Time {
	return func() time.Time { return time.UnixMilli(s.now.Load()).Add(skew) }
}

// boot starts a hub; it is up once Open has answered.
func (s *simulation) boot(ctx context.Context, h *replica, seed uint64) {
	if h.line != nil {
		h.line.letGo()
	}
	h.starts++
	h.line = &line{cluster: s.cluster, news: make(chan struct{})}
	if s.mutation != nil && s.mutation.answer != nil {
		h.line.wrong = s.mutation.answer
	}
	h.booting, h.opened = true, make(chan error, 1)
	h.store = &store{Memory: s.cluster.snapshots}
	if s.mutation != nil && s.mutation.manifest != nil {
		h.store.wrong = func(m ledger.Manifest) ledger.Manifest { return s.mutation.manifest(s.cluster, m) }
	}
	c := Config{Ledger: h.line, Shared: true, Snapshots: h.store, Remember: rememberedRows, Texts: s.cluster.shelf, Atlas: s.atlas, Ruleset: "2026-11", Clock: s.clock(h.skew), Logger: silent,
		Entropy: seededEntropy(seed, uint64(h.starts), uint64(slices.Index(s.hubs, h)))}
	s.happens("boot", "%s boots", h.name)
	go func() {
		opened, err := Open(ctx, c)
		h.hub = opened
		h.opened <- err
	}()
	synctest.Wait()
}

// crash ends a hub at once: what it knew is lost, and so are its answers. What it
// was appending may have arrived.
func (s *simulation) crash(h *replica) {
	if h.Hub == nil {
		for h.booting { // nothing goes wrong any more
			s.arrive(h)
			rest(300 * time.Millisecond)
		}
		if h.Hub == nil {
			return
		}
	}
	ended := make(chan struct{})
	go func() {
		h.Hub.Close()
		close(ended)
	}()
	synctest.Wait()
	h.giveUp()
	<-ended
	h.line.letGo()
	h.Hub, h.closing, h.turning, h.mailing = nil, false, nil, nil
	synctest.Wait()
}

// stop ends a hub orderly; it is down once its batch is done.
func (s *simulation) stop(h *replica) {
	h.closing = true
	hub := h.Hub
	go hub.Close()
	synctest.Wait()
}

func (s *simulation) happens(what, format string, args ...any) {
	s.events[what]++
	if s.telling {
		s.tell(format, args...)
	}
}

func (s *simulation) tell(format string, args ...any) {
	if s.telling {
		s.told = append(s.told, fmt.Sprintf(format, args...))
	}
}

// say notes what must never be.
func (s *simulation) say(format string, args ...any) {
	if what := fmt.Sprintf(format, args...); len(s.wrong) < 5 {
		s.wrong = append(s.wrong, what)
		s.tell("WRONG: %s", what)
	}
}

func (s *simulation) live() (up []*replica) {
	for _, h := range s.hubs {
		if h.up() {
			up = append(up, h)
		}
	}
	return up
}

// waitingHubs are those that wait for the cluster.
func (s *simulation) waitingHubs() (all []*replica) {
	for _, h := range s.hubs {
		if h.line.letGo(); h.line.waiting.Load() != nil {
			all = append(all, h)
		}
	}
	return all
}

// event lets one thing happen.
func (s *simulation) event(ctx context.Context) {
	up, appends := s.live(), s.waitingHubs()
	asking := 0
	for _, c := range s.clients {
		if c.waiting {
			asking++
		}
	}
	type choice struct {
		weight int
		do     func()
	}
	var choices []choice
	may := func(possible bool, weight int, do func()) {
		if possible {
			choices = append(choices, choice{weight, do})
		}
	}
	may(len(appends) > 0, 40, func() { s.arrive(some(s.generator, appends)) })
	may(len(up) > 0 && asking < 8, 30, func() { s.send(ctx, some(s.generator, up)) })
	may(len(up) > 0 && asking < 8, 6, func() { s.repeat(ctx, some(s.generator, up)) })
	may(s.hasDoubt(), 8, s.resolve)
	may(len(up) > 0, 3, func() { s.pass(); s.turnDay(ctx, some(s.generator, up)) })
	may(len(up) > 0, 3, func() { s.mail(ctx, some(s.generator, up)) })
	may(len(up) > 0 && s.chance(20), 1, func() { s.quiet(ctx, some(s.generator, up)) })
	may(asking > 0, 2, s.leave)
	may(len(up) > 0, 3, func() { s.snapshot(ctx, []*replica{some(s.generator, up)}) })
	may(len(up) > 1, 1, func() { s.snapshot(ctx, up) })
	may(s.chance(50), 2, s.spoil)
	may(len(up) > 0 && s.chance(60), 1, func() { s.happens("crash", "a hub crashes"); s.crash(some(s.generator, up)) })
	may(len(up) > 1 && s.chance(50), 1, func() { s.happens("stop", "a hub stops"); s.stop(some(s.generator, up)) })
	may(len(up) < len(s.hubs), 10, func() { s.restart(ctx) })
	may(len(up) > 0, 2, func() { s.hear(some(s.generator, up)) })
	may(asking > len(appends) || slices.ContainsFunc(up, (*replica).retries), 10, func() { rest(1100 * time.Millisecond) }) // who waits to try again does
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	for n, i := s.IntN(total), 0; ; i++ {
		if n -= choices[i].weight; n < 0 {
			choices[i].do()
			break
		}
	}
	synctest.Wait()
}

// retries: what it appends is of unknown outcome, and its clients know.
func (h *replica) retries() bool { return h.Hub != nil && !h.Standing().Away.IsZero() }

// hear tells a hub that there is news in the ledger, whether there is or not.
func (s *simulation) hear(h *replica) {
	select {
	case h.line.news <- struct{}{}:
		s.happens("heard", "%s hears of news, at %d", h.name, h.World().Commit())
		rest(2 * own)
	default: // it is busy with the last
	}
}

// restart boots what is down, now and then.
func (s *simulation) restart(ctx context.Context) {
	for _, h := range s.hubs {
		if h.Hub == nil && !h.booting && (s.calm || s.chance(60)) {
			s.boot(ctx, h, uint64(s.IntN(1<<30)))
		}
	}
}

// hasDoubt: something in the cluster is not decided yet.
func (s *simulation) hasDoubt() bool {
	return len(s.cluster.afloat) > 0 || s.cluster.majority < len(s.cluster.log)
}

// resolve decides something that was open in the cluster.
func (s *simulation) resolve() {
	c := s.cluster
	if len(c.afloat) > 0 && s.chance(50) {
		i := s.IntN(len(c.afloat))
		run := c.afloat[i]
		c.afloat = slices.Delete(slices.Clone(c.afloat), i, i+1)
		if s.chance(25) {
			s.tell("an insert at %d never arrives", run[0].Number)
			return
		}
		n, err := s.insert(run[:1+s.IntN(len(run))])
		s.happens("landed late", "an insert at %d arrives late: %d, %v", run[0].Number, n, err)
		if s.chance(50) {
			c.settle()
		}
		return
	}
	if c.majority == len(c.log) {
		return
	}
	if s.chance(50) {
		s.happens("settled", "the majority has %d", len(c.log))
		c.settle()
	} else {
		s.happens("rolled back", "the primary is lost: %d is rolled back to %d", len(c.log), c.majority)
		c.rollBack()
	}
}

// insert is the cluster's, which is only ever given runs that fit.
func (s *simulation) insert(run []ledger.Commit) (int, error) {
	n, err := s.cluster.insert(run)
	if err != nil && !is[*ledger.TakenError](err) && !errors.Is(err, errUnsettled) {
		s.say("a hub appended what doesn't follow: %v", err)
	}
	return n, err
}

// arrive lets a hub's Append reach the cluster, or not.
func (s *simulation) arrive(h *replica) {
	if h.line.waiting.Load() == nil {
		s.opened(h)
		return
	}
	run := h.line.waiting.Load().run
	fault := s.IntN(24)
	if s.calm {
		fault = 23
	}
	unknown := fmt.Errorf("the connection broke: %w", ledger.ErrOutcomeUnknown)
	what := fmt.Sprintf("%s appends %d–%d: ", h.name, run[0].Number, run[len(run)-1].Number)
	switch fault {
	case 0, 1:
		n, err := s.insert(run)
		s.cluster.settle()
		s.happens("answer lost", "%s%d arrive (%v), and the answer is lost", what, n, err)
		h.line.decide(0, unknown)
	case 2:
		s.happens("insert lost", "%slost", what)
		h.line.decide(0, unknown)
	case 3, 4:
		s.happens("insert late", "%sit may arrive later", what)
		s.cluster.afloat = append(s.cluster.afloat, run)
		h.line.decide(0, unknown)
	case 5, 6:
		n, err := s.insert(run)
		s.happens("minority", "%sthe primary has %d (%v), and no majority", what, n, err)
		h.line.decide(0, unknown)
	case 7, 8:
		n, err := s.insert(run[:1+s.IntN(len(run))])
		s.cluster.settle()
		var taken *ledger.TakenError
		switch {
		case errors.As(err, &taken):
			s.happens("taken", "%s%d is taken", what, taken.Number)
			h.line.decide(n, err)
		case n == len(run):
			s.tell("%sdone", what)
			h.line.decide(n, nil)
		default:
			s.happens("prefix", "%s%d arrive", what, n)
			if s.chance(50) {
				s.cluster.afloat = append(s.cluster.afloat, run[n:])
				h.line.decide(n, unknown)
			} else {
				h.line.decide(n, ledger.ErrUnavailable)
			}
		}
	case 9:
		s.happens("away", "%saway", what)
		h.line.decide(0, fmt.Errorf("no route: %w", ledger.ErrUnavailable))
	default:
		n, err := s.insert(run)
		if errors.Is(err, errUnsettled) {
			// What holds the number may be rolled back: nothing is known. The
			// commits before it are the run's own.
			if s.calm {
				s.cluster.settle()
				return
			}
			s.tell("%s%v", what, err)
			h.line.decide(0, unknown)
			break
		}
		s.cluster.settle()
		h.line.lag = 0
		if err != nil && !s.calm && s.chance(10) {
			h.line.lag = 1 + s.IntN(2)
			s.happens("lagging read", "%s reads %d behind", h.name, h.line.lag)
		}
		if err != nil {
			s.events["taken"]++
		}
		s.tell("%s%d are durable (%v)", what, n, err)
		h.line.decide(n, err)
	}
	synctest.Wait()
	s.opened(h)
}

// opened takes a hub up once Open has answered.
func (s *simulation) opened(h *replica) {
	if !h.booting {
		return
	}
	select {
	case err := <-h.opened:
		h.booting = false
		if err != nil {
			s.tell("%s doesn't boot: %v", h.name, err)
			if !errors.Is(err, ledger.ErrUnavailable) {
				s.say("%s doesn't boot: %v", h.name, err)
			}
			return
		}
		h.Hub, h.hub = h.hub, nil
		s.tell("%s is up at %d", h.name, h.World().Commit())
		if from := h.Hub.snapshots.last; from.ID != "" {
			s.happens("boot from a snapshot", "from snapshot %s, of %d", from.ID, from.Base.Number)
		}
		if len(h.Hub.snapshots.refused) > 0 {
			s.happens("snapshot refused", "and refused %v", h.Hub.snapshots.refused)
		}
	default:
	}
}

// pass moves time on, by minutes or by weeks.
func (s *simulation) pass() {
	d := time.Duration(1+s.IntN(600)) * time.Minute
	if s.chance(40) {
		d = time.Duration(1+s.IntN(45)) * 24 * time.Hour
	}
	s.now.Add(d.Milliseconds())
	s.tell("%v pass: it is %v", d, s.clock(0)().UTC())
}

// turnDay is what a hub does by itself each day.
func (s *simulation) turnDay(ctx context.Context, h *replica) {
	if h.turning != nil {
		return
	}
	s.happens("day", "%s turns the day", h.name)
	turn := &turning{h.World(), today(h.Hub), make(chan error, 1)}
	h.turning = turn
	hub := h.Hub
	go func() { turn.done <- s.turned(ctx, hub) }()
	synctest.Wait()
}

func today(h *Hub) domain.Date { return domain.DateOf(h.Clock().In(geo.Location(capital))) }

// turned is TurnDay; with the commands of a mutation where there is one.
func (s *simulation) turned(ctx context.Context, h *Hub) error {
	if s.mutation == nil || s.mutation.decide == nil {
		return h.TurnDay(ctx)
	}
	for _, c := range []Command{turnDay{Today: today(h)}, forget{}, turnRequests{}} {
		if _, err := h.Do(ctx, itself, s.mutated(c), ""); err != nil {
			return err
		}
	}
	return nil
}

// overdue: once the day was turned, no request is left as it was whose term is
// over, or which should have expired.
func (s *simulation) overdue(h *replica) {
	turn := h.turning
	if turn == nil {
		return
	}
	select {
	case err := <-turn.done:
		h.turning = nil
		if err != nil {
			return
		}
	default:
		return
	}
	for row := range turn.since.Requests() {
		r := row.Doc
		now, _ := h.World().Request(r.ID)
		over := among(r.Status, hasSpace) && r.Term().Until < turn.today
		late := (r.Status == domain.RequestSubmitted || r.Status == domain.RequestLandlordReview) && *r.DueOn < turn.today && len(r.Reminders) >= 2 && r.Reminders[len(r.Reminders)-1] < turn.today
		if (over || late) && now.Doc.Version == r.Version {
			s.say("%s turned the day to %s, and %s is still %s", h.name, turn.today, r.ID, r.Status)
		}
	}
}

// mutated is the command that runs: broken when the mutation is of its kind.
func (s *simulation) mutated(c Command) Command {
	switch m := s.mutation; {
	case m != nil && m.decides != nil:
		return mutated{c, m.decides()}
	case m != nil && m.decide != nil:
		return mutated{c, m.decide}
	}
	return c
}

// send is somebody's command to a hub.
func (s *simulation) send(ctx context.Context, h *replica) {
	v, c := s.anything(h.World())
	if s.chance(4) {
		v, c = staff, s.access(h.World())
	}
	if c == nil {
		return
	}
	s.sent++
	one := &client{number: s.sent, viewer: v, command: c, first: s.clock(0)()}
	if s.chance(85) && v.Actor != "" {
		one.key = fmt.Sprint("key ", s.sent)
		if s.chance(4) {
			for key := range s.usedBy(v.Repeater()) {
				one.key, one.reused = key, true
				break
			}
		}
	}
	s.clients = append(s.clients, one)
	s.ask(ctx, h, one)
}

// usedBy are the keys of an actor that took effect lately, the newest first.
func (s *simulation) usedBy(actor string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for n := s.sent; n > 0; n-- {
			key := fmt.Sprint("key ", n)
			e, used := s.effects[actor+"\x00"+key]
			if used && s.clock(-5*24*time.Hour)().Before(e.at) && !yield(key) {
				return
			}
		}
	}
}

// letIn is a viewer whose rights were looked at in a World; one who has none there
// was let in before.
func letIn(w *world.World, v domain.Viewer) domain.Viewer {
	if row, ok := w.AccountAccess(domain.IDOfAccount(v.Actor)); !ok || !row.Doc.Barred {
		v.RightsAt = w.AccessChanged()
	}
	return v
}

func (s *simulation) ask(ctx context.Context, h *replica, c *client) {
	asking, leave := context.WithCancel(ctx)
	if id, of := requestOf(c.command); of {
		row, there := h.World().Request(id)
		c.hidden = !there || !s.seenBy(c.viewer, row.Doc)
	}
	c.at, c.life, c.leave, c.waiting, c.left, c.answers = h, h.starts, leave, true, false, make(chan result, 1)
	s.tell("%s asks %s, under %q", c, h.name, c.key)
	viewer := letIn(h.World(), c.viewer)
	hub, command, key := h.Hub, s.mutated(c.command), c.key
	if s.mutation != nil && s.mutation.forgetsKeys {
		key = ""
	}
	go func() {
		outcome, err := hub.Do(asking, viewer, command, key)
		c.answers <- result{outcome, err}
	}()
	synctest.Wait()
}

// repeat sends a command again, of a client who doesn't know what came of it,
// and sometimes of one who does.
func (s *simulation) repeat(ctx context.Context, h *replica) bool {
	var again []*client
	for _, c := range s.clients {
		if !c.waiting && c.key != "" && !c.reused && s.clock(-3*24*time.Hour)().Before(c.first) {
			again = append(again, c)
		}
	}
	if len(again) == 0 {
		return false
	}
	c := some(s.generator, again)
	if c.at != h {
		s.events["repeat elsewhere"]++
	}
	s.ask(ctx, h, c)
	return true
}

// leave is a client whose patience ends.
func (s *simulation) leave() {
	var asking []*client
	for _, c := range s.clients {
		if c.waiting && !c.left {
			asking = append(asking, c)
		}
	}
	if len(asking) > 0 {
		c := some(s.generator, asking)
		s.happens("client left", "%s leaves", c)
		c.left = true
		c.leave()
	}
}

// rest lets time go by, and then whoever's time was up come to rest, too: else it
// would be a matter of luck who is first.
func rest(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// finish goes on without faults; true once nobody waits for anything.
func (s *simulation) finish(ctx context.Context) bool {
	s.cluster.settle()
	if len(s.cluster.afloat) > 0 {
		s.resolve()
		return false
	}
	if waiting := s.waitingHubs(); len(waiting) > 0 {
		s.arrive(waiting[0])
		return false
	}
	for _, h := range s.hubs {
		h.line.lag = 0
		s.opened(h)
		if h.Hub == nil && !h.booting {
			s.restart(ctx)
			return false
		}
		if h.closing || h.booting || h.turning != nil || h.mailing != nil || h.retries() {
			rest(300 * time.Millisecond)
			return false
		}
	}
	for _, c := range s.clients {
		if c.waiting {
			rest(300 * time.Millisecond)
			return false
		}
		if c.unknown && c.key != "" && s.clock(-3*24*time.Hour)().Before(c.first) {
			s.ask(ctx, some(s.generator, s.hubs), c)
			return false
		}
	}
	return true
}

// look collects the answers, and judges what has become durable and what the
// hubs show.
func (s *simulation) look() {
	for s.truth != nil && int(s.truth.Commit()) < s.cluster.majority && s.wrong == nil {
		s.judgeNext()
	}
	for _, h := range s.hubs {
		s.opened(h)
		if h.closing && closed(h.Hub.stopped) {
			s.tell("%s is down", h.name)
			s.answered()
			h.Hub, h.closing, h.turning, h.mailing = nil, false, nil, nil
		}
	}
	for _, h := range s.hubs {
		if h.Hub != nil && h.World() != h.seen {
			s.lookAt(h)
		}
		if h.Hub != nil {
			s.overdue(h)
			s.mailed(h)
		}
	}
	s.answered()
}

// judgeNext judges one commit more.
func (s *simulation) judgeNext() {
	c := s.cluster.log[s.truth.Commit()].Commit
	next, err := s.truth.Apply([]ledger.Commit{c})
	if err != nil {
		s.say("commit %d can't be applied: %v", c.Number, err)
		return
	}
	for _, wrong := range s.judge(c, s.truth, next) {
		s.say("%s", wrong)
	}
	s.admitted(c)
	s.accepted[c.Action]++
	for _, ch := range c.Changes {
		switch ch.Kind {
		case domain.KindRequest:
			if row, ok := next.Request(domain.RequestID(ch.ID)); ok {
				s.statuses[string(row.Doc.Status)]++
				s.expires(row.Doc)
			}
		case domain.KindReceipt:
			s.takesEffect(c, ch, next)
		}
	}
	s.truth = next
	s.digests = append(s.digests, next.Digest())
}

// admitted: nobody does anything after the commit that has ended their rights,
// whenever and wherever they asked; staff give rights back.
func (s *simulation) admitted(c ledger.Commit) {
	if at, over := s.ended[c.Actor]; over {
		s.say("commit %d is %s by %q, whose rights have ended at %d", c.Number, c.Action, c.Actor, at)
	}
	for _, ch := range c.Changes {
		switch {
		case c.Action == RevokeAccessKey{}.Action() && ch.Kind == domain.KindAccessKey:
			s.ended[s.key.Actor] = c.Number
		case ch.Kind != domain.KindAccountAccess:
		case c.Action == RevokeAccess{}.Action():
			s.ended[s.accountOf(ch.ID)] = c.Number
		case c.Action == GrantAccess{}.Action():
			delete(s.ended, s.accountOf(ch.ID))
		}
	}
}

// accountOf is the actor whose rights a document is about.
func (s *simulation) accountOf(id domain.ID) string {
	i := slices.IndexFunc(s.actors, func(actor string) bool { return domain.ID(domain.IDOfAccount(actor)) == id })
	return s.actors[i]
}

// takesEffect: a key has one effect in the days for which it is remembered.
func (s *simulation) takesEffect(c ledger.Commit, ch ledger.Change, w *world.World) {
	if ch.Doc == nil {
		return
	}
	var receipt domain.Receipt
	if err := ledger.Unmarshal(ch.Doc, &receipt); err != nil {
		s.say("commit %d: %v", c.Number, err)
		return
	}
	key := receipt.Actor + "\x00" + receipt.Key
	if before, twice := s.effects[key]; twice && c.Time.Before(before.at.AddDate(0, 0, receiptDays)) {
		s.say("%q of %q takes effect at %d and at %d", receipt.Key, receipt.Actor, before.commit, c.Number)
	}
	s.effects[key] = effect{c.Number, c.Time}
}

// lookAt judges a World that a hub shows.
func (s *simulation) lookAt(h *replica) {
	w := h.World()
	h.seen = w
	if err := h.Err(); err != nil {
		s.say("%s has given up: %v", h.name, err)
	}
	if int(w.Commit()) >= len(s.digests) {
		s.say("%s shows commit %d, of which there are %d", h.name, w.Commit(), len(s.digests)-1)
		return
	}
	if want := s.digests[w.Commit()]; want != w.Digest() && want != [32]byte{} {
		s.say("%s differs from a replay at commit %d", h.name, w.Commit())
	}
	for _, wrong := range s.reads(w) {
		s.say("%s at %d: %s", h.name, w.Commit(), wrong)
	}
}

// answered takes the answers that have come.
func (s *simulation) answered() {
	for _, c := range s.clients {
		if !c.waiting {
			continue
		}
		select {
		case a := <-c.answers:
			c.waiting = false
			if c.at.starts != c.life || c.at.Hub == nil {
				s.tell("%s hears nothing: %s is gone", c, c.at.name)
				c.unknown, c.doubted = true, true
				continue
			}
			s.tell("%s hears: commit %d, %v", c, a.outcome.Commit, a.err)
			s.answer(c, a)
		default:
		}
	}
}

// answer judges what a client was told.
func (s *simulation) answer(c *client, a result) {
	w := c.at.World()
	var busy *BusyError
	var unavailable *UnavailableError
	var unknown *OutcomeUnknownError
	switch refusals := domain.AsRefusals(a.err); {
	case a.err == nil:
		s.acknowledged(c, a.outcome, w)
		c.unknown, c.doubted = false, true
	case refusals != nil:
		s.refused[string(refusals[0].RefusalCode())]++
		c.unknown = false
		if is[domain.AccessEnded](refusals[0]) {
			s.events["no longer let in"]++
			return
		}
		s.hides(c, refusals, w)
	case errors.As(a.err, &busy), errors.As(a.err, &unavailable):
		s.refused[fmt.Sprintf("%T", a.err)]++
	case errors.As(a.err, &unknown):
		c.unknown, c.doubted = true, true
	default:
		s.say("%s hears of a fault of the system: %v", c, a.err)
	}
}

// acknowledged is durable, with what the client asked for, and there to be read.
func (s *simulation) acknowledged(c *client, o Outcome, w *world.World) {
	if id, of := requestOf(c.command); of {
		if row, ok := w.Request(id); !ok || !s.seenBy(c.viewer, row.Doc) && c.viewer != itself {
			s.say("%s succeeded with what it may not see", c)
		}
	}
	if o.Commit == 0 {
		return
	}
	if o.Commit > uint64(s.cluster.majority) {
		s.say("%s was told of commit %d, and %d are durable", c, o.Commit, s.cluster.majority)
		return
	}
	if o.World.Commit() < o.Commit || w.Commit() < o.Commit {
		s.say("%s can't read commit %d yet, at %d", c, o.Commit, w.Commit())
	}
	k := s.cluster.log[o.Commit-1]
	if k.Action != c.command.Action() || k.Actor != c.viewer.Actor || k.Changes[0].ID != o.Object && !slices.ContainsFunc(k.Changes, func(ch ledger.Change) bool { return ch.ID == o.Object }) {
		s.say("%s was told of commit %d, which is %s by %q", c, o.Commit, k.Action, k.Actor)
	}
	if c.key != "" && s.effects[c.viewer.Repeater()+"\x00"+c.key].commit != o.Commit {
		s.say("%s was told of commit %d, and its key took effect at %d", c, o.Commit, s.effects[c.viewer.Repeater()+"\x00"+c.key].commit)
	}
	s.kept[o.Commit] = k.ID
}

// lastCommand is sent to a hub once there are no more faults, by a client who does
// as told: a hub that is still settling what it tried before the ledger came back
// may ask for another try in two seconds, and takes that one.
func (s *simulation) lastCommand(ctx context.Context, h *replica) {
	c := &client{number: -1, viewer: staff, command: DraftRequest{NeedID: &s.needs[0]}, key: "last " + h.name}
	s.clients = append(s.clients, c)
	for range 2 {
		s.ask(ctx, h, c)
		for tries := 0; c.waiting && s.wrong == nil; tries++ {
			if tries == 20 {
				s.say("%s is stuck", h.name)
			} else if h.line.waiting.Load() == nil { // it waits to try again
				rest(1100 * time.Millisecond)
				continue
			}
			s.arrive(h)
			s.look()
		}
		if s.effects[staff.Repeater()+"\x00"+c.key].commit != 0 || s.wrong != nil {
			return
		}
		rest(2 * time.Second)
	}
	s.say("%s took no command at the end", h.name)
}

// hides: whoever may not see a request is told that there is none, and whoever
// may is told more.
func (s *simulation) hides(c *client, refusals []domain.Refusal, w *world.World) {
	id, of := requestOf(c.command)
	if !of {
		return
	}
	missing, absent := refusals[0].(domain.NotFound)
	hidden := absent && len(missing.Path) == 2 && missing.Path[1] == "id"
	row, there := w.Request(id)
	if visible := there && (s.seenBy(c.viewer, row.Doc) || c.viewer == itself); !visible && !hidden && !is[domain.IdempotencyConflict](refusals[0]) {
		s.say("%s was told of what it may not see: %v", c, refusals[0])
	}
	if hidden && !c.hidden {
		s.say("%s was told that there is no such request", c)
	}
}

// epilogue: at the end, without faults, every hub takes a command and comes to
// what a replay makes; and what was said holds.
func (s *simulation) epilogue(ctx context.Context) {
	for _, h := range s.hubs {
		s.lastCommand(ctx, h)
	}
	for _, number := range slices.Sorted(maps.Keys(s.kept)) {
		if !s.cluster.has(number, s.kept[number]) {
			s.say("commit %d was acknowledged, and isn't there", number)
		}
	}
	for _, c := range s.clients {
		if e, took := s.effects[c.viewer.Repeater()+"\x00"+c.key]; took && c.key != "" && !c.doubted && !c.reused {
			s.say("%s was told each time that nothing was kept, and commit %d was", c, e.commit)
		}
	}
	replayed, err := world.Load(ctx, &line{cluster: s.cluster}, s.atlas)
	if err != nil || replayed.Digest() != s.truth.Digest() || replayed.Head() != s.truth.Head() {
		s.say("a replay comes to another World: %v", err)
	}
	s.bootsAlike(ctx)
	for _, wrong := range violations(s.truth, s.atlas) {
		s.say("%s", wrong)
	}
}
