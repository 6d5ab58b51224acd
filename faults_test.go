package main

import (
	"fmt"
	"net/url"
	"syscall"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/internal/proxytest"
	"github.com/palier-hub/palier/internal/race"
)

// TestFaults: hubs of their own processes are written to while the ways to MongoDB
// are refused, cut, swallowed, reset and slow, Redis is frozen, killed and flushed,
// and hubs are killed and frozen. Afterwards all that was acknowledged is there,
// once, on every hub; who follows was told of each once; all came to the same.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	if race.Enabled {
		t.Skip("the hubs are processes of their own, in which nothing is run that isn't run elsewhere with the race detector")
	}
	if mongotest.IsReal() {
		t.Skip("the members of a replica set say their own addresses, so that no proxy is in between")
	}
	const hubs, writers, each = 3, 6, 2
	uri, server := mongotest.URI(t), proxytest.Start(t)
	at, err := url.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	var ways []*proxytest.Proxy
	var uris []string
	for range hubs {
		way := server.To(at.Host)
		ways, uris = append(ways, way), append(uris, through(t, uri, way.Addr))
	}
	c := newCluster(t, uris...)
	p := newPeople(c)
	var followers []*follower
	for n := range hubs {
		followers = append(followers, c.follow(n, 25))
	}
	everywhere := func(do func(*proxytest.Proxy)) func() {
		return func() {
			for _, w := range ways {
				do(w)
			}
		}
	}
	heal := everywhere((*proxytest.Proxy).Heal)
	signal := func(n int, what syscall.Signal) func() {
		return func() {
			if err := c.hub(n).command.Process.Signal(what); err != nil {
				t.Error(err)
			}
		}
	}
	p.register("quiet", writers, each)
	p.all.Wait()
	calm := c.figure(0, "go_goroutines")
	answers := map[string]int{}
	for _, fault := range []struct {
		name       string
		begin, end func()
		holds      time.Duration
		// meanwhile is checked while it holds.
		meanwhile func()
	}{
		{"MongoDB refuses", everywhere((*proxytest.Proxy).Refuse), heal, 2 * time.Second, func() { c.readsGoOn(calm + 100) }},
		{"requests are cut", everywhere(func(w *proxytest.Proxy) { w.Cut(proxytest.Requests, 900) }), heal, time.Second, nil},
		{"answers are cut", everywhere(func(w *proxytest.Proxy) { w.Cut(proxytest.Answers, 700) }), heal, time.Second, nil},
		{"requests are swallowed", everywhere(func(w *proxytest.Proxy) { w.Swallow(proxytest.Requests) }), heal, 2500 * time.Millisecond, nil},
		{"answers are swallowed", everywhere(func(w *proxytest.Proxy) { w.Swallow(proxytest.Answers) }), heal, 2500 * time.Millisecond, func() { c.readsGoOn(calm + 100) }},
		{"answers to one hub are swallowed", func() { ways[1].Swallow(proxytest.Answers) }, heal, 2500 * time.Millisecond, nil},
		{"requests are reset", everywhere(func(w *proxytest.Proxy) { w.Reset(proxytest.Requests) }), heal, time.Second, nil},
		{"answers are reset", everywhere(func(w *proxytest.Proxy) { w.Reset(proxytest.Answers) }), heal, time.Second, nil},
		{"MongoDB is slow", everywhere(func(w *proxytest.Proxy) { w.Slow(proxytest.Answers, 200*time.Millisecond, 150*time.Millisecond) }), heal, time.Second, nil},
		{"Redis is frozen", c.redis.Freeze, c.redis.Thaw, 500 * time.Millisecond, nil},
		{"Redis is killed", c.redis.Kill, c.redis.Restart, 500 * time.Millisecond, nil},
		{"Redis is flushed", c.redis.Flush, c.redis.Reset, 0, nil},
		{"a hub is frozen", signal(1, syscall.SIGSTOP), signal(1, syscall.SIGCONT), 2 * time.Second, nil},
		{"a hub is killed", func() { c.hub(2).kill(t) }, func() { c.start(2) }, 0, nil},
		{"two hubs are killed", func() { c.hub(1).kill(t); c.hub(2).kill(t) }, func() { c.start(1); c.start(2) }, 0, nil},
	} {
		clear(p.answers)
		p.slowest = 0
		p.register(fault.name, writers, each)
		time.Sleep(20 * time.Millisecond) // some appends are under way
		fault.begin()
		until := time.After(fault.holds)
		if fault.meanwhile != nil {
			fault.meanwhile()
		}
		<-until
		fault.end()
		p.all.Wait()
		c.well()
		t.Logf("%s: nobody waited longer than %v; instead of an acknowledgement %v", fault.name, p.slowest.Round(time.Millisecond), p.answers)
		if p.slowest > 10*time.Second {
			t.Errorf("%s: somebody waited for %v", fault.name, p.slowest)
		}
		for answer, n := range p.answers {
			answers[answer] += n
		}
	}
	if answers["UNAVAILABLE"] == 0 || answers["OUTCOME_UNKNOWN"] == 0 || answers["cut"] == 0 {
		t.Errorf("the faults did too little: %v", answers)
	}
	p.check()
	hops := 0
	for _, f := range followers {
		f.check(p)
		hops += f.hops
	}
	await(t, 20*time.Second, "no more goroutines than before", func() bool { return c.figure(0, "go_goroutines") <= calm+20 })
	t.Logf("%d landlords, %d times followers went on elsewhere, %d of %d reads that asked for no commit were stale", len(p.made), hops, p.stale, p.reads)
	c.stop(t, uri)
}

// readsGoOn checks that each hub that is away from its ledger says so, answers reads
// with their age, refuses writes, and holds no more goroutines than so many.
func (c *cluster) readsGoOn(goroutines float64) {
	c.t.Helper()
	for n := range c.uris {
		await(c.t, 10*time.Second, fmt.Sprintf("hub %d says that it is degraded", n), func() bool {
			s := c.hub(n).ready(c.t)
			return s.Ready && s.Degraded
		})
		if s, err := c.ask(n, `{ landlords(first: 1) { totalCount } }`, 0); err != nil || s.code() != "" || s.Data.Landlords.TotalCount == 0 || s.Extensions.Palier.StaleSince == "" {
			c.t.Errorf("a read of hub %d, away from its ledger: %+v (%v)", n, s, err)
		}
		if s, err := c.ask(n, `mutation { landlordRegister(input: { landlord: { name: "refused", kind: OPH } }) { commit } }`, 0); err != nil || s.code() != "UNAVAILABLE" {
			c.t.Errorf("a write to hub %d, away from its ledger: %+v (%v)", n, s, err)
		}
		if has := c.figure(n, "go_goroutines"); has > goroutines {
			c.t.Errorf("hub %d has %v goroutines", n, has)
		}
	}
}
