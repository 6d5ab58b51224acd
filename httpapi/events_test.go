package httpapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/palier-hub/palier/domain"
	commands "github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// change is one as a subscriber or a page tells it.
type change struct {
	Position, ID, Effect string
	Commit               int
}

const changeFields = "{ position id effect commit }"

// whole are all the changes after a position, by asking for them.
func whole(t testing.TB, client apitest.Client, after string) (all []change, end string) {
	t.Helper()
	for more := true; more; {
		var answer struct {
			Changes struct {
				EndPosition string
				HasMore     bool
				Nodes       []change
			}
		}
		client.Query(t, &answer, "query($after: String) { changes(after: $after, first: 100) { endPosition hasMore nodes "+changeFields+" } }",
			map[string]any{"after": after})
		all = append(all, answer.Changes.Nodes...)
		after, more = answer.Changes.EndPosition, answer.Changes.HasMore
	}
	return all, after
}

// present is the position from now on.
func present(t testing.TB, client apitest.Client) string {
	t.Helper()
	var answer struct{ Changes struct{ EndPosition string } }
	client.Query(t, &answer, "{ changes { endPosition } }", nil)
	return answer.Changes.EndPosition
}

func following(after string) string {
	return fmt.Sprintf("subscription { changes(after: %q) %s }", after, changeFields)
}

// toldIn reads a change from a response.
func toldIn(t testing.TB, payload []byte) change {
	t.Helper()
	var response struct {
		Data   struct{ Changes *change }
		Errors []gqlError
	}
	if err := json.Unmarshal(payload, &response); err != nil || response.Data.Changes == nil {
		t.Errorf("no change in %s: %v", payload, err)
		return change{}
	}
	return *response.Data.Changes
}

// write makes so many commits.
func write(t testing.TB, s *apitest.Server, name string, n int) {
	for i := range n {
		c := commands.RegisterLandlord{Landlord: apitest.LandlordFields(fmt.Sprint(name, i)), Publish: true}
		if _, err := s.Hub.Do(context.Background(), apitest.Staff, c, ""); err != nil {
			t.Error(err)
		}
	}
}

// TestManySubscribers: a thousand are told everything in order, whatever one of
// them that has stopped reading does.
func TestManySubscribers(t *testing.T) {
	s := apitest.New(t)
	staff := s.As(t, apitest.Staff)
	start := present(t, staff)
	stopped, err := net.Dial("tcp", strings.TrimPrefix(staff.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer stopped.Close()
	fmt.Fprint(stopped, "GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"+
		frame(`{"type":"connection_init"}`)+frame(`{"type":"subscribe","id":"1","payload":{"query":"subscription { changes { id } }"}}`))
	const sockets, each, commits = 50, 20, 25
	got := make([][]change, sockets*each)
	var work sync.WaitGroup
	for i := range sockets {
		client := connect(t, staff.URL(), "", "Authorization: Bearer "+staff.Token())
		for j := range each {
			client.subscribe(fmt.Sprint(i*each+j), following(start))
		}
		work.Go(func() {
			for range each * commits {
				m, err := client.read()
				if err != nil || m.Type != "next" {
					t.Errorf("%+v %v", m, err)
					return
				}
				var n int
				fmt.Sscan(m.ID, &n)
				got[n] = append(got[n], toldIn(t, m.Payload))
			}
		})
	}
	write(t, s, "Bailleur ", commits)
	work.Wait()
	want, _ := whole(t, staff, start)
	if len(want) != commits {
		t.Fatalf("%d changes", len(want))
	}
	for n := range got {
		if !slices.Equal(got[n], want) {
			t.Fatalf("subscriber %d was told %v, want %v", n, got[n], want)
		}
	}
}

// TestResume: a client that is cut off again and again, and each time goes on
// from the last position it has seen, is told the whole once, while a writer
// writes; by websocket and by event stream.
func TestResume(t *testing.T) {
	v := apitest.NewVillage(t)
	public := v.As(t, apitest.Anonymous)
	start := present(t, public)
	var writing sync.WaitGroup
	const commits = 60
	writing.Go(func() {
		salle := domain.ID(v.IDs["salle"])
		monts := domain.ID(v.IDs["monts"])
		for i := range commits {
			var c commands.Command
			to := []domain.Publication{domain.PublicationWithdrawn, domain.PublicationPublished}[i/2%2]
			if i%2 == 0 { // five rows at once
				c = commands.StepLandlord{ID: monts, To: to}
			} else {
				c = commands.StepSpace{Space: domain.VacantSpaceRef{ID: &salle}, To: to}
			}
			if _, err := v.Hub.Do(context.Background(), apitest.Staff, c, ""); err != nil {
				t.Error(err)
			}
		}
		write(t, v.Server, "Le dernier ", 1)
	})
	r := rand.New(rand.NewPCG(1, 1))
	var got []change
	for last, over, turn := start, false, 0; !over; turn++ {
		most := 1 + r.IntN(9)
		take := func(payload []byte) bool {
			c := toldIn(t, payload)
			got, last = append(got, c), c.Position
			var answer struct{ Landlord *struct{ Name string } }
			if strings.HasPrefix(c.ID, "lld_") {
				public.Query(t, &answer, fmt.Sprintf("{ landlord(id: %q) { name } }", c.ID), nil)
			}
			over = answer.Landlord != nil && strings.HasPrefix(answer.Landlord.Name, "Le dernier")
			most--
			return most > 0 && !over && !t.Failed()
		}
		if over = t.Failed(); over {
			break
		}
		if turn%2 == 0 {
			client := connect(t, public.URL(), "")
			client.subscribe("1", following(last))
			for take(client.next().Payload) {
			}
			client.conn.CloseNow()
			continue
		}
		body, _ := json.Marshal(map[string]string{"query": following(last)})
		events := openStream(t, &hub{Server: &httptest.Server{URL: public.URL()}}, "POST", "", string(body), asJSON)
		for {
			_, data := events.read()
			if !take([]byte(data)) {
				break
			}
		}
		events.response.Body.Close()
	}
	writing.Wait()
	want, _ := whole(t, public, start)
	if len(want) < commits || !slices.Equal(got, want) {
		t.Errorf("told %d changes, want %d:\n%v\n%v", len(got), len(want), got, want)
	}
}

// TestMatchesChanged follows the matches of a need and of a space.
func TestMatchesChanged(t *testing.T) {
	v := apitest.NewVillage(t)
	public := v.As(t, apitest.Anonymous)
	client := connect(t, public.URL(), "")
	const page = "{ fromCommit toCommit resync totalCount nodes { kind spaceId needId match { space { site { name } } } } }"
	ofNeed := func(rest string) string {
		return fmt.Sprintf("subscription { hostingNeedMatchesChanged(needId: %q%s) %s }", v.IDs["cuisine"], rest, page)
	}
	type event struct {
		FromCommit, ToCommit, TotalCount int
		Resync                           bool
		Nodes                            []struct {
			Kind, SpaceID, NeedID string
			Match                 *struct {
				Space struct{ Site struct{ Name string } }
			}
		}
	}
	next := func(id string) event {
		t.Helper()
		m := client.next()
		var response struct {
			Data map[string]event
		}
		if err := json.Unmarshal(m.Payload, &response); err != nil || m.ID != id || len(response.Data) != 1 {
			t.Fatalf("%s of %s: %s", m.Type, m.ID, m.Payload)
		}
		for _, e := range response.Data {
			return e
		}
		panic("unreachable")
	}
	client.subscribe("need", ofNeed(""))
	first := next("need")
	if first.TotalCount != 0 || first.FromCommit != first.ToCommit || first.ToCommit != int(v.Hub.World().Commit()) {
		t.Errorf("first %+v", first)
	}
	salle, cave := domain.ID(v.IDs["salle"]), domain.ID(v.IDs["cave"])
	step := func(id domain.ID, to domain.Publication) int {
		t.Helper()
		outcome, err := v.Hub.Do(t.Context(), apitest.Staff, commands.StepSpace{Space: domain.VacantSpaceRef{ID: &id}, To: to}, "")
		if err != nil {
			t.Fatal(err)
		}
		return int(outcome.Commit)
	}
	step(cave, domain.PublicationWithdrawn) // private: nothing is told
	withdrawn := step(salle, domain.PublicationWithdrawn)
	gone := next("need")
	if gone.ToCommit != withdrawn || gone.TotalCount != 1 || gone.Nodes[0].Kind != "GONE" || gone.Nodes[0].SpaceID != string(salle) {
		t.Errorf("gone %+v", gone)
	}
	step(salle, domain.PublicationPublished)
	back := next("need")
	if back.FromCommit < gone.ToCommit || back.TotalCount != 1 || back.Nodes[0].Kind != "APPEARED" || back.Nodes[0].Match.Space.Site.Name != "Résidence de la colline" {
		t.Errorf("back %+v", back)
	}
	// From before: the difference over all is none.
	client.subscribe("again", ofNeed(fmt.Sprint(", since: ", first.ToCommit)))
	if again := next("again"); again.TotalCount != 0 || again.FromCommit != first.ToCommit || again.ToCommit != back.ToCommit {
		t.Errorf("again %+v", again)
	}
	client.send(`{"id":"again","type":"complete"}`)
	client.subscribe("space", fmt.Sprintf("subscription { vacantSpaceMatchesChanged(spaceId: %q, since: %d) %s }", salle, withdrawn, page))
	if space := next("space"); space.TotalCount == 0 || space.Nodes[0].Kind != "APPEARED" {
		t.Errorf("space %+v", space)
	}
	client.subscribe("old", ofNeed(", since: 0"))
	if old := next("old"); !old.Resync {
		t.Errorf("old %+v", old)
	}
	client.wants("old", "complete", "")
	for query, want := range map[string]string{
		ofNeed(", since: 100000"): `"COMMIT_NOT_REACHED"`,
		ofNeed(", since: -1"):     `"INVALID_INPUT","path":["since"]`,
		ofNeed(", first: 0"):      `"INVALID_INPUT","path":["first"]`,
		fmt.Sprintf("subscription { hostingNeedMatchesChanged(needId: %q) %s }", salle, page):           `"INVALID_INPUT","path":["needId"]`,
		fmt.Sprintf("subscription { hostingNeedMatchesChanged(needId: %q) %s }", v.IDs["jardin"], page): `"NOT_FOUND","path":["needId"]`,
		fmt.Sprintf("subscription { vacantSpaceMatchesChanged(spaceId: %q) %s }", cave, page):           `"NOT_FOUND","path":["spaceId"]`,
		fmt.Sprintf("subscription { vacantSpaceMatchesChanged(spaceId: %q) %s }", v.IDs["monts"], page): `"INVALID_INPUT","path":["spaceId"]`,
		`subscription { changes(after: "nonsense") { id } }`:                                            `"INVALID_INPUT","path":["after"]`,
		`subscription { changes(after: "` + strings.Repeat("A", 80) + `") { id } }`:                     `"code":"RESYNC","endPosition":"`,
	} {
		client.subscribe("refused", query)
		client.wants("refused", "error", want)
	}
	// The need goes out of sight: so does its subscription.
	if _, err := v.Hub.Do(t.Context(), apitest.Staff, commands.StepNeed{ID: domain.ID(v.IDs["cuisine"]), To: domain.PublicationWithdrawn}, ""); err != nil {
		t.Fatal(err)
	}
	var told []string
	for range 2 { // and the space loses a match
		m := client.next()
		told = append(told, m.ID+" "+m.Type)
	}
	if slices.Sort(told); !slices.Equal(told, []string{"need error", "space next"}) {
		t.Errorf("told %v", told)
	}
	// Stopping ends what is left.
	go client.conn.CloseRead(context.Background())
	v.Stop()
}

// TestViewersFollow: each subscriber is told its own effect and node.
func TestViewersFollow(t *testing.T) {
	v := apitest.NewVillage(t)
	monts, _ := v.Viewer("monts")
	tell := make(map[string]socket)
	for name, viewer := range map[string]domain.Viewer{"PUBLIC": apitest.Anonymous, "OBSERVER": apitest.Observer, "STAFF": apitest.Staff, "monts": monts} {
		c := v.As(t, viewer)
		payload := ""
		if c.Token() != "" {
			payload = `,"payload":{"authorization":"Bearer ` + c.Token() + `"}`
		}
		s := connect(t, c.URL(), payload)
		s.subscribe("1", fmt.Sprintf("subscription { changes(after: %q, kinds: [VACANT_SPACE, LANDLORD]) { effect action node { id } } }", present(t, c)))
		tell[name] = s
	}
	loge, salle := domain.ID(v.IDs["loge"]), domain.ID(v.IDs["salle"])
	for _, id := range []domain.ID{loge, salle} {
		if _, err := v.Hub.Do(t.Context(), apitest.Staff, commands.StepSpace{Space: domain.VacantSpaceRef{ID: &id}, To: domain.PublicationWithdrawn}, ""); err != nil {
			t.Fatal(err)
		}
	}
	owner := func(id domain.ID) string {
		return fmt.Sprintf(`{"changes":{"effect":"CHANGED","action":"space.withdraw","node":{"id":%q}}}`, id)
	}
	const gone = `{"changes":{"effect":"GONE","action":null,"node":null}}`
	for name, want := range map[string][]string{
		"PUBLIC": {gone}, "OBSERVER": {gone, gone}, "STAFF": {owner(loge), owner(salle)}, "monts": {owner(loge), owner(salle)},
	} {
		for _, w := range want {
			tell[name].wants("1", "next", w)
		}
	}
}

// BenchmarkSubscribers reports the time from a command to the receipt of its
// change by each of 5,000 websockets over the loopback device: the write
// included, and server and clients in one process.
func BenchmarkSubscribers(b *testing.B) {
	s := apitest.New(b)
	staff := s.As(b, apitest.Staff)
	start := present(b, staff)
	const sockets = 5000
	receipts := make(chan time.Time, sockets)
	for range sockets {
		client := connect(b, staff.URL(), "", "Authorization: Bearer "+staff.Token())
		client.subscribe("1", fmt.Sprintf("subscription { changes(after: %q) { position kind id action at commit effect node { id } } }", start))
		go func() {
			for {
				if _, err := client.read(); err != nil {
					return
				}
				receipts <- time.Now()
			}
		}()
	}
	var took []time.Duration
	commit := func(n int) {
		begun := time.Now()
		write(b, s, fmt.Sprint("Bailleur ", n, " "), 1)
		for range sockets {
			took = append(took, (<-receipts).Sub(begun))
		}
	}
	commit(0) // all have begun
	took = took[:0]
	b.ReportAllocs()
	for n := 1; b.Loop(); n++ {
		commit(n)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
}
