package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/palier-hub/palier/internal/mongotest"
)

// TestFailover: whatever primary steps down while hubs are written to, what was
// acknowledged is there afterwards, once, and who follows was told of each once.
func TestFailover(t *testing.T) {
	set := mongotest.OnlyReal(t)
	uri := mongotest.URI(t)
	c := newCluster(t, uri, uri, uri)
	p := newPeople(c)
	var followers []*follower
	for n := range c.uris {
		followers = append(followers, c.follow(n, 25))
	}
	for round := range 3 {
		clear(p.answers)
		p.register(fmt.Sprint("failover ", round), 8, 8)
		time.Sleep(50 * time.Millisecond) // some appends are under way
		set.StepDown()
		p.all.Wait()
		c.well()
		t.Logf("nobody waited longer than %v; instead of an acknowledgement %v", p.slowest.Round(time.Millisecond), p.answers)
	}
	p.check()
	for _, f := range followers {
		lags := f.check(p)
		t.Logf("a follower was told %v after the acknowledgement in the middle, %v at the 99th percentile", percentile(lags, 50), percentile(lags, 99))
	}
	c.stop(t, uri)
}

// TestNoMajority: what the primary alone has is of unknown outcome and can be read
// nowhere, until a majority has it.
func TestNoMajority(t *testing.T) {
	set := mongotest.OnlyReal(t)
	uri := mongotest.URI(t)
	c := newCluster(t, uri, uri)
	p := newPeople(c)
	p.registerOne("before", 0)
	const query = `mutation { landlordRegister(input: { landlord: { name: "alone", kind: OPH }, idempotencyKey: "alone" }) { commit } }`
	unlock := set.LockSecondaries()
	if s, err := c.ask(0, query, 0); err != nil || s.code() != "OUTCOME_UNKNOWN" {
		t.Errorf("without a majority: %+v (%v)", s, err)
	}
	for n := range c.uris {
		if s := c.mustAsk(n, `{ landlords { totalCount } }`, 0); s.Data.Landlords.TotalCount != 1 {
			t.Errorf("hub %d has %d landlords", n, s.Data.Landlords.TotalCount)
		}
	}
	unlock()
	c.well()
	p.registerOne("alone", 1)
	p.check()
	c.stop(t, uri)
}
