package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/mongotest"
	"github.com/palier-hub/palier/internal/race"
	"github.com/palier-hub/palier/ledger"
)

// TestReplicas: hubs that share a MongoDB take writes all of them; each reads
// what was written through another when it is asked to, and a repeated command
// takes effect once, whoever is asked.
func TestReplicas(t *testing.T) {
	uri, dir := mongotest.URI(t), t.TempDir()
	const writers, each = 8, 3
	var hubs []*program
	for range 3 {
		hubs = append(hubs, start(t, "--mongo", uri, "--data", dir))
	}
	printed := newBuffer()
	if err := run(t.Context(), []string{"token", "--data", dir, "--role", "STAFF"}, printed, io.Discard); err != nil {
		t.Fatal(err)
	}
	token := strings.TrimSpace(printed.String())
	var all sync.WaitGroup
	for writer := range writers {
		all.Go(func() {
			for n := range each {
				key := fmt.Sprintf("%d-%d", writer, n)
				first, commit := registerLandlord(t, hubs[(writer+n)%3].url, token, key)
				again, _ := registerLandlord(t, hubs[(writer+n+1)%3].url, token, key)
				if first == "" || first != again {
					t.Errorf("%s is %s, and repeated %s", key, first, again)
				}
				reader := hubs[(writer+n+2)%3].url
				body, status := ask(t, reader, token, fmt.Sprintf(`{ landlord(id: %q) { name } }`, first), "Palier-Min-Commit", commit)
				if want := `"name":"Bailleur ` + key + `"`; status != 200 || !strings.Contains(body, want) {
					t.Errorf("read elsewhere after commit %s: %d %s, want %s", commit, status, body, want)
				}
			}
		})
	}
	all.Wait()
	newest := hubs[0].ready(t).Commit
	for _, h := range hubs {
		body, _ := ask(t, h.url, token, "{ landlords { totalCount } }", "Palier-Min-Commit", fmt.Sprint(newest))
		if want := fmt.Sprintf(`"totalCount":%d`, writers*each); !strings.Contains(body, want) {
			t.Errorf("%s, want %s", body, want)
		}
		if s := h.ready(t); !s.Ready || s.Degraded || s.Head < newest {
			t.Errorf("%+v", s)
		}
	}
	begun := time.Now()
	body, status := ask(t, hubs[1].url, token, "{ landlords { totalCount } }", "Palier-Min-Commit", "1000000")
	if status != http.StatusServiceUnavailable || !strings.Contains(body, "COMMIT_NOT_REACHED") {
		t.Errorf("a commit that isn't there: %d %s", status, body)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	for _, h := range hubs {
		h.stop(t)
	}
}

// TestReadsElsewhere: of three hubs of their own processes that are all written to,
// each shows what was written through another as soon as it is asked to; without
// being asked, a little later.
func TestReadsElsewhere(t *testing.T) {
	if race.Enabled {
		t.Skip("the hubs are processes of their own, in which nothing is run that isn't run elsewhere with the race detector")
	}
	uri := mongotest.URI(t)
	c := newCluster(t, uri, uri, uri)
	c.well()
	p := newPeople(c)
	var followers []*follower
	for n := range c.uris {
		followers = append(followers, c.follow(n, math.MaxInt))
	}
	p.register("read", 8, 8)
	p.all.Wait()
	p.check()
	for n, f := range followers {
		lags := f.check(p)
		t.Logf("follower %d was told %v after the acknowledgement in the middle, %v at the 99th percentile", n, percentile(lags, 50), percentile(lags, 99))
	}
	t.Logf("%d of %d reads that asked for no commit were stale", p.stale, p.reads)
	c.stop(t, uri)
}

// What a hub says of itself, and whom it serves, when it doesn't know its ledger.
func TestHealth(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for name, c := range map[string]struct {
		standing                    hub.Standing
		ready, degraded, publicOnly bool
	}{
		"all is well":             {hub.Standing{Commit: 7, Head: 7}, true, false, false},
		"just behind":             {hub.Standing{Commit: 7, Head: 9, Behind: ago(time.Second)}, true, false, false},
		"behind":                  {hub.Standing{Commit: 7, Head: 9, Behind: ago(3 * time.Second)}, false, false, false},
		"away":                    {hub.Standing{Commit: 7, Head: 7, Away: ago(5 * time.Minute)}, true, true, false},
		"away, and behind before": {hub.Standing{Commit: 7, Head: 9, Behind: ago(time.Hour), Away: ago(time.Minute)}, true, true, false},
		"away for long":           {hub.Standing{Commit: 7, Head: 7, Away: ago(5*time.Minute + 1)}, true, true, true},
		"outgrown":                {hub.Standing{Commit: 7, Head: 7, Err: &ledger.FormatError{Format: 9}, Away: ago(6 * time.Minute)}, false, false, true},
		"halted":                  {hub.Standing{Commit: 7, Head: 7, Err: errors.New("secret")}, false, false, false},
	} {
		s := health(c.standing, "ldg_1", now)
		if s.Ready != c.ready || s.Degraded != c.degraded || publicOnly(c.standing, now) != c.publicOnly {
			t.Errorf("%s: %+v, public only: %v", name, s, publicOnly(c.standing, now))
		}
		if s.Commit != 7 || s.Head < 7 || s.Ledger != "ldg_1" || (s.Message == "") != (c.ready && !c.degraded) || strings.Contains(s.Message, "secret") {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// registerLandlord answers the id and the commit.
func registerLandlord(t *testing.T, url, token, key string) (id, commit string) {
	t.Helper()
	body, _ := ask(t, url, token, fmt.Sprintf(
		`mutation { landlordRegister(input: { landlord: { name: "Bailleur %[1]s", kind: OPH }, idempotencyKey: %[1]q }) { landlord { id } commit userErrors { code message } } }`, key), "", "")
	var answer struct {
		Data struct {
			LandlordRegister struct {
				Landlord struct{ ID string }
				Commit   json.Number
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Data.LandlordRegister.Landlord.ID == "" {
		t.Errorf("registering %s: %s (%v)", key, body, err)
	}
	return answer.Data.LandlordRegister.Landlord.ID, answer.Data.LandlordRegister.Commit.String()
}

func ask(t *testing.T, url, token, query, header, value string) (body string, status int) {
	t.Helper()
	text, _ := json.Marshal(map[string]string{"query": query})
	request, err := http.NewRequest(http.MethodPost, url+"/graphql", bytes.NewReader(text))
	if err != nil {
		t.Error(err)
		return "", 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	if header != "" {
		request.Header.Set(header, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Error(err)
		return "", 0
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return string(all), response.StatusCode
}
