package resolvers_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/texts"
)

// TestCursorsOfOthers: a cursor at what is hidden leads nobody to it, nor tells that
// it is one.
func TestCursorsOfOthers(t *testing.T) {
	t.Parallel()
	documents := []string{lookup}
	for _, d := range pagings {
		documents = append(documents, d.text)
	}
	v := newTown(t, apitest.Setup{Trusted: documents})
	for _, d := range pagings {
		var seen struct {
			List struct{ PageInfo struct{ EndCursor *string } }
		}
		v.client(t, "STAFF").Query(t, &seen, d.text, nil)
		for _, name := range strangers {
			body := func(cursor string) string {
				return string(v.client(t, name).Try(t, d.text, map[string]any{"after": cursor}).Body)
			}
			if cursor := seen.List.PageInfo.EndCursor; cursor == nil {
				t.Errorf("there is nothing in %s", d.text)
			} else if a, b := body(*cursor), body("AAAA"); a != b || !strings.Contains(a, "INVALID_INPUT") {
				t.Errorf("%s takes a cursor of staff's in %s\n%s\n%s", name, d.text, a, b)
			}
		}
	}
}

// TestSubscriptionsToWhatIsHidden are refused as those to what is missing.
func TestSubscriptionsToWhatIsHidden(t *testing.T) {
	t.Parallel()
	v := newTown(t, apitest.Setup{})
	refused := 0
	for _, p := range allPositions(apitest.Schema.Subscription) {
		if len(p.path) > 1 {
			continue // of a filter, by which the same lists are asked for as by matchChanges
		}
		d := calling("subscription", call{p.step, p.path, shallow(p.step.field.Type)})
		for _, name := range []string{"PUBLIC", "OBSERVER", "plaine", "scene"} {
			f := v.filling(t, name)
			for kind, names := range v.byKind() {
				for i, of := range names {
					if !slices.Contains(p.kinds(), kind) || i > 3 && !strings.Contains(of, "retrait") && !strings.Contains(of, "parti") || v.sees(t, name, v.IDs[of]) {
						continue
					}
					hear := func(id string) string {
						said := firstEvent(t, v.client(t, name), d.text, d.variables(f, func(call) any { return id }))
						return strings.ReplaceAll(said, domain.ID(id).Code(), "…")
					}
					if a, b := hear(v.IDs[of]), hear(missing(v.IDs[of])); a != b || !strings.Contains(a, `"errors"`) {
						t.Errorf("%s to %s, by %s:\n%s\n%s", p, of, name, a, b)
					}
					refused++
				}
			}
		}
	}
	if refused < 20 {
		t.Errorf("only %d are hidden", refused)
	}
}

// firstEvent is what a subscriber is told first, within a while.
func firstEvent(t *testing.T, c apitest.Client, query string, variables map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL()+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	if c.Token() != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token())
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		if data, is := strings.CutPrefix(lines.Text(), "data: "); is && data != "" || strings.HasPrefix(lines.Text(), "{") {
			return lines.Text() + data
		}
	}
	return ""
}

// TestPublicPagesAreOneLandlords: whatever is asked with a key for public pages, what
// is another landlord's isn't in the answer, nor is it counted where what is seen is.
// Only the statistics of hosting requests, which count what nobody there sees, are of
// the whole network, as decision 25 says.
func TestPublicPagesAreOneLandlords(t *testing.T) {
	t.Parallel()
	const statistics = `{ hostingStatistics(from: "2026-01-01", until: "2026-11-22") { total { submitted { value } sent { value } } } }`
	const coverage = `{ coverage(scale: DEPARTEMENT) { country { spaces { totalCount } landlordNeeds { totalCount } needs { totalCount } } } vacantSpaces { totalCount } landlordNeeds { totalCount } hostingNeeds { totalCount } }`
	documents := []string{lookup, statistics, coverage}
	for _, d := range wholes {
		documents = append(documents, d.text)
	}
	v := newTown(t, apitest.Setup{Trusted: documents})
	v.do(t, apitest.Staff, stockOf(v))
	for _, name := range []string{"monts", "plaine"} {
		client := v.client(t, "pages of "+name)
		said := func(c apitest.Client) string {
			of, _, _ := strings.Cut(string(c.Try(t, statistics, nil).Body), `"extensions"`)
			return of
		}
		if a, b := said(client), said(v.client(t, "PUBLIC")); a != b || strings.Contains(a, "null") {
			t.Errorf("statistics in the pages of %s are others than the public's\n%s\n%s", name, a, b)
		}
		type total struct{ TotalCount int }
		var counts struct {
			Coverage struct {
				Country struct{ Spaces, LandlordNeeds, Needs total }
			}
			VacantSpaces, LandlordNeeds, HostingNeeds total
		}
		client.Query(t, &counts, coverage, nil)
		if c := counts.Coverage.Country; c.Spaces != counts.VacantSpaces || c.LandlordNeeds != counts.LandlordNeeds || c.Needs != counts.HostingNeeds || c.Spaces.TotalCount == 0 {
			t.Errorf("the coverage in the pages of %s counts otherwise than its lists: %+v", name, counts)
		}
		f := v.filling(t, "pages of "+name)
		for _, d := range wholes {
			body := client.Try(t, d.text, d.variables(f)).Body
			for _, r := range v.rows() {
				// A request of somebody for an id that isn't theirs holds it.
				if r.sight.Landlord != "" && r.sight.Landlord != v.landlord(name) && bytes.Contains(body, []byte(r.id.Code())) && !slices.Contains(values(d.variables(f)), string(r.id)) {
					t.Errorf("%s in the pages of %s shows %s", d.field.Name, name, r.id)
				}
			}
		}
	}
}

func values(m map[string]any) (out []string) {
	for _, v := range m {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// counting counts what is read.
type (
	counted      struct{ n atomic.Int64 }
	countedTexts struct {
		texts.Store
		*counted
	}
	countedLedger struct {
		ledger.Ledger
		*counted
	}
)

func (c countedTexts) Texts(ctx context.Context, ids []domain.TextID) (map[domain.TextID]domain.Text, error) {
	c.n.Add(1)
	return c.Store.Texts(ctx, ids)
}

func (c countedTexts) Persons(ctx context.Context, ids []domain.PersonID) (map[domain.PersonID]domain.Person, error) {
	c.n.Add(1)
	return c.Store.Persons(ctx, ids)
}

func (c countedTexts) PersonsOf(ctx context.Context, of domain.ID) ([]domain.Person, error) {
	c.n.Add(1)
	return c.Store.PersonsOf(ctx, of)
}

func (c countedTexts) ExportPerson(ctx context.Context, id domain.PersonID) (texts.Export, error) {
	c.n.Add(1)
	return c.Store.ExportPerson(ctx, id)
}

func (c countedLedger) Read(ctx context.Context, after uint64) iter.Seq2[ledger.Commit, error] {
	c.n.Add(1)
	return c.Ledger.Read(ctx, after)
}

// TestHiddenCostsWhatMissingCosts: to be told that something is hidden reads as little
// as to be told that it is missing: nothing at all, but for persons, who aren't in
// the World, and are read to know whose they are.
func TestHiddenCostsWhatMissingCosts(t *testing.T) {
	t.Parallel()
	const past = `query($id: ID!) { node(id: $id) { id } r: hostingRequest(id: $id, asOf: { commit: 150 }) { id status history { nodes { commit } } } }`
	const space = `query($id: ID!) { s: vacantSpace(id: $id, asOf: { commit: 150 }) { id history { nodes { commit } } } }`
	var count counted
	v := newTown(t, apitest.Setup{Trusted: []string{lookup, ownOf}, Config: func(c *hub.Config) {
		c.Texts, c.Ledger = countedTexts{c.Texts, &count}, countedLedger{c.Ledger, &count}
	}})
	read := func(c apitest.Client, query, id string) int64 {
		before := count.n.Load()
		c.Try(t, query, map[string]any{"id": id})
		return count.n.Load() - before
	}
	for _, name := range []string{"PUBLIC", "OBSERVER", "plaine", "semis", "pages of plaine"} {
		client, compared := v.client(t, name), 0
		for what, id := range v.IDs {
			if v.sees(t, name, id) {
				continue
			}
			queries := []string{ownOf}
			if kind := domain.ID(id).Kind(); kind == domain.KindRequest && !strings.HasPrefix(name, "pages") {
				queries = append(queries, past)
			} else if kind == domain.KindSpace && !strings.HasPrefix(name, "pages") {
				queries = append(queries, space)
			}
			for _, query := range queries {
				hidden, missing := read(client, query, id), read(client, query, missing(id))
				if hidden != missing || hidden > 0 && domain.ID(id).Kind() != domain.KindPerson {
					t.Errorf("%s asks for %s, which reads %d times, and %d for what is missing", name, what, hidden, missing)
				}
				compared++
			}
		}
		if compared < 20 {
			t.Errorf("only %d are hidden from %s", compared, name)
		}
	}
	if read(v.client(t, "monts"), past, v.IDs["review"]) == 0 {
		t.Error("nothing is counted")
	}
}
