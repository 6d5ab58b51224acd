package httpapi_test

import (
	"fmt"
	"testing"

	"github.com/palier-hub/palier/domain"
	commands "github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/internal/apitest"
)

// follower is a socket of one of the village.
func follower(t *testing.T, v apitest.Village, name string) socket {
	t.Helper()
	viewer, ok := v.Viewer(name)
	if !ok {
		t.Fatal(name)
	}
	c := v.As(t, viewer)
	payload := ""
	if c.Token() != "" {
		payload = `,"payload":{"authorization":"Bearer ` + c.Token() + `"}`
	}
	return connect(t, c.URL(), payload)
}

// TestRequestsChanged: each side is told of the requests that it sees, from when it
// does; a landlord's list loses what is asked of another; and what was told is told
// again to one who resumes.
func TestRequestsChanged(t *testing.T) {
	v := apitest.NewVillage(t)
	do := func(name string, c commands.Command) domain.ID {
		t.Helper()
		by, _ := v.Viewer(name)
		outcome, err := v.Hub.Do(t.Context(), by, c, "")
		if err != nil {
			t.Fatalf("%s: %v", c.Action(), err)
		}
		return outcome.Object
	}
	const fields = "{ requestId effect action step { action party } request { status landlord { id } } }"
	start := present(t, v.As(t, apitest.Staff))
	need, today := domain.ID(v.IDs["theatre"]), domain.NewDate(2026, 11, 22)
	draft := func(landlord string) domain.ID {
		of := domain.ID(v.IDs[landlord])
		return do("scene", commands.DraftRequest{NeedID: &need, LandlordID: &of, Request: domain.StatedRequest{Wish: new(domain.WishAny),
			Start: &domain.StartWindow{Earliest: &today}, Surface: &domain.SurfaceRange{MinM2: new(40.0)}}})
	}
	id := draft("monts")
	monts, plaine, scene := v.IDs["monts"], v.IDs["plaine"], v.IDs["scene"]

	sockets := make(map[string]socket)
	subscribe := func(name, operation, field string) {
		if _, open := sockets[name]; !open {
			sockets[name] = follower(t, v, name)
		}
		sockets[name].subscribe(operation, "subscription { "+field+" "+fields+" }")
	}
	of := func(argument, of string) string {
		return fmt.Sprintf("hostingRequestsChanged(%s: %q, after: %q)", argument, of, start)
	}
	one := fmt.Sprintf("hostingRequestChanged(id: %q, after: %q)", id, start)
	event := func(field, effect, action, step, request string) string {
		return fmt.Sprintf(`{%q:{"requestId":%q,"effect":%q,"action":%s,"step":%s,"request":%s}}`, field, id, effect, action, step, request)
	}
	at := func(status, landlord string) string {
		return fmt.Sprintf(`{"status":%q,"landlord":{"id":%q}}`, status, landlord)
	}
	const drafted = `{"action":"CHANGE","party":"PROJECT"}`
	subscribe("scene", "mine", of("projectId", scene))
	sockets["scene"].wants("mine", "next", event("hostingRequestsChanged", "APPEARED", `"request.draft"`, drafted, at("DRAFT", monts)))
	subscribe("scene", "one", one)
	sockets["scene"].wants("one", "next", event("hostingRequestChanged", "APPEARED", `"request.draft"`, drafted, at("DRAFT", monts)))
	// The project's side alone follows its draft: the landlord isn't told of it.
	for name, field := range map[string]string{"monts": of("landlordId", monts), "group": of("landlordId", monts), "PUBLIC": of("landlordId", monts), "OBSERVER": of("projectId", scene), "plaine": of("landlordId", plaine)} {
		subscribe(name, "list", field)
		sockets[name].subscribe("one", "subscription { "+one+" "+fields+" }")
		sockets[name].wants("one", "error", `"NOT_FOUND","path":["id"]`)
	}
	// Another landlord is asked instead: staff that follow the first one see it go.
	subscribe("STAFF", "list", of("landlordId", monts))
	sockets["STAFF"].wants("list", "next", event("hostingRequestsChanged", "APPEARED", `"request.draft"`, drafted, at("DRAFT", monts)))
	other := domain.ID(plaine)
	do("scene", commands.ChangeRequest{ID: id, LandlordID: &other})
	sockets["STAFF"].wants("list", "next", event("hostingRequestsChanged", "GONE", `"request.change"`, drafted, at("DRAFT", plaine)))
	back := domain.ID(monts)
	do("scene", commands.ChangeRequest{ID: id, LandlordID: &back})
	sockets["STAFF"].wants("list", "next", event("hostingRequestsChanged", "APPEARED", `"request.change"`, drafted, at("DRAFT", monts)))
	for range 2 {
		for range 2 {
			sockets["scene"].next()
		}
	}

	do("scene", commands.SubmitRequest{ID: id})
	do("STAFF", commands.SendRequest{ID: id, DueOn: domain.NewDate(2026, 12, 31)})
	sent := event("hostingRequestsChanged", "APPEARED", `"request.send_to_landlord"`, `{"action":"SEND_TO_LANDLORD","party":"STAFF"}`, at("LANDLORD_REVIEW", monts))
	for _, name := range []string{"monts", "group"} {
		sockets[name].wants("list", "next", sent)
	}
	do("monts", commands.RecordVisit{ID: id, On: today, Outcome: domain.VisitSuitable})
	visited := event("hostingRequestsChanged", "CHANGED", `"request.record_visit"`, `{"action":"RECORD_VISIT","party":"LANDLORD"}`, at("SCOPING", monts))
	for _, name := range []string{"monts", "group"} {
		sockets[name].wants("list", "next", visited)
		sockets[name].subscribe("again", "subscription { "+of("landlordId", monts)+" { effect step { action } } }")
		sockets[name].wants("again", "next", `{"effect":"APPEARED","step":{"action":"SEND_TO_LANDLORD"}}`)
		sockets[name].wants("again", "next", `{"effect":"CHANGED","step":{"action":"RECORD_VISIT"}}`)
		sockets[name].send(`{"id":"again","type":"complete"}`)
		sockets[name].send(`{"type":"ping"}`) // once it is answered, nothing comes of what is over
		sockets[name].wants("", "pong", "")
	}
	// Of two requests, one is followed.
	second := draft("plaine")
	do("scene", commands.SubmitRequest{ID: second})
	do("monts", commands.RejectRequest{ID: id, Reason: domain.RefusedSurface})
	for _, name := range []string{"monts", "group"} {
		sockets[name].wants("list", "next", `"step":{"action":"REJECT","party":"LANDLORD"}`)
	}
	// Whose it isn't was told nothing; and what can't be followed is refused.
	for _, name := range []string{"PUBLIC", "OBSERVER", "plaine"} {
		sockets[name].subscribe("nothing", "subscription { changes(after: \"nonsense\") { id } }")
		sockets[name].wants("nothing", "error", `"INVALID_INPUT"`)
	}
	for query, want := range map[string]string{
		"hostingRequestsChanged": `"INVALID_INPUT","path":["landlordId"]`,
		fmt.Sprintf("hostingRequestsChanged(landlordId: %q, projectId: %q)", monts, scene): `"INVALID_INPUT","path":["landlordId"]`,
		fmt.Sprintf("hostingRequestsChanged(landlordId: %q)", v.IDs["bientot"]):            `"NOT_FOUND","path":["landlordId"]`,
		fmt.Sprintf("hostingRequestsChanged(projectId: %q)", v.IDs["semis"]):               `"NOT_FOUND","path":["projectId"]`,
		fmt.Sprintf("hostingRequestsChanged(projectId: %q)", monts):                        `"INVALID_INPUT","path":["projectId"]`,
		fmt.Sprintf("hostingRequestsChanged(landlordId: %q)", scene):                       `"INVALID_INPUT","path":["landlordId"]`,
		fmt.Sprintf("hostingRequestChanged(id: %q)", monts):                                `"INVALID_INPUT","path":["id"]`,
		`hostingRequestChanged(id: "req_none")`:                                            `"NOT_FOUND","path":["id"]`,
	} {
		sockets["plaine"].subscribe("refused", "subscription { "+query+" "+fields+" }")
		sockets["plaine"].wants("refused", "error", want)
	}
	sockets["STAFF"].subscribe("all", fmt.Sprintf("subscription { hostingRequestsChanged(after: %q) { requestId } }", start))
	told := make(map[string]int)
	for told["all"] < 8 {
		told[sockets["STAFF"].next().ID]++
	}
}

// TestRequestGone: the subscription to a request that a viewer sees no more says so,
// and ends; and one to a list ends with the landlord or project that it is of.
func TestRequestGone(t *testing.T) {
	v := apitest.NewVillage(t)
	staff := apitest.Staff
	step := func(c commands.Command) {
		t.Helper()
		if _, err := v.Hub.Do(t.Context(), staff, c, ""); err != nil {
			t.Fatal(err)
		}
	}
	monts := domain.ID(v.IDs["monts"])
	need := domain.ID(v.IDs["theatre"])
	id := apitest.Do[domain.ID](t, v.Server, commands.DraftRequest{NeedID: &need, LandlordID: &monts, Request: domain.StatedRequest{Wish: new(domain.WishAny),
		Start: &domain.StartWindow{Earliest: new(domain.NewDate(2026, 11, 22))}, Surface: &domain.SurfaceRange{MinM2: new(40.0)}}})
	step(commands.SubmitRequest{ID: id})
	step(commands.SendRequest{ID: id, DueOn: domain.NewDate(2026, 12, 31)})
	group, public := follower(t, v, "group"), follower(t, v, "PUBLIC")
	group.subscribe("one", fmt.Sprintf("subscription { hostingRequestChanged(id: %q, after: %q) { effect request { id } } }", id, present(t, v.As(t, staff))))
	public.subscribe("list", fmt.Sprintf("subscription { hostingRequestsChanged(landlordId: %q, after: %q) { effect } }", monts, present(t, v.As(t, staff))))
	// Once something has come, it is followed.
	step(commands.HoldRequest{ID: id, Words: "Travaux.", ReviewOn: domain.NewDate(2026, 12, 1)})
	group.wants("one", "next", `{"effect":"CHANGED"`)
	// It leaves its group.
	changes, err := commands.NewPatch[domain.LandlordFields](map[string]any{"GroupID": nil})
	if err != nil {
		t.Fatal(err)
	}
	step(commands.ChangeLandlord{ID: monts, ExpectedVersion: new(1), Changes: changes})
	group.wants("one", "next", `{"effect":"GONE","request":null}`)
	group.wants("one", "error", `"NOT_FOUND","path":["id"]`)
	step(commands.StepLandlord{ID: monts, To: domain.PublicationWithdrawn})
	public.wants("list", "error", `"NOT_FOUND","path":["landlordId"]`)
}
