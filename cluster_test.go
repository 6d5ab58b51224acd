package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/internal/redistest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/ledger/mongoledger"
	"github.com/palier-hub/palier/world"
)

// cluster is hubs that are processes of their own, on one MongoDB and one Redis.
type cluster struct {
	t     testing.TB
	token string
	dir   string
	redis *redistest.Server
	// uris are by which way each hub reaches MongoDB.
	uris []string

	mu   sync.Mutex
	hubs []*process
}

// newCluster starts a hub for each of some ways to one database.
func newCluster(t testing.TB, uris ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, dir: t.TempDir(), redis: redistest.Start(t), uris: uris, hubs: make([]*process, len(uris))}
	for i := range uris {
		c.start(i)
	}
	c.token = staffToken(t, c.dir)
	return c
}

func (c *cluster) start(i int) {
	c.t.Helper()
	p := startProcess(c.t, "--mongo", c.uris[i], "--data", c.dir, "--redis", c.redis.URL())
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hubs[i] = p
}

// hub is one of them, by any number.
func (c *cluster) hub(n int) *process {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hubs[n%len(c.hubs)]
}

// said is what the cluster's tests read of an answer.
type said struct {
	Data struct {
		LandlordRegister *struct {
			Landlord *struct{ ID string }
			Commit   uint64
		}
		Landlord  *struct{ Name string }
		Landlords *struct {
			TotalCount int
			Nodes      []struct{ ID, Name string }
			PageInfo   struct {
				HasNextPage bool
				EndCursor   string
			}
		}
		Changes *struct{ EndPosition string }
	}
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	Extensions struct {
		Palier struct {
			Commit     uint64
			StaleSince string
		}
	}
}

// code is that of the first error; "" when there is none.
func (s said) code() string {
	if len(s.Errors) == 0 {
		return ""
	}
	return cmp.Or(s.Errors[0].Extensions.Code, "?")
}

// ask asks a hub; an error is a connection that was cut.
func (c *cluster) ask(n int, query string, minCommit uint64) (s said, err error) {
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		return s, err
	}
	request, err := c.request(n, body)
	if err != nil {
		return s, err
	}
	if minCommit > 0 {
		request.Header.Set("Palier-Min-Commit", strconv.FormatUint(minCommit, 10))
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return s, err
	}
	defer answer.Body.Close()
	return s, json.NewDecoder(answer.Body).Decode(&s)
}

func (c *cluster) request(n int, body []byte) (*http.Request, error) {
	request, err := http.NewRequest(http.MethodPost, c.hub(n).url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.token)
	return request, nil
}

// mustAsk is ask where nothing is in the way.
func (c *cluster) mustAsk(n int, query string, minCommit uint64) said {
	c.t.Helper()
	s, err := c.ask(n, query, minCommit)
	if err != nil || len(s.Errors) > 0 {
		c.t.Fatalf("%s: %+v (%v)", query, s.Errors, err)
	}
	return s
}

// well waits until every hub knows its ledger's head, and hears the others.
func (c *cluster) well() {
	c.t.Helper()
	for n := range c.uris {
		await(c.t, 20*time.Second, fmt.Sprintf("hub %d is well", n), func() bool {
			s := c.hub(n).ready(c.t)
			return s.Ready && !s.Degraded && s.Redis.Hearing
		})
	}
}

// figure is one of a hub's metrics.
func (c *cluster) figure(n int, name string) float64 {
	c.t.Helper()
	_, text := c.hub(n).get(c.t, "/metrics", "")
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(text)
	if found == nil {
		c.t.Fatalf("no figure %s", name)
	}
	value, err := strconv.ParseFloat(found[1], 64)
	if err != nil {
		c.t.Fatal(err)
	}
	return value
}

// stop stops the hubs, and checks that each came to what a replay of the ledger
// comes to at its commit, and that verify finds nothing wrong.
func (c *cluster) stop(t *testing.T, uri string) {
	t.Helper()
	digests := digestsOf(t, uri)
	stopped := regexp.MustCompile(`msg=stopped commit=(\d+) digest=([0-9a-f]{64})`)
	for n, h := range c.hubs {
		h.stop(t)
		found := stopped.FindStringSubmatch(h.log.String())
		if found == nil {
			t.Errorf("hub %d doesn't say what it came to:\n%s", n, h.log)
			continue
		}
		if want, ok := digests[found[1]]; ok && want != found[2] {
			t.Errorf("hub %d came to %s at commit %s, want %s", n, found[2], found[1], want)
		} else if !ok {
			t.Errorf("hub %d stands at commit %s, which isn't the ledger's", n, found[1])
		}
	}
	if told := does(t, "verify", "--mongo", uri); !strings.Contains(told, "The ledger is what was written.") {
		t.Errorf("verify says %s", told)
	}
}

// digestsOf are what a ledger comes to at each commit, by its number.
func digestsOf(t *testing.T, uri string) map[string]string {
	t.Helper()
	db, err := mongodb.Connect(uri)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Client().Disconnect(context.Background())
	l, err := mongoledger.Open(t.Context(), db, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, all := world.Empty(l.ID(), atlas(t)), map[string]string{}
	for one, err := range l.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if w, err = w.Apply([]ledger.Commit{one}); err != nil {
			t.Fatal(err)
		}
		all[strconv.FormatUint(one.Number, 10)] = fmt.Sprintf("%x", w.Digest())
	}
	return all
}

// people register landlords through all the hubs of a cluster.
type people struct {
	*cluster
	all sync.WaitGroup

	mu sync.Mutex
	// made are the landlords that were acknowledged, by their keys.
	made map[string]made
	// answers counts what was answered instead.
	answers map[string]int
	// slowest is the longest that anybody waited for an answer of any kind.
	slowest time.Duration
	// stale counts the reads that nobody asked to be fresh and that weren't.
	reads, stale int
}

type made struct {
	id     string
	commit uint64
	at     time.Time
}

func newPeople(c *cluster) *people {
	return &people{cluster: c, made: map[string]made{}, answers: map[string]int{}}
}

// mostTries bounds how often somebody repeats a command.
const mostTries = 1000

// register registers so many landlords for each of some writers, through one hub
// after the other, each again and again under its key until it is acknowledged; then
// once more elsewhere, and reads what is there. It returns at once.
func (p *people) register(prefix string, writers, each int) {
	for w := range writers {
		p.all.Go(func() {
			for n := range each {
				key := fmt.Sprintf("%s %d %d", prefix, w, n)
				first := p.registerOne(key, w+n)
				if n%3 == 0 {
					if again := p.registerOne(key, w+n+1); again.id != first.id || again.commit != first.commit {
						p.t.Errorf("%s is %+v, and repeated %+v", key, first, again)
					}
				}
				p.read(key, w+n+2, first)
			}
		})
	}
}

func (p *people) registerOne(key string, hub int) (m made) {
	query := fmt.Sprintf(`mutation { landlordRegister(input: { landlord: { name: %[1]q, kind: OPH }, idempotencyKey: %[1]q }) { landlord { id } commit } }`, key)
	for range mostTries {
		begun := time.Now()
		s, err := p.ask(hub, query, 0)
		took := time.Since(begun)
		outcome := s.code()
		switch {
		case err != nil:
			outcome = "cut"
		case outcome == "" && (s.Data.LandlordRegister == nil || s.Data.LandlordRegister.Landlord == nil):
			outcome = "refused"
		}
		p.mu.Lock()
		p.slowest = max(p.slowest, took)
		if outcome != "" {
			p.answers[outcome]++
		} else {
			m = made{s.Data.LandlordRegister.Landlord.ID, s.Data.LandlordRegister.Commit, time.Now()}
			if _, known := p.made[key]; !known {
				p.made[key] = m
			}
		}
		p.mu.Unlock()
		switch outcome {
		case "":
			return m
		case "cut", "UNAVAILABLE", "OUTCOME_UNKNOWN":
			time.Sleep(50 * time.Millisecond)
			hub++
		default:
			p.t.Errorf("registering %s: %s %+v", key, outcome, s.Errors)
			return m
		}
	}
	p.t.Errorf("registering %s: never acknowledged", key)
	return m
}

// read reads what was made: as it is there, and not before it is.
func (p *people) read(key string, hub int, m made) {
	query := fmt.Sprintf(`{ landlord(id: %q) { name } }`, m.id)
	s, err := p.ask(hub, query, 0)
	p.mu.Lock()
	if err == nil && len(s.Errors) == 0 {
		if p.reads++; s.Data.Landlord == nil {
			p.stale++
		}
	}
	p.mu.Unlock()
	for range mostTries {
		s, err = p.ask(hub, query, m.commit)
		if err == nil && s.code() != "COMMIT_NOT_REACHED" {
			break
		}
		time.Sleep(50 * time.Millisecond)
		hub++
	}
	if err != nil || len(s.Errors) > 0 || s.Data.Landlord == nil || s.Data.Landlord.Name != key {
		p.t.Errorf("%s isn't there after commit %d: %+v (%v)", key, m.commit, s, err)
	}
}

// check compares what every hub has with what was acknowledged.
func (p *people) check() {
	p.t.Helper()
	newest, want := uint64(0), map[string]string{}
	for key, m := range p.made {
		newest, want[key] = max(newest, m.commit), m.id
	}
	for n := range p.uris {
		got, listed := map[string]string{}, 0
		for after := "null"; after != ""; {
			s := p.mustAsk(n, fmt.Sprintf(`{ landlords(first: 100, after: %s) { nodes { id name } pageInfo { hasNextPage endCursor } } }`, after), newest)
			for _, one := range s.Data.Landlords.Nodes {
				got[one.Name] = one.ID
				listed++
			}
			after = ""
			if page := s.Data.Landlords.PageInfo; page.HasNextPage {
				after = strconv.Quote(page.EndCursor)
			}
		}
		if !maps.Equal(got, want) || listed != len(want) {
			p.t.Errorf("hub %d has %d landlords, %d names; %d were acknowledged", n, listed, len(got), len(want))
		}
	}
}

// follower is told of landlords by one hub after the other.
type follower struct {
	*cluster
	after string
	stop  context.CancelFunc
	done  chan struct{}

	mu sync.Mutex
	// seen is when it was told of each.
	seen map[string]time.Time
	// twice are those it was told of more than once.
	twice []string
	// hops is how often it went on elsewhere.
	hops int
}

// follow follows from now on, by some hub first, and goes on elsewhere after so many
// changes, or when that stream ends.
func (c *cluster) follow(hub, most int) *follower {
	c.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	f := &follower{cluster: c, after: c.mustAsk(hub, `{ changes { endPosition } }`, 0).Data.Changes.EndPosition, stop: stop, done: make(chan struct{}), seen: map[string]time.Time{}}
	c.t.Cleanup(stop)
	go func() {
		defer close(f.done)
		for ; ctx.Err() == nil; hub++ {
			f.listen(ctx, hub, most)
			f.hops++
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return f
}

// listen follows one hub for so many changes, or until that stream ends.
func (f *follower) listen(ctx context.Context, hub, most int) {
	body, err := json.Marshal(map[string]any{"query": `subscription ($after: String) { changes(after: $after, kinds: [LANDLORD]) { position id effect } }`,
		"variables": map[string]string{"after": f.after}})
	if err != nil {
		f.t.Error(err)
		return
	}
	request, err := f.request(hub, body)
	if err != nil {
		f.t.Error(err)
		return
	}
	request.Header.Set("Accept", "text/event-stream")
	answer, err := http.DefaultClient.Do(request.WithContext(ctx))
	if err != nil {
		return // the hub is gone
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for heard := 0; heard < most && lines.Scan(); {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is || data == "" {
			continue
		}
		var event struct {
			Data struct {
				Changes *struct{ Position, ID, Effect string }
			}
			Errors []struct{ Extensions struct{ Code string } }
		}
		err := json.Unmarshal([]byte(data), &event)
		if err == nil && len(event.Errors) > 0 && event.Errors[0].Extensions.Code == "COMMIT_NOT_REACHED" {
			return // that hub is cut off: another may have it
		}
		if err != nil || event.Data.Changes == nil {
			f.t.Errorf("a follower is told %s (%v)", data, err)
			return
		}
		f.hear(event.Data.Changes.ID)
		f.after = event.Data.Changes.Position
		heard++
	}
}

func (f *follower) hear(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, again := f.seen[id]; again {
		f.twice = append(f.twice, id)
	}
	f.seen[id] = time.Now()
}

// check waits until the follower has been told of all that was made, and checks that
// it was told of nothing else and of nothing twice. lags are how long after each
// acknowledgement it was.
func (f *follower) check(p *people) (lags []time.Duration) {
	f.t.Helper()
	await(f.t, 30*time.Second, "a follower is told of all", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.seen) >= len(p.made)
	})
	f.stop()
	<-f.done
	if len(f.twice) > 0 || len(f.seen) != len(p.made) {
		f.t.Errorf("a follower was told of %d landlords of %d, of %q more than once", len(f.seen), len(p.made), f.twice)
	}
	for key, m := range p.made {
		at, told := f.seen[m.id]
		if !told {
			f.t.Errorf("a follower wasn't told of %s", key)
		}
		lags = append(lags, max(0, at.Sub(m.at)))
	}
	slices.Sort(lags)
	return lags
}

// percentile is of sorted durations.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[(len(sorted)-1)*p/100].Round(time.Millisecond / 10)
}

// through is a URI with the proxy's address in the place of the server's.
func through(t testing.TB, uri, addr string) string {
	t.Helper()
	u, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = addr
	return u.String()
}
